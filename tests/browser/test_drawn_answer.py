"""A digit that is drawn for a question of the course is the visitor's own on the next step."""

import re

import pytest
from chromium import COMPLAINTS, SECOND, settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_next_step_asks_where_it_lies(page):
    page.goto("/sketch?lesson=14-over-all&step=5")
    pad = page.locator(".st-key-lesson").get_by_role("application")
    box = pad.bounding_box()
    assert box is not None
    across, down = box["x"] + 0.5 * box["width"], box["y"]
    page.mouse.move(across, down + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(across, down + 0.8 * box["height"], steps=5)
    page.mouse.up()
    page.get_by_role("button", name="That is my answer").click()
    page.wait_for_url("**drawing=**", timeout=30 * SECOND)
    settled(page)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="And where does it lie?")).to_be_visible()
    settled(page)
    picture = page.locator(".st-key-lesson").get_by_role("application")
    picture.click()
    page.get_by_role("button", name="That is my answer").click()
    expect(page.get_by_text(re.compile("^(✓ Right|✗ Not quite)"))).to_be_visible(
        timeout=30 * SECOND
    )
    expect(page.locator(COMPLAINTS)).to_have_count(0)
