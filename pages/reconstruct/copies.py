"""What a coder makes of a few images, and its pictures."""

from dataclasses import dataclass

import numpy as np

from pages.reconstruct.measured import mse_of
from ui import images
from ui.coder import Coder
from ui.i18n import _, ngettext, number

LIMIT = 0.5  # the difference that has the full colour; larger ones are rare


@dataclass(frozen=True, eq=False)
class Copies:
    """What one coder makes of a few images: codes (N, d), x_hat (N, C, H, W), mse (N,)."""

    coder: Coder
    codes: np.ndarray
    x_hat: np.ndarray
    mse: np.ndarray

    @classmethod
    def of(cls, coder: Coder, pixels: np.ndarray) -> "Copies":
        """Send uint8 images (N, C, H, W) through."""
        codes = coder.encode(pixels)
        x_hat = coder.decode(codes)
        return cls(coder, codes, x_hat, mse_of(x_hat, pixels))

    def pictures(self) -> list[images.Picture]:
        """The reconstructions, each with its error."""
        return [
            images.picture(
                x_hat,
                _("Image {n} as {name} gives it back").format(n=n, name=self.coder.name),
                number(1000 * mse, 1),
            )
            for n, (x_hat, mse) in enumerate(zip(self.x_hat, self.mse, strict=True), 1)
        ]

    def differences(self, pixels: np.ndarray, caption: str = "") -> list[images.Picture]:
        """Reconstruction minus original."""
        alt = _("Where {name} errs on image {n}")
        return [
            images.difference(x_hat, x, alt.format(n=n, name=self.coder.name), caption, LIMIT)
            for n, (x_hat, x) in enumerate(zip(self.x_hat, pixels, strict=True), 1)
        ]

    @property
    def words(self) -> str:
        """The coder and the size of its codes, for people."""
        name, size = self.coder.name, self.codes.shape[1]
        words = ngettext("{name}: {n} number", "{name}: {n} numbers", size)
        return words.format(name=name, n=number(size))
