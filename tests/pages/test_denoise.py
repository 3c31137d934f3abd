"""The denoising screen: its rows, its figures and its chart."""

import re

import apptest
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from aecore import checkpoint, metrics, restoration
from aecore.checkpoint import Card
from aecore.corruption import CORRUPTIONS
from pages.denoise.denoiser import MIXED, SHOWN, STRENGTHS, Denoiser, complete, curves
from pages.denoise.denoiser import rows as rows_of
from pages.denoise.picture import RIVALS
from ui import cache


def opened(**address: str) -> AppTest:
    """The screen as an address opens it."""
    at = apptest.opened("denoise", **address)
    assert not at.exception
    return at


def html(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def images(at: AppTest) -> dict[str, str]:
    """The pictures on the screen by what they show."""
    return {
        alt: uri
        for uri, alt in re.findall(r'<img src="(data:[^"]+)" alt="([^"]*)"', html(at))
        if ": " in alt
    }


def rows(at: AppTest) -> list[str]:
    return re.findall(r'<div class="label"[^>]*>([^<]*)</div>', html(at))


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
    found, means = rows_of(denoiser, chosen, "gaussian", 0.5, 0, rivals=True)
    names = [row.label for row in found]
    assert names == ["Noisy", "Denoised", "Original", "3×3 median", "PCA, 256 numbers"]
    assert means["model"] > means["median"] + 3 > means["damaged"] + 3
    assert all(re.fullmatch(r"\d+\.\d dB", one.caption) for one in found[0].pictures)


def test_equal_images_have_no_finite_psnr(denoiser):
    chosen = denoiser.subject(MIXED, 0)
    found, _means = rows_of(denoiser, chosen, "gaussian", 0.0, 0, rivals=False)
    assert {one.caption for one in found[0].pictures} == {"∞ dB"}


def test_the_chart_grows_until_it_is_whole(denoiser):
    seen = []
    while not seen or not complete(seen[-1]):
        seen.append(curves(denoiser, "salt_pepper"))
        assert len(seen) <= len(STRENGTHS) + 1
    curve = [seen[-1][strength]["model"] for strength in STRENGTHS]
    assert curve[0] > 20 > curve[-1]


def test_the_slider_changes_the_picture(mnist_folder):
    at = opened()
    before = images(at)
    assert len(before) == 3 * SHOWN
    at.slider(key="noise").set_value(0.9).run()
    after = images(at)
    assert before.keys() == after.keys()
    changed = {alt for alt in before if before[alt] != after[alt]}
    assert changed == {alt for alt in before if not alt.startswith("Original")}


def test_buttons_draw_other_noise_and_other_images(mnist_folder):
    at = opened()
    before = images(at)
    at.button(key="choose-damage").click().run()
    after = images(at)
    assert at.text_input(key="damage").value == "1"
    assert {a for a in before if before[a] == after[a]} == {
        alt for alt in before if alt.startswith("Original")
    }
    at.button(key="choose-others").click().run()
    assert images(at) != after and at.text_input(key="others").value == "1"


@pytest.mark.parametrize("kind", [name for name in CORRUPTIONS if name != "none"])
def test_words_and_buttons_are_those_of_the_damage(mnist_folder, kind):
    at, damage = opened(kind=kind), CORRUPTIONS[kind]
    assert at.slider(key="noise").label == damage.slider
    assert rows(at)[:2] == [damage.damaged, damage.restored]
    assert (damage.again in [button.label for button in at.button]) == damage.random


def test_a_model_tells_its_figure_for_the_damage_that_it_learned(mnist_folder):
    found = html(opened(denoiser="inpaint-128", kind="block"))
    assert "All 10,000 original test digits, Strength 0.43" in found and "20.3 dB" in found
    assert "All 10,000" not in html(opened(denoiser="inpaint-128", kind="gaussian"))


def test_the_address_opens_all_of_it(mnist_folder):
    at = opened(kind="block", noise="0.4", which="3", rivals="true", damage="5", others="2")
    assert at.slider(key="noise").value == 0.4
    assert rows(at)[:3] == ["Damaged", "Restored", "Original"] and len(rows(at)) == 5
    assert all(alt.endswith(": 3") for alt in images(at))


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


def test_a_plain_model_is_beaten_by_the_denoiser(mnist_folder):
    def denoised(at: AppTest) -> float:
        return float(re.findall(r"<dt>Denoised</dt><dd><b>([\d.]+) dB", html(at))[0])

    assert denoised(opened()) > denoised(opened(denoiser="deep-32")) + 4


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
    assert "Decoded" in rows(at) and "Original" not in rows(at)
