"""Learning by heart on the screen: what is shipped, and a training made anew."""

from dataclasses import replace

import apptest
import pytest
from apptest import click, complaints, wait_for, words

from aecore import by_heart
from aecore.by_heart import REMEDIES, ByHeart
from aecore.job import ALIVE
from aecore.training.run import Run, runs


def opened(**address: str):
    return apptest.opened("inside", inside="heart", **address)


@pytest.mark.parametrize("lang", ["en", "de", "ru"])
def test_digits_learned_and_new_with_their_errors(mnist_folder, lang):
    app = opened(lang=lang, inside_images="500", inside_remedy="decay")
    assert complaints(app) == []
    table = ByHeart.load()
    learned, new = table.kept[2, list(REMEDIES).index("decay")]
    told = words(app).replace(",", ".")
    assert f"{learned:.5f}" in told and f"{new:.5f}" in told
    assert len(app.get("plotly_chart")) == 2


def test_without_mnist_decoded_digits_stand_in_and_that_is_said(empty):
    app = opened(inside_images="60000")
    assert complaints(app) == []
    assert "decoded from their codes" in words(app) and "Decoded" in words(app)
    assert "60,000 images, 32 numbers, trained on MNIST" in words(app)  # what is shipped
    (button,) = [one for one in app.button if one.label == "Train anew"]
    assert button.disabled  # the small digits are fewer


def test_a_training_made_anew_is_followed_and_shown(empty, monkeypatch):
    app = opened(inside_images="20", inside_remedy="early")
    quick = replace(by_heart.RECIPE, epochs=2, steps=2)
    monkeypatch.setattr(by_heart, "RECIPE", quick)
    click(app, "Train anew")
    assert complaints(app) == []
    (run,) = runs()
    assert app.query_params["inside_run"] == run.name  # a reload finds it again
    assert run.plan() == by_heart.plan(20, "early", "digits", seed=1)
    wait_for(lambda: run.state() not in ALIVE)
    app = opened(inside_images="20", inside_remedy="early", inside_run=run.name)
    assert complaints(app) == [] and "Never seen" in words(app)
    assert app.text_input(key="inside_run").value == run.name
    assert "Small digits" in words(app)


def test_a_run_at_work_can_be_stopped(empty, monkeypatch):
    run = Run.prepared(by_heart.plan(100, "none", "digits", seed=1))
    run.say("running", epoch=1)
    monkeypatch.setattr(Run, "_alive", lambda self, said: True)
    app = opened(inside_images="100", inside_run=run.name)
    assert complaints(app) == []
    click(app, "Stop")
    assert run.stop_requested()
