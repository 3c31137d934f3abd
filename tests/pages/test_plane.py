"""The latent plane: its geometry, what the server says, and what a browser makes of it."""

import base64
import io
import json
import re
from statistics import NormalDist

import numpy as np
import pytest
from apptest import components, opened, words
from chromium import SECOND, settled
from PIL import Image
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from aecore import checkpoint, handwriting
from aecore.checkpoint import Card
from pages.plane import plane
from ui import cache


def facts(app: AppTest) -> dict:
    """What the component is told."""
    (mounted,) = (
        one.proto for one in components(app) if one.proto.component_name.endswith(".plane")
    )
    return json.loads(mounted.json)


def keep(folder, name: str, family: str, shape=(1, 28, 28), dataset="mnist", **settings) -> None:
    """An untrained checkpoint with a code of two numbers among the loaded ones."""
    from aecore.models import build

    model = build(family, image_shape=shape, latent_dim=2, **settings)
    (folder / "loaded").mkdir(parents=True, exist_ok=True)
    card = Card(name, family, model.config.to_json(), dataset=dataset)
    checkpoint.save(folder / "loaded" / f"{name}.safetensors", model, card)


def vae(mnist_test) -> plane.Plane:
    path = cache.checkpoints()["vae-2"]
    return plane.of_model(path, cache.card(path), mnist_test)


@pytest.mark.parametrize("spacing", ["linear", "quantile"])
@pytest.mark.parametrize("n", [5, 20])
def test_tiles_lie_in_rows_from_the_top_left(spacing, n):
    positions = plane.tile_positions(spacing, n).reshape(n, n, 2)
    assert (np.diff(positions[..., 0], axis=1) > 0).all()
    assert (np.diff(positions[..., 1], axis=0) < 0).all()
    assert np.allclose(positions[0, 0], [-positions[-1, -1, 0], positions[0, 0, 1]])
    shares = [NormalDist().cdf(x) for x in positions[0, :, 0]]
    even = positions[0, :, 0] if spacing == "linear" else np.array(shares)
    assert np.ptp(np.diff(even)) < 1e-9


def test_codes_crowd_around_the_origin(mnist_test):
    positions = vae(mnist_test).positions
    assert np.abs(positions.mean(0)).max() < 0.3
    assert 0.5 < positions.std() < 1.5
    pca = plane.of_pca(cache.card(cache.checkpoints()["vae-2"]), mnist_test)
    assert np.allclose(pca.positions.std(0), 1, atol=1e-3)


def test_far_is_where_hardly_any_code_has_its_next():
    lattice = np.stack(np.meshgrid(np.arange(20.0), np.arange(20.0)), -1).reshape(-1, 2)
    assert plane.far_from_all(lattice) == pytest.approx(1)
    assert plane.far_from_all(np.concatenate([lattice, [[100.0, 0]]])) == pytest.approx(1)


def test_the_pins_mark_a_3_and_an_8(mnist_folder, mnist_test):
    app = opened("plane")
    pins = facts(app)["start"]["pins"]
    positions = vae(mnist_test).positions
    for pin, label in zip(pins, (3, 8), strict=True):
        nearest = ((positions - pin) ** 2).sum(1).argsort()[:15]
        assert (mnist_test.labels[nearest] == label).sum() > 7


def test_the_address_says_where_people_are(mnist_folder):
    start = facts(opened("plane", z1="1.5", z2="-2.25", pins="1~2~-1~0.5", way="round"))["start"]
    assert start["at"] == [1.5, -2.25]
    assert start["pins"] == [[1, 2], [-1, 0.5]] and start["moved"] and start["way"] == "round"
    view = facts(opened("plane", view="0.4~0.6~0.1", n="7", spacing="quantile"))
    assert view["start"]["view"] == [0.4, 0.6, 0.1]
    assert view["n"] == 7 and view["spacing"] == "quantile"


@pytest.mark.parametrize(
    "address",
    [{"z1": "nan"}, {"z1": "1e9", "z2": "x"}, {"pins": "1~2~3"}, {"view": "0.5~0.5~0"}],
)
def test_nonsense_in_the_address_is_left_out(mnist_folder, address):
    app = opened("plane", **address)
    assert not app.exception and not app.error
    start = facts(app)["start"]
    assert start["at"] == [0, 0] and start["view"] is None and not start["moved"]


def test_figures_stand_beside_pca(mnist_folder):
    body = words(opened("plane"))
    assert "nats" in body and "KL" in body
    assert "PCA with 2 numbers 0.0557" in body


def test_pca_has_a_plane_too(mnist_folder):
    app = opened("plane", by="pca", points="true")
    told = facts(app)
    assert told["axes"][1] == "2nd principal component, in standard deviations"
    assert told["points"] and told["weights"] and "10,000 test images" in words(app)


