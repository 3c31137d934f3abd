"""Folders and archives as other tools leave them: splits, systems' files, names, endings."""

import io
import json
import struct
import zipfile
import zlib

import numpy as np
import pytest
from made import flat, laid, saved, tarred, zipped
from PIL import Image

from aecore.__main__ import main
from aecore.data import dataset, load
from aecore.data.archive_names import code_page
from aecore.data.archives import File
from aecore.data.own import OwnPictures
from aecore.data.sources import is_picture
from aecore.kinds import kind_of
from aecore.messages import Problem


def opened(path) -> OwnPictures:
    return OwnPictures.named(str(path))


def tones(path, split) -> list[int]:
    return sorted(load(f"folder:{path}", split).pixels[:, 0, 14, 14].tolist())


# a split that is there


def split_files(train: str, test: str, root: str = "") -> dict[str, bytes]:
    """Two classes; training pictures have tones below 100."""
    files = {}
    for label in (0, 1):
        for n in range(6):
            files[f"{root}{train}/{label}/{n}.png"] = flat(10 + 10 * label + n)
        for n in range(3):
            files[f"{root}{test}/{label}/{n}.png"] = flat(100 + 10 * label + n)
    return files


@pytest.mark.parametrize(
    ("train", "test"), [("training", "testing"), ("train", "test"), ("Train", "val"),
                        ("train", "valid"), ("training", "validation")]
)  # fmt: skip
@pytest.mark.parametrize("kind", ["folder", "zip", "tgz"])
def test_a_split_that_is_there_is_used(tmp_path, train, test, kind):
    files = split_files(train, test, "mnist_png/" if kind == "zip" else "")
    path = tmp_path / "mnist"
    if kind == "folder":
        laid(path, files)
    else:
        path.write_bytes(zipped(files) if kind == "zip" else tarred(files))
    entry = opened(path)
    assert entry.classes == ("0", "1") and entry.train_images == 12
    assert tones(path, "train") == [*range(10, 16), *range(20, 26)]
    assert tones(path, "test") == [100, 101, 102, 110, 111, 112]
    for images in (entry.load("train"), entry.load("test")):
        assert np.array_equal(images.labels, images.pixels[:, 0, 0, 0] // 10 % 2 == 0) or (
            np.array_equal(images.labels, images.pixels[:, 0, 0, 0] >= 110)
        )
    assert [str(each) for each in entry.remarks] == [
        "Split as it came: 12 pictures to train, 6 to test."
    ]


def test_validation_trains_where_there_is_a_test(tmp_path):
    files = split_files("train", "test") | {f"val/0/{n}.png": flat(50 + n) for n in range(2)}
    laid(tmp_path, files)
    assert tones(tmp_path, "train") == [*range(10, 16), *range(20, 26), 50, 51]
    assert tones(tmp_path, "test") == [100, 101, 102, 110, 111, 112]


def test_a_split_inside_of_classes_is_used_too(tmp_path):
    files = {f"{c}/{s}/{n}.png": flat(n) for c in "ab" for s in ("train", "test") for n in range(3)}
    entry = opened(laid(tmp_path, files))
    assert entry.classes == ("a", "b") and entry.train_images == 6


@pytest.mark.parametrize("folders", [("train", "car"), ("test", "exam"), ("train", "training")])
def test_classes_may_be_called_like_parts_of_a_split(tmp_path, folders):
    files = {f"{name}/{n}.png": flat(n) for name in folders for n in range(5)}
    entry = opened(laid(tmp_path, files))
    if folders == ("train", "training"):
        assert entry.remarks == ()
    assert entry.classes == tuple(sorted(folders)) and entry.train_images == 8


def test_one_part_alone_is_no_split(tmp_path):
    files = {f"test/{c}/{n}.png": flat(n) for c in "01" for n in range(5)}
    entry = opened(laid(tmp_path, files))
    assert entry.classes == ("0", "1") and entry.train_images == 8 and entry.remarks == ()


def test_a_split_of_which_a_part_cannot_be_read_is_told(tmp_path):
    files = {f"train/{n}.png": flat(n) for n in range(3)} | {"test/a.png": b"no picture"}
    with pytest.raises(Problem, match=r"too few pictures \(0\)"):
        load(f"folder:{laid(tmp_path, files)}", "test")


