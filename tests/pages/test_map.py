"""Map: the shipped one, picking, new ones on request, and what can go wrong with them."""

import base64
import csv
import io
import shutil
from dataclasses import replace
from pathlib import Path

import apptest
import numpy as np
import pytest
from apptest import click, complaints, components, wait_for, words
from PIL import Image
from streamlit.testing.v1 import AppTest

from aecore import checkpoint, map_file, mapping, neighbours, storage
from aecore.__main__ import main
from aecore.job import ALIVE
from aecore.mapping import MapJob, MapRequest
from aecore.messages import Problem
from pages.map import explorer, files, shown
from ui.i18n import percent

MODEL = "simple-32"


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


@pytest.fixture(scope="module")
def made_once(tmp_path_factory) -> Path:
    """The folder of a finished map, for copies: t-SNE takes its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AECORE_RUNS_DIR", str(tmp_path_factory.mktemp("runs")))
        job = prepared(patch)
    asked = job.request()
    main([
        "project", asked.checkpoint, "--dataset", asked.dataset, "--points", str(asked.points),
        "--perplexity", str(asked.perplexity), "--seed", str(asked.seed),
        "--job", str(job.path), "--out", str(job.file), "--json",
    ])  # fmt: skip
    return job.path


@pytest.fixture
def finished(made_once) -> MapJob:
    """A finished map among this test's own runs."""
    job = MapJob(storage.maps_dir().resolve() / made_once.name)
    shutil.copytree(made_once, job.path)
    return job


def test_the_shipped_map_is_there_at_once(mnist_folder):
    app = opened()
    assert complaints(app) == []
    assert len(components(app)) == 1
    text = words(app)
    assert "kNN accuracy" in text and "Trustworthiness" in text and "PCA in 2-D" in text
    assert "Distances between islands" in text and "Strangers" in text
    assert "Data:</b> MNIST, 10,000 test examples" in text


def test_pca_is_one_click_away(mnist_folder):
    app = opened(method="pca")
    assert complaints(app) == [] and len(components(app)) == 1
    accuracy = percent(map_file.load_map().facts["pca_knn_accuracy"], 1)
    assert f"<b>{accuracy}</b> t-SNE" in words(app)


def test_a_link_brings_back_what_was_picked(mnist_folder):
    app = opened(pick="mnist.test~c4")
    assert complaints(app) == []
    assert "982 images picked · 40 of 982 shown" in words(app)  # 982: MNIST's test 4s
    assert "4: 982, 5: 0" in words(app)


def test_picked_points_show_their_images_and_classes(mnist_folder):
    # 0, 1, 2, 3, 7 and 9, by the gaps between them: 7 2 1 0 9 9, as everybody knows
    gaps = base64.urlsafe_b64encode(bytes([0, 0, 0, 0, 3, 1])).decode().rstrip("=")
    text = words(opened(pick=f"mnist.test~d{gaps}"))
    assert "6 images picked · 6 of 6 shown" in text
    assert "0: 1, 1: 1, 2: 1, 3: 0, 4: 0, 5: 0, 6: 0, 7: 1, 8: 0, 9: 2" in text
    assert "Mean of the images picked" in text and "Mean of the codes picked" in text


def test_what_was_picked_of_other_images_is_not_taken_for_these(mnist_folder):
    app = opened(pick="digits.test~c4")
    assert complaints(app) == [] and "images picked" not in words(app)


def test_a_damaged_link_is_told(mnist_folder):
    (sentence,) = complaints(opened(pick="mnist.test~b!!"))
    assert "cannot be read" in sentence
    (sentence,) = complaints(opened(pick="mnist.test~f0123456789abcdef"))
    assert "no longer kept" in sentence


def test_the_map_tells_where_it_is_wrong(finished):
    one = shown.shown_map(finished.name, finished)
    (shades,) = explorer._shades(one, "tsne", "torn")
    assert np.allclose(shades.shares * neighbours.NEAR, one.map.misplaced.torn)
    app = opened(map=finished.name, colour="close")
    assert complaints(app) == [] and len(components(app)) == 1


