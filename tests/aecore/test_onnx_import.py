"""Models of other programs, as ONNX files: they become models like any other here."""

import numpy as np
import onnxruntime
import pytest
import torch
from foreign_models import (
    file,
    keras_decoder,
    keras_encoder,
    node,
    pythae_decoder,
    pythae_encoder,
    torch_whole,
    weights,
)

from aecore import checkpoint, data, evaluation, library, network_layers
from aecore.__main__ import main
from aecore.exchange import guests, onnx_export
from aecore.messages import Problem
from aecore.models import build
from aecore.models.guest import Guest


def run(content: bytes, **given) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_outputs()]
    return dict(zip(names, session.run(names, given), strict=True))


def loaded(name: str) -> tuple[Guest, checkpoint.Card]:
    model, card = checkpoint.load(library.checkpoints()[name])
    assert isinstance(model, Guest)
    return model, card


PICTURES = np.random.default_rng(0).random((5, 1, 6, 6), np.float32)


def test_our_own_export_comes_back_and_computes_the_same(tmp_path, mnist_test):
    path = checkpoint.shipped()["vae-16"]
    onnx_export.write(path, tmp_path / "mine.onnx")
    content = (tmp_path / "mine.onnx").read_bytes()
    name = guests.add([("mine.onnx", content)], {}, "mnist")
    model, card = loaded(name)
    ours, own_card = checkpoint.load(path)
    assert (card.family, card.latent_dim, card.image_shape) == ("onnx", 16, (1, 28, 28))
    few = mnist_test.pixels[:20]
    for compute in (evaluation.encode, evaluation.reconstruct, evaluation.posterior_spread):
        np.testing.assert_allclose(compute(model, few), compute(ours, few), atol=1e-4)
    assert card.metrics["mse"] == pytest.approx(own_card.metrics["mse"], rel=1e-3)
    with pytest.raises(Problem, match="browsers cannot run"):
        network_layers.of_decoder(model)


def test_halves_as_keras_has_them():
    files = [("decoder.onnx", keras_decoder()), ("encoder.onnx", keras_encoder())]
    model, card = loaded(guests.add(files, {}))
    assert (card.image_shape, card.latent_dim) == ((1, 8, 8), 2)
    assert (model.config.layout, model.config.pixels) == ("channels_last", "symmetric")
    x = np.random.default_rng(0).random((5, 1, 8, 8), np.float32)
    theirs = run(keras_encoder(), pictures=x.transpose(0, 2, 3, 1) * 2 - 1)
    mean, log_variance = model.posterior(torch.from_numpy(x))
    np.testing.assert_allclose(mean, theirs["z_mean"], atol=1e-5)
    np.testing.assert_allclose(log_variance, theirs["z_log_var"], atol=1e-5)
    drawn = run(keras_decoder(), codes=theirs["z_mean"])["drawn"].transpose(0, 3, 1, 2)
    np.testing.assert_allclose(model.decode(mean), (drawn + 1) / 2, atol=1e-5)


def test_halves_as_pythae_has_them():
    files = [("enc.onnx", pythae_encoder()), ("dec.onnx", pythae_decoder())]
    model, _card = loaded(guests.add(files, {}))
    theirs = run(pythae_encoder(), x=PICTURES)
    mean, log_variance = model.posterior(torch.from_numpy(PICTURES))
    np.testing.assert_allclose(mean, theirs["embedding"], atol=1e-5)
    np.testing.assert_allclose(log_variance, theirs["log_covariance"], atol=1e-5)


@pytest.mark.parametrize("batch", ["batch", 1])
def test_a_whole_graph_is_cut_where_it_is_narrowest(batch):
    model, card = loaded(guests.add([("whole.onnx", torch_whole(batch=batch))], {}))
    assert (card.latent_dim, card.image_shape, model.config.layout) == (3, (1, 6, 6), "flat")
    x = torch.from_numpy(PICTURES)
    theirs = run(torch_whole(), x=PICTURES.reshape(5, 36))["y"].reshape(5, 1, 6, 6)
    np.testing.assert_allclose(model(x), theirs, atol=1e-5)


