"""Train: what a click starts, what the screen says of a run, and what happens to bad pictures."""

import io
import json
import shutil
import zipfile
from dataclasses import replace

import apptest
import numpy as np
import pytest
from apptest import click, complaints, components, wait_for, words
from PIL import Image
from streamlit.testing.v1 import AppTest

from aecore import uploads
from aecore.job import ALIVE
from aecore.models import MODELS
from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Run, runs
from pages.train import own_pictures
from pages.train import run as watching

# small batches: after ten steps the codes would be all alike, and the screen would say so
RECIPE = Recipe(epochs=2, batch_size=16, precision="float32")
PLAN = Plan("simple", {"latent_dim": 4}, "digits", RECIPE)


def opened(**address: str) -> AppTest:
    return apptest.opened("train", **address)


def trained(plan: Plan) -> Run:
    run = Run.new(plan)
    run.prepare(plan)
    run.train()
    return run


def machine(app: AppTest) -> dict:
    """What the time machine was told."""
    (component,) = components(app)
    content = component.proto.bytes
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return json.loads(header["__metadata__"]["facts"])


def archive(pictures: int, side: int = 20) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for n in range(pictures):
            picture = io.BytesIO()
            Image.fromarray(np.full((side, side), 20 * n % 256, np.uint8)).save(picture, "PNG")
            file.writestr(f"{'ab'[n % 2]}/{n}.png", picture.getvalue())
    return content.getvalue()


def test_before_the_first_run_the_screen_says_what_a_click_does(mnist_folder):
    app = opened()
    assert complaints(app) == []
    assert "10 times through the training examples of MNIST, about" in words(app)
    assert not [button for button in app.button if button.label == "Stop"]


def test_a_click_trains_in_another_process_and_a_second_browser_finds_it(monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))  # only the small digits
    small = {"epochs": "2", "batch": "16", "simple_size": "4"}
    app = opened(family="simple", train_data="digits", train_seed="3", **small)
    click(app, "Start training")
    assert complaints(app) == []
    (run,) = runs()
    plan = run.plan()
    assert (plan.family, plan.dataset, plan.settings) == ("simple", "digits", {"latent_dim": 4})
    assert (plan.recipe.epochs, plan.recipe.seed) == (2, 3)
    wait_for(lambda: run.state() not in ALIVE)
    assert run.state() == "done"
    other = opened(run=run.name)
    assert complaints(other) == []
    assert "Done: 2 epochs" in words(other) and "Test loss" in words(other)
    shown = machine(other)
    assert {0, 1, 2} <= {one["epoch"] for one in shown["frames"]}
    assert [len(curve["values"]) for curve in shown["charts"][0]["curves"]] == [2, 2]
    assert [each["name"] for each in shown["classes"]] == [str(digit) for digit in range(10)]
    assert other.selectbox(key="choose-run").value == run.name


def test_a_run_is_stopped_and_resumed():
    run = Run.new(PLAN)
    run.prepare(replace(PLAN, recipe=replace(PLAN.recipe, epochs=900)))
    run.launch()
    app = opened()
    assert f"{run.name} · at work" in app.selectbox(key="choose-run").options
    wait_for(lambda: len(run.epochs()) > 1)
    click(app, "Stop")
    wait_for(lambda: run.state() == "stopped")
    app = opened()
    assert complaints(app) == [] and "Stopped in epoch" in words(app)
    kept = len(run.epochs())
    click(app, "Resume")
    wait_for(lambda: len(run.epochs()) > kept)
    run.request_stop()
    wait_for(lambda: run.state() == "stopped")


def test_runs_that_ended_badly_say_why():
    run = trained(PLAN)
    sentence = "The disk is full: “{name}” could not be written on. Free some space, then resume."
    run.say("failed", sentence=sentence, values={"name": run.name})
    app = opened(run=run.name)
    assert app.error[0].value == sentence.format(name=run.name)
    run.say("running", epoch=1, share=0.5, seconds_left=3)  # and nobody holds the lock
    app = opened(run=run.name)
    assert "ended without a word" in app.error[0].value and "2 of 2" in app.error[0].value
    assert [button.label for button in app.button if button.label == "Resume"]


def test_a_damaged_run_is_told_and_does_not_hide_the_others():
    bad, good = trained(PLAN), trained(PLAN)
    (bad.path / "config.json").write_text("{", encoding="utf-8")
    app = opened(run=bad.name)
    assert len(app.error) == 1 and bad.name in app.error[0].value
    assert set(app.selectbox(key="choose-run").options) == {bad.name, good.name}


BOTH, KL = "Reconstruction + KL, nats", "KL, nats an example"  # titles of charts


def test_variational_runs_show_their_kl_apart():
    plan = replace(PLAN, family="vae", settings={"latent_dim": 2, "beta": 1.0})
    app = opened(run=trained(plan).name)
    assert complaints(app) == []
    assert "Reconstruction" in words(app) and "KL" in words(app)
    both, alone = machine(app)["charts"]
    assert both["title"] == BOTH and alone["title"] == KL
    row = runs()[0].epochs()[-1]["test"]
    assert both["curves"][1]["values"][-1] == pytest.approx(row["recon"] + row["kl"])
    assert alone["curves"][1]["values"][-1] == pytest.approx(row["kl"])


def test_before_the_first_run_the_time_machine_is_empty(monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))  # only the small digits
    shown = machine(opened(family="vae", epochs="7"))
    assert shown["frames"] == [] and shown["epochs"] == 7
    assert "2,000 test examples" in shown["note"]
    assert [chart["title"] for chart in shown["charts"]] == [BOTH, KL]


