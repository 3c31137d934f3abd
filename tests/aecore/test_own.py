"""Own pictures: folders and archives of every kind, and what is made of them."""

import json
import os
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from aecore import checkpoint
from aecore.__main__ import main
from aecore.data import SPLITS, archives, dataset, load, own, sources
from aecore.data.own import OwnPictures
from aecore.messages import Problem
from aecore.models import MODELS, build


def picture(path, value, size=(28, 28)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, value).save(path)


@pytest.fixture
def album(tmp_path):
    """Two classes of ten pictures; the pixel values tell them apart."""
    for index in range(10):
        picture(tmp_path / "album" / "cats" / f"{index}.png", 10 + index)
        picture(tmp_path / "album" / "dogs" / f"{index}.png", 100 + index)
    return tmp_path / "album"


def zipped(folder, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(folder.parent))
    return path


@pytest.mark.parametrize("as_zip", [False, True])
def test_subfolders_are_classes(album, tmp_path, as_zip):
    path = zipped(album, tmp_path / "album.zip") if as_zip else album
    entry = dataset(f"folder:{path}")
    assert entry.on_this_machine() and not entry.downloadable
    assert entry.classes == ("cats", "dogs") and entry.title == path.name
    train, test = entry.load("train"), entry.load("test")
    assert (len(train), len(test)) == (16, 4)
    assert train.shape == (1, 28, 28) and train.dataset == entry.name
    for images in (train, test):
        assert np.array_equal(images.labels == 1, images.pixels[:, 0, 0, 0] >= 100)
        assert images.note == ""
    values = sorted([*train.pixels[:, 0, 0, 0], *test.pixels[:, 0, 0, 0]])
    assert values == [*range(10, 20), *range(100, 110)]  # no picture twice, none lost
    assert np.array_equal(load(entry.name, "test").pixels, test.pixels)
    other = load(f"{entry.name}?seed=1", "test")
    assert not np.array_equal(other.pixels, test.pixels)


def test_more_classes_than_a_byte_counts_are_none_and_that_is_said(tmp_path):
    for n in range(257):
        picture(tmp_path / "many" / str(n) / "a.png", n % 256, (2, 2))
    entry = dataset(f"folder:{tmp_path / 'many'}")
    assert entry.classes == () and entry.load("train").labels is None
    assert [str(each) for each in entry.remarks] == [
        "Without classes: 257 are more than the 256 that can be told apart here."
    ]
    (tmp_path / "many" / "0" / "a.png").unlink()
    assert load(f"folder:{tmp_path / 'many'}", "train").labels.max() <= 255


def test_pictures_of_any_size_and_shape(tmp_path):
    for index, size in enumerate([(8, 8), (300, 20), (5, 400), (64, 64)]):
        picture(tmp_path / f"{index}.png", 50 * index, size)
    entry = OwnPictures(tmp_path, side=17, colour="rgb")
    assert entry.load("train").pixels.shape == (3, 3, 17, 17)
    assert entry.classes == () and entry.load("train").labels is None


def test_pictures_beside_subfolders_have_no_classes(album):
    picture(album / "stray.png", 5)
    assert dataset(f"folder:{album}").classes == ()


def test_unreadable_files_are_left_out_and_named(album):
    for index in range(9):
        (album / "cats" / f"broken{index}.png").write_bytes(b"no picture")
    (album / "cats" / "notes.txt").write_text("not a picture, and not meant to be")
    picture(album / "cats" / ".hidden.png", 1)
    entry = dataset(f"folder:{album}")
    train, test = entry.load("train"), entry.load("test")
    assert len(train) + len(test) == 20
    told = [each.note.format(**each.note_values) for each in (train, test)]
    assert "cats/broken" in told[0] and "(+4)" in told[0]
    assert "notes.txt" not in "".join(told)