def test_a_map_of_a_single_class_says_nothing_of_classes(finished):
    assert "<dt>kNN accuracy</dt>" in words(opened(map=finished.name))
    made = map_file.load_map(finished.file)
    older = {**made.facts, **dict.fromkeys(map_file.CLASS_FIGURES, 1.0)}
    replace(made, labels=np.full_like(made.labels, 3), facts=older).save(finished.file)
    app = opened(map=finished.name)
    assert complaints(app) == []
    assert "<dt>Trustworthiness" in words(app) and "<dt>kNN accuracy" not in words(app)


def test_three_maps_stand_side_by_side(mnist_folder):
    app = opened(method="bench")
    assert complaints(app) == [] and len(components(app)) == 1
    assert "The same 2,500 test digits" in words(app)
    assert "deep-32" in words(app)  # whose codes the third one shows


def table(one: shown.ShownMap, which: np.ndarray) -> str:
    return files.places("positions", "Picked", one, which, one.map.positions).content().decode()


def test_the_picked_points_can_be_kept_as_a_table(finished):
    one = shown.shown_map(finished.name, finished)
    lines = table(one, np.array([3, 5])).splitlines()
    assert lines[0] == "image,class,x,y" and len(lines) == 3
    image, name, x, _ = lines[1].split(",")
    assert int(image) == one.ids[3] and name == str(one.labels[3])
    assert float(x) == pytest.approx(one.map.positions[3, 0], rel=1e-4)


def test_class_names_in_a_table_are_neither_columns_nor_formulas(finished):
    names = ["a, b", 'a "b"', "=1+1", "+A1", "-A1", "@a", "two\nlines", "=a,b"]
    one = replace(shown.shown_map(finished.name, finished), classes=names, labels=np.arange(8))
    kept = [line[1] for line in csv.reader(io.StringIO(table(one, np.arange(8))))][1:]
    assert kept == ["a, b", 'a "b"', "'=1+1", "'+A1", "'-A1", "'@a", "two\nlines", "'=a,b"]


def test_points_are_there_while_tsne_moves_them(monkeypatch):
    job = prepared(monkeypatch)
    job.say("starting")
    assert "first points appear" in words(opened(map=job.name))
    rng = np.random.default_rng(0)
    facts = {"dataset": "digits", "split": "test", "images": 360, "points": 200, "seed": 1}
    moving = map_file.MovingMap(
        rng.normal(size=(200, 2)).astype(np.float32), np.zeros(200, np.uint8),
        {**facts, "iteration": 40, "sample": 0},
    )  # fmt: skip
    moving.save(job.moving)
    app = opened(map=job.name)
    assert complaints(app) == [] and len(components(app)) == 1
    assert b"t-SNE after 40 steps" in components(app)[0].proto.bytes
    replace(moving, facts={**facts, "iteration": 0, "sample": 50}).save(job.moving)
    told = components(opened(map=job.name))[0].proto.bytes
    assert b"50 points find their places first" in told
    assert "Stop and keep what is there" in [button.label for button in app.button]


def test_the_map_before_stays_until_the_new_points_come(monkeypatch, finished):
    job = prepared(monkeypatch, perplexity=5.0)
    job.say("starting")
    app = opened(map=job.name)
    assert complaints(app) == [] and len(components(app)) == 1
    # with other images there is none to stay
    job = prepared(monkeypatch, points=150)
    job.say("starting")
    app = opened(map=job.name)
    assert "first points appear" in words(app) and not components(app)


def test_equal_requests_are_one_map_and_others_are_not():
    assert request().key() == request(name="another name").key()
    others = [request(points=201), request(seed=2), request(perplexity=21.0)]
    others.append(request(checkpoint=str(checkpoint.shipped()["deep-32"])))
    others.append(request(split="all"))
    assert len({each.key() for each in (request(), *others)}) == 6


