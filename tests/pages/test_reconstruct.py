"""Reconstruct: which images and models it shows, what it says of them, and bad uploads."""

import io
import json
import re

import apptest
import numpy as np
import paper
import pytest
from apptest import components, on_screen, packed
from chromium import SECOND, settled
from PIL import Image
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.models import build
from aecore.photograph import digits_in
from pages.reconstruct import measured
from pages.reconstruct.picture import ROWS
from ui import cache, coder, images


def opened(**address: str) -> AppTest:
    return apptest.opened("reconstruct", **address)


def html(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def words(app: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "error")
    return " ".join(element.value for kind in kinds for element in app.get(kind))


def rows(app: AppTest) -> list[dict]:
    """The picture's rows, of test images; of an image of one's own they are HTML."""
    found = [one for one in components(app) if one.proto.id.endswith(ROWS)]
    return json.loads(found[0].proto.json)["rows"] if found else []


def labels(app: AppTest) -> list[str]:
    """The names of the picture's rows."""
    parts = html(app).split('<div class="label">')[1:]
    return [row["label"] for row in rows(app)] or [part.split("<")[0] for part in parts]


def captions(app: AppTest, row: int) -> list[str]:
    """What stands under the images of a row."""
    if found := rows(app):
        return [one["caption"] for one in found[row]["pictures"]]
    part = html(app).split('<div class="label">')[1 + row]
    return [each.split("<")[0] for each in part.split("<figcaption>")[1:]]


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def hand_over(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, content, "image/png"))
    return app.run()


def report(share: float) -> None:
    """Nobody waits."""


def test_shows_model_and_pca_with_their_figures(mnist_folder):
    app = opened()
    assert not app.exception and not app.error and not app.warning
    assert labels(app) == ["Original", "deep-32", "difference", "PCA-32", "difference"]
    assert len(captions(app, 0)) == 8
    model, pca = ([float(c) for c in captions(app, row)[:8]] for row in (1, 3))
    assert sum(model) < sum(pca)
    assert "0.0035" in html(app) and "PCA of the same size 0.0168" in html(app)
    facts, arrays = packed(app, "reconstruct-codes")
    assert facts["coders"][0]["caption"] == "deep-32: 32 numbers"
    assert arrays["code0"].shape == arrays["code1"].shape == (8, 32)


def test_the_figure_on_the_card_is_the_mean_over_the_test_images(mnist_test):
    path = checkpoint.shipped()["deep-32"]
    card = checkpoint.describe(path)
    model = coder.of_model("deep-32", path)
    mse = measured.errors(model, mnist_test, report)
    assert mse.shape == (10_000,)
    assert mse.mean() == pytest.approx(card.metrics["mse"], rel=1e-3)
    straight = coder.rival(card)
    assert straight.latent_dim == 32
    assert measured.errors(straight, mnist_test, report).mean() > 3 * mse.mean()


def test_differences_and_pca_can_be_switched_off(mnist_folder):
    app = opened(pca="false", differences="false", models="deep-32~simple-32")
    assert labels(app) == ["Original", "deep-32", "simple-32"]


def test_images_of_one_class_and_more_of_them(mnist_folder):
    app = opened(how="class", **{"class": "7"})
    assert captions(app, 0) == ["7"] * 8
    before = captions(app, 1)
    next(button for button in app.button if button.label == "More").click().run()
    assert captions(app, 0) == ["7"] * 8 and captions(app, 1) != before
    assert app.number_input(key="seed").value == 1
    assert captions(opened(how="class", seed="1", **{"class": "7"}), 1) == captions(app, 1)


def test_the_worst_come_first(mnist_folder, mnist_test):
    app = opened(how="worst", differences="false")
    found = [float(caption) for caption in captions(app, 1)]
    model = coder.of_model("deep-32", checkpoint.shipped()["deep-32"])
    mse = measured.errors(model, mnist_test, report)
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(1000 * mse.max(), abs=0.1)
    assert "10,000" in words(app)


def test_other_images_show_that_it_is_data_specific(mnist_folder):
    app = opened(data="digits")
    assert "data-specific" in words(app)
    assert "on MNIST, from which it learned, 0.0035" in html(app)


def test_code_of_the_image_that_is_chosen(mnist_folder):
    first = opened()
    third = opened(image="3")
    assert packed(third, "reconstruct-codes")[0]["picked"] == 2
    assert captions(first, 1) == captions(third, 1)


@pytest.mark.browser
def test_the_code_follows_the_pointer_and_a_click_keeps_it(page):
    sent: list[object] = []
    page.on("websocket", lambda one: one.on("framesent", lambda frame: sent.append(frame)))
    page.goto("/reconstruct?pca=false")
    code = page.locator(".codes .bars")
    expect(code).to_have_accessible_name("Code of image 1 by deep-32", timeout=40 * SECOND)
    settled(page)
    page.wait_for_timeout(SECOND)
    sent.clear()
    first = code.inner_html()
    fifth = page.get_by_role("img", name="Image 5", exact=True)
    fifth.hover()
    expect(code).to_have_accessible_name("Code of image 5 by deep-32")
    assert code.inner_html() != first and sent == []
    page.get_by_role("heading", level=1).hover()
    expect(code).to_have_accessible_name("Code of image 1 by deep-32")
    assert code.inner_html() == first and sent == []
    fifth.click()
    expect(page).to_have_url(re.compile(r"[?&]image=5"), timeout=20 * SECOND)
    page.get_by_role("heading", level=1).hover()
    expect(code).to_have_accessible_name("Code of image 5 by deep-32")


