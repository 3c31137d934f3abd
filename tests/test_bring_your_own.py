"""What docs/bring-your-own.md says, run where models are made, and what comes of them here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aecore import checkpoint, evaluation, library
from aecore.exchange import guests

pytestmark = pytest.mark.training  # not that anything is trained: these libraries load slowly

PAGE = Path(__file__).resolve().parent.parent / "docs" / "bring-your-own.md"

KERAS = """\
import keras
from keras import layers

latent_dim = 2


@keras.saving.register_keras_serializable()
class Sampling(layers.Layer):
    def call(self, inputs):
        mean, log_var = inputs
        return mean + keras.ops.exp(0.5 * log_var) * keras.random.normal(keras.ops.shape(mean))


image = keras.Input((28, 28, 1))
seen = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(image)
seen = layers.Flatten()(seen)
mean = layers.Dense(latent_dim, name="z_mean")(seen)
log_var = layers.Dense(latent_dim, name="z_log_var")(seen)
encoder = keras.Model(image, [mean, log_var, Sampling()([mean, log_var])])
decoder = keras.Sequential([
    keras.Input((latent_dim,)),
    layers.Dense(7 * 7 * 4, activation="relu"),
    layers.Reshape((7, 7, 4)),
    layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu"),
    layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"),
])
"""
KERAS_ANSWERS = """
import numpy
images = numpy.random.default_rng(0).random((5, 28, 28, 1), "float32")
codes = keras.ops.convert_to_numpy(encoder(images)[0])
made = keras.ops.convert_to_numpy(decoder(codes))
numpy.savez("answers.npz", codes=codes, images=images[..., 0], made=made[..., 0])
"""

TORCH = """\
import torch

torch.manual_seed(0)
latent_dim = 3
encoder = torch.nn.Sequential(
    torch.nn.Conv2d(1, 4, 3, 2, 1), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(784, 3)
)
decoder = torch.nn.Sequential(
    torch.nn.Linear(3, 784), torch.nn.Sigmoid(), torch.nn.Unflatten(1, (1, 28, 28))
)
"""
TORCH_ANSWERS = """
import numpy, torch
images = torch.rand(5, 1, 28, 28)
with torch.no_grad():
    codes = encoder(images)
    codes = codes[0] if isinstance(codes, tuple) else codes
    made = decoder(codes)
    made = made[0] if isinstance(made, tuple) else made
made = made.reshape(5, 28, 28)
numpy.savez("answers.npz", codes=codes, images=images[:, 0], made=made)
"""

PYTHAE = """\
import torch
from pythae.models import VAE, VAEConfig

torch.manual_seed(0)
latent_dim = 3
VAE(VAEConfig(input_dim=(1, 28, 28), latent_dim=latent_dim)).save("my_vae/final_model")
"""


def lines(title: str) -> str:
    """The first program below a title of the page."""
    found = re.search(rf"^## {title}\n.*?```python\n(.*?)```", PAGE.read_text(), re.M | re.S)
    assert found, title
    return found[1]


def advice() -> str:
    """What the page says of an encoder that draws samples."""
    found = re.search(r"`(encoder = keras\.Model.*?)`", PAGE.read_text())
    assert found
    return found[1]


PROGRAMS = {
    "Keras": lambda: (KERAS, advice(), lines("From Keras"), KERAS_ANSWERS),
    "PyTorch": lambda: (TORCH, lines("From PyTorch"), TORCH_ANSWERS),
    "pythae": lambda: (PYTHAE, lines("From pythae"), lines("From PyTorch"), TORCH_ANSWERS),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_model_made_elsewhere_computes_the_same_here(tmp_path, program):
    (tmp_path / "theirs.py").write_text("\n".join(PROGRAMS[program]()))
    made = subprocess.run(
        [sys.executable, "theirs.py"],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": "torch", "KERAS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    halves = [
        (f"{half}.onnx", (tmp_path / f"{half}.onnx").read_bytes())
        for half in ("encoder", "decoder")
    ]
    name = guests.add(halves, {})
    model, card = checkpoint.load(library.checkpoints()[name])
    assert card.image_shape == (1, 28, 28)
    with np.load(tmp_path / "answers.npz") as answers:
        codes = evaluation.encode(model, answers["images"][:, None])
        np.testing.assert_allclose(codes, answers["codes"], atol=1e-5)
        np.testing.assert_allclose(evaluation.draw(model, codes)[:, 0], answers["made"], atol=1e-5)
