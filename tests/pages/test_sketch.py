"""Sketch: what it shows of a drawing, where the drawing stays, and drawing itself in a browser."""

import csv
import json
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from apptest import complaints, components, on_screen, opened, packed, wait_for, words
from chromium import COMPLAINTS, SECOND, settled
from PIL import Image
from playwright.sync_api import Page, expect
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from aecore import handwriting
from pages.sketch import compared
from pages.start import walkthrough
from ui import coder, drawing, images

SEVEN, FOUR = (handwriting.ready()[digit] for digit in (7, 4))


def html(app: AppTest) -> list[str]:
    return [element.proto.body for element in app.get("html")]


def answer(app: AppTest) -> tuple[dict, dict[str, np.ndarray]]:
    """Facts and arrays of what stands beside the pad."""
    return packed(app, "sketch-answer")


def source(pixels: np.ndarray) -> str:
    return images.png_uri(pixels)


def told_of_a_map(app: AppTest) -> tuple[dict, dict[str, np.ndarray]]:
    """Facts and arrays that the map's component gets."""
    content = components(app)[0].proto.bytes
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return json.loads(header["__metadata__"]["facts"]), load(content)


def test_a_drawing_in_the_address_is_handed_to_the_models(mnist_folder):
    app = opened("sketch", drawing=SEVEN.text())
    assert complaints(app) == []
    facts, arrays = answer(app)
    assert facts["given"] and facts["centred"] and facts["words"]["code"] == "z: 32 numbers"
    assert np.array_equal(arrays["digit"], drawing.pixels(SEVEN)) and "code" not in arrays
    assert len(facts["models"]["chosen"]) == 2  # encoder and decoder run in the browser
    assert "Denoised" in " ".join(html(app))
    assert "Take home" in [button.label for button in app.button]


def test_a_model_too_large_for_the_browser_is_run_here(mnist_folder):
    app = opened("sketch", drawing=FOUR.text(), sketch_model="conv-32")
    assert "Take home" not in [button.label for button in app.button]
    facts, arrays = answer(app)
    assert facts["models"]["chosen"] == [] and "conv-32" in facts["words"]["rest"]
    path = compared.path_of("conv-32")
    model = coder.of_model("conv-32", path)
    code = model.encode(drawing.pixels(FOUR)[None])
    assert np.allclose(arrays["code"], code[0], atol=1e-6)
    assert np.allclose(arrays["copy"], model.decode(code)[0], atol=1e-6)


def test_noise_changes_only_what_is_under_noise(mnist_folder):
    app = opened("sketch", drawing=SEVEN.text())
    before = html(app)
    told = answer(app)[0]
    app.slider(key="noise").set_value(0.9).run()
    assert answer(app)[0] == told
    changed = [new for old, new in zip(before, html(app), strict=True) if old != new]
    assert len(changed) == 1 and "Denoised" in changed[0]


def test_as_it_stands_on_the_pad(mnist_folder):
    loose = handwriting.Drawing((((100, 100), (120, 140)),), 20, centred=False)
    app = opened("sketch", drawing=loose.text())
    facts, arrays = answer(app)
    assert not facts["centred"] and np.array_equal(arrays["image"][0], handwriting.as_drawn(loose))


def test_without_a_drawing_it_asks_for_one(mnist_folder):
    app = opened("sketch")
    assert complaints(app) == []
    facts, arrays = answer(app)
    assert not facts["given"] and arrays == {}


def test_a_damaged_link_is_one_sentence_and_the_pad_is_there(mnist_folder):
    app = opened("sketch", drawing="!!!")
    assert len(complaints(app)) == 1 and "damaged" in complaints(app)[0]
    assert len(components(app)) == 2 and not answer(app)[0]["given"]


def test_the_drawing_stays_when_the_screen_changes(mnist_folder):
    app = opened("sketch", drawing=SEVEN.text())
    on_screen(app, "start").run()
    on_screen(app, "sketch").run()
    assert complaints(app) == [] and answer(app)[0]["given"]
    assert app.query_params[drawing.ADDRESS] == SEVEN.text()