def test_another_split_is_another_version(tmp_path):
    """A run that began with the pictures split by us isn't resumed with another split."""
    files = split_files("train", "test")
    split = opened(laid(tmp_path / "a", files)).version
    assert split != opened(laid(tmp_path / "b", split_files("one", "two"))).version
    assert split == opened(laid(tmp_path / "c", files)).version


def test_the_command_line_says_how_the_pictures_lie(tmp_path, capsys, monkeypatch):
    name = f"folder:{laid(tmp_path / 'set', split_files('train', 'test'))}"
    sentence = "Split as it came: 12 pictures to train, 6 to test."
    assert main(["check", "--dataset", name]) == 0
    assert sentence in capsys.readouterr().out
    assert main(["check", "--dataset", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["remarks"] == [sentence]
    command = ["train", "--dataset", name, "--family", "simple", "--epochs", "1"]
    assert main([*command, "--run", str(tmp_path / "runs" / "x")]) == 0
    assert sentence in capsys.readouterr().err


def test_three_hundred_people_are_trained_on_without_classes(tmp_path, capsys, monkeypatch):
    files = {f"person{n:03}/{m}.png": flat((2 * n + m) % 256) for n in range(300) for m in (0, 1)}
    entry = opened(laid(tmp_path / "people", files))
    assert entry.classes == () and entry.load("train").labels is None
    assert len(entry.load("train")) + len(entry.load("test")) == 600
    command = ["train", "--dataset", entry.name, "--family", "simple", "--epochs", "1"]
    assert main([*command, "--run", str(tmp_path / "runs" / "x")]) == 0
    assert "Without classes: 300 are more than the 256" in capsys.readouterr().err


# what systems leave beside pictures


def junk(separator: str = "/") -> dict[str, bytes]:
    thumb = flat(200)
    names = [
        "._0.png", "0/._1.png", "__MACOSX/0/._2.png", "@eaDir/0.png/SYNOPHOTO_THUMB_M.png",
        "0/@eaDir/1.png/SYNOPHOTO_THUMB_XL.jpg", "0/Thumbs.db", "thumbs.DB", "1/.DS_Store",
        "1/desktop.ini", ".thumbnails/x.png", "0/.@__thumb/default0.png", "$RECYCLE.BIN/$R1.png",
        "1/@__thumb/s1.png",
    ]  # fmt: skip
    return {name.replace("/", separator): thumb for name in names}


@pytest.mark.parametrize("kind", ["folder", "zip", "windows", "tgz"])
def test_what_systems_leave_is_left_out_without_a_word(tmp_path, kind):
    files = {f"{n % 2}/{n}.png": flat(n) for n in range(20)}
    path = tmp_path / "set"
    if kind == "folder":
        laid(path, files | junk())
    elif kind == "windows":
        files = {name.replace("/", "\\"): content for name, content in files.items()}
        path.write_bytes(zipped(files | junk("\\")))
    else:
        path.write_bytes((zipped if kind == "zip" else tarred)(files | junk()))
    entry = opened(path)
    train, test = entry.load("train"), entry.load("test")
    assert len(train) + len(test) == 20 and train.note == test.note == ""
    assert entry.classes == ("0", "1")
    assert {each.kind for each in entry.checkup().findings} == {"few", "empty"}


def test_a_folder_unpacked_from_windows_elsewhere_has_its_classes(tmp_path):
    """Some programs leave ``0\\1.png`` as one file's name."""
    for n in range(10):
        (tmp_path / f"set\\{n % 2}\\{n}.png").write_bytes(flat(n))
    (tmp_path / "set\\0\\._1.png").write_bytes(b"")
    entry = opened(tmp_path)
    assert entry.classes == ("0", "1") and len(entry.names) == 10
    assert tones(tmp_path, "train") + tones(tmp_path, "test") != []


# names in archives of Windows


def raw_zip(names: list[bytes], flags: int = 0, extra=lambda name: b"") -> bytes:
    """An archive with the bytes of names as they are, as programs of Windows write them."""
    body, table = b"", b""
    content = flat(9)
    for name in names:
        more = extra(name)
        facts = struct.pack(
            "<HHHHHIIIHH", 20, flags, 0, 0, 33, zlib.crc32(content), len(content), len(content),
            len(name), len(more),
        )  # fmt: skip
        place = len(body)
        body += b"PK\3\4" + facts + name + more + content
        table += b"PK\1\2" + struct.pack("<H", 20) + facts
        table += struct.pack("<HHHII", 0, 0, 0, 0, place) + name + more
    count = len(names)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(table), len(body), 0)
    return body + table + b"PK\5\6" + end


RUSSIAN = ("кошка", "собака", "Ёж", "цифра 7")
GERMAN = ("Kätzchen", "Hündin", "Größe", "Äpfel")


@pytest.mark.parametrize(
    ("words", "page"),
    [(RUSSIAN, "cp866"), (GERMAN, "cp437"), (("А", "Б", "я", "ю"), "cp866"),
     (RUSSIAN, "utf-8"), (GERMAN, "utf-8"), (("chat", "café", "forêt"), "cp437"),
     (("баба", "папа"), "cp866"), (("plain", "names"), "cp437")],
)  # fmt: skip
@pytest.mark.parametrize("separator", ["/", "\\"])
def test_names_are_read_as_they_were_written(tmp_path, words, page, separator):
    names = [f"set{separator}{word}{separator}{n}.png" for word in words for n in range(2)]
    (tmp_path / "x.zip").write_bytes(raw_zip([name.encode(page) for name in names]))
    entry = opened(tmp_path / "x.zip")
    assert entry.classes == tuple(sorted(words))
    assert len(entry.load("train")) + len(entry.load("test")) == len(names)


def test_flags_and_fields_say_what_a_name_is(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip([f"{word}/1.png".encode() for word in RUSSIAN], flags=0x800))
    assert opened(path).classes == tuple(sorted(RUSSIAN))

    def field(name: bytes) -> bytes:
        text = name.decode("cp1251").encode()  # which no test of plausibility would find
        return struct.pack("<HHBI", 0x7075, 5 + len(text), 1, zlib.crc32(name)) + text

    names = [f"{word}/1.png".encode("cp1251") for word in RUSSIAN]
    path.write_bytes(raw_zip(names, extra=field))
    assert opened(path).classes == tuple(sorted(RUSSIAN))


def test_the_code_page_is_one_for_an_archive():
    assert code_page([b"\x8e", "кошка".encode("cp866")]) == "cp866"
    assert code_page([b"\x8e", "Kätzchen".encode("cp437")]) == "cp437"


@pytest.mark.parametrize("name", ["..\\x.png", "C:\\x.png", "\\x.png", "a\\..\\..\\x.png"])
def test_no_name_leads_outside_whatever_its_separator(tmp_path, name):
    (tmp_path / "x.zip").write_bytes(raw_zip([name.encode(), b"a.png"]))
    with pytest.raises(Problem, match="outside of itself"):
        load(f"folder:{tmp_path / 'x.zip'}", "test")


# endings, and none


KINDS = [
    ("jfif", "JPEG"), ("jpe", "JPEG"), ("JPG", "JPEG"), ("pgm", "PPM"), ("ppm", "PPM"),
    ("pnm", "PPM"), ("pbm", "PPM"), ("avif", "AVIF"), ("dib", "BMP"), ("tif", "TIFF"),
    ("webp", "WEBP"), ("", "PNG"), ("", "JPEG"), ("", "WEBP"), ("", "AVIF"), ("", "GIF"),
    ("", "BMP"), ("", "TIFF"), ("", "PPM"), ("12", "PNG"), ("tmp", "JPEG"), ("png", "JPEG"),
]  # fmt: skip


@pytest.mark.parametrize(("ending", "kind"), KINDS)
@pytest.mark.parametrize("as_zip", [False, True])
def test_a_picture_is_told_by_its_content(tmp_path, ending, kind, as_zip):
    image = Image.new("1" if ending == "pbm" else "RGB" if ending == "ppm" else "L", (28, 28), 1)
    name = "image{}." + ending if ending else "image{}"
    files = {name.format(n): saved(image, kind) for n in range(5)}
    path = tmp_path / "set"
    if as_zip:
        path.write_bytes(zipped(files))
    else:
        laid(path, files)
    entry = opened(path)
    assert len(entry.load("train")) == 4 and entry.load("train").note == ""


def test_other_files_are_no_pictures(tmp_path):
    files = {f"{n}.png": flat(n) for n in range(5)}
    files |= {
        "readme.txt": flat(9),
        "labels.csv": b"a,b\n1,2\n",
        "notes": b"BM is short",
        "x.dat": b"",
    }
    files |= {"P1": b"P12 is no bitmap", "sounds.mp3": b"\xff\xfb\x90", "list": b"II* of things"}
    assert len(opened(laid(tmp_path, files)).names) == 5


def test_a_file_that_cannot_be_opened_is_none():
    def fails():
        raise OSError

    assert not is_picture(File("x", 9, fails))


HEIC = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(500)
LIVE = struct.pack(">I", 28) + b"ftypmif1" + bytes(4) + b"mif1heicmiaf" + bytes(500)


@pytest.mark.parametrize("content", [HEIC, LIVE])
@pytest.mark.parametrize("ending", ["heic", "HEIF", "jpg", ""])
def test_heic_is_told_with_what_to_do(tmp_path, content, ending):
    name = "IMG_{}." + ending if ending else "IMG_{}"
    laid(tmp_path, {name.format(n): content for n in range(3)})
    with pytest.raises(Problem, match="HEIC pictures cannot be read here. Save them as JPEG"):
        load(f"folder:{tmp_path}", "train")
    laid(tmp_path, {f"{n}.png": flat(n) for n in range(5)} | {"bad.png": b""})
    entry = opened(tmp_path)
    assert len(entry.load("train")) == 4
    told = {each.kind: each.names for each in entry.checkup().findings}
    assert told["heic"] == tuple(name.format(n) for n in range(3))
    assert told["unreadable"] == ("bad.png",)


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        (b"avif....avifmif1miafMA1B", "picture"),
        (b"mif1....mif1avifmiaf....", "picture"),
        (b"heic....mif1heic........", "heic"),
        (b"mp42....isommp42........", ""),
    ],
)
def test_the_brands_of_a_box_say_what_it_holds(brands, kind):
    assert kind_of(struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands) == kind


