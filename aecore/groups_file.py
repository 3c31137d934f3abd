"""The shipped groups: MNIST's 70,000 digits on a map of islands, and their groups by every way."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aecore import checkpoint, clustering, data, map_file
from aecore.clustering import GROUPS
from aecore.messages import N_, Problem
from aecore.pca import SHIPPED_PCA, PrincipalComponents

FILE = checkpoint.SHIPPED / "features" / "groups.safetensors"
KIND = "groups"
POINTS, TEST = 70_000, 10_000
# from what the groups are found, and how
WAYS = tuple(
    f"{what}-{how}" for what in ("pixels", "pca", "codes", "map") for how in ("kmeans", "mixture")
)
BEST = "map-mixture"
ENCODER = "conv-32"
COMPONENTS = 32


@dataclass(frozen=True)
class Groups:
    """MNIST on a map of islands, and the group of each digit. The test digits come first.

    ``positions`` (70,000, 2) float32, 0…65,535; ``groups`` (8, 10,000) uint8: of the test digits,
    by each of WAYS; ``everybody`` (70,000,) uint8: of all digits, by BEST. ``facts``: encoder and
    checkpoint (its name and digest), ``seconds`` of the map, and for each way ``scores`` (accuracy,
    ari and nmi, see ``clustering.scores``) and ``counts``: how many of all digits of each group
    (row) are of each class (column).
    """

    positions: np.ndarray
    groups: np.ndarray
    everybody: np.ndarray
    facts: dict[str, Any]

    def of(self, way: str) -> np.ndarray:
        """The groups (10,000,) of the test digits by one of WAYS."""
        found: np.ndarray = self.groups[WAYS.index(way)]
        return found

    def counts(self, way: str) -> np.ndarray:
        """How many of all 70,000 digits of each group (row) are of each class (column)."""
        return np.array(self.facts["counts"][way], np.int64)

    def save(self, path: Path) -> None:
        """Write as safetensors, positions with 16 bits. Raises OSError."""
        import torch

        tensors = {
            "positions": torch.from_numpy(map_file.in_16_bits(self.positions)),
            "groups": torch.from_numpy(self.groups),
            "everybody": torch.from_numpy(self.everybody),
        }
        path.parent.mkdir(exist_ok=True)
        checkpoint.write(path, tensors, {"format": 1, "kind": KIND, "facts": self.facts})


def load_groups(path: Path = FILE) -> Groups:
    """Read the file. Raises Problem for anything that is none."""
    shapes = {"positions": (POINTS, 2), "groups": (len(WAYS), TEST), "everybody": (POINTS,)}
    tensors = map_file.read_tensors(path, KIND, {name: len(s) for name, s in shapes.items()})
    facts = checkpoint.read_header(path).ours.get("facts")
    whole = all(tensors[name].shape == shape for name, shape in shapes.items())
    few = whole and max(tensors["groups"].max(), tensors["everybody"].max()) < GROUPS
    if not (few and isinstance(facts, dict) and _fit(facts)):
        raise Problem(N_("“{name}” is damaged."), name=path.name)
    return Groups(
        tensors["positions"].astype(np.float32), tensors["groups"], tensors["everybody"], facts
    )


def _fit(facts: dict[str, Any]) -> bool:
    """Whether they have counts and scores for every way."""
    counts, scores = facts.get("counts"), facts.get("scores")
    if not (isinstance(counts, dict) and isinstance(scores, dict)):
        return False
    try:
        shapes = {np.array(counts[way], np.int64).shape for way in WAYS}
        numbers = [float(scores[way][name]) for way in WAYS for name in ("accuracy", "ari", "nmi")]
    except (KeyError, TypeError, ValueError):
        return False
    return shapes == {(GROUPS, GROUPS)} and all(-1 <= number <= 1 for number in numbers)


def make() -> Groups:
    """Find them anew, without a label, and judge them by the labels. Raises Problem.

    Some minutes: k-means takes the best of three starts, mixtures of eight on the map, of two
    elsewhere; on pixels one with "diag" covariances, since full ones would have 307,000 numbers.
    """
    from aecore.evaluation import encode

    parts = [data.load("mnist", split) for split in ("test", "train")]
    pixels = np.concatenate([part.pixels for part in parts])
    labels = np.concatenate([part.labels for part in parts if part.labels is not None])
    flat = pixels.reshape(len(pixels), -1).astype(np.float32) / 255
    model, card = checkpoint.load(checkpoint.shipped()[ENCODER])
    codes = encode(model, pixels)
    began = time.monotonic()
    places = clustering.island_map(codes)
    seconds = round(time.monotonic() - began, 1)
    components = PrincipalComponents.load(SHIPPED_PCA).encode(flat, COMPONENTS)
    of = {"pixels": flat, "pca": components, "codes": codes, "map": places}
    found = {way: _found(way, of[way.split("-")[0]]) for way in WAYS}
    shape = (GROUPS, GROUPS)
    facts = {
        "encoder": card.name,
        "checkpoint": checkpoint.digest(checkpoint.shipped()[ENCODER]),
        "seconds": seconds,
        "scores": {way: clustering.scores(groups, labels) for way, groups in found.items()},
        "counts": {
            way: clustering.counted(groups, labels, shape).tolist() for way, groups in found.items()
        },
    }
    return Groups(places, np.stack([found[way][:TEST] for way in WAYS]), found[BEST], facts)


def _found(way: str, points: np.ndarray) -> np.ndarray:
    """The groups, uint8 (N,), of points (N, d) by one of WAYS."""
    what, how = way.split("-")
    if how == "kmeans":
        return clustering.k_means(points)
    if what == "pixels":
        return clustering.mixture(points, starts=1, kind="diag")
    return clustering.mixture(points, starts=clustering.STARTS if what == "map" else 2)
