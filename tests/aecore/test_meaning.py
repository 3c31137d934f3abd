"""Whether the models, metrics and maps mean what the lessons say; on real MNIST."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from aecore import checkpoint, map_file, metrics, projection
from aecore.corruption import CORRUPTIONS, corrupt
from aecore.diagnosis import SIGNS
from aecore.evaluation import card_metrics, encode, evaluate, reconstruct
from aecore.models import build, to_input
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from aecore.recipe import Recipe
from aecore.training.loop import fit

pytestmark = pytest.mark.training

RECIPE = Recipe(epochs=4, batch_size=128, precision="float32")


@pytest.fixture(scope="module")
def some(mnist_train, mnist_test) -> tuple[np.ndarray, np.ndarray]:
    """A tenth of MNIST: enough to see what a test of meaning is about."""
    return mnist_train.pixels[:6000], mnist_test.pixels[:1000]


def trained(family: str, some, recipe: Recipe = RECIPE, **settings):
    torch.manual_seed(0)
    model = build(family, image_shape=(1, 28, 28), **settings)
    epochs = list(fit(model, *some, recipe))
    return model.eval(), epochs


def test_a_linear_autoencoder_comes_close_to_pca_of_its_size(some):
    train, test = some
    k = 8
    pca = PrincipalComponents.fit(train, k)
    x = test.astype(np.float32) / 255
    flat = x.reshape(len(x), -1)
    floor = float(((pca.encode(x, k) @ pca.components + pca.mean - flat) ** 2).mean())
    # the simple family without its sigmoid and with squared error, as Baldi and Hornik have it
    torch.manual_seed(0)
    model = build("simple", image_shape=(1, 28, 28), latent_dim=k)
    images, held_out = to_input(train), to_input(test)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0)
    for _ in range(40):
        for batch in images[torch.randperm(len(images))].split(250):
            optimizer.zero_grad()
            F.mse_loss(model.decode_logits(model.encode(batch)), batch).backward()
            optimizer.step()
    with torch.inference_mode():
        found = float(F.mse_loss(model.decode_logits(model.encode(held_out)), held_out))
    assert found == pytest.approx(floor, rel=0.05)


def test_deep_beats_pca_of_its_size(some, mnist_test):
    model, _ = checkpoint.load(checkpoint.shipped()["deep-32"])
    pca = PrincipalComponents.load(SHIPPED_PCA)
    x = some[1].astype(np.float32) / 255
    ours = metrics.mse(reconstruct(model, some[1]), x).mean()
    straight = metrics.mse(pca.reconstruct(x, 32), x).mean()
    assert ours < 0.4 * straight


def test_kl_falls_when_its_weight_rises(some):
    kl = [trained("vae", some, latent_dim=2, beta=beta)[1][-1].test["kl"] for beta in (0.1, 1, 20)]
    assert kl[0] > kl[1] > kl[2]


@pytest.mark.parametrize("penalty", ["l1", "kl"])
def test_a_sparse_code_has_a_third_of_the_activity_and_draws_as_well(some, penalty):
    recipe = replace(RECIPE, epochs=8)
    dense, sparse = (
        trained("sparse", some, recipe, latent_dim=32, penalty=penalty, sparsity=weight)[1][-1].test
        for weight in (0.0, {"l1": 0.2, "kl": 1.0}[penalty])
    )
    assert sparse["activity"] < dense["activity"] / 3
    assert sparse["recon"] < 1.05 * dense["recon"]


def test_a_denoiser_beats_its_noisy_input_and_a_plain_autoencoder(some):
    noisy = replace(RECIPE, corruption="gaussian", strength=0.7)
    denoiser, _ = trained("deep", some, noisy, latent_dim=64)
    plain, _ = trained("deep", some, latent_dim=64)
    test = to_input(some[1])
    damaged = corrupt(test, "gaussian", 0.5, torch.Generator().manual_seed(0))
    untouched = metrics.psnr(damaged.numpy(), test.numpy()).mean()
    figures = [evaluate(model, some[1], "gaussian", 0.5)["psnr"] for model in (denoiser, plain)]
    assert figures[0] > untouched + 5
    assert figures[0] > figures[1] + 1


def test_an_autoencoder_is_specific_to_its_data(some):
    from aecore import data

    model, _ = checkpoint.load(checkpoint.shipped()["deep-32"])
    clothes = data.load("fashion_mnist", "test").pixels
    digits = evaluate(model, some[1])["mse"]
    assert evaluate(model, clothes)["mse"] > 5 * digits


@pytest.mark.parametrize("name", ["deep-32", "conv-32", "simple-32"])
def test_codes_keep_classes_together(name, mnist_test):
    model, _ = checkpoint.load(checkpoint.shipped()[name])
    codes = encode(model, mnist_test.pixels[:2000])
    assert metrics.knn_accuracy(codes, mnist_test.labels[:2000]) > 0.85


# figure by figure: at most, or at least
AT_MOST = {
    "simple-32": {"bce": 0.0925},
    "deep-32": {"bce": 0.0745, "mse": 0.0045},
    "conv-32": {"bce": 0.0685, "mse": 0.0029},
    "vae-2": {"recon + kl": 136.0},
    "vae-16": {"recon + kl": 99.0},
    "cvae-16": {"recon + kl": 94.0},
    "aae-2": {"ks": 0.05},
}
AT_LEAST = {
    "denoise-256": {"gaussian_0.5_psnr": 21.0},
    "superres-64": {"lowres_0.75_psnr": 19.0},
    "inpaint-128": {"block_0.428571_psnr": 19.0},
    "jigsaw-64": {"jigsaw_1_psnr": 24.0},
}


@pytest.mark.parametrize("name", checkpoint.shipped())
def test_shipped_checkpoints_keep_their_promises(name, mnist_test):
    model, card = checkpoint.load(checkpoint.shipped()[name])
    at = CORRUPTIONS[card.corruption].compared_at
    figures = card_metrics(model, mnist_test.pixels, card.corruption, at, mnist_test.labels)
    # signs of faults were measured while it trained
    kept = {key: told for key, told in card.metrics.items() if key not in SIGNS}
    assert figures.keys() == kept.keys()
    for key, told in kept.items():
        assert figures[key] == pytest.approx(told, rel=0.01), key
    figures["recon + kl"] = figures.get("recon", 0.0) + figures.get("kl", 0.0)
    for key, limit in AT_MOST.get(name, {}).items():
        assert figures[key] <= limit, key
    for key, limit in AT_LEAST.get(name, {}).items():
        assert figures[key] >= limit, key


def test_the_shipped_map_keeps_classes_together(mnist_test):
    shipped = map_file.load_map()
    assert shipped.codes.shape == (10_000, 32) and shipped.positions.shape == (10_000, 2)
    assert np.array_equal(shipped.labels, mnist_test.labels)
    accuracy = metrics.knn_accuracy(shipped.positions, shipped.labels)
    assert accuracy >= 0.955
    assert shipped.facts["knn_accuracy"] == pytest.approx(accuracy)
    model, _ = checkpoint.load(checkpoint.shipped()["deep-32"])
    codes = encode(model, mnist_test.pixels[:100])
    assert np.allclose(codes, shipped.codes[:100], rtol=2e-2, atol=2e-2)


def test_neighbours_are_poor_before_tsne_and_good_after(mnist_test):
    shipped = map_file.load_map()
    codes, labels = shipped.codes[:1500], shipped.labels[:1500]
    seen: list[tuple[int, float]] = []

    def on_step(iteration: int, positions: np.ndarray) -> bool:
        seen.append((iteration, metrics.knn_accuracy(positions, labels)))
        return False

    random = np.random.default_rng(0).normal(size=(1500, 2))
    positions = projection.tsne(codes, perplexity=30, seed=0, on_step=on_step)
    assert positions.shape == (1500, 2) and np.isfinite(positions).all()
    assert metrics.knn_accuracy(random, labels) < 0.3
    straight = metrics.knn_accuracy(projection.first_two_components(codes), labels)
    assert metrics.knn_accuracy(positions, labels) > max(0.85, straight + 0.2)
    assert metrics.trustworthiness(codes, positions) > 0.95
    assert [iteration for iteration, _ in seen] == sorted({iteration for iteration, _ in seen})
    assert np.array_equal(positions, projection.tsne(codes, perplexity=30, seed=0))


def test_stopping_tsne_keeps_what_is_there():
    codes = map_file.load_map().codes[:300]
    steps: list[int] = []

    def on_step(iteration: int, positions: np.ndarray) -> bool:
        steps.append(iteration)
        return iteration >= 30

    assert projection.tsne(codes, perplexity=10, on_step=on_step).shape == (300, 2)
    assert steps[-1] == 30


def test_of_many_a_sample_finds_its_places_first(monkeypatch):
    monkeypatch.setattr(projection, "BARNES_HUT_POINTS", 1000)
    monkeypatch.setattr(projection, "SAMPLE", 300)
    shipped = map_file.load_map()
    codes, labels = shipped.codes[:1500], shipped.labels[:1500]
    seen: list[tuple[int, float]] = []

    def on_step(iteration: int, positions: np.ndarray) -> bool:
        assert positions.shape == (1500, 2)
        seen.append((iteration, metrics.knn_accuracy(positions, labels)))
        return False

    positions = projection.tsne(codes, on_step=on_step)
    iterations = [iteration for iteration, _ in seen]
    assert iterations[:2] == [0, 0] and iterations == sorted(iterations)
    assert iterations[-1] == sum(projection.phases(1500))
    at_last_of_sample = seen[iterations.count(0) - 1][1]
    assert 0.75 < at_last_of_sample < metrics.knn_accuracy(positions, labels)
    assert metrics.knn_accuracy(positions, labels) > 0.85
    assert metrics.trustworthiness(codes, positions) > 0.95
    # stopped in between, all have a place, where one of the sample is
    early = projection.tsne(codes, on_step=lambda iteration, positions: True)
    assert early.shape == (1500, 2) and len(np.unique(early, axis=0)) == 300


@pytest.mark.parametrize(("n", "perplexity"), [(5, 30), (300, 1), (300, 101), (300, float("nan"))])
def test_maps_that_cannot_be_made_are_refused(n, perplexity):
    from aecore.messages import Problem

    with pytest.raises(Problem):
        projection.tsne(np.zeros((n, 4), np.float32), perplexity)