def test_mean_and_log_variance_in_a_row_are_taken_apart():
    encoder = file(
        [node("Flatten", ["x"], ["row"]), node("Gemm", ["row", "w"], ["both"])],
        {"x": ["n", 1, 6, 6]},
        {"both": ["n", 6]},
        weights(w=(36, 6)),
    )
    files = [("e.onnx", encoder), ("d.onnx", pythae_decoder())]
    model, _card = loaded(guests.add(files, {}))
    mean, log_variance = model.posterior(torch.from_numpy(PICTURES))
    both = run(encoder, x=PICTURES)["both"]
    np.testing.assert_allclose(torch.cat([mean, log_variance], 1), both, atol=1e-5)


def test_what_cannot_be_known_is_asked_for():
    logits = torch_whole(last="Identity")
    with pytest.raises(Problem, match="What range the pixels of “l.onnx” have cannot be known"):
        guests.add([("l.onnx", logits)], {})
    told = {"pixels": "normalised", "mean": 0.3, "std": 0.5, "drawn": "logits"}
    model, _card = loaded(guests.add([("l.onnx", logits)], told))
    given = ((PICTURES - 0.3) / 0.5).reshape(5, 36).astype(np.float32)
    theirs = torch.sigmoid(torch.from_numpy(run(logits, x=given)["y"]))
    drawn = model(torch.from_numpy(PICTURES)).reshape(5, 36)
    np.testing.assert_allclose(drawn, theirs, atol=1e-5)
    wide = [("w.onnx", torch_whole(side=6))]
    assert loaded(guests.add(wide, {"image_shape": [1, 4, 9]}))[1].image_shape == (1, 4, 9)
    with pytest.raises(Problem, match="takes 36 pixels in a row"):
        guests.add(wide, {"image_shape": [1, 5, 5]})
    with pytest.raises(Problem, match="must be channels, height and width"):
        guests.add(wide, {"image_shape": [36]})
    with pytest.raises(Problem, match="There is no setting “colour” of onnx"):
        guests.add(wide, {"colour": 1})
    with pytest.raises(Problem, match="must be one of unit"):
        guests.add(wide, {"pixels": "percent"})
    with pytest.raises(Problem, match="cannot be normalised"):
        guests.add(wide, {"pixels": "normalised", "std": 0})


def test_halves_of_different_models_do_not_fit():
    files = [("e.onnx", pythae_encoder(numbers=4)), ("d.onnx", pythae_decoder(numbers=3))]
    with pytest.raises(Problem, match="gives 4 numbers .* decoder takes 3"):
        guests.add(files, {})


def test_it_goes_on_as_any_other_model(tmp_path, capsys):
    torch.manual_seed(0)
    ours = build("deep", image_shape=(1, 28, 28), latent_dim=5, widths=[16])
    card = checkpoint.Card("mine", "deep", ours.config.to_json())
    checkpoint.save(tmp_path / "mine.safetensors", ours.eval(), card)
    onnx_export.write(tmp_path / "mine.safetensors", tmp_path / "mine.onnx")
    files = [str(tmp_path / "mine.onnx")]
    assert main(["import", *files, "--dataset", "digits", "--set", 'pixels="unit"']) == 0
    assert "mine" in capsys.readouterr().out
    path = library.checkpoints()["mine"]
    assert checkpoint.describe(path).metrics["mse"] > 0
    assert main(["evaluate", str(path), "--dataset", "digits", "--neighbours"]) == 0
    damaged = ["--corruption", "gaussian", "--strength", "0.5"]
    assert main(["evaluate", str(path), "--dataset", "digits", *damaged]) == 0
    # it can be handed on as a checkpoint, and is examined there again
    assert library.add("again.safetensors", path.read_bytes()) == "again"
    with pytest.raises(Problem, match="no model family “onnx”"):
        build("onnx", image_shape=(1, 6, 6))
    images = data.load("digits", "test")
    np.testing.assert_allclose(
        evaluation.reconstruct(loaded("again")[0], images.pixels[:9]),
        evaluation.reconstruct(ours, images.pixels[:9]),
        atol=1e-5,
    )