HOLES = "its plane may have holes"


def test_a_plain_autoencoder_may_have_holes(mnist_folder, runs_folder):
    keep(runs_folder, "plain-2", "deep")
    app = opened("plane", plane="plain-2")
    assert HOLES in words(app) and "standard deviations" in facts(app)["axes"][0]


@pytest.mark.parametrize(
    ("name", "together_by"), [("aae-2", "discriminator"), ("vae-2", "penalty")]
)
def test_a_prior_keeps_codes_together(mnist_folder, name, together_by):
    app = opened("plane", plane=name)
    assert HOLES not in words(app) and together_by in words(app)
    assert facts(app)["axes"] == ["z₁", "z₂"]  # the prior's own scale


def test_a_prior_without_weight_keeps_nothing_together(mnist_folder, runs_folder):
    keep(runs_folder, "free-2", "vae", beta=0.0)
    assert HOLES in words(opened("plane", plane="free-2"))


def test_a_model_of_other_images_has_no_codes(mnist_folder, runs_folder):
    keep(runs_folder, "colour-2", "conv_vae", (3, 32, 20), "folder:nowhere")
    app = opened("plane", plane="colour-2", n="9", points="true")
    told = facts(app)
    assert not app.error and not app.toggle
    assert told["shape"] == [3, 32, 20] and told["codes"] is None and told["classes"] == []


def test_decoded_digits_are_called_so(tmp_path, monkeypatch):
    monkeypatch.delenv("AECORE_DATA_DIR", raising=False)
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "nothing"))
    app = opened("plane", points="true")
    assert "encoded again" in words(app) and "Stand-ins" in words(app)
    assert "PCA with 2 numbers" not in words(app)  # nothing is measured on stand-ins


def test_what_a_browser_cannot_decode_the_server_does_and_says_so(mnist_folder, runs_folder):
    keep(runs_folder, "large-2", "vae", widths=[4096, 1024])
    told = facts(opened("plane", plane="large-2"))
    assert told["weights"] is None and told["tiles"] and told["drawn"]
    assert "The server computes instead" in told["why"]


@pytest.fixture(scope="module")
def loaded(server_runs):
    """Untrained models that the server has: a decoder not for browsers, one of other images."""
    keep(server_runs, "large-2", "vae", widths=[4096, 1024])
    keep(server_runs, "colour-2", "conv_vae", (3, 32, 20), "folder:nowhere")


@pytest.fixture
def visit(page, loaded):
    """Opens the screen with a query."""

    def go(query: str = "") -> Page:
        page.goto(f"/plane{query}")
        drawn(page)
        return page

    return go


def drawn(page: Page) -> None:
    """Wait until server and browser have drawn everything."""
    expect(page.locator(".plane .pane")).to_be_visible(timeout=40 * SECOND)
    settled(page)
    expect(page.locator(".plane .waiting")).to_be_empty(timeout=20 * SECOND)


def pixels(page: Page, selector: str) -> np.ndarray:
    """(H, W, 3) of a canvas, uint8."""
    address = page.locator(selector).first.evaluate("canvas => canvas.toDataURL()")
    file = io.BytesIO(base64.b64decode(address.partition(",")[2]))
    return np.asarray(Image.open(file).convert("RGB"))


def grid(page: Page) -> np.ndarray:
    """The tiles, once no more of them come."""
    shown, before = pixels(page, ".plane .grid"), None
    while before is None or not np.array_equal(shown, before):
        page.wait_for_timeout(700)
        shown, before = pixels(page, ".plane .grid"), shown
    return shown


def where(page: Page, x: float, y: float) -> tuple[float, float]:
    """The place on the screen of a place ±3 on the axes, in the first view."""
    box = page.locator(".plane .pane").bounding_box()
    return box["x"] + (x + 3) / 6 * box["width"], box["y"] + (3 - y) / 6 * box["height"]


def among_zeros(mnist_test) -> list[float]:
    """A place with the codes of zeros around it."""
    positions = vae(mnist_test).positions
    middle: list[float] = np.median(positions[mnist_test.labels == 0], axis=0).tolist()
    return middle


def digit(page: Page) -> np.ndarray:
    """The grey levels (28, 28) of what is decoded."""
    page.wait_for_timeout(100)  # some frames
    return pixels(page, ".plane .now canvas")[..., 0]


