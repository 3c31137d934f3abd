"""Models: what the table and the cards say; loading, deleting and resuming."""

import shutil
from pathlib import Path

import apptest
import pytest
from apptest import on_screen
from streamlit.testing.v1 import AppTest

from aecore import checkpoint, library
from aecore.checkpoint import Card
from aecore.diagnosis import SIGNS
from aecore.evaluation import FIGURES
from aecore.files import write_json
from aecore.models import MODELS, build
from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Run
from pages.models import inventory

DEEP = checkpoint.SHIPPED / "deep-32.safetensors"


def opened(**address: str) -> AppTest:
    return apptest.opened("models", **address)


def words(app: AppTest) -> str:
    text = [element.value for kind in ("markdown", "caption") for element in app.get(kind)]
    return " ".join([*text, *(element.proto.body for element in app.get("html"))])


def links(app: AppTest) -> dict[str, str]:
    return {each.proto.label: each.proto.query_string for each in app.get("page_link")}


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def click(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def hand_over(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, content, "application/octet-stream"))
    return app.run()


def run_with(name: str, state: str, weights: bool = False, **status: object) -> Run:
    """A run that stands as if its process had come so far."""
    run = Run.named(name)
    recipe = Recipe(epochs=3, corruption="gaussian", strength=0.5)
    run.prepare(Plan("simple", {"latent_dim": 2}, "digits", recipe))
    write_json(run.path / "status.json", {"state": state, **status})
    if weights:
        model = build("simple", image_shape=(1, 28, 28), latent_dim=2)
        card = Card(name, "simple", model.config.to_json(), "digits", "gaussian", 0.5)
        checkpoint.save(run.checkpoint, model, card)
    return run


def test_shipped_models_with_their_cards():
    app = opened()
    assert not app.exception and not app.error and not app.warning
    table = app.dataframe[0].value
    assert set(checkpoint.shipped()) <= set(table["Name"])
    row = table.set_index("Name").loc["deep-32"]
    assert (row["Family"], row["Code"], row["Data"], row["State"]) == (
        "Deep",
        32,
        "MNIST",
        "shipped",
    )
    assert row["MSE"] == "0.0035"
    assert "32 numbers for 28×28 grey pixels" in words(app) and "40 epochs" in words(app)
    assert not {"Delete", "Yes, delete", "Resume"} & set(buttons(app))


def test_links_open_the_screens_that_suit():
    assert links(opened())["Reconstruct"] == "models=deep-32"
    plane = links(opened(card="vae-2"))
    assert plane["Latent plane"] == "plane=vae-2" and "Denoise" not in plane
    denoiser = links(opened(card="denoise-256"))
    assert denoiser["Denoise"] == "denoiser=denoise-256" and "Latent plane" not in denoiser


def test_error_from_damaged_images_is_told_apart():
    assert "dB from images damaged by 0.50" in words(opened(card="denoise-256"))


def test_a_card_says_what_is_wrong_with_its_model():
    run = run_with("collapsed", "done", weights=True)
    assert not opened(card="collapsed").warning
    signs = {"numbers": 32, "active": 0, "needed": 8, "mse": 0.0671, "mean_image_mse": 0.067}
    checkpoint.relabel(run.checkpoint, metrics=signs)
    (told,) = opened(card="collapsed", lang="de").warning
    assert "0 von 32" in told.value and "kleineres Gewicht β" in told.value


def test_unknown_card_in_the_address_is_told():
    app = opened(card="nobody")
    assert not app.exception and "nobody" in app.warning[0].value


def test_run_that_died_or_failed_says_so_and_can_be_resumed():
    run_with("dead", "running", epoch=2)
    run_with("full", "failed", sentence="The disk is full: “{name}”.", values={"name": "full"})
    app = opened(card="dead")
    assert "ended without a word" in app.error[0].value
    assert {"Resume", "Yes, delete"} <= set(buttons(app)) and "Reconstruct" not in links(app)
    states = app.dataframe[0].value.set_index("Name")["State"]
    assert (states["dead"], states["full"]) == ("died", "failed")
    assert opened(card="full").error[0].value == "The disk is full: “full”."


