"""What codes are drawn from, and ways between codes."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from aecore import checkpoint, classifier, generator, walks
from aecore.generator import GAUSSIAN, MIXTURE, SHIPPED_PRIORS, STANDARD
from aecore.messages import Problem
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from aecore.priors import Prior, load_priors, save_priors

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def pca() -> generator.Generator:
    return generator.of_pca(PrincipalComponents.load(SHIPPED_PCA), (1, 28, 28))


@pytest.fixture(scope="module")
def deep() -> generator.Generator:
    path = checkpoint.shipped()["deep-32"]
    return generator.of_model(checkpoint.load(path)[0], checkpoint.digest(path))


def test_a_mixture_fits_better_than_one_gaussian(deep, mnist_train, mnist_test):
    known, unseen = mnist_train.take(slice(0, 6000)), mnist_test.take(slice(0, 1000))
    fitted = {way: deep.fit(way, known) for way in (GAUSSIAN, MIXTURE)}
    codes = deep.encode(unseen.pixels, None)
    likely = {way: prior.log_density(codes).mean() for way, prior in fitted.items()}
    assert likely[MIXTURE] > likely[GAUSSIAN] + 1  # nats
    # and what is drawn from it is read as a digit more surely
    judge = classifier.shipped()
    sure = {
        way: judge.probabilities(deep.decode(prior.draw(300, 0), None)).max(1).mean()
        for way, prior in fitted.items()
    }
    assert sure[MIXTURE] > sure[GAUSSIAN]


def test_a_gaussian_is_the_codes_mean_and_covariance():
    codes = np.random.default_rng(0).normal(size=(500, 3)) @ np.triu(np.ones((3, 3))) + 5
    found = Prior.gaussian(codes)
    assert found.means[0] == pytest.approx(codes.mean(0), abs=1e-6)
    covariance = found.factors[0] @ found.factors[0].T
    assert covariance == pytest.approx(np.cov(codes, rowvar=False, bias=True), abs=1e-2)
    drawn = found.draw(20_000, 1)
    assert drawn.mean(0) == pytest.approx(codes.mean(0), abs=0.1)
    assert np.cov(drawn, rowvar=False) == pytest.approx(covariance, abs=0.2)


def test_the_density_is_that_of_the_normal_distribution():
    from scipy.stats import multivariate_normal

    codes = np.random.default_rng(0).normal(size=(20, 4))
    expected = multivariate_normal(np.zeros(4), np.eye(4)).logpdf(codes)
    assert Prior.standard(4).log_density(codes) == pytest.approx(expected)


def test_temperature_widens_and_the_seed_repeats():
    prior = Prior.standard(8)
    cold, usual, hot = (prior.draw(50, 3, temperature) for temperature in (0.0, 1.0, 2.0))
    assert not cold.any() and hot == pytest.approx(2 * usual)
    assert np.array_equal(usual, prior.draw(50, 3)) and not np.array_equal(usual, prior.draw(50, 4))
    with pytest.raises(Problem, match="seed"):
        prior.draw(1, -1)


def test_a_mixture_is_asked_for_a_class(pca, mnist_train):
    prior = pca.fit(MIXTURE, mnist_train.take(slice(0, 8000)))
    wanted = np.arange(200) % 10
    drawn = pca.decode(prior.draw(200, 0, 0.7, wanted), None)
    assert (classifier.shipped().predict(drawn) == wanted).mean() > 0.85
    assert prior.tells_classes and not Prior.standard(2).tells_classes
    with pytest.raises(Problem, match="no class 11"):
        prior.draw(3, 0, asked=np.full(3, 11))


def test_asked_classes_are_drawn():
    path = checkpoint.shipped()["cvae-16"]
    told = generator.of_model(checkpoint.load(path)[0], checkpoint.digest(path))
    prior = generator.shipped_prior(told.key, MIXTURE)
    assert prior is not None
    wanted = np.arange(500) % 10
    drawn = told.decode(prior.draw(500, 0, asked=wanted), wanted)
    assert (classifier.shipped().predict(drawn) == wanted).mean() >= 0.97  # 0.98 of 10,000


def test_few_images_get_few_components():
    codes = np.random.default_rng(0).normal(size=(35, 2))
    assert len(Prior.mixture(codes, None).weights) == 2
    shares = []
    Prior.mixture(codes, np.arange(35) % 2, progress=shares.append)
    assert shares == [0.5, 1.0]


def test_the_shipped_ones_belong_to_the_shipped_models(deep):
    found = generator.shipped_prior(deep.key, MIXTURE)
    assert found is not None and found.numbers == 32
    assert generator.shipped_prior("another model", MIXTURE) is None
    path = checkpoint.shipped()["vae-2"]
    made_for_it = generator.of_model(checkpoint.load(path)[0], checkpoint.digest(path))
    assert made_for_it.ways == (STANDARD, GAUSSIAN, MIXTURE)
    assert deep.ways == (GAUSSIAN, MIXTURE)


def test_a_file_of_them_is_read_again_and_a_damaged_one_refused(tmp_path):
    codes = np.random.default_rng(0).normal(size=(200, 5))
    made = {"a": Prior.gaussian(codes), "b": Prior.mixture(codes, np.arange(200) % 2)}
    path = tmp_path / "priors.safetensors"
    save_priors(path, made, {"images": 200})
    again = load_priors(path)
    assert list(again) == ["a", "b"]
    for name, prior in made.items():
        assert again[name].factors == pytest.approx(prior.factors, abs=1e-2)
        assert np.array_equal(again[name].classes, prior.classes)
    tensors = load_file(path)
    header = {checkpoint.KEY: json.dumps(checkpoint.read_header(path).ours)}
    for role, wrong in (("weights", -tensors["0.weights"]), ("means", tensors["0.means"][:, :2])):
        save_file({**tensors, f"0.{role}": np.ascontiguousarray(wrong)}, path, header)
        with pytest.raises(Problem, match="damaged"):
            load_priors(path)
    with pytest.raises(Problem):
        load_priors(checkpoint.SHIPPED / "pca.safetensors")
    assert SHIPPED_PRIORS.stat().st_size < 1_500_000


def test_a_straight_way_and_an_arc():
    a, b = np.array([2.0, 0, 0]), np.array([0, 4.0, 0])
    shares = np.linspace(0, 1, 5)
    straight, arc = walks.straight(a, b, shares), walks.spherical(a, b, shares)
    for way in (straight, arc):
        assert way[0] == pytest.approx(a) and way[-1] == pytest.approx(b)
    assert np.diff(straight, axis=0) == pytest.approx(np.tile((b - a) / 4, (4, 1)))
    assert np.linalg.norm(arc, axis=1) == pytest.approx([2, 2.5, 3, 3.5, 4])
    # around another middle, and where there is no arc
    assert walks.spherical(a, b, shares, middle=a)[2] == pytest.approx((a + b) / 2)
    assert walks.spherical(a, -a, shares)[2] == pytest.approx(0)
    fade = walks.cross_fade(np.zeros((1, 2, 2)), np.ones((1, 2, 2)), shares)
    assert fade[:, 0, 0, 0] == pytest.approx(shares)
