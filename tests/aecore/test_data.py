"""Data sets: the contract of every entry in DATASETS, and every way in which files can be bad."""

import dataclasses
import gzip
import os
import struct
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from idx_files import idx_bytes

from aecore import data
from aecore.data import DATASETS, SPLITS, Images, dataset, load
from aecore.data.idx import read_idx
from aecore.messages import Problem


def some_clothes(folder, images, labels):
    """A little Fashion-MNIST, of which only the structure is checked."""
    folder = folder / "fashion-mnist"
    folder.mkdir(exist_ok=True)
    (folder / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(images))
    (folder / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(labels))


def links(source, into, change=lambda name: name):
    into.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        os.symlink(file, into / change(file.name))


# the contract


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_keeps_the_contract(name, split):
    entry = DATASETS[name]
    assert entry.name == name and entry.title and entry.summary
    if not entry.on_this_machine(split):
        with pytest.raises(Problem, match=entry.title):
            entry.load(split)
        return
    images = entry.load(split)
    assert images.pixels.dtype == np.uint8
    assert images.shape == entry.shape == images.pixels.shape[1:]
    assert images.labels.dtype == np.int64 and images.labels.shape == (len(images),)
    known = set(range(len(entry.classes)))
    assert set(images.labels) == known or (split == "train" and set(images.labels) < known)
    assert (images.dataset, images.split, images.decoded) == (name, split, False)
    assert images.pixels.flags.writeable  # torch warns about what isn't
    assert images.pixels.min() < 20 and images.pixels.max() > 200  # of 0…255
    if split == "train":
        assert images.note or len(images) == entry.train_images


def test_unknown_names_say_what_there_is():
    with pytest.raises(Problem, match=f"There are: {', '.join(DATASETS)}, and folder:PATH"):
        load("cifar", "test")
    with pytest.raises(Problem, match="train, test"):
        load("digits", "validation")
    with pytest.raises(Problem, match="path of a folder"):
        load("folder:", "test")


def test_taking_some_images_keeps_their_labels():
    images = load("digits", "test")
    some = images.take([5, 3])
    assert np.array_equal(some.pixels, images.pixels[[5, 3]])
    assert np.array_equal(some.labels, images.labels[[5, 3]])
    assert len(images.take(slice(0, 7))) == 7
    assert len(images.take([])) == 0
    assert dataclasses.replace(images, labels=None).take([1]).labels is None


def test_images_refuse_other_arrays():
    with pytest.raises(ValueError, match="uint8"):
        Images(np.zeros((2, 1, 4, 4), np.float32), None, "x", "test")
    with pytest.raises(ValueError, match="labels"):
        Images(np.zeros((2, 1, 4, 4), np.uint8), np.zeros(3, np.int64), "x", "test")


