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
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from aecore import (
    bottleneck,
    by_heart,
    checkpoint,
    classifier,
    data,
    evaluation,
    generator,
    groups_file,
    placing,
    swapping,
    three_maps,
)
from aecore.checkpoint import Card
from aecore.classifier import SHIPPED_CLASSIFIER, Classifier
from aecore.compression import by_heart as learned_by_heart
from aecore.compression import lossless, lossless_training
from aecore.compression import shipped as codes_steps
from aecore.corruption import CORRUPTIONS
from aecore.data.melodies import Melodies
from aecore.diagnosis import SIGNS
from aecore.evaluation import card_metrics
from aecore.files import replacing
from aecore.map_file import MAP, load_map
from aecore.melodies.melody import most_likely
from aecore.melodies.properties import directions as melody_directions
from aecore.melodies.shown import Shown
from aecore.pca import SHIPPED_PCA, PrincipalComponents

# on MNIST unless said; a name with a folder is a model of one screen, not offered on the others
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
    "vae-16": "--family vae --latent-dim 16 --set widths=[384,256] --epochs 20",
    "cvae-16": "--family cvae --latent-dim 16 --set widths=[512,256] --epochs 30",
    "denoise-256": "--family conv --latent-dim 256 --set channels=[48,96,128] --set width=512 "
    "--epochs 20 --batch-size 128 --corruption gaussian --strength 0.7",
    # for a browser: it follows the hand, until denoise-256 has answered
    "denoise/light": "--family deep --latent-dim 256 --set widths=[1024] --epochs 40 "
    "--batch-size 512 --corruption gaussian --strength 0.7",
    "superres-64": "--family conv --latent-dim 64 --set channels=[32,64,64] --epochs 10 "
    "--batch-size 128 --corruption lowres --strength 0.75",
    "inpaint-128": "--family conv --latent-dim 128 --set channels=[32,64,64] --epochs 10 "
    "--batch-size 128 --corruption block --strength 0.45",
    "jigsaw-64": "--family conv --latent-dim 64 --set channels=[32,64,64] --epochs 10 "
    "--batch-size 128 --corruption jigsaw --strength 1.0",
    # the bottleneck dial: the same layers around codes of many sizes
    **{
        f"inside/dial-{size}": f"--family conv --latent-dim {size} --set channels=[8,16,12] "
        "--set width=256 --epochs 10 --batch-size 256"
        for size in bottleneck.SIZES
    },
    "series/recurrent-16": "--family recurrent --latent-dim 16 --set width=64 "
    "--dataset heartbeats --epochs 20 --batch-size 128",
    "series/conv-16": "--family conv --latent-dim 16 --set width=128 "
    "--dataset heartbeats --epochs 20 --batch-size 128",
    # a large β would blur the notes: two bars need about 60 nats; mixtures make walks smooth
    "music/variational-64": "--family recurrent_vae --latent-dim 64 --set beta=0.15 "
    "--set mixing=3 --dataset melodies --epochs 2 --batch-size 128",
    # says more of each note and keeps no walk smooth: it mends, and what is whole comes back
    "music/denoising-64": "--family recurrent_vae --latent-dim 64 --set width=60 --set beta=0.01 "
    "--dataset melodies --epochs 4 --batch-size 128 --corruption notes --strength 0.4",
    # each knows one digit alone
    **{
        f"anomalies/{digit}": "--family deep --latent-dim 8 --set widths=[60] --epochs 40 "
        f"--batch-size 64 --classes {digit}"
        for digit in range(10)
    },
}
TUNES_SHOWN = 3_000  # by a melody each, on the screen Music
LESSONS = HERE / "lessons.json"  # what benchmarks/lessons.py --keep found
READER_EPOCHS = 2  # print is easily read
MAP_COMMAND = "project checkpoints/deep-32.safetensors --dataset mnist --split test --perplexity 30"


def train(name: str, arguments: str) -> None:
    """Train one model and put it here with its figures."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / name
        aecore("train", *shlex.split(whole(arguments)), "--run", str(run))
        ship(name, run / "model.safetensors")


def whole(arguments: str) -> str:
    """The arguments of ``train`` with the data set and the seed, where they don't say."""
    dataset = "" if "--dataset" in arguments else " --dataset mnist"
    return f"{arguments}{dataset} --seed 0"


