"""What is looked into: a model, and a test image or the visitor's drawing that goes through it."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images
from pages import SCREENS
from ui import cache, coder, frame, subject
from ui.coder import Coder
from ui.controls import choose
from ui.i18n import _
from ui.subject import Subject

DEFAULT = "deep-32"


@dataclass(frozen=True, eq=False)
class Shown:
    """A checkpoint, the test images that it takes, and the one of them that people chose."""

    path: Path
    card: Card
    images: Images
    subject: Subject

    def coder(self) -> Coder:
        """What encodes and decodes. Raises Problem."""
        return coder.of_model(self.card.name, self.path)


def choose_shown(label: str | None = None) -> Shown:
    """Let people choose a model and an image; say in the sidebar what is in use.

    Stops the page where there is nothing to choose. Raises Problem for a model without images.
    """
    cards = cache.cards()
    if not cards:
        st.info(_("There is no checkpoint on this machine. Train one on the Train screen."))
        st.stop()
    left, right = st.columns([5, 13], vertical_alignment="center")
    with left:
        name = choose(
            label or _("Model"),
            "inside_model",
            list(cards),
            default=DEFAULT if DEFAULT in cards else None,
            label_visibility="collapsed",
        )
    path, card = cache.checkpoints()[name], cards[name]
    images = cache.images_for(card)
    with right:
        looked_at = choose_image(images)
    frame.in_use([card], images)
    return Shown(path, card, images, looked_at)


def choose_image(images: Images) -> Subject:
    """Let people choose a test image, or their drawing."""
    return subject.choose_one(images, "inside_digit", "inside_example", SCREENS)