def test_who_draws_on_before_the_browser_has_the_new_address_loses_nothing(
    mnist_folder, monkeypatch
):
    app = opened("inside", drawing=SEVEN.text())
    app.session_state[drawing.KEPT] = FOUR.text()  # as the pad's callback does
    app.run()
    assert app.query_params["drawing"] == FOUR.text()
    app.query_params["drawing"] = SEVEN.text()  # still on its way when it was written
    app.run()
    assert app.session_state[drawing.KEPT] == FOUR.text()
    assert app.query_params["drawing"] == FOUR.text()
    monkeypatch.setattr(drawing, "LATE", -1.0)
    app.session_state[drawing.LATELY] = {}
    app.query_params["drawing"] = SEVEN.text()  # later it is a link that somebody opens
    app.run()
    assert app.session_state[drawing.KEPT] == SEVEN.text()


def test_other_screens_take_the_drawing(mnist_folder):
    app = opened("reconstruct", data=drawing.CHOICE, drawing=SEVEN.text())
    assert complaints(app) == []
    assert source(drawing.pixels(SEVEN)) in " ".join(html(app))
    assert "Images:</b> Your drawing" in " ".join(html(app))
    app = opened("denoise", which=drawing.CHOICE, drawing=SEVEN.text())
    assert complaints(app) == []
    # eight times the same drawing; each gets noise of its own
    facts, arrays = packed(app, "denoise-rows")
    assert np.array_equal(arrays["originals"], np.repeat(drawing.pixels(SEVEN)[None], 8, axis=0))
    assert facts["rows"][2] == "Your drawing" and len(np.unique(arrays["restored"], axis=0)) == 8


def test_every_screen_keeps_the_drawing_in_its_address(mnist_folder):
    app = opened("train", drawing=SEVEN.text())
    on_screen(app, "models").run()
    assert complaints(app) == []
    assert app.query_params[drawing.ADDRESS] == SEVEN.text()


def test_start_sends_the_drawing_through_its_model(mnist_folder):
    app = opened("start", digit=drawing.CHOICE, drawing=SEVEN.text())
    assert complaints(app) == []
    facts, arrays = packed(app, walkthrough.KEY)
    assert facts["picked"] == facts["choices"][-1]["id"] == drawing.CHOICE
    assert np.array_equal(arrays["pixels"][-1], drawing.pixels(SEVEN))


def test_the_drawing_has_its_place_on_the_plane_and_on_the_map(mnist_folder):
    app = opened("plane", drawing=SEVEN.text())
    assert complaints(app) == []
    facts = json.loads(components(app)[0].proto.json)
    # people begin where their drawing lies, and the real images around it are sevens
    assert facts["own"] == facts["start"]["at"] != [0, 0]
    assert " ".join(html(app)).count("A test image of class 7") > 5
    app = opened("map", drawing=SEVEN.text())
    assert complaints(app) == [] and "is your drawing" in words(app)
    facts, arrays = told_of_a_map(app)
    assert arrays["labels"][facts["own"]] == 7
    assert told_of_a_map(opened("map"))[0]["own"] is None
    app = opened("map", method="bench", drawing=SEVEN.text())
    assert complaints(app) == [] and "nearest to that of your drawing" in words(app)
    facts, arrays = told_of_a_map(app)
    assert arrays["labels"][facts["own"]] == 7


@pytest.mark.parametrize(("name", "parameter"), [("reconstruct", "data"), ("denoise", "which")])
def test_other_screens_ask_for_a_drawing(name, parameter, mnist_folder):
    app = opened(name, **{parameter: drawing.CHOICE})
    assert complaints(app) == [] and "There is no drawing yet" in words(app)


def test_without_mnist_it_shows_decoded_digits_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "empty"))
    app = opened("sketch", drawing=SEVEN.text())
    assert complaints(app) == [] and answer(app)[0]["given"]
    assert "decoded, not the originals" in words(app)


def test_drawings_for_models_of_other_shapes():
    assert drawing.pixels(SEVEN, (3, 20, 31)).shape == (3, 20, 31)
    colour = drawing.pixels(SEVEN, (3, 32, 32))
    assert np.array_equal(colour[0], colour[2]) and colour.any()


