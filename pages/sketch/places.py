"""A small picture of many points in the plane, and a place among them."""

import io
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from PIL import Image

from browser import served
from ui import charts

DOTS = 480  # pixels a side of the picture, about twice what the screen shows
MARGIN = 0.04  # of the side, left free around the points
OUTLIERS = 0.2  # per cent at either end of an axis that may lie outside


@dataclass(frozen=True, eq=False)
class Frame:
    """A square window on the plane: its lower left corner (2,) and its side."""

    low: np.ndarray
    span: float

    def style(self, place: np.ndarray) -> str:
        """Where ``place`` (2,) stands in the window, as CSS; what lies outside, at the edge."""
        x, y = ((place - self.low) / self.span).clip(0.02, 0.98).tolist()
        return f"left:{100 * x:.1f}%;top:{100 * (1 - y):.1f}%"


class Backdrop(TypedDict):
    """A picture of places for the browser; browser/sketch/places.js says what each is."""

    title: str
    source: str
    names: str
    low: tuple[float, float]
    span: float


@dataclass(frozen=True, eq=False)
class Places:
    """Points drawn once, in a window; ``png`` is their picture, ``names`` their classes as HTML."""

    frame: Frame
    png: bytes
    names: str

    def backdrop(self, title: str) -> Backdrop:
        """For the browser, which puts marks on it; ``title`` says what the points are.

        The picture is a file of our server, which every browser fetches once.
        """
        source = served(self.png, f"places {title}", "image/png")
        left, low = self.frame.low.tolist()
        names, span = self.names, self.frame.span
        return {"title": title, "source": source, "names": names, "low": (left, low), "span": span}


def places(positions: np.ndarray, labels: np.ndarray) -> Places:
    """Points (N, 2) in the colours of their classes (N,), each class named at its median."""
    ends = np.percentile(positions, [OUTLIERS, 100 - OUTLIERS], axis=0)
    span = float((ends[1] - ends[0]).max()) / (1 - 2 * MARGIN)
    frame = Frame(ends.mean(0) - span / 2, span)
    names = ""
    for label in np.unique(labels).tolist():
        colour = charts.class_colour(label)
        at = frame.style(np.median(positions[labels == label], axis=0))
        style = f"{at};background:{colour};color:{charts.ink_on(colour)}"
        names += f'<b style="{style}">{label}</b>'
    return Places(frame, _png((positions - frame.low) / span, labels), names)


def _png(shares: np.ndarray, labels: np.ndarray) -> bytes:
    """Points at shares 0…1 of the sides, (N, 2), the second upwards; transparent elsewhere."""
    at = np.floor(shares * (DOTS - 2)).astype(int)
    # drawn in a fixed random order, so that no class always lies on top
    order = np.random.default_rng(0).permutation(len(at))
    inside = order[((at[order] >= 0) & (at[order] < DOTS - 2)).all(1)]
    canvas = np.zeros((DOTS, DOTS), np.uint8)  # 0 is transparent
    x, y = at[inside, 0], DOTS - 3 - at[inside, 1]
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (1, 2), (2, 2)):
        canvas[y + dy, x + dx] = 1 + labels[inside] % 10
    image = Image.fromarray(canvas, "P")
    colours = [charts.class_colour(label) for label in range(10)]
    image.putpalette([0, 0, 0, *(int(c[i : i + 2], 16) for c in colours for i in (1, 3, 5))])
    file = io.BytesIO()
    image.save(file, "PNG", transparency=0)
    return file.getvalue()