def test_a_zip_with_something_before_it_is_still_one(tmp_path):
    """Self-extracting archives."""
    file = io.BytesIO()
    file.write(b"MZ" + bytes(2000))
    with zipfile.ZipFile(file, "a") as archive:
        for n in range(5):
            archive.writestr(f"{n}.png", flat(n))
    (tmp_path / "x.exe").write_bytes(file.getvalue())
    assert len(load(f"folder:{tmp_path / 'x.exe'}", "train")) == 4


def test_a_set_is_a_set_whatever_it_is_called(tmp_path):
    (tmp_path / "photos").write_bytes(zipped({f"{n}.png": flat(n) for n in range(5)}))
    assert len(dataset(f"folder:{tmp_path / 'photos'}").load("train")) == 4


# more than 8 bits, and drawings without a ground


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
@pytest.mark.parametrize("as_tgz", [False, True])
def test_deep_pictures_of_a_set_keep_their_brightness(tmp_path, kind, as_tgz):
    """Bright and dim ones of one scene differ, and none is a copy of the other."""
    scene = np.random.default_rng(0).integers(0, 1000, (28, 28))
    files = {f"{n}.{kind}": saved(Image.fromarray((scene * n).astype(np.uint16)), kind)
             for n in range(1, 11)}  # fmt: skip
    files["plain.png"] = flat(77)  # of 8 bits, and stays as it is
    path = tmp_path / "set"
    if as_tgz:
        path.write_bytes(tarred(files))
    else:
        laid(path, files)
    entry = opened(path)
    every = np.concatenate([entry.load(split).pixels for split in ("train", "test")])
    low, high = scene.min(), scene.max() * 10
    expected = [np.rint((scene * n - low) * 255 / (high - low)) for n in range(1, 11)]
    means = sorted(every.mean(axis=(1, 2, 3)))
    assert np.abs(np.array(means) - sorted([77, *(one.mean() for one in expected)])).max() < 1
    assert "copy" not in {each.kind for each in entry.checkup().findings}


def test_white_drawings_on_transparent_ground_are_seen(tmp_path):
    rng = np.random.default_rng(0)
    files = {}
    for n in range(60):
        image = np.zeros((28, 28, 4), np.uint8)
        image[9:19, 9:19] = 255
        image[9:19, 9:19, 3] = rng.integers(60, 256, (10, 10))
        files[f"{n}.png"] = saved(Image.fromarray(image))
    entry = opened(laid(tmp_path, files))
    assert entry.checkup().findings == []
    assert entry.load("train").pixels[:, 0, 0, 0].max() == 0
