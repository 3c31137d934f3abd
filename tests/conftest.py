"""What tests share: fixed seeds, real MNIST from AECORE_DATA_DIR, a server and a browser."""

import os
import random
import sys
from pathlib import Path

# threads that wait for each other sleep: where they spin, a second program that computes makes
# small trainings eight times as slow; read when torch is first imported, here or in a server
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
if "PYTEST_XDIST_WORKER" in os.environ:  # the other process computes on the other core
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from chromium import modules_served, running_chromium, visiting
from lacking import lacking
from machine import running_app

from aecore import data
from aecore.messages import Problem

collect_ignore = ["toys"]  # they run in a copy of the checkout, see test_adding.py


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first: the quick ones fill what time is left where two processes share them."""
    marks: dict[Path, set[str]] = {}
    for item in items:
        marks.setdefault(item.path, set()).update(mark.name for mark in item.iter_markers())
    items.sort(key=lambda item: not marks[item.path] & {"browser", "training"})


@pytest.fixture(autouse=True)
def _seeds():
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:  # tests that don't need it shall not wait for it
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch) -> Path:
    """Each test's own folders for runs and downloads; gives the first, still to be made."""
    monkeypatch.setenv("AECORE_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "runs"


@pytest.fixture
def one_thread():
    """PyTorch with one thread: it sums in one order, and small nets wait for no other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Path:
    """A machine without any data; gives its empty AECORE_DATA_DIR."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("AECORE_DATA_DIR", str(folder))
    return folder


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder in which AECORE_DATA_DIR has the four files of MNIST."""
    own = os.environ.get("AECORE_DATA_DIR")
    if not own:
        lacking("AECORE_DATA_DIR is not set: no real MNIST to test with")
    for folder in (Path(own).expanduser(), Path(own).expanduser() / "mnist"):
        if len(list(folder.glob("t10k-*"))) >= 2 and len(list(folder.glob("train-*"))) >= 2:
            return folder.resolve()
    lacking(f"the four files of MNIST are not in AECORE_DATA_DIR={own}")


def _mnist(split: data.Split) -> data.Images:
    try:
        return data.load("mnist", split)
    except Problem as problem:
        lacking(str(problem))


@pytest.fixture(scope="session")
def mnist_train(mnist_folder) -> data.Images:
    """The 60,000 training digits."""
    return _mnist("train")


@pytest.fixture(scope="session")
def mnist_test(mnist_folder) -> data.Images:
    """The 10,000 test digits."""
    return _mnist("test")


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests: two of Playwright's cannot run at a time."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def modules(chromium):
    """A page that can import the modules of our browser components."""
    with modules_served() as address:
        page = chromium.new_page()
        page.goto(f"{address}/jsconfig.json")
        yield page
        page.close()


@pytest.fixture(scope="session")
def server_runs(tmp_path_factory) -> Path:
    """The server's folder for runs and loaded checkpoints: what lies in it, every test finds."""
    return tmp_path_factory.mktemp("server-runs")


@pytest.fixture(scope="session")
def server(server_runs, mnist_folder):
    """The address of one server for all tests, with real MNIST."""
    data = {"AECORE_DATA_DIR": str(mnist_folder.parent), "AECORE_RUNS_DIR": str(server_runs)}
    with running_app(**data) as (address, _process):
        yield address


@pytest.fixture
def page(chromium, server):
    """The page of a new visitor of the server, still empty."""
    with visiting(chromium, server) as page:
        yield page
