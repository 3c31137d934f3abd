"""Rebuild everything in this folder from MNIST: ``python checkpoints/build.py [NAME …]``.

Each model is trained by the same command that anybody can type, its weights are rounded to 16
bits, and the figures in its header and in README.md are those of the rounded weights on the
10,000 test images.
"""

import json
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from aecore import checkpoint, data
from aecore.evaluation import card_metrics
from aecore.files import replacing
from aecore.projection import MAP, SHIPPED_PCA, PrincipalComponents, load_map

MODELS = {
    "simple-32": "--family simple --latent-dim 32 --epochs 20",
    "deep-32": "--family deep --latent-dim 32 --epochs 40",
    "conv-32": "--family conv --latent-dim 32 --set channels=[32,64] --epochs 12",
    "vae-2": "--family vae --latent-dim 2 --epochs 60",
    "denoise-256": "--family conv --latent-dim 256 --set channels=[32,64] --epochs 12 "
    "--corruption gaussian --strength 0.7",
}
DENOISED_AT = 0.5  # the strength at which denoisers are compared
MAP_COMMAND = "project checkpoints/deep-32.safetensors --dataset mnist --split test --perplexity 30"


def train(name: str, arguments: str) -> None:
    """Train one model and put it here with its figures."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / name
        command = [*shlex.split(arguments), "--dataset", "mnist", "--seed", "0", "--run", str(run)]
        aecore("train", *command)
        model, card = checkpoint.load(run / "model.safetensors")
    path = HERE / f"{name}.safetensors"
    checkpoint.save(path, model, card, half=True)
    model, _ = checkpoint.load(path)  # what others will load
    test = data.load("mnist", "test").pixels
    figures = card_metrics(model, test, card.corruption, DENOISED_AT)
    checkpoint.save(path, model, replace(card, name=name, metrics=figures), half=True)


def make_map() -> None:
    """The t-SNE map of the test digits' codes."""
    aecore(*shlex.split(MAP_COMMAND), "--out", str(MAP))


def make_pca() -> None:
    """PCA of the 60,000 training images, for comparisons on machines without MNIST."""
    PrincipalComponents.fit(data.load("mnist", "train").pixels).save(SHIPPED_PCA)


def aecore(*arguments: str) -> None:
    """Run the command line as anybody would."""
    subprocess.run([sys.executable, "-m", "aecore", *arguments], cwd=HERE.parent, check=True)


def write_readme() -> None:
    """A row for each file: the command that made it, its seconds, its figures."""
    rows = [
        "# Shipped checkpoints",
        "",
        "Trained on MNIST's 60,000 training digits; figures on its 10,000 test digits, which no",
        "model has seen. BCE is the grey-level cross-entropy in nats, mean over pixels (its floor",
        "is the entropy of the grey levels, 0.0581); PSNR is the mean over images; recon and KL",
        "are nats per image with one posterior sample. `python checkpoints/build.py` makes them",
        "all anew from MNIST (see the project's README for where it looks for it).",
        "",
        "| file | command (`python -m aecore …`) | seconds | figures |",
        "|---|---|---|---|",
    ]
    for name, path in checkpoint.shipped().items():
        card = checkpoint.describe(path)
        figures = ", ".join(f"{k} {v:.4g}" for k, v in card.metrics.items())
        rows.append(
            f"| `{path.name}` | `train {MODELS[name]} --dataset mnist --seed 0` "
            f"| {card.seconds:.0f} | {figures} |"
        )
    facts = load_map().facts
    shown = ("code_knn_accuracy", "knn_accuracy", "trustworthiness", "pca_knn_accuracy")
    figures = ", ".join(f"{key} {facts[key]:.4f}" for key in shown)
    rows += [
        f"| `{MAP.name}` | `{MAP_COMMAND} --out checkpoints/map.safetensors` "
        f"| {facts['seconds']:.0f} | {figures} |",
        f"| `{SHIPPED_PCA.name}` | `python checkpoints/build.py pca` | – "
        "| mean and 256 components of the training images |",
        "",
        "`map.safetensors` holds the 32-number codes of the 10,000 test digits by `deep-32`, their",
        "t-SNE positions and their class labels (MNIST: Y. LeCun, C. Cortes, C. Burges;",
        "CC BY-SA 3.0). No image of MNIST is in it: the app decodes the codes where MNIST is",
        "missing, and says so. kNN accuracy counts 10 neighbours; each digit is judged without",
        "itself. Trustworthiness looks at 10 neighbours among 2,000 digits drawn at random.",
        "",
        "Weights are stored with 16 bits; the figures are those of the stored weights. Other",
        "processors and other versions of PyTorch give slightly other weights from the same seed.",
    ]
    with replacing(HERE / "README.md") as beside:
        beside.write_text("\n".join(rows) + "\n", encoding="utf-8")


def main(names: list[str]) -> None:
    """Build what is named, or everything."""
    seconds = {}
    for name in names or [*MODELS, "pca", "map"]:
        started = time.monotonic()
        if name == "map":
            make_map()
        elif name == "pca":
            make_pca()
        else:
            train(name, MODELS[name])
        seconds[name] = round(time.monotonic() - started, 1)
    write_readme()
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1:])
