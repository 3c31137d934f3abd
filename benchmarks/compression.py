"""Compression of the 10,000 test digits: models, PCA and formats, lossy and lossless; JSON.

``--keep`` writes the figures to checkpoints/compress.json, which the screen and its lesson read,
with ``--only PART …`` those of these parts; ``--images N`` measures the first N only.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from math import ceil, isfinite
from typing import TypeVar

import numpy as np
from machine import describe_machine

from aecore import checkpoint, data, evaluation
from aecore.compression import by_heart, formats, lossless, rates, shipped, unique, weights
from aecore.compression.break_even import images_needed
from aecore.compression.quantise import DEPTHS
from aecore.compression.rates import Codec, Point
from aecore.files import replacing
from aecore.pca import SHIPPED_PCA, PrincipalComponents

T = TypeVar("T")
LOSSLESS = {"codes": lossless.LOSSLESS, "neighbours": lossless.NEIGHBOURS_ONLY}

EVERY = 5  # of the test images, for the chart
ALONE = 100  # images that are coded each by itself
GROUPS, MEMBERS = 4, 4  # of images that share a code, kept to be shown
SETS = (10_000, 70_000)  # images over which a decoder is shared out


def codec_of_model(name: str) -> Codec:
    """A shipped model."""
    model, _card = checkpoint.load(checkpoint.shipped()[name])
    return Codec(
        "model",
        name,
        lambda pixels: evaluation.encode(model, pixels),
        lambda codes: evaluation.draw(model, codes),
        lambda bits: shipped.load()[name, bits],
    )


def codec_of_pca(size: int) -> Codec:
    """PCA with so many numbers."""
    pca = PrincipalComponents.load(SHIPPED_PCA)
    return Codec(
        "pca",
        f"PCA-{size}",
        lambda pixels: pca.encode(pixels.astype(np.float32) / 255, size),
        lambda codes: pca.decode(codes).reshape(-1, 1, 28, 28),
        lambda bits: shipped.load()[shipped.PCA, bits].first(size),
    )


def measured_points(pixels: np.ndarray) -> list[dict]:
    """All points of the chart, on every fifth image: the formats take long."""
    pixels = pixels[::EVERY]
    found: list[Point] = []
    for codec in (
        *map(codec_of_model, shipped.MODELS),
        *map(codec_of_pca, shipped.PCA_SIZES),
    ):
        found += rates.points(codec, pixels)
    found += rates.format_points(pixels, formats.QUALITIES)
    return [point.to_json() for point in found]


def measured_formats(pixels: np.ndarray) -> dict[str, float]:
    """Mean bytes of an image by format, none of which changes a pixel; JPEG's for comparison."""
    images = pixels[:, 0]
    found = {
        name: float(np.mean([len(pack(image)) for image in images]))
        for name, pack in formats.LOSSLESS.items()
    }
    found |= {name: len(pack(images)) / len(images) for name, pack in formats.TOGETHER.items()}
    jpeg = [formats.lossy(image, "jpeg", formats.JPEG_QUALITY)[0] for image in images]
    return found | {"jpeg": float(np.mean(jpeg))}


def measured_decoders(pixels: np.ndarray) -> dict[str, dict[str, dict[str, float]]]:
    """Of each model's decoder its bytes by bits a weight, and what it still reaches."""
    pixels = pixels[::EVERY]
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in shipped.MODELS:
        model, _card = checkpoint.load(checkpoint.shipped()[name])
        codes = evaluation.encode(model, pixels)
        found[name] = {}
        for bits in weights.WEIGHT_BITS:
            rounded, size = weights.rounded(model, bits)
            psnr = rates.mean_psnr(evaluation.decode(rounded, codes), pixels)
            found[name][str(bits)] = {"bytes": size, "psnr": round(psnr, 3)}
    return found