@pytest.fixture
def visitor(page):
    """A visitor with an empty pad; ``sent``: how many messages the server has had."""
    page.sent = []
    page.on("websocket", lambda one: one.on("framesent", lambda frame: page.sent.append(frame)))
    page.goto("/sketch")
    expect(page.locator(".sketchpad canvas")).to_be_visible(timeout=40 * SECOND)
    expect(page.locator(".places img")).to_have_count(2, timeout=40 * SECOND)
    return page


def draw(page: Page, *points: tuple[float, float], lift: bool = True) -> None:
    """One stroke through points given as shares of the pad's sides."""
    box = page.locator(".sketchpad canvas").bounding_box()
    for place, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=5)
        if not place:
            page.mouse.down()
    if lift:
        page.mouse.up()


def kept(page: Page) -> handwriting.Drawing:
    """The drawing in the address, once the server has nothing more to say."""
    page.wait_for_timeout(500)  # keys that are held down are told together
    settled(page)
    return handwriting.Drawing.from_text(parse_qs(urlsplit(page.url).query).get("drawing", [""])[0])


def form(page: Page) -> list[int]:
    """The bytes of the drawing as the model sees it."""
    canvas = page.locator(".answer").get_by_role("img", name="Your drawing", exact=True)
    found: list[int] = canvas.evaluate("""canvas => Array.from(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    ).filter((_, i) => i % 4 === 0)""")
    return found


def as_bytes(made: handwriting.Drawing) -> list[int]:
    return drawing.pixels(made).ravel().tolist()


def said(page: Page, sentence: str) -> None:
    expect(page.get_by_text(sentence).first).to_be_attached(timeout=20 * SECOND)


@pytest.mark.browser
def test_draw_a_seven_and_find_it_again(visitor):
    draw(visitor, (0.25, 0.2), (0.75, 0.2), (0.45, 0.9))
    said(visitor, "Looks like 7: so say 9 of its 9 nearest digits.")
    made = kept(visitor)
    assert len(made.strokes) == 1 and made.strokes[0][0] == pytest.approx((70, 56), abs=2)
    wait_for(lambda: form(visitor) == as_bytes(made))
    assert visitor.locator(".places .place").count() == 2

    draw(visitor, (0.4, 0.5), (0.75, 0.5))
    said(visitor, "Stroke 2.")
    assert len(kept(visitor).strokes) == 2
    visitor.get_by_role("button", name="Undo").click()
    assert kept(visitor) == made
    visitor.reload()
    said(visitor, "Looks like 7")
    assert kept(visitor) == made
    wait_for(lambda: form(visitor) == as_bytes(made))

    visitor.get_by_role("link", name="Your drawing in “Reconstruct”").click()
    expect(visitor.locator("h1")).to_have_text("What survives the bottleneck?", timeout=20 * SECOND)
    own = visitor.get_by_role("img", name="Your drawing", exact=True)
    expect(own).to_have_count(1, timeout=20 * SECOND)
    assert own.get_attribute("src") == source(drawing.pixels(made))
    assert kept(visitor) == made
    visitor.get_by_role("link", name="Sketch", exact=True).click()
    said(visitor, "Looks like 7")
    assert kept(visitor) == made
    assert not visitor.locator(COMPLAINTS).count()


@pytest.mark.browser
def test_code_and_pictures_can_be_kept(visitor):
    code = visitor.get_by_role("button", name="Code · CSV")
    expect(code).to_be_disabled()  # nothing is drawn
    draw(visitor, (0.25, 0.2), (0.75, 0.2), (0.45, 0.9))
    expect(code).to_be_enabled(timeout=30 * SECOND)
    with visitor.expect_download() as kept:
        code.click()
    rows = dict(csv.reader(kept.value.path().read_text().splitlines()[1:]))
    assert [*rows][:32] == [f"z{n}" for n in range(1, 33)]
    assert {*rows} >= {"plane x", "plane y", "map x", "map y"}
    with visitor.expect_download() as kept:
        visitor.get_by_role("button", name="Pictures · PNG").click()
    picture = np.asarray(Image.open(kept.value.path()).convert("L"))
    assert picture.shape == (28, 56)  # the drawing, and its copy
    drawing, copy = (half.astype(float) / 255 for half in np.hsplit(picture, 2))
    assert 0 < ((drawing - copy) ** 2).mean() < 0.02