def ship(name: str, trained: Path) -> None:
    """Put a trained model here, with 16-bit weights and the figures of these."""
    model, card = checkpoint.load(trained)
    path = HERE / f"{name}.safetensors"
    path.parent.mkdir(exist_ok=True)
    checkpoint.save(path, model, card, half=True)
    model, _ = checkpoint.load(path)  # what others will load
    test, at = data.load(card.dataset, "test"), CORRUPTIONS[card.corruption].compared_at
    test = test.of_classes(card.classes)
    figures = card_metrics(model, test.pixels, card.corruption, at, test.labels)
    figures |= {name: value for name, value in card.metrics.items() if name in SIGNS}
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


def make_classifier() -> None:
    """The judge of drawn digits, with its accuracy on the test digits, of 16-bit weights."""
    known, test = data.load("mnist", "train"), data.load("mnist", "test")
    assert known.labels is not None
    facts = classifier.Facts(dataset="mnist")
    SHIPPED_CLASSIFIER.parent.mkdir(exist_ok=True)
    classifier.train(known.pixels, known.labels, facts).save(SHIPPED_CLASSIFIER)
    stored = Classifier.load()
    accuracy = float((stored.predict(test.pixels) == test.labels).mean())
    stored.facts = replace(stored.facts, figures={"accuracy": accuracy})
    stored.save(SHIPPED_CLASSIFIER)


@cache  # both kinds come of one training
def make_swapping(shared: bool) -> None:
    """Autoencoders of handwriting and of print: with one encoder, or each learning alone."""
    images = {kind: data.load(name, "train") for kind, name in swapping.DATA.items()}
    settings = swapping.Swapping(shared=shared)
    started = time.monotonic()
    pair = swapping.train(images["hand"].pixels, images["print"].pixels, settings)
    seconds = round(time.monotonic() - started, 1)
    for model, (kind, dataset) in zip(pair, swapping.DATA.items(), strict=True):
        name = kind if shared else swapping.alone(kind)
        config = model.config.to_json()
        card = Card(f"swap/{name}", "deep", config, dataset, seed=settings.seed, seconds=seconds)
        with tempfile.TemporaryDirectory() as folder:
            trained = Path(folder) / f"{name}.safetensors"
            checkpoint.save(trained, model, card)
            ship(f"swap/{name}", trained)


def make_reader() -> None:
    """The judge of what is drawn as print."""
    images, test = (data.load("print", split) for split in data.SPLITS)
    assert images.labels is not None
    facts = classifier.Facts(dataset="print")
    path = swapping.path("reader")
    path.parent.mkdir(exist_ok=True)
    reader = classifier.train(images.pixels, images.labels, facts, epochs=READER_EPOCHS)
    reader.save(path)
    stored = Classifier.load(path)
    accuracy = float((stored.predict(test.pixels) == test.labels).mean())
    stored.facts = replace(stored.facts, figures={"accuracy": accuracy})
    stored.save(path)


