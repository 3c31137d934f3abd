"""What is looked at: test images, and what is said of them."""

from dataclasses import replace

import numpy as np

from ui import cache, subject


def test_test_images_say_what_they_show(mnist_test):
    found = subject.test_images(mnist_test, [7, 0])
    assert len(found) == 2 and np.array_equal(found.pixels[1], mnist_test.pixels[0])
    assert found.classes == [str(mnist_test.labels[7]), str(mnist_test.labels[0])]
    row = found.row
    assert row.label == found.title == "Original" and found.dataset == "mnist"
    assert [one.caption for one in row.pictures] == found.classes
    assert row.pictures[0].alt == f"Original: {found.classes[0]}"


def test_decoded_ones_are_called_so(mnist_test):
    found = subject.test_images(replace(mnist_test, decoded=True), [0])
    assert found.decoded and found.title == "Decoded"


def test_images_without_classes_are_numbered(mnist_test):
    found = subject.test_images(replace(mnist_test, labels=None), [0, 1])
    copies = found.copies("Noisy", found.pixels, ["9.4 dB", "9.5 dB"])
    assert [one.alt for one in copies.pictures] == ["Noisy: 1", "Noisy: 2"]
    assert [one.caption for one in copies.pictures] == ["9.4 dB", "9.5 dB"]


def test_decoded_images_are_others_to_caches(mnist_test):
    assert cache.identity(mnist_test) != cache.identity(replace(mnist_test, decoded=True))
