"""Maps as files: finished ones, and those that t-SNE still works on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aecore import checkpoint, metrics
from aecore.messages import N_, Problem
from aecore.neighbours import Misplaced

MAP = checkpoint.SHIPPED / "map.safetensors"
FEW_DIFFERENT = 0.9  # share of the codes: where fewer differ it has to be told
CLASS_FIGURES = ("knn_accuracy", "pca_knn_accuracy", "code_knn_accuracy")
MOST_IN_16_BITS = float(np.finfo(np.float16).max)
KINDS = {
    "map": N_("a map"),
    "moving": N_("a map in the making"),
    "pca": N_("principal components"),
    "bench": N_("three maps"),
    "lossless": N_("a lossless coder"),
    "steps": N_("the steps of codes"),
    "arbitrary": N_("pictures of arbitrary codes"),
    "signal": N_("a signal"),
    "classifier": N_("a classifier"),
    "priors": N_("distributions of codes"),
    "groups": N_("groups of digits"),
    "by_heart": N_("curves of learning by heart"),
    "tunes": N_("codes of melodies"),
}


@dataclass(frozen=True)
class Map:
    """Codes (N, d) float32, their t-SNE positions (N, 2) float32 and labels (N,) uint8.

    ``facts``: checkpoint, dataset, split, perplexity, seed, seconds, iterations, different_codes
    (how many), knn_accuracy and trustworthiness (10 neighbours, both 0…1), and the same two for
    PCA's positions; none of the CLASS_FIGURES where the points are all of one class, of which
    these would say 1; of the shipped map also placed_accuracy and placed_code_accuracy, how many
    new digits come to lie among their own class, and do by code. ``misplaced`` is None in maps of
    older versions.
    """

    codes: np.ndarray
    positions: np.ndarray
    labels: np.ndarray
    facts: dict[str, Any]
    misplaced: Misplaced | None = None

    @property
    def note(self) -> Problem | None:
        """What has to be told beside the map, in a sentence; None: nothing."""
        n = len(self.codes)
        different = self.facts.get("different_codes", n)  # older versions didn't count
        if different >= FEW_DIFFERENT * n:
            return None
        return Problem(
            N_(
                "Only {different} of the {n} codes differ. Examples with the same code lie in one "
                "heap, whose shape says nothing."
            ),
            different=different,
            n=n,
        )

    def save(self, path: Path) -> None:
        """Write as safetensors; codes with 16-bit numbers where these reach. Raises OSError."""
        import torch

        codes = torch.from_numpy(self.codes)
        tensors = {
            "codes": codes.half() if abs(self.codes).max() < MOST_IN_16_BITS else codes,
            "positions": torch.from_numpy(self.positions),
            "labels": torch.from_numpy(self.labels),
        }
        if self.misplaced is not None:
            tensors["torn"] = torch.from_numpy(self.misplaced.torn)
            tensors["close"] = torch.from_numpy(self.misplaced.close)
        checkpoint.write(path, tensors, {"format": 1, "kind": "map", "facts": self.facts})


def load_map(path: Path = MAP) -> Map:
    """Read a map. Raises Problem for anything that is none."""
    dimensions = {"codes": 2, "positions": 2, "labels": 1, "torn": 1, "close": 1}
    tensors = read_tensors(path, "map", dimensions, optional=("torn", "close"))
    facts = _facts(path, tensors)
    if not metrics.several_classes(tensors["labels"]):  # older versions wrote them all the same
        facts = {name: value for name, value in facts.items() if name not in CLASS_FIGURES}
    found = Misplaced(tensors["torn"], tensors["close"]) if "torn" in tensors else None
    codes = tensors["codes"].astype(np.float32)
    return Map(codes, tensors["positions"], tensors["labels"], facts, found)


@dataclass(frozen=True)
class MovingMap:
    """A map while t-SNE works on it: positions (N, 2) float32, labels (N,) uint8.

    ``facts``: dataset, split, images (that there are), points, seed, iteration, and ``sample``,
    how many find their places while the others stand where the nearest of these is, else 0.
    """

    positions: np.ndarray
    labels: np.ndarray
    facts: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write as safetensors, positions with 16 bits in their square. Raises OSError."""
        import torch

        tensors = {
            "positions": torch.from_numpy(in_16_bits(self.positions)),
            "labels": torch.from_numpy(self.labels),
        }
        checkpoint.write(path, tensors, {"format": 1, "kind": "moving", "facts": self.facts})


def in_16_bits(positions: np.ndarray) -> np.ndarray:
    """Positions (N, 2) as uint16 in a square around them, their middle in its; one scale."""
    low, high = positions.min(0), positions.max(0)
    scale = 1 / max(float((high - low).max()), 1e-12)
    shares = (positions - (low + high) / 2) * scale + 0.5
    whole: np.ndarray = np.rint(shares * 65535).clip(0, 65535).astype(np.uint16)
    return whole


def load_moving(path: Path) -> MovingMap:
    """Read what t-SNE has written so far, positions in 0…65535. Raises Problem."""
    tensors = read_tensors(path, "moving", {"positions": 2, "labels": 1})
    facts = _facts(path, tensors)
    return MovingMap(tensors["positions"].astype(np.float32), tensors["labels"], facts)


def _facts(path: Path, tensors: dict[str, np.ndarray]) -> dict[str, Any]:
    """A map's facts. Raises Problem unless they are there, and the tensors of the same points."""
    facts = checkpoint.read_header(path).ours.get("facts")
    points = {len(tensor) for tensor in tensors.values()}
    numbers = all(np.isfinite(tensor).all() for tensor in tensors.values())
    if not (isinstance(facts, dict) and len(points) == 1 and min(points) > 0 and numbers):
        raise Problem(N_("“{name}” is damaged."), name=path.name)
    return facts


def read_tensors(
    path: Path, kind: str, dimensions: dict[str, int], optional: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """The tensors of a file of one of our KINDS, by name, each with so many dimensions.

    Raises Problem for a file of another kind, a damaged one, and a missing tensor that is not
    ``optional``.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    header = checkpoint.read_header(path)
    lengths = {name: len(shape) for name, shape in header.shapes.items()}
    absent = [name for name in optional if name not in lengths]
    expected = {name: n for name, n in dimensions.items() if name not in absent}
    if header.ours.get("kind") != kind or lengths != expected:
        raise Problem(
            N_("“{name}” doesn't hold {kind} of the Autoencoder Explorer."),
            name=path.name,
            kind=KINDS[kind],
        )
    try:
        return dict(load_file(path))
    except (SafetensorError, OSError) as error:
        raise Problem(N_("“{name}” is damaged."), name=path.name) from error
