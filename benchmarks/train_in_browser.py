"""Training in the browser: milliseconds an epoch, and seconds until the test part's BCE is reached.

    python benchmarks/train_in_browser.py
    python benchmarks/train_in_browser.py --epochs 3     # no more than that of each

In headless Chromium the modules of the published Train page train ``simple`` and the small
``deep`` on the 1,600 decoded digits as the page does, in its worker, with frames for the time
machine; decoding the digits and fetching all counts as well. The peer is PyTorch's own loop of the
same recipe on the same images with one thread: its layers, its Adam, without frames. Prints one
JSON object.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from machine import describe_machine
from torch import nn

# machine.py has seen to the project itself
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from chromium import modules_served, running_chromium

from aecore import checkpoint, network_halves
from aecore.map_file import MAP, load_map
from pages.train import here

TARGET = 0.10  # nats per pixel on the test part

IN_BROWSER = """
  async ([files, order]) => {
    const { unpack } = await import("/shared/tensors.js");
    const [digits, decoder] = files.map((bytes) => unpack(Uint8Array.from(bytes)));
    const started = performance.now();
    const worker = new Worker("/train/trainer.js", { type: "module" });
    const rows = await new Promise((resolve, reject) => {
      const found = [];
      worker.onerror = reject;
      worker.onmessage = ({ data: { epoch, done } }) => {
        if (epoch) found.push({ ...epoch.row, since: (performance.now() - started) / 1000 });
        if (done || found.length === order.most) resolve(found);
      };
      worker.postMessage({ ...order, decode: { digits, decoder } });
    });
    worker.terminate();
    return rows;
  }
"""


def in_browser(page: Any, widths: list[int], recipe: here.Recipe, most: int) -> list[Any]:
    """The page's own training: an epoch's losses, its seconds, and those since the click."""
    halves = network_halves.packed(here.DECODER)
    assert halves is not None
    files = [list(here.packed_digits(checkpoint.digest(MAP))), list(halves.decoder)]
    plan = {"batch": recipe.batch, "rate": recipe.rate, "epochs": recipe.epochs, "seed": 0}
    order = {"plan": {"widths": widths, **plan}, "count": here.IMAGES, "learned": here.LEARNED}
    order |= {"drawings": [], "done": 0, "state": None, "most": most}
    rows: list[Any] = page.evaluate(IN_BROWSER, [files, order])
    return rows


def in_torch(x: torch.Tensor, widths: list[int], recipe: here.Recipe, most: int) -> list[Any]:
    """The same recipe in PyTorch."""
    torch.manual_seed(0)
    sizes, layers = [*widths, *widths[-2::-1]], []
    for place, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
        layers.append(nn.Linear(inputs, outputs))
        if place not in (len(widths) - 2, len(sizes) - 2):
            layers.append(nn.SiLU())
    model, rows, spent = nn.Sequential(*layers), [], 0.0
    learned, test = x[: here.LEARNED], x[here.LEARNED :]
    nn.init.zeros_(layers[-1].bias).data += torch.logit(learned.mean(0).clamp(1e-3, 1 - 1e-3))
    adam = torch.optim.Adam(model.parameters(), lr=recipe.rate)
    loss_of = nn.BCEWithLogitsLoss()
    steps = len(learned) // recipe.batch
    for epoch in range(min(recipe.epochs, most)):
        started, total = time.perf_counter(), 0.0
        order = torch.randperm(len(learned))
        for step in range(steps):
            batch = learned[order[step * recipe.batch : (step + 1) * recipe.batch]]
            adam.param_groups[0]["lr"] = recipe.rate * (1 - (epoch + step / steps) / recipe.epochs)
            adam.zero_grad()
            loss = loss_of(model(batch), batch)
            (loss * widths[0]).backward()
            adam.step()
            total += loss.item() / steps
        with torch.inference_mode():
            tested = float(loss_of(model(test), test))
        seconds = time.perf_counter() - started
        spent += seconds
        rows.append({"train": total, "test": tested, "seconds": seconds, "since": spent})
    return rows


def told(rows: list[Any]) -> dict[str, Any]:
    """When the target was reached, and what an epoch takes."""
    reached = [(n, row["since"]) for n, row in enumerate(rows, 1) if row["test"] <= TARGET]
    return {
        "epochs": len(rows),
        "milliseconds_an_epoch": round(1000 * float(np.median([row["seconds"] for row in rows]))),
        "seconds_in_all": round(rows[-1]["since"], 1),
        "to_target": {"epoch": reached[0][0], "seconds": round(reached[0][1], 1)}
        if reached
        else None,
        "test_bce": round(rows[-1]["test"], 4),
        "train_bce": round(rows[-1]["train"], 4),
    }


def digits() -> torch.Tensor:
    """The same images as in the browser, but for a grey level or two."""
    model = checkpoint.load(here.DECODER)[0]
    some = np.random.default_rng(0).permutation(len(load_map().codes))[: here.IMAGES]
    with torch.inference_mode():
        drawn = model.decode(torch.from_numpy(load_map().codes[some]))
    return ((drawn * 255).round() / 255).flatten(1).clone()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=1000, help="at most")
    most = parser.parse_args().epochs
    torch.set_num_threads(1)
    x = digits()
    found: dict[str, Any] = {"target": TARGET}
    with running_chromium() as chromium, modules_served() as address:
        page = chromium.new_page()
        page.goto(f"{address}/jsconfig.json")
        for name, recipe in here.RECIPES.items():
            widths = [here.PIXELS, *recipe.hidden, here.NUMBERS]
            browser = told(in_browser(page, widths, recipe, most))
            peer = told(in_torch(x, widths, recipe, most))
            ratio = browser["milliseconds_an_epoch"] / peer["milliseconds_an_epoch"]
            found[name] = {"browser": browser, "torch": peer, "times_torch": round(ratio, 1)}
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
