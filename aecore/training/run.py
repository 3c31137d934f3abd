"""A run: one training and all that it leaves, in a directory.

=====================  ==============================================================
``config.json``        family, settings, data set, recipe: what repeats the run
``metrics.jsonl``      a line per epoch
``record/``            how codes and images looked as it learned, see :mod:`.record`
``snapshot…``          weights and optimisers after the last whole epoch, to resume from, see
                       :mod:`.snapshot`
``model.safetensors``  the checkpoint, always loadable
``status.json`` …      see :mod:`aecore.job`
=====================  ==============================================================
"""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from aecore import checkpoint, data
from aecore.checkpoint import Card
from aecore.diagnosis import Finding, of_run
from aecore.files import replacing, write_json
from aecore.job import STATUS_SECONDS, Job, Stopped, jobs, newest_first, writing_to
from aecore.messages import N_, Problem
from aecore.recipe import Recipe
from aecore.storage import runs_dir
from aecore.training import snapshot
from aecore.training.plan import Plan
from aecore.training.record import Record, Recorder
from aecore.training.snapshot import Snapshot
from aecore.training.watch import Watch

if TYPE_CHECKING:
    from aecore.models import Autoencoder
    from aecore.training.loop import Epoch, Tick

NAMED = 5  # classes that a run's name names
BEGIN = "begin"  # what the first of several processes tells the others
ROW = {"number", "train", "test", "seconds", "share"}  # of metrics.jsonl, from the first version on
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


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
        """A run with a fresh name made of family, code size, data set and time.

        Raises Problem when its directory cannot be made.
        """
        kind, _, path = plan.dataset.partition(":")  # of one's own pictures the last name is enough
        dataset = re.sub(r"[^A-Za-z0-9]+", "-", Path(path).stem or kind)[:24].strip("-")
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        classes = "".join(f"-{label}" for label in plan.classes[:NAMED])
        parts = (plan.family, plan.settings.get("latent_dim"), dataset + classes, stamp)
        name = "-".join(str(part) for part in parts if part)
        number = 1
        with writing_to(runs_dir()):
            runs_dir().mkdir(parents=True, exist_ok=True)
            while True:
                run = cls.named(name if number == 1 else f"{name}-{number}")
                try:
                    run.path.mkdir()  # nobody else gets the name: a class starts within a second
                    return run
                except FileExistsError:
                    number += 1

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
        """The epochs so far, each with number, train, test, learning_rate, seconds, share and
        signs, see :mod:`aecore.diagnosis`."""
        try:
            lines = (self.path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        rows = []
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:  # damaged by a disk: the others still tell their epochs
                continue
            if isinstance(row, dict) and row.keys() >= ROW and isinstance(row["number"], int):
                rows.append(row)
        return rows

    @property
    def record(self) -> Record:
        """How codes and images looked as the model learned; empty in runs of older versions."""
        return Record(self.path / "record")

    def _write_epochs(self, rows: list[dict[str, Any]]) -> None:
        with replacing(self.path / "metrics.jsonl") as beside:
            beside.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    @classmethod
    def prepared(cls, plan: Plan, folder: Path | None = None) -> "Run":
        """A new run of a plan, in ``folder`` or under a fresh name, which waits to be begun.

        Raises Problem for a plan that cannot be carried out, before anything is made for it.
        """
        plan.check()
        run = cls(folder) if folder else cls.new(plan)
        run.prepare(plan)
        return run

    @classmethod
    def begin(cls, plan: Plan) -> "Run":
        """A new run that trains in a process of its own. Raises Problem, then nothing is left."""
        run = cls.prepared(plan)
        try:
            run.launch()
        except Problem:
            shutil.rmtree(run.path, ignore_errors=True)
            raise
        return run

    def prepare(self, plan: Plan) -> None:
        """Make the directory of a new run. Raises Problem when it is there or can't be written."""
        with writing_to(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            # of several who choose the same name one comes first
            lock = self._locked()
            try:
                if (self.path / "config.json").exists():
                    raise Problem(
                        N_("The run “{name}” is there already. Resume it, or choose another name."),
                        name=self.name,
                    )
                write_json(self.path / "config.json", plan.to_json())
            finally:
                lock.release()

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
        from aecore import parallel

        if parallel.world().rank:  # another process writes the files; this one lends a hand
            if parallel.from_first("") == BEGIN:
                start = _start(self, self.plan())
                for _epoch in start.fit(lambda share: False):
                    pass
            return
        try:
            with self.work():
                parallel.from_first(BEGIN)
                _train(self, self.plan(), on_progress or Progress())
        except Stopped:  # called off while it waited in line
            parallel.from_first("")


class Progress:
    """Where a run in this process tells how far it is; the command line draws it."""

    def epoch(self, epoch: "Epoch", epochs: int) -> None:
        """An epoch is over."""

    def fault(self, finding: Finding) -> None:
        """Something has begun to go wrong."""

    def share(self, number: int, epochs: int, share: float) -> None:
        """Epoch ``number`` of ``epochs`` is done to ``share`` 0…1."""


def runs() -> list[Run]:
    """All runs, the newest first."""
    return [Run(job.path) for job in newest_first(jobs(runs_dir()), "config.json")]


class _Start(NamedTuple):
    """What every process of a training begins with."""

    model: "Autoencoder"
    train: data.Images
    test: data.Images
    recipe: Recipe  # with the precision that was decided
    snapshot: Snapshot | None

    def fit(self, tick: "Tick") -> "Iterator[Epoch]":
        """The loop over the epochs that are left."""
        from aecore.training.loop import fit

        return fit(
            self.model,
            self.train.pixels,
            self.test.pixels,
            self.recipe,
            labels=(self.train.labels, self.test.labels),
            snapshot=self.snapshot and (self.snapshot.epoch, self.snapshot.tensors),
            tick=tick,
        )


def _start(run: Run, plan: Plan) -> _Start:
    import torch

    from aecore import parallel
    from aecore.models import build, to_input
    from aecore.training.loop import resolve_precision

    before = snapshot.images(run.path)
    if before and before != data.dataset(plan.dataset).version:
        # what was learned from would be among the test images
        raise Problem(
            N_(
                "The files of “{name}” are not those that it has learned from: some were added, "
                "renamed or removed. Bring them back, or start a new run."
            ),
            name=run.name,
        )
    train, test = plan.images("train"), plan.images("test")
    plan.recipe.check_images(len(train))  # pictures may be gone since the run was planned
    torch.manual_seed(plan.recipe.seed)
    model = build(plan.family, **plan.model_settings()).to(parallel.device())
    begun = snapshot.load(run.path, model)
    if begun:
        precision = begun.precision
    else:
        batch = to_input(train.pixels[np.arange(min(plan.recipe.batch_size, len(train)))])
        dtype = resolve_precision(model, batch.to(parallel.device()), plan.recipe)
        precision = parallel.from_first(str(dtype).removeprefix("torch."))
    return _Start(model, train, test, replace(plan.recipe, precision=precision), begun)


def _train(run: Run, plan: Plan, progress: Progress) -> None:
    from aecore import parallel
    from aecore.evaluation import card_metrics

    start = _start(run, plan)
    model, test, recipe = start.model, start.test, start.recipe
    finished = start.snapshot.epoch if start.snapshot else 0
    recorder = Recorder(run.record, model, test, recipe.epochs)
    watch = Watch(model, start.train, test, recipe)
    rows = [row for row in run.epochs() if row["number"] <= finished]
    run._write_epochs(rows)
    recorder.begin(finished, data.dataset(plan.dataset).classes)

    card = Card(
        name=run.name,
        family=plan.family,
        config=model.config.to_json(),
        dataset=plan.dataset,
        classes=plan.taught,
        corruption=recipe.corruption,
        strength=recipe.strength,
        recipe=recipe.to_json(),
        seed=recipe.seed,
        seconds=sum(row["seconds"] for row in rows),
        created=datetime.now(UTC).date().isoformat(),
    )
    reached = float(finished)  # epochs; of one that is broken off the share that was done
    last_said = 0.0
    began = time.monotonic()

    def tick(share: float) -> bool:
        nonlocal last_said
        at, number = reached + share, int(reached) + 1
        progress.share(number, recipe.epochs, share)
        if share < 1:
            with parallel.alone():
                recorder.look(at)
        if time.monotonic() - last_said > STATUS_SECONDS:
            last_said = time.monotonic()
            left = (last_said - began) / (at - finished) * (recipe.epochs - at)
            run.say("running", epoch=number, share=share, seconds_left=left)
        return run.stop_requested()

    found_so_far: set[str] = set()
    early = bool(rows) and rows[-1].get("early", False)  # resumed, though it was over
    for epoch in start.fit(tick):
        reached = epoch.number - 1 + epoch.share
        early = epoch.early
        recorder.look(reached)
        with parallel.alone():
            signs = watch.look(epoch.number, epoch.train)
        rows.append(
            {
                "number": epoch.number,
                "train": epoch.train,
                "test": epoch.test,
                "learning_rate": epoch.learning_rate,
                "seconds": epoch.seconds,
                "images_per_second": epoch.images_per_second,
                "share": epoch.share,
                "validation": epoch.validation,
                "early": epoch.early,
                "signs": signs,
            }
        )
        run._write_epochs(rows)
        card = replace(card, seconds=sum(row["seconds"] for row in rows))
        checkpoint.save(run.checkpoint, model, card)
        if epoch.share == 1:
            # last: whoever resumes from it finds all that belongs to its epoch
            told = (epoch.number, recipe.precision, epoch.tensors())
            snapshot.save(run.path, Snapshot(*told, data.dataset(plan.dataset).version))
        progress.epoch(epoch, recipe.epochs)
        for finding in of_run(rows, recipe.epochs, ended=False):
            if finding.name not in found_so_far:
                found_so_far.add(finding.name)
                progress.fault(finding)

    recorder.finish(reached)
    with parallel.alone():
        damage = (recipe.corruption, recipe.strength)
        # early stopping has brought the best weights back
        signs = watch.look(rows[-1]["number"], rows[-1]["train"]) if rows else {}
        figures = {**signs, **card_metrics(model, test.pixels, *damage, test.labels)}
    checkpoint.save(run.checkpoint, model, replace(card, metrics=figures))
    if reached < recipe.epochs and not early:
        raise Stopped
