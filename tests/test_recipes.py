"""The recipes run as they stand, and what they do works."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aecore import data

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

RECIPES = Path(__file__).resolve().parent.parent / "docs" / "recipes"


@pytest.fixture
def run(monkeypatch):
    """Runs the recipe of that name with these arguments; gives its variables."""

    def run(name, *arguments):
        monkeypatch.setattr("sys.argv", [name, *map(str, arguments)])
        return runpy.run_path(str(RECIPES / f"{name}.py"), run_name="__main__")

    return run


@pytest.fixture
def ones(tmp_path) -> Path:
    """A folder with two hundred pictures of ones, 28×28 pixels."""
    pixels = data.decoded_mnist().of_classes([1]).pixels[:200]
    folder: Path = tmp_path / "ones"
    folder.mkdir()
    for number, picture in enumerate(pixels):
        Image.fromarray(picture[0]).save(folder / f"one-{number:03}.png")
    return folder


def test_the_table_lists_all_of_them():
    table = (RECIPES / "README.md").read_text("utf-8")
    for path in RECIPES.glob("*.py"):
        assert f"]({path.name})" in table


def test_a_table_becomes_a_map(run):
    made = run("map_of_a_table")
    assert made["positions"].shape == (1797, 2)
    assert made["found"] > 0.9


def test_labels_spread_on_codes(run):
    right = run("few_labels")["right"]
    assert right["codes of all images"] > right["the twenty alone"] + 0.03


def test_an_eight_is_strange_among_ones(run, ones):
    eight = data.decoded_mnist().of_classes([8]).pixels[0, 0]
    Image.fromarray(eight).save(ones / "eight.png")
    assert run("strange_pictures", ones)["strangest"][0].endswith("eight.png")


def test_a_folder_is_denoised(run, ones, tmp_path):
    made = run("denoise_folder", ones, tmp_path / "restored")
    assert made["after"] > made["before"] + 3
    written = sorted((tmp_path / "restored").iterdir())
    assert len(written) == len(made["test"])
    assert np.asarray(Image.open(written[0])).shape == (28, 28)


def test_models_are_compared_and_the_better_one_exported(run, tmp_path):
    made = run("export_and_compare", tmp_path / "models")
    assert made["errors"]["deep"] < made["errors"]["simple"]
    assert np.mean((made["copies"] - made["test"].pixels / 255) ** 2) == pytest.approx(
        made["errors"]["deep"], rel=1e-3
    )
