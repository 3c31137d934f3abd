"""Room on small and large screens: bounding boxes on a real server, in a real Chromium."""

import pytest
from chromium import SECOND, settled
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

LAPTOP, PROJECTOR = (1280, 720), (1920, 1080)
PICTURES = {
    "features": ".naming .islands",
    "map": ".map .frame",
    "plane": ".plane .pane",
    "sketch": ".sketchpad canvas",
}
# what has to be seen without scrolling, the picture apart
AT_ONCE = {
    "features": [".naming .classes", ".naming .pictures", ".facts"],
    "map": [".map .row", ".facts", ".fives >> nth=1"],
    "plane": [".plane .path", ".plane .below", ".strip"],
    "sketch": [".sketchpad .keys", ".around", ".st-key-noise", ".st-key-noise + *"],
    "train": [".machine .digits.bare, .machine .digits"],
}


def look(page: Page, name: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"/{name}")
    expect(page.locator("h1")).to_be_visible(timeout=40 * SECOND)
    settled(page)
    expect(page.locator(AT_ONCE[name][0]).first).to_be_visible(timeout=60 * SECOND)
    page.wait_for_timeout(SECOND)


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found is not None, selector
    return found


def below_the_title(page: Page) -> float:
    title = box(page, "h1")
    return page.viewport_size["height"] - title["y"] - title["height"]


def sized(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(SECOND / 10)


def all_above_the_fold(page: Page, name: str) -> None:
    for selector in [*AT_ONCE[name], PICTURES.get(name, ".machine .codes")]:
        found = box(page, selector)
        assert found["y"] + found["height"] <= page.viewport_size["height"], selector
        assert found["x"] + found["width"] <= page.viewport_size["width"], selector


@pytest.mark.parametrize("name", AT_ONCE)
def test_what_matters_is_above_the_fold_and_the_picture_grows_with_the_window(page, name):
    look(page, name, LAPTOP)
    all_above_the_fold(page, name)
    heights = []
    for share in range(17):  # from one to the other
        width, height = (
            small + (large - small) * share // 16
            for small, large in zip(LAPTOP, PROJECTOR, strict=True)
        )
        sized(page, width, height)
        if name in PICTURES:
            heights.append(box(page, PICTURES[name])["height"])
    page.wait_for_timeout(SECOND)
    all_above_the_fold(page, name)
    if name not in PICTURES:
        return
    steps = [after - before for before, after in zip(heights, heights[1:], strict=False)]
    assert min(steps) > 0
    assert max(steps) < 3 * (heights[-1] - heights[0]) / len(steps)  # no jump at any width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(SECOND)
        picture = box(page, PICTURES[name])
        assert picture["height"] >= 0.7 * below_the_title(page)
        assert picture["width"] >= picture["height"]


def test_ten_images_stand_in_full_rows(page):
    look(page, "map", LAPTOP)
    for size in (LAPTOP, PROJECTOR):
        sized(page, *size)
        page.wait_for_timeout(SECOND)
        for gallery in page.locator(".fives").all():
            tops = gallery.locator("figure").evaluate_all(
                "figures => figures.map(figure => Math.round(figure.getBoundingClientRect().top))"
            )
            rows = [tops.count(top) for top in sorted(set(tops))]
            assert rows == [5, 5]


# in every frame: how far the images below the plane begin from where it begins
APART = """
  window.apart = [];
  (function look() {
    const both = [".st-key-plane-picture", ".strip"];
    const [top, below] = both.map((one) => document.querySelector(one));
    if (top && below) {
      window.apart.push(below.getBoundingClientRect().y - top.getBoundingClientRect().y);
    }
    requestAnimationFrame(look);
  })();"""


@pytest.mark.parametrize("arrives", [True, False])
def test_what_lies_below_a_picture_stays_where_it_is_while_that_loads(page, arrives):
    look(page, "plane", PROJECTOR)
    there = box(page, ".strip")["y"] - box(page, ".st-key-plane-picture")["y"]
    page.add_init_script(APART)
    if not arrives:
        page.route("**/plane.js", lambda route: route.abort())
    page.reload()
    settled(page)
    shown = page.locator(AT_ONCE["plane"][0] if arrives else ".strip").first
    expect(shown).to_be_visible(timeout=20 * SECOND)
    page.wait_for_timeout(2 * SECOND)
    page.wait_for_function("window.apart.length > 20", timeout=20 * SECOND)
    assert max(abs(one - there) for one in page.evaluate("window.apart")) <= 12
