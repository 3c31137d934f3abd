"""The command line, as a shell sees it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from aecore import checkpoint
from aecore.__main__ import main
from aecore.map_file import load_map

ROOT = Path(__file__).resolve().parents[2]


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "aecore", *arguments],
        cwd=ROOT,
        env=os.environ.copy(),
        capture_output=True,
        text=True,
    )


def test_list_names_everything(capsys):
    assert main(["list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"simple", "deep", "conv", "vae", "conv_vae"} <= found["families"].keys()
    assert {"mnist", "fashion_mnist", "digits"} <= found["datasets"].keys()
    assert {"none", "gaussian", "salt_pepper", "block", "lowres"} <= found["corruptions"].keys()
    assert main(["list"]) == 0
    assert "deep-32.safetensors" in capsys.readouterr().out


@pytest.mark.training
def test_train_evaluate_project_from_a_shell(tmp_path):
    run = tmp_path / "runs" / "mine"
    done = shell(
        *"train --family vae --latent-dim 2 --dataset digits --epochs 2 --seed 3".split(),
        *"--corruption gaussian --strength 0.4 --set beta=2 --json --run".split(),
        str(run),
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["state"] == "done" and told["family"] == "vae"
    assert "epoch 2/2" in done.stderr
    path = run / "model.safetensors"
    card = checkpoint.describe(path)
    assert (card.seed, card.corruption, card.strength) == (3, "gaussian", 0.4)
    assert card.config["beta"] == 2

    done = shell("evaluate", str(path), *"--dataset digits --json".split())
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    for key in ("family", "latent_dim", "corruption", "bce", "mse", "psnr", "recon", "kl"):
        assert key in figures
    assert 0 < figures["bce"] < 0.7 and figures["kl"] > 0

    out = tmp_path / "map.safetensors"
    done = shell("project", str(path), *"--dataset digits --out".split(), str(out), "--json")
    assert done.returncode == 0, done.stderr
    made = load_map(out)
    assert made.codes.shape == (len(made.labels), 2)
    assert made.facts["points"] == len(made.labels) and made.facts["trustworthiness"] > 0.5


def test_the_same_command_gives_the_same_figures(capsys, runs_folder):
    command = "train --family simple --dataset digits --epochs 1 --json --precision float32 --run"
    told = []
    for name in ("a", "b"):
        assert main([*command.split(), str(runs_folder / name)]) == 0
        told.append(json.loads(capsys.readouterr().out)["bce"])
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "command",
    [
        "train --family transformer --dataset digits",
        "train --family deep --latent-dim 0 --dataset digits",
        "train --family deep --latent-dim 257 --dataset digits",
        "train --dataset nothing",
        "train --dataset folder:nowhere",
        "train --dataset digits --corruption fog",
        "train --dataset digits --epochs 0",
        "train --dataset digits --set beta",
        "train --dataset digits --set colour=1",
        "train --resume",
        "train --resume --run nowhere",
        "evaluate nowhere.safetensors",
        "evaluate pyproject.toml",
        "evaluate checkpoints/deep-32.safetensors --dataset digits --strength 2 "
        "--corruption gaussian",
        "evaluate checkpoints/map.safetensors",
        "project checkpoints/deep-32.safetensors --dataset digits --perplexity 9999 --out x",
        "project checkpoints/deep-32.safetensors --dataset digits --points 3 --out x",
        "evaluate checkpoints/deep-32.safetensors --dataset digits --seed -1",
        "evaluate checkpoints/deep-32.safetensors --dataset digits --seed 99999999999999999999",
        "train --dataset digits --seed -1",
        "train --dataset digits --set beta=" + "[" * 100_000,
        "download digits",
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(command, capsys, runs_folder, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert main(command.split()) == 1
    told = capsys.readouterr().err.strip()
    assert told.startswith("aecore: ") and "\n" not in told and "Traceback" not in told
    assert not runs_folder.exists() or not list(runs_folder.glob("*/model.safetensors"))
    assert not Path("x").exists()


def test_a_run_is_not_overwritten(runs_folder, capsys):
    command = ["train", *"--family simple --dataset digits --epochs 1 --run".split()]
    assert main([*command, str(runs_folder / "a")]) == 0
    before = (runs_folder / "a" / "model.safetensors").read_bytes()
    assert main([*command, str(runs_folder / "a")]) == 1
    assert "there already" in capsys.readouterr().err
    assert (runs_folder / "a" / "model.safetensors").read_bytes() == before


@pytest.mark.parametrize(("each", "known"), [(3, 5), (10, 16)])
def test_few_training_pictures_all_vote(tmp_path, capsys, each, known):
    """Two classes, dark and bright; four fifths of the pictures are training ones."""
    for name, grey in (("dark", 0), ("bright", 255)):
        (tmp_path / name).mkdir()
        for i in range(each):
            Image.new("L", (28, 28), abs(grey - i)).save(tmp_path / name / f"{i}.png")
    model = ROOT / "checkpoints" / "deep-32.safetensors"
    command = ["evaluate", str(model), "--dataset", f"folder:{tmp_path}", "--neighbours", "--json"]
    assert main(command) == 0
    out, told = capsys.readouterr()
    figures = json.loads(out)
    assert figures["neighbours"] == min(10, known) and 0 <= figures["code_knn_accuracy"] <= 1
    said = f"aecore: there are only {known} training codes; all of them vote\n"
    assert told == (said if known < 10 else "")


def refused(capsys, *arguments: str) -> str:
    """What is said of a command that cannot be carried out."""
    assert main(arguments) == 1
    return capsys.readouterr().err.strip().removeprefix("aecore: ")


def test_a_setting_that_the_family_lacks_is_told_with_those_that_it_has(capsys):
    train = ["train", "--dataset", "digits", "--set"]
    told = refused(capsys, *train, "hidden=[]")
    assert told.startswith("There is no setting “hidden” of deep. There are: latent_dim, ")
    assert "image_shape" not in told
    assert "no setting “image_shape” of deep" in refused(capsys, *train, "image_shape=[1,8,8]")
    assert refused(capsys, *train, "=3").startswith("“=3” is not a setting; expected is NAME=JSON")


def test_an_empty_name_is_no_name(capsys):
    train = ["train", "--dataset", "digits"]
    assert refused(capsys, *train, "--family", "").startswith("There is no model family “”. There")
    assert refused(capsys, *train, "--preset", "").startswith("There is no preset “”. There are: ")
    told = refused(capsys, "check", "--dataset", "folder:")
    assert told == "After folder: the path of a folder, an archive or a data file is missing."


@pytest.mark.parametrize("choice", ["", "?side=32"])
def test_of_a_bare_path_it_is_told_how_to_write_it(tmp_path, capsys, choice):
    path = tmp_path / "x.npy"
    path.write_bytes(b"")
    model = str(ROOT / "checkpoints" / "deep-32.safetensors")
    for command in (["check"], ["train"], ["evaluate", model]):
        told = refused(capsys, *command, "--dataset", f"{path}{choice}")
        assert told.endswith(f"; write folder:{path}{choice}.")
    path.unlink()
    assert refused(capsys, "check", "--dataset", str(path)).startswith("There is no data set")


def test_neighbours_of_a_single_class_tell_nothing(tmp_path, capsys):
    for i in range(8):
        Image.new("L", (28, 28), 30 * i).save(tmp_path / f"{i}.png")
    model = str(ROOT / "checkpoints" / "deep-32.safetensors")
    command = ["evaluate", model, "--dataset", f"folder:{tmp_path}", "--neighbours"]
    assert "have no classes" in refused(capsys, *command)
