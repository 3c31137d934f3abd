"""The screens, in the order of the navigation: a folder each, and a line here."""

from pages import (
    anomalies,
    compress,
    course,
    denoise,
    features,
    generate,
    inside,
    map,
    models,
    music,
    plane,
    reconstruct,
    sketch,
    start,
    swap,
    train,
    wall,
)
from ui.screens import Screen

SCREENS: tuple[Screen, ...] = (
    start.SCREEN,
    course.SCREEN,
    reconstruct.SCREEN,
    plane.SCREEN,
    map.SCREEN,
    denoise.SCREEN,
    sketch.SCREEN,
    wall.SCREEN,
    inside.SCREEN,
    anomalies.SCREEN,
    compress.SCREEN,
    generate.SCREEN,
    features.SCREEN,
    swap.SCREEN,
    music.SCREEN,
    train.SCREEN,
    models.SCREEN,
)
