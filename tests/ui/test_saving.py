"""What screens offer as files: what is in them, that each can be made, and the page alone."""

import csv
import io
from urllib.parse import parse_qsl

import apptest
import numpy as np
import pytest
from apptest import click, complaints
from PIL import Image

from ui import making, saving
from ui.saving import File

OFFERED = {
    "plane": {"tiles.png", "codes.csv", "codes.npz"},
    "map": {"positions.csv", "codes.npz"},
    "denoise": {"psnr.csv"},
    "reconstruct": {"pictures.png", "errors.csv", "codes.npz"},
    "inside": {"codes.csv", "codes.npz"},
    "anomalies": {"scores.csv"},
    "anomalies?anomaly_of=series": {"errors.csv"},
    "compress": {"bytes.csv"},
    "compress?compress=rates": {"figures.csv"},
    "compress?compress=lossless": {"bits.csv"},
    "compress?compress=hearts": {"losses.csv", "pictures.png"},
    "compress?compress=unique": {"codes.csv"},
    "generate": {"digits.png", "digits.csv"},
    "generate?making=walk": {"pictures.png", "readings.csv"},
    "generate?making=sum": {"codes.npz"},
    "features": {"groups.csv"},
    "features?few=labels": {"accuracy.csv"},
    "swap": {"pictures.png", "readings.csv"},
}


def read(file: File) -> object:
    """What a program makes of a file."""
    content = file.content()
    if file.suffix == "csv":
        return list(csv.reader(io.StringIO(content.decode())))
    if file.suffix == "npz":
        return dict(np.load(io.BytesIO(content)))
    return np.array(Image.open(io.BytesIO(content)))


def test_a_table_has_its_heads_and_no_formulas():
    rows = [(1, "=SUM(A1)"), (-2, "a,b"), ("-23.7", "-A1")]
    file = saving.table("t", "T", ("image", "class"), lambda: rows)
    expected = [["1", "'=SUM(A1)"], ["-2", "a,b"], ["-23.7", "'-A1"]]
    assert read(file) == [["image", "class"], *expected]


def test_arrays_come_back_and_are_no_pickles():
    arrays = {"codes": np.eye(3, dtype=np.float32), "labels": np.arange(3)}
    found = read(saving.arrays("a", "A", lambda: arrays))
    assert found.keys() == arrays.keys()
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)


def test_rows_of_pictures_lie_below_each_other():
    rows = [np.full((3, 1, 4, 5), 200, np.uint8), np.full((2, 3, 4, 5), 0.5, np.float32)]
    sheet = read(saving.pictures("p", "P", lambda: rows))
    assert sheet.shape == (8, 15, 3)
    assert (sheet[:4] == 200).all() and (sheet[4:, :10] == 128).all() and not sheet[4:, 10:].any()


@pytest.mark.parametrize("screen", OFFERED)
def test_every_file_of_a_screen_can_be_made_and_read(screen, monkeypatch):
    offered: dict[str, File] = {}

    def keep(_screen: str, *files: File, home: object = None) -> None:
        offered.update({f"{file.name}.{file.suffix}": file for file in files})

    monkeypatch.setattr(saving, "offer", keep)
    name, _mark, said = screen.partition("?")
    app = apptest.opened(name, **dict(parse_qsl(said)))
    assert complaints(app) == []
    assert offered.keys() == OFFERED[screen]
    assert all(len(read(file)) > 1 for file in offered.values())


def test_a_page_goes_home_with_the_model_on_screen():
    app = click(apptest.opened("plane", plane="aae-2"), "Take home")
    assert complaints(app) == []
    labels = [each.proto.label for each in app.get("download_button")]
    assert "Download plane.html" in labels
    (page,) = saving._PAGES._values.values()
    assert b"<!doctype html>" in page[:20] and len(page) < 3e6


def test_a_page_that_cannot_be_made_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(making, "PROJECT", tmp_path)  # without our modules
    app = click(apptest.opened("plane"), "Take home")
    assert "could not be made" in app.error[0].value
