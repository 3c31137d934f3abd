"""Archives in archives and packed by other programs: what is in them, and what harms."""

import gzip
import io
import tarfile
import tracemalloc
from pathlib import Path

import pytest
from made import flat, laid, tarred, zipped

from aecore.data import archives, load
from aecore.data.own import OwnPictures
from aecore.messages import Problem


def put(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def tones(path: Path) -> list[int]:
    """Of all pictures, by which they are known."""
    both = [load(f"folder:{path}", split).pixels for split in ("train", "test")]
    return sorted(int(pixels[0, 0, 0]) for part in both for pixels in part)


def pictures(start: int, count: int = 5, folder: str = "") -> dict[str, bytes]:
    return {f"{folder}{n}.png": flat(start + n) for n in range(count)}


EVERY = [*range(10, 15), *range(100, 105)]
CLASSES = pictures(10, folder="set/cats/") | pictures(100, folder="set/dogs/")
CATS, DOGS = zipped(pictures(10)), tarred(pictures(100))


@pytest.mark.parametrize(
    "content",
    [
        zipped(CLASSES),
        tarred(CLASSES),
        tarred(CLASSES, ""),
        tarred({f"./{name}": content for name, content in CLASSES.items()}),
        zipped({"cats.zip": CATS, "dogs.tgz": DOGS}),
        zipped({"class 5b/cats.zip": CATS, "class 5b/dogs.tar.gz": DOGS, "notes.txt": b"words"}),
        tarred({"cats.zip": CATS, "dogs.zip": zipped(pictures(100))}),
        zipped({"all.zip": zipped({"cats.zip": CATS, "dogs.zip": zipped(pictures(100))})}),
    ],
    ids=["zip", "tgz", "tar", "dots", "zip of both", "with a folder", "tgz of zips", "three deep"],
)
def test_archives_of_every_kind(tmp_path, content):
    path = put(tmp_path, "x", content)
    entry = OwnPictures(path)
    assert entry.classes == ("cats", "dogs") and tones(path) == EVERY
    images = entry.load("train")
    assert (images.labels == (images.pixels[:, 0, 0, 0] >= 100)).all()


def test_a_folder_of_archives(tmp_path):
    laid(tmp_path, {"cats.zip": CATS, "dogs.tgz": DOGS, "readme.txt": b"words"})
    assert OwnPictures(tmp_path).classes == ("cats", "dogs") and tones(tmp_path) == EVERY


def test_beside_pictures_archives_are_not_looked_into(tmp_path):
    assert tones(put(tmp_path, "x.zip", zipped(pictures(10) | {"dogs.tgz": DOGS}))) == EVERY[:5]


def test_a_changed_archive_in_a_folder_is_read_anew(tmp_path):
    laid(tmp_path, {"cats.zip": CATS, "dogs.tgz": DOGS})
    assert tones(tmp_path) == EVERY
    put(tmp_path, "cats.zip", zipped(pictures(10, 6)))
    assert tones(tmp_path) == sorted([*EVERY, 15])


def test_links_and_devices_in_a_tar_archive_are_passed_over(tmp_path):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            entry = tarfile.TarInfo(f"link{kind!r}.png")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        for name, content in pictures(10).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    path = put(tmp_path, "x.tgz", file.getvalue())
    assert OwnPictures(path).names == tuple(pictures(10))


@pytest.mark.parametrize("name", ["../out.png", "/etc/out.png", "a/../../out.png", "C:\\out.png"])
@pytest.mark.parametrize("nested", [False, True])
def test_names_that_lead_outside_are_refused(tmp_path, name, nested):
    content = tarred(pictures(10) | {name: flat(1)})
    path = put(tmp_path, "x", zipped({"y.tgz": content}) if nested else content)
    with pytest.raises(Problem, match="outside of itself"):
        load(f"folder:{path}", "train")
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


# bombs


def tar_header(size: int, kind: bytes = tarfile.REGTYPE, name: str = "a.png") -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.type = size, kind
    return entry.tobuf(tarfile.GNU_FORMAT)


ZEROS = bytes(40_000_000)
BOMBS = {
    "zip": zipped({"a.png": ZEROS}),
    "zip of zips": zipped({"x.zip": zipped({"a.png": ZEROS})}),
    "three deep": zipped({"x.zip": zipped({"y.zip": zipped({"a.png": ZEROS})})}),
    "packed twice": zipped({"x.zip": zipped({"a.png": ZEROS}, 0)}),
    "tgz": tarred({"a.png": ZEROS} | pictures(1)),
    "zip of tgz": zipped({"x.tgz": tarred({"a.png": ZEROS})}),
    "a tar that claims": tar_header(2**40) + bytes(10_000),
    "a tgz that claims": gzip.compress(tar_header(2**40) + bytes(10_000)),
    "a long name": gzip.compress(tar_header(2**33, tarfile.GNUTYPE_LONGNAME) + ZEROS),
    "long facts": gzip.compress(tar_header(2**33, tarfile.XHDTYPE) + ZEROS),
    "names without end": gzip.compress(
        (tar_header(9, tarfile.GNUTYPE_LONGNAME) + b"12345678\0".ljust(512, b"\0")) * 5000
    ),
    "many": gzip.compress(tar_header(0) * 20_001),
    "many in many": zipped({f"{n}.zip": zipped({f"{m}.txt": b"" for m in range(150)}, 0)
                            for n in range(150)}),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_no_memory(tmp_path, name):
    path = put(tmp_path, "x", BOMBS[name])
    tracemalloc.start()
    try:
        with pytest.raises(Problem):
            load(f"folder:{path}", "train")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < (25_000_000 if name.startswith("many") else 4_000_000)


def test_archives_in_archives_share_their_limits(tmp_path, monkeypatch):
    path = put(tmp_path, "x.zip", zipped({f"{n}.zip": zipped(pictures(10)) for n in range(9)}))
    assert len(tones(path)) == 45
    unpacked = 9 * (len(zipped(pictures(10))) + sum(map(len, pictures(10).values())))
    monkeypatch.setattr(archives, "MAX_UNPACKED", unpacked)
    assert len(tones(path)) == 45
    monkeypatch.setattr(archives, "MAX_UNPACKED", unpacked - 1)
    with pytest.raises(Problem, match="is refused: unpacked"):
        tones(path)
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MAX_ENTRIES", 53)  # nine archives and 45 pictures
    with pytest.raises(Problem, match="more than 53 files"):
        tones(path)


def test_deeper_archives_are_not_opened(tmp_path):
    content = zipped(pictures(10))
    for depth in range(4):
        if depth < 2:
            assert len(tones(put(tmp_path, f"{depth}.zip", content))) == 5
        content = zipped({"x.zip": content})
    with pytest.raises(Problem, match="nothing that can be read"):
        tones(put(tmp_path, "deep.zip", content))


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
@pytest.mark.parametrize("kind", ["tgz", "tar", "zip of zips"])
def test_what_is_cut_off_is_told_or_left_out(tmp_path, share, kind):
    whole = {
        "tgz": tarred(CLASSES), "tar": tarred(CLASSES, ""), "zip of zips": zipped({"a.zip": CATS})
    }[kind]  # fmt: skip
    path = put(tmp_path, "x", whole[: int(share * len(whole))])
    try:
        images = load(f"folder:{path}", "train")
        assert 0 < len(images) <= 8  # of a tar archive the end may be nothing but zeros
    except Problem as problem:
        assert "cut off" in str(problem) or "pictures" in str(problem)


def test_an_inner_archive_that_is_damaged_is_told(tmp_path):
    path = put(tmp_path, "x.zip", zipped({"a.zip": CATS, "b.zip": CATS[:200]}))
    with pytest.raises(Problem, match=r"x\.zip is not a zip or tar archive that can be read"):
        load(f"folder:{path}", "train")
