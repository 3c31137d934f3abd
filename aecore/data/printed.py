"""Printed digits: drawn when they are asked for, from the typefaces that are on this machine."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aecore.data.dataset import Dataset, Images, Shape, Split, check_split
from aecore.messages import N_, Remark

TRAIN, TEST = 20_000, 5_000
SEEDS = {"train": 0, "test": 1}
# what is drawn evenly from, see ``typeface.draw``
SLANT, WIDTH, WEIGHT = (-0.3, 0.5), (0.75, 1.25), (-0.04, 0.08)


@dataclass(frozen=True)
class Printed(Dataset):
    """25,000 digits in MNIST's form, 20,000 for training and 5,000 for testing.

    As many of each digit; the typeface is drawn from those that are here, and slant, width and
    weight evenly from SLANT, WIDTH and WEIGHT. Both splits have the same typefaces.
    """

    name: str = "print"
    title: str = N_("Printed digits")
    summary: str = N_("25,000 digits of several typefaces, 28×28 pixels, drawn when needed.")
    classes: tuple[str, ...] = tuple("0123456789")
    shape: Shape = (1, 28, 28)
    train_images: int = TRAIN

    def on_this_machine(self, split: Split = "test") -> bool:
        """True: Pillow brings a font."""
        return True

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Which typefaces were found."""
        from aecore.data.typeface import fonts

        sentence = N_("Typefaces on this machine: {fonts}.")
        return (Remark(sentence, {"fonts": ", ".join(fonts())}),)

    @property
    def version(self) -> str:
        """With other typefaces they are other digits."""
        from aecore.data.typeface import fonts

        return hashlib.sha256("\n".join(fonts()).encode()).hexdigest()[:16]

    def load(self, split: Split) -> Images:
        """A split, always the same where the typefaces are: uint8 (N, 1, 28, 28)."""
        check_split(split)
        pixels, labels = _drawn(split)
        return Images(pixels.copy(), labels.copy(), self.name, split)


@lru_cache(maxsize=2)
def _drawn(split: Split) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    from aecore.data.typeface import draw, fonts, glyphs  # scipy, which takes its time to import

    count = TRAIN if split == "train" else TEST
    dice = np.random.default_rng(SEEDS[split])
    labels = dice.permutation(np.arange(count) % 10).astype(np.int64)
    faces = [glyphs(font) for font in fonts()]
    chosen = dice.integers(0, len(faces), count)
    shapes = [faces[face][digit] for face, digit in zip(chosen, labels, strict=True)]
    pixels = draw(shapes, *(dice.uniform(*between, count) for between in (SLANT, WIDTH, WEIGHT)))
    return pixels, labels


PRINTED = Printed()
