"""PSNR of restored test digits: our models, and the methods that people had before.

    python benchmarks/restoration.py [--images N] [--sample M] [--only TASK …]

Three damages of MNIST's test digits, the same for all methods:

- noise of σ = 0.5, clipped to 0…1: median, PCA, non-local means, BM3D;
- 7×7 pixels instead of 28×28: nearest, bilinear, bicubic, Lanczos, from the 7×7 pixels;
- a hidden block of 12×12: biharmonic, nearest pixel, mean. These know where the block is; our
  model doesn't. "ours_visible_kept" puts what is visible back in its place, as these do.

Settings of the peers are those of the best PSNR on damaged training digits, out of the grids
below. Clipped noise makes black grey and white grey, which no peer knows of; so each gets a second
chance with a tone curve, a monotone function of the grey level fitted on the same training digits
("…_curve"), with the settings that are best then. Non-local means and BM3D are slow: they restore
a sample, and the others restore it too.

``psnr`` is the mean over images in dB, as in the app, ``psnr_pooled`` that of the mean error over
all images. The first counts 120 dB for each image that is restored to the last bit, which a block
that hides nothing but black makes easy: read the second where blocks are hidden.

BM3D: Mäkinen, Azzari, Foi, "Collaborative Filtering of Correlated Noise", IEEE Transactions on
Image Processing 29 (2020). Prints one JSON object.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from machine import ROOT, describe_machine
from PIL import Image
from scipy import ndimage
from sklearn.isotonic import IsotonicRegression
from tqdm import tqdm

from aecore import checkpoint, metrics
from aecore.corruption import CORRUPTIONS
from aecore.data import load
from aecore.models import to_input
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from aecore.projection import sample
from aecore.restoration import Restore, by_model, by_pca, damage

# the strengths of the corruptions
SIGMA, LOST, BLOCK = (CORRUPTIONS[name].compared_at for name in ("gaussian", "lowres", "block"))
TUNING, SLOW_TUNING = 1000, 40  # training digits for the settings of fast and slow peers
SHIPPED = {
    "denoising": "denoise-256",
    "super_resolution": "superres-64",
    "inpainting": "inpaint-128",
}
SLOW = ("non_local_means", "bm3d")

Settings = Mapping[str, float]
Filter = Callable[..., np.ndarray]

GRIDS: dict[str, dict[str, tuple[float, ...]]] = {
    "median": {"size": (3, 5, 7)},
    "pca": {"k": (8, 16, 24, 32, 48, 64, 96, 128)},
    "non_local_means": {
        "patch_size": (3, 5, 7, 9, 11),
        "h": (0.05, 0.1, 0.2, 0.3, 0.4, 0.6),
        "sigma": (0.0, 0.25, 0.5),
    },
    "bm3d": {"sigma": (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)},
}


def median(x: np.ndarray, size: int) -> np.ndarray:
    return ndimage.median_filter(x, size=(1, 1, size, size), mode="nearest")


def pca(x: np.ndarray, k: int) -> np.ndarray:
    return by_pca(PrincipalComponents.load(SHIPPED_PCA), k)(x)


def non_local_means(x: np.ndarray, patch_size: int, h: float, sigma: float) -> np.ndarray:
    from skimage.restoration import denoise_nl_means

    settings = {"patch_size": patch_size, "patch_distance": 13, "h": h, "sigma": sigma}
    return each(lambda image: denoise_nl_means(image, fast_mode=False, **settings), x)


def bm3d(x: np.ndarray, sigma: float) -> np.ndarray:
    from bm3d import bm3d

    return each(lambda image: bm3d(image, sigma), x)


FILTERS: dict[str, Filter] = {
    "median": median,
    "pca": pca,
    "non_local_means": non_local_means,
    "bm3d": bm3d,
}


def each(restore: Callable[..., np.ndarray], *stacks: np.ndarray) -> np.ndarray:
    """Restore grey images one by one: of each stack (N, 1, H, W) it gets the nth (H, W)."""
    images = tqdm(zip(*(x[:, 0] for x in stacks), strict=True), total=len(stacks[0]), disable=None)
    restored = [restore(*image) for image in images]
    return np.stack(restored)[:, None].clip(0, 1).astype(np.float32)


def scores(restored: np.ndarray, original: np.ndarray) -> dict[str, float]:
    """PSNR in dB of images (N, …) in 0…1, rounded."""
    pooled = -10 * np.log10(((restored - original) ** 2).mean(dtype=np.float64))
    mean = metrics.psnr(restored, original).mean()
    return {"psnr": round(float(mean), 2), "psnr_pooled": round(float(pooled), 2)}


def tone_curve(restored: np.ndarray, original: np.ndarray) -> Restore:
    """The monotone function of a grey level with the least squared error, for images alike."""
    curve = IsotonicRegression(out_of_bounds="clip").fit(restored.ravel(), original.ravel())
    return lambda x: curve.predict(x.ravel()).reshape(x.shape)


class Tuned:
    """A filter with its best settings, without and with the tone curve that belongs to them."""

    def __init__(self, name: str, damaged: np.ndarray, original: np.ndarray) -> None:
        self.filter = FILTERS[name]
        self.settings: dict[str, Settings] = {}
        best = {"": -np.inf, "_curve": -np.inf}
        for values in product(*GRIDS[name].values()):
            settings = dict(zip(GRIDS[name], values, strict=True))
            restored = self.filter(damaged, **settings)
            curve = tone_curve(restored, original)
            for kind, images in (("", restored), ("_curve", curve(restored))):
                psnr = metrics.psnr(images, original).mean()
                if psnr > best[kind]:
                    best[kind], self.settings[kind] = psnr, settings
                    if kind:
                        self.curve = curve

    def __call__(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Restored images by kind: "" and "_curve"."""
        plain = self.filter(x, **self.settings[""])
        same = self.settings[""] == self.settings["_curve"]
        other = plain if same else self.filter(x, **self.settings["_curve"])
        return {"": plain, "_curve": self.curve(other)}