@pytest.mark.browser
def test_the_digit_follows_the_pointer_without_the_server(visit, mnist_test):
    page = visit("?points=true")
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda one: sent.append(one)))
    page.reload()
    drawn(page)
    page.wait_for_timeout(500)
    assert sent  # so what is sent would be seen
    sent.clear()
    this = vae(mnist_test)
    for x, y in [(-1.0, 1.0), (0.5, -0.5), (1.5, -2.0), (-2.9, -2.9)]:
        page.mouse.move(*where(page, x, y), steps=5)
        shown = page.locator(".plane .where").text_content()
        told = [float(one) for one in re.findall(r"-?\d+\.\d\d", shown.replace("−", "-"))]
        assert np.allclose(told, [x, y], atol=0.02)
        expected = this.images(np.array([[x, y]]))[0, 0].astype(int)
        # the pointer stands on a whole pixel, a little beside the place
        assert np.abs(digit(page) - expected).mean() < 2
    assert sent == []
    # the last corner is far from all codes, and said to be
    expect(page.locator(".plane .guess")).to_have_text("here the model is guessing")
    page.mouse.move(*where(page, *among_zeros(mnist_test)))
    expect(page.locator(".plane .guess")).to_be_empty()
    expect(page.locator(".plane .what")).to_have_text("looks like 0")


@pytest.mark.browser
def test_a_click_reaches_the_address_and_a_reload_brings_it_back(visit, mnist_test):
    page = visit()
    page.mouse.click(*where(page, *among_zeros(mnist_test)))
    expect(page).to_have_url(re.compile(r"z1=-?\d\.\d+&z2=-?\d\.\d+"), timeout=20 * SECOND)
    page.mouse.move(5, 5)
    drawn(page)
    before = digit(page)
    # beneath are real zeros
    alts = page.locator(".strip img").evaluate_all("images => images.map((image) => image.alt)")
    assert alts.count("A test image of class 0") > 5
    page.reload()
    drawn(page)
    page.wait_for_timeout(500)
    assert np.abs(digit(page).astype(int) - before).max() <= 8  # the address has two decimals


@pytest.mark.browser
def test_the_mark_of_a_drawing_is_looked_at_and_chosen(visit, mnist_test):
    page = visit(f"?drawing={handwriting.ready()[7].text()}&z1=0&z2=0")
    mark = page.get_by_role("button", name="Your drawing")
    middle = digit(page)
    mark.focus()  # from the keyboard as with the pointer
    expect(page.locator(".plane .what")).to_have_text("looks like 7")
    seven = digit(page)
    assert not np.array_equal(seven, middle)
    mark.blur()
    assert np.array_equal(digit(page), middle)
    mark.click()
    expect(page).to_have_url(re.compile(r"z1=-?\d\.\d+&z2=-?\d\.\d+"), timeout=20 * SECOND)
    page.mouse.move(5, 5)
    assert np.array_equal(digit(page), seven)


@pytest.mark.browser
def test_the_pins_are_dragged_and_the_path_between_them_is_drawn(visit, mnist_test):
    page = visit()
    page.wait_for_timeout(500)
    before = [pixels(page, f".plane figure:nth-of-type({k}) canvas") for k in (1, 2)]
    pin = page.locator(".plane .pin").first
    pin.hover()
    page.mouse.down()
    page.mouse.move(*where(page, -1.0, 1.0), steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"pins=-1(\.\d+)?~(0\.99|1)"), timeout=20 * SECOND)
    page.wait_for_timeout(300)
    after = [pixels(page, f".plane figure:nth-of-type({k}) canvas") for k in (1, 2)]
    path, fade = ((strip[:, :28], strip[:, -28:]) for strip in after)
    assert np.abs(after[0].astype(int) - before[0]).max() > 100
    # both begin and end with the same images, and differ in between
    assert np.array_equal(path[0], fade[0]) and np.array_equal(path[1], fade[1])
    assert np.abs(after[0].astype(int) - after[1]).max() > 100
    expected = vae(mnist_test).images(np.array([[-1.0, 1.0]]))[0, 0].astype(int)
    assert np.abs(path[0][..., 0] - expected).mean() < 2
    straight = page.locator(".plane .line").get_attribute("points")
    page.get_by_role("radio", name="spherical").check()
    expect(page).to_have_url(re.compile("way=round"), timeout=20 * SECOND)
    assert page.locator(".plane .line").get_attribute("points") != straight


