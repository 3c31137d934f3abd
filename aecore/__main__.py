"""The command line: ``python -m aecore list | train | evaluate | project | download``."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from aecore import checkpoint, data
from aecore.checkpoint import Card
from aecore.job import Job, Stopped
from aecore.messages import N_, Problem
from aecore.training.recipe import Recipe
from aecore.training.run import STATUS_SECONDS, Plan, Progress, Run, runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 for a problem, which goes to stderr as one sentence."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.run(chosen)
    except Problem as problem:
        print(f"aecore: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("aecore: interrupted", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m aecore", description="Autoencoders on small images")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser("list", help="families, data sets, corruptions, checkpoints, runs")
    add.add_argument("--json", action="store_true", help="print one JSON object")
    add.set_defaults(run=_list)

    add = commands.add_parser("train", help="train a model into a run directory")
    add.add_argument(
        "--run", dest="directory", type=Path, help="run directory (default: a new one)"
    )
    add.add_argument("--resume", action="store_true", help="go on with the run that is there")
    add.add_argument("--family", default="deep")
    add.add_argument("--latent-dim", type=int, help="numbers in a code, 1 to 256")
    add.add_argument("--set", action="append", default=[], metavar="NAME=JSON", dest="settings",
                     help="another setting of the family, e.g. --set beta=4")  # fmt: skip
    add.add_argument("--dataset", default="mnist")
    add.add_argument("--epochs", type=int, default=Recipe.epochs)
    add.add_argument("--batch-size", type=int, default=Recipe.batch_size)
    add.add_argument("--learning-rate", type=float)
    add.add_argument("--weight-decay", type=float, default=Recipe.weight_decay)
    add.add_argument("--precision", default=Recipe.precision, help="auto, float32 or bfloat16")
    add.add_argument("--seed", type=int, default=Recipe.seed)
    _add_corruption(add)
    add.add_argument("--json", action="store_true", help="print the card as JSON")
    add.set_defaults(run=_train)

    add = commands.add_parser("evaluate", help="figures of a checkpoint on test images")
    add.add_argument("checkpoint", type=Path)
    add.add_argument("--dataset", default="mnist")
    add.add_argument("--seed", type=int, default=0, help="of the noise")
    _add_corruption(add)
    add.add_argument("--json", action="store_true", help="print one JSON object")
    add.set_defaults(run=_evaluate)

    add = commands.add_parser("project", help="codes of a data set and their t-SNE map")
    add.add_argument("checkpoint", type=Path)
    add.add_argument("--dataset", default="mnist")
    add.add_argument("--split", choices=("train", "test"), default="test")
    add.add_argument("--points", type=int, help="how many images (default: all)")
    add.add_argument("--perplexity", type=float, default=30.0)
    add.add_argument("--seed", type=int, default=0)
    add.add_argument("--out", type=Path, required=True, help="the map, a .safetensors file")
    add.add_argument("--job", type=Path, help="directory that tells the progress and takes a stop")
    add.add_argument("--json", action="store_true", help="print one JSON object")
    add.set_defaults(run=_project)

    add = commands.add_parser("download", help="fetch a data set into the cache")
    add.add_argument("dataset", help="mnist or fashion_mnist")
    add.set_defaults(run=_download)
    return parser


def _add_corruption(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corruption", default="none", help="what is done to the input")
    parser.add_argument("--strength", type=float, default=0.0, help="0 to 1; training: up to it")


def _list(chosen: argparse.Namespace) -> None:
    from aecore.corruption import CORRUPTIONS
    from aecore.models import MODELS

    found: dict[str, Any] = {
        "families": {name: model.summary for name, model in MODELS.items()},
        "datasets": {
            name: {"title": entry.title, "here": entry.on_this_machine()}
            for name, entry in data.DATASETS.items()
        },
        "corruptions": {name: entry.meaning for name, entry in CORRUPTIONS.items()},
        "checkpoints": [str(path) for path in checkpoint.shipped().values()],
        "runs": {run.name: run.state() for run in runs()},
    }
    if chosen.json:
        print(json.dumps(found, indent=1))
        return
    for heading, entries in found.items():
        print(heading)
        for name in entries:
            fact = entries[name] if isinstance(entries, dict) else ""
            if isinstance(fact, dict):
                fact = f"{fact['title']} ({'here' if fact['here'] else 'not on this machine'})"
            print(f"  {name:14}  {fact}".rstrip())


def _train(chosen: argparse.Namespace) -> None:
    if chosen.resume:
        if chosen.directory is None:
            raise Problem(N_("Say which run to resume: --resume --run DIR."))
        run = Run(chosen.directory)
    else:
        recipe = Recipe(
            epochs=chosen.epochs,
            batch_size=chosen.batch_size,
            learning_rate=chosen.learning_rate,
            weight_decay=chosen.weight_decay,
            corruption=chosen.corruption,
            strength=chosen.strength,
            seed=chosen.seed,
            precision=chosen.precision,
        )
        settings = dict(_setting(text) for text in chosen.settings)
        if chosen.latent_dim is not None:
            settings["latent_dim"] = chosen.latent_dim
        plan = Plan(chosen.family, settings, chosen.dataset, recipe)
        plan.check()
        run = Run(chosen.directory) if chosen.directory else Run.new(plan)
        run.prepare(plan)
    with _Bars() as bars:
        run.train(bars)
    card = checkpoint.describe(run.checkpoint) if run.checkpoint.is_file() else None
    if card is None:
        print(f"{run.path}: stopped before the first weights were saved", file=sys.stderr)
    else:
        facts = {"checkpoint": str(run.checkpoint), "state": run.state(), **_facts(card)}
        _print({**facts, "seconds": round(card.seconds, 2), **card.metrics}, chosen.json)


def _setting(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        raise Problem(
            N_("“{text}” is not a setting; expected is NAME=JSON, such as beta=4."), text=text
        ) from None


def _evaluate(chosen: argparse.Namespace) -> None:
    from aecore.evaluation import evaluate

    model, card = checkpoint.load(chosen.checkpoint)
    images = data.load(chosen.dataset, "test")
    check_fits(card, images)
    figures = evaluate(model, images.pixels, chosen.corruption, chosen.strength, chosen.seed)
    facts = {**_facts(card), "dataset": chosen.dataset, "images": len(images)}
    facts |= {"corruption": chosen.corruption, "strength": chosen.strength}
    _print({**facts, **figures}, chosen.json)


def check_fits(card: Card, images: "data.Images") -> None:
    """Raise Problem unless the images have the shape that the model takes."""
    if images.shape != card.image_shape:
        raise Problem(
            N_("“{name}” takes images of shape {expected}; these have {found}. Choose others."),
            name=card.name,
            expected=card.image_shape,
            found=images.shape,
        )


def _project(chosen: argparse.Namespace) -> None:
    if chosen.job is None:
        _make_map(chosen, None)
    else:
        job = Job(chosen.job)
        with job.work():
            _make_map(chosen, job)


def _make_map(chosen: argparse.Namespace, job: Job | None) -> None:
    from aecore import metrics, projection
    from aecore.evaluation import encode

    model, card = checkpoint.load(chosen.checkpoint)
    images = data.load(chosen.dataset, chosen.split)
    check_fits(card, images)
    if chosen.points is not None:
        images = images.take(projection.sample(len(images), chosen.points, chosen.seed))
    codes = encode(model, images.pixels)
    steps = projection.EARLY_ITERATIONS + projection.ITERATIONS
    started = said = time.monotonic()
    stopped, done = False, 0
    with tqdm(total=steps, unit=" steps", disable=None) as bar:

        def on_step(iteration: int, positions: np.ndarray) -> bool:
            nonlocal stopped, said, done
            bar.update(iteration - bar.n)
            done = iteration
            if job is not None and time.monotonic() - said > STATUS_SECONDS:
                said = time.monotonic()
                left = (said - started) / iteration * (steps - iteration)
                job.say("running", share=iteration / steps, seconds_left=left)
                stopped = job.stop_requested()
            return stopped

        positions = projection.tsne(codes, chosen.perplexity, chosen.seed, on_step)
    labels = np.zeros(len(images), np.uint8)
    if images.labels is not None:
        labels = images.labels.astype(np.uint8)
    straight = projection.first_two_components(codes)
    facts = {
        **_facts(card),
        "checkpoint": checkpoint.digest(chosen.checkpoint),
        "dataset": chosen.dataset,
        "split": chosen.split,
        "decoded": images.decoded,
        "points": len(images),
        "perplexity": chosen.perplexity,
        "seed": chosen.seed,
        "iterations": done,
        "seconds": round(time.monotonic() - started, 2),
        "knn_accuracy": metrics.knn_accuracy(positions, labels),
        "trustworthiness": metrics.trustworthiness(codes, positions),
        "pca_knn_accuracy": metrics.knn_accuracy(straight, labels),
        "pca_trustworthiness": metrics.trustworthiness(codes, straight),
        "code_knn_accuracy": metrics.knn_accuracy(codes, labels),
    }
    projection.Map(codes, positions, labels, facts).save(chosen.out)
    _print({"out": str(chosen.out), **facts}, chosen.json)
    if stopped:
        raise Stopped


def _download(chosen: argparse.Namespace) -> None:
    with tqdm(unit="B", unit_scale=True, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        data.dataset(chosen.dataset).download(progress)
    print(f"{chosen.dataset}: on this machine")


def _facts(card: Card) -> dict[str, Any]:
    return {"name": card.name, "family": card.family, "latent_dim": card.latent_dim}


def _print(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts))
        return
    for name, value in facts.items():
        print(f"{name:20} {value:.5g}" if isinstance(value, float) else f"{name:20} {value}")


class _Bars(Progress):
    """A bar per epoch on a terminal; a line per epoch elsewhere, such as in log.txt."""

    def __enter__(self) -> "_Bars":
        self._bar = tqdm(total=100, unit="%", disable=None, leave=False)
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def share(self, number: int, epochs: int, share: float) -> None:
        self._bar.set_description(f"epoch {number}/{epochs}")
        self._bar.update(round(100 * share) - self._bar.n)

    def epoch(self, epoch: Any, epochs: int) -> None:
        terms = "  ".join(f"{name} {value:.2f}" for name, value in epoch.test.items())
        rate = f"{epoch.images_per_second:,.0f} images/s"
        self._bar.write(f"epoch {epoch.number}/{epochs}  test {terms}  {rate}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