def test_without_a_model_it_asks_for_one(mnist_folder):
    app = opened(models="~")
    assert not app.exception and "Choose one to three models" in words(app)


def test_model_of_another_image_size_is_left_out_in_a_sentence(mnist_folder, tmp_path):
    loaded = tmp_path / "runs" / "loaded"
    loaded.mkdir(parents=True)
    model = build("simple", image_shape=(3, 8, 12), latent_dim=4)
    card = Card("other", "simple", model.config.to_json(), dataset="folder:gone")
    checkpoint.save(loaded / "colour.safetensors", model, card)

    app = opened(models="deep-32~colour")
    assert not app.exception and "deep-32" in labels(app) and "colour" not in labels(app)
    assert "colour is left out: it knows images of 12×8 pixels in colour" in words(app)
    assert not opened(models="colour").exception

    own = hand_over(opened(models="colour", data="upload"), "a.png", png(np.eye(30) > 0))
    assert not own.exception and labels(own) == ["Original", "colour"]
    assert "No PCA here" in words(own)


def test_damaged_model_in_the_address_is_told(mnist_folder, tmp_path):
    loaded = tmp_path / "runs" / "loaded"
    loaded.mkdir(parents=True)
    (loaded / "bad.safetensors").write_bytes(b"nothing")
    app = opened(models="bad")
    assert not app.exception and "bad" in app.warning[0].value
    assert "deep-32" in labels(app)


def test_upload_goes_through_the_models_and_stays(mnist_folder):
    app = opened(data="upload")
    assert "28×28 grey pixels" in words(app)
    ink = np.full((60, 40), 250, np.uint8)
    ink[10:50, 18:22] = 10
    hand_over(app, "one.png", png(ink))
    assert labels(app) == ["Original", "deep-32", "PCA-32"]
    assert "dark on light" in words(app) and "data-specific" in words(app)
    before = captions(app, 1)
    app.toggle(key="invert").set_value(True).run()
    assert captions(app, 1) != before

    on_screen(app, "start").run()
    on_screen(app, "reconstruct").run()
    assert labels(app) == ["Original", "deep-32", "PCA-32"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "not a picture"),
        (png(np.zeros((50, 50), np.uint8))[:60], "damaged"),
        (png(np.zeros((9000, 9000), bool)), "40 million pixels"),
    ],
    ids=["no picture", "truncated", "huge"],
)
def test_bad_upload_is_one_sentence(mnist_folder, content, said):
    app = hand_over(opened(data="upload"), "bad.png", content)
    assert not app.exception
    assert len(app.error) == 1 and said in app.error[0].value


def test_of_a_photographed_digit_the_digit_is_shown_at_first(mnist_test):
    seen = paper.photograph(mnist_test.pixels[0, 0], np.random.default_rng(0), "lined").image
    app = hand_over(opened(data="upload"), "photo.png", png(np.asarray(seen)))
    assert not app.exception and not app.error and "1 digit was found" in words(app)
    (digit,) = digits_in(seen)
    assert images.png_uri(digit.pixels) in html(app)
    as_digit = float(captions(app, 1)[0])
    toggle = next(each for each in app.toggle if each.label.startswith("The digit instead"))
    assert toggle.value
    toggle.set_value(False).run()
    assert images.png_uri(digit.pixels) not in html(app) and "dark on light" in words(app)
    assert float(captions(app, 1)[0]) > 3 * as_digit  # mud


def test_of_a_photographed_page_any_digit_is_shown(mnist_test):
    seen = paper.page(mnist_test.pixels[:20, 0], np.random.default_rng(0)).image
    app = hand_over(opened(data="upload"), "page.png", png(np.asarray(seen)))
    assert not app.exception and not app.error and "20 digits were found" in words(app)
    digits = digits_in(seen)
    assert images.png_uri(digits[0].pixels) in html(app)
    app.number_input[0].set_value(7).run()
    assert images.png_uri(digits[6].pixels) in html(app)


def test_no_digit_is_seen_in_what_is_no_photograph_of_one(mnist_test):
    for pixels in (mnist_test.pixels[0, 0], np.full((300, 300), 200, np.uint8)):
        app = hand_over(opened(data="upload"), "a.png", png(pixels))
        assert not app.exception and "looks like handwriting" not in words(app)


def test_notes_on_an_upload_are_shown(mnist_folder):
    frames = [Image.new("L", (28, 28), grey) for grey in (0, 200)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    app = hand_over(opened(data="upload"), "two.gif", file.getvalue())
    assert "several frames" in words(app)


def test_decoded_digits_are_not_measured_as_if_they_were_originals(tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "empty"))
    app = opened()
    assert not app.exception and not app.error
    assert labels(app)[0] == "Decoded" and "measured on the originals" in html(app)
    assert "PCA of the same size" not in html(app)


def test_pca_is_fitted_to_what_the_model_learned_from():
    card = Card("own", "simple", {"image_shape": [1, 28, 28], "latent_dim": 5}, dataset="digits")
    straight = coder.rival(card)
    train = cache.images("digits", "train").pixels
    codes = straight.encode(train)
    x_hat = straight.decode(codes)
    assert codes.shape == (len(train), 5) and x_hat.shape == train.shape
    assert abs(codes.mean(0)).max() < 1e-3  # centred on these very images
