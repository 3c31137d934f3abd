"""Networks in the browser: the same numbers as torch, and a sentence for what doesn't run there."""

import base64

import numpy as np
import pytest
import torch
from torch import nn

from aecore import checkpoint, network_layers
from aecore.data import Images
from aecore.melodies.melody import most_likely, one_hot
from aecore.melodies.shown import Shown
from aecore.messages import Problem
from aecore.models import MODELS, build, to_input
from aecore.models.base import Autoencoder, Config
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from aecore.plain_layers import NetworkLayers
from browser import pack

INPUTS = 5
# all shipped models of a family; maps and other things lie there, too, and a melody's
# model takes symbols
SHIPPED = {
    str(path.relative_to(checkpoint.SHIPPED).with_suffix("")): path
    for path in sorted(checkpoint.SHIPPED.rglob("*.safetensors"))
    if "family" in (ours := checkpoint.read_header(path).ours)
    and not ours["config"].get("symbols", False)
}
RUN = """async (packed) => {
  const { unpack } = await import("/shared/tensors.js");
  const { Network } = await import("/shared/network.js");
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const { facts, arrays } = unpack(bytes);
  const { x } = arrays;
  const n = x.length / facts.taken.reduce((product, side) => product * side, 1);
  const network = new Network(facts, arrays, n);
  const together = network.run(x).slice();
  // one alone is what it is among others
  const last = network.run(x.subarray(x.length - network.inputs));
  const apart = last.reduce((most, y, i) =>
    Math.max(most, Math.abs(y - together[together.length - network.outputs + i])), 0);
  return [Array.from(together), apart];
}"""


def in_browser(modules, layers: NetworkLayers, x: np.ndarray) -> np.ndarray:
    """What network.js makes of inputs (N, …): (N, numbers)."""
    packed = pack(layers.facts(), x=x.astype(np.float32).ravel(), **layers.arrays)
    made, apart = modules.evaluate(RUN, base64.b64encode(packed).decode())
    assert apart <= 1e-9
    return np.array(made).reshape(len(x), -1)


def decoded(model: Autoencoder, codes: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return model.decode(torch.from_numpy(codes)).flatten(1).numpy()


def encoded(model: Autoencoder, x: np.ndarray) -> np.ndarray:
    """Codes of images; of a variational model mean and log-variance."""
    with torch.inference_mode():
        posterior = model.posterior(torch.from_numpy(x))
        codes = (model.encode(torch.from_numpy(x)),) if posterior is None else posterior
        return torch.cat(codes, 1).numpy()


def some_codes(d: int = 2) -> np.ndarray:
    return (1.5 * np.random.default_rng(0).standard_normal((INPUTS, d))).astype(np.float32)


def some_images(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).random((INPUTS, *shape)).astype(np.float32)


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
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_models_compute_the_same_in_the_browser(modules, name, mnist_test: Images):
    model, card = checkpoint.load(SHIPPED[name])
    images = some_images(card.image_shape)
    if card.image_shape == mnist_test.shape:
        images = to_input(mnist_test.pixels[:INPUTS]).numpy()
    codes = encoded(model, images)
    d = card.latent_dim
    layers = network_layers.of_encoder(model)
    assert abs(in_browser(modules, layers, images) - codes).max() <= 1e-4
    assert layers.made == ((d,) if codes.shape[1] == d else (2, d))
    codes = np.concatenate([codes[:, :d], some_codes(d)])
    layers = network_layers.of_decoder(model)
    assert abs(in_browser(modules, layers, codes) - decoded(model, codes)).max() <= 1e-4
    # stored with 16 bits, so sent with 16
    assert all(a.dtype == np.float16 for a in layers.arrays.values() if a.ndim > 1)


@pytest.mark.browser
@pytest.mark.parametrize("family", MODELS)
def test_families_compute_the_same_in_the_browser(modules, family):
    model = as_if_trained(build(family, image_shape=(3, 17, 20), latent_dim=2))
    images, codes = some_images((3, 17, 20)), some_codes()
    if family == "contractive":  # encodes by the decoder's weights: only the server does it
        with pytest.raises(Problem, match="server"):
            network_layers.of_encoder(model)
    else:
        found = in_browser(modules, network_layers.of_encoder(model), images)
        assert abs(found - encoded(model, images)).max() <= 1e-4
    if family == "recurrent_vae":  # hears grey levels of what it writes
        with pytest.raises(Problem, match="server"):
            network_layers.of_decoder(model)
        return
    found = in_browser(modules, network_layers.of_decoder(model), codes)
    assert found.std(0).max() > 1e-3  # not the same picture everywhere
    assert abs(found - decoded(model, codes)).max() <= 1e-4


@pytest.mark.browser
@pytest.mark.parametrize(
    "family, settings",
    [
        ("simple", {"latent_dim": 7, "code_activation": "relu"}),
        ("deep", {"latent_dim": 7, "code_activation": "relu", "dropout": 0.2}),
        ("sparse", {"latent_dim": 7, "penalty": "kl"}),
        ("recurrent", {"latent_dim": 7, "cell": "lstm", "width": 9}),
        ("recurrent", {"latent_dim": 7, "cell": "lstm", "layout": "bare"}),
        ("recurrent", {"latent_dim": 7, "layout": "bare"}),
        ("conv", {"latent_dim": 4 * 3 * 3, "layout": "pooled", "channels": [5, 4, 4]}),
    ],
)
def test_what_follows_the_code_and_other_layouts_are_the_same(modules, family, settings):
    model = as_if_trained(build(family, image_shape=(1, 22, 22), **settings))
    images = some_images((1, 22, 22))
    codes = encoded(model, images)
    found = in_browser(modules, network_layers.of_encoder(model), images)
    assert abs(found - codes).max() <= 1e-4
    found = in_browser(modules, network_layers.of_decoder(model), codes)
    assert abs(found - decoded(model, codes)).max() <= 1e-4


class Made(Autoencoder):
    """A model of nothing but a decoder."""

    def __init__(self, decoder: nn.Module, shape=(2, 12, 12), d: int = 3) -> None:
        super().__init__(Config(shape, d))
        self.decoder = decoder

    def decode_logits(self, z):
        return self.decoder(z)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["variational-64", "denoising-64"])
