"""The small classifier that judges what models draw."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from aecore import checkpoint, classifier
from aecore.classifier import FEATURES, SHIPPED_CLASSIFIER, Classifier, train
from aecore.messages import Problem


def test_the_shipped_one_knows_digits_that_it_never_saw(mnist_test):
    judge = classifier.shipped()
    some = mnist_test.take(slice(0, 2000))
    right = (judge.predict(some.pixels) == some.labels).mean()
    assert right >= 0.99
    assert judge.facts.figures["accuracy"] >= 0.993  # of all 10,000
    assert SHIPPED_CLASSIFIER.stat().st_size <= 500_000


def test_features_and_probabilities(mnist_test):
    judge, pixels = classifier.shipped(), mnist_test.pixels[:300]
    features, likely = judge.features(pixels), judge.probabilities(pixels)
    assert features.shape == (300, FEATURES) and likely.shape == (300, 10)
    assert likely.sum(1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(judge.predict(pixels), likely.argmax(1))
    as_float = judge.features((pixels / 255).astype(np.float32))
    assert as_float == pytest.approx(features, abs=1e-4)


def test_it_learns_any_images_and_labels_and_is_kept_whole(mnist_train, mnist_test, tmp_path):
    two = mnist_train.take(np.flatnonzero(np.isin(mnist_train.labels, (3, 8)))[:1000])
    shares = []
    made = train(two.pixels, two.labels == 8, epochs=3, seed=1, progress=shares.append)
    assert made.facts.classes == 2 and shares[-1] == 1 and shares == sorted(shares)
    path = tmp_path / "one.safetensors"
    made.save(path)
    again = Classifier.load(path)
    unseen = mnist_test.take(np.flatnonzero(np.isin(mnist_test.labels, (3, 8))))
    assert (again.predict(unseen.pixels) == (unseen.labels == 8)).mean() > 0.95
    assert again.facts == made.facts


def test_what_it_cannot_learn_from_is_told():
    with pytest.raises(Problem, match="28×28"):
        train(np.zeros((5, 3, 28, 28), np.uint8), np.zeros(5))
    with pytest.raises(Problem, match="at least 2"):
        train(np.zeros((1, 1, 28, 28), np.uint8), np.zeros(1))


def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(Problem, match="description is incomplete"):
        Classifier.load(checkpoint.SHIPPED / "pca.safetensors")
    tensors = load_file(SHIPPED_CLASSIFIER)
    header = checkpoint.read_header(SHIPPED_CLASSIFIER).ours
    other = {**header, "facts": {**header["facts"], "classes": 1000}}
    wrong = tmp_path / "wrong.safetensors"
    save_file(tensors, wrong, {checkpoint.KEY: json.dumps(other)})
    with pytest.raises(Problem, match="another kind"):
        Classifier.load(wrong)
    half = tmp_path / "half.safetensors"
    half.write_bytes(SHIPPED_CLASSIFIER.read_bytes()[:-100])
    with pytest.raises(Problem, match="cut short"):
        Classifier.load(half)
    save_file(
        {**tensors, "head.bias": np.full(10, np.nan, np.float16)},
        wrong,
        {checkpoint.KEY: json.dumps(header)},
    )
    with pytest.raises(Problem, match="no numbers"):
        Classifier.load(wrong)
