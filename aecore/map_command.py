"""``python -m aecore project``: codes of a data set and their t-SNE map."""

import argparse
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from aecore import shell
from aecore.files import check_writable
from aecore.job import Stopped

if TYPE_CHECKING:
    from aecore.map_file import MovingMap
    from aecore.mapping import MapJob

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: "Commands") -> None:
    """Add it to the commands."""
    add = commands.add_parser("project", help="codes of a data set and their t-SNE map")
    add.add_argument("checkpoint", type=Path)
    add.add_argument("--dataset", default="mnist")
    add.add_argument(
        "--split", choices=("train", "test", "all"), default="test", help="all: train, then test"
    )
    add.add_argument("--points", type=int, help="how many examples (default: all)")
    add.add_argument("--perplexity", type=float, default=30.0)
    add.add_argument("--seed", type=int, default=0)
    add.add_argument("--out", type=Path, required=True, help="the map, a .safetensors file")
    add.add_argument("--job", type=Path, help="directory that tells the progress and takes a stop")
    add.add_argument("--json", action="store_true", help="print one JSON object")
    add.set_defaults(run=_project)


def _project(chosen: argparse.Namespace) -> None:
    from aecore.mapping import MapJob

    job = MapJob(chosen.job) if chosen.job else None
    with suppress(Stopped), job.work() if job else nullcontext():  # Stopped: called off in line
        _make_map(chosen, job)


def _make_map(chosen: argparse.Namespace, job: "MapJob | None") -> None:
    from aecore import mapping

    check_writable(chosen.out)
    tell = job.teller() if job else lambda moving: False
    with tqdm(unit=" steps", disable=None) as bar:

        def on_move(moving: "MovingMap") -> bool:
            bar.total = mapping.steps(moving)
            bar.update(moving.facts["iteration"] - bar.n)
            return tell(moving)

        made = mapping.make(
            chosen.checkpoint,
            mapping.load_split(chosen.dataset, chosen.split),
            points=chosen.points,
            perplexity=chosen.perplexity,
            seed=chosen.seed,
            on_move=on_move,
        )
    made.save(chosen.out)
    if made.note:
        shell.remark(made.note)
    shell.facts({"out": str(chosen.out), **made.facts}, chosen.json)
    if made.facts["iterations"] < mapping.steps(made):
        raise Stopped
