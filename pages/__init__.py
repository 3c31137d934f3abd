"""The screens, in the order of the navigation: a folder each, and a line here."""

from pages import denoise, map, models, plane, reconstruct, sketch, start, train
from ui.screens import Screen

SCREENS: tuple[Screen, ...] = (
    start.SCREEN,
    reconstruct.SCREEN,
    plane.SCREEN,
    map.SCREEN,
    denoise.SCREEN,
    sketch.SCREEN,
    train.SCREEN,
    models.SCREEN,
)
