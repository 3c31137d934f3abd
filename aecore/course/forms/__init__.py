"""The forms of questions, a file each; importing this registers them all."""

from aecore.course.forms import choose, drawing, number, order, point

__all__ = ["choose", "drawing", "number", "order", "point"]
