"""Map: the shipped one, picking, new ones on request, and what can go wrong with them."""

from pathlib import Path

import apptest
import numpy as np
import pytest
from apptest import click, complaints, wait_for, words
from streamlit.testing.v1 import AppTest

from aecore import checkpoint, mapping, projection
from aecore.__main__ import main
from aecore.job import ALIVE
from aecore.mapping import MapJob, MapRequest
from aecore.messages import Problem
from ui import maps
from ui.i18n import percent

MODEL = "simple-32"


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("AECORE_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "runs"


def opened(**address: str) -> AppTest:
    return apptest.opened("map", **address)


def request(**changes) -> MapRequest:
    asked = {
        "name": MODEL,
        "checkpoint": str(checkpoint.shipped()[MODEL]),
        "dataset": "digits",
        "points": 200,
        "perplexity": 20.0,
        "seed": 1,
    }
    return MapRequest(**(asked | changes))


def prepared(monkeypatch, **changes) -> MapJob:
    """A map that was asked for; nobody works on it."""
    monkeypatch.setattr(MapJob, "launch", lambda self: None)
    return mapping.ask_for(request(**changes))


def finished(monkeypatch) -> MapJob:
    job = prepared(monkeypatch)
    asked = job.request()
    main([
        "project", asked.checkpoint, "--dataset", asked.dataset, "--points", str(asked.points),
        "--perplexity", str(asked.perplexity), "--seed", str(asked.seed),
        "--job", str(job.path), "--out", str(job.file), "--json",
    ])  # fmt: skip
    return job


def test_the_shipped_map_is_there_at_once(mnist_folder):
    app = opened()
    assert complaints(app) == []
    assert len(app.get("plotly_chart")) == 1
    text = words(app)
    assert "kNN accuracy" in text and "Trustworthiness" in text and "PCA in 2-D" in text
    assert "distances between islands" in text and "Strangers" in text
    assert "Images:</b> MNIST, 10,000 test images" in text


def test_pca_is_one_click_away(mnist_folder):
    app = opened(method="pca")
    assert complaints(app) == [] and len(app.get("plotly_chart")) == 1
    accuracy = percent(projection.load_map().facts["pca_knn_accuracy"], 1)
    assert f"<b>{accuracy}</b> t-SNE" in words(app)


def test_a_class_can_be_taken_without_a_mouse(mnist_folder):
    app = opened(map_class="4")
    assert complaints(app) == []
    assert "982 images picked · 40 of 982 shown" in words(app)  # 982: MNIST's test 4s
    assert "4: 982, 5: 0" in words(app)


def test_picked_points_show_their_images_and_classes(mnist_folder, monkeypatch):
    picked = np.array([0, 1, 2, 3, 7, 9])  # 7 2 1 0 9 9, as everybody knows
    monkeypatch.setattr(maps.figures, "show_selectable", lambda *_, **__: picked)
    text = words(opened())
    assert "6 images picked · 6 of 6 shown" in text
    assert "0: 1, 1: 1, 2: 1, 3: 0, 4: 0, 5: 0, 6: 0, 7: 1, 8: 0, 9: 2" in text
    assert "Mean of the images picked" in text


def test_equal_requests_are_one_map_and_others_are_not():
    assert request().key() == request(name="another name").key()
    others = [request(points=201), request(seed=2), request(perplexity=21.0)]
    others.append(request(checkpoint=str(checkpoint.shipped()["deep-32"])))
    assert len({each.key() for each in (request(), *others)}) == 5


def test_a_map_is_made_by_a_click_and_found_again(monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))
    asked = {"map_model": MODEL, "map_data": "digits", "map_perplexity": "12", "map_seed": "5"}
    app = opened(**asked)
    click(app, "Compute the map")
    assert complaints(app) == []
    ((key, job),) = mapping.maps().items()
    assert job.request() == request(points=360, perplexity=12.0, seed=5)
    assert "The encoder turns images into codes" in words(app)
    wait_for(lambda: job.state() not in ALIVE)
    assert job.state() == "done"
    before = job.file.stat().st_mtime_ns
    app = opened(map=key)  # a reload
    assert complaints(app) == [] and len(app.get("plotly_chart")) == 1
    assert "Small digits, 360 test images" in words(app)
    click(opened(**asked), "Compute the map")  # asked again: it is there already
    assert list(mapping.maps()) == [key] and job.file.stat().st_mtime_ns == before


