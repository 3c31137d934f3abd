"""A checkpoint as a program without aecore: it runs, loads our weights, and trains as we do."""

import os
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from safetensors.torch import load_file

from aecore import checkpoint, data
from aecore.__main__ import main
from aecore.checkpoint import Card
from aecore.exchange import script
from aecore.messages import Problem
from aecore.models import MODELS, build
from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Run

# beside each family as it comes: what changes the program
OTHERS = {
    "sparse, KL": ("sparse", {"penalty": "kl", "widths": [16]}, {}),
    "pooled": ("conv", {"layout": "pooled", "channels": [4, 4], "latent_dim": 196}, {}),
    "LSTM": ("recurrent", {"cell": "lstm", "width": 8}, {}),
    "bare": ("recurrent", {"layout": "bare", "latent_dim": 8}, {}),
    "dropout and decay": ("deep", {"dropout": 0.2, "widths": [16]}, {"weight_decay": 0.01}),
    "noise": ("deep", {"widths": [16]}, {"corruption": "gaussian", "strength": 0.5}),
    "jigsaw": ("deep", {"widths": [16]}, {"corruption": "jigsaw", "strength": 1.0}),
    "few images": ("simple", {}, {"images": 300, "validation": 0.1, "steps": 9}),
    "noise on the input": ("simple", {}, {"input_noise": 0.3}),
}
SMALL = {
    "deep": {"widths": [16]},
    "sparse": {"widths": [16]},
    "conv": {"channels": [4], "width": 16},
    "conv_vae": {"channels": [4], "width": 16},
    "recurrent": {"width": 8},
    "vae": {"widths": [16]},
    "cvae": {"widths": [16]},
    "aae": {"widths": [16]},
}
CASES = {
    name: (name, SMALL.get(name, {}), {}) for name in MODELS if name != "recurrent_vae"
} | OTHERS


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """The digits as the program takes them."""
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    arrays = {}
    for split in ("train", "test"):
        images = data.load("digits", split)
        arrays |= {split: images.pixels, f"{split}_labels": images.labels}
    np.savez(path, **arrays)
    return path


def ran(program, *arguments) -> dict[str, float]:
    """The figures that a program prints, run where there is no aecore."""
    done = subprocess.run(
        [sys.executable, "-I", str(program), *map(str, arguments)],
        cwd=program.parent,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = [line.split() for line in done.stdout.splitlines() if not line.startswith("epoch")]
    return {name: float(value) for name, value in told}


def in_here(text: str) -> dict:
    """The names that a program makes, without a process of its own."""
    names: dict = {"__name__": "program"}
    exec(compile(text, "program", "exec"), names)
    return names


@pytest.mark.training
@pytest.mark.parametrize("case", CASES)
def test_it_trains_to_the_same_weights(tmp_path, digits, case):
    family, settings, recipe = CASES[case]
    settings = {"latent_dim": 3, **settings}
    wanted = Recipe(**{"epochs": 2, "batch_size": 200, "seed": 3, "precision": "float32", **recipe})
    run = Run.prepared(Plan(family, settings, "digits", wanted), tmp_path / "run")
    run.train()
    text = script.program(checkpoint.describe(run.checkpoint), "model.safetensors")
    assert "aecore" not in text
    names = in_here(text)
    names["main"](["--data", str(digits), "--train", "--out", str(tmp_path / "made.safetensors")])
    made, ours = load_file(tmp_path / "made.safetensors"), load_file(run.checkpoint)
    assert made.keys() == ours.keys()
    for name, tensor in ours.items():
        np.testing.assert_allclose(made[name], tensor, atol=2e-4, err_msg=name)


@pytest.mark.parametrize(
    ("family", "settings"), [("recurrent_vae", {}), ("simple", {"symbols": True})]
)
def test_what_is_not_written_as_a_script_says_so(family, settings):
    config = build(family, image_shape=(1, 8, 9), latent_dim=3, **settings).config
    card = Card("mine", family, config.to_json(), "mnist")
    with pytest.raises(Problem, match="layers or losses of its own"):
        script.program(card, "model.safetensors")


def test_a_shipped_model_has_our_figures(tmp_path, mnist_folder, mnist_test, capsys):
    path = checkpoint.shipped()["deep-32"]
    out = tmp_path / "deep.py"
    assert main(["export", str(path), "--to", "script", "--out", str(out)]) == 0
    (tmp_path / path.name).write_bytes(path.read_bytes())
    np.savez(tmp_path / "mnist.npz", test=mnist_test.pixels)
    found = ran(out, "--data", tmp_path / "mnist.npz")
    card = checkpoint.describe(path)
    for name in ("mse", "bce", "psnr"):
        assert found[name] == pytest.approx(card.metrics[name], rel=1e-3)


@pytest.mark.parametrize("name", checkpoint.shipped())
def test_every_shipped_model_is_a_program_that_loads_its_weights(name):
    path = checkpoint.shipped()[name]
    card = checkpoint.describe(path)
    model = in_here(script.program(card, path.name))["Model"]()
    own = {key: tuple(tensor.shape) for key, tensor in model.state_dict().items()}
    assert own == checkpoint.read_header(path).shapes


def test_the_same_as_a_notebook(tmp_path, digits, monkeypatch, capsys):
    wanted = Recipe(epochs=1, batch_size=200, precision="float32")
    run = Run.prepared(Plan("simple", {"latent_dim": 3}, "digits", wanted), tmp_path / "run")
    run.train()
    out = tmp_path / "run" / "mine.ipynb"
    assert main(["export", str(run.checkpoint), "--to", "notebook", "--out", str(out)]) == 0
    capsys.readouterr()
    notebook = nbformat.read(out, as_version=4)
    nbformat.validate(notebook)
    first, *code = notebook.cells
    assert first.cell_type == "markdown" and "as it was trained" in first.source
    monkeypatch.chdir(tmp_path / "run")
    names: dict = {"__name__": "__main__"}
    for cell in code:
        exec(cell.source.replace('"data"', repr(str(digits))), names)
    found = dict(line.split() for line in capsys.readouterr().out.splitlines())
    card = checkpoint.describe(run.checkpoint)
    assert float(found["mse"]) == pytest.approx(card.metrics["mse"], rel=1e-4)


@pytest.mark.parametrize(
    ("family", "settings", "recipe", "said"),
    [
        ("deep", {}, {"patience": 3, "validation": 0.1}, "early stopping"),
        ("deep", {"pretraining": 0.5}, {}, "layer-wise pretraining"),
        ("aae", {"prior": "ring"}, {}, "a prior of another shape"),
    ],
)
def test_what_is_not_written_is_told(family, settings, recipe, said):
    model = build(family, image_shape=(1, 6, 6), latent_dim=2, **settings)
    card = Card("mine", family, model.config.to_json(), recipe=Recipe(**recipe).to_json())
    with pytest.raises(Problem, match=f"“mine” was trained with {said}"):
        script.program(card, "x.safetensors")


def test_a_program_that_would_learn_something_else_is_not_written(monkeypatch):
    monkeypatch.setitem(script.LOSSES, "sparse", script.LOSSES[""])
    card = checkpoint.describe(checkpoint.shipped()["sparse-32"])
    with pytest.raises(Problem, match="losses of its own, which is not written"):
        script.program(card, "sparse-32.safetensors")
