"""Two hundred own photographs: seconds of training, and what the model makes of new ones.

    python benchmarks/own_images.py [--side 32] [--colour rgb] [--family conv]

Draws scenes of 600×800 pixels (sky, meadow, a house, a tree, the sun, each somewhere else and of
another colour), saves them as a phone does, turned by an EXIF entry, and trains on the folder by
the command line, with what the Train screen proposes for so few images. The figure to beat is
that of the mean of the training images. Prints one JSON object.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from machine import ROOT, describe_machine
from PIL import Image, ImageDraw, ImageFilter

from aecore import data
from aecore.recipe import usual_batch_size, usual_epochs

WIDTH, HEIGHT = 600, 800
TURNS = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90,
         8: Image.Transpose.ROTATE_270}  # fmt: skip
ORIENTATION = 0x0112  # in EXIF


def scene(rng: np.random.Generator) -> Image.Image:
    """A picture whose parts vary in place, size and colour."""

    def near(*tone: int) -> tuple[int, ...]:
        return tuple(int(v) for v in np.clip(np.array(tone) + rng.integers(-30, 31, 3), 0, 255))

    image = Image.new("RGB", (WIDTH, HEIGHT), near(120, 180, 235))
    draw = ImageDraw.Draw(image)
    horizon = int(rng.uniform(0.55, 0.75) * HEIGHT)
    draw.rectangle((0, horizon, WIDTH, HEIGHT), fill=near(70, 140, 60))
    x, y, r = rng.uniform(80, 520), rng.uniform(80, 220), rng.uniform(35, 70)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=near(250, 215, 70))
    x, w, h = rng.uniform(120, 480), rng.uniform(90, 160), rng.uniform(120, 220)
    wall = (x - w, horizon - h, x + w, horizon + 40)
    paint = ((200, 80, 60), (225, 215, 195), (90, 90, 120))[rng.integers(3)]
    draw.rectangle(wall, fill=near(*paint))
    eaves, ridge = horizon - h, horizon - h - rng.uniform(80, 150)
    draw.polygon([(x - w - 25, eaves), (x + w + 25, eaves), (x, ridge)], fill=near(110, 50, 40))
    draw.rectangle((x - 22, horizon - 70, x + 22, horizon + 40), fill=near(60, 40, 30))
    x, r, high = rng.uniform(60, 540), rng.uniform(45, 85), rng.uniform(120, 230)
    draw.rectangle((x - 12, horizon - high, x + 12, horizon + 90), fill=near(90, 60, 40))
    draw.ellipse((x - r, horizon - high - r, x + r, horizon - high + r), fill=near(40, 100, 45))
    image = image.filter(ImageFilter.GaussianBlur(1.5))
    grain = rng.normal(0, 8, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def take_photographs(folder: Path, count: int) -> None:
    """Save ``count`` scenes as JPEG, held upright or not."""
    rng = np.random.default_rng(0)
    for n in range(count):
        orientation = int(rng.choice(list(TURNS)))
        turn = TURNS[orientation]
        image = scene(rng)
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        held = image if turn is None else image.transpose(turn)
        held.save(folder / f"photo{n:03d}.jpg", quality=88, exif=exif)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--side", default="32")
    parser.add_argument("--colour", default="rgb")
    parser.add_argument("--family", default="conv")
    parser.add_argument("--latent-dim", default="32")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch-size", type=int)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "photographs"
        folder.mkdir()
        take_photographs(folder, chosen.count)
        name = f"folder:{folder}?side={chosen.side}&colour={chosen.colour}"
        train, test = data.load(name, "train"), data.load(name, "test")
        batch = chosen.batch_size or usual_batch_size(len(train))
        epochs = chosen.epochs or usual_epochs(len(train))
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "aecore", "train", "--family", chosen.family,
             "--latent-dim", chosen.latent_dim, "--dataset", name, "--epochs", str(epochs),
             "--batch-size", str(batch), "--run", f"{place}/run", "--json"],
            cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        seconds = time.perf_counter() - started
        told = json.loads(done.stdout)
    mean = train.pixels.mean(axis=0, dtype=np.float64)
    mean_mse = (((test.pixels - mean) / 255) ** 2).mean(axis=(1, 2, 3))
    found = {
        "photographs": chosen.count,
        "shape": train.shape,
        "family": chosen.family,
        "latent_dim": told["latent_dim"],
        "epochs": epochs,
        "batch_size": batch,
        "command_seconds": round(seconds, 1),
        "training_seconds": told["seconds"],
        "mse": told["mse"],
        "psnr": told["psnr"],
        "mean_image_mse": float(mean_mse.mean()),
        "mean_image_psnr": float((-10 * np.log10(mean_mse)).mean()),
    }
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
