"""Image sets larger than memory: written once, whole or not at all, read where they are wanted."""

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from apptest import wait_for
from PIL import Image

from aecore.data import load, own, shards
from aecore.data.pictures import ReadPicture
from aecore.data.shards import Shards, chunks, kept
from aecore.messages import Problem
from aecore.training.run import Run

pytestmark = pytest.mark.training

ROOT = Path(__file__).resolve().parents[2]
SHAPE = (1, 4, 6)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """Where shards go, eight images each; gives the folder of all sets."""
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(shards, "SHARD_BYTES", 8 * 24)
    return tmp_path / "cache" / "shards"


def images(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, *SHAPE), dtype=np.uint8)


def pieces(pixels: np.ndarray, size: int = 5) -> Iterator[shards.Chunk]:
    for start in range(0, len(pixels), size):
        part = pixels[start : start + size]
        yield part, 100 + np.arange(start, start + len(part))


def written(pixels: np.ndarray, version: str = "1") -> Shards:
    return kept("set", version, SHAPE, len(pixels), lambda: pieces(pixels))


def never() -> Iterator[shards.Chunk]:
    raise AssertionError("written anew")


@pytest.mark.parametrize("count", [1, 8, 30])
def test_they_are_indexed_like_an_array(count):
    pixels = images(count)
    found = written(pixels)
    assert len(found) == count and found.shape == pixels.shape and found.dtype == np.uint8
    rng = np.random.default_rng(1)
    for where in (rng.permutation(count), np.sort(rng.integers(0, count, 9)), np.array([-1, 0, 0])):
        assert np.array_equal(found[where], pixels[where])
    for where in (slice(None), slice(3, 20), slice(0, 0), slice(None, None, -2)):
        assert np.array_equal(found[where], pixels[where])
    assert np.array_equal(found[0], pixels[0]) and np.array_equal(found[[0]], pixels[[0]])
    assert found[np.arange(0)].shape == (0, *SHAPE)
    assert np.array_equal(np.concatenate(list(chunks(found, 7))), pixels)
    assert found[np.array([0])].flags.writeable  # torch warns about what isn't
    assert np.array_equal(found.ids, 100 + np.arange(count))
    with pytest.raises(IndexError):
        found[np.array([count])]


def test_some_of_them_stay_on_disk():
    pixels = images(30)
    order = np.random.default_rng(2).permutation(30)[:13]
    some = written(pixels).select(order)
    assert some.shape == (13, *SHAPE) and np.array_equal(some.ids, 100 + order)
    assert np.array_equal(some[np.array([12, 3])], pixels[order[[12, 3]]])
    assert np.array_equal(some.select(np.array([5]))[:], pixels[order[[5]]])


def test_they_are_written_once_and_anew_for_another_version(cache):
    written(images(30))
    again = kept("set", "1", SHAPE, 30, never)
    assert np.array_equal(again[:], images(30))
    written(images(9), version="2")
    assert [path.name for path in cache.glob("set-*")] == ["set-2"]  # the old ones are gone


def test_a_broken_set_is_written_anew(cache):
    def cut(folder):
        path = folder / "00001.npy"
        path.write_bytes(path.read_bytes()[:-1])

    def lose(folder):
        (folder / "00002.npy").unlink()

    def confuse(folder):
        np.save(folder / "00000.npy", np.zeros((8, 1, 9, 9), np.uint8))

    def forget(folder):
        (folder / "index.json").write_text("[]")

    def age(folder):
        index = json.loads((folder / "index.json").read_text())
        (folder / "index.json").write_text(json.dumps({**index, "format": 0}))

    for harm in (cut, lose, confuse, forget, age):
        written(images(30))
        harm(cache / "set-1")
        assert np.array_equal(written(images(30))[:], images(30)), harm.__name__


def test_what_ends_early_leaves_nothing_that_counts(cache):
    def breaks() -> Iterator[shards.Chunk]:
        yield from pieces(images(20))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept("set", "1", SHAPE, 30, breaks)
    assert not list(cache.glob("set-*"))
    (cache / "set-1-0123.part").mkdir()  # as a killed process leaves it
    written(images(30))
    assert [path.name for path in cache.glob("set-*")] == ["set-1"]


def test_no_room_no_right_to_write_and_no_image(cache, monkeypatch, tmp_path):
    with pytest.raises(Problem, match="None of the 7 pictures"):
        kept("set", "1", SHAPE, 7, lambda: [])
    with pytest.raises(Problem, match="Make room"):
        kept("set", "1", SHAPE, 2**50, never)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(Problem, match="Name another folder in AECORE_CACHE_DIR"):
        written(images(3))


