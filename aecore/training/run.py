"""A run: one training and all that it leaves, in a directory.

=====================  ==============================================================
``config.json``        family, settings, data set, recipe: what repeats the run
``metrics.jsonl``      a line per epoch
``pictures/``          eight test images as the model drew them, a file per epoch
``snapshot.safetensors``  weights and optimiser after the last whole epoch, to resume from
``model.safetensors``  the checkpoint, always loadable
``status.json`` …      see :mod:`aecore.job`
=====================  ==============================================================
"""

import json
import os
import re
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from aecore import checkpoint, data
from aecore.checkpoint import Card
from aecore.files import replacing, write_json
from aecore.job import Job, Stopped, jobs, newest_first, writing_to
from aecore.messages import N_, Problem
from aecore.training.recipe import Recipe

if TYPE_CHECKING:
    from aecore.training.loop import Epoch

PICTURES = 8
STATUS_SECONDS = 0.4  # between two looks of a page at a run
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def runs_dir() -> Path:
    """Where runs are kept: AECORE_RUNS_DIR, or ``runs`` in the project folder."""
    named = os.environ.get("AECORE_RUNS_DIR")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "runs"


@dataclass(frozen=True)
class Plan:
    """What a run is to do: a family with its settings, on a data set, by a recipe."""

    family: str
    settings: dict[str, Any]
    dataset: str
    recipe: Recipe

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they stand in config.json."""
        return {
            "family": self.family,
            "settings": self.settings,
            "dataset": self.dataset,
            "recipe": self.recipe.to_json(),
        }

    def check(self) -> None:
        """Refuse a bad plan before anything is made for it. Raises Problem."""
        from aecore.corruption import CORRUPTIONS
        from aecore.models import build

        shape = data.dataset(self.dataset).shape
        build(self.family, **{**self.settings, "image_shape": shape})
        CORRUPTIONS[self.recipe.corruption]

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The plan with these values. Raises Problem when something is missing."""
        try:
            recipe = Recipe.from_json(values["recipe"])
            return cls(values["family"], dict(values["settings"]), values["dataset"], recipe)
        except (KeyError, TypeError, ValueError) as error:
            raise Problem(
                N_("The run's config.json doesn't fit this version. Start a new run.")
            ) from error


