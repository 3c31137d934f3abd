"""The map's modules, and the map on a real server, in a real Chromium."""

import base64
import re

import numpy as np
import pytest
from chromium import SECOND
from playwright.sync_api import expect

from aecore import map_file
from pages.map import picks, points

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("share", [0, 0.001, 0.05, 0.9])
@pytest.mark.parametrize("sampled", [False, True])
def test_what_is_picked_is_the_same_in_browser_and_python(modules, share, sampled):
    rng = np.random.default_rng(3)
    total = 5000
    ids = np.flatnonzero(rng.random(total) < 0.3) if sampled else None
    n = total if ids is None else len(ids)
    lit = rng.random(n) < share
    text, again = modules.evaluate(
        """async ([lit, ids, total]) => {
          const { encode, decode } = await import("/map/picking.js");
          const text = encode(Uint8Array.from(lit), ids, total);
          return [text, text ? [...decode(text, ids, new Uint8Array(lit.length))] : []];
        }""",
        [lit.astype(int).tolist(), None if ids is None else ids.tolist(), total],
    )
    found = picks.places(text, ids, np.zeros(n, np.uint8), total)
    assert np.array_equal(found, np.flatnonzero(lit))
    assert np.array_equal(np.flatnonzero(again), found)
    assert len(text) <= 4 * -(-total // 8) / 3 + 4  # never longer than a bit an image


def test_a_pick_that_cannot_be_read_is_none_and_the_map_goes_on(modules):
    taken = modules.evaluate(
        """async () => {
          const { Scene } = await import("/map/scene.js");
          const scene = new Scene({});
          scene.n = 3;
          scene.labels = new Uint8Array(3);
          scene.take("d!!AAAA");
          return [scene.text, scene.picked, scene.lit.length];
        }"""
    )
    assert taken == ["", 0, 3]


def test_the_grid_finds_what_a_search_of_all_points_finds(modules):
    rng = np.random.default_rng(0)
    points = rng.random((3000, 2)).astype(np.float32)
    places = rng.random((50, 2))
    found = modules.evaluate(
        """async ([x, y, places]) => {
          const { Grid } = await import("/map/grid.js");
          const grid = new Grid(Float32Array.from(x), Float32Array.from(y));
          const inside = grid.inside(0.2, 0.3, 0.4, 0.6, 3000);
          return [places.map(([px, py]) => grid.nearest(px, py, 0.02)), inside,
                  grid.inside(0.2, 0.3, 0.4, 0.6, 10)];
        }""",
        [points[:, 0].tolist(), points[:, 1].tolist(), places.tolist()],
    )
    distances = np.hypot(*(points[None] - places[:, None]).transpose(2, 0, 1))
    nearest = np.where(distances.min(1) <= 0.02, distances.argmin(1), -1)
    assert found[0] == nearest.tolist()
    within = (points >= (0.2, 0.3)).all(1) & (points <= (0.4, 0.6)).all(1)
    assert sorted(found[1]) == np.flatnonzero(within).tolist()
    assert found[2] is None  # more than ten


def test_neighbours_by_8_bit_codes_are_those_by_codes(modules, mnist_test):
    codes = map_file.load_map().codes[:2000]
    packed = points.packed_behind(mnist_test.pixels[:2000], codes)
    near, shades = modules.evaluate(
        """async (text) => {
          const { Behind } = await import("/map/behind.js");
          const { unpack } = await import("/shared/tensors.js");
          const raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const flow = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
          const bytes = new Uint8Array(await new Response(flow).arrayBuffer());
          const behind = new Behind(unpack(bytes));
          const near = Array.from({ length: 100 }, (_, i) => behind.nearest(i, 10));
          return [near, Array.from(behind.colours(7), (colour) => colour & 255)];
        }""",
        base64.b64encode(packed).decode(),
    )
    distances = ((codes[:100, None] - codes[None]) ** 2).sum(2)
    distances[np.arange(100), np.arange(100)] = np.inf
    exact = distances.argsort(1)[:, :10]
    agreed = [
        len(set(ours) & set(theirs)) for ours, theirs in zip(near, exact.tolist(), strict=True)
    ]
    assert np.mean(agreed) > 9.8
    assert abs(np.array(shades) - mnist_test.pixels[7].ravel()).max() <= 9  # 16 grey levels


@pytest.fixture
def visitor(page):
    """Somebody in front of the map, whose images have come."""
    page.sent = []  # what goes to the server
    page.on(
        "websocket", lambda socket: socket.on("framesent", lambda frame: page.sent.append(frame))
    )
    page.on("request", lambda request: page.sent.append(request.url))
    page.goto("/map")
    expect(page.locator(".frame canvas")).to_be_visible(timeout=40 * SECOND)
    hint = page.get_by_text("Click a point: the ten nearest by code appear here.")
    expect(hint).to_be_visible(timeout=60 * SECOND)
    return page


def test_images_that_do_not_come_are_told(page):
    page.route("**/media/**", lambda route: route.fulfill(status=404))
    page.goto("/map")
    row = page.locator(".map .row")
    expect(row).to_have_text(re.compile("did not arrive"), timeout=60 * SECOND)


def drag(page, *places: tuple[float, float]) -> None:
    """Draw a line through places given as shares of the map's sides."""
    box = page.locator(".frame").bounding_box()
    for at, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=5)
        if not at:
            page.mouse.down()
    page.mouse.up()


