"""PRESETS: models that others have published, to be trained here for comparison.

``keras-blog-…``: F. Chollet, "Building Autoencoders in Keras", The Keras Blog (2016). The shapes
are theirs; the recipe is ours, with their epochs and batch sizes.
"""

from dataclasses import dataclass, field
from typing import Any

from aecore.messages import N_
from aecore.recipe import Recipe
from aecore.registry import Registry


@dataclass(frozen=True)
class Preset:
    """A family with its settings and a recipe; ``published`` tells the figure in the source."""

    family: str = "deep"
    settings: dict[str, Any] = field(default_factory=dict)
    recipe: Recipe = Recipe()
    published: str = ""


PRESETS: Registry[Preset] = Registry(unknown=N_("There is no preset “{name}”. There are: {known}."))

# their layers: ReLU without batch norm
_PLAIN = {"norm": False, "activation": "relu"}

for _name, _preset in {
    "simple": Preset(
        "simple",
        {"latent_dim": 32, "code_activation": "relu"},
        Recipe(epochs=50),
        "0.09 after 50 epochs",
    ),
    "sparse": Preset(
        "sparse",
        # 1e-4 beside a loss that is a mean over 784 pixels; ours is their sum
        {"latent_dim": 32, "widths": [], "penalty": "l1", "sparsity": 784e-4},
        Recipe(epochs=100),
        "0.10 after 100 epochs",
    ),
    "deep": Preset(
        "deep",
        {"latent_dim": 32, "widths": [128, 64], "code_activation": "relu", **_PLAIN},
        Recipe(epochs=100),
        "0.08 after 100 epochs",
    ),
    "conv": Preset(
        "conv",
        {"latent_dim": 128, "channels": [16, 8, 8], "layout": "pooled"},
        Recipe(epochs=50, batch_size=128),
        "0.094 after 50 epochs",
    ),
    "denoise": Preset(
        "conv",
        {"latent_dim": 1568, "channels": [32, 32], "layout": "pooled"},
        Recipe(epochs=100, batch_size=128, corruption="gaussian", strength=0.5),
    ),
    "seq2seq": Preset(
        "recurrent",
        {"latent_dim": 32, "cell": "lstm", "layout": "bare"},
        Recipe(epochs=50),
    ),
    "vae": Preset(
        "vae",
        {"latent_dim": 2, "widths": [64], **_PLAIN},
        Recipe(epochs=100, batch_size=32),
    ),
}.items():
    PRESETS.add(f"keras-blog-{_name}", _preset)