def make_groups() -> None:
    """All digits on a map of islands, and their groups, found without labels in eight ways."""
    groups_file.make().save(groups_file.FILE)


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
    for name, arguments in MODELS.items():
        card = checkpoint.describe(HERE / f"{name}.safetensors")
        told = {k: v for k, v in card.metrics.items() if k not in SIGNS}
        figures = ", ".join(f"{k} {v:.4g}" for k, v in told.items())
        command, seconds = f"train {whole(arguments)}", f"{card.seconds:.0f}"
        rows.append(f"| `{name}.safetensors` | `{command}` | {seconds} | {figures} |")
    for name, made in OTHERS.items():
        told = made.told()
        command = told.command or f"python checkpoints/build.py {name}"
        seconds = "–" if told.seconds is None else f"{told.seconds:.0f}"
        rows.append(f"| `{made.file}` | `{command}` | {seconds} | {told.figures} |")
    rows += [
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
        "The models in `series/` have learned from normal windows of simulated heartbeats; their",
        "figures are those of the test windows, strange ones among them. How well they tell these",
        "apart is in `heartbeats.json`, by `python benchmarks/heartbeats.py --keep`.",
        "",
        "Those in `music/` have learned from windows of two bars of the tunes in the package",
        "music21 (`python -m aecore download melodies` reads them); `steps` is the share of",
        "symbols right on windows of test tunes, decoded without help from the true melody, and",
        "`notes_0.2_steps` that of what `denoising-64` makes of such with every fifth note missing",
        "or wrong. More of them, and of their rivals, is in `music.json`, by",
        "`python benchmarks/music.py --keep`.",
        "",
        "Chapters of the course name figures of `reading.json`, what the classifier reads in",
        "damaged and in restored digits (`python benchmarks/reading.py --keep`), and of",
        "`by-heart.json` (`python benchmarks/by_heart.py --keep`).",
        "",
        "Four files are larger than 4 MB, each for what it is used.",
        "`vae-2` draws the plane, where two numbers have to say all. `conv-32` has the lowest",
        "error at 32 numbers; groups are found in its codes, and new digits drawn from them.",
        "`denoise-256` is Denoise's model at rest, 21.0 dB at σ = 0.5. `denoise/light` answers in",
        "the browser while the slider moves: 20.36 dB with 2.1 million multiply-adds an image.",
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


class Told(NamedTuple):
    """What README.md says of a file: its figures, the seconds and the command that made it."""

    figures: str
    seconds: float | None = None
    command: str = ""  # "": this script with its name


class Made(NamedTuple):
    """A file here that is no model of a family: how it is made, and what is told of it."""

    file: str
    make: Callable[[], None]
    told: Callable[[], Told]


def _told_of_map() -> Told:
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
    return Told(figures, facts["seconds"], f"{MAP_COMMAND} --out checkpoints/map.safetensors")


def _told_of_bench() -> Told:
    ways = three_maps.load_three_maps().facts["ways"]
    return Told(
        "; ".join(
            f"{way}: {facts['seconds']:.0f} s, knn_accuracy {facts['knn_accuracy']:.4f}, "
            f"trustworthiness {facts['trustworthiness']:.4f}"
            for way, facts in ways.items()
        )
    )


def _told_of_swapping(name: str) -> Told:
    card = checkpoint.describe(swapping.path(name))
    figures = ", ".join(f"{key} {value:.4g}" for key, value in card.metrics.items())
    return Told(figures, card.seconds)


def _swapping(name: str) -> Made:
    return Made(
        f"swap/{name}.safetensors",
        partial(make_swapping, shared=name in swapping.KINDS),
        partial(_told_of_swapping, name),
    )


def _told_of_classifier(path: Path = SHIPPED_CLASSIFIER) -> Told:
    facts = Classifier.load(path).facts
    figures = ", ".join(f"{name} {value:.4f}" for name, value in facts.figures.items())
    return Told(figures, facts.seconds)


def make_by_heart() -> None:
    """The trainings of learning by heart: few and many images, with and without what helps."""
    by_heart.make().save(by_heart.BY_HEART)


def _told_of_by_heart() -> Told:
    kept = by_heart.ByHeart.load()
    figures = [
        f"{size} images {learned:.4f}, {new:.4f}"
        for size, (learned, new) in zip(by_heart.SIZES, kept.kept[:, 0], strict=True)
    ]
    told = "mse on learned and on test images, nothing done against it: " + "; ".join(figures)
    return Told(told, float(kept.seconds.sum()))


def make_tunes() -> None:
    """Codes of one window of each test tune and of some training tunes, and the plane of the two
    directions in which they differ most."""
    model, _card = checkpoint.load(HERE / "music" / "variational-64.safetensors")
    rng = np.random.default_rng(0)
    codes, collections, missing = [], [], TUNES_SHOWN
    for split in ("test", "train"):
        melodies = data.load("melodies", split)
        _tunes, firsts = np.unique(Melodies().windows(split).tunes, return_index=True)
        some = np.sort(rng.permutation(firsts)[:missing])
        missing -= len(some)
        assert melodies.labels is not None
        codes.append(evaluation.encode(model, melodies.pixels[some]))
        collections.append(melodies.labels[some].astype(np.uint8))
    shown = np.concatenate(codes)
    melodies_again = most_likely(evaluation.draw(model, shown))
    pushes = melody_directions(shown, melodies_again)
    Shown.of(shown, np.concatenate(collections), pushes).save()


def _told_of_tunes() -> Told:
    return Told(f"{len(Shown.load())} codes")


def _compression() -> dict[str, Made]:
    """What Compress needs beside the models: steps of codes, lossless coders, learning by heart."""
    # file, bits of a code's numbers, steps of training
    coders = {
        "lossless": (lossless.LOSSLESS, 2, 6500),
        "neighbours": (lossless.NEIGHBOURS_ONLY, 0, 2000),
    }
    found = {
        "compress/steps": Made(
            "compress/steps.safetensors",
            codes_steps.make,
            lambda: Told("steps and frequencies of the codes of 7 models and PCA, 8, 4 and 2 bits"),
        )
    }
    for name, (path, bits, steps) in coders.items():
        found[f"compress/{name}"] = Made(
            f"compress/{name}.safetensors",
            partial(lossless_training.make, path, bits, steps),
            partial(_told_of_coder, name, path),
        )
    for count in learned_by_heart.COUNTS:
        found[f"compress/by-heart-{count}"] = Made(
            f"compress/by-heart-{count}.safetensors",
            partial(make_learned, count),
            partial(_told_of_learned, count),
        )
    return found


def make_learned(count: int) -> None:
    """A decoder alone, and one with an encoder, on so many training digits."""
    train, test = data.load("mnist", "train"), data.load("mnist", "test")
    steps = learned_by_heart.STEPS
    found = learned_by_heart.learn(train.pixels[:count], test.pixels, steps)
    found.save(learned_by_heart.shipped(count))


def _told_of_learned(count: int) -> Told:
    facts = learned_by_heart.load(learned_by_heart.shipped(count)).facts
    told = ", ".join(
        f"{learner}: learned mse {facts['learned'][learner]:.4f}, "
        f"unseen {facts['unseen'][learner]:.4f}"
        for learner in learned_by_heart.LEARNERS
    )
    return Told(told, sum(facts["seconds"].values()))


def _told_of_coder(name: str, path: Path) -> Told:
    found = codes_steps.figures()["lossless"]["codes" if name == "lossless" else name]
    figures = f"{found['bits_a_pixel']:.3f} bits a pixel, {found['decoder_bytes']} bytes of decoder"
    return Told(figures, checkpoint.read_header(path).ours["facts"]["seconds"])


def _told_of_groups() -> Told:
    facts = groups_file.load_groups().facts
    return Told(
        "accuracy with the best names: "
        + ", ".join(f"{way} {found['accuracy']:.4f}" for way, found in facts["scores"].items()),
        facts["seconds"],
    )


OTHERS = {
    "map": Made(MAP.name, make_map, _told_of_map),
    "pca": Made(
        SHIPPED_PCA.name,
        make_pca,
        lambda: Told("mean and 256 components of the training images"),
    ),
    "generate/classifier": Made(
        "generate/classifier.safetensors", make_classifier, _told_of_classifier
    ),
    "generate/priors": Made(
        "generate/priors.safetensors",
        generator.make_priors,
        lambda: Told("a Gaussian and a mixture of the codes of every model above, and of PCA's"),
    ),
    **{
        f"swap/{name}": _swapping(name)
        for kind in swapping.KINDS
        for name in (kind, swapping.alone(kind))
    },
    "swap/reader": Made(
        "swap/reader.safetensors",
        make_reader,
        lambda: _told_of_classifier(swapping.path("reader")),
    ),
    **_compression(),
    "music/tunes": Made("music/tunes.safetensors", make_tunes, _told_of_tunes),
    "inside/by_heart": Made("inside/by_heart.safetensors", make_by_heart, _told_of_by_heart),
    "features/groups": Made("features/groups.safetensors", make_groups, _told_of_groups),
    "bench": Made(three_maps.THREE_MAPS.name, make_bench, _told_of_bench),
}


def main(names: list[str]) -> None:
    """Build what is named, or everything."""
    seconds = {}
    for name in names or [*MODELS, *OTHERS]:
        started = time.monotonic()
        if name in OTHERS:
            OTHERS[name].make()
        else:
            train(name, MODELS[name])
        seconds[name] = round(time.monotonic() - started, 1)
    write_readme()
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1:])
