"""Sketch: a photograph is read, one of its digits becomes the drawing, all can be trained on."""

import io
import re

import numpy as np
import paper
import pytest
from apptest import click, complaints, components, on_screen, opened, packed, words
from chromium import SECOND
from PIL import Image
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from aecore import handwriting
from aecore.data import dataset
from aecore.photograph import digits_in, photograph
from pages.sketch.answer import PHOTOGRAPHED
from pages.sketch.photograph import DIGIT
from pages.train.form import data_sets
from ui import drawing, images

COUNT = 20


@pytest.fixture(scope="module")
def sheet(mnist_test):
    """A photograph, as a file, of a page with the first 20 test digits."""
    file = io.BytesIO()
    written = paper.page(mnist_test.pixels[:COUNT, 0], np.random.default_rng(0), "squared")
    written.image.save(file, "JPEG", quality=90)
    return file.getvalue()


@pytest.fixture
def scans(sheet):
    """What is found on it."""
    return [digit.scan() for digit in digits_in(photograph(sheet))]


def html(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def boxes(app: AppTest) -> list[bool]:
    """For each box on the photograph, whether its digit is the one that was taken."""
    block = re.search(r'<div class="photograph">.*?</div>', html(app))
    return ["class=taken" in box for box in re.findall("<i .*?>", block[0])] if block else []


def hand_over(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, content, "image/jpeg"))
    return app.run()


def take(app: AppTest, place: int) -> AppTest:
    app.button_group(key=DIGIT).set_value(place)
    return app.run()


def test_one_click_takes_a_digit_of_the_photograph(mnist_folder, sheet, scans):
    app = hand_over(opened("sketch", digit_by=PHOTOGRAPHED), "page.jpg", sheet)
    assert complaints(app) == []
    assert boxes(app) == [False] * COUNT
    group = app.button_group(key=DIGIT)
    assert group.label == "20 digits: a click takes one"
    as_used = images.png_uri(handwriting.image(scans[3]))
    assert group.options[3] == f"![Digit 4 of 20]({as_used})"
    # the test digits begin with 7 2 1 0 4 1 4 9 5 9
    for place in (0, 3):
        take(app, place)
        assert complaints(app) == []
        assert [n for n, taken in enumerate(boxes(app)) if taken] == [place]
        assert app.query_params[drawing.ADDRESS] == scans[place].text()
        facts, arrays = packed(app, "sketch-answer")
        assert facts["given"] and np.array_equal(
            arrays["digit"][0], handwriting.image(scans[place])
        )


def test_every_screen_takes_it_as_it_takes_a_drawing(mnist_folder, sheet, scans):
    app = take(hand_over(opened("sketch", digit_by=PHOTOGRAPHED), "page.jpg", sheet), 3)
    x = images.png_uri(handwriting.image(scans[3]))
    other = opened("reconstruct", data=drawing.CHOICE, drawing=scans[3].text())
    assert complaints(other) == [] and x in html(other)
    other = opened("start", digit=drawing.CHOICE, drawing=scans[3].text())
    shown = packed(other, "start-walkthrough")[1]["pixels"]
    assert complaints(other) == [] and images.png_uri(shown[-1]) == x
    other = opened("denoise", which=drawing.CHOICE, drawing=scans[3].text())
    shown = packed(other, "denoise-rows")[1]["originals"]
    assert complaints(other) == [] and images.png_uri(shown[0]) == x
    on_screen(app, "map").run()
    assert complaints(app) == [] and "is your drawing" in words(app)
    on_screen(app, "sketch").run()
    # the photograph is still there
    assert len(boxes(app)) == COUNT and packed(app, "sketch-answer")[0]["given"]


def test_the_pad_shows_it_and_the_address_finds_it_again(mnist_folder, scans):
    app = opened("sketch", drawing=scans[3].text())
    assert complaints(app) == []
    x = images.png_uri(handwriting.image(scans[3]))
    assert x in str(components(app)[0].proto)
    shown = packed(app, "sketch-answer")[1]["digit"]
    assert np.array_equal(shown[0], handwriting.image(scans[3]))
    app = opened("sketch", drawing=scans[3].text()[:-9])
    assert len(complaints(app)) == 1 and "damaged" in complaints(app)[0]


def test_all_are_kept_to_train_on(mnist_folder, sheet, scans):
    app = hand_over(opened("sketch", digit_by=PHOTOGRAPHED), "page.jpg", sheet)
    click(app, "Keep all 20 to train on them")
    assert complaints(app) == []
    (link,) = [each for each in app.get("page_link") if "train on them" in each.proto.label]
    kept = re.search(r"own-[\w-]+", link.proto.query_string)[0]
    train = opened("train", train_data=kept)
    assert complaints(train) == []
    source = dataset(data_sets()[kept])
    found = np.concatenate([source.load("train").pixels, source.load("test").pixels])
    assert {one.tobytes() for one in found} == {scan.pixels for scan in scans}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "not a picture"),
        (None, "No digit was found in the picture"),
    ],
)
def test_what_holds_no_digit_is_one_sentence(mnist_folder, sheet, content, said):
    if content is None:
        file = io.BytesIO()
        Image.new("L", (400, 300), 220).save(file, "PNG")
        content = file.getvalue()
    app = hand_over(opened("sketch", digit_by=PHOTOGRAPHED), "page.jpg", sheet)
    hand_over(app, "blank.png", content)
    assert not app.exception and len(app.error) == 1 and said in app.error[0].value
    assert boxes(app) == []


@pytest.mark.browser
def test_photograph_take_draw_and_undo(page, sheet, scans):
    page.goto(f"/sketch?digit_by={PHOTOGRAPHED}")
    expect(page.locator(".places img")).to_have_count(2, timeout=40 * SECOND)
    page.locator("input[type=file]").set_input_files(
        {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": sheet}
    )
    expect(page.locator(".photograph i")).to_have_count(COUNT, timeout=20 * SECOND)
    # the boxes lie on the photograph
    around = page.locator(".photograph img").bounding_box()
    for box in (page.locator(".photograph i").nth(n).bounding_box() for n in (0, COUNT - 1)):
        assert around["x"] < box["x"] < box["x"] + box["width"] < around["x"] + around["width"]
        assert around["y"] < box["y"] < box["y"] + box["height"] < around["y"] + around["height"]
    page.locator(f".st-key-{DIGIT} button").nth(3).click()
    expect(page.get_by_text("Looks like 0").first).to_be_attached(timeout=20 * SECOND)
    # everything of it can be seen at once on a small projector
    last = page.locator(f".st-key-{DIGIT}").bounding_box()
    assert last["y"] + last["height"] <= 720
    page.get_by_text("Draw a digit", exact=True).click()
    pad = page.locator(".sketchpad canvas")
    expect(pad).to_be_visible(timeout=20 * SECOND)
    page.wait_for_timeout(500)
    brightness = pad.evaluate("""pad => {
      const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
      return data.filter((_, n) => n % 4 === 0).reduce((sum, v) => sum + v, 0) / data.length * 4;
    }""")
    assert brightness == pytest.approx(handwriting.image(scans[3]).mean(), rel=0.02)
    pad.focus()
    page.keyboard.press("7")
    expect(page.get_by_text("Looks like 7").first).to_be_attached(timeout=20 * SECOND)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Looks like 0").first).to_be_attached(timeout=20 * SECOND)
    expect(page).to_have_url(re.compile(re.escape(scans[3].text())), timeout=20 * SECOND)