def test_folders_without_pictures(tmp_path):
    with pytest.raises(Problem, match=r"too few pictures \(0\)"):
        load(f"folder:{tmp_path}", "test")
    picture(tmp_path / "one.png", 1)
    with pytest.raises(Problem, match=r"too few pictures \(1\)"):
        load(f"folder:{tmp_path}", "test")
    for index in range(5):
        (tmp_path / f"{index}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "one.png").write_bytes(b"")
    with pytest.raises(Problem, match="None of the"):
        load(f"folder:{tmp_path}", "train")
    assert not dataset(f"folder:{tmp_path}/nowhere").on_this_machine()
    with pytest.raises(Problem, match="no folder, archive or data file"):
        load(f"folder:{tmp_path}/nowhere", "test")


def test_links_out_of_the_folder_are_not_followed(album, tmp_path):
    picture(tmp_path / "secret" / "private.png", 77)
    os.symlink(tmp_path / "secret" / "private.png", album / "cats" / "private.png")
    os.symlink(tmp_path / "secret", album / "linked")
    os.symlink(album, album / "cats" / "round")
    os.mkfifo(album / "cats" / "pipe.png")  # would wait for ever
    entry = dataset(f"folder:{album}")
    assert len(entry.names) == 20 and not any("private" in name for name in entry.names)


def test_a_link_to_itself_is_no_picture(album):
    before = OwnPictures(album).names
    (album / "x.png").symlink_to(album / "x.png")
    assert OwnPictures(album).names == before


def test_a_relative_path_is_completed(album, monkeypatch):
    monkeypatch.chdir(album.parent)
    assert OwnPictures.named(f"folder:{album.name}").name == f"folder:{album}"


def test_too_many_files(album, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILES", 15)
    with pytest.raises(Problem, match="more than 15 files"):
        load(f"folder:{album}", "test")


def test_too_many_pictures(album, monkeypatch):
    monkeypatch.setattr(own, "MAX_RESULT", 19 * 28 * 28)
    with pytest.raises(Problem, match="20 pictures, too many for their size"):
        load(f"folder:{album}", "test")


def test_a_huge_file_is_left_out(album, monkeypatch):
    monkeypatch.setattr(archives, "MAX_FILE", 1000)
    (album / "cats" / "0.png").write_bytes(bytes(1001))
    images = [load(f"folder:{album}", split) for split in SPLITS]
    assert sum(map(len, images)) == 19


def test_a_name_that_is_not_utf8_can_be_shown(album):
    with open(os.fsencode(album) + b"/cats/\xff.png", "wb") as file:
        file.write(b"no picture")
    images = [load(f"folder:{album}", split) for split in SPLITS]
    note = "".join(each.note.format(**each.note_values) for each in images)
    assert "cats/?.png" in note and note.encode("utf-8")


# the choice behind the path


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("", {}),
        ("?side=32", {"side": 32}),
        ("?colour=rgb&seed=3", {"colour": "rgb", "seed": 3}),
        ("?side=16&mend=centre,invert", {"side": 16, "mend": ("invert", "centre")}),
    ],
)
def test_a_name_carries_the_choice(album, choice, expected):
    entry = dataset(f"folder:{album}{choice}")
    assert {name: getattr(entry, name) for name in expected} == expected
    assert entry.path == album and entry.title == "album"
    assert dataset(entry.name) == entry  # what a checkpoint's header says leads back here
    assert entry.load("test").shape == entry.shape


@pytest.mark.parametrize("ending", ["?side=32", "? what", "?", "?x=1", "?side=20?seed=1"])
def test_a_path_may_have_question_marks_of_its_own(tmp_path, ending):
    path = tmp_path / f"album{ending}"
    for n in range(4):
        picture(path / f"{n}.png", 40 * n)
    entry = OwnPictures(path)
    assert dataset(entry.name).path == path and len(load(entry.name, "train")) == 3
    other = OwnPictures(path, side=16)
    assert dataset(other.name) == other


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ("side=15", "is 15; it must be from 16 to 64"),
        ("side=65", "is 65"),
        ("side=big", "“big” is no side"),
        ("colour=sepia", "can't be made “sepia”"),
        ("seed=-1", "“-1” is no seed"),
        ("mend=everything", "called “everything”. There are: invert, centre, drop"),
    ],
)
def test_a_bad_choice_is_told(album, choice, sentence):
    with pytest.raises(Problem, match=sentence):
        dataset(f"folder:{album}?{choice}")


def test_colours_are_kept_or_made_grey(tmp_path):
    for n in range(4):
        Image.new("RGB", (90, 60), (200, 100, 5 + n)).save(tmp_path / f"{n}.png")
    assert load(f"folder:{tmp_path}?colour=rgb", "train").pixels[0, :2, 9, 9].tolist() == [200, 100]
    assert load(f"folder:{tmp_path}", "train").shape == (1, 28, 28)


def test_a_changed_folder_is_read_anew(album):
    name = f"folder:{album}"
    assert len(load(name, "train")) == 16
    for n in range(5):
        picture(album / "cats" / f"new{n}.png", 200 + n)
    train, test = load(name, "train"), load(name, "test")
    assert len(train) + len(test) == 25
    assert max(train.pixels.max(), test.pixels.max()) == 204