def test_writing_takes_the_memory_of_a_shard(monkeypatch):
    monkeypatch.setattr(shards, "SHARD_BYTES", 2**20)
    shape, count = (3, 64, 64), 2000  # 24 MB

    def many() -> Iterator[shards.Chunk]:
        for start in range(0, count, 50):
            yield np.full((50, *shape), start % 256, np.uint8), np.arange(start, start + 50)

    tracemalloc.start()
    try:
        found = kept("set", "1", shape, count, many)
        assert found[np.array([1999, 0, 977])][:, 0, 0, 0].tolist() == [1950 % 256, 0, 950 % 256]
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


# own pictures


@pytest.fixture
def album(tmp_path) -> Path:
    """Thirty pictures in two classes, one unreadable, one twice."""
    rng = np.random.default_rng(3)
    for n in range(30):
        path = tmp_path / "album" / "ab"[n % 2] / f"{n:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (28, 28), dtype=np.uint8)).save(path)
    path = tmp_path / "album" / "a"
    (path / "04.png").write_bytes(b"no picture")
    (path / "06.png").write_bytes((path / "02.png").read_bytes())
    return tmp_path / "album"


@pytest.mark.parametrize("choice", ["", "?side=20&colour=rgb&seed=4", "?mend=drop"])
def test_from_shards_as_from_memory(album, monkeypatch, choice):
    name = f"folder:{album}{choice}"
    expected = [load(name, split) for split in ("train", "test")]
    monkeypatch.setattr(own, "IN_MEMORY", 1000)
    monkeypatch.setattr(shards, "SHARD_BYTES", 8 * 3 * 28 * 28)
    for images in expected:
        found = load(name, images.split)
        assert isinstance(found.pixels, Shards) and found.shape == images.shape
        assert np.array_equal(found.pixels[:], images.pixels)
        assert np.array_equal(found.labels, images.labels)
        assert found.note_values == images.note_values and "04.png" in str(found.note_values)
        assert np.array_equal(found.take([3, 1]).pixels, images.pixels[[3, 1]])
    findings = own.OwnPictures.named(name).checkup().findings
    assert ("copy" in {each.kind for each in findings}) == ("drop" not in choice)


# larger than the memory that a process may have

COUNT, SIDE = 60_000, 64  # 737 MB of pixels
LIMIT = 660 * 2**20  # 692 MB of data; torch and a training take about 420

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_DATA, ({limit}, {limit}))
{then}
"""
TRAIN = "from aecore.__main__ import main; sys.exit(main(sys.argv[1:]))"
LOAD_ALL = """
from aecore import data
# opened before: where memory is so full that not even a frame fits, CPython 3.11 can hang
both = [data.load(sys.argv[1], split).pixels for split in data.SPLITS]
try:
    [pixels[:] for pixels in both]
except MemoryError:
    sys.exit(42)
"""


def limited(then: str, *arguments: str) -> subprocess.Popen[str]:
    """Start Python that may hold LIMIT bytes of data; mapped files do not count as such."""
    return subprocess.Popen(
        [sys.executable, "-c", LIMITED.format(limit=LIMIT, then=then), *arguments],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_set_larger_than_memory_trains(tmp_path, monkeypatch):
    folder = tmp_path / "many"
    folder.mkdir()
    Image.new("L", (1, 1)).save(folder / "0.png")
    for n in range(1, COUNT):  # one file under many names …
        os.link(folder / "0.png", folder / f"{n}.png")
    drawn = np.random.default_rng(5).integers(0, 256, (3, SIDE, SIDE), dtype=np.uint8)
    # … as decoding so many would take longer than all else
    monkeypatch.setattr(own, "read_picture", lambda *_: ReadPicture(drawn))
    monkeypatch.setattr(shards, "SHARD_BYTES", 32 * 2**20)
    name = f"folder:{folder}?side={SIDE}&colour=rgb"
    assert len(load(name, "train")) + len(load(name, "test")) == COUNT
    run = Run(tmp_path / "run")
    command = "train --family simple --latent-dim 8 --epochs 9 --batch-size 100"
    command += f" --precision float32 --dataset {name} --run {run.path}"
    training = limited(TRAIN, *command.split())
    wait_for(lambda: "epoch" in run.status() or training.poll() is not None)  # some steps are done
    run.request_stop()
    told = training.communicate()[1]
    assert (training.returncode, run.state()) == (0, "stopped"), told[-2000:]
    assert run.checkpoint.is_file() and len(run.epochs()) == 1
    whole = limited(LOAD_ALL, name)
    told = whole.communicate()[1]
    assert whole.returncode == 42, told[-2000:]
