"""The compression screen: its views, with and without MNIST, and learning by heart on request."""

import re

import apptest
import pytest
from streamlit.testing.v1 import AppTest

from aecore.compression import by_heart, shipped
from aecore.compression.by_heart_job import job_of
from pages.compress import pays, rates
from pages.compress.pays import KEY

VIEWS = ("pays", "rates", "lossless", "hearts", "unique")


def opened(**address: str) -> AppTest:
    """The screen as an address opens it."""
    app = apptest.opened("compress", **address)
    assert apptest.complaints(app) == []
    return app


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_without_mnist_on_stand_ins(view, empty):
    words = apptest.words(opened(compress=view))
    assert "decoded from the shipped codes" in words


def test_the_model_pays_from_the_image_on_that_the_figures_say(mnist_folder):
    words = apptest.words(opened(compress_way="8", compress_weights="8"))
    told = shipped.figures()["break_even"]
    for rival, name in (("png", "PNG"), ("webp", "WebP, lossless")):
        found = re.search(rf"Pays against {name} from</dt><dd><b>([\d,]+) images", words)
        assert found and abs(int(found[1].replace(",", "")) - told[rival]) <= 1


def test_fewer_bits_pay_earlier_and_the_vae_of_two_numbers_earliest(mnist_folder):
    figures = shipped.figures()

    def needed(name: str, weights: str, way: str) -> float:
        first, *_rest = pays._lines(figures, name, weights, way)
        return first["decoder"] / (figures["formats"]["png"] - first["each"])

    assert needed("deep-32", "8", "8") < needed("deep-32", "16", "8") < needed("deep-32", "32", "8")
    assert needed("deep-32", "8", "2e") < needed("deep-32", "8", "4e") < needed("deep-32", "8", "8")


def test_how_many_images_stands_in_the_address(mnist_folder):
    app = opened(compress_w="5000000")
    assert app.text_input(key="compress_w").value == "5000000"
    opened(compress_w="-3")  # no number of images: the default, without a word


def test_all_points_have_a_picture(mnist_test):
    drawn = rates._drawn("test", mnist_test.pixels[0])
    for one in shipped.figures()["points"]:
        assert rates._picture_key(one["kind"], one["name"], one["way"]) in drawn
    assert all(picture.shape == (1, 28, 28) for picture in drawn.values())


def test_an_image_comes_back_to_the_last_bit_and_the_table_has_the_decoder(mnist_folder):
    words = apptest.words(opened(compress="lossless", compress_digit="5", compress_other="3"))
    assert "all 784 pixels are the same" in words
    best = shipped.figures()["lossless"]["codes"]
    for key in (
        "bits_a_pixel",
        "bits_a_pixel_with_decoder_10000",
        "bits_a_pixel_with_decoder_70000",
    ):
        assert f"{best[key]:.3f}" in words
    assert best["bits_a_pixel"] < 1.39


def test_a_drawing_is_asked_for_where_there_is_none(mnist_folder):
    app = opened(compress="lossless", compress_digit="drawing")
    assert "all 784 pixels" not in apptest.words(app)


def test_fewer_bits_share_more_codes(mnist_folder):
    sharing = shipped.figures()["unique"]["vae-2"]["sharing"]
    assert [*sharing.values()] == sorted(sharing.values()) and sharing["2"] == 10_000
    words = apptest.words(opened(compress="unique", compress_model="vae-2", compress_depth="4"))
    assert "Group 1" in words and f"{sharing['4']:,}" in words


def test_learning_anew_is_a_job_that_can_be_stopped_and_is_found_again(mnist_folder, monkeypatch):
    app = opened(compress="hearts", compress_hearts="100", compress_seed="1")
    job = job_of(100, 1)
    apptest.wait_for(lambda: job.status().get("curves"))
    assert "Both learn" in apptest.words(app.run())
    apptest.click(app, "Stop and keep what is there")
    apptest.wait_for(lambda: job.state() not in ("starting", "waiting", "running"))
    found = by_heart.load(job.file)
    assert found.facts["images"] == 100 and found.facts["seed"] == 1
    assert "never seen" in apptest.words(app.run())


def test_what_the_component_tells_is_kept(mnist_folder):
    app = opened()
    app.session_state[KEY] = {"images": 250_000}
    app.run()
    assert apptest.complaints(app) == []