def test_mending_leaves_out_what_is_no_use_before_the_split(tmp_path):
    rng = np.random.default_rng(0)
    for n in range(10):
        square = np.zeros((28, 28), np.uint8)
        square[8:20, 8:20] = rng.integers(60, 255, (12, 12))
        Image.fromarray(square).save(tmp_path / f"{n}.png")
        Image.fromarray(255 - square).save(tmp_path / f"{n}-negative.png")
        Image.fromarray(square).save(tmp_path / f"{n}-twin.png")
    Image.new("L", (28, 28)).save(tmp_path / "nothing.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    name = f"folder:{tmp_path}"
    kinds = {each.kind: each for each in OwnPictures.named(name).checkup().findings}
    assert kinds["unreadable"].names == ("broken.png",)
    assert kinds["empty"].names == ("nothing.png",)
    assert len(kinds["copy"].names) == 10 and len(kinds["inverted"].names) == 10
    mended = OwnPictures.named(f"{name}?mend=invert,drop")
    train, test = mended.load("train"), mended.load("test")
    assert (len(train), len(test)) == (16, 4)
    assert train.pixels[:, 0, 0, 0].max() == 0  # all light on dark
    assert "broken.png" in str(train.note_values)
    left = {each.kind for each in mended.checkup().findings}
    assert left == {"unreadable", "few", "copy"}  # the negatives have become copies
    for path in tmp_path.glob("*.png"):
        if path.name not in ("0.png", "0-twin.png"):
            path.unlink()
    with pytest.raises(Problem, match=r"too few pictures \(1\)"):
        load(f"{name}?mend=drop", "train")


# zip archives


@pytest.fixture
def archive(album, tmp_path):
    return zipped(album, tmp_path / "album.zip")


@pytest.mark.parametrize(
    "name",
    ["../out.png", "a/../../out.png", "/etc/out.png", "C:/out.png", "..\\out.png", "c:x.png"],
)
def test_an_archive_with_names_outside_is_refused(archive, name, tmp_path):
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(name, b"boo")
    with pytest.raises(Problem, match="outside of itself"):
        load(f"folder:{archive}", "test")
    assert {each.name for each in tmp_path.iterdir()} == {"album", "album.zip"}


def test_a_bomb_is_refused(archive):
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("bomb.png", bytes(20_000_000))
    with pytest.raises(Problem, match="is refused: unpacked"):
        load(f"folder:{archive}", "test")


def test_archive_limits(archive, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(archives, "MAX_ENTRIES", 15)
        with pytest.raises(Problem, match="more than 15 files"):
            load(f"folder:{archive}", "test")
    with zipfile.ZipFile(archive) as opened:
        unpacked = sum(entry.file_size for entry in opened.infolist())
    for limit in (unpacked - 1, archive.stat().st_size - 1):
        with monkeypatch.context() as patch:
            patch.setattr(archives, "MAX_UNPACKED", limit)
            with pytest.raises(Problem, match="is refused: unpacked"):
                load(f"folder:{archive}", "test")


@pytest.mark.parametrize("large", [False, True])
def test_too_long_a_table_of_contents_is_not_read(archive, large):
    content = archive.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    start = int.from_bytes(content[end + 16 : end + 20], "little")
    table = content[start:end] * 10_000  # 200,000 entries
    place = start + len(table)
    with archive.open("wb") as file:
        file.write(content[:start] + table)
        if large:  # as archives of more than 65,535 entries end
            counts = [44, 0, 0, 200_000, 200_000, len(table), start]
            file.write(struct.pack("<4sQ4xLLQQQQ", b"PK\x06\x06", *counts))
            file.write(struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1))
            sizes = [0xFFFFFFFF, 0xFFFFFFFF]
        else:
            sizes = [len(table), start]
        file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 20, 20, *sizes, 7) + b"a word.")
    tracemalloc.start()
    with pytest.raises(Problem, match="more than 20000 files"):
        load(f"folder:{archive}", "test")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2 * 2**20


