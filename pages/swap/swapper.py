"""The models that swap, two that cannot, and those who read what comes out."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from aecore.checkpoint import Card
from ui import cache, coder
from ui.coder import Coder

if TYPE_CHECKING:
    from aecore.classifier import Classifier


@dataclass(frozen=True, eq=False)
class Swapped:
    """What became of images, float32 (N, 1, 28, 28) in 0…1: ``back`` of their own decoder,
    ``swapped`` of the other kind's, ``apart`` of one that never shared their encoder.

    ``read_swapped``, ``read_apart``: the digits (N,) that a classifier reads in them.
    """

    back: np.ndarray
    swapped: np.ndarray
    apart: np.ndarray
    read_swapped: np.ndarray
    read_apart: np.ndarray


@dataclass(frozen=True, eq=False)
class Swapper:
    """From one kind of images to another: the autoencoders of both, which share their encoder, and
    two that each learned alone; and who reads digits of the other kind."""

    own: Coder
    other: Coder
    own_alone: Coder
    other_alone: Coder
    reads_other: "Classifier"

    @classmethod
    def between(cls, own: str, other: str) -> "Swapper":
        """From images of the kind ``own`` to the kind ``other``. Raises Problem."""
        from aecore import swapping

        return cls(
            own=_coder(own),
            other=_coder(other),
            own_alone=_coder(swapping.alone(own)),
            other_alone=_coder(swapping.alone(other)),
            reads_other=swapping.reader(other),
        )

    def swap(self, pixels: np.ndarray) -> Swapped:
        """Images, uint8 (N, 1, 28, 28), as the other kind."""
        codes = self.own.encode(pixels)
        back, swapped = self.own.decode(codes), self.other.decode(codes)
        apart = self.other_alone.decode(self.own_alone.encode(pixels))
        read = [self.reads_other.predict(each) for each in (swapped, apart)]
        return Swapped(back, swapped, apart, *read)


def swap(own: str, other: str, pixels: np.ndarray) -> Swapped:
    """Images of the kind ``own``, uint8 (N, 1, 28, 28), as the other kind. Raises Problem."""
    return _swapped(own, other, hashlib.sha256(pixels.tobytes()).hexdigest(), pixels)


# a class moves the same slider over the same digits
@st.cache_resource(max_entries=256, show_spinner=False)
def _swapped(own: str, other: str, digest: str, _pixels: np.ndarray) -> Swapped:
    return Swapper.between(own, other).swap(_pixels)


def read(kind: str, pixels: np.ndarray) -> np.ndarray:
    """The digits (N,) that a classifier reads in images of that kind."""
    from aecore import swapping

    return swapping.reader(kind).predict(pixels)


def cards() -> list[Card]:
    """What the models that share an encoder say of themselves. Raises Problem."""
    from aecore.swapping import KINDS, path

    return [cache.card(path(kind)) for kind in KINDS]


def _coder(kind: str) -> Coder:
    from aecore.swapping import path

    return coder.of_model(f"swap/{kind}", path(kind))