def test_resume_starts_the_run(monkeypatch):
    run_with("early", "stopped", weights=True)
    started = []
    monkeypatch.setattr(Run, "launch", lambda run: started.append(run.name))
    app = click(opened(card="early"), "Resume")
    assert not app.exception and started == ["early"]


def test_deleting_a_run(runs_folder):
    run_with("mine", "done", weights=True)
    app = opened(card="mine")
    assert links(app)["Denoise"] == "denoiser=mine" and links(app)["Latent plane"] == "plane=mine"
    click(app, "Yes, delete")
    assert not app.exception and app.success[0].value == "“mine” is deleted."
    assert not (runs_folder / "mine").exists()
    assert "mine" not in list(app.dataframe[0].value["Name"])
    assert app.selectbox(key="choose-card").value == "deep-32"


def test_what_cannot_be_deleted_is_told(monkeypatch, runs_folder):
    run_with("mine", "done", weights=True)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    app = click(opened(card="mine"), "Yes, delete")
    assert not app.exception and "cannot be written" in app.error[0].value
    assert (runs_folder / "mine").exists()


def test_damaged_checkpoint_is_listed_with_its_sentence():
    run = run_with("hurt", "done", weights=True)
    run.checkpoint.write_bytes(run.checkpoint.read_bytes()[:-50])
    app = opened(card="hurt")
    assert not app.exception and "cut short" in app.error[0].value
    assert "Reconstruct" not in links(app) and not app.get("download_button")


def test_loading_a_file_and_deleting_it_again(runs_folder):
    app = hand_over(opened(), "from a friend.safetensors", DEEP.read_bytes())
    assert not app.exception and not app.error
    assert app.success[0].value == "“from-a-friend” is loaded."
    assert app.selectbox(key="choose-card").value == "from-a-friend"
    assert "loaded from a file" in words(app)
    click(app, "Yes, delete")
    assert not app.exception and not list((runs_folder / "loaded").glob("*.safetensors"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("model.pt", b"\x80\x02" + bytes(100), "pickled"),
        ("model.safetensors", b"\x80\x04" + bytes(100), "pickled"),
        ("model.safetensors", b"", "it is empty"),
        ("model.safetensors", DEEP.read_bytes()[:-9], "cut short"),
        ("map.safetensors", (checkpoint.SHIPPED / "map.safetensors").read_bytes(), "incomplete"),
    ],
    ids=["pt", "renamed pickle", "empty", "truncated", "another kind"],
)
def test_bad_file_is_one_sentence_and_leaves_nothing(runs_folder, name, content, said):
    app = hand_over(opened(), name, content)
    assert not app.exception
    assert len(app.error) == 1 and said in app.error[0].value and name in app.error[0].value
    assert not list(runs_folder.glob("loaded/*"))


def test_loaded_file_is_offered_where_models_are_chosen(mnist_folder):
    name = library.add("friend.safetensors", DEEP.read_bytes())
    app = AppTest.from_file("../../pages/visit.py", default_timeout=60).run()
    app.query_params["models"] = name
    on_screen(app, "reconstruct").run()
    assert not app.exception and not app.warning
    assert app.multiselect(key="choose-models").value == [name]


def test_entries_keep_runs_without_weights_apart():
    run_with("first", "running", epoch=1)
    run_with("second", "done", weights=True)
    found = inventory.entries()
    assert found["first"].weights is None and found["first"].latent_dim == 2
    assert found["second"].weights is not None and found["second"].run is not None
    assert found["deep-32"].state == "shipped"


@pytest.mark.parametrize("name", checkpoint.shipped())
def test_the_card_tells_every_figure_that_was_measured(name):
    entry = inventory.entries()[name]
    told = dict(inventory.facts(entry))["Test"]
    names = {**FIGURES, **MODELS[entry.card.family].figures}
    for key, value in entry.card.metrics.items():
        # of damage PSNR, or the share of symbols, is enough; signs of faults are told in sentences
        if not key.startswith(f"{entry.card.corruption}_") and key not in SIGNS:
            assert f"{names[key].label} {value:,.{names[key].digits}f}" in told
