"""What nobody foresaw is told as such, with the way to its details."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from aecore import unexpected
from aecore.__main__ import main
from aecore.job import Job
from aecore.messages import Problem

ROOT = Path(__file__).resolve().parents[2]


def test_a_mistake_of_ours_is_one_sentence_and_its_traceback_is_kept(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("aecore.checkpoint.shipped", lambda: 1 / 0)
    assert main(["list"]) == 1
    told = capsys.readouterr().err.strip()
    (log,) = tmp_path.glob("aecore-*.log")
    assert told.startswith("aecore: Something went wrong that should not have (ZeroDivisionError)")
    assert told.endswith(f"the details are in {log}.") and "\n" not in told
    assert "Traceback" in log.read_text() and "ZeroDivisionError" in log.read_text()


def test_a_job_keeps_it_in_its_own_log(tmp_path):
    job = Job(tmp_path / "job")
    with pytest.raises(Problem, match="should not have .ZeroDivisionError.") as raised, job.work():
        raise ZeroDivisionError("a mistake of ours")
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    status = job.status()
    assert status["state"] == "failed"
    assert Problem(status["sentence"], **status["values"]).args == raised.value.args
    assert "a mistake of ours" in (job.path / "log.txt").read_text()


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    ],
)
def test_a_lack_of_memory_is_no_mistake_of_ours(tmp_path, error):
    job = Job(tmp_path / "job")
    with pytest.raises(Problem, match="memory of this machine is not enough"), job.work():
        raise error
    assert not (job.path / "log.txt").exists()


def test_nor_is_a_file_that_cannot_be_read():
    denied = PermissionError(errno.EACCES, os.strerror(errno.EACCES), "secret.png")
    assert str(unexpected.told(denied)).startswith("secret.png cannot be read or written (")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x")
    assert str(unexpected.told(full)).startswith("The disk is full: x")


def test_whoever_stops_reading_gets_no_traceback():
    listing = subprocess.Popen(
        [sys.executable, "-m", "aecore", "list"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert listing.stdout is not None and listing.stderr is not None
    listing.stdout.close()
    assert listing.stderr.read() == ""
    listing.wait()
    listing.stderr.close()


def test_a_pipe_without_our_letters_gets_the_others():
    done = subprocess.run(
        [sys.executable, "-m", "aecore", "train", "--help"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert done.returncode == 0 and b"? of noise" in done.stdout and not done.stderr