def test_shipped_melodies_are_the_same_in_the_browser(modules, name):
    model, _card = checkpoint.load(checkpoint.SHIPPED / "music" / f"{name}.safetensors")
    codes = Shown.load().codes[::120].astype(np.float32)  # of the first, and some of the second
    melodies = decoded(model, codes).reshape(-1, *model.config.image_shape)
    played = one_hot(most_likely(melodies)).astype(np.float32) / 255
    found = in_browser(modules, network_layers.of_encoder(model), played)
    np.testing.assert_allclose(found, encoded(model, played), atol=1e-4)
    found = in_browser(modules, network_layers.of_decoder(model), codes)
    np.testing.assert_allclose(found, decoded(model, codes), atol=1e-4)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("family", "settings"),
    [("recurrent_vae", {}), ("recurrent_vae", {"cell": "lstm"}), ("recurrent", {}), ("vae", {})],
    ids=str,
)
def test_symbols_are_the_same_in_the_browser(modules, family, settings):
    model = build(family, image_shape=(1, 9, 12), latent_dim=6, symbols=True, **settings)
    model, codes = as_if_trained(model), some_codes(6)
    x = some_images((1, 9, 12))
    found = in_browser(modules, network_layers.of_encoder(model), x)
    np.testing.assert_allclose(found, encoded(model, x), atol=1e-4)
    found = in_browser(modules, network_layers.of_decoder(model), codes)
    np.testing.assert_allclose(found, decoded(model, codes), atol=1e-4)


@pytest.mark.browser
def test_every_layer_computes_the_same_in_the_browser(modules):
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
        nn.MaxPool2d((2, 3), ceil_mode=True),
        nn.Dropout(),
        nn.Flatten(),
        nn.Linear(3 * 6 * 3, 2 * 12 * 12),
        nn.Sigmoid(),
        nn.Unflatten(1, (2, 12, 12)),
    )
    model = as_if_trained(Made(decoder))
    codes = some_codes(3)
    pictures = in_browser(modules, network_layers.of_decoder(model), codes)
    assert abs(pictures - decoded(model, codes)).max() <= 1e-4


@pytest.mark.browser
def test_principal_components_compute_the_same_in_the_browser(modules, mnist_test: Images):
    pca = PrincipalComponents.load(SHIPPED_PCA)
    images = to_input(mnist_test.pixels[:INPUTS]).numpy()
    found = in_browser(modules, network_layers.of_pca_encoder(pca, 9, (1, 28, 28)), images)
    assert abs(found - pca.encode(images, 9)).max() <= 1e-4
    codes = 4 * some_codes()
    pictures = in_browser(modules, network_layers.of_pca_decoder(pca, 2, (1, 28, 28)), codes)
    assert abs(pictures - pca.decode(codes).clip(0, 1)).max() <= 1e-4
    assert pictures.min() == 0 and pictures.max() == 1


def test_what_a_browser_cannot_run_is_told():
    contractive = build("contractive", image_shape=(1, 28, 28), latent_dim=2).eval()
    with pytest.raises(Problem, match="encoder has a part “Contractive”"):
        network_layers.of_encoder(contractive)
    norm = nn.Sequential(nn.Linear(3, 288), nn.GroupNorm(4, 288), nn.Unflatten(1, (2, 12, 12)))
    with pytest.raises(Problem, match="GroupNorm"):
        network_layers.of_decoder(Made(norm).eval())


def test_a_half_that_does_more_than_its_layers_is_told():
    class Brighter(Made):
        def decode_logits(self, z):
            return super().decode_logits(z) + 1

    plain = nn.Sequential(nn.Linear(3, 288), nn.Unflatten(1, (2, 12, 12)))
    network_layers.of_decoder(Made(plain).eval())
    with pytest.raises(Problem, match="more than its layers"):
        network_layers.of_decoder(Brighter(plain).eval())

    class Halved(MODELS["deep"]):
        def encode(self, x):
            return super().encode(x) / 2

    config = MODELS["deep"].config_type((1, 8, 8), 4)
    network_layers.of_encoder(MODELS["deep"](config).eval())
    with pytest.raises(Problem, match="more than its layers"):
        network_layers.of_encoder(Halved(config).eval())


def test_a_half_too_slow_for_a_pointer_is_told():
    fine = build("vae", image_shape=(1, 28, 28), latent_dim=2, widths=[1024, 512, 256, 128])
    assert network_layers.of_decoder(fine.eval()).work < network_layers.MOST_WORK
    slow = build("vae", image_shape=(3, 64, 64), latent_dim=2).eval()
    for half in (network_layers.of_encoder, network_layers.of_decoder):
        with pytest.raises(Problem, match="too large"):
            half(slow)
