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

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from aecore import checkpoint, data, evaluation, placing, three_maps
from aecore.corruption import CORRUPTIONS
from aecore.evaluation import card_metrics
from aecore.files import replacing
from aecore.map_file import MAP, load_map
from aecore.pca import SHIPPED_PCA, PrincipalComponents

MODELS = {
    "simple-32": "--family simple --latent-dim 32 --epochs 20",
    "deep-32": "--family deep --latent-dim 32 --epochs 40",
    "sparse-32": "--family sparse --latent-dim 32 --set widths=[256,128] "
    "--set 'penalty=\"kl\"' --set sparsity=1.0 --epochs 20",
    "conv-32": "--family conv --latent-dim 32 --set channels=[48,96,128] --set width=512 "
    "--epochs 20 --batch-size 128",
    "recurrent-32": "--family recurrent --latent-dim 32 --batch-size 128 --epochs 6",
    "vae-2": "--family vae --latent-dim 2 --set widths=[1024,512,256,128] --epochs 40",
    "aae-2": "--family aae --latent-dim 2 --set widths=[256,128] --epochs 20",
    "denoise-256": "--family conv --latent-dim 256 --set channels=[48,96,128] --set width=512 "
    "--epochs 20 --batch-size 128 --corruption gaussian --strength 0.7",
    "superres-64": "--family conv --latent-dim 64 --set channels=[32,64,64] --epochs 10 "
    "--batch-size 128 --corruption lowres --strength 0.75",
    "inpaint-128": "--family conv --latent-dim 128 --set channels=[32,64,64] --epochs 10 "
    "--batch-size 128 --corruption block --strength 0.45",
    "jigsaw-64": "--family conv --latent-dim 64 --set channels=[32,64,64] --epochs 10 "
    "--batch-size 128 --corruption jigsaw --strength 1.0",
}
LESSONS = HERE / "lessons.json"  # what benchmarks/lessons.py --keep found
MAP_COMMAND = "project checkpoints/deep-32.safetensors --dataset mnist --split test --perplexity 30"


def train(name: str, arguments: str) -> None:
    """Train one model and put it here with its figures."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / name
        command = [*shlex.split(arguments), "--dataset", "mnist", "--seed", "0", "--run", str(run)]
        aecore("train", *command)
        ship(name, run / "model.safetensors")


def ship(name: str, trained: Path) -> None:
    """Put a trained model here, with 16-bit weights and the figures of these."""
    model, card = checkpoint.load(trained)
    path = HERE / f"{name}.safetensors"
    checkpoint.save(path, model, card, half=True)
    model, _ = checkpoint.load(path)  # what others will load
    test, at = data.load("mnist", "test"), CORRUPTIONS[card.corruption].compared_at
    figures = card_metrics(model, test.pixels, card.corruption, at, test.labels)
    checkpoint.save(path, model, replace(card, name=name, metrics=figures), half=True)


def make_map() -> None:
    """The t-SNE map of the test digits' codes."""
    aecore(*shlex.split(MAP_COMMAND), "--out", str(MAP))
    checkpoint.relabel(MAP, facts={**load_map().facts, **placing_figures()})


def placing_figures() -> dict[str, float]:
    """How many training digits, new to the map, come to lie among their own class.

    The 10 nearest of the map's digits vote: on the map, and for comparison by their codes.
    """
    made, train = load_map(), data.load("mnist", "train")
    assert train.labels is not None
    model, _ = checkpoint.load(HERE / "deep-32.safetensors")
    codes = evaluation.encode(model, train.pixels)
    known = placing.Nearest(made.codes)
    rows = range(0, len(codes), 1000)  # at a time: all at once would take 2 GB
    placed = np.concatenate(
        [
            placing.place(*known.of(codes[i : i + 1000], placing.NEIGHBOURS), made.positions)
            for i in rows
        ]
    )
    by_place = KNeighborsClassifier(placing.NEIGHBOURS).fit(made.positions, made.labels)
    by_code = KNeighborsClassifier(placing.NEIGHBOURS).fit(made.codes, made.labels)
    return {
        "placed_accuracy": float(by_place.score(made.positions[placed], train.labels)),
        "placed_code_accuracy": float(by_code.score(codes, train.labels)),
    }


