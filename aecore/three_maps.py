"""Three ways to a map of the same images: t-SNE of pixels, of 32 principal components, of codes."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aecore import checkpoint, map_file, projection
from aecore.data import Images
from aecore.mapping import check_settings
from aecore.messages import N_, Problem
from aecore.neighbours import Misplaced
from aecore.pca import PrincipalComponents

THREE_MAPS = checkpoint.SHIPPED / "bench.safetensors"
POINTS = 2500
WAYS = ("pixels", "pca", "codes")  # in the order of the file's first axis
NUMBERS = 32  # principal components, as many as the codes have numbers


@dataclass(frozen=True)
class ThreeMaps:
    """Positions (3, N, 2) by the WAYS, labels (N,) uint8 and what neighbours were misplaced.

    ``facts``: name and checkpoint of the encoder, dataset, split, images (that there are), points
    and seed (which ``projection.sample`` drew), perplexity, and "ways": for each its ``seconds``
    (t-SNE and what prepares it; not the encoder's training), ``knn_accuracy`` and
    ``trustworthiness`` (10 neighbours, 0…1). One measure for all: that and ``misplaced`` compare
    with neighbours among pixels.
    """

    positions: np.ndarray
    labels: np.ndarray
    misplaced: tuple[Misplaced, ...]
    facts: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write as safetensors, positions with 16 bits. Raises OSError."""
        import torch

        tensors = {
            "positions": torch.from_numpy(
                np.stack([map_file.in_16_bits(p) for p in self.positions])
            ),
            "labels": torch.from_numpy(self.labels),
            "torn": torch.from_numpy(np.stack([one.torn for one in self.misplaced])),
            "close": torch.from_numpy(np.stack([one.close for one in self.misplaced])),
        }
        checkpoint.write(path, tensors, {"format": 1, "kind": "bench", "facts": self.facts})


def load_three_maps(path: Path = THREE_MAPS) -> ThreeMaps:
    """Read the file. Raises Problem for anything that is none."""
    dimensions = {"positions": 3, "labels": 1, "torn": 2, "close": 2}
    tensors = map_file.read_tensors(path, "bench", dimensions)
    pairs = zip(tensors["torn"], tensors["close"], strict=True)
    return ThreeMaps(
        tensors["positions"].astype(np.float32),
        tensors["labels"],
        tuple(Misplaced(torn, close) for torn, close in pairs),
        checkpoint.read_header(path).ours["facts"],
    )


def make(encoder: Path, images: Images, perplexity: float = 30.0, seed: int = 0) -> ThreeMaps:
    """Compute the three maps of POINTS of the images, or of all where there are fewer.

    Raises Problem where they have no two classes, where there are too few, and for a bad
    perplexity or seed, before work begins; and where pixels or codes are all the same.
    """
    from aecore import metrics, neighbours
    from aecore.evaluation import check_codes, check_fits, encode

    if not metrics.several_classes(images.labels):
        raise Problem(N_("These examples have no classes to be told by their neighbours."))
    check_settings(len(images), POINTS, perplexity, seed)
    model, card = checkpoint.load(encoder)
    check_fits(card, images)
    chosen = images.take(projection.sample(len(images), POINTS, seed))
    assert chosen.labels is not None
    labels = chosen.labels.astype(np.uint8)
    pixels = chosen.pixels.reshape(len(chosen), -1).astype(np.float32) / 255

    def principal_components() -> np.ndarray:
        return PrincipalComponents.fit(chosen.pixels, NUMBERS).encode(pixels, NUMBERS)

    def codes() -> np.ndarray:
        found = encode(model, chosen.pixels)
        check_codes(found)
        return found

    inputs = {
        "pixels": lambda: pixels,
        "pca": principal_components,
        "codes": codes,
    }
    projection.tsne(
        pixels[:300], projection.LOWEST_PERPLEXITY
    )  # what is imported and compiled once counts for none
    positions, ways, wrong = [], {}, []
    for way in WAYS:
        started = time.monotonic()
        places = projection.tsne(inputs[way](), perplexity, seed)
        ways[way] = {
            "seconds": round(time.monotonic() - started, 2),
            "knn_accuracy": metrics.knn_accuracy(places, labels),
            "trustworthiness": metrics.trustworthiness(pixels, places),
        }
        positions.append(places)
        wrong.append(neighbours.misplaced(pixels, places))
    facts = {
        "name": card.name,
        "checkpoint": checkpoint.digest(encoder),
        "dataset": images.dataset,
        "split": images.split,
        "images": len(images),
        "points": len(chosen),
        "seed": seed,
        "perplexity": perplexity,
        "ways": ways,
    }
    return ThreeMaps(np.stack(positions), labels, tuple(wrong), facts)
