"""Data sets that aren't here: every one has a button, and what it brings can be trained on."""

import hashlib
from dataclasses import replace

import apptest
import pytest
import streamlit as st
from apptest import click, complaints, wait_for, words
from idx_files import small_set
from mirror import mirror

from aecore.data import DATASETS
from aecore.data.download import RemoteFile
from aecore.job import ALIVE
from aecore.training.run import runs

NAMES = [name for name, entry in DATASETS.items() if entry.downloadable]


@pytest.fixture(autouse=True)
def empty_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # a proxy of this machine is no part of the test
    st.cache_resource.clear()  # other tests had data
    yield
    st.cache_resource.clear()


@pytest.fixture
def small_kmnist(tmp_path, monkeypatch):
    """Kuzushiji-MNIST as a server on this machine would publish it, in small."""
    entry = DATASETS["kmnist"]
    small_set(entry, tmp_path / "published", packed=True, count=100)
    files = {path.name: path.read_bytes() for path in (tmp_path / "published").iterdir()}
    remote = tuple(
        RemoteFile(name, hashlib.md5(body).hexdigest(), len(body)) for name, body in files.items()
    )
    with mirror(files) as server:
        entry = replace(entry, mirrors=(server.url,), remote=remote)
        monkeypatch.setitem(DATASETS._entries, "kmnist", entry)
        yield server


def downloads(app, place):
    """The data sets that have a button in that place."""
    keys = [button.key for button in app.button if button.key]
    start = f"download-{place}-"
    return [key.removeprefix(start) for key in keys if key.startswith(start)]


def test_start_offers_whatever_is_missing():
    app = apptest.opened("start")
    assert complaints(app) == []
    assert downloads(app, "start") == NAMES
    labels = [button.label for button in app.button]
    assert "Download EMNIST Digits (562 MB)" in labels


def test_what_is_here_is_not_offered(mnist_folder, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", str(mnist_folder))
    app = apptest.opened("start")
    assert downloads(app, "start") == [name for name in NAMES if name != "mnist"]


@pytest.mark.parametrize("name", NAMES)
def test_train_offers_what_is_chosen_and_missing(name):
    app = apptest.opened("train", train_data=name)
    assert complaints(app) == []
    assert downloads(app, "train") == [name]
    start = next(button for button in app.button if button.label == "Start training")
    assert start.disabled and "download them" in words(app)


def test_what_was_downloaded_on_train_is_trained_on(small_kmnist):
    app = apptest.opened("train", train_data="kmnist", family="simple", epochs="2", simple_size="4")
    app.button(key="download-train-kmnist").click().run()
    assert complaints(app) == [] and downloads(app, "train") == []
    assert "2 times through the training examples of Kuzushiji-MNIST" in words(app)
    asked = len(small_kmnist.asked)
    assert asked == 4
    click(app, "Start training")
    assert complaints(app) == []
    (run,) = runs()
    wait_for(lambda: run.state() not in ALIVE)
    assert run.state() == "done" and run.plan().dataset == "kmnist"
    other = apptest.opened("train", run=run.name)
    # two epochs of a hundred images teach little, and it says so: no complaint of the screen's
    assert not other.exception and not other.error and "Done: 2 epochs" in words(other)
    assert len(small_kmnist.asked) == asked


def test_a_download_that_fails_says_so_on_start(small_kmnist):
    small_kmnist.status = 503
    app = apptest.opened("start")
    app.button(key="download-start-kmnist").click().run()
    assert "answers 503" in app.error[0].value
    small_kmnist.status = None
    app.button(key="download-start-kmnist").click().run()
    assert complaints(app) == [] and "kmnist" not in downloads(app, "start")
    # and is what the model of digits has never seen
    assert "“を wo” of Kuzushiji-MNIST" in words(app)
