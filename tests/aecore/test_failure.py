"""What goes wrong from outside: kills, full disks, lost images, clocks, rivals, other versions.

Whatever happened, a run is told as what it is, and resuming it ends where an unbroken one does,
to the last bit.
"""

import errno
import json
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import ModuleType
from unittest import mock

import numpy as np
import pytest
import torch
from PIL import Image

from aecore import checkpoint, files
from aecore.__main__ import main
from aecore.job import Job
from aecore.messages import Problem
from aecore.models import build
from aecore.recipe import Recipe
from aecore.training import snapshot
from aecore.training.plan import Plan
from aecore.training.run import Progress, Run

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

FLOAT = Recipe(epochs=2, batch_size=64, precision="float32")
PLAN = Plan("simple", {"latent_dim": 4}, "digits", FLOAT)
THREE = replace(PLAN, recipe=replace(FLOAT, epochs=3))
LONG = replace(PLAN, recipe=replace(FLOAT, epochs=5000))

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")


def prepared(plan: Plan) -> Run:
    run = Run.new(plan)
    run.prepare(plan)
    return run


def trained(plan: Plan) -> Run:
    run = prepared(plan)
    run.train()
    return run


class StopsAfter(Progress):
    """Asks a run to stop in the epoch after this one."""

    def __init__(self, run: Run, epoch: int) -> None:
        self.run, self.last = run, epoch

    def share(self, number: int, epochs: int, share: float) -> None:
        if number > self.last:
            self.run.request_stop()


def broken_off(plan: Plan, after: int) -> Run:
    run = prepared(plan)
    run.train(StopsAfter(run, after))
    assert run.state() == "stopped"
    return run


def weights(run: Run) -> dict[str, torch.Tensor]:
    return dict(checkpoint.load(run.checkpoint)[0].state_dict())


def assert_same_end(run: Run, whole: Run) -> None:
    """Both are done, with equal weights, losses and records, to the last bit."""
    assert run.state() == whole.state() == "done"
    expected, found = weights(whole), weights(run)
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    expected, found = ([(r["number"], r["test"]) for r in each.epochs()] for each in (whole, run))
    assert expected == found
    epochs = whole.record.epochs()
    assert run.record.epochs() == epochs
    for epoch in epochs:
        assert run.record.path(epoch).read_bytes() == whole.record.path(epoch).read_bytes()


# --- processes of their own, quickly: forked from one that has loaded PyTorch and done nothing


def process_of(target: Callable[..., None], *arguments: object):
    context = multiprocessing.get_context("forkserver")
    # what a training imports, torch._dynamo with an optimiser's first step
    context.set_forkserver_preload(["aecore.__main__", "aecore.evaluation", "aecore.training.loop",
                                    "pytest", "sklearn.datasets", "torch._dynamo"])  # fmt: skip
    process = context.Process(target=target, args=arguments, daemon=True)
    # it would run the main module, which after a test of a screen is that screen
    with mock.patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    return process


def exit_code(process) -> int:
    process.join(60)
    return process.exitcode


def resume(folder: Path) -> None:
    """What ``python -m aecore train --resume`` does."""
    torch.set_num_threads(1)
    sys.exit(main(["train", "--resume", "--run", str(folder)]))


