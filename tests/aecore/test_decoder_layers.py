"""Decoders in the browser: the same pixels as torch, and a sentence for what doesn't run there."""

import base64

import numpy as np
import pytest
import torch
from torch import nn

from aecore import checkpoint, decoder_layers
from aecore.messages import Problem
from aecore.models import MODELS, build
from aecore.models.base import Autoencoder, Config
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from browser import pack

CODES = 6
PLANES = [
    name for name, path in checkpoint.shipped().items() if checkpoint.describe(path).latent_dim == 2
]
RUN = """async (packed) => {
  const { unpack } = await import("/shared/tensors.js");
  const { Decoder } = await import("/shared/decoder.js");
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const { facts, arrays } = unpack(bytes);
  const decoder = new Decoder(facts, arrays);
  const found = [];
  for (let i = 0; i < arrays.codes.length; i += facts.numbers) {
    found.push(Array.from(decoder.decode(arrays.codes.subarray(i, i + facts.numbers))));
  }
  return found;
}"""


def in_browser(modules, layers: decoder_layers.DecoderLayers, codes: np.ndarray) -> np.ndarray:
    """What decoder.js makes of codes (N, d): (N, pixels) in 0…1."""
    packed = pack(layers.facts(), codes=codes.astype(np.float32).ravel(), **layers.arrays)
    return np.array(modules.evaluate(RUN, base64.b64encode(packed).decode()))


def by_torch(model: Autoencoder, codes: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return model.decode(torch.from_numpy(codes)).flatten(1).numpy()


def some_codes(d: int = 2) -> np.ndarray:
    return (1.5 * np.random.default_rng(0).standard_normal((CODES, d))).astype(np.float32)


def as_if_trained(model: nn.Module) -> nn.Module:
    """Batch norms that do something, as after a training."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.normal_(module.weight, 1, 0.3)
            nn.init.normal_(module.bias)
    return model.eval()


@pytest.mark.browser
@pytest.mark.parametrize("name", PLANES)
def test_shipped_planes_look_the_same_in_the_browser(modules, name):
    model, _card = checkpoint.load(checkpoint.shipped()[name])
    layers = decoder_layers.of_model(model)
    codes = some_codes()
    assert abs(in_browser(modules, layers, codes) - by_torch(model, codes)).max() <= 1e-4
    # stored with 16 bits, so sent with 16
    assert sum(array.nbytes for array in layers.arrays.values()) < 2.5 * layers.work


@pytest.mark.browser
@pytest.mark.parametrize("family", MODELS)
def test_families_look_the_same_in_the_browser(modules, family):
    model = as_if_trained(build(family, image_shape=(3, 17, 20), latent_dim=2))
    if not hasattr(model, "decoder"):  # what isn't layers in a row only the server runs
        with pytest.raises(Problem, match="server"):
            decoder_layers.of_model(model)
        return
    codes = some_codes()
    pictures = in_browser(modules, decoder_layers.of_model(model), codes)
    assert pictures.std(0).max() > 1e-3  # not the same picture everywhere
    assert abs(pictures - by_torch(model, codes)).max() <= 1e-4


class Made(Autoencoder):
    """A model of nothing but a decoder."""

    def __init__(self, decoder: nn.Module, shape=(2, 12, 12), d: int = 3) -> None:
        super().__init__(Config(shape, d))
        self.decoder = decoder

    def decode_logits(self, z):
        return self.decoder(z)


@pytest.mark.browser
def test_every_layer_looks_the_same_in_the_browser(modules):
    decoder = nn.Sequential(
        nn.BatchNorm1d(3),  # with no weights before it
        nn.Linear(3, 36, bias=False),
        nn.Tanh(),
        nn.Unflatten(1, (4, 3, 3)),
        nn.BatchNorm2d(4),
        nn.Upsample(scale_factor=2),
        nn.Conv2d(4, 5, (3, 2), stride=(1, 2), padding=(0, 1), bias=False),
        nn.BatchNorm2d(5),
        nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(5, 3, (4, 3), stride=(3, 2), padding=(1, 0), output_padding=(1, 0)),
        nn.ReLU(),
        nn.Dropout(),
        nn.Flatten(),
        nn.Linear(3 * 12 * 9, 2 * 12 * 12),
        nn.Sigmoid(),
        nn.Unflatten(1, (2, 12, 12)),
    )
    model = as_if_trained(Made(decoder))
    codes = some_codes(3)
    pictures = in_browser(modules, decoder_layers.of_model(model), codes)
    assert abs(pictures - by_torch(model, codes)).max() <= 1e-4


@pytest.mark.browser
def test_principal_components_look_the_same_in_the_browser(modules):
    pca = PrincipalComponents.load(SHIPPED_PCA)
    codes = 4 * some_codes()
    pictures = in_browser(modules, decoder_layers.of_pca(pca, 2, (1, 28, 28)), codes)
    assert abs(pictures - pca.decode(codes).clip(0, 1)).max() <= 1e-4
    assert pictures.min() == 0 and pictures.max() == 1


def test_what_a_browser_cannot_run_is_told():
    with pytest.raises(Problem, match="Recurrent"):
        decoder_layers.of_model(build("recurrent", image_shape=(1, 28, 28), latent_dim=2).eval())
    norm = nn.Sequential(nn.Linear(3, 288), nn.GroupNorm(4, 288), nn.Unflatten(1, (2, 12, 12)))
    with pytest.raises(Problem, match="GroupNorm"):
        decoder_layers.of_model(Made(norm).eval())


def test_a_decoder_that_does_more_than_its_layers_is_told():
    class Brighter(Made):
        def decode_logits(self, z):
            return super().decode_logits(z) + 1

    plain = nn.Sequential(nn.Linear(3, 288), nn.Unflatten(1, (2, 12, 12)))
    decoder_layers.of_model(Made(plain).eval())
    with pytest.raises(Problem, match="more than its layers"):
        decoder_layers.of_model(Brighter(plain).eval())


def test_a_decoder_too_slow_for_a_pointer_is_told():
    fine = build("vae", image_shape=(1, 28, 28), latent_dim=2, widths=[1024, 512, 256, 128])
    assert decoder_layers.of_model(fine.eval()).work < decoder_layers.MOST_WORK
    slow = build("vae", image_shape=(3, 64, 64), latent_dim=2)
    with pytest.raises(Problem, match="too large"):
        decoder_layers.of_model(slow.eval())
