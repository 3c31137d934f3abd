"""Models: those of other programs come in, ours go out."""

import apptest
import pytest
from apptest import click, complaints
from foreign_models import keras_decoder, keras_encoder, torch_whole

from aecore import checkpoint, library
from pages.models import exports
from ui import making

KIND = "application/octet-stream"


@pytest.fixture
def opened():
    """The screen with the part for models from elsewhere open."""
    app = apptest.opened("models")
    app.session_state["models-brought"] = True
    return app.run()


def brought(app, **files: bytes):
    field = next(each for each in app.file_uploader if each.key.startswith("models-brought"))
    field.set_value([(f"{name}.onnx", content, KIND) for name, content in files.items()])
    return click(app.run(), "Add the model")


def test_two_halves_become_a_model_that_screens_show(opened):
    app = brought(opened, encoder=keras_encoder(28), decoder=keras_decoder(28))
    assert complaints(app) == [] and app.success[0].value == "“encoder” is loaded."
    row = app.dataframe[0].value.set_index("Name").loc["encoder"]
    assert (row["Family"], row["Code"]) == ("From elsewhere", 2)
    links = {each.proto.label: each.proto.query_string for each in app.get("page_link")}
    assert links["Latent plane"] == "plane=encoder"
    for screen, address in (
        ("plane", {"plane": "encoder"}),
        ("reconstruct", {"models": "encoder"}),
    ):
        assert complaints(apptest.opened(screen, **address)) == []


def test_what_the_file_does_not_tell_is_asked_for(opened):
    app = brought(opened, logits=torch_whole(last="Identity"))
    assert "What range the pixels of “logits.onnx” have" in app.error[0].value
    app.selectbox(key="models-brought-pixels").set_value("unit")
    app.selectbox(key="models-brought-drawn").set_value("logits")
    app = click(app.run(), "Add the model")
    assert complaints(app) == []
    assert checkpoint.describe(library.checkpoints()["logits"]).config["drawn"] == "logits"


@pytest.mark.parametrize(
    ("button", "suffix"), [("As ONNX", "onnx"), ("As a script", "py"), ("As a notebook", "ipynb")]
)
def test_a_model_goes_out(button, suffix):
    app = click(apptest.opened("models", card="simple-32"), button)
    assert complaints(app) == []
    labels = [each.proto.label for each in app.get("download_button")]
    assert f"Download simple-32.{suffix}" in labels


def test_a_file_that_cannot_be_made_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(making, "PROJECT", tmp_path)  # without our modules
    app = click(apptest.opened("models", card="deep-32"), "As ONNX")
    assert "could not be made" in app.error[0].value


def test_stopped_means_that_the_process_is_gone(monkeypatch):
    begun = []

    class Slow:
        returncode = None

        def __init__(self, *arguments, **options):
            begun.append(self)
            self.killed = False

        def poll(self):
            raise KeyboardInterrupt  # as Streamlit ends a script

        def kill(self):
            self.killed = True

        def wait(self):
            pass

    monkeypatch.setattr(making.subprocess, "Popen", Slow)
    with pytest.raises(KeyboardInterrupt):
        exports._make(checkpoint.shipped()["deep-32"], "x", "x", "onnx")
    assert begun[0].killed