def test_a_map_is_made_by_a_click_and_found_again(monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))
    asked = {"map_model": MODEL, "map_data": "digits", "map_perplexity": "12", "map_seed": "5"}
    app = opened(**asked)
    click(app, "Compute the map")
    assert complaints(app) == []
    ((key, job),) = mapping.maps().items()
    assert job.request() == request(points=360, perplexity=12.0, seed=5)
    assert "The encoder turns images into codes" in words(app)
    wait_for(lambda: job.state() not in ALIVE, seconds=180)
    assert job.state() == "done"
    before = job.file.stat().st_mtime_ns
    app = opened(map=key)  # a reload
    assert complaints(app) == [] and len(components(app)) == 1
    assert "Small digits, 360 test examples" in words(app)
    click(opened(**asked), "Compute the map")  # asked again: it is there already
    assert list(mapping.maps()) == [key] and job.file.stat().st_mtime_ns == before


def test_a_bad_perplexity_is_told_before_anything_starts(monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(explorer.cache, "images", lambda *_: range(100))
    app = opened(map_model=MODEL, map_data="digits", map_perplexity="60")
    (sentence,) = complaints(app)
    assert "perplexity is 60" in sentence and "33" in sentence
    assert not [button for button in app.button if button.label == "Compute the map"]
    assert mapping.maps() == {}


@pytest.mark.parametrize("points", [5, 29])
def test_too_few_images_are_refused(points):
    with pytest.raises(Problem, match=f"there are {points}"):
        request(points=points, perplexity=5.0).check(points)
    with pytest.raises(Problem, match=f"number of points is {points}; it must be from 30"):
        request(points=points, perplexity=5.0).check(1000)


def test_a_stopped_map_keeps_what_is_there(finished):
    shown = map_file.load_map(finished.file)
    shown.facts["iterations"] = 300
    shown.save(finished.file)
    finished.say("stopped")
    app = opened(map=finished.name)
    assert complaints(app) == [] and len(components(app)) == 1
    assert "Stopped after 300 steps" in words(app)


def test_a_map_of_many_equal_codes_says_so(finished):
    shown = map_file.load_map(finished.file)
    shown.facts["different_codes"] = 7
    shown.save(finished.file)
    app = opened(map=finished.name)
    assert complaints(app) == [] and "Only 7 of the 200 codes differ" in words(app)


def test_equal_codes_end_the_job_in_a_sentence(monkeypatch, tmp_path):
    for i in range(40):
        Image.new("L", (28, 28)).save(tmp_path / f"{i}.png")
    changes = {"dataset": f"folder:{tmp_path}", "points": 40, "perplexity": 5.0, "split": "all"}
    job = prepared(monkeypatch, **changes)
    command = ["project", str(checkpoint.shipped()[MODEL]), "--dataset", changes["dataset"]]
    ending = ["--split", "all", "--perplexity", "5", "--job", str(job.path), "--out", str(job.file)]
    assert main([*command, *ending]) == 1
    (sentence,) = complaints(opened(map=job.name))
    assert "All 40 codes are the same" in sentence and not job.file.exists()


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


def test_a_damaged_map_is_told_and_the_others_are_there(finished, mnist_folder):
    finished.file.write_bytes(finished.file.read_bytes()[:-100])
    app = opened(map=finished.name)
    assert len(complaints(app)) == 1 and "map.safetensors" in complaints(app)[0]
    assert len(app.selectbox(key="choose-map").options) == 2


def test_images_that_changed_since_are_not_shown_for_the_old_ones(finished):
    behind = shown.shown_map(finished.name, finished)
    assert behind.images is not None
    assert np.array_equal(behind.images.labels, behind.map.labels)
    changed = map_file.load_map(finished.file)
    changed.labels[:5] += 1
    assert shown._images_behind(changed) is None
    far = map_file.load_map(finished.file)
    far.facts["dataset"] = "folder:/nowhere"
    assert shown._images_behind(far) is None


def test_a_map_in_the_making_is_told_beside_another_one(monkeypatch, mnist_folder):
    job = prepared(monkeypatch)
    job.say("starting")
    app = opened()
    assert complaints(app) == [] and len(components(app)) == 1
    assert f"A map is being made: {MODEL}" in words(app)
    click(app, "Show it")
    assert app.selectbox(key="choose-map").value == job.name
    assert "Stop and keep what is there" in [button.label for button in app.button]
    click(app, "Stop and keep what is there")
    assert job.stop_requested()