def denoising(model: Restore | None, pixels: np.ndarray, places: np.ndarray) -> dict[str, object]:
    """Figures on all images, and on those at ``places`` of the slow methods too."""
    train = load("mnist", "train")
    train = train.pixels[sample(len(train), TUNING, seed=0)]
    noisy, learned = damage(pixels, "gaussian", SIGMA, 0), damage(train, "gaussian", SIGMA, 1)
    original, wanted = to_input(pixels).numpy(), to_input(train).numpy()
    found: dict[str, dict[str, object]] = {"all": {}, "sample": {}}

    def tell(name: str, restored: np.ndarray) -> None:
        found["all"][name] = scores(restored, original)
        found["sample"][name] = scores(restored[places], original[places])

    tell("noisy", noisy)
    if model:
        tell("ours", model(noisy))
    settings: dict[str, dict[str, Settings]] = {}
    for name in FILTERS:
        n = SLOW_TUNING if name in SLOW else TUNING
        print(f"denoising: {name}", file=sys.stderr)
        tuned = Tuned(name, learned[:n], wanted[:n])
        settings[name] = tuned.settings
        if name in SLOW:
            for kind, restored in tuned(noisy[places]).items():
                found["sample"][name + kind] = scores(restored, original[places])
        else:
            for kind, restored in tuned(noisy).items():
                tell(name + kind, restored)
    return {**found, "settings": settings}


def super_resolution(model: Restore | None, pixels: np.ndarray) -> dict[str, object]:
    blocky, original = damage(pixels, "lowres", LOST, 0), to_input(pixels).numpy()
    factor = round(1 / (1 - LOST))
    small = np.ascontiguousarray(blocky[..., ::factor, ::factor])  # the 7×7 means themselves
    found = {"nearest": scores(blocky, original)}
    if model:
        found["ours"] = scores(model(blocky), original)

    def enlarged(image: np.ndarray, way: Image.Resampling) -> np.ndarray:
        size = pixels.shape[3], pixels.shape[2]
        return np.asarray(Image.fromarray(image).resize(size, way))

    for way in (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS):
        found[way.name.lower()] = scores(each(partial(enlarged, way=way), small), original)
    return found


def inpainting(model: Restore | None, pixels: np.ndarray) -> dict[str, object]:
    damaged, original = damage(pixels, "block", BLOCK, 0), to_input(pixels).numpy()
    hidden = damage(np.full_like(pixels, 255), "block", BLOCK, 0) == 0  # the same blocks
    methods = {"hidden": damaged, **filled(damaged, hidden)}
    if model:
        drawn = model(damaged)
        methods |= {"ours": drawn, "ours_visible_kept": np.where(hidden, drawn, damaged)}
    n = len(pixels)
    inside = {name: x[hidden].reshape(n, -1) for name, x in methods.items()}
    truth = original[hidden].reshape(n, -1)
    found: dict[str, object] = {
        name: {**scores(x, original), "in_block": scores(inside[name], truth)}
        for name, x in methods.items()
    }
    found["blocks_that_hide_only_black"] = round(float((truth.max(1) == 0).mean()), 4)
    return found


def filled(damaged: np.ndarray, hidden: np.ndarray) -> dict[str, np.ndarray]:
    """The blocks filled by methods that know where they are."""
    from skimage.restoration import inpaint_biharmonic

    def nearest(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        at = ndimage.distance_transform_edt(mask, return_distances=False, return_indices=True)
        return image[tuple(at)]

    def mean(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        return np.where(mask, image[~mask].mean(), image)

    ways = {"biharmonic": inpaint_biharmonic, "nearest": nearest, "mean": mean}
    return {name: each(way, damaged, hidden) for name, way in ways.items()}


def model_of(path: Path, corruption: str) -> Restore | None:
    """The checkpoint's model; None where there is none."""
    if not path.is_file():
        return None
    model, card = checkpoint.load(path)
    if card.corruption != corruption:
        print(f"{path.name} was trained on “{card.corruption}”", file=sys.stderr)
    return by_model(model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000, help="test digits")
    parser.add_argument("--sample", type=int, default=500, help="of them, for the slow methods")
    parser.add_argument("--only", choices=SHIPPED, nargs="+", default=list(SHIPPED))
    for task, name in SHIPPED.items():
        path = ROOT / "checkpoints" / f"{name}.safetensors"
        parser.add_argument(f"--{task.replace('_', '-')}", type=Path, default=path, metavar="FILE")
    chosen = parser.parse_args()
    test = load("mnist", "test")
    pixels = test.pixels[sample(len(test), chosen.images, seed=0)]
    places = sample(len(pixels), chosen.sample, seed=0)
    found: dict[str, object] = {"images": len(pixels), "sample": len(places)}
    found["missing"] = [task for task in chosen.only if not getattr(chosen, task).is_file()]
    if "denoising" in chosen.only:
        found["denoising"] = denoising(model_of(chosen.denoising, "gaussian"), pixels, places)
    if "super_resolution" in chosen.only:
        model = model_of(chosen.super_resolution, "lowres")
        found["super_resolution"] = super_resolution(model, pixels)
    if "inpainting" in chosen.only:
        found["inpainting"] = inpainting(model_of(chosen.inpainting, "block"), pixels)
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