def resume_and_die(folder: Path, nth: int) -> None:
    """Resume, and be killed in the middle of writing the nth file."""
    writes, rename = count(1), files._rename

    def half_written(beside: Path, path: Path) -> None:
        if next(writes) == nth:
            beside.write_bytes(beside.read_bytes()[: beside.stat().st_size // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        rename(beside, path)

    files._rename = half_written
    resume(folder)


def resume_on_a_disk_that_fills(folder: Path) -> None:
    """Resume; from the end of the first epoch on no file may be larger than a snapshot's half."""
    import resource

    epoch = Progress.epoch

    def fill(self, *arguments) -> None:
        room = (folder / snapshot.LAST).stat().st_size // 2
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        epoch(self, *arguments)

    import aecore.training.bars

    aecore.training.bars.Bars.epoch = fill
    resume(folder)


def resume_beside_another(folder: Path, both, told) -> None:
    """Resume when the other one does; put into ``told`` why not."""
    both.wait()
    try:
        Run(folder).train()
    except Problem as problem:
        told.put(str(problem))


# --- kills and full disks


@needs_fork
def test_killed_at_every_file_it_writes_a_run_ends_as_an_unbroken_one():
    whole, run = prepared(PLAN), prepared(PLAN)
    assert exit_code(process_of(resume, whole.path)) == 0
    for nth in count(1):
        code = exit_code(process_of(resume_and_die, run.path, nth))
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert run.state() == ("died" if nth > 1 else "new")
        if run.checkpoint.exists():  # from the first epoch on
            checkpoint.load(run.checkpoint)
            assert len(run.epochs()) >= 1
    assert nth > 12  # it was killed in both epochs
    assert_same_end(run, whole)
    assert not list(run.path.rglob("*.part")) and not (run.path / "reserve").exists()


@needs_fork
def test_a_disk_that_fills_in_mid_run_costs_no_whole_epoch():
    whole, run = trained(THREE), prepared(THREE)
    assert exit_code(process_of(resume_on_a_disk_that_fills, run.path)) == 1
    status = run.status()
    assert status["state"] == "failed" and status["sentence"]
    checkpoint.load(run.checkpoint)
    assert not list(run.path.rglob("*.part"))
    model = build("simple", **PLAN.settings, image_shape=(1, 28, 28))
    assert snapshot.load(run.path, model).epoch == 1
    run.train()  # somebody has freed some space
    assert_same_end(run, whole)


def test_no_room_for_the_last_words_is_no_second_error(tmp_path, monkeypatch):
    job = Job(tmp_path / "job")
    full = OSError(errno.ENOSPC, "full")
    with pytest.raises(Problem, match="disk is full"), job.work():

        def say(*arguments, **facts):
            raise full

        monkeypatch.setattr(job, "say", say)
        raise full
    assert job.state() == "died"


def test_an_interrupt_from_the_keyboard_is_a_stop(tmp_path):
    job = Job(tmp_path / "job")
    with pytest.raises(KeyboardInterrupt), job.work():
        raise KeyboardInterrupt
    assert job.state() == "stopped"


def test_a_disk_without_locks_is_told(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def flock(*arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(Problem, match="cannot lock files"), Job(tmp_path / "job").work():
        raise AssertionError("it works without a lock")


def test_images_that_are_gone_when_it_is_resumed(tmp_path):
    pictures, rng = tmp_path / "pictures", np.random.default_rng(0)
    pictures.mkdir()
    for number in range(60):
        pixels = rng.integers(0, 255, (28, 28), dtype=np.uint8)
        Image.fromarray(pixels).save(pictures / f"{number:02d}.png")
    plan = replace(THREE, dataset=f"folder:{pictures}", recipe=replace(THREE.recipe, batch_size=16))
    whole, run = trained(plan), broken_off(plan, after=1)
    pictures.rename(tmp_path / "elsewhere")
    with pytest.raises(Problem):
        run.train()
    assert run.status()["state"] == "failed" and run.status()["sentence"]
    checkpoint.load(run.checkpoint)
    (tmp_path / "elsewhere").rename(pictures)
    run.train()
    assert_same_end(run, whole)


# --- clocks


@pytest.mark.parametrize("jump", [-86_400, 86_400])
def test_whoever_waits_keeps_the_place_in_line_when_the_clock_jumps(tmp_path, monkeypatch, jump):
    order: list[str] = []

    def work(name: str) -> None:
        with Job(tmp_path / name).work():
            order.append(name)

    def waits(name: str) -> None:
        pool.submit(work, name)
        end = time.monotonic() + 20
        while Job(tmp_path / name).state() != "waiting":
            assert time.monotonic() < end
            time.sleep(0.01)

    with ThreadPoolExecutor() as pool:
        with Job(tmp_path / "first").work():
            waits("second")
            later = time.time() + jump
            monkeypatch.setattr("aecore.job.time.time", lambda: later)
            waits("a-third")
            assert Job(tmp_path / "second").ahead() == 1
            assert Job(tmp_path / "a-third").ahead() == 2
    assert order == ["second", "a-third"]
    assert Job(tmp_path / "a-third").state() == "done"


@pytest.mark.parametrize("jump", [-86_400, 86_400])
def test_a_job_that_has_its_lock_is_alive_whatever_the_clock_says(tmp_path, monkeypatch, jump):
    job = Job(tmp_path / "job")
    with job.work():
        job.say("starting")  # as if somebody had started it once more
        later = time.time() + jump
        monkeypatch.setattr("aecore.job.time.time", lambda: later)
        assert job.state() == "starting"
        job.say("running")
        assert job.state() == "running"


# --- two at the same moment


def test_those_who_may_only_look_see_that_it_runs_and_are_in_nobodys_way(tmp_path):
    job = Job(tmp_path / "job")
    looks = 0

    def look() -> None:
        nonlocal looks
        while job.state() != "done":
            looks += 1

    with ThreadPoolExecutor(2) as pool:
        with job.work():
            (job.path / "lock").chmod(0o444)
            job.path.chmod(0o555)
            assert job.state() == "running"
            job.path.chmod(0o755)
            pool.submit(look)
            pool.submit(look)
            time.sleep(0.2)
    assert looks > 2
    (job.path / "lock").unlink()
    assert job.state() == "done" and not (job.path / "lock").exists()  # a look leaves no trace


@needs_fork
def test_of_two_processes_that_resume_one_trains_and_the_other_is_told():
    run = prepared(LONG)
    context = multiprocessing.get_context("forkserver")
    both, told = context.Barrier(2), context.Queue()
    processes = [process_of(resume_beside_another, run.path, both, told) for _ in range(2)]
    assert "Another process works in" in told.get(timeout=60)
    assert run.state() in ("waiting", "running")
    run.request_stop()
    assert [exit_code(process) for process in processes] == [0, 0]
    assert told.empty() and run.state() == "stopped"


def at_once(work: Callable[[int], object], n: int = 8) -> list[object]:
    """What each of n threads returned or raised that began at the same moment."""
    together = threading.Barrier(n)

    def one(number: int) -> object:
        together.wait()
        try:
            return work(number)
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(one, range(n)))


def test_many_clicks_start_one_process(tmp_path):
    job = Job(tmp_path / "job")
    at_once(lambda number: Job(job.path).start(["list"]))
    log, end = job.path / "log.txt", time.monotonic() + 60
    while "runs\n" not in log.read_text():  # the last thing it prints
        assert time.monotonic() < end
        time.sleep(0.1)
    time.sleep(0.5)
    assert log.read_text().count("families\n") == 1


def test_a_class_that_starts_in_the_same_second_gets_a_run_each():
    names = {run.name for run in at_once(lambda number: prepared(PLAN), 16)}
    assert len(names) == 16


def test_two_plans_for_one_name_are_not_mixed(tmp_path):
    plans = [replace(PLAN, settings={"latent_dim": n + 1}) for n in range(8)]
    run = Run(tmp_path / "mine")
    ends = at_once(lambda number: Run(run.path).prepare(plans[number]))
    assert sum(end is None for end in ends) == 1
    assert all("is there already" in str(end) for end in ends if end is not None)
    assert run.plan() == plans[ends.index(None)]


# --- other versions


def test_a_run_of_an_older_version_is_resumed():
    plan = replace(PLAN, recipe=Recipe(epochs=3, precision="float32"))
    whole, run = trained(plan), broken_off(plan, after=1)
    # what the first version wrote
    config = {**plan.to_json(), "recipe": {"epochs": 3, "precision": "float32"}}
    (run.path / "config.json").write_text(json.dumps(config))
    (run.path / "status.json").write_text('{"state": "waiting", "at": 1, "since": 1}')
    known = ("number", "train", "test", "learning_rate", "seconds", "share")
    rows = [json.dumps({name: row[name] for name in known}) for row in run.epochs()]
    (run.path / "metrics.jsonl").write_text("\n".join(rows))
    model = build("simple", **plan.settings, image_shape=(1, 28, 28))
    epoch, precision, tensors, _images = snapshot.load(run.path, model)
    header = {"epoch": epoch, "precision": precision}
    checkpoint.write(run.path / snapshot.LAST, tensors, header)
    shutil.rmtree(run.path / "record")
    assert run.state() == "died" and run.plan() == plan
    run.train()
    shutil.rmtree(whole.path / "record")  # the epochs before are in nobody's record
    shutil.rmtree(run.path / "record")
    assert_same_end(run, whole)


def test_a_run_of_a_newer_version_is_told():
    run = prepared(PLAN)
    for changed in (
        {**PLAN.to_json(), "recipe": {**FLOAT.to_json(), "momentum": 0.5}},
        {**PLAN.to_json(), "momentum": 0.5},
    ):
        (run.path / "config.json").write_text(json.dumps(changed))
        with pytest.raises(Problem, match="newer version: .* momentum"):
            run.plan()
        with pytest.raises(Problem, match="newer version"):
            run.train()
        assert run.status()["state"] == "failed"


@pytest.mark.parametrize("config", ["[]", "5", "null", '{"recipe": []}', '{"recipe": 5}', "\0"])
def test_a_config_that_is_none_is_told(config):
    run = prepared(PLAN)
    (run.path / "config.json").write_text(config)
    with pytest.raises(Problem, match=r"config\.json|recipe"):
        run.plan()


# --- damaged files


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flip(content: bytes) -> bytes:
    """One bit of the last weights."""
    return content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]


@pytest.mark.parametrize("damage", [cut, flip, lambda content: b""], ids=["cut", "flip", "empty"])
def test_a_damaged_snapshot_gives_way_to_the_one_before(damage):
    whole, run = trained(THREE), broken_off(THREE, after=2)
    last = run.path / snapshot.LAST
    last.write_bytes(damage(last.read_bytes()))
    model = build("simple", **PLAN.settings, image_shape=(1, 28, 28))
    assert snapshot.load(run.path, model).epoch == 1
    run.train()
    assert_same_end(run, whole)


def test_a_damaged_snapshot_does_not_take_the_place_of_the_good_one(monkeypatch):
    run = broken_off(THREE, after=2)
    last = run.path / snapshot.LAST
    last.write_bytes(flip(last.read_bytes()))
    model = build("simple", **PLAN.settings, image_shape=(1, 28, 28))
    found = snapshot.load(run.path, model)

    def full(*_arguments):
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(checkpoint, "write", full)
        snapshot.save(run.path, found)
    assert snapshot.load(run.path, model).epoch == found.epoch


def test_pictures_that_changed_meanwhile_are_told(tmp_path):
    folder = tmp_path / "album"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for n in range(30):
        Image.fromarray(rng.integers(0, 256, (20, 20), dtype=np.uint8)).save(folder / f"{n}.png")
    run = broken_off(replace(THREE, dataset=f"folder:{folder}"), after=1)
    (folder / "3.png").rename(folder / "x.png")  # among other names it may be a test picture now
    with pytest.raises(Problem, match="not those that it has learned from"):
        run.train()
    (folder / "x.png").rename(folder / "3.png")
    run.train()
    assert run.state() == "done"


def test_a_stop_at_the_very_end_of_an_epoch_keeps_its_place_in_early_stopping():
    recipe = Recipe(epochs=6, batch_size=200, validation=0.2, patience=1, precision="float32")
    plan = replace(PLAN, recipe=recipe)  # five steps an epoch: its only tick is at its end
    whole, run = trained(plan), broken_off(plan, after=1)
    assert len(run.epochs()) == 2  # the second of them is whole
    run.train()
    assert_same_end(run, whole)


def test_called_off_while_it_waits_is_no_error():
    run = Run.new(PLAN)
    run.prepare(PLAN)
    run.say("starting")
    run.request_stop()
    run.train()
    assert run.state() == "stopped" and not run.checkpoint.exists()


def test_no_usable_snapshot_is_told():
    run = broken_off(THREE, after=2)
    kept = {name: (run.path / name).read_bytes() for name in (snapshot.LAST, snapshot.BEFORE)}
    for name, content in kept.items():
        (run.path / name).write_bytes(cut(content))
    with pytest.raises(Problem, match="snapshots of .* are damaged"):
        run.train()
    assert run.status()["state"] == "failed"
    checkpoint.load(run.checkpoint)  # the model itself is still of use
    for name, content in kept.items():
        (run.path / name).write_bytes(content)
    larger = replace(THREE, settings={"latent_dim": 5})
    (run.path / "config.json").write_text(json.dumps(larger.to_json()))
    with pytest.raises(Problem, match="of another version"):
        run.train()


@pytest.mark.parametrize("content", ["", "\0\0\0", '{"number": 1}\n', "[]\n5\n"])
def test_damaged_metrics_cost_their_lines_and_nothing_else(content):
    whole, run = trained(THREE), broken_off(THREE, after=2)
    lines = (run.path / "metrics.jsonl").read_text().splitlines()
    (run.path / "metrics.jsonl").write_text(f"{content}\n{lines[1]}")
    assert [row["number"] for row in run.epochs()] == [2]
    run.train()
    assert run.state() == "done"
    assert [row["number"] for row in run.epochs()] == [2, 3]
    expected, found = (weights(each) for each in (whole, run))
    assert all(torch.equal(expected[name], found[name]) for name in expected)


@pytest.mark.parametrize("content", ["", "\0", "[]", '{"state": "flying"}', '{"state": 5}'])
def test_a_damaged_status_leaves_a_run_that_can_be_resumed(content):
    run = broken_off(PLAN, after=1)
    (run.path / "status.json").write_text(content)
    assert run.state() == "new"
    run.train()
    assert run.state() == "done"


@pytest.mark.parametrize("facts", [{"at": "noon"}, {"at": None}, {}])
def test_a_start_without_a_time_is_not_waited_for(tmp_path, facts):
    (tmp_path / "status.json").write_text(json.dumps({"state": "starting", **facts}))
    assert Job(tmp_path).state() == "died"
