"""How few labels are enough, and how good are groups that nobody labelled.

    python benchmarks/features.py [--only groups …] [--keep]

Prints one JSON object. ``groups``: k-means and mixtures of Gaussians on pixels, principal
components, codes and a map of islands (N2D) of all 70,000 digits, found without labels: accuracy
with the best names, adjusted Rand index, normalised mutual information. Accuracy on test digits
with 10 to 10,000 labels of training digits, ten draws each: ``simple``, kNN and logistic regression
on pixels and principal components; ``codes``, the same on codes; ``spread``, labels passed on from
neighbour to neighbour on the map; ``tuned`` and ``random``, an encoder that learns on and the same
network from random weights. ``pretraining``: loss curves of networks with sigmoid units that begin
with random weights, layer by layer, and with batch norm. ``transfer``: encoders trained on other
pictures, with 100 labels.

With ``--keep`` the figures are put into checkpoints/features.json, and the groups into
checkpoints/features/groups.safetensors, which the screen shows; parts not asked for stay as they
are. All of it takes about half an hour on two quiet cores.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from machine import ROOT, describe_machine

from aecore import checkpoint, data, evaluation, few_labels, groups_file, pretraining
from aecore.files import write_json
from aecore.groups_file import COMPONENTS, ENCODER
from aecore.label_spreading import Spreading
from aecore.models import build
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from aecore.recipe import Recipe
from aecore.training.loop import fit
from aecore.tuning import tuned

KEPT = ROOT / "checkpoints" / "features.json"
CODERS = (ENCODER, "deep-32", "vae-2")
TUNED = "deep-32"
TUNED_LABELS = (10, 100, 1000, 10_000)
SPREAD, MOST_SPREAD = 20_000, 2000  # digits on the map; labels, beyond which nothing is gained
FEW = 100  # labels for encoders that were trained on something else
STEPS = 3000  # of their training
FEWER = 900  # digits, as many as the sample of Fashion-MNIST has


def digits() -> tuple[np.ndarray, np.ndarray]:
    """All 70,000 digits, uint8 (N, 1, 28, 28), and their labels (N,); the test digits first."""
    parts = [data.load("mnist", split) for split in ("test", "train")]
    return (
        np.concatenate([part.pixels for part in parts]),
        np.concatenate([part.labels for part in parts if part.labels is not None]),
    )


def flat(pixels: np.ndarray) -> np.ndarray:
    """Grey levels 0…1, float32 (N, D)."""
    return pixels.reshape(len(pixels), -1).astype(np.float32) / 255


def codes_of(name: str, pixels: np.ndarray) -> np.ndarray:
    """Codes by a shipped model."""
    model, _card = checkpoint.load(checkpoint.shipped()[name])
    return evaluation.encode(model, pixels)


def groups(keep: bool) -> dict[str, Any]:
    found = groups_file.make()
    if keep:
        found.save(groups_file.FILE)
    return {name: found.facts[name] for name in ("encoder", "seconds", "scores")}


PCA = f"pca-{COMPONENTS}"
SIMPLE = ("pixels", PCA)
JUDGED = 4  # every fourth test digit judges simple classifiers: neighbours take their time
REFERENCE = 2000  # unlabelled training digits that say how large points are


def curves(names: Sequence[str]) -> dict[str, Any]:
    """Simple classifiers on what ``names`` say: pixels, principal components, codes of a model."""
    pixels, labels = digits()
    known, told = pixels[10_000:], labels[10_000:]
    test, truth = pixels[:10_000:JUDGED], labels[:10_000:JUDGED]
    found: dict[str, dict[str, list[float]]] = {}
    for name in names:
        pool = points_of(name, known)
        judged = few_labels.unit_size(points_of(name, test), pool[:REFERENCE]), truth
        pool = few_labels.unit_size(pool, pool[:REFERENCE])
        for classifier in few_labels.CLASSIFIERS:

            def judge(chosen: np.ndarray, pool=pool, judged=judged, classifier=classifier) -> float:
                return few_labels.accuracy(classifier, (pool[chosen], told[chosen]), judged)

            found[f"{name}/{classifier}"] = by_size(told, judge)
    return found


def points_of(name: str, pixels: np.ndarray) -> np.ndarray:
    """What a classifier is given of uint8 images: (N, d)."""
    if name == "pixels":
        return flat(pixels)
    if name == PCA:
        return PrincipalComponents.load(SHIPPED_PCA).encode(flat(pixels), COMPONENTS)
    return codes_of(name, pixels)


def spread() -> dict[str, Any]:
    """Labels passed on over the map by SPREAD of its digits, the test digits among them."""
    _pixels, labels = digits()
    over = Spreading(groups_file.load_groups().positions[:SPREAD])
    pool = labels[10_000:SPREAD]

    def judge(chosen: np.ndarray) -> float:
        told = over.of(10_000 + chosen, pool[chosen], 10)
        return float((told[:10_000] == labels[:10_000]).mean())

    return {"map/spread": by_size(pool, judge, [n for n in few_labels.SIZES if n <= MOST_SPREAD])}


def tuning(from_random: bool) -> dict[str, Any]:
    test, train = data.load("mnist", "test"), data.load("mnist", "train")
    labels = train.labels
    assert labels is not None
    model, _card = checkpoint.load(checkpoint.shipped()[TUNED])

    def judged(chosen: np.ndarray) -> float:
        told = labels[chosen]
        *_, (_share, labeller) = tuned(model, train.pixels[chosen], told, 10, 0, from_random)
        return float((labeller.labels(test.pixels) == test.labels).mean())

    return {
        f"{TUNED}/{'random' if from_random else 'tuned'}": by_size(
            train.labels, judged, TUNED_LABELS
        )
    }


def by_size(
    labels: np.ndarray,
    judged: Callable[[np.ndarray], float],
    sizes: Sequence[int] = few_labels.SIZES,
) -> dict[str, list[float]]:
    """For each number of labels the accuracy of every draw."""
    return {
        str(n): [
            round(judged(few_labels.drawn(labels, n, seed)), 4) for seed in range(few_labels.DRAWS)
        ]
        for n in sizes
    }


def learned() -> dict[str, Any]:
    """Loss curves of the three networks of aecore/pretraining.py, and where the mean image is."""
    train, test = data.load("mnist", "train").pixels, data.load("mnist", "test").pixels
    curves = {
        way: [point.to_json() for point in pretraining.curve(way, train, test, pretraining.WHOLE)]
        for way in pretraining.WAYS
    }
    return {**curves, "mean_image": round(pretraining.of_mean_image(train, test), 5)}


def transfer() -> dict[str, Any]:
    test, train = data.load("mnist", "test"), data.load("mnist", "train")
    assert train.labels is not None and test.labels is not None
    rng = np.random.default_rng(0)
    pictures = {
        "mnist": train.pixels,
        "mnist-900": train.pixels[rng.permutation(60_000)[:FEWER]],
        "digits": data.load("digits", "train").pixels,
        "fashion-900": data.load("fashion_mnist", "test").pixels[:FEWER],
        "untrained": None,
    }
    found = {}
    for name, own in pictures.items():
        torch.manual_seed(0)
        model = build("deep", image_shape=(1, 28, 28), latent_dim=COMPONENTS)
        if own is not None:
            batch = min(128, len(own))
            epochs = max(1, round(STEPS / (len(own) // batch)))
            for _epoch in fit(
                model, own, test.pixels[:250], Recipe(epochs=epochs, batch_size=batch)
            ):
                pass
        model.eval()
        ways = {"codes": lambda x, model=model: evaluation.encode(model, x)}
        if own is not None:
            pca = PrincipalComponents.fit(own, COMPONENTS)
            ways["pca"] = lambda x, pca=pca: pca.encode(flat(x), COMPONENTS)
        for way, encode in ways.items():
            found[f"{name}/{way}"] = with_few(
                encode(train.pixels), train.labels, encode(test.pixels), test.labels
            )
    found["none/pixels"] = with_few(
        flat(train.pixels), train.labels, flat(test.pixels), test.labels
    )
    return found


def with_few(
    pool: np.ndarray, labels: np.ndarray, points: np.ndarray, truth: np.ndarray
) -> dict[str, Any]:
    """The accuracy of each draw of FEW labels, by classifier."""
    judged = few_labels.unit_size(points, pool), truth
    pool = few_labels.unit_size(pool, pool)
    return {
        name: [
            round(few_labels.accuracy(name, (pool[chosen], labels[chosen]), judged), 4)
            for chosen in (few_labels.drawn(labels, FEW, seed) for seed in range(few_labels.DRAWS))
        ]
        for name in few_labels.CLASSIFIERS
    }


def parts(only: list[str], keep: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The parts asked for; those of one chart together under its name."""
    if "groups" in only:
        yield "groups", groups(keep)
    for name, part in {
        "simple": lambda: curves(SIMPLE),
        "codes": lambda: curves(CODERS),
        "spread": spread,
        "tuned": lambda: tuning(False),
        "random": lambda: tuning(True),
    }.items():
        if name in only:
            yield "curves", part()
    if "pretraining" in only:
        yield "pretraining", learned()
    if "transfer" in only:
        yield "transfer", transfer()


PARTS = ("groups", "simple", "codes", "spread", "tuned", "random", "pretraining", "transfer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--keep", action="store_true", help="write what the screen shows")
    asked = parser.parse_args()
    found: dict[str, Any] = {}
    for name, part in parts(asked.only, asked.keep):
        found.setdefault(name, {}).update(part)
        if asked.keep and name != "groups":
            # read anew: another part may have been measured meanwhile
            kept = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}
            kept.setdefault(name, {}).update(part)
            write_json(KEPT, kept)
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
