"""Data sets of four IDX files: where they are looked for, and what is none of theirs."""

import gzip
import hashlib
import os
from dataclasses import replace

import numpy as np
import pytest
from idx_files import idx_bytes, small_set

from aecore.data import DATASETS, SPLITS, idx_dataset, load
from aecore.data.fashion_mnist import FASHION_MNIST
from aecore.data.idx_dataset import IdxDataset
from aecore.data.mnist import MNIST
from aecore.messages import Problem

SETS = {name: entry for name, entry in DATASETS.items() if isinstance(entry, IdxDataset)}
PLACES = [(name, folder) for name, entry in SETS.items() for folder in entry.folders]


def unpublished(entry):
    """The same without published digests, so that a small set of our own can stand for it."""
    return replace(entry, content=())


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("name", "folder"), PLACES)
def test_every_set_is_found_in_every_folder_that_it_names(empty, name, folder, packed):
    entry = unpublished(SETS[name])
    assert not entry.on_this_machine()
    stored = small_set(entry, empty / folder, packed)
    for split in SPLITS:
        assert entry.on_this_machine(split)
        images = entry.load(split)
        assert images.pixels.shape == (40, *entry.shape) and images.pixels.flags.writeable
        upright = stored[split].swapaxes(1, 2) if entry.by_columns else stored[split]
        assert np.array_equal(images.pixels[:, 0], upright)
        assert set(images.labels) == set(range(len(entry.classes)))
        assert images.note == "These images are a sample of the data set, not all of it."


@pytest.mark.parametrize("name", SETS)
def test_the_sentence_of_a_missing_set_is_true(empty, name):
    """It names a folder; put there, the files are found."""
    entry = unpublished(SETS[name])
    with pytest.raises(Problem) as told:
        entry.load("train")
    folder = told.value.values["folder"]
    assert f"into a folder {folder} inside" in str(told.value)
    small_set(entry, empty / folder)
    assert len(entry.load("train")) == 40


@pytest.mark.parametrize("name", SETS)
def test_a_folder_of_torchvision_is_searched(name):
    assert [folder for folder in SETS[name].folders if folder.endswith("/raw")]


def test_real_mnist_as_torchvision_leaves_it(mnist_folder, empty):
    raw = empty / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for file in mnist_folder.iterdir():  # packed and, beside it, unpacked
        os.symlink(file, raw / file.name)
        if file.name.startswith("t10k") and file.suffix == ".gz":
            (raw / file.stem).write_bytes(gzip.open(file).read())
    assert len(load("mnist", "test")) == 10_000
    assert MNIST.on_this_machine("train")


def test_images_by_columns_are_turned_upright():
    images = np.random.randint(0, 256, (3000, 28, 28)).astype(np.uint8)
    turned = images.copy()
    idx_dataset._turn(turned)
    assert np.array_equal(turned, images.transpose(0, 2, 1))


def test_digits_of_emnist_stand_upright(mnist_test, empty):
    """Real digits, lying as EMNIST's files have them."""
    some = mnist_test.take(slice(200))
    images, labels = DATASETS["emnist_digits"].files[2:]
    (empty / images).write_bytes(idx_bytes(some.pixels[:, 0].transpose(0, 2, 1)))
    (empty / labels).write_bytes(idx_bytes(some.labels))
    shown = load("emnist_digits", "test")
    assert np.array_equal(shown.pixels, some.pixels) and np.array_equal(shown.labels, some.labels)


# content of one set in the place of another


def test_mnist_in_the_place_of_another_is_known(mnist_folder, empty):
    """By its content, however it is packed; the sentence says where it belongs."""
    folder = empty / "fashion-mnist"
    folder.mkdir()
    for file in mnist_folder.glob("t10k-*"):
        os.symlink(file, folder / file.name)
    with pytest.raises(Problem, match="seems to be t10k-images-idx3-ubyte of MNIST") as told:
        load("fashion_mnist", "test")
    place = told.value.values["place"]
    assert place.startswith("mnist/t10k-images")
    (empty / "mnist").mkdir()
    for file in folder.iterdir():
        file.rename(empty / "mnist" / file.name)
    assert len(load("mnist", "test")) == 10_000


def test_a_published_file_is_known_by_its_packing(empty, monkeypatch):
    """Of Fashion-MNIST only the MD5 of the packed files is published."""
    small_set(MNIST, empty, packed=True)
    published = {file: file for file in FASHION_MNIST.remote}
    for file in published:
        if file.name.startswith("t10k"):
            md5 = hashlib.md5((empty / file.name).read_bytes()).hexdigest()
            published[file] = replace(file, md5=md5)
    clothes = replace(FASHION_MNIST, remote=tuple(published.values()))
    monkeypatch.setitem(DATASETS._entries, "fashion_mnist", clothes)
    with pytest.raises(Problem, match="of Fashion-MNIST.* name it fashion-mnist/t10k-.*ubyte.gz"):
        load("mnist", "test")
    (empty / "fashion-mnist").mkdir()
    for packed in empty.glob("t10k-*"):
        packed.rename(empty / "fashion-mnist" / packed.name)
    assert len(load("fashion_mnist", "test")) == 40
    # its own files under each other's names
    for packed in (empty / "fashion-mnist").iterdir():
        packed.rename(packed.with_name(packed.name.replace("t10k", "train")))
    with pytest.raises(Problem, match="is not train-images.* seems to be t10k-images"):
        load("fashion_mnist", "train")


def test_a_set_without_published_digests_is_known_by_its_size(empty, monkeypatch):
    """If it is the only one of that size."""
    small_set(MNIST, empty, count=41)
    larger = replace(FASHION_MNIST, test_images=41)
    monkeypatch.setitem(DATASETS._entries, "fashion_mnist", larger)
    with pytest.raises(Problem, match="seems to be t10k-images-idx3-ubyte of Fashion-MNIST"):
        load("mnist", "test")
    as_large = replace(larger, name="other", title="Other")
    monkeypatch.setitem(DATASETS._entries, "other", as_large)
    with pytest.raises(Problem, match="not the published file of MNIST"):
        load("mnist", "test")


def test_what_is_no_data_set_here_can_be_opened_as_own_pictures(empty, monkeypatch):
    small_set(MNIST, empty, packed=True)
    file = empty / "t10k-images-idx3-ubyte.gz"
    with pytest.raises(Problem, match="not the published file of MNIST") as unknown:
        load("mnist", "test")
    monkeypatch.setitem(idx_dataset.ELSEWHERE, hashlib.md5(file.read_bytes()).hexdigest(), "QMNIST")
    with pytest.raises(Problem, match="seems to be of QMNIST") as known:
        load("mnist", "test")
    for told in (unknown, known):
        assert f"as own pictures: folder:{empty}." in str(told.value)


def test_more_images_than_the_set_has(empty):
    folder = empty / "fashion-mnist"
    folder.mkdir()
    (folder / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(np.zeros((10_001, 28, 28))))
    (folder / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(10_001)))
    with pytest.raises(Problem, match="which has 10000 such images, not 10001.*folder:"):
        load("fashion_mnist", "test")