def test_a_truncated_archive_is_refused(archive):
    whole = archive.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:10]):
        archive.write_bytes(content)
        with pytest.raises(Problem, match=r"album.zip is not a zip or tar archive .* cut off"):
            load(f"folder:{archive}", "test")
    for content, sentence in {
        b"": "is empty",
        b"Rar!\x1a\x07\x01\0" * 9: "Unpack it and pack it as .zip",
        b"7z\xbc\xaf\x27\x1c" * 9: "Unpack it and pack it as .zip",
        b"\x80\x04\x95" * 30: r"is nothing that can be read .* \.npz",
    }.items():
        archive.write_bytes(content)
        with pytest.raises(Problem, match=rf"album.zip .*{sentence}"):
            load(f"folder:{archive}", "test")


def test_what_came_in_place_of_an_archive_is_named(archive):
    for content, sentence in {
        b"<!DOCTYPE html><html>404</html>": "is a web page",
        b"version https://git-lfs.github.com/spec/v1\n": "is a Git LFS pointer",
    }.items():
        archive.write_bytes(content)
        with pytest.raises(Problem, match=rf"album.zip” {sentence}"):
            load(f"folder:{archive}", "test")


def test_a_locked_archive_is_refused(archive):
    content = bytearray(archive.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag of the first entry in the table of contents
    archive.write_bytes(content)
    with pytest.raises(Problem, match="locked with a password"):
        load(f"folder:{archive}", "test")


def test_an_unusual_packing_is_refused(archive):
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_LZMA) as opened:
        opened.writestr("late.png", b"x" * 100)
    with pytest.raises(Problem, match="unusual way"):
        load(f"folder:{archive}", "test")


def test_a_damaged_picture_in_an_archive_is_left_out(archive):
    content = bytearray(archive.read_bytes())
    at = content.index(b"\x89PNG") if b"\x89PNG" in content else content.index(b".png") + 10
    content[at : at + 8] = b"damaged!"
    archive.write_bytes(content)
    images = [load(f"folder:{archive}", split) for split in SPLITS]
    assert sum(map(len, images)) == 19
    assert any("cats/0.png" in str(each.note_values) for each in images)


def test_mnist_written_as_pictures_comes_back_exactly(mnist_test, tmp_path):
    for index in range(10):
        Image.fromarray(mnist_test.pixels[index, 0]).save(tmp_path / f"{index}.png")
    images = load(f"folder:{tmp_path}", "train")
    originals = {digit.tobytes() for digit in mnist_test.pixels[:10]}
    assert len(images) == 8 and {digit.tobytes() for digit in images.pixels} <= originals


# every family takes every choice


@pytest.mark.parametrize("family", MODELS)
@pytest.mark.parametrize("shape", [(3, 16, 16), (1, 33, 33), (3, 47, 47), (3, 64, 64)])
def test_every_family_takes_every_size_and_colour(family, shape):
    model = build(family, image_shape=shape, latent_dim=4).eval()
    x = torch.rand(2, *shape)
    assert model(x).shape == x.shape
    terms = model.losses(x, x)
    assert all(torch.isfinite(term) for term in terms.values())


# from a shell


def test_check_and_train_take_the_choice_as_flags(album, tmp_path, capsys, monkeypatch):
    rng = np.random.default_rng(0)
    for n in range(12):
        pixels = np.full((40, 40), 255, np.uint8)
        pixels[10:30, 10:30] = rng.integers(0, 200, (20, 20))
        Image.fromarray(pixels).save(album / "cats" / f"drawn{n}.png")
    name = f"folder:{album}"
    assert main(["check", "--dataset", name, "--side", "20", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pictures"], told["shape"]) == (32, [1, 20, 20])
    found = {each["kind"]: each for each in told["findings"]}
    assert len(found["inverted"]["names"]) == 12 and found["inverted"]["mend"] == "invert"
    assert main(["check", "--dataset", name, "--mend"]) == 0
    printed = capsys.readouterr().out
    assert "mend=invert,centre,drop" in printed and "Dark on light" not in printed
    assert "Few pictures: 12" in printed  # the album's own are of one tone each: nearly empty
    run = tmp_path / "runs" / "mine"
    flags = "--side 16 --colour rgb --mend drop --family simple --epochs 1 --latent-dim 3"
    assert main(["train", "--dataset", name, *flags.split(), "--run", str(run)]) == 0
    card = checkpoint.describe(run / "model.safetensors")
    assert card.dataset == f"{name}?side=16&colour=rgb&mend=drop"
    assert load(card.dataset, "test").shape == card.image_shape == (3, 16, 16)
    capsys.readouterr()
    assert main(["train", "--dataset", "digits", "--side", "16"]) == 1
    assert "“digits” is no folder of own pictures" in capsys.readouterr().err
