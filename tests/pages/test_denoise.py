"""The denoising screen: its rows, its figures and its chart."""

import apptest
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from aecore import checkpoint, metrics, restoration
from aecore.checkpoint import Card
from aecore.corruption import CORRUPTIONS, suiting
from pages.denoise import here
from pages.denoise.denoiser import (
    MIXED,
    SHOWN,
    STRENGTHS,
    Denoiser,
    complete,
    curves,
    decibels,
    restored,
)
from pages.denoise.picture import KEY, RIVALS
from ui import cache


def opened(**address: str) -> AppTest:
    """The screen as an address opens it."""
    at = apptest.opened("denoise", **address)
    assert not at.exception
    return at


def html(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def told(at: AppTest) -> tuple[dict, dict[str, np.ndarray]]:
    """Facts and images that the component is told."""
    return apptest.packed(at, KEY)


def moved(at: AppTest, strength: float) -> AppTest:
    """As if the component's slider had been let go there."""
    return at.slider(key="noise").set_value(strength).run()


@pytest.fixture
def denoiser(mnist_test) -> Denoiser:
    path = cache.checkpoints()["denoise-256"]
    return Denoiser(path, cache.card(path), mnist_test)


def test_images_of_many_classes_or_of_one(denoiser):
    labels = denoiser.images.labels
    many, again, other = (denoiser.pick("", seed) for seed in (0, 0, 1))
    assert len(many) == len(set(labels[many])) == SHOWN
    assert np.array_equal(many, again) and not np.array_equal(many, other)
    assert set(labels[denoiser.pick("3", 0)]) == {3}


def test_rows_tell_what_they_show(denoiser):
    chosen = denoiser.subject(MIXED, 0)
    methods = list(denoiser.methods)
    found, means = restored(denoiser, chosen, "gaussian", 0.5, 0, methods)
    names = [denoiser.name(method, "gaussian") for method in methods]
    assert names == ["Noisy", "Denoised", "3×3 median", "PCA, 256 numbers"]
    assert means["model"] > means["median"] + 3 > means["damaged"] + 3
    assert all(images.shape == chosen.pixels.shape for images in found.values())


def test_equal_images_have_no_finite_psnr(denoiser):
    chosen = denoiser.subject(MIXED, 0)
    _found, means = restored(denoiser, chosen, "gaussian", 0.0, 0, ["damaged"])
    assert decibels(means["damaged"]) == "∞ dB"


def test_the_chart_grows_until_it_is_whole(denoiser):
    seen = []
    while not seen or not complete(seen[-1]):
        seen.append(curves(denoiser, "salt_pepper"))
        assert len(seen) <= len(STRENGTHS) + 1
    curve = [seen[-1][strength]["model"] for strength in STRENGTHS]
    assert curve[0] > 20 > curve[-1]


def test_the_slider_changes_the_picture(mnist_folder):
    at = opened()
    facts, before = told(at)
    assert facts["strength"] == 0.5 and len(facts["names"]) == SHOWN
    facts, after = told(moved(at, 0.9))
    assert facts["strength"] == 0.9
    assert np.array_equal(before["originals"], after["originals"])
    assert not np.array_equal(before["restored"], after["restored"])


def test_buttons_draw_other_noise_and_other_images(mnist_folder):
    at = opened()
    facts, before = told(at)
    at.button(key="choose-damage").click().run()
    again, after = told(at)
    assert at.text_input(key="damage").value == "1" and again["seed"] == 1
    assert again["key"] != facts["key"]
    assert np.array_equal(before["originals"], after["originals"])
    assert not np.array_equal(before["restored"], after["restored"])
    at.button(key="choose-others").click().run()
    assert not np.array_equal(told(at)[1]["originals"], before["originals"])
    assert at.text_input(key="others").value == "1"


@pytest.mark.parametrize("kind", [name for name in suiting(symbols=False) if name != "none"])
def test_words_and_buttons_are_those_of_the_damage(mnist_folder, kind):
    at, damage = opened(kind=kind), CORRUPTIONS[kind]
    facts, images = told(at)
    assert facts["words"]["strength"] == damage.slider
    assert facts["words"]["meaning"] == damage.meaning
    assert facts["rows"][:2] == [damage.damaged, damage.restored]
    assert (damage.again in [button.label for button in at.button]) == damage.random
    # what the browser doesn't know, the server does
    assert facts["here"] == (kind in here.DAMAGES) == ("damaged" not in images)


def test_the_browser_runs_what_is_small_enough_and_says_which(mnist_folder):
    facts, images = told(opened())
    assert (facts["runs"], facts["model"]) == ("denoise/light", "denoise-256")
    assert len(facts["weights"]) == 2 and "restored" in images
    facts, images = told(opened(denoiser="superres-64", kind="lowres"))
    assert facts["runs"] == facts["model"] == "superres-64"
    assert "restored" not in images  # it is made there, and asks nobody
    facts, images = told(opened(denoiser="conv-32"))  # too large, and no other learned the same
    assert facts["weights"] == [] and facts["runs"] == "" and "restored" in images


def test_the_light_denoiser_is_light_and_good_enough():
    from aecore import network_layers

    model, card = checkpoint.load(here.LIGHT)
    halves = network_layers.of_encoder(model), network_layers.of_decoder(model)
    assert sum(half.work for half in halves) <= here.MOST_WORK
    assert card.metrics["gaussian_0.5_psnr"] >= 20.3


def test_a_model_tells_its_figure_for_the_damage_that_it_learned(mnist_folder):
    found = html(opened(denoiser="inpaint-128", kind="block"))
    assert "All 10,000 original test digits, Strength 0.43" in found and "20.3 dB" in found
    assert "All 10,000" not in html(opened(denoiser="inpaint-128", kind="gaussian"))


def test_the_address_opens_all_of_it(mnist_folder):
    at = opened(kind="block", noise="0.4", which="3", rivals="true", damage="5", others="2")
    assert at.slider(key="noise").value == 0.4
    facts, images = told(at)
    assert (facts["strength"], facts["seed"], facts["kind"]) == (0.4, 5, "block")
    assert facts["rows"] == ["Damaged", "Restored", "Original"] and len(facts["rivals"]) == 2
    assert images.keys() == {"originals", "restored", "rival0", "rival1"}
    assert set(facts["names"]) == {"3"}


def test_what_the_model_is_compared_with_is_what_others_reach(mnist_test):
    for kind, told in RIVALS.items():
        damaged = restoration.damage(mnist_test.pixels, kind, CORRUPTIONS[kind].compared_at, seed=0)
        original = mnist_test.pixels.astype(np.float32) / 255
        seen = [
            metrics.psnr(images, original).mean()
            for images in (damaged, restoration.median_filter(damaged))
        ]
        assert told == pytest.approx(seen, abs=0.05)


def test_no_dice_for_damage_without_randomness(mnist_folder):
    at = opened(kind="lowres")
    assert "choose-damage" not in {button.key for button in at.button}


def test_a_plain_model_is_beaten_by_the_denoiser(denoiser):
    path = cache.checkpoints()["deep-32"]
    plain = Denoiser(path, cache.card(path), denoiser.images)
    chosen = denoiser.subject(MIXED, 0)
    by_denoiser, by_plain = (
        restored(one, chosen, "gaussian", 0.5, 0, ["model"])[1]["model"]
        for one in (denoiser, plain)
    )
    assert by_denoiser > by_plain + 4


def test_a_model_without_images_says_so(mnist_folder, runs_folder):
    from aecore.models import build

    model = build("conv", image_shape=(3, 32, 20), latent_dim=8)
    (runs_folder / "loaded").mkdir(parents=True)
    card = Card("colour", "conv", model.config.to_json(), dataset="folder:nowhere")
    checkpoint.save(runs_folder / "loaded" / "colour.safetensors", model, card)
    at = opened(denoiser="colour")
    assert "20×32" in at.error[0].value
    assert at.selectbox(key="choose-denoiser").value == "colour"  # and another can be chosen


def test_decoded_digits_are_called_so(tmp_path, monkeypatch):
    monkeypatch.delenv("AECORE_DATA_DIR", raising=False)
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "nothing"))
    at = opened()
    assert told(at)[0]["rows"][2] == "Decoded"