@pytest.mark.browser
def test_zooming_and_dragging_move_the_view(visit):
    page = visit()
    ticks = page.locator(".plane .along span:visible")
    expect(ticks).to_have_count(7)
    first = ticks.all_text_contents()
    tiles = grid(page)
    page.mouse.move(*where(page, 1, 1))
    for _ in range(5):
        page.mouse.wheel(0, -300)
    expect(page).to_have_url(re.compile("view="), timeout=20 * SECOND)
    assert ticks.all_text_contents() != first
    assert np.abs(grid(page).astype(int) - tiles).max() > 100
    # what was under the pointer still is
    assert page.locator(".plane .where").text_content().startswith("(1.0")
    page.mouse.down()
    page.mouse.move(*where(page, 2, 2), steps=4)
    page.mouse.up()
    page.mouse.move(*where(page, 1, 1))
    assert not page.locator(".plane .where").text_content().startswith("(1.0")
    page.mouse.dblclick(*where(page, 0.5, -0.5))
    expect(ticks).to_have_text(first)
    assert np.array_equal(grid(page), tiles)


@pytest.mark.browser
def test_the_keyboard_does_what_the_mouse_does(visit):
    page = visit()
    pane = page.get_by_role("application", name="Plane of decoded images")
    pane.focus()
    for _ in range(10):
        pane.press("Shift+ArrowUp")
    pane.press("ArrowLeft")
    expect(page.locator(".plane output").last).to_have_text("5.00")
    expect(page.locator(".plane output").first).to_have_text("−0.10")
    said = page.locator(".plane .said")
    expect(said).to_have_text(
        re.compile(r"^decoded: looks like \d, 5\.0 from the centre, here the model is guessing$")
    )
    pane.press("a")
    expect(page).to_have_url(re.compile(r"z2=5&pins=-0\.1~5~"), timeout=20 * SECOND)
    page.keyboard.press("Tab")
    pin = page.get_by_role("button", name="Pin A (−0.10; 5.00)")
    expect(pin).to_be_focused()
    pin.press("Shift+ArrowDown")
    expect(page.get_by_role("button", name="Pin A (−0.10; 4.50)")).to_be_focused()
    pane.press("+")
    expect(page).to_have_url(re.compile("view="), timeout=20 * SECOND)
    pane.press("0")
    expect(page).not_to_have_url(re.compile("view="), timeout=20 * SECOND)


@pytest.mark.browser
def test_one_finger_moves_the_place_and_two_zoom(visit):
    page = visit()
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", where(page, 0, 0))
    fingers("touchMove", where(page, 1, 1))
    fingers("touchEnd")
    expect(page.locator(".plane output").first).to_have_text(re.compile(r"^(0\.99|1\.0\d)$"))
    first = page.locator(".plane .along span:visible").all_text_contents()
    fingers("touchStart", where(page, -0.5, 0), where(page, 0.5, 0))
    fingers("touchMove", where(page, -1, 0), where(page, 1, 0))
    fingers("touchEnd")
    expect(page.locator(".plane .along span:visible")).not_to_have_text(first)


@pytest.mark.browser
def test_where_the_server_decodes_a_click_is_what_it_takes(visit):
    page = visit("?plane=large-2")
    expect(page.locator(".plane .why")).to_contain_text("The server computes instead")
    assert grid(page).min() > 0  # an untrained decoder draws grey, where there is nothing is black
    before = digit(page)
    page.mouse.click(*where(page, 2, -2))
    expect(page).to_have_url(re.compile("z1=2"), timeout=20 * SECOND)
    drawn(page)
    page.wait_for_timeout(500)
    assert not np.array_equal(digit(page), before)


@pytest.mark.browser
def test_coloured_images_that_are_not_square(visit):
    page = visit("?plane=colour-2&n=9")
    tiles = grid(page)
    shown = pixels(page, ".plane .now canvas")
    assert shown.shape == (32, 20, 3) and np.ptp(shown, axis=2).max() > 0
    assert 0.5 < (tiles.max(2) > 0).mean() < 0.7  # 20 of 32 columns of every tile
    expect(page.locator(".plane .what")).to_be_empty()


def test_a_variational_plane_knows_the_posterior_of_every_image(mnist_test):
    import torch

    shown = vae(mnist_test)
    sigmas = shown.posterior(mnist_test.pixels[:50])
    model, _card = checkpoint.load(checkpoint.shipped()["vae-2"])
    with torch.inference_mode():
        _mean, log_variance = model.posterior(torch.from_numpy(mnist_test.pixels[:50]) / 255)
    assert sigmas == pytest.approx(np.exp(0.5 * log_variance.numpy()), rel=1e-3)
    path = cache.checkpoints()["aae-2"]
    adversarial = plane.of_model(path, cache.card(path), mnist_test)
    assert adversarial.posterior(mnist_test.pixels[:2]) is None


def test_the_address_says_whether_clouds_are_shown(mnist_folder):
    told = facts(opened("plane", cloud="1"))
    assert told["cloudy"] and told["start"]["cloud"]
    assert not facts(opened("plane", plane="aae-2"))["cloudy"]