def test_the_epoch_that_is_looked_at_stands_in_the_address():
    run = trained(PLAN)
    assert machine(opened(run=run.name, at="1"))["at"] == 1
    assert machine(opened(run=run.name))["at"] is None
    app = opened(run=run.name, at="nowhere")
    assert complaints(app) == [] and machine(app)["at"] is None


def test_a_run_of_an_older_version_shows_its_losses_and_says_that_it_has_no_history():
    run = trained(PLAN)
    shutil.rmtree(run.record.folder)
    (run.path / "pictures").mkdir()
    (run.path / "pictures" / "0001.npy").write_bytes(b"")
    app = opened(run=run.name)
    assert complaints(app) == []
    shown = machine(app)
    assert shown["frames"] == [] and "older version" in shown["note"]
    assert len(shown["charts"][0]["curves"][0]["values"]) == 2


def test_a_damaged_frame_is_left_out():
    run = trained(PLAN)
    run.record.path(1).write_bytes(b"damaged")
    app = opened(run=run.name)
    assert complaints(app) == []
    shown = {one["epoch"] for one in machine(app)["frames"]}
    assert {0, 2} <= shown and 1 not in shown


def test_an_epoch_whose_line_is_lost_leaves_a_gap_in_the_curves():
    run = trained(replace(PLAN, recipe=replace(PLAN.recipe, epochs=3)))
    first, _second, third = (run.path / "metrics.jsonl").read_text().splitlines()
    (run.path / "metrics.jsonl").write_text(f"{first}\n{third}\n")
    values = machine(opened(run=run.name))["charts"][0]["curves"][1]["values"]
    assert values[1] is None and values[0] > values[2] > 0


@pytest.mark.parametrize("family", MODELS)
def test_every_setting_of_a_family_has_a_control(family, monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))
    config = MODELS[family].config_type
    app = opened(family=family)
    assert complaints(app) == []
    for name, setting in config.settings().items():
        usual = getattr(config, name)
        if setting.choices:
            control = app.selectbox(key=f"choose-{name}")
            assert control.options == list(setting.choices.values()) and control.value == usual
        else:
            control = app.number_input(key=name)
            assert (control.value, control.min, control.max) == (usual, 0, setting.most)
        assert control.label == setting.label and control.help == setting.help


def test_a_plan_is_read_from_the_controls(monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "none"))
    address = {"family": "conv_vae", "conv_vae_size": "3", "beta": "4.0", "batch": "64"}
    app = opened(**address, train_corruption="gaussian", train_strength="0.5")
    assert complaints(app) == []
    monkeypatch.setattr(Run, "launch", lambda self: self.say("done"))
    click(app, "Start training")
    (run,) = runs()
    plan = run.plan()
    assert plan.settings == {"latent_dim": 3, "beta": 4.0}
    recipe = plan.recipe
    assert (recipe.corruption, recipe.strength, recipe.batch_size) == ("gaussian", 0.5, 64)
    assert recipe.learning_rate is None


def test_own_pictures_are_kept_and_offered():
    name = uploads.add([("my pictures.zip", archive(10))])
    app = opened(train_data=f"{own_pictures.OWN}{name}")
    assert complaints(app) == []
    assert app.selectbox(key="choose-train_data").value == f"{own_pictures.OWN}my pictures"


def test_a_bad_upload_is_told_on_the_screen():
    app = opened(train_data=own_pictures.UPLOAD)
    assert complaints(app) == []
    start = next(button for button in app.button if button.label == "Start training")
    assert start.disabled
    app.file_uploader(key="train-upload").upload("school.zip", b"no archive", "application/zip")
    app.run()
    assert "school.zip" in app.error[0].value and not app.exception
    app.file_uploader(key="train-upload").upload("class.zip", archive(8), "application/zip")
    app.run()
    assert complaints(app) == []
    assert app.selectbox(key="choose-train_data").value == f"{own_pictures.OWN}class"


def test_an_unwritable_folder_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("AECORE_RUNS_DIR", str(tmp_path / "file"))
    app = opened()
    click(app, "Start training")
    assert len(app.error) == 1 and "AECORE_RUNS_DIR" in app.error[0].value


def test_the_curves_are_read_aright():
    falling = [0.2, 0.15, 0.12, 0.11]
    assert "fall together" in watching._reading(falling, 0.11)
    assert "gap" in watching._reading(falling, 0.08)
    assert "Over-fitting:" in watching._reading([0.2, 0.12, 0.13, 0.14, 0.15], 0.08)
    assert "epoch 2" in watching._reading([0.2, 0.12, 0.13, 0.14, 0.15], 0.08)


def test_a_model_whose_codes_collapse_does_not_end_as_done_without_a_word():
    plan = replace(PLAN, family="vae", settings={"latent_dim": 2, "beta": 100.0})
    app = opened(run=trained(plan).name)
    (told,) = complaints(app)
    assert "Posterior collapse: 0 of 2 numbers" in told and "smaller weight β" in told
    assert "Done: 2 epochs" in words(app)


def test_a_training_in_the_browser_is_offered_and_needs_no_images(empty):
    app = opened(here="1")
    assert complaints(app) == []
    (component,) = components(app)
    facts = json.loads(component.proto.json)
    assert [model["name"] for model in facts["models"]] == ["simple", "deep"]
    assert facts["charts"][0]["curves"][1]["values"] == []
    assert "2,000 decoded digits" in words(app)
    assert "Train both models" in words(app)
    click(app, "Train on the computer that runs the explorer")
    assert complaints(app) == [] and "Train both models" not in words(app)
    click(app, "Train in this browser instead")
    assert "Train both models" in words(app)
