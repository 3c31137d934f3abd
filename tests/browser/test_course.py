"""A lesson in a real browser: predict, see, go on; nothing is lost by a reload."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import SECOND, settled, visiting
from machine import running_app
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CHAPTER = """# Small codes

view: /map

## How small?

```question
form: choose
ask: Which error is smaller?
right: smallest
- that of deep-32 = {deep-32.mse}
- that of conv-32 = {conv-32.mse}
```

It is small.

view: /plane?plane=vae-2&z1=1.5&z2=-1

## And here?

view: /plane?plane=vae-2&z1=-1&z2=0.5

Only look.
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory, mnist_folder):
    folder = tmp_path_factory.mktemp("lessons")
    path = folder / "course" / "99-own" / "en.md"
    path.parent.mkdir(parents=True)
    path.write_text(CHAPTER, "utf-8")
    runs = tmp_path_factory.mktemp("runs")
    lessons = {"AECORE_LESSONS_DIR": str(folder), "AECORE_RUNS_DIR": str(runs)}
    with running_app(**lessons) as (address, _):
        yield address


@pytest.fixture
def page(chromium, address):
    with visiting(chromium, address) as page:
        yield page


def test_a_lesson_from_the_list_to_its_end(page):
    page.goto("/course")
    page.get_by_role("link", name="Small codes").click()
    page.wait_for_url("**/map?*lesson=99-own*", timeout=20 * SECOND)
    expect(page.locator(".st-key-lesson h1")).to_have_text("Small codes")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)  # not the screen's own
    page.locator(".st-key-lesson-next button").click()

    # asked first: the screen isn't there
    expect(page.locator(".st-key-lesson h1")).to_have_text("How small?", timeout=20 * SECOND)
    page.wait_for_url("**/plane?*step=2*")
    settled(page)
    expect(page.locator(".st-key-lead")).to_have_count(0)
    expect(page.get_by_text("It is small.")).to_have_count(0)
    page.get_by_text("that of conv-32").click()
    page.get_by_role("button", name="That is my answer").click()

    # then shown: what is right, why, and the screen at the step's place
    expect(page.get_by_text("It is small.")).to_be_visible(timeout=20 * SECOND)
    expect(page.get_by_text("Right.")).to_be_visible()
    expect(page.locator(".st-key-lead")).to_have_count(1, timeout=20 * SECOND)
    settled(page)
    for part in ("z1=1.5", "z2=-1", "lesson=99-own", "step=2"):
        assert part in page.url
    step, view = page.locator(".st-key-lesson"), page.locator(".plane .pane").first
    beside, picture = step.bounding_box(), view.bounding_box()
    assert beside["y"] + beside["height"] <= 720 and picture["y"] + picture["height"] <= 720
    assert beside["x"] + beside["width"] <= picture["x"] < picture["x"] + picture["width"] <= 1280

    page.set_viewport_size({"width": 360, "height": 720})
    above, picture = step.bounding_box(), view.bounding_box()
    assert above["y"] + above["height"] <= picture["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 720})
    page.reload()
    expect(page.get_by_text("It is small.")).to_be_visible(timeout=20 * SECOND)
    assert_nothing_serious(page)

    # the same screen at another place
    page.locator(".st-key-lesson-next button").click()
    page.wait_for_url(re.compile("z1=-1.*step=3"), timeout=20 * SECOND)
    expect(page.get_by_text("(−1.00; 0.50)")).to_be_visible(timeout=20 * SECOND)
    expect(page.locator(".st-key-lesson-next button")).to_be_disabled()
    page.locator(".st-key-lesson-close button").click()
    expect(page.locator(".st-key-lesson")).to_have_count(0, timeout=20 * SECOND)
    settled(page)
    assert "lesson" not in page.url and "z1=-1" in page.url


def test_what_is_answered_stands_in_the_list_and_only_in_this_browser(page, chromium, address):
    page.goto("/plane?lesson=99-own&step=2")
    page.get_by_text("that of deep-32").click(timeout=20 * SECOND)
    page.get_by_role("button", name="That is my answer").click()
    expect(page.get_by_text("Not quite.")).to_be_visible(timeout=20 * SECOND)
    page.goto("/course")
    expect(page.get_by_text("1 of 1 answered")).to_be_visible(timeout=20 * SECOND)
    assert "explorer" not in page.url
    with visiting(chromium, address) as other:
        other.goto("/course")
        expect(other.get_by_text("0 of 1 answered")).to_be_visible(timeout=20 * SECOND)


def assert_nothing_serious(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [each["id"] for each in found if each["impact"] in ("serious", "critical")]
    assert serious == []


def test_after_a_restart_of_the_server_the_first_click_counts(modules):
    opened = modules.evaluate(
        """async () => {
          const { default: opening } = await import("/course/open.js");
          const here = location.href, found = [];
          // what Python says run by run; the third is the first of another server
          for (const [address, nth] of [["/one", 1], ["", 1], ["", 0], ["/two", 1], ["/two", 1]]) {
            opening({ data: { address, nth } });
            found.push(location.pathname.split("/").at(-1));
          }
          history.replaceState(null, "", here);
          return found;
        }"""
    )
    assert opened == ["one", "one", "one", "two", "two"]