def test_nothing_heavy_is_imported_to_list_the_data_sets():
    code = (
        "import sys, aecore.data as d; [e.on_this_machine() for e in d.DATASETS.values()];"
        "print([m for m in ('torch', 'sklearn', 'streamlit') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# MNIST


def test_mnist_is_the_real_one(mnist_folder):
    train, test = load("mnist", "train"), load("mnist", "test")
    assert train.pixels.shape == (60_000, 1, 28, 28) and test.pixels.shape == (10_000, 1, 28, 28)
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert round(train.pixels.mean() / 255, 4) == 0.1307  # the field's well-known mean
    assert train.note == test.note == ""


@pytest.mark.parametrize("place", ["", "mnist"])
@pytest.mark.parametrize("dotted", [False, True])
def test_mnist_is_found_in_the_teachers_folder(mnist_folder, empty, place, dotted):
    assert not dataset("mnist").on_this_machine()
    links(
        mnist_folder,
        empty / place,
        lambda name: name.replace("-idx", ".idx") if dotted else name,
    )
    assert all(dataset("mnist").on_this_machine(split) for split in SPLITS)
    assert len(load("mnist", "test")) == 10_000


def test_mnist_is_found_unpacked_and_in_the_cache(mnist_folder, empty, tmp_path):
    cached = tmp_path / "cache" / "mnist"
    cached.mkdir(parents=True)
    for packed in mnist_folder.glob("t10k-*.gz"):
        (cached / packed.name.removesuffix(".gz")).write_bytes(gzip.open(packed).read())
    assert len(load("mnist", "test")) == 10_000
    assert not dataset("mnist").on_this_machine("train")
    with pytest.raises(Problem, match="Only test images of MNIST"):
        load("mnist", "train")


def test_a_machine_without_data_says_how_to_get_it(empty):
    assert not any(DATASETS[name].on_this_machine() for name in ("mnist", "fashion_mnist"))
    with pytest.raises(Problem, match="Download it, or put t10k-images.*AECORE_DATA_DIR"):
        load("mnist", "test")


def test_a_mistyped_data_folder_is_named(empty, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", str(empty / "mnits"))
    with pytest.raises(Problem, match="mnits, which is not a folder"):
        load("mnist", "test")


def test_a_missing_file_is_named(mnist_folder, empty):
    links(mnist_folder, empty)
    next(empty.glob("t10k-labels*")).unlink()
    with pytest.raises(Problem, match="but not t10k-labels-idx1-ubyte"):
        load("mnist", "test")


def test_other_content_under_mnists_name_is_refused(mnist_folder, empty):
    for file in mnist_folder.glob("t10k-*.gz"):
        content = bytearray(gzip.open(file).read())
        content[-1] ^= 1  # one label, or one pixel
        (empty / file.name).write_bytes(gzip.compress(bytes(content), 1))
    with pytest.raises(Problem, match="not the published file of MNIST"):
        load("mnist", "test")


def test_a_truncated_copy_is_refused(mnist_folder, empty):
    links(mnist_folder, empty)
    for file in list(empty.glob("t10k-images*.gz")):
        whole = file.read_bytes()
        file.unlink()
        file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Problem, match="damaged or truncated gzip"):
        load("mnist", "test")


# Fashion-MNIST: own copies are checked by their structure


def test_the_sample_says_that_it_is_one(empty):
    folder = empty / "fashion-mnist"
    some_clothes(empty, np.full((20, 28, 28), 9), np.arange(20) % 10)
    folder.rename(empty / "fashion-mnist-sample")
    images = load("fashion_mnist", "test")
    assert len(images) == 20 and "sample" in images.note
    assert not dataset("fashion_mnist").on_this_machine("train")
    with pytest.raises(Problem, match="Only test images of Fashion-MNIST"):
        load("fashion_mnist", "train")
    # the sample never hides the whole
    some_clothes(empty, np.zeros((10_000, 28, 28)), np.arange(10_000) % 10)
    whole = load("fashion_mnist", "test")
    assert len(whole) == 10_000 and whole.note == ""


@pytest.mark.parametrize(
    ("images", "labels", "sentence"),
    [
        (np.zeros((20, 28, 28)), np.zeros(19), "has 20 images, but .* has 19 labels"),
        (np.zeros((20, 28, 28)), np.full(20, 10), "has the label 10"),
        (np.zeros((20, 32, 32)), np.zeros(20), "32×32 pixels; those of Fashion-MNIST have 28×28"),
        (np.zeros((0, 28, 28)), np.zeros(0), "holds no data"),
    ],
)
def test_files_that_do_not_belong_together(empty, images, labels, sentence):
    some_clothes(empty, images, labels)
    with pytest.raises(Problem, match=sentence):
        load("fashion_mnist", "test")


# IDX files

HEADER = bytes([0, 0, 8, 3])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ends in the middle of its header"),
        (HEADER + b"\0\0", "ends in the middle of its header"),
        (b"\x89PNG\r\n\x1a\n" * 9, "begins with 89 50 4e 47, not 00 00 08 03"),
        (idx_bytes(np.zeros(10)), "begins with 00 00 08 01, not 00 00 08 03"),
        (idx_bytes(np.zeros((3, 4, 4)))[:-1], "ends too early"),
        (idx_bytes(np.zeros((3, 4, 4))) + b"\0", "goes on after the 48 bytes"),
        (HEADER + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 2**32 - 1), "are not read"),
        (HEADER + struct.pack(">3I", 60_000, 28, 28) + b"\0" * 99, "ends too early"),
        (HEADER + struct.pack(">3I", 10, 0, 28), "holds no data"),
    ],
)
def test_bad_idx_files(tmp_path, content, sentence, packed):
    file = tmp_path / "images"
    file.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(Problem, match=sentence):
        read_idx(file, ndim=3)


def test_an_idx_file_reads_back(tmp_path):
    values = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    for content in (idx_bytes(values), gzip.compress(idx_bytes(values))):
        (tmp_path / "images").write_bytes(content)
        assert np.array_equal(read_idx(tmp_path / "images", ndim=3).values, values)


def test_a_gzip_bomb_takes_no_memory(tmp_path):
    # header of 48 bytes of pixels, then 300 MB of zeros: only the promised part is unpacked
    bomb = tmp_path / "bomb.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        file.write(idx_bytes(np.zeros((3, 4, 4))))
        for _ in range(30):
            file.write(bytes(10_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(Problem, match="goes on after"):
            read_idx(bomb, ndim=3)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("damage", ["cut", "flipped", "checksum"])
def test_damaged_gzip(tmp_path, damage):
    content = bytearray(gzip.compress(idx_bytes(np.random.randint(0, 256, (50, 28, 28)))))
    if damage == "cut":
        del content[-200:]
    elif damage == "flipped":
        content[300] ^= 0xFF
    else:
        content[-8] ^= 1
    (tmp_path / "images.gz").write_bytes(content)
    with pytest.raises(Problem):
        read_idx(tmp_path / "images.gz", ndim=3)


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(Problem, match="cannot be read"):
        read_idx(tmp_path, ndim=3)


# scikit-learn's digits


def test_digits_look_like_mnist():
    train, test = load("digits", "train"), load("digits", "test")
    assert (len(train), len(test)) == (1437, 360)
    shares = [np.bincount(each.labels) / len(each) for each in (train, test)]
    assert np.abs(shares[0] - shares[1]).max() < 0.005  # stratified
    frame = train.pixels.copy()
    frame[:, :, 4:24, 4:24] = 0
    assert not frame.any()  # MNIST's margin
    assert np.array_equal(load("digits", "test").pixels, test.pixels)
    with pytest.raises(Problem, match="cannot be downloaded"):
        dataset("digits").download()


# the stand-in


def test_decoded_mnist_stands_in():
    images = data.decoded_mnist()
    assert images.pixels.shape == (10_000, 1, 28, 28) and images.decoded and images.note
    assert (images.dataset, images.split) == ("mnist", "test")
    assert images.pixels.max() > 200


def test_decoded_mnist_resembles_the_originals(mnist_test):
    images = data.decoded_mnist()
    assert np.array_equal(images.labels, mnist_test.labels)
    error = (images.pixels / 255.0 - mnist_test.pixels / 255.0) ** 2
    assert error.mean() < 0.006
