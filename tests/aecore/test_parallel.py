"""Two processes under torchrun train the same weights as one; checkpoints fit everywhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from aecore import checkpoint, parallel
from aecore.models.layers import BatchNorm1d

pytestmark = pytest.mark.training

ROOT = Path(__file__).resolve().parents[2]
COMMON = ["--dataset", "digits", "--epochs", "2", "--batch-size", "120", "--latent-dim", "3"]
COMMON += ["--precision", "float32", "--learning-rate", "0.001", "--seed", "4"]


def torchrun(processes: int) -> list[str]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    return [*launcher, f"--nproc-per-node={processes}"]


def train(arguments: list[str], run: Path, processes: int) -> dict[str, torch.Tensor]:
    launcher = torchrun(processes) if processes > 1 else [sys.executable]
    command = [*launcher, "-m", "aecore", "train"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, *arguments, *COMMON, "--run-dir", str(run)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return dict(checkpoint.load(run / "model.safetensors")[0].state_dict())


@pytest.mark.parametrize(
    "arguments",
    [
        # batch norm, dropout, a sampled posterior, noise on the input
        [
            "--family",
            "vae",
            "--set",
            "dropout=0.1",
            "--corruption",
            "gaussian",
            "--strength",
            "0.5",
        ],
        # a penalty on the mean over the whole batch
        ["--family", "sparse", "--set", 'penalty="kl"', "--set", "sparsity=10"],
        # three players, and images that only the first process looks at
        ["--family", "aae", "--validation", "0.2", "--patience", "5"],
    ],
    ids=["vae", "sparse", "aae"],
)
def test_two_processes_end_with_the_weights_of_one(arguments, tmp_path):
    alone = train(arguments, tmp_path / "one", 1)
    together = train(arguments, tmp_path / "two", 2)
    assert alone.keys() == together.keys()
    for name, expected in alone.items():
        assert torch.allclose(expected.float(), together[name].float(), atol=2e-4), name
    # the first process alone wrote: one line an epoch
    assert len((tmp_path / "two" / "metrics.jsonl").read_text().splitlines()) == 2


THREADS_AFTER_TRAINING = """
import sys
from pathlib import Path
from aecore.__main__ import main

main(sys.argv[1:])
sys.exit(any("gloo" in task.read_text() for task in Path("/proc/self/task").glob("*/comm")))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="lists threads as Linux does")
def test_no_thread_of_the_group_is_left_when_the_interpreter_ends(tmp_path):
    # now and then such a thread aborted a process that had done all its work
    script = tmp_path / "threads.py"
    script.write_text(THREADS_AFTER_TRAINING)
    command = [*torchrun(2), str(script), "train", "--family", "simple", *COMMON]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--run-dir", str(tmp_path / "run")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_alone_nothing_is_shared_or_summed():
    x = torch.arange(6.0).reshape(3, 2)
    assert parallel.world() == (0, 1)
    assert torch.equal(parallel.share(x), x)
    assert torch.equal(parallel.total(x), x)
    assert torch.equal(parallel.batch_mean(x), x.mean(0))
    assert parallel.from_first("said") == "said"


def test_shares_and_draws_add_up_to_those_of_one_process(monkeypatch):
    def rows(rank: int) -> torch.Tensor:
        monkeypatch.setattr(parallel, "world", lambda: parallel.World(rank, 2))
        generator = torch.Generator().manual_seed(0)
        return parallel.draw(torch.randn, (3, 2), generator=generator)

    halves = [rows(0), rows(1)]
    whole = torch.randn((6, 2), generator=torch.Generator().manual_seed(0))
    assert torch.equal(torch.cat(halves), whole)


def test_the_shared_batch_norm_is_the_ordinary_one(monkeypatch):
    torch.manual_seed(0)
    x = torch.randn(8, 5) * 3 + 1
    ordinary, shared = BatchNorm1d(5), BatchNorm1d(5)
    expected = ordinary(x)
    # two processes that both hold the whole batch: the same means and variances
    monkeypatch.setattr(parallel, "world", lambda: parallel.World(0, 2))
    monkeypatch.setattr(parallel, "total", lambda tensor: 2 * tensor)
    assert torch.allclose(shared(x), expected, atol=1e-5)
    assert torch.allclose(shared.running_mean, ordinary.running_mean, atol=1e-6)
    assert torch.allclose(shared.running_var, ordinary.running_var, rtol=0.1)


def test_a_batch_that_cannot_be_shared_is_refused(monkeypatch):
    from aecore.messages import Problem
    from aecore.recipe import Recipe
    from aecore.training.loop import batch_size_of

    monkeypatch.setattr(parallel, "world", lambda: parallel.World(0, 2))
    with pytest.raises(Problem, match="shared by 2"):
        batch_size_of(Recipe(batch_size=121), 1000)
