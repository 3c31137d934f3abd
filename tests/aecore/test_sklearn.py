"""The transformer keeps scikit-learn's contract, and does what an autoencoder is for."""

import pickle

import numpy as np
import pytest
import torch
from openTSNE.sklearn import TSNE
from sklearn.datasets import load_digits, load_wine
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from aecore import data
from aecore.data.shards import Shards
from aecore.messages import Problem
from aecore.sklearn import AutoencoderTransformer

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

SMALL = {"widths": (16,)}


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's 1,797 digits as rows of 64 numbers in 0…16, and their classes."""
    return load_digits(return_X_y=True)


@parametrize_with_checks(
    [
        AutoencoderTransformer(epochs=2),
        AutoencoderTransformer("vae", 2, settings={**SMALL, "dropout": 0.1}, epochs=2),
    ]
)
def test_every_check_of_scikit_learn_passes(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it one of the checks is skipped
    check(estimator)


def test_a_linear_code_keeps_what_principal_components_keep(digits):
    rows = digits[0]
    kept = MinMaxScaler().fit_transform(rows)
    best = PCA(8).fit(kept).explained_variance_ratio_.sum()
    simple = AutoencoderTransformer("simple", 8, epochs=40, random_state=0).fit(rows)
    # its sigmoid bends the copies a little, for once to its advantage
    assert simple.score(rows) == pytest.approx(best, abs=0.06)


def test_codes_go_before_a_classifier(digits):
    rows, classes = digits
    told = make_pipeline(
        AutoencoderTransformer("simple", 16, epochs=20, random_state=0),
        LogisticRegression(max_iter=1000),
    ).fit(rows[:1200], classes[:1200])
    assert told.score(rows[1200:], classes[1200:]) > 0.8


def test_codes_go_before_a_map(digits):
    mapped = make_pipeline(
        StandardScaler(),
        AutoencoderTransformer(latent_dim=8, epochs=2, random_state=0),
        TSNE(n_iter=20, early_exaggeration_iter=10, random_state=0),
    ).fit_transform(digits[0][:200])
    assert mapped.shape == (200, 2)


def test_a_search_finds_the_size_of_a_code(digits):
    sizes = {"latent_dim": np.array([1, 16])}
    search = GridSearchCV(AutoencoderTransformer("simple", epochs=10, random_state=0), sizes, cv=2)
    assert search.fit(digits[0][:400]).best_params_["latent_dim"] == 16


def test_copies_come_in_the_unit_of_their_columns():
    table = load_wine(as_frame=True).data  # columns of 0.1 and of 1,600
    model = AutoencoderTransformer("simple", 8, epochs=60, random_state=0).fit(table)
    copies = model.inverse_transform(model.transform(table))
    assert model.score(table) > 0.6
    low, high = table.min().to_numpy(), table.max().to_numpy()
    assert (copies >= low - 1e-3).all() and (copies <= high + 1e-3).all()
    named = model.set_output(transform="pandas").transform(table)
    assert list(named.columns) == [f"autoencodertransformer{n}" for n in range(8)]


def test_values_beyond_those_of_fit_count_as_the_nearest(digits):
    rows = digits[0][:100]
    model = AutoencoderTransformer(settings=SMALL, epochs=1, random_state=0).fit(rows)
    lowest, highest = rows.min(0), rows.max(0)
    far = np.where(np.arange(64) % 2, 1e300, -1e300)[None]
    edge = np.where(np.arange(64) % 2, highest, lowest)[None]
    assert np.array_equal(model.transform(far), model.transform(edge))


def test_a_seed_repeats_and_leaves_others_alone(digits):
    rows = digits[0][:100]
    told = {"settings": {**SMALL, "dropout": 0.2}, "epochs": 2}
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, again, other = (
        AutoencoderTransformer(random_state=seed, **told).fit_transform(rows) for seed in (0, 0, 1)
    )
    assert np.array_equal(first, again) and not np.allclose(first, other)
    assert torch.equal(torch.rand(1), expected)


def test_what_it_loses_falls(digits):
    model = AutoencoderTransformer("aae", 2, settings=SMALL, epochs=9, random_state=0)
    losses = model.fit(digits[0][:500]).loss_curve_
    assert len(losses) == 9 and losses[-1] < losses[0]


def test_a_row_is_a_square_picture_again(digits):
    model = AutoencoderTransformer("conv", epochs=1).fit(digits[0][:50])
    assert model.model_.config.image_shape == (1, 8, 8)
    assert model.inverse_transform(model.transform(digits[0][:3])).shape == (3, 64)


@pytest.mark.parametrize("shape", [(20, 8, 8), (20, 3, 8, 6)])
@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_stacks_come_back_as_they_came(shape, kind):
    stack = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    stack = stack if kind is np.uint8 else stack / 255
    stack.setflags(write=False)
    model = AutoencoderTransformer(settings=SMALL, epochs=1, random_state=0).fit(stack)
    copies = model.inverse_transform(model.transform(stack))
    assert copies.shape == shape and (copies.dtype == np.uint8) == (kind is np.uint8)
    assert copies.max() <= (255 if kind is np.uint8 else 1)
    assert np.isfinite(model.score(stack))
    assert model.n_features_in_ == stack[0].size


def test_bytes_floats_and_shards_of_the_same_images_give_the_same_codes():
    images = data.load("digits", "train").take(range(60))
    on_disk = data.Images(
        Shards([images.pixels], np.arange(60)), images.labels, images.dataset, "train"
    )
    same = (images, images.pixels, images.pixels / np.float32(255), on_disk)
    codes, scores = [], []
    for each in same:
        model = AutoencoderTransformer(settings=SMALL, epochs=2, random_state=0).fit(each)
        codes.append(model.transform(each))
        scores.append(model.score(each))
    for other in codes[1:]:
        assert np.allclose(other, codes[0], atol=1e-5)
    assert scores == pytest.approx([scores[0]] * 4, abs=1e-5)


def test_a_pickled_one_says_the_same():
    stack = data.load("digits", "test").pixels[:40]
    model = AutoencoderTransformer("conv", 4, epochs=1, random_state=0).fit(stack)
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.transform(stack), model.transform(stack))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.full((9, 8, 8), 2.0), "divide others"),
        (np.full((9, 8, 8), np.nan), "divide others"),
        (np.zeros((9, 8, 8), np.int64), "divide others"),
        (np.zeros((1, 8, 8), np.uint8), "n_samples=1"),
        (np.array([[1e308], [-1e308], [0.0]]), "reaches too far"),
    ],
)
def test_what_cannot_be_learned_from_is_told(given, said):
    with pytest.raises(ValueError, match=said):
        AutoencoderTransformer(epochs=1).fit(given)


def test_other_images_than_those_of_fit_are_refused():
    model = AutoencoderTransformer(settings=SMALL, epochs=1).fit(np.zeros((9, 8, 8), np.uint8))
    with pytest.raises(ValueError, match="shape"):
        model.transform(np.zeros((9, 8, 9), np.uint8))
    with pytest.raises(ValueError, match="images like those"):
        model.transform(np.zeros((9, 64)))
    with pytest.raises(ValueError, match="codes of 32"):
        model.inverse_transform(np.zeros((9, 3)))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"family": "nothing"}, "no model family"),
        ({"latent_dim": 0}, "code size"),
        ({"settings": {"betta": 1}}, "no setting “betta”"),
        ({"settings": {"image_shape": (1, 9, 9)}}, "no setting"),
        ({"epochs": 0}, "epochs"),
        ({"corruption": "rain", "strength": 1.0}, "no corruption"),
    ],
)
def test_what_it_cannot_be_made_of_is_told(told, said):
    with pytest.raises(Problem, match=said):
        AutoencoderTransformer(**{"epochs": 1, **told}).fit(np.eye(9))
