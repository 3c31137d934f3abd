"""``python -m aecore export`` and ``import``: models to and from what others work with."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from aecore import shell
from aecore.files import check_writable
from aecore.messages import N_, Problem

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

PARTS = ("both", "encoder", "decoder")


def add_to(commands: "Commands") -> None:
    """Add them to the commands."""
    export = commands.add_parser("export", help="a checkpoint as a file for other programs")
    export.add_argument("checkpoint", type=Path)
    export.add_argument("--to", choices=("onnx", "script", "notebook"), required=True)
    export.add_argument("--part", choices=PARTS, default="both", help="of an ONNX file")
    export.add_argument("--out", type=Path, required=True, help="the file to be written")
    export.set_defaults(run=_export)

    take = commands.add_parser("import", help="a model of another program, kept beside ours")
    take.add_argument(
        "file",
        type=Path,
        nargs="+",
        help="an ONNX file, or two: encoder and decoder; or .safetensors, with --family",
    )
    words = "what the file doesn't tell, e.g. --set 'pixels=\"symmetric\"'"
    shell.add_settings(take, words)
    take.add_argument("--family", help="of ours, whose layers a .safetensors file has weights for")
    take.add_argument("--dataset", default="", help="what it has learned from")
    take.add_argument("--corruption", default="none", help="what it restores")
    take.add_argument("--strength", type=float, default=0.0, help="0 to 1; of that")
    take.set_defaults(run=_import)


def _export(chosen: argparse.Namespace) -> None:
    check_writable(chosen.out)
    found: dict[str, float] = {}
    if chosen.to == "onnx":
        from aecore.exchange import onnx_export

        found = onnx_export.write(chosen.checkpoint, chosen.out, chosen.part)
    else:
        from aecore.exchange import script

        script.write(chosen.checkpoint, chosen.out, as_notebook=chosen.to == "notebook")
    print(f"{'out':20} {chosen.out}")
    for name, difference in found.items():
        print(f"{name:20} within {difference:.1e} of PyTorch's")


def _import(chosen: argparse.Namespace) -> None:
    from aecore import library
    from aecore.exchange import guests, weights

    told = shell.settings(chosen)
    files = [(path.name, _content(path)) for path in chosen.file]
    if chosen.family is None:
        name = guests.add(files, told, chosen.dataset, chosen.corruption, chosen.strength)
    else:
        if len(files) > 1:
            raise Problem(N_("Weights for --family come from one file; name one."))
        name, remarks = weights.add(*files[0], chosen.family, told, chosen.dataset)
        for remark in remarks:
            shell.remark(remark)
    print(f"{'name':20} {name}")
    print(f"{'checkpoint':20} {library.checkpoints()[name]}")


def _content(path: Path) -> bytes:
    from aecore.exchange import room

    try:
        if path.stat().st_size > room.MAX_BYTES:
            raise Problem(room.TOO_LARGE, name=path.name)
        return path.read_bytes()
    except OSError as error:
        raise Problem(N_("{path} cannot be read. Name a file that is there."), path=path) from error
