"""Checkpoints that somebody hands over."""

import pytest
import torch

from aecore import checkpoint, library, storage
from aecore.checkpoint import Card
from aecore.messages import Problem
from aecore.models import build


def content(tmp_path, **facts) -> bytes:
    """A checkpoint as its owner has it."""
    model = build("simple", image_shape=(1, 6, 5), latent_dim=3)
    card = Card(name="theirs", family="simple", config=model.config.to_json(), **facts)
    path = tmp_path / "theirs.safetensors"
    checkpoint.save(path, model, card)
    return path.read_bytes()


def test_a_checkpoint_is_kept_under_its_files_name(tmp_path):
    name = library.add("my model (2).safetensors", content(tmp_path, dataset="mnist"))
    again = library.add("my model (2).safetensors", content(tmp_path))
    assert name == "my-model-2" and again == "my-model-2-2"
    card = checkpoint.describe(library.checkpoints()[name])
    assert (card.name, card.dataset) == (name, "mnist")
    library.remove(name)
    assert name not in library.checkpoints()


@pytest.mark.parametrize("dataset", ["folder:/etc", "![](http://example.org/x.png)", "other"])
def test_a_strangers_data_set_is_not_looked_for_here(tmp_path, dataset):
    name = library.add("x.safetensors", content(tmp_path, dataset=dataset))
    assert checkpoint.describe(library.checkpoints()[name]).dataset == ""


@pytest.mark.parametrize("file_name", ["../../evil.safetensors", "/etc/passwd", "C:\\x", "..", ""])
def test_no_name_leads_elsewhere(tmp_path, file_name):
    name = library.add(file_name, content(tmp_path))
    assert library.checkpoints()[name].parent == storage.loaded_dir()


def test_what_is_no_checkpoint_leaves_nothing(tmp_path):
    torch.save({"a": 1}, tmp_path / "m.pt")
    with pytest.raises(Problem, match="“mine.pt” is a pickled"):
        library.add("mine.pt", (tmp_path / "m.pt").read_bytes())
    with pytest.raises(Problem, match="“x.safetensors” is no checkpoint"):
        library.add("x.safetensors", b"nothing")
    assert list(storage.loaded_dir().iterdir()) == []


def test_only_loaded_ones_can_be_removed():
    with pytest.raises(Problem, match="it stays"):
        library.remove("deep-32")
    assert "deep-32" in library.checkpoints()
