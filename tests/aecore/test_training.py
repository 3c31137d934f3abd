"""The loop and the run directory: seeds, resuming, stopping, dying, waiting, bad machines."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import binary_cross_entropy

from aecore import checkpoint, data
from aecore.__main__ import main
from aecore.job import Job, jobs
from aecore.messages import Problem
from aecore.models import MODELS, Autoencoder, Config, build
from aecore.models.layers import last_linear
from aecore.recipe import Recipe, one_cycle
from aecore.training.loop import fit
from aecore.training.plan import Plan
from aecore.training.run import Run, runs

pytestmark = pytest.mark.training

FLOAT = Recipe(epochs=2, batch_size=128, precision="float32")
PLAN = Plan("simple", {"latent_dim": 8}, "digits", FLOAT)
POOLED = {"latent_dim": 392, "channels": [4, 8], "layout": "pooled"}
LONG = replace(PLAN, recipe=replace(FLOAT, epochs=5000))


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    return data.load("digits", "train").pixels, data.load("digits", "test").pixels


def wait_for(condition, seconds: float = 40):
    """Poll until ``condition()`` is true; a deadline, not a timing."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def prepared(plan: Plan) -> Run:
    run = Run.new(plan)
    run.prepare(plan)
    return run


def weights(path: Path) -> dict[str, torch.Tensor]:
    return dict(checkpoint.load(path)[0].state_dict())


# --- the loop


@pytest.mark.parametrize("family", MODELS)
def test_training_lowers_the_test_loss(family, digits):
    torch.manual_seed(0)
    model = build(family, image_shape=(1, 28, 28), latent_dim=8)
    recipe = replace(FLOAT, epochs=10, batch_size=64)
    epochs = list(fit(model, *digits, recipe))
    assert [epoch.number for epoch in epochs] == list(range(1, 11))
    # grey pixels keep a cross-entropy of their own, which nothing can lower
    x = torch.from_numpy(digits[1]) / 255
    floor = float(binary_cross_entropy(x, x, reduction="sum")) / len(x)
    first, last = (epochs[at].test["recon"] - floor for at in (0, -1))
    assert 0 < last < 0.6 * first
    assert epochs[-1].train["recon"] < epochs[0].train["recon"]
    assert all(epoch.share == 1 and epoch.seconds > 0 for epoch in epochs)


@pytest.mark.parametrize("family", ["simple", "deep", "vae", "aae"])
def test_fully_connected_decoders_begin_at_the_mean_image(family, digits):
    torch.manual_seed(0)
    model = build(family, image_shape=(1, 28, 28), latent_dim=8)
    list(fit(model, *digits, replace(FLOAT, epochs=1, learning_rate=1e-9)))
    drawn = last_linear(model.decoder).bias.sigmoid().detach().numpy()
    # 1,000 of the images tell it
    assert drawn == pytest.approx(digits[0].mean(axis=(0, 1)).flatten() / 255, abs=0.03)


@pytest.mark.parametrize("family", ["deep", "vae"])
def test_same_seed_same_weights_and_another_seed_others(family, digits):
    def train(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        model = build(family, image_shape=(1, 28, 28), latent_dim=4)
        recipe = replace(FLOAT, seed=seed, corruption="gaussian", strength=0.5)
        list(fit(model, *digits, recipe))
        return next(model.parameters())

    assert torch.equal(train(1), train(1))
    assert not torch.equal(train(1), train(2))


def test_a_loss_that_is_no_number_is_told(digits):
    class Broken(Autoencoder):
        family = "broken"
        learning_rate = 1e-3

        def __init__(self) -> None:
            super().__init__(Config((1, 28, 28)))
            self.weight = torch.nn.Parameter(torch.ones(()))

        def losses(self, x, target, generator=None, labels=None):
            return {"recon": (self.weight * float("nan")).sum()}

    with pytest.raises(Problem, match="no longer a number in epoch 1"):
        list(fit(Broken(), *digits, FLOAT))


def test_weights_that_went_wrong_in_the_last_step_are_told(digits):
    class Fails(Autoencoder):
        """Its loss is a number until it is measured on test images."""

        family = "fails"
        learning_rate = 1e-3

        def __init__(self) -> None:
            super().__init__(Config((1, 28, 28)))
            self.weight = torch.nn.Parameter(torch.ones(()))

        def losses(self, x, target, generator=None, labels=None):
            return {"recon": self.weight * (1 if self.training else float("nan"))}

    with pytest.raises(Problem, match="no longer a number in epoch 1"):
        list(fit(Fails(), *digits, FLOAT))


def test_a_single_image_is_refused(digits):
    model = build("deep", image_shape=(1, 28, 28), latent_dim=4)
    with pytest.raises(Problem, match="Too few examples to train on: 1."):
        list(fit(model, digits[0][:1], digits[1], FLOAT))


@pytest.fixture
def few_pictures(tmp_path):
    """A data set of so many pictures, in two folders if it is to have classes."""

    def made(n: int) -> str:
        for i in range(n):
            folder = tmp_path / "pictures" / "ab"[i % 2]
            folder.mkdir(parents=True, exist_ok=True)
            pixels = np.random.default_rng(i).integers(0, 256, (16, 16), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"{i}.png")
        return f"folder:{tmp_path / 'pictures'}?side=16"

    return made


@pytest.mark.parametrize("family", MODELS)
def test_a_tiny_set_is_refused_by_every_family_before_anything_starts(
    few_pictures, runs_folder, capsys, family
):
    """Of two pictures one is left to learn from: batch norm has nothing to compare it with."""
    plan = Plan(family, {}, few_pictures(2), FLOAT)
    said = "Too few examples to train on: 1. At least two are needed, beside those held back .*"
    for refuse in (plan.check, lambda: Run.begin(plan)):
        with pytest.raises(Problem, match=said):
            refuse()
    assert main(["train", "--family", family, "--dataset", plan.dataset]) == 1
    assert re.fullmatch(f"aecore: {said}", capsys.readouterr().err.strip())
    assert not runs_folder.exists()


def test_a_missing_set_is_told_before_anything_starts(tmp_path, runs_folder, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path))
    with pytest.raises(Problem, match="MNIST is not on this machine"):
        Run.begin(replace(PLAN, dataset="mnist"))
    assert not runs_folder.exists()