def measured_lossless(pixels: np.ndarray) -> dict[str, dict[str, float]]:
    """The coder with codes and the one without, decoded again and compared byte by byte."""
    images = pixels[:, 0]
    model, _card = checkpoint.load(checkpoint.shipped()[lossless.MAKER])
    codes = evaluation.encode(model, pixels)
    found = {}
    for name, path in LOSSLESS.items():
        coder = lossless.load(path)
        levels = coder.levels(codes)
        encoding, packed = timed(lambda c=coder, v=levels: c.encode(images, v))
        decoding, back = timed(lambda c=coder, p=packed: c.decode(p))
        assert np.array_equal(back, images), "it is lossless, or nothing"
        code, spread = coder.bits(images, levels)
        alone = [
            len(coder.encode(images[i : i + 1], None if levels is None else levels[i : i + 1]))
            for i in range(min(ALONE, len(images)))
        ]
        each = len(packed) / len(images)
        found[name] = {
            "bits_a_pixel": 8 * len(packed) / images.size,
            "code_bits": float(code.mean()),
            "pixel_bits": float(spread.sum((1, 2)).mean()),
            # each file has a mark, a length and a check of its own, which is told apart
            "bytes_alone": float(np.mean(alone)) - lossless.HEAD.size,
            "head_bytes": lossless.HEAD.size,
            "decoder_bytes": coder.size,
            **{f"bits_a_pixel_with_decoder_{n}": 8 * (each + coder.size / n) / 784 for n in SETS},
            "encoding_seconds": encoding,
            "decoding_seconds": decoding,
        }
    return found


def measured_uniqueness(pixels: np.ndarray) -> dict[str, dict[str, object]]:
    """The closest two codes of each model, and how many images share one."""
    found: dict[str, dict[str, object]] = {}
    for name in shipped.MODELS:
        codes = codec_of_model(name).encode(pixels)
        sharing, examples = {}, {}
        for bits in DEPTHS:
            levels = shipped.load().get((name, bits))
            groups = unique.groups(unique.at_depth(codes, bits, levels))
            sharing[str(bits)] = sum(map(len, groups))
            examples[str(bits)] = [group[:MEMBERS].tolist() for group in groups[:GROUPS]]
        closest = asdict(unique.closest(codes))
        found[name] = {**closest, "sharing": sharing, "examples": examples}
    return found


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what came of it."""
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def break_even(figures: dict) -> dict[str, float | None]:
    """From how many images on deep-32 pays, with 8 bits a weight and a number."""
    z = figures["decoders"]["deep-32"]["8"]["bytes"]
    code = next(p["bits"] for p in figures["points"] if (p["name"], p["way"]) == ("deep-32", "8"))
    needed = {name: images_needed(z, code / 8, n) for name, n in figures["formats"].items()}
    return {name: ceil(count) if isfinite(count) else None for name, count in needed.items()}


def measured_by_heart(_pixels: np.ndarray) -> dict[str, dict]:
    """What the shipped records tell; learning anew is the screen's."""
    return {
        str(count): {
            name: value
            for name, value in by_heart.load(by_heart.shipped(count)).facts.items()
            if name != "curves"
        }
        for count in by_heart.COUNTS
    }


PARTS: dict[str, Callable[[np.ndarray], object]] = {
    "formats": measured_formats,
    "points": measured_points,
    "decoders": measured_decoders,
    "lossless": measured_lossless,
    "unique": measured_uniqueness,
    "by_heart": measured_by_heart,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--keep", action="store_true")
    asked = parser.parse_args()
    pixels = data.load("mnist", "test").pixels[: asked.images]
    figures: dict = {"images": len(pixels)}
    figures |= {name: rounded(PARTS[name](pixels)) for name in asked.only}
    if asked.keep:
        kept = shipped.FIGURES
        before = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
        figures = {**before, **figures}
        figures |= {"break_even": break_even(figures), "machine": describe_machine()}
        of_formats = {name: 8 * size / 784 for name, size in figures["formats"].items()}
        figures["bits_a_pixel"] = rounded(of_formats)
        with replacing(kept) as beside:
            beside.write_text(json.dumps(figures) + "\n", encoding="utf-8")
    print(json.dumps({name: figures[name] for name in figures if name != "points"}, indent=1))


def rounded(value):
    """Numbers with as many digits as mean something."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
