"""The toy screen, and what the other screens make of the other toys."""

import pytest
from apptest import complaints, components, opened, words
from idx_files import small_set
from listing import run

from aecore.data import DATASETS


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "cache"))


def options(app, key):
    """The words of a choice."""
    kinds = ("selectbox", "button_group")
    (found,) = [each for kind in kinds for each in app.get(kind) if each.key == f"choose-{key}"]
    return found.options


def test_toyscreen_is_in_the_navigation_and_takes_its_word_from_the_address():
    app = opened("toyscreen", toycount="5")
    assert complaints(app) == []
    assert app.number_input(key="toycount").value == 5
    assert [each.label for each in app.number_input] == ["Toy count"]
    (component,) = components(app)
    assert "toycounter" in component.proto.component_name


def test_toyscreen_speaks_german():
    app = opened("toyscreen", lang="de")
    assert [each.label for each in app.number_input] == ["Spielanzahl"]


def test_listing_of_toyscreen():
    assert run("toyscreen", n=4)["strokes"] == "||||"


def test_toyfamily_is_offered_with_its_setting(mnist_folder):
    app = opened("train", family="toyfamily")
    assert complaints(app) == []
    assert "Toy family" in options(app, "family")
    assert app.number_input(key="toyweight").label == "Toy weight"


def test_toyfamily_toyfog_and_toybars_are_on_start(mnist_folder):
    app = opened("start")
    assert complaints(app) == []
    assert ">Toy family</th>" in words(app) and "Toy fog" in words(app)
    assert "Download Toy bars (0 MB)" in [button.label for button in app.button]


def test_toyfog_is_offered_by_denoise_and_train(mnist_folder):
    app = opened("denoise", kind="toyfog")
    assert complaints(app) == []
    assert "Toy fog" in options(app, "kind")
    # the slider that people see is the component's; a damage that browsers don't know is done here
    assert app.slider(key="noise").label == "Density of the toy fog"
    assert "Toy fog" in options(opened("train"), "train_corruption")


def test_toybars_are_offered_by_train_once_they_are_here(tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path))
    assert "Toy bars (not here)" in options(opened("train"), "train_data")
    small_set(DATASETS["toybars"], tmp_path / "toybars")
    app = opened("train", train_data="toybars")
    assert complaints(app) == []
    assert "Toy bars" in options(app, "train_data")