def test_a_large_set_is_not_read_to_be_counted(monkeypatch, mnist_test):
    monkeypatch.setattr(type(data.dataset("mnist")), "load", lambda *_: pytest.fail("was read"))
    replace(PLAN, dataset="mnist").check()


def test_images_held_back_are_not_learned_from(few_pictures):
    plan = Plan("deep", {}, few_pictures(4), replace(FLOAT, validation=0.5))
    with pytest.raises(Problem, match="Too few examples to train on: 3. .* beside those held back"):
        plan.check()  # of three one is left
    replace(plan, recipe=FLOAT).check()


@pytest.mark.parametrize(("n", "batch_size"), [(3, 256), (6, 2), (6, 4)])
@pytest.mark.parametrize("family", MODELS)
def test_no_batch_of_one_image_reaches_a_family(few_pictures, family, n, batch_size):
    """2 or 5 images to learn from, in batches that leave one over."""
    plan = Plan(family, {}, few_pictures(n), replace(FLOAT, epochs=2, batch_size=batch_size))
    run = Run.prepared(plan)
    run.train()
    assert run.state() == "done" and len(run.epochs()) == 2
    assert all(np.isfinite(list(row["test"].values())).all() for row in run.epochs())


def test_pictures_that_went_missing_since_are_told(few_pictures, tmp_path):
    run = Run.prepared(Plan("deep", {}, few_pictures(4), FLOAT))
    for path in list(tmp_path.glob("pictures/*/*"))[2:]:
        path.unlink()
    with pytest.raises(Problem, match="Too few examples to train on: 1."):
        run.train()


def test_the_schedule_rises_to_its_peak_and_falls_to_nothing():
    rates = [one_cycle(step / 1000, 0.01) for step in range(1000)]
    assert max(rates) == pytest.approx(0.01)
    assert rates.index(max(rates)) == 150
    assert rates[0] < 0.001 and rates[-1] < 1e-6


@pytest.mark.parametrize(
    "values",
    [{"epochs": 0}, {"batch_size": 1}, {"learning_rate": 0}, {"learning_rate": 2}, {"seed": -1},
     {"strength": 1.5}, {"precision": "float8"}, {"epochs": "3"}, {"weight_decay": float("nan")},
     {"colour": 1}],
)  # fmt: skip
def test_bad_recipes_are_refused(values):
    with pytest.raises(Problem):
        Recipe.from_json(values)


# --- the run directory, in this process


def test_a_run_leaves_what_repeats_and_describes_it():
    run = prepared(PLAN)
    run.train()
    assert run.state() == "done"
    assert run.plan() == PLAN
    assert [row["number"] for row in run.epochs()] == [1, 2]
    assert run.record.epochs()[0] == 0 and run.record.epochs()[-1] == 2
    assert run.record.frame(2).pictures.shape == (8, 1, 28, 28)
    model, card = checkpoint.load(run.checkpoint)
    assert card.recipe["epochs"] == 2 and card.dataset == "digits" and card.seconds > 0
    assert 0 < card.metrics["bce"] < 0.7 and card.metrics["psnr"] > 5
    assert [r.name for r in runs()] == [run.name]
    assert not list(run.path.glob("**/*.part")) and not (run.path / "reserve").exists()


