"""Anomalies, series: in three languages, by every judge, and a training on one's own signal."""

import io

import numpy as np
import pytest
from apptest import click, complaints, opened, wait_for, words

from aecore.data.own_signal import OwnSignal
from aecore.job import ALIVE
from aecore.signals import kept, shipped
from aecore.training.run import runs
from pages.anomalies import series_picture
from ui.i18n import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_heartbeats_are_there_in_every_language_and_said_to_be_simulated(language, empty):
    app = opened("anomalies", lang=language, anomaly_of="series")
    assert complaints(app) == []
    assert "McSharry" in words(app)


@pytest.mark.parametrize("judge", ["conv-16", "pca", "knn"])
def test_every_judge_has_its_say(judge, empty):
    app = opened("anomalies", anomaly_of="series", anomaly_judge=judge)
    assert complaints(app) == []
    shown = words(app)
    for name in ("recurrent-16", "pca-16", "knn"):
        area = shipped.figures()[name]["auroc"]
        assert f"{area:.3f}" in shown
    # the side bar names the model that judges, and the images
    assert ("trained on Heartbeats" in shown) == (judge == "conv-16")
    assert "simulated heartbeats, 15 minutes" in shown


@pytest.fixture
def wave(runs_folder) -> OwnSignal:
    """A sine that was handed over."""
    times = np.arange(8000) / 100
    text = "\n".join(f"{t:.2f},{np.sin(6 * t):.3f}" for t in times).encode()
    name = kept.add(io.BytesIO(text), "wave.csv", len(text))
    return OwnSignal(kept.kept()[name])


def test_a_model_is_trained_on_the_own_signal_from_the_screen_and_stopped(wave, empty):
    app = opened("anomalies", anomaly_of="series", anomaly_series="own-wave")
    assert complaints(app) == []
    button = next(each for each in app.button if each.label.startswith("Train it"))
    app = button.click().run()
    (run,) = runs()
    assert run.plan().dataset == wave.name and run.plan().family == "recurrent"
    app = opened("anomalies", anomaly_of="series", anomaly_series="own-wave")
    app = click(app, "Stop")
    wait_for(lambda: run.state() not in ALIVE)
    assert run.state() == "stopped" and complaints(app) == []


def test_bad_addresses_of_series_are_told_or_left_out(empty):
    app = opened("anomalies", anomaly_of="series", anomaly_series="own-none")
    assert len(app.warning) == 1 and not app.exception
    bad = {"anomaly_series_at": "x~9", "anomaly_series_above": "conv-16~nan"}
    assert complaints(opened("anomalies", anomaly_of="series", **bad)) == []


@pytest.mark.parametrize("ends", [(0, 0), (100, 100)])
def test_a_normal_part_without_any_length_is_taken_as_the_shortest(ends, wave, empty):
    app = opened("anomalies", anomaly_of="series", anomaly_series="own-wave")
    slider = next(each for each in app.slider if each.key == "anomaly_series_normal")
    assert complaints(slider.set_value(ends).run()) == []


def test_a_threshold_without_end_in_the_address_is_left_out():
    name = next(iter(shipped.MODELS))
    assert series_picture.above(f"{name}~inf", name, 0.5) == 0.5
    assert series_picture.above(f"{name}~0.7", name, 0.5) == 0.7