class Run(Job):
    """A run's directory."""

    @classmethod
    def named(cls, name: str) -> "Run":
        """The run of that name in ``runs_dir()``. Raises Problem for what is no plain name."""
        if not _NAME.fullmatch(name):
            raise Problem(
                N_("“{name}” is no name of a run; use letters, digits, dots and hyphens."),
                name=name,
            )
        return cls(runs_dir() / name)

    @classmethod
    def new(cls, plan: Plan) -> "Run":
        """A run with a fresh name made of family, code size, data set and time."""
        kind, _, path = plan.dataset.partition(":")  # of one's own pictures the last name is enough
        dataset = re.sub(r"[^A-Za-z0-9]+", "-", Path(path).stem or kind)[:24].strip("-")
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        parts = (plan.family, plan.settings.get("latent_dim"), dataset, stamp)
        name = "-".join(str(part) for part in parts if part)
        taken = {path.name for path in runs_dir().glob(f"{name}*")}
        names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
        return cls.named(next(free for free in names if free not in taken))

    @property
    def checkpoint(self) -> Path:
        """The run's checkpoint; it is there from the first epoch on."""
        return self.path / "model.safetensors"

    def plan(self) -> Plan:
        """What the run does. Raises Problem when its config is missing or of another version."""
        try:
            values = json.loads((self.path / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Problem(
                N_("“{name}” is no run: its config.json cannot be read."), name=self.name
            ) from error
        return Plan.from_json(values)

    def epochs(self) -> list[dict[str, Any]]:
        """The epochs so far, each with number, train, test, learning_rate, seconds, share."""
        try:
            lines = (self.path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        rows = []
        for line in lines:
            try:
                rows.append(json.loads(line))
            except ValueError:  # the line that a killed process was writing
                break
        return rows

    def pictures(self, epoch: int) -> np.ndarray | None:
        """uint8 (8, C, H, W): the run's test images as drawn after ``epoch``; 0: originals."""
        try:
            pictures: np.ndarray = np.load(self._picture_path(epoch), allow_pickle=False)
        except (OSError, ValueError):
            return None
        return pictures

    def _picture_path(self, epoch: int) -> Path:
        return self.path / "pictures" / f"{epoch:04d}.npy"

    def _write_pictures(self, epoch: int, pictures: np.ndarray) -> None:
        path = self._picture_path(epoch)
        path.parent.mkdir(exist_ok=True)
        with replacing(path) as beside, beside.open("wb") as file:
            np.save(file, pictures)

    def _write_epochs(self, rows: list[dict[str, Any]]) -> None:
        with replacing(self.path / "metrics.jsonl") as beside:
            beside.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def snapshot(self) -> tuple[int, str, "dict[str, Any]"] | None:
        """Number, precision and tensors of the last whole epoch. Raises Problem if damaged."""
        from safetensors.torch import load

        path = self.path / "snapshot.safetensors"
        if not path.is_file():
            return None
        header = checkpoint.read_header(path).ours
        return int(header["epoch"]), str(header["precision"]), load(path.read_bytes())

    def prepare(self, plan: Plan) -> None:
        """Make the directory of a new run. Raises Problem when it is there or can't be written."""
        if (self.path / "config.json").exists():
            raise Problem(
                N_("The run “{name}” is there already. Resume it, or choose another name."),
                name=self.name,
            )
        with writing_to(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            write_json(self.path / "config.json", plan.to_json())

    def launch(self) -> None:
        """Begin a prepared run, or go on with one that ended early, in a process of its own.

        Raises Problem when nothing can be written.
        """
        self.start(["train", "--resume", "--run", str(self.path.resolve())])

    def train(self, on_progress: "Progress | None" = None) -> None:
        """Begin a prepared run, or go on with one that ended early, in this process.

        Ends early when a file ``stop`` appears. Raises Problem.
        """
        if not os.path.isfile(self.path / "config.json"):
            self.plan()  # says that this is no run, and leaves no trace of having looked
        with self.work():
            _train(self, self.plan(), on_progress or Progress())


class Progress:
    """Where a run in this process tells how far it is; the command line draws it."""

    def epoch(self, epoch: "Epoch", epochs: int) -> None:
        """An epoch is over."""

    def share(self, number: int, epochs: int, share: float) -> None:
        """Epoch ``number`` of ``epochs`` is done to ``share`` 0…1."""


def runs() -> list[Run]:
    """All runs, the newest first."""
    return [Run(job.path) for job in newest_first(jobs(runs_dir()), "config.json")]


def _train(run: Run, plan: Plan, progress: Progress) -> None:
    import torch

    from aecore.evaluation import card_metrics, reconstruct
    from aecore.models import build
    from aecore.training.loop import fit, resolve_precision

    recipe = plan.recipe
    train, test = data.load(plan.dataset, "train"), data.load(plan.dataset, "test")
    settings = {**plan.settings, "image_shape": train.shape}
    torch.manual_seed(recipe.seed)
    model = build(plan.family, **settings)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)

    shown = test.pixels[_one_of_each(test.labels, len(test))]
    run._write_pictures(0, shown)
    snapshot = run.snapshot()
    if snapshot:
        number, precision, tensors = snapshot
    else:
        number, tensors = 0, {}
        images = torch.from_numpy(train.pixels).to(device)
        batch_size = min(recipe.batch_size, len(images))
        dtype = resolve_precision(model, images, batch_size, recipe)
        precision = str(dtype).removeprefix("torch.")
    recipe = replace(recipe, precision=precision)
    rows = run.epochs()[:number]
    run._write_epochs(rows)

    card = Card(
        name=run.name,
        family=plan.family,
        config=model.config.to_json(),
        dataset=plan.dataset,
        corruption=recipe.corruption,
        strength=recipe.strength,
        recipe=recipe.to_json(),
        seed=recipe.seed,
        seconds=sum(row["seconds"] for row in rows),
        created=datetime.now(UTC).date().isoformat(),
    )
    last_said = 0.0
    began = time.monotonic()

    def tick(share: float) -> bool:
        nonlocal last_said
        at = len(rows) + share
        progress.share(len(rows) + 1, recipe.epochs, share)
        if time.monotonic() - last_said > STATUS_SECONDS:
            last_said = time.monotonic()
            left = (last_said - began) / (at - number) * (recipe.epochs - at)
            run.say("running", epoch=len(rows) + 1, share=share, seconds_left=left)
        return run.stop_requested()

    for epoch in fit(
        model,
        train.pixels,
        test.pixels,
        recipe,
        snapshot=(number, tensors) if snapshot else None,
        tick=tick,
    ):
        run._write_pictures(epoch.number, _as_bytes(reconstruct(model, shown)))
        rows.append(
            {
                "number": epoch.number,
                "train": epoch.train,
                "test": epoch.test,
                "learning_rate": epoch.learning_rate,
                "seconds": epoch.seconds,
                "images_per_second": epoch.images_per_second,
                "share": epoch.share,
            }
        )
        run._write_epochs(rows)
        card = replace(card, seconds=sum(row["seconds"] for row in rows))
        checkpoint.save(run.checkpoint, model, card)
        if epoch.share == 1:
            # last: whoever resumes from it finds all that belongs to its epoch
            header = {"epoch": epoch.number, "precision": precision}
            checkpoint.write(run.path / "snapshot.safetensors", epoch.tensors(), header)
        progress.epoch(epoch, recipe.epochs)

    figures = card_metrics(model, test.pixels, recipe.corruption, recipe.strength)
    checkpoint.save(run.checkpoint, model, replace(card, metrics=figures))
    if len(rows) < recipe.epochs or rows[-1]["share"] < 1:
        raise Stopped


def _one_of_each(labels: np.ndarray | None, n: int) -> list[int]:
    """Up to eight images, of as many classes as there are."""
    if labels is None:
        return list(range(min(PICTURES, n)))
    firsts = sorted(np.unique(labels, return_index=True)[1].tolist(), key=lambda i: labels[i])
    others = [i for i in range(min(n, 2 * PICTURES)) if i not in firsts]
    return [*firsts, *others][:PICTURES]


def _as_bytes(images: np.ndarray) -> np.ndarray:
    rounded: np.ndarray = np.round(images * 255).astype(np.uint8)
    return rounded
