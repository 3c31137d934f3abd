"""Learning by heart: one network on few and on many images, and what is said to help against it.

Every combination of SIZES and REMEDIES is an ordinary run of the same number of steps. What all of
them gave is shipped; anybody makes one of them anew with ``plan``.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from aecore import checkpoint, data
from aecore.map_file import read_tensors
from aecore.messages import N_, Problem
from aecore.recipe import Recipe
from aecore.training.plan import Plan

BY_HEART = checkpoint.SHIPPED / "inside" / "by_heart.safetensors"
SIZES = (20, 100, 500, 2_000, 10_000, 60_000)
FAMILY = "deep"
SETTINGS: dict[str, Any] = {"latent_dim": 32, "widths": [256, 128]}
RECIPE = Recipe(epochs=20, steps=25, batch_size=64, precision="float32")
DRAWN = 4  # images of each kind whose pictures are kept
ENCODER = "deep-32"  # whose codes stand in for images that aren't on a machine

Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Remedy:
    """What is said to help: its name, and what it changes of SETTINGS and RECIPE."""

    title: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)


REMEDIES = {
    "none": Remedy(N_("nothing")),
    "dropout": Remedy(N_("dropout"), settings={"dropout": 0.2}),
    "decay": Remedy(N_("weight decay"), recipe={"weight_decay": 1.0}),
    "noise": Remedy(N_("noise on the input"), recipe={"input_noise": 0.2}),
    "early": Remedy(N_("early stopping"), recipe={"validation": 0.1, "patience": 3}),
}


def plan(images: int, remedy: str, dataset: str = "mnist", seed: int = 0) -> Plan:
    """The run that learns from so many images of a data set with one of the REMEDIES."""
    helps = REMEDIES[remedy]
    recipe = replace(RECIPE, images=images, seed=seed, **helps.recipe)
    return Plan(FAMILY, {**SETTINGS, **helps.settings}, dataset, recipe)


def curve(rows: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """MSE (epochs, 2) on images learned from and on test images, of a run's metrics.jsonl."""
    signs = [row.get("signs", {}) for row in rows]
    told = [(one.get("train_mse", np.nan), one.get("mse", np.nan)) for one in signs]
    return np.array(told, np.float32).reshape(-1, 2)


@dataclass(frozen=True, eq=False)
class ByHeart:
    """What all runs gave, sizes (S,) by remedies (R,) in their order here.

    curves: float32 (S, R, epochs, 2), MSE on learned and on test images, no number after an early
    stop. kept: (S, R, 2), the same of the model that was kept. pictures: uint8 (S, R, 8, C, H, W),
    what it draws of four images that it has learned from and of four others, whose ``places`` (8,)
    are in the training and in the test images. codes: (8, d) of them by the ENCODER. seconds:
    (S, R) of each run.
    """

    curves: np.ndarray
    kept: np.ndarray
    pictures: np.ndarray
    places: np.ndarray
    codes: np.ndarray
    seconds: np.ndarray

    def gap(self) -> np.ndarray:
        """(S, R): by how much the MSE on test images is above that on images learned from."""
        gap: np.ndarray = self.kept[..., 1] - self.kept[..., 0]
        return gap

    def save(self, path: Path) -> None:
        """Write as safetensors. Raises OSError."""
        import torch

        tensors = {name: torch.from_numpy(getattr(self, name)) for name in _DIMENSIONS}
        path.parent.mkdir(exist_ok=True)
        checkpoint.write(path, tensors, {"format": 1, "kind": "by_heart"})

    @classmethod
    def load(cls, path: Path = BY_HEART) -> Self:
        """Read the file. Raises Problem for anything that is none, or of another version."""
        tensors = read_tensors(path, "by_heart", _DIMENSIONS)
        table = (len(SIZES), len(REMEDIES))
        if any(tensors[name].shape[:2] != table for name in ("curves", "kept", "pictures")):
            raise Problem(N_("“{name}” is damaged."), name=path.name)
        return cls(**tensors)


_DIMENSIONS = {"curves": 4, "kept": 3, "pictures": 6, "places": 1, "codes": 2, "seconds": 2}


def drawn_places(images: int, wanted: Plan) -> np.ndarray:
    """(DRAWN,) places of training images, of so many, that this run learns from.

    The last ones drawn: they are among those of every size, and never held back for validation.
    """
    from aecore.training.loop import split

    learned: np.ndarray = split(images, wanted.recipe)[0][-DRAWN:].numpy()
    return learned


def make(on_progress: Progress = lambda images, remedy: None) -> ByHeart:
    """Train all of them on MNIST; ``on_progress`` is told the size and the remedy before each.

    Raises Problem where MNIST isn't here.
    """
    from aecore.evaluation import decode, encode

    train, test = data.load("mnist", "train"), data.load("mnist", "test")
    places = np.concatenate([drawn_places(len(train), plan(20, "none")), np.arange(DRAWN)])
    shown = np.concatenate([train.pixels[places[:DRAWN]], test.pixels[places[DRAWN:]]])
    table = (len(SIZES), len(REMEDIES))
    curves = np.full((*table, RECIPE.epochs, 2), np.nan, np.float32)
    kept, seconds = np.empty((*table, 2), np.float32), np.empty(table, np.float32)
    pictures = np.empty((*table, *shown.shape), np.uint8)
    for s, images in enumerate(SIZES):
        for r, remedy in enumerate(REMEDIES):
            on_progress(images, remedy)
            started = time.monotonic()
            model, found, last = _trained(plan(images, remedy), train, test)
            seconds[s, r] = time.monotonic() - started
            curves[s, r, : len(found)] = found
            kept[s, r] = last
            pictures[s, r] = decode(model, encode(model, shown))
    encoder, _card = checkpoint.load(checkpoint.shipped()[ENCODER])
    return ByHeart(curves, kept, pictures, places, encode(encoder, shown), seconds)


def _trained(wanted: Plan, train: data.Images, test: data.Images) -> tuple[Any, np.ndarray, Any]:
    """The model of a run, its curve, and MSE on learned and test images of what was kept."""
    import torch

    from aecore.models import build
    from aecore.training.loop import fit
    from aecore.training.watch import Watch

    torch.manual_seed(wanted.recipe.seed)
    model = build(wanted.family, **wanted.model_settings())
    watch = Watch(model, train, test, wanted.recipe)
    few = test.pixels[:DRAWN]  # the watch looks at more of them, and that is what counts here
    rows = [
        {"signs": watch.look(epoch.number, epoch.train)}
        for epoch in fit(model, train.pixels, few, wanted.recipe)
    ]
    (last,) = curve([{"signs": watch.look(wanted.recipe.epochs, {})}])
    return model, curve(rows), last
