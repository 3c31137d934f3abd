"""What can be sent through a bottleneck, and how much of all test images is lost there."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from aecore import metrics
from aecore.checkpoint import Card
from aecore.data import DATASETS, Images, Shape, dataset
from aecore.messages import Problem
from ui import cache, coder, drawing, images, subject
from ui.coder import Coder
from ui.frame import data_title
from ui.i18n import _, number

_ERRORS: cache.Kept[np.ndarray] = cache.Kept(64)
BATCH = 500  # images between two reports

Report = Callable[[float], None]
"""Called with the share done, 0…1."""


def data_sets(cards: Iterable[Card]) -> list[str]:
    """What can be shown: MNIST, the data sets on this machine, one's own picture, a drawing."""
    names = dict.fromkeys([*DATASETS, *(card.dataset for card in cards)])
    return [cache.MNIST, *(n for n in names if n != cache.MNIST and _is_here(n)), *subject.OWN]


def _is_here(name: str) -> bool:
    try:
        return dataset(name).on_this_machine("test")
    except Problem:  # a data set that this version doesn't know
        return False


def data_words(name: str) -> str:
    """The words for one of ``data_sets``."""
    if name == drawing.CHOICE:
        return drawing.words()
    return _("Your own picture") if name == subject.UPLOAD else data_title(name)


def source(name: str) -> Images | str:
    """The test images of a data set, of MNIST decoded ones if need be; or which of subject.OWN.

    Raises Problem.
    """
    if name in subject.OWN:
        return name
    return cache.test_digits() if name == cache.MNIST else cache.images(name, "test")


def first_shape(cards: Mapping[str, Card], names: Sequence[str]) -> Shape:
    """The shape (C, H, W) that the first of these models knows; MNIST's if there is none."""
    return cards[names[0]].image_shape if names else (1, 28, 28)


def misfit(card: Card, shape: Shape) -> str:
    """Why a model is left out."""
    words = _("{name} is left out: it knows images of {known}, and these have {found}.")
    return words.format(
        name=card.name, known=shape_words(card.image_shape), found=shape_words(shape)
    )


def shape_words(shape: Shape) -> str:
    """A shape (C, H, W) for people."""
    words = (
        _("{width}×{height} grey pixels")
        if shape[0] == 1
        else _("{width}×{height} pixels in colour")
    )
    return words.format(width=shape[2], height=shape[1])


def telling(bar: DeltaGenerator) -> Report:
    """A report that fills a bar; a click on any control ends the work, as always."""
    words = _("Looking at all test images …")

    def report(share: float) -> None:
        bar.progress(share, words)

    return report


def errors(through: Coder, shown: Images, report: Report) -> np.ndarray:
    """MSE (N,) of every image of a test split, computed once for everybody."""
    key = (through.key, cache.identity(shown))
    found = _ERRORS.get(key)
    if found is None:
        parts = []
        for start in range(0, len(shown), BATCH):
            pixels = shown.pixels[start : start + BATCH]
            parts.append(mse_of(through.reconstruct(pixels), pixels))
            report(min(1.0, (start + BATCH) / len(shown)))
        found = _ERRORS.keep(key, np.concatenate(parts))
    return found


def figures(
    models: Mapping[Coder, Card], shown: Images, report: Report
) -> dict[str, tuple[str, str]]:
    """Each model's MSE over all test images, with what it is compared to, for a row of figures.

    Where the images are decoded ones, their errors say little: then the figures are those that
    were measured on the originals, if there are any.
    """
    found: dict[str, tuple[str, str]] = {}
    for model, card in models.items():
        # a figure that was measured after training is as good as a new one, and saves a second
        measured = card.metrics.get("mse")
        at_home = card.dataset == shown.dataset
        value = measured if at_home and (shown.decoded or not shown.note) else None
        compared = []
        if shown.decoded:
            if value is None:
                continue
            compared.append(_("measured on the originals"))
        else:
            if value is None:
                value = float(errors(model, shown, report).mean())
            if straight := coder.rival(card):
                mean = float(errors(straight, shown, report).mean())
                compared.append(_("PCA of the same size {mse}").format(mse=number(mean, 4)))
            if measured is not None and not at_home:
                words = _("on {data}, from which it learned, {mse}")
                title = data_title(card.dataset)
                compared.append(words.format(data=title, mse=number(measured, 4)))
        label = "{name}" if found else _("{name}, MSE over {n} test images")
        label = label.format(name=model.name, n=number(len(shown)))
        found[label] = (number(value, 4), "; ".join(compared))
    return found


def mse_of(x_hat: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """MSE (N,) of reconstructions (N, C, H, W) in 0…1 of uint8 images."""
    return metrics.mse(x_hat, images.unit(pixels))