@pytest.mark.browser
def test_the_models_answer_while_the_pen_moves_and_nobody_is_asked(visitor):
    settled(visitor)
    visitor.wait_for_timeout(SECOND)
    visitor.sent.clear()
    sentence = visitor.locator(".answer .sentence")
    draw(visitor, (0.5, 0.15), (0.5, 0.85), lift=False)
    expect(sentence).to_contain_text("Looks like 1", timeout=20 * SECOND)
    ring = visitor.locator(".map .place")
    before = ring.bounding_box()
    for x, y in ((0.5, 0.15), (0.3, 0.2), (0.15, 0.15), (0.15, 0.2)):
        at = visitor.locator(".sketchpad canvas").bounding_box()
        visitor.mouse.move(at["x"] + x * at["width"], at["y"] + y * at["height"], steps=5)
    expect(sentence).to_contain_text("Looks like 7", timeout=20 * SECOND)
    assert ring.bounding_box() != before
    assert visitor.sent == [] and "drawing=" not in visitor.url
    visitor.mouse.up()
    made = kept(visitor)  # from here on the drawing has the form that Python gives it
    wait_for(lambda: form(visitor) == as_bytes(made))


@pytest.mark.browser
def test_a_large_model_answers_when_the_pen_rests(visitor):
    visitor.goto("/sketch?sketch_model=conv-32")
    rest = visitor.get_by_text("conv-32 is large")
    expect(visitor.locator(".places img")).to_have_count(2, timeout=40 * SECOND)
    expect(rest).to_be_hidden()
    draw(visitor, (0.25, 0.2), (0.75, 0.2), (0.45, 0.9), lift=False)
    expect(rest).to_be_visible(timeout=20 * SECOND)
    visitor.mouse.up()
    expect(visitor.locator(".answer").get_by_text("x̂: MSE 0.0")).to_be_visible(timeout=20 * SECOND)
    expect(rest).to_be_hidden()


@pytest.mark.browser
def test_by_keyboard_alone(visitor):
    pad = visitor.locator(".sketchpad canvas")
    pad.focus()
    expect(pad).to_have_accessible_name("Pad for drawing a digit")
    visitor.keyboard.press("3")
    said(visitor, "A 3 is on the pad.")
    said(visitor, "Looks like 3")
    # while the pen moves, the browser rounds a little otherwise
    wait_for(lambda: form(visitor) == as_bytes(kept(visitor)))
    centred = form(visitor)
    at = kept(visitor).strokes[0][0]
    for _ in range(3):
        visitor.keyboard.press("ArrowRight")
    said(visitor, "Moved.")
    assert kept(visitor).strokes[0][0] == (at[0] + 30, at[1])
    wait_for(lambda: form(visitor) == as_bytes(kept(visitor)))
    assert np.abs(np.subtract(form(visitor), centred)).max() <= 3  # moved, and centred again
    visitor.get_by_role("checkbox", name="Fit and centre it").uncheck()
    said(visitor, "as on the pad")
    made = kept(visitor)
    assert form(visitor) == as_bytes(made) != centred
    pad.focus()
    visitor.keyboard.press("Control+z")
    said(visitor, "Undone.")
    visitor.keyboard.press("Delete")
    said(visitor, "The pad is empty.")
    said(visitor, "Draw a digit, or press a number key on the pad")
    assert kept(visitor) == handwriting.Drawing()


@pytest.mark.browser
def test_a_finger_draws_and_does_not_scroll(visitor):
    box = visitor.locator(".sketchpad canvas").bounding_box()
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch = visitor.context.new_cdp_session(visitor)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [middle]})
    for down in range(10, 60, 10):
        point = {"x": middle["x"], "y": middle["y"] + down}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    said(visitor, "Looks like 1")
    (stroke,) = kept(visitor).strokes
    assert stroke[-1][1] - stroke[0][1] == pytest.approx(50 / box["height"] * 280, abs=4)
    assert visitor.locator('[data-testid="stMain"]').evaluate("main => main.scrollTop") == 0
