"""Presenter mode in a real Chromium: by keyboard alone, at the sizes of projectors and walls."""

import re

import pytest
from chromium import SECOND, settled
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SIZES = [(1280, 720), (1920, 1080), (3840, 2160)]
PRESENTING = re.compile(r"(^|\s)presenting(\s|$)")
# a lesson's panel, as the keys find it
PANEL = """() => {
  const panel = document.createElement("div");
  panel.innerHTML = '<p class="st-key-lesson-back"><button>back</button></p>' +
    '<p class="st-key-lesson-next"><button>next</button></p>';
  window.steps = [];
  panel.addEventListener("click", (event) => window.steps.push(event.target.textContent));
  document.body.append(panel);
}"""


def shown(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("h1")).to_be_visible(timeout=40 * SECOND)
    settled(page)
    expect(page.locator(".presenter")).to_be_attached(timeout=30 * SECOND)


def presenting(page: Page, yes: bool = True) -> None:
    root = page.locator(":root")
    if yes:
        expect(root).to_have_class(PRESENTING, timeout=20 * SECOND)
    else:
        expect(root).not_to_have_class(PRESENTING, timeout=20 * SECOND)


def test_a_key_begins_it_and_escape_leaves_it_and_the_address_keeps_it(page):
    shown(page, "/plane")
    page.keyboard.press("p")
    presenting(page)
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page).to_have_url(re.compile("[?&]present=1"), timeout=10 * SECOND)
    page.reload()
    presenting(page)
    page.keyboard.press("Escape")
    presenting(page, False)
    expect(page).not_to_have_url(re.compile("present"), timeout=10 * SECOND)
    expect(page.locator('[data-testid="stSidebar"]')).to_be_visible()


def test_an_address_as_people_type_it_is_kept_on_every_screen(page):
    shown(page, "/swap?present")
    presenting(page)
    expect(page).to_have_url(re.compile("[?&]present=1"), timeout=10 * SECOND)
    page.locator('[data-testid="stSidebarNav"] a[href$="/denoise"]').dispatch_event("click")
    expect(page.locator("h1")).to_have_text("When does it start to invent?", timeout=20 * SECOND)
    presenting(page)
    expect(page).to_have_url(re.compile("/denoise.*[?&]present=1"), timeout=10 * SECOND)


def test_the_keys_of_a_remote_go_through_a_lesson_and_nowhere_else(page):
    shown(page, "/plane?present=1")
    presenting(page)
    page.keyboard.press("PageDown")  # there is no lesson: nothing happens
    page.evaluate(PANEL)
    for key in ("PageDown", "ArrowRight", "PageUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.evaluate("window.steps") == ["next", "next", "back", "back"]
    # what takes arrows itself: a canvas of ours, a slider
    page.locator(".plane .pane").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")  # a pin there
    page.locator(".plane").get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    assert len(page.evaluate("window.steps")) == 4
    expect(page.locator("dialog.black")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"[?&]pins="), timeout=10 * SECOND)


def test_black_keys_and_the_code_to_join(page):
    shown(page, "/denoise?present=1")
    presenting(page)
    black = page.locator("dialog.black")
    for key in ("b", "."):
        page.keyboard.press(key)
        expect(black).to_be_visible()
        assert black.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 720}
        page.keyboard.press("PageDown")
        expect(black).to_be_hidden()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.locator("dt")).to_have_count(7)
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("q")
    code = page.get_by_role("dialog", name="Join here")
    expect(code.get_by_role("img", name="QR code")).to_be_visible()
    expect(code).to_contain_text(page.url.split("/")[2])
    expect(code).to_contain_text("good on this computer only")
    page.keyboard.press("Escape")
    expect(code).to_be_hidden()
    presenting(page)


def test_letters_that_are_written_are_letters(page):
    shown(page, "/train")
    page.get_by_role("spinbutton", name="Code size").focus()
    for key in ("p", "q", "?"):
        page.keyboard.press(key)
    presenting(page, False)
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_what_a_laptop_shows_a_wall_shows_larger(page):
    """The picture takes the same share of the window, and a click hits where it points."""
    shown(page, "/plane?present=1")
    presenting(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(SECOND)
        box = page.locator(".plane .pane").bounding_box()
        assert box["height"] > 0.6 * height
        at = [box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"]]
        page.mouse.click(*at)
        expect(page).to_have_url(re.compile(r"z1=1\.5[^\d].*z2=1\.5"), timeout=10 * SECOND)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page).not_to_have_url(re.compile(r"z1=1\.5"), timeout=10 * SECOND)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_people_with_a_screen_reader(page, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    shown(page, "/plane?present=1")
    presenting(page)
    for key in ("", "?", "q", "b"):
        if key:
            page.keyboard.press(key)
            expect(page.locator("dialog[open]")).to_be_visible()
        findings = Axe().run(page).response["violations"]
        serious = [
            f"{finding['id']}: {node['html'][:160]}"
            for finding in findings
            if finding["impact"] in ("serious", "critical")
            for node in finding["nodes"]
        ]
        assert serious == [], key
        page.keyboard.press("Escape") if key else None
