"""Learning by heart: trainings on few images, of so many steps; what is shipped of them."""

from dataclasses import replace

import numpy as np
import pytest

from aecore import by_heart, checkpoint, data
from aecore.__main__ import main
from aecore.by_heart import REMEDIES, SIZES, ByHeart
from aecore.messages import Problem
from aecore.recipe import Recipe
from aecore.training.cost import expected_seconds
from aecore.training.loop import fit, split
from aecore.training.run import Run


@pytest.fixture(scope="module")
def shipped() -> ByHeart:
    return ByHeart.load()


def test_fewer_images_are_among_more_and_are_never_held_back():
    few, none = split(1000, Recipe(images=20, seed=3))
    more, _none = split(1000, Recipe(images=300, seed=3))
    assert len(few) == 20 and len(none) == 0 and set(few.tolist()) < set(more.tolist())
    assert len(set(few.tolist())) == 20
    learned, held_back = split(1000, Recipe(images=20, seed=3, validation=0.1))
    assert (len(learned), len(held_back)) == (18, 2)
    assert {*learned.tolist(), *held_back.tolist()} == {*few.tolist()}
    places = by_heart.drawn_places(1000, by_heart.plan(300, "early", seed=3))
    assert set(places.tolist()) < set(learned.tolist())


def test_an_epoch_has_as_many_steps_as_are_asked_for():
    from aecore.models import build

    pixels = data.load("digits", "train").pixels
    recipe = Recipe(epochs=1, images=20, steps=7, batch_size=8, precision="float32")
    seen = []
    model = build("simple", image_shape=(1, 28, 28), latent_dim=2)
    whole = model.losses
    model.losses = lambda x, *more: seen.append(x) or whole(x, *more)
    list(fit(model, pixels, pixels[:4], recipe, tick=lambda share: False))
    trained = [len(x) for x in seen if len(x) == 8]
    assert len(trained) == 7


def test_more_images_than_there_are_is_told(capsys):
    assert main(["train", "--dataset", "digits", "--images", "2000"]) == 1
    told = capsys.readouterr().err
    assert "There are 1437 training examples; 2000 cannot be learned from." in told
    with pytest.raises(Problem):
        Recipe(images=-1)


def test_the_cost_counts_steps_not_images():
    few, many = (by_heart.plan(size, "none") for size in (64, 60_000))
    assert expected_seconds(few) == expected_seconds(many)


def test_a_run_made_anew_has_the_curve_of_the_table(monkeypatch):
    monkeypatch.setattr(by_heart, "RECIPE", replace(by_heart.RECIPE, epochs=3, steps=4))
    plan = by_heart.plan(20, "dropout", "digits")
    run = Run.prepared(plan)
    run.train()
    train, test = data.load("digits", "train"), data.load("digits", "test")
    _model, curve, last = by_heart._trained(plan, train, test)
    assert np.allclose(by_heart.curve(run.epochs()), curve, rtol=1e-4)
    figures = checkpoint.describe(run.checkpoint).metrics
    assert np.allclose(last, [figures["train_mse"], figures["mse"]], rtol=0.05)


def test_what_is_shipped_means_what_the_lesson_says(shipped):
    gap = shipped.gap()
    none = list(REMEDIES).index("none")
    assert (np.diff(gap[:, none]) < 0).all()  # the more images, the smaller the gap
    assert gap[0, none] > 20 * abs(gap[-1, none])
    assert shipped.kept[0, none, 0] < 0.002  # twenty digits are learned to the last stroke
    # no remedy is worth as much as five times the images
    for s in range(len(SIZES) - 3):
        assert shipped.kept[s, :, 1].min() > shipped.kept[s + 1, none, 1]


def test_what_is_shipped_is_small_and_whole(shipped):
    assert by_heart.BY_HEART.stat().st_size < 500_000
    assert shipped.pictures.shape == (len(SIZES), len(REMEDIES), 8, 1, 28, 28)
    ended = np.isnan(shipped.curves).any(axis=(2, 3))
    assert not ended[:, :-1].any()  # only early stopping leaves epochs out
    assert np.isfinite(shipped.kept).all()


def test_another_file_is_refused(tmp_path, shipped):
    with pytest.raises(Problem, match="doesn't hold"):
        ByHeart.load(checkpoint.SHIPPED / "map.safetensors")
    cut = replace(shipped, kept=shipped.kept[:3])
    cut.save(tmp_path / "x.safetensors")
    with pytest.raises(Problem, match="damaged"):
        ByHeart.load(tmp_path / "x.safetensors")
