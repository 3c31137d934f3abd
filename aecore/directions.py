"""Directions in a code that change one thing of a digit: how it leans, how thick or wide it is.

What is measured on images is laid against their codes: a direction is how the code changes, on the
average, where a measure is one unit larger and the others, and the class, stay the same. How long a
step must be is then measured on what the decoder makes of it. (An
attribute vector, as in Larsen et al., "Autoencoding beyond pixels", ICML 2016, but for measures in
place of yes and no.)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from aecore.messages import N_

INK = 1e-6  # added to sums of ink that may be none
TRIED = 200  # codes on which the length of a step is measured
OUTERMOST = 0.1  # share of the images that are “slanted”, “thick”, …
BARRED, UNBARRED = 0.6, 0.4  # how much of a seven's width is inked in its middle
LEAST_GAIN = 0.2  # a direction that does less than that stays weak, rather than leave the codes far


@dataclass(frozen=True)
class Measure:
    """What is measured on images (N, …, H, W) in 0…1: its name, unit and function to (N,)."""

    title: str
    unit: str
    of: Callable[[np.ndarray], np.ndarray]


def slant(images: np.ndarray) -> np.ndarray:
    """How far digits lean to the right, in degrees, (N,): by the second moments of their ink."""
    _, spread = _moments(images)
    # a line that leans right has its ink at larger x where y, downwards, is smaller
    leaning: np.ndarray = np.degrees(np.arctan2(-spread[:, 0, 1], spread[:, 1, 1] + INK))
    return leaning


def thickness(images: np.ndarray) -> np.ndarray:
    """The width of digits' strokes in pixels, (N,).

    A stroke of width t and length l has the ink t · l, and an outline of 2 · l, which is the sum
    of the slopes of its grey levels: twice the ink over the outline.
    """
    grey = _grey(images)
    padded = np.pad(grey, ((0, 0), (1, 1), (1, 1)))
    across = padded[:, :-1, 1:] - padded[:, :-1, :-1]
    down = padded[:, 1:, :-1] - padded[:, :-1, :-1]
    outline = np.sqrt(across**2 + down**2).sum((1, 2))
    thick: np.ndarray = 2 * grey.sum((1, 2)) / (outline + INK)
    return thick


def width(images: np.ndarray) -> np.ndarray:
    """How wide digits are in pixels, (N,), were they upright: four deviations of their ink."""
    _, spread = _moments(images)
    upright = spread[:, 0, 0] - spread[:, 0, 1] ** 2 / (spread[:, 1, 1] + INK)
    wide: np.ndarray = 4 * np.sqrt(upright.clip(0))
    return wide


def bar(images: np.ndarray) -> np.ndarray:
    """How much ink lies across the middle of a seven's stem, as a share 0…1 of its width, (N,).

    The longest row of ink between 40 and 70 % of its height, over its width.
    """
    inked = _grey(images) > 0.4
    found = np.zeros(len(inked))
    for n, image in enumerate(inked):
        rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
        if len(rows) < 3:
            continue
        top, height = rows[0], rows[-1] - rows[0] + 1
        middle = image[top + round(0.4 * height) : top + round(0.7 * height)]
        longest = middle.sum(1).max(initial=0)
        found[n] = longest / (columns[-1] - columns[0] + 1)
    return found


MEASURES: Mapping[str, Measure] = {
    "slant": Measure(N_("Slant"), "°", slant),
    "thickness": Measure(N_("Thickness of the stroke"), "px", thickness),
    "width": Measure(N_("Width"), "px", width),
}


@dataclass(frozen=True, eq=False)
class Directions:
    """Directions (m, d) in a code, one for each of MEASURES in their order: a step along one makes
    the measure of decoded images larger by its unit, on the average. ``spread`` (m,): a standard
    deviation of each measure within classes."""

    steps: np.ndarray
    spread: np.ndarray


def directions(
    codes: np.ndarray,
    images: np.ndarray,
    labels: np.ndarray | None,
    decode: Callable[[np.ndarray], np.ndarray],
) -> Directions:
    """The directions of codes (N, d) of images (N, C, H, W) in 0…1 with labels (N,), if any.

    ``decode`` makes images of codes.
    """
    measured = np.stack([measure.of(images) for measure in MEASURES.values()], 1)
    z = codes.astype(np.float64)
    for label in np.unique(labels) if labels is not None else [None]:
        own = slice(None) if label is None else labels == label
        measured[own] -= measured[own].mean(0)
        z[own] -= z[own].mean(0)
    steps, *_ = np.linalg.lstsq(measured, z, rcond=None)
    spread = measured.std(0)
    some = codes[:: max(1, len(codes) // TRIED)][:TRIED]
    for n, measure in enumerate(MEASURES.values()):
        there, back = (
            measure.of(decode((some + sign * spread[n] * steps[n]).astype(np.float32))).mean()
            for sign in (1, -1)
        )
        gain = (there - back) / (2 * spread[n] + INK)
        steps[n] /= max(gain, LEAST_GAIN)
    return Directions(steps.astype(np.float32), spread)


Members = Callable[[np.ndarray, Mapping[str, np.ndarray]], np.ndarray]
"""Takes the class of each image (N,) and its measures by name, each (N,); True (N,) inside."""


@dataclass(frozen=True)
class Group:
    """A group of images to add and subtract: its words, and which of some images are in it."""

    title: str
    members: Members


def _outer(measure: str, high: bool) -> Members:
    def members(labels: np.ndarray, measured: Mapping[str, np.ndarray]) -> np.ndarray:
        values = measured[measure]
        found = np.zeros(len(values), bool)
        for label in np.unique(labels):  # of every class as many, so that the class cancels out
            own = labels == label
            edge = np.quantile(values[own], 1 - OUTERMOST if high else OUTERMOST)
            found |= own & (values >= edge if high else values <= edge)
        return found

    return members


def _sevens(with_bar: bool) -> Members:
    def members(labels: np.ndarray, measured: Mapping[str, np.ndarray]) -> np.ndarray:
        share = measured["bar"]
        found: np.ndarray = (labels == 7) & (share >= BARRED if with_bar else share < UNBARRED)
        return found

    return members


GROUPS: Mapping[str, Group] = {
    "slanted": Group(N_("slanted"), _outer("slant", True)),
    "upright": Group(N_("leaning back"), _outer("slant", False)),
    "thick": Group(N_("thick"), _outer("thickness", True)),
    "thin": Group(N_("thin"), _outer("thickness", False)),
    "wide": Group(N_("wide"), _outer("width", True)),
    "narrow": Group(N_("narrow"), _outer("width", False)),
    "barred": Group(N_("7 with a bar"), _sevens(True)),
    "unbarred": Group(N_("7 without a bar"), _sevens(False)),
}


def group_means(
    codes: np.ndarray, images: np.ndarray, labels: np.ndarray
) -> dict[str, tuple[np.ndarray, int]]:
    """The mean code (d,) of every group of GROUPS and of each class "0", "1", …, and how many
    images it is of; groups without any are left out."""
    measured = {name: measure.of(images) for name, measure in MEASURES.items()}
    measured["bar"] = bar(images)
    members = {str(label): labels == label for label in np.unique(labels)}
    members |= {name: group.members(labels, measured) for name, group in GROUPS.items()}
    return {
        name: (codes[inside].mean(0), int(inside.sum()))
        for name, inside in members.items()
        if inside.any()
    }


def _grey(images: np.ndarray) -> np.ndarray:
    """float (N, H, W) of images (N, H, W) or (N, C, H, W), channels averaged."""
    grey = images.astype(np.float32, copy=False)
    return grey.mean(1) if grey.ndim == 4 else grey


def _moments(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The middle (N, 2) of digits' ink and its covariance (N, 2, 2), in pixels, as x and y."""
    grey = _grey(images)
    total = grey.sum((1, 2)) + INK
    y, x = np.mgrid[: grey.shape[1], : grey.shape[2]].astype(np.float32)
    places = np.stack([x.ravel(), y.ravel()], 1)  # (HW, 2)
    flat = grey.reshape(len(grey), -1)
    middle = flat @ places / total[:, None]
    products = [places[:, 0] ** 2, places.prod(1), places[:, 1] ** 2]
    squares = flat @ np.stack(products, 1)
    xx, xy, yy = (squares / total[:, None]).T
    spread = np.stack([xx - middle[:, 0] ** 2, xy - middle.prod(1), yy - middle[:, 1] ** 2], 1)
    return middle, spread[:, [0, 1, 1, 2]].reshape(-1, 2, 2)