# one draws noise; the weights of the other don't lie in memory in their order
@pytest.mark.parametrize(
    ("family", "settings"),
    [("vae", PLAN.settings), ("conv", POOLED)],
)
def test_resuming_ends_where_an_unbroken_run_does(family, settings):
    plan = Plan(family, settings, "digits", replace(FLOAT, epochs=4))
    whole = prepared(plan)
    whole.train()
    broken = prepared(plan)

    class StopsInEpochThree:
        def epoch(self, epoch, epochs):
            pass

        def share(self, number, epochs, share):
            if number == 3:
                broken.request_stop()

    broken.train(StopsInEpochThree())
    assert broken.state() == "stopped"
    assert broken.epochs()[-1]["share"] < 1
    checkpoint.load(broken.checkpoint)  # what is there can be used
    broken.train()  # the wish to stop is over
    assert broken.state() == "done"
    assert [row["number"] for row in broken.epochs()] == [1, 2, 3, 4]
    expected, found = weights(whole.checkpoint), weights(broken.checkpoint)
    assert all(torch.equal(expected[name], found[name]) for name in expected)


@pytest.mark.parametrize("patience", [0, 1])
def test_resuming_a_finished_run_changes_nothing(patience):
    epochs = 60 if patience else 2
    early = {"patience": patience, "validation": 0.2} if patience else {}
    recipe = replace(FLOAT, epochs=epochs, batch_size=64, learning_rate=0.05, **early)
    run = prepared(Plan("deep", {"latent_dim": 8, "dropout": 0.2}, "digits", recipe))
    run.train()
    assert run.epochs()[-1]["early"] == bool(patience)
    before, card = weights(run.checkpoint), checkpoint.describe(run.checkpoint)
    run.train()
    assert run.state() == "done"
    after = weights(run.checkpoint)
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert checkpoint.describe(run.checkpoint).metrics == pytest.approx(card.metrics)


def test_patience_counts_from_where_all_layers_learn_together(digits):
    torch.manual_seed(0)
    settings = {"widths": (32, 16), "pretraining": 0.5}
    model = build("deep", image_shape=(1, 28, 28), latent_dim=4, **settings)
    recipe = replace(FLOAT, epochs=12, patience=1, validation=0.2, learning_rate=1e-6)
    assert len(list(fit(model, *digits, recipe))) > 6


def test_a_failing_run_says_why_and_keeps_the_epoch_before(monkeypatch):
    run = prepared(PLAN)
    simple = MODELS["simple"]
    losses = simple.losses

    def nan_in_epoch_two(self, x, target, generator=None, labels=None):
        terms = losses(self, x, target, generator)
        if run.epochs() and self.training:
            terms = {"recon": terms["recon"] * float("nan")}
        return terms

    monkeypatch.setattr(simple, "losses", nan_in_epoch_two)
    with pytest.raises(Problem, match="no longer a number in epoch 2"):
        run.train()
    status = run.status()
    assert status["state"] == "failed"
    assert "no longer a number" in status["sentence"] and status["values"] == {"epoch": 2}
    model, card = checkpoint.load(run.checkpoint)
    assert len(run.epochs()) == 1


def test_an_unwritable_folder_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AECORE_RUNS_DIR", str(tmp_path / "file"))
    with pytest.raises(Problem, match="cannot be written"):
        prepared(PLAN)


@pytest.mark.parametrize("name", ["../x", "", "/etc", "a/b", ".hidden", "x" * 200, "a\0b"])
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(Problem, match="no name of a run"):
        Run.named(name)


def test_a_damaged_run_directory_is_told():
    run = prepared(PLAN)
    (run.path / "config.json").write_text("{")
    with pytest.raises(Problem, match="config.json"):
        run.plan()
    (run.path / "config.json").write_text('{"family": "simple"}')
    with pytest.raises(Problem, match="config.json"):
        run.plan()
    (run.path / "status.json").write_text("[]")
    assert run.state() == "new"


def test_the_line_that_was_being_written_is_ignored():
    run = prepared(PLAN)
    row = {"number": 1, "train": {}, "test": {}, "seconds": 1.0, "share": 1.0}
    (run.path / "metrics.jsonl").write_text(json.dumps(row) + '\n{"num')
    assert run.epochs() == [row]


def test_a_full_disk_is_told_and_the_last_epoch_stays(runs_folder, monkeypatch):
    # a file system of 3 MB: real ENOSPC; needs the right to mount
    runs_folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(runs_folder)])
    if mounted.returncode:
        # the largest file a process may write stands in for the disk's end
        import resource

        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        plan = replace(PLAN, settings={"latent_dim": 256})  # snapshots of 2.4 MB
        run = prepared(plan)
        with pytest.raises(Problem, match="disk is full|cannot be written"):
            run.train()
        status = run.status()
        assert status["state"] == "failed" and status["sentence"]
        assert not list(run.path.glob("**/*.part"))
    finally:
        if mounted.returncode:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        else:
            subprocess.run(["umount", str(runs_folder)], check=True)


