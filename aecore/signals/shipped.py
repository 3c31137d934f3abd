"""What is shipped for heartbeats: models, and the figures of these and of their rivals."""

import json
from functools import lru_cache

from aecore import checkpoint

FOLDER = checkpoint.SHIPPED / "series"
MODELS = {name: FOLDER / f"{name}.safetensors" for name in ("recurrent-16", "conv-16")}
BEST_PCA = 64  # numbers, of those that benchmarks/heartbeats.py tries
FIGURES = checkpoint.SHIPPED / "heartbeats.json"  # by benchmarks/heartbeats.py


@lru_cache(maxsize=1)
def figures() -> dict[str, dict[str, float]]:
    """Of each judge by name: "auroc" over all windows and by kind, "threshold", "hits" of so many
    "marked" stretches and "alarms" there."""
    found: dict[str, dict[str, float]] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found
