"""Models as ONNX files: ONNX Runtime computes what PyTorch does, and the card goes along."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from aecore import checkpoint
from aecore.__main__ import main
from aecore.checkpoint import Card
from aecore.exchange import onnx_export
from aecore.messages import Problem
from aecore.models import MODELS, Autoencoder, Config, build

# beside each family as it comes: what changes its steps
OTHERS = [
    ("recurrent", {"cell": "lstm"}),
    ("recurrent", {"layout": "bare", "latent_dim": 5}),
    ("recurrent", {"layout": "bare", "cell": "lstm", "latent_dim": 5}),
    ("conv", {"layout": "pooled", "channels": [4, 3], "latent_dim": 3 * 3 * 2}),
    ("conv", {"image_shape": (3, 9, 7)}),
    ("sparse", {"penalty": "kl"}),
    ("deep", {"code_activation": "relu", "dropout": 0.5}),
    ("deep", {"widths": [], "norm": False}),
]


def saved(tmp_path, family: str, **settings):
    torch.manual_seed(0)
    model = build(family, **{"image_shape": (1, 9, 6), "latent_dim": 4, **settings})
    for module in model.modules():  # as after a training: these do something
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 2.0)
    path = tmp_path / "model.safetensors"
    card = Card("mine", family, model.config.to_json(), "mnist")
    checkpoint.save(path, model.eval(), card)
    return path, model


def session(path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize(
    ("family", "settings"), [*((name, {}) for name in MODELS), *OTHERS], ids=str
)
def test_every_family_computes_the_same(tmp_path, family, settings):
    path, model = saved(tmp_path, family, **settings)
    if family == "recurrent_vae":
        with pytest.raises(Problem, match="not written as ONNX"):
            onnx_export.write(path, tmp_path / "model.onnx")
        return
    found = onnx_export.write(path, tmp_path / "model.onnx")
    assert max(found.values()) <= 1e-5
    assert ("log_variance" in found) == (family in ("vae", "conv_vae", "cvae"))
    x = torch.rand(3, *model.config.image_shape)
    both = session(tmp_path / "model.onnx")
    code, image = both.run(["code", "reconstruction"], {"image": x.numpy()})
    with torch.inference_mode():
        np.testing.assert_allclose(code, model.encode(x), atol=1e-5)
        np.testing.assert_allclose(image, model(x), atol=1e-5)


@pytest.mark.parametrize("name", checkpoint.shipped())
def test_every_shipped_model_is_exported(tmp_path, name):
    found = onnx_export.write(checkpoint.shipped()[name], tmp_path / "model.onnx")
    # ONNX Runtime and PyTorch round otherwise, on each kind of processor, and at each of 28 rows
    assert max(found.values()) <= (3e-5 if name == "recurrent-32" else 1e-5)


def test_halves_fit_together_and_the_card_is_in_the_file(tmp_path, capsys):
    path, model = saved(tmp_path, "vae")
    for part in ("encoder", "decoder"):
        out = str(tmp_path / f"{part}.onnx")
        assert main(["export", str(path), "--to", "onnx", "--part", part, "--out", out]) == 0
    assert "within" in capsys.readouterr().out
    x = torch.rand(7, 1, 9, 6)
    code, _ = session(tmp_path / "encoder.onnx").run(["code", "log_variance"], {"image": x.numpy()})
    (image,) = session(tmp_path / "decoder.onnx").run(None, {"code": code})
    with torch.inference_mode():
        np.testing.assert_allclose(image, model(x), atol=1e-5)
    told = onnx.load(tmp_path / "encoder.onnx")
    (card,) = (json.loads(each.value) for each in told.metadata_props if each.key == "aecore")
    assert (card["name"], card["family"], card["dataset"]) == ("mine", "vae", "mnist")
    assert told.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"


def test_a_file_that_computes_something_else_is_not_written(tmp_path, monkeypatch):
    path, _model = saved(tmp_path, "simple")
    monkeypatch.setattr(onnx_export, "TOLERANCE", -1.0)
    monkeypatch.setattr(onnx_export, "ROUNDED", -1.0)
    with pytest.raises(Problem, match="computes another “code” than the model"):
        onnx_export.write(path, tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()


class Sorted(Autoencoder):
    """A family of somebody's own, with a step that isn't written as ONNX here."""

    def encode(self, x):
        return torch.sort(x.flatten(1))[0]


def test_an_unknown_step_is_named():
    model = Sorted(Config((1, 4, 4), latent_dim=16))
    with pytest.raises(Problem, match="a step “aten.sort.default”, which is not written as ONNX"):
        onnx_export.of_model(model, Card("x", "x", {}), "encoder")


def test_where_nothing_can_be_written_it_is_told(tmp_path, capsys):
    path, _model = saved(tmp_path, "simple")
    arguments = ["export", str(path), "--to", "onnx", "--out", str(tmp_path / "no" / "m.onnx")]
    assert main(arguments) == 1
    assert "There is no folder" in capsys.readouterr().err
