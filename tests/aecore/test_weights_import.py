"""State dicts of other programs: every weight comes to its place, and what doesn't is told."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from aecore import checkpoint, library
from aecore.__main__ import main
from aecore.exchange import weights
from aecore.messages import Problem

PLAIN = {"norm": False, "activation": "relu", "image_shape": [1, 6, 5]}
X = torch.rand(4, 1, 6, 5)


def saved(model: nn.Module, path) -> bytes:
    save_file(model.state_dict(), path)
    return path.read_bytes()


def loaded(name: str):
    return checkpoint.load(library.checkpoints()[name])[0]


def test_a_plain_sequential(tmp_path):
    theirs = nn.Sequential(
        *(nn.Flatten(), nn.Linear(30, 12), nn.ReLU(), nn.Linear(12, 11), nn.ReLU()),
        *(nn.Linear(11, 3), nn.Linear(3, 11), nn.ReLU(), nn.Linear(11, 12), nn.ReLU()),
        *(nn.Linear(12, 30), nn.Sigmoid()),
    )
    content = saved(theirs, tmp_path / "m.safetensors")
    sizes = {**PLAIN, "widths": [12, 11], "latent_dim": 3}
    name, remarks = weights.add("m.safetensors", content, "deep", sizes)
    assert remarks == []
    with torch.inference_mode():
        np.testing.assert_allclose(loaded(name)(X), theirs(X).reshape(4, 1, 6, 5), atol=1e-6)


def test_batch_norm_and_halves_by_name(tmp_path):
    class Theirs(nn.Module):
        def __init__(self):
            super().__init__()
            self.dec = nn.Sequential(
                nn.Linear(2, 8, bias=False), nn.BatchNorm1d(8), nn.SiLU(), nn.Linear(8, 30)
            )
            self.enc = nn.Sequential(
                nn.Linear(30, 8), nn.BatchNorm1d(8), nn.SiLU(), nn.Linear(8, 2)
            )

        def forward(self, x):
            return torch.sigmoid(self.dec(self.enc(x.flatten(1))))

    theirs = Theirs()
    theirs(torch.rand(50, 30))  # for the means of batch norm
    theirs.eval()
    content = saved(theirs, tmp_path / "m.safetensors")
    sizes = {"widths": [8], "latent_dim": 2, "image_shape": [1, 6, 5]}
    name, remarks = weights.add("m.safetensors", content, "deep", sizes)
    assert [str(each) for each in remarks] == [
        "dec.0 has no bias in “m.safetensors”; it begins at 0."
    ]
    with torch.inference_mode():
        np.testing.assert_allclose(loaded(name)(X), theirs(X).reshape(4, 1, 6, 5), atol=1e-6)


def pythae_like() -> nn.Module:
    """The modules of pythae 0.1's VAE with its default networks, under their names there."""
    model = nn.Module()
    model.encoder, model.decoder = nn.Module(), nn.Module()
    model.encoder.layers = nn.ModuleList([nn.Sequential(nn.Linear(30, 16), nn.ReLU())])
    model.encoder.embedding = nn.Linear(16, 3)
    model.encoder.log_var = nn.Linear(16, 3)
    model.decoder.layers = nn.ModuleList(
        [nn.Sequential(nn.Linear(3, 16), nn.ReLU()), nn.Sequential(nn.Linear(16, 30), nn.Sigmoid())]
    )
    return model


def test_pythaes_variational_autoencoder(tmp_path, capsys):
    theirs = pythae_like()
    saved(theirs, tmp_path / "vae.safetensors")
    told = ("widths=[16]", "latent_dim=3", "norm=false", 'activation="relu"', "image_shape=[1,6,5]")
    arguments = [part for each in told for part in ("--set", each)]
    assert main(["import", str(tmp_path / "vae.safetensors"), "--family", "vae", *arguments]) == 0
    model = loaded("vae")
    with torch.inference_mode():
        hidden = theirs.encoder.layers[0](X.flatten(1))
        mean, log_variance = model.posterior(X)
        np.testing.assert_allclose(mean, theirs.encoder.embedding(hidden), atol=1e-6)
        np.testing.assert_allclose(log_variance, theirs.encoder.log_var(hidden), atol=1e-6)
        drawn = theirs.decoder.layers[1](theirs.decoder.layers[0](mean))
        np.testing.assert_allclose(model.decode(mean).flatten(1), drawn, atol=1e-6)
    # an ordinary autoencoder has no place for the log-variances
    assert main(["import", str(tmp_path / "vae.safetensors"), "--family", "deep", *arguments]) == 0
    assert "have no place in deep: encoder.log_var 3×16" in capsys.readouterr().err


def test_what_finds_no_place_is_named(tmp_path):
    content = saved(pythae_like(), tmp_path / "m.safetensors")
    sizes = {**PLAIN, "widths": [20], "latent_dim": 3}
    with pytest.raises(Problem, match=r"encoder.1.0 20×30.*over: encoder.layers.0.0 16×30"):
        weights.add("m.safetensors", content, "vae", sizes)
    with pytest.raises(Problem, match="no setting “depth” of vae"):
        weights.add("m.safetensors", content, "vae", {"depth": 1})


def test_a_pickled_file_stays_closed(tmp_path, capsys):
    torch.save(pythae_like().state_dict(), tmp_path / "m.pt")
    assert main(["import", str(tmp_path / "m.pt"), "--family", "vae"]) == 1
    said = capsys.readouterr().err
    assert "can run programs" in said and 'torch.load("m.pt", weights_only=True)' in said
    assert main(["import", str(tmp_path / "gone"), "--family", "vae"]) == 1
    assert "cannot be read" in capsys.readouterr().err