def test_a_lasso_fills_the_panel_and_its_link_brings_it_back(visitor):
    visitor.get_by_role("button", name="Lasso").click()
    drag(visitor, (0.3, 0.1), (0.7, 0.1), (0.7, 0.4), (0.3, 0.4))
    counted = visitor.get_by_text(re.compile(r"images picked · 40 of")).first
    expect(counted).to_be_visible(timeout=20 * SECOND)
    words = counted.inner_text()
    expect(visitor).to_have_url(re.compile(r"pick=mnist\.test"))
    visitor.reload()
    expect(visitor.get_by_text(words).first).to_be_visible(timeout=40 * SECOND)
    visitor.get_by_role("button", name="Let go of what is picked").click()
    expect(counted).to_be_hidden(timeout=20 * SECOND)


def test_hover_shows_the_image_and_a_click_its_neighbours_without_the_server(visitor):
    visitor.wait_for_timeout(SECOND)
    visitor.sent.clear()
    box = visitor.locator(".frame").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visitor.mouse.move(*middle, steps=10)
    expect(visitor.locator(".card")).to_be_visible()
    visitor.mouse.click(*middle)
    expect(visitor.locator(".row canvas")).to_have_count(11)
    expect(visitor.locator(".spoken")).to_have_text(
        re.compile(r"^\d\. Nearest by code: (\d, ){9}\d\.$")
    )
    assert visitor.sent == []


def test_the_map_by_keyboard_alone(visitor):
    frame = visitor.get_by_role("application")
    frame.focus()
    spoken = visitor.locator(".spoken")
    visitor.keyboard.press("ArrowRight")
    expect(spoken).to_have_text(re.compile(r"^Point of class \d\.$"))
    visitor.keyboard.press("ArrowLeft")
    visitor.keyboard.press("Enter")
    expect(visitor.locator(".row canvas")).to_have_count(11)
    visitor.keyboard.press("Space")
    expect(visitor.get_by_text("1 image picked").first).to_be_visible(timeout=20 * SECOND)
    for key in ("+", "+", "v"):
        visitor.keyboard.press(key)
    expect(spoken).to_have_text(re.compile(r"^\d{2,} picked\.$"))
    visitor.get_by_role("button", name="4", exact=True).press("Enter")
    expect(visitor.get_by_text("982 images picked").first).to_be_visible(timeout=20 * SECOND)
