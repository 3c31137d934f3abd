"""The command line: ``python -m aecore`` and list, train, check, evaluate, project, download,
export, import, lessons or publish."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from tqdm import tqdm

from aecore import checkpoint, data, map_command, shell, unexpected
from aecore.checkpoint import Card
from aecore.course import command
from aecore.data.health import MENDS
from aecore.data.own import CHANNELS, SIDES, OwnPictures
from aecore.diagnosis import findings, signs_of_images
from aecore.exchange import command as exchange
from aecore.messages import N_, Problem
from aecore.neighbours import NEAR
from aecore.presets import PRESETS, Preset
from aecore.recipe import Recipe
from aecore.storage import PROJECT
from aecore.training.bars import Bars
from aecore.training.plan import Plan
from aecore.training.run import Run, runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 for a problem, which goes to stderr as one sentence."""
    if isinstance(sys.stdout, TextIOWrapper):  # a pipe may know no σ, as on Windows
        sys.stdout.reconfigure(errors="replace")
    chosen = _parser().parse_args(arguments)
    try:
        _check_dataset(getattr(chosen, "dataset", ""))
        chosen.run(chosen)
        sys.stdout.flush()
    except Problem as problem:
        shell.remark(problem)
        return 1
    except KeyboardInterrupt:
        shell.remark("interrupted")
        return 130
    except BrokenPipeError:  # whoever reads what we print has seen enough, as “head” does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        shell.remark(unexpected.told(error))
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m aecore", description="Autoencoders on small images, signals and melodies"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser("list", help="families, data sets, corruptions, checkpoints, runs")
    add.add_argument("--json", action="store_true", help="print one JSON object")
    add.set_defaults(run=_list)

    add = commands.add_parser("train", help="train a model into a run directory")
    add.add_argument(
        "--run",
        "--run-dir",  # torchrun takes --run for a short form of an option of its own
        dest="directory",
        type=Path,
        help="run directory (default: a new one)",
    )
    add.add_argument("--resume", action="store_true", help="go on with the run that is there")
    add.add_argument("--family", help="(default: deep)")
    add.add_argument("--latent-dim", type=int, help="numbers in a code")
    shell.add_settings(add, "another setting of the family, e.g. --set beta=4")
    add.add_argument("--dataset", default="mnist")
    _add_pictures(add)
    words = "learn from examples of these classes alone, by number (default: all)"
    add.add_argument("--classes", type=int, nargs="+", default=[], help=words)
    add.add_argument("--preset", help="a published model, e.g. keras-blog-deep")
    recipe = {
        "epochs": (int, "passes over the training examples"),
        "batch_size": (int, "examples between two steps; of several processes together"),
        "learning_rate": (float, "peak of the one-cycle schedule (default: the family's own)"),
        "weight_decay": (float, "0 to 1"),
        "input_noise": (float, "σ of noise on what the model is given, 0 to 1"),
        "validation": (float, "share of the training examples held back, 0 to 0.5"),
        "patience": (int, "stop after so many epochs without a better validation loss"),
        "images": (int, "learn from so many of the training examples; 0: all"),
        "steps": (int, "batches of an epoch; 0: once through the examples"),
        "precision": (str, "auto, float32 or bfloat16"),
        "seed": (int, "decides weights, order and noise"),
        "corruption": (str, "what is done to the input"),
        "strength": (float, "of the corruption, 0 up to this"),
    }
    for name, (kind, words) in recipe.items():
        usual = getattr(Recipe, name)
        shown = words if usual is None else f"{words} (default: {usual})"
        add.add_argument(f"--{name.replace('_', '-')}", type=kind, help=shown)
    add.add_argument("--json", action="store_true", help="print the card as JSON")
    add.set_defaults(run=_train)

    add = commands.add_parser("check", help="what may be wrong with own pictures")
    add.add_argument("--dataset", required=True, help="folder:PATH, a folder, archive or data file")
    _add_pictures(add)
    add.add_argument("--json", action="store_true", help="print one JSON object")
    add.set_defaults(run=_check)

    add = commands.add_parser("evaluate", help="figures of a checkpoint on test examples")
    add.add_argument("checkpoint", type=Path)
    add.add_argument("--dataset", default="mnist")
    add.add_argument("--seed", type=int, default=0, help="of the noise")
    add.add_argument(
        "--neighbours",
        action="store_true",
        help="also: whether the 10 nearest training codes tell the class",
    )
    _add_corruption(add)
    add.add_argument("--json", action="store_true", help="print one JSON object")
    add.set_defaults(run=_evaluate)

    add = commands.add_parser("download", help="fetch a data set into the cache")
    published = [name for name, entry in data.DATASETS.items() if entry.downloadable]
    add.add_argument("dataset", help=f"one of {', '.join(published)}, or melodies")
    add.set_defaults(run=_download)

    map_command.add_to(commands)
    command.add_to(commands)
    exchange.add_to(commands)
    # the one place where aecore reaches up: its command line is a front door, as app.py is
    if str(PROJECT) not in sys.path:  # of an installed copy, what lies beside app.py isn't there
        sys.path.insert(0, str(PROJECT))
    import_module("publish.command").add_to(commands)
    return parser


def _add_pictures(parser: argparse.ArgumentParser) -> None:
    """What is made of own pictures, as it may also stand behind their path."""
    low, high = SIDES
    parser.add_argument("--side", type=int, help=f"of own pictures, {low} to {high} pixels")
    parser.add_argument("--colour", help=f"of own pictures: {', '.join(CHANNELS)}")
    parser.add_argument(
        "--mend",
        nargs="?",
        const=",".join(MENDS),
        metavar="WHAT",
        help=f"mend own pictures: some of {','.join(MENDS)}, or all",
    )


