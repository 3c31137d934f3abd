"""The digits that come with scikit-learn: always there, small, brought to MNIST's frame.

Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI (1998), CC BY 4.0.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from aecore.data.dataset import Dataset, Images, Shape, Split, check_split
from aecore.messages import N_

FULL = 16  # the darkest ink in scikit-learn's digits, 0…16
BOX, FRAME = 20, 28  # MNIST draws its digits into a 20×20 box in a 28×28 frame

TEST_SHARE = 0.2
SEED = 0


@dataclass(frozen=True)
class Digits(Dataset):
    """1,797 digits of 8×8, enlarged to 28×28; 1,437 for training and 360 for testing."""

    name: str = "digits"
    title: str = N_("Small digits")
    summary: str = N_("1,797 handwritten digits of 8×8 pixels, enlarged to 28×28.")
    classes: tuple[str, ...] = tuple("0123456789")
    shape: Shape = (1, FRAME, FRAME)
    train_images: int = 1437

    def on_this_machine(self, split: Split = "test") -> bool:
        """True: they come with scikit-learn."""
        return True

    def load(self, split: Split) -> Images:
        """A split, stratified by class with a fixed seed: uint8 (N, 1, 28, 28)."""
        check_split(split)
        # scikit-learn takes a second to import
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split

        source = load_digits()
        train, test = train_test_split(
            np.arange(len(source.target)),
            test_size=TEST_SHARE,
            stratify=source.target,
            random_state=SEED,
        )
        chosen = train if split == "train" else test
        small = np.rint(source.images[chosen] * (255 / FULL)).astype(np.uint8)  # (N, 8, 8)
        pixels = np.zeros((len(small), 1, FRAME, FRAME), np.uint8)
        edge = (FRAME - BOX) // 2
        inside = slice(edge, edge + BOX)
        for digit, into in zip(small, pixels[:, 0], strict=True):
            into[inside, inside] = Image.fromarray(digit).resize(
                (BOX, BOX), Image.Resampling.BICUBIC
            )
        return Images(pixels, source.target[chosen].astype(np.int64), self.name, split)


DIGITS = Digits()