def make_bench() -> None:
    """Three maps of the same test digits: of pixels, of principal components, of codes."""
    test = data.load("mnist", "test")
    three_maps.make(HERE / "deep-32.safetensors", test).save(three_maps.THREE_MAPS)


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
    shown = (
        "code_knn_accuracy",
        "knn_accuracy",
        "trustworthiness",
        "pca_knn_accuracy",
        "placed_accuracy",
        "placed_code_accuracy",
    )
    figures = ", ".join(f"{key} {facts[key]:.4f}" for key in shown)
    rows += [
        f"| `{MAP.name}` | `{MAP_COMMAND} --out checkpoints/map.safetensors` "
        f"| {facts['seconds']:.0f} | {figures} |",
        f"| `{SHIPPED_PCA.name}` | `python checkpoints/build.py pca` | – "
        "| mean and 256 components of the training images |",
        f"| `{three_maps.THREE_MAPS.name}` | `python checkpoints/build.py bench` | – "
        f"| {_three_maps_figures()} |",
        "",
        "`map.safetensors` holds the 32-number codes of the 10,000 test digits by `deep-32`, their",
        "t-SNE positions and their class labels (MNIST: Y. LeCun, C. Cortes, C. Burges;",
        "CC BY-SA 3.0). No image of MNIST is in it: the app decodes the codes where MNIST is",
        "missing, and says so. `bench.safetensors` holds t-SNE positions of 2,500 of them, made",
        "from their pixels, from 32 principal components and from the codes; its trustworthiness",
        "compares with neighbours among pixels. kNN accuracy counts 10 neighbours; each digit is",
        "judged without itself. Trustworthiness looks at 10 neighbours among 2,000 digits drawn at",
        "random. Placed: how many training digits, new to the map, come to lie among their own",
        "class, and how many do by their codes.",
        "",
        "Weights are stored with 16 bits; the figures are those of the stored weights. Other",
        "processors and other versions of PyTorch give slightly other weights from the same seed.",
        "Seconds are those of a machine with two cores that also did other work.",
        *_lessons(),
    ]
    with replacing(HERE / "README.md") as beside:
        beside.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _lessons() -> list[str]:
    """A table of published autoencoders beside ours, from what benchmarks/lessons.py kept."""
    rows = [
        "",
        "## The Keras blog's autoencoders",
        "",
        "F. Chollet, *Building Autoencoders in Keras* (2016). A preset has exactly the published",
        "layers and is trained with our loop (`python -m aecore train --preset NAME`). Keras ran",
        "the same layers for as many epochs. The last column is the shipped model of the same",
        "purpose, with our layers and recipe. BCE on the 10,000 test digits; of a denoiser on",
        "test digits with noise of 0.5, of the VAE without noise in the code, beside recon + KL in",
        "nats an image with it. Seconds of Keras are those of its training alone, of the presets",
        "those of the whole command, on the same quiet machine with two cores and bfloat16; our",
        "own models were trained on slower machines that did other work too. Keras trained the",
        "denoiser for 20 of the published 100 epochs, and from noise of 0.5 only; ours learned",
        "from all between 0 and 0.5, for the slider.",
        "`python benchmarks/lessons.py --peer PYTHON SCRIPT` prints it all.",
        "",
        "| preset | published | Keras here | the preset, ours | our own model |",
        "|---|---|---|---|---|",
    ]
    for name, row in json.loads(LESSONS.read_text(encoding="utf-8")).items():
        ours = "; ".join(_lesson(run) for run in row["ours"])
        cells = (row.get("published"), _lesson(row.get("peer")), ours)
        told = " | ".join(cell or "–" for cell in (*cells, _lesson(row["own"])))
        rows.append(f"| `{name}` | {told} |")
    return rows


def _lesson(row: dict[str, float | str] | None) -> str:
    """A cell of that table: figure, epochs, seconds."""
    if row is None:
        return "–"
    figure = f"{float(row.get('gaussian_0.5_bce', row['bce'])):.4f}"
    if "kl" in row:
        figure += f" ({float(row['recon']) + float(row['kl']):.1f} nats)"
    spent = f"{float(row['seconds']):.0f} s"
    name = f"`{row['checkpoint']}`, " if "checkpoint" in row else ""
    return f"{name}{figure}, {row['epochs']} epochs, {spent}"


def _three_maps_figures() -> str:
    ways = three_maps.load_three_maps().facts["ways"]
    return "; ".join(
        f"{way}: {facts['seconds']:.0f} s, knn_accuracy {facts['knn_accuracy']:.4f}, "
        f"trustworthiness {facts['trustworthiness']:.4f}"
        for way, facts in ways.items()
    )


def main(names: list[str]) -> None:
    """Build what is named, or everything."""
    seconds = {}
    for name in names or [*MODELS, "pca", "map", "bench"]:
        started = time.monotonic()
        if name == "map":
            make_map()
        elif name == "pca":
            make_pca()
        elif name == "bench":
            make_bench()
        else:
            train(name, MODELS[name])
        seconds[name] = round(time.monotonic() - started, 1)
    write_readme()
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1:])