def test_a_bad_perplexity_is_told_before_anything_starts(monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(maps.cache, "images", lambda *_: range(100))
    app = opened(map_model=MODEL, map_data="digits", map_perplexity="60")
    (sentence,) = complaints(app)
    assert "perplexity is 60" in sentence and "33" in sentence
    assert not [button for button in app.button if button.label == "Compute the map"]
    assert mapping.maps() == {}


@pytest.mark.parametrize("points", [5, 29])
def test_too_few_images_are_refused(points):
    with pytest.raises(Problem, match=f"there are {points}"):
        request(points=points, perplexity=5.0).check(1000)


def test_a_stopped_map_keeps_what_is_there(monkeypatch):
    job = finished(monkeypatch)
    shown = projection.load_map(job.file)
    shown.facts["iterations"] = 300
    shown.save(job.file)
    job.say("stopped")
    app = opened(map=job.name)
    assert complaints(app) == [] and len(app.get("plotly_chart")) == 1
    assert "Stopped after 300 steps" in words(app)


def test_stopping_before_the_first_step_is_told_and_asked_again(monkeypatch):
    job = prepared(monkeypatch)
    job.say("stopped")
    app = opened(map=job.name)
    assert complaints(app) == [] and "before there was anything to see" in words(app)
    launched = []
    monkeypatch.setattr(MapJob, "launch", lambda self: launched.append(self.name))
    click(app, "Compute it again")
    assert launched == [job.name]


def test_maps_that_failed_or_died_say_so(monkeypatch):
    job = prepared(monkeypatch)
    job.say("failed", sentence="“{name}” is damaged.", values={"name": "weights"})
    assert complaints(opened(map=job.name)) == ["“weights” is damaged."]
    job.say("running", share=0.5, seconds_left=3)  # and nobody holds the lock
    (sentence,) = complaints(opened(map=job.name))
    assert "without a word" in sentence


def test_a_damaged_map_is_told_and_the_others_are_there(monkeypatch, mnist_folder):
    job = finished(monkeypatch)
    job.file.write_bytes(job.file.read_bytes()[:-100])
    app = opened(map=job.name)
    assert len(complaints(app)) == 1 and "map.safetensors" in complaints(app)[0]
    assert len(app.selectbox(key="choose-map").options) == 2


def test_images_that_changed_since_are_not_shown_for_the_old_ones(monkeypatch):
    job = finished(monkeypatch)
    behind = maps.shown(job.name, job)
    assert behind.images is not None
    assert np.array_equal(behind.images.labels, behind.map.labels)
    changed = projection.load_map(job.file)
    changed.labels[:5] += 1
    assert maps._images_behind(changed) is None
    far = projection.load_map(job.file)
    far.facts["dataset"] = "folder:/nowhere"
    assert maps._images_behind(far) is None


def test_a_map_in_the_making_is_told_beside_another_one(monkeypatch, mnist_folder):
    job = prepared(monkeypatch)
    job.say("starting")
    app = opened()
    assert complaints(app) == [] and len(app.get("plotly_chart")) == 1
    assert f"A map is being made: {MODEL}" in words(app)
    click(app, "Show it")
    assert app.selectbox(key="choose-map").value == job.name
    assert "Stop and keep what is there" in [button.label for button in app.button]
    click(app, "Stop and keep what is there")
    assert job.stop_requested()