def _add_corruption(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corruption", default="none", help="what is done to the input")
    parser.add_argument("--strength", type=float, default=0.0, help="0 to 1; training: up to it")


def _check_dataset(name: str) -> None:
    """Say how to write it, where in place of a data set's name there is a bare path."""
    if name not in data.DATASETS and os.path.exists(name.partition("?")[0]):
        raise Problem(
            N_("“{name}” is a path, not the name of a data set; write folder:{name}."), name=name
        )


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
        "presets": {name: preset.published for name, preset in PRESETS.items()},
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
    from aecore import parallel

    with parallel.joined() as world:
        if world.rank:  # started by torchrun beside the first process, which does the talking
            Run(Path(parallel.from_first(""))).train()
            return
        run = _run(chosen)
        parallel.from_first(str(run.path))
        with Bars() as bars:
            run.train(bars)
    card = checkpoint.describe(run.checkpoint) if run.checkpoint.is_file() else None
    if card is None:
        print(f"{run.path}: stopped before the first weights were saved", file=sys.stderr)
    else:
        facts = {"checkpoint": str(run.checkpoint), "state": run.state(), **_facts(card)}
        facts |= {"seconds": round(card.seconds, 2), **card.metrics}
        shell.facts({**facts, **_faults(card.metrics)}, chosen.json)


def _run(chosen: argparse.Namespace) -> Run:
    """The run to go on with, or a new one."""
    if chosen.resume:
        if chosen.directory is None:
            raise Problem(N_("Say which run to resume: --resume --run DIR."))
        return Run(chosen.directory)
    preset = Preset() if chosen.preset is None else PRESETS[chosen.preset]
    wanted = {field.name: getattr(chosen, field.name) for field in fields(Recipe)}
    given = {name: value for name, value in wanted.items() if value is not None}
    recipe = replace(preset.recipe, **given)
    settings = {**preset.settings, **shell.settings(chosen)}
    if chosen.latent_dim is not None:
        settings["latent_dim"] = chosen.latent_dim
    family = preset.family if chosen.family is None else chosen.family
    plan = Plan(family, settings, _data_name(chosen), recipe, tuple(chosen.classes))
    run = Run.prepared(plan, chosen.directory)
    for remark in data.dataset(plan.dataset).remarks:
        print(remark, file=sys.stderr)
    return run


def _data_name(chosen: argparse.Namespace) -> str:
    """The data set, its name completed by what is to be made of own pictures."""
    wanted = {name: getattr(chosen, name) for name in ("side", "colour", "mend")}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if not wanted:
        return str(chosen.dataset)
    if "mend" in wanted:
        wanted["mend"] = tuple(wanted["mend"].split(","))
    return replace(_own_pictures(chosen.dataset), **wanted).name


def _own_pictures(name: str) -> OwnPictures:
    entry = data.dataset(name)
    if not isinstance(entry, OwnPictures):
        raise Problem(
            N_("“{name}” is no folder of own pictures; expected is folder:PATH."), name=name
        )
    return entry


def _check(chosen: argparse.Namespace) -> None:
    entry = _own_pictures(_data_name(chosen))
    checkup = entry.checkup()
    facts = {"dataset": entry.name, "pictures": len(checkup.pixels), "shape": entry.shape}
    if chosen.json:
        found = [
            {"kind": each.kind, "sentence": str(each), "names": each.names, "mend": each.mend}
            for each in checkup.findings
        ]
        remarks = [str(remark) for remark in entry.remarks]
        print(json.dumps({**facts, "remarks": remarks, "findings": found}))
        return
    shell.facts(facts, as_json=False)
    for remark in entry.remarks:
        print(remark)
    for each in checkup.findings:
        print(f"{each}  [--mend {each.mend}]" if each.mend else each)


def _evaluate(chosen: argparse.Namespace) -> None:
    from aecore.evaluation import check_classes, check_fits, code_knn_accuracy, evaluate

    model, card = checkpoint.load(chosen.checkpoint)
    images = data.load(chosen.dataset, "test")
    check_fits(card, images)
    check_classes(card, images)
    damage = (chosen.corruption, chosen.strength, chosen.seed)
    figures = evaluate(model, images.pixels, *damage, labels=images.labels)
    facts = {**_facts(card), "dataset": chosen.dataset, "examples": len(images)}
    facts |= {"corruption": chosen.corruption, "strength": chosen.strength}
    if chosen.neighbours:
        figures |= code_knn_accuracy(model, images)
        if figures["neighbours"] < NEAR:
            sentence = "there are only {neighbours} training codes; all of them vote"
            shell.remark(sentence.format(**figures))
    if chosen.corruption == "none" and chosen.dataset == card.dataset:
        signs = signs_of_images(model, images, card.classes)
        facts |= _faults({**card.metrics, **signs})
        figures = {**signs, **figures}
    shell.facts({**facts, **figures}, chosen.json)


def _faults(signs: Mapping[str, float]) -> dict[str, list[str]]:
    """What is wrong, said in sentences; returns it by name."""
    found = findings(signs)
    for each in found:
        shell.remark(each)
    return {"faults": [each.name for each in found]}


def _download(chosen: argparse.Namespace) -> None:
    with tqdm(unit="B", unit_scale=True, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        data.dataset(chosen.dataset).download(progress)
    print(f"{chosen.dataset}: on this machine")


def _facts(card: Card) -> dict[str, Any]:
    return {"name": card.name, "family": card.family, "latent_dim": card.latent_dim}


if __name__ == "__main__":
    sys.exit(main())
