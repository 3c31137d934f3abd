"""The three properties of an autoencoder, to be seen rather than believed."""

from html import escape
from pathlib import Path

import numpy as np

from aecore.data import DATASETS, Images, dataset
from aecore.messages import Problem
from pages.start.model import grey, walked
from pages.start.walkthrough import places_of
from ui import cache, images
from ui.i18n import _

ASIDE = 84  # pixels on the screen, three for one of 28


def show(path: Path, digits: Images) -> None:
    """Show each on the checkpoint at ``path``, and on an image that fits.

    One piece of HTML: a first visitor would wait for a dozen of Streamlit's elements.
    """
    images.show(html(path, digits))


def html(path: Path, digits: Images) -> str:
    """What ``show`` draws."""
    digit = digits.pixels[places_of(digits)["8"][0]]
    strange, name = _stranger(digits)
    strange_copy, copy = walked(path, np.stack([strange, digit])).copies
    untrained = grey(path, digit[None])[0]
    x, x_hat = "x", "x̂"
    eight = images.picture(digit, _("A handwritten {digit}").format(digit=8), x)
    shown = (
        (
            _("Made for its data"),
            _("Trained on digits, it is lost on anything else: here {thing}.").format(thing=name),
            [
                images.picture(strange, name, x),
                images.picture(strange_copy, _("Its reconstruction, no longer itself"), x_hat),
            ],
        ),
        (
            _("Lossy"),
            _("The copy is never the original. What differs sits in the strokes."),
            [
                eight,
                images.picture(copy, _("Its reconstruction"), x_hat),
                images.difference(copy, digit, _("Where they differ"), f"{x_hat} − {x}", limit=0.5),
            ],
        ),
        (
            _("Learned from examples"),
            _("Before training, the same network draws nothing but grey."),
            [eight, images.picture(untrained, _("An even grey"), x_hat)],
        ),
    )
    parts = "".join(
        f"<section><h3>{escape(title)}</h3>{images.gallery(pictures, ASIDE)}"
        f"<p>{escape(sentence)}</p></section>"
        for title, sentence, pictures in shown
    )
    title = escape(_("Three properties"))
    legend = images.legend(limit=0.5)
    return f'<h2>{title}</h2><div class="properties">{parts}</div>{legend}'


def _stranger(digits: Images) -> tuple[np.ndarray, str]:
    """An image (1, 28, 28) unlike any digit, and what it is: of a data set on this machine that
    has other classes, or else a chequerboard."""
    known = dataset(digits.dataset).classes
    for source in DATASETS.values():
        if source.classes == known or source.shape != digits.shape:
            continue
        try:
            others = cache.images(source.name, "test")
        except Problem:  # not on this machine, or damaged
            continue
        first = 0 if others.labels is None else int(others.labels[0])
        thing = _(source.classes[first])
        words = _("“{thing}” of {data}").format(thing=thing, data=_(source.title))
        return others.pixels[0], words
    board = np.kron(np.indices((7, 7)).sum(0) % 2, np.ones((4, 4)))
    return (board[None] * 255).astype(np.uint8), _("a chequerboard")
