"""Pictures and data files that somebody hands over: how they are kept, and by which name told."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from aecore import uploads
from aecore.data import dataset, load
from aecore.messages import Problem
from aecore.storage import images_dir


def png(value: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (28, 28), value).save(file, "PNG")
    return file.getvalue()


def archive(count: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for n in range(count):
            packed.writestr(zipfile.ZipInfo(f"{n}.png"), png(n))
    return file.getvalue()


def arrays(count: int) -> bytes:
    file = io.BytesIO()
    np.savez(file, x=np.full((count, 28, 28), 7, np.uint8))
    return file.getvalue()


def kept() -> list[str]:
    return sorted(path.name for path in images_dir().iterdir())


def test_a_file_is_kept_once_under_its_own_name():
    assert uploads.add([("../my pictures.zip", archive(10))]) == "my pictures"
    assert uploads.add([("my pictures.zip", archive(10))]) == "my pictures"
    assert uploads.add([("my pictures.zip", archive(12))]) == "my pictures-2"
    assert uploads.add([("my pictures.npz", arrays(5))]) == "my pictures-3"
    assert uploads.add([("Мои цифры.npz", arrays(5))]) == "Мои цифры"
    assert kept() == [
        "my pictures-2.zip", "my pictures-3.npz", "my pictures.zip", "Мои цифры.npz"
    ]  # fmt: skip
    names = uploads.uploads()
    assert list(names) == ["my pictures-2", "my pictures-3", "my pictures", "Мои цифры"]
    assert len(load(names["my pictures-2"], "train")) == 10
    assert dataset(names["Мои цифры"]).title == "Мои цифры.npz"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("../../evil.zip", "evil.zip"), ("C:\\a\\b.zip", "b.zip"), ("..", "pictures"),
     ("", "pictures"), ("a:b?c*.zip", "a-b-c-.zip"), (".hidden.zip", "hidden.zip"),
     ("x" * 300 + ".zip", "x" * 60 + ".zip"), ("ж" * 300 + ".zip", "ж" * 60 + ".zip")],
)  # fmt: skip
def test_no_name_leads_elsewhere(name, expected):
    uploads.add([(name, archive(4))])
    assert kept() == [expected]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.npz", arrays(1), r"^x\.npz holds too few pictures \(1\)"),
        ("x.npz", b"nothing", r"^x\.npz is nothing that can be read here"),
        (".hidden.png", png(1), r"^\.hidden\.png holds too few pictures \(1\)"),
        ("class 5b.zip", archive(0), r"^class 5b\.zip"),
        ("class 5b.zip", archive(5)[:300], r"^class 5b\.zip is not a zip or tar archive"),
        ("Мои цифры.csv", b"1,2,3\n4,5,6\n", r"^Мои цифры\.csv has 3 columns"),
    ],
)
def test_a_problem_speaks_of_the_owners_file_and_nothing_is_left(name, content, sentence):
    with pytest.raises(Problem, match=sentence) as caught:
        uploads.add([(name, content)])
    assert str(images_dir()) not in str(caught.value)
    assert kept() == []


def test_a_problem_later_speaks_of_the_owners_file_too():
    """Not of a path on the server."""
    twice = [("my.png", png(9)), ("my too.png", png(9))]
    called = uploads.add(twice)
    name = uploads.uploads()[called]
    with pytest.raises(Problem, match=r"^my-2\.zip holds too few pictures"):
        load(f"{name}?mend=drop", "train")


def test_several_pictures_become_one_archive():
    same = [("image.jpg", png(n)) for n in range(4)]
    assert uploads.add(same) == uploads.add(same) == "image-4"
    with zipfile.ZipFile(images_dir() / "image-4.zip") as packed:
        assert packed.namelist() == ["image.jpg", "image-2.jpg", "image-3.jpg", "image-4.jpg"]
    name = uploads.add([("../../a.png", png(1)), ("c:\\b.png", png(2)), (".c.png", png(3))])
    with zipfile.ZipFile(images_dir() / f"{name}.zip") as packed:
        assert sorted(packed.namelist()) == ["a.png", "b.png", "c.png"]
    assert len(load(uploads.uploads()[name], "train")) == 2


def test_the_files_of_a_data_set_come_together():
    head = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (6, 28, 28))
    labels = bytes([0, 0, 8, 1, 0, 0, 0, 6, 0, 1, 2, 0, 1, 2])
    name = uploads.add(
        [
            ("train-images-idx3-ubyte", head + bytes(6 * 784)),
            ("train-labels-idx1-ubyte", labels),
        ]
    )
    assert dataset(uploads.uploads()[name]).classes == ("0", "1", "2")


def test_what_is_too_large_or_mixed_is_refused(monkeypatch):
    with pytest.raises(Problem, match="“a.zip” is no picture, but others are"):
        uploads.add([("a.zip", archive(3)), ("b.png", png(1))])
    monkeypatch.setattr(uploads, "MAX_UPLOAD", 1)
    with pytest.raises(Problem, match="“a.png” is larger than 1 MB"):
        uploads.add([("a.png", bytes(600_000)), ("b.png", bytes(600_000))])


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AECORE_RUNS_DIR", str(tmp_path / "file"))
    with pytest.raises(Problem, match="file"):
        uploads.add([("a.zip", archive(3))])
