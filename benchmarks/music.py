"""Melodies by the shipped models, beside a copy of the nearest window and a Markov chain.

``python benchmarks/music.py [--keep] [--count N] [--beside CHECKPOINT...]`` prints a JSON object.
"steps": shares of the steps of N test windows that are right, decoded without help from the true
melody; of "nearest", the training window that has most steps in common; of "markov", told the true
three steps before each. "walks": shares of 200 walks between windows of different test tunes in
which the distances to the beginning never shrink, at as many points as the screen shows rolls.
"samples": of windows drawn from the prior, and by the chain. "restored": of the windows with a
share of their notes hit (the corruption "notes"), for each of DAMAGE, how many steps are right,
"damaged" and given back by each model, and by the training window nearest to what is left: "all",
of those that were hit ("again") and of the others ("kept"). ``--keep`` writes
checkpoints/music.json, in which what it says of other models stays. MusicVAE's flat model of two
bars had about 0.95 of all steps right, with some 500 times as many melodies (Roberts et al.,
arXiv:1803.05428).
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from aecore import checkpoint
from aecore.corruption import corrupt
from aecore.data.melodies import MELODIES
from aecore.draws import Draws
from aecore.evaluation import draw, encode
from aecore.files import write_json
from aecore.melodies import figures
from aecore.melodies.melody import most_likely, one_hot
from aecore.melodies.rivals import MarkovChain, cross_fade, nearest
from aecore.melodies.windows import Windows
from aecore.models import Autoencoder, to_input

FOLDER = checkpoint.SHIPPED / "music"
SHIPPED = ("variational-64", "denoising-64")
FIGURES = checkpoint.SHIPPED / "music.json"
PAIRS, POINTS = 200, 7
DRAWN = 500
DAMAGE = (0.1, 0.2, 0.3)


def pairs(test: Windows, rng: np.random.Generator) -> np.ndarray:
    """PAIRS pairs of windows of different tunes, (PAIRS, 2, T)."""
    found: list[np.ndarray] = []
    while len(found) < PAIRS:
        one, other = rng.integers(len(test), size=2)
        if test.tunes[one] != test.tunes[other]:
            found.append(test.symbols[[one, other]])
    return np.stack(found)


def walked(model: Autoencoder, ends: np.ndarray) -> np.ndarray:
    """Straight lines between the codes of both ends, decoded: (PAIRS, POINTS, T)."""
    codes = encode(model, one_hot(ends.reshape(-1, ends.shape[2]))).reshape(len(ends), 2, -1)
    shares = np.linspace(0, 1, POINTS, dtype=np.float32)[None, :, None]
    lines = codes[:, :1] * (1 - shares) + codes[:, 1:] * shares
    made = most_likely(draw(model, lines.reshape(-1, lines.shape[2])))
    return made.reshape(len(ends), POINTS, -1)


def damaged(windows: np.ndarray, strength: float) -> np.ndarray:
    """Windows (N, T) of which such a share of the notes is hit."""
    return most_likely(corrupt(to_input(one_hot(windows)), "notes", strength, Draws(0)).numpy())


def given_back(model: Autoencoder, windows: np.ndarray) -> np.ndarray:
    """Windows (N, T) encoded and decoded, the likeliest symbol of each step."""
    return most_likely(draw(model, encode(model, one_hot(windows))))


def main() -> None:
    """Measure all, print, and keep it if asked to."""
    parser = argparse.ArgumentParser(description="Models of melodies and their rivals")
    parser.add_argument("--count", type=int, default=2000, help="test windows")
    parser.add_argument("--keep", action="store_true", help=f"write {FIGURES.name}")
    parser.add_argument(
        "--beside", type=Path, nargs="*", default=[], help="other trained models of melodies"
    )
    chosen = parser.parse_args()
    rng = np.random.default_rng(0)
    train, test = MELODIES.windows("train"), MELODIES.windows("test")
    true = test.symbols[rng.permutation(len(test))[: chosen.count]]
    ends = pairs(test, rng)
    chain = MarkovChain(train.symbols)
    steps = {
        "nearest": figures.steps_right(train.symbols[nearest(train.symbols, true)[:, 0]], true),
        "markov": figures.steps_right(chain.guessed(true), true),
    }
    fades = np.stack([cross_fade(*pair, POINTS, rng) for pair in ends])
    walks = {"cross_fade": figures.walks(fades)}
    broken = {f"{strength:g}": damaged(true, strength) for strength in DAMAGE}
    restored = {
        strength: {
            "damaged": float((left == true).mean()),
            "nearest": figures.restored(
                train.symbols[nearest(train.symbols, left)[:, 0]], left, true
            ),
        }
        for strength, left in broken.items()
    }
    drawn = {"markov": figures.samples(chain.drawn(DRAWN, rng), train.symbols)}
    drawn["test"] = figures.samples(true[:DRAWN], train.symbols)
    shipped = {name: FOLDER / f"{name}.safetensors" for name in SHIPPED}
    beside = {checkpoint.describe(path).name: path for path in chosen.beside}
    for name, path in {**shipped, **beside}.items():
        model, card = checkpoint.load(path)
        steps[name] = figures.steps_right(given_back(model, true), true)
        for strength, left in broken.items():
            restored[strength][name] = figures.restored(given_back(model, left), left, true)
        walks[name] = figures.walks(walked(model, ends))
        if model.kept_together_by():
            codes = rng.standard_normal((DRAWN, card.latent_dim))
            drawn[name] = figures.samples(most_likely(draw(model, codes)), train.symbols)
    found = {"steps": steps, "walks": walks, "samples": drawn, "restored": restored}
    rounded = json.loads(json.dumps(found), parse_float=lambda text: float(f"{float(text):.4g}"))
    if chosen.keep:
        before = json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}
        kept = {name: {**before.get(name, {}), **figures} for name, figures in rounded.items()}
        write_json(FIGURES, kept)
    print(json.dumps(rounded))


if __name__ == "__main__":
    main()
