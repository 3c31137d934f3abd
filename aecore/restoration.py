"""How well damaged images are restored: by a model, by a median filter, by PCA."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from aecore import metrics
from aecore.corruption import corrupt
from aecore.draws import Draws
from aecore.models import Autoencoder, to_input
from aecore.pca import PrincipalComponents

Restore = Callable[[np.ndarray], np.ndarray]
"""Takes damaged images, float32 (N, C, H, W) in 0…1, and returns restored ones alike."""

BATCH = 1000


def damage(pixels: np.ndarray, corruption: str, strength: float, seed: int) -> np.ndarray:
    """uint8 images (N, C, H, W), damaged: float32 in 0…1 of the same shape.

    Under one seed a greater ``strength`` (0…1) deepens the same damage, the one that a browser
    does (browser/denoise/damage.js). Raises Problem for an
    unknown corruption or a strength outside 0…1.
    """
    damaged: np.ndarray = corrupt(to_input(pixels), corruption, strength, Draws(seed)).numpy()
    return damaged


def by_model(model: Autoencoder) -> Restore:
    """Restore by encoding and decoding."""
    device = next(model.parameters()).device

    def restore(x: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            parts = [
                model(torch.from_numpy(part).to(device)).cpu().numpy()
                for part in (x[start : start + BATCH] for start in range(0, len(x), BATCH))
            ]
        return np.concatenate(parts)

    return restore


def by_pca(pca: PrincipalComponents, k: int) -> Restore:
    """Restore through the first ``k`` principal components and back, clipped to 0…1."""
    return lambda x: pca.reconstruct(x, k).clip(0, 1)


def median_filter(x: np.ndarray) -> np.ndarray:
    """Each pixel becomes the median of its 3×3 neighbourhood, channel by channel.

    Float images (N, C, H, W) -> the same shape and range; beyond the edge it repeats.
    """
    edged = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    neighbours = sliding_window_view(edged, (3, 3), axis=(2, 3)).reshape(*x.shape, 9)
    # of nine sorted values the fifth; np.median takes twice as long
    return np.partition(neighbours, 4, axis=-1)[..., 4]


def psnr_by_strength(
    methods: Mapping[str, Restore],
    pixels: np.ndarray,
    corruption: str,
    strengths: Sequence[float],
    seed: int = 0,
) -> Iterator[tuple[float, dict[str, float]]]:
    """For each strength 0…1 the PSNR in dB of every method, mean over images.

    ``pixels``: the undamaged images, uint8 (N, C, H, W). Yields strength by strength, so that a
    caller can show progress and stop. A method that does nothing, ``lambda x: x``, tells the
    damaged images' own PSNR, at most 120. Raises Problem for a bad corruption or strength::

        methods = {"noisy": lambda x: x, "model": by_model(model), "median": median_filter}
        curve = dict(psnr_by_strength(methods, pixels, "gaussian", [0, 0.25, 0.5]))
    """
    original = to_input(pixels).numpy()
    for strength in strengths:
        damaged = damage(pixels, corruption, strength, seed)
        yield (
            strength,
            {
                name: float(metrics.psnr(restore(damaged), original).mean())
                for name, restore in methods.items()
            },
        )