# --- real processes


def test_a_killed_process_is_told_apart_and_resumes_to_the_same_end():
    plan = replace(PLAN, recipe=replace(FLOAT, epochs=60))
    whole = prepared(plan)
    whole.train()
    run = prepared(plan)
    process = subprocess.Popen(
        [sys.executable, "-m", "aecore", "train", "--resume", "--run", str(run.path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: len(run.epochs()) >= 2)
    assert run.state() == "running"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert run.state() == "died"
    assert 2 <= len(run.epochs()) < 60
    checkpoint.load(run.checkpoint)
    run.train()
    assert run.state() == "done"
    expected, found = weights(whole.checkpoint), weights(run.checkpoint)
    # another process may use other kernels: equal within rounding
    for name in expected:
        assert torch.allclose(expected[name].float(), found[name].float(), atol=1e-3), name


def test_the_launched_process_trains_waits_in_line_and_stops(runs_folder):
    first, second, third = prepared(LONG), prepared(LONG), prepared(PLAN)
    first.launch()
    wait_for(lambda: first.state() == "running" and first.epochs())
    second.launch()
    wait_for(lambda: second.state() == "waiting")
    third.launch()
    wait_for(lambda: third.state() == "waiting")
    queued = third.status()["ticket"]
    third.launch()  # a second click keeps its place in line
    assert third.status()["state"] == "waiting" and third.status()["ticket"] == queued
    status = wait_for(lambda: first.status() if "seconds_left" in first.status() else None)
    assert 0 <= status["share"] <= 1 and status["seconds_left"] > 0
    with pytest.raises(Problem, match="at work"):
        first.delete()
    second.request_stop()  # also one that waits can be called off
    wait_for(lambda: second.state() == "stopped")
    assert third.state() == "waiting"
    first.request_stop()
    wait_for(lambda: first.state() == "stopped")
    assert checkpoint.describe(first.checkpoint).metrics["bce"] > 0
    wait_for(lambda: third.state() == "done")
    first.delete()
    assert {job.name for job in jobs(runs_folder)} == {second.name, third.name}


def test_two_processes_cannot_work_in_one_directory():
    run = prepared(LONG)
    run.launch()
    wait_for(lambda: run.state() == "running")
    try:
        with pytest.raises(Problem, match="Another process"):
            run.train()
        assert run.state() == "running"
    finally:
        run.request_stop()
        wait_for(lambda: run.state() == "stopped")


def test_a_missing_data_set_fails_the_run_in_one_sentence(tmp_path, monkeypatch):
    run = prepared(replace(PLAN, dataset=f"folder:{tmp_path / 'nowhere'}"))
    with pytest.raises(Problem):
        run.train()
    assert run.status()["state"] == "failed"
    assert json.loads((run.path / "status.json").read_text())["sentence"]


def test_a_job_that_never_came_up_is_not_waited_for_forever(runs_folder, monkeypatch):
    job = Job(runs_folder / "x")
    runs_folder.mkdir()
    job.path.mkdir()
    job.say("starting")
    assert job.state() == "starting"
    monkeypatch.setattr("aecore.job.START_SECONDS", 0)
    assert job.state() == "died"


def test_a_run_learns_from_the_classes_that_it_is_told(tmp_path):
    run = Run.prepared(replace(PLAN, classes=(1, 8)), tmp_path / "some")
    images = run.plan().images("train")
    assert set(images.labels) == {1, 8} and len(images) < len(PLAN.images("train"))
    run.train()
    card = checkpoint.describe(run.checkpoint)
    assert card.classes == (1, 8)


@pytest.mark.parametrize("classes", [(1, 1), (10,), (-1,)])
def test_classes_that_are_none_are_refused(classes):
    with pytest.raises(Problem, match="must be different numbers below 10"):
        replace(PLAN, classes=classes).check()


def test_classes_without_training_images_are_told():
    plan = Plan("recurrent", {"latent_dim": 2}, "heartbeats", Recipe(epochs=1), (0, 1, 4))
    with pytest.raises(Problem, match="no training examples of the classes 1, 4; .* from these: 0"):
        plan.check()
    replace(plan, classes=(0,)).check()


def test_a_checkpoint_of_an_older_version_saw_all_classes(tmp_path):
    run = Run.prepared(PLAN, tmp_path / "old")
    run.train()
    header = checkpoint.read_header(run.checkpoint).ours
    assert header.pop("classes") == []
    model, _card = checkpoint.load(run.checkpoint)
    checkpoint.write(tmp_path / "old.safetensors", dict(model.state_dict()), header)
    assert checkpoint.describe(tmp_path / "old.safetensors").classes == ()
