"""A process of its own in which files of strangers are opened, with little memory and time."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aecore.foreign import in_place_of_a_model
from aecore.kinds import HEAD
from aecore.messages import N_, Problem

SECONDS = 60
MEMORY = 1_000_000_000  # bytes, with Python, NumPy and ONNX Runtime
MAX_BYTES = 100_000_000  # of all files together

TOO_LARGE = N_("“{name}” is larger than 100 MB; choose a smaller file.")
TOO_MUCH = N_(
    "“{name}” needs more than {gigabytes} GB of memory or breaks what runs it; such models aren't "
    "opened here. Export a smaller one, as docs/bring-your-own.md says."
)
TOO_SLOW = N_(
    "“{name}” is not ready after {seconds} seconds; models that take so long aren't opened here. "
    "Export a smaller one."
)


class Opened(NamedTuple):
    """A model from ONNX files: what rebuilds it (a GuestConfig), its encoder and its decoder."""

    config: dict[str, Any]
    encoder: bytes
    decoder: bytes


def opened(files: Sequence[tuple[str, bytes]], told: Mapping[str, Any]) -> Opened:
    """The model in one or two ONNX files, each with its name, examined and run once.

    ``told``: what people said of it, see :mod:`aecore.exchange.intake`. Raises Problem.
    """
    name = files[0][0]
    if sum(len(content) for _, content in files) > MAX_BYTES:
        raise Problem(TOO_LARGE, name=name)
    for each, content in files:
        if problem := in_place_of_a_model(each, content[:HEAD]):
            raise problem
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for at, (_, content) in enumerate(files):
            (folder / f"{at}.onnx").write_bytes(content)
        asked = {"names": [each for each, _ in files], "told": dict(told)}
        (folder / "asked.json").write_text(json.dumps(asked), "utf-8")
        try:
            _run(folder)
        except subprocess.TimeoutExpired as error:
            raise Problem(TOO_SLOW, name=name, seconds=SECONDS) from error
        if (folder / "problem.json").is_file():
            said = json.loads((folder / "problem.json").read_text("utf-8"))
            raise Problem(said["sentence"], **said["values"])
        if not (folder / "found.json").is_file():
            raise Problem(TOO_MUCH, name=name, gigabytes=MEMORY // 10**9)
        return Opened(
            json.loads((folder / "found.json").read_text("utf-8")),
            (folder / "encoder.onnx").read_bytes(),
            (folder / "decoder.onnx").read_bytes(),
        )


def _run(folder: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", __name__, str(folder)],
        cwd=Path(__file__).resolve().parents[2],
        # a thread's stack counts as memory, and its work would take the screens' processors
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    )


def _limit() -> None:
    """Take no more from now on. Windows has no such limits; there time alone is one."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 2 * MAX_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, highest = resource.getrlimit(what)
        resource.setrlimit(what, (most if highest < 0 else min(most, highest), highest))


if __name__ == "__main__":
    _limit()  # before anything that a file could use is imported
    from aecore.exchange import intake

    intake.main(Path(sys.argv[1]))
    os._exit(0)  # what a damaged file has left in ONNX Runtime need not be tidied up
