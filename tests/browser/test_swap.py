"""Swap in a real browser: the slant follows the slider, and a reload shows the same."""

import re

from chromium import COMPLAINTS, SECOND, settled
from playwright.sync_api import Page, expect


def row(page: Page, name: str) -> list[str]:
    """The pictures of the row that is called so."""
    found = page.locator(f'.strip img[alt^="{name}: "]')
    return [image.get_attribute("src") or "" for image in found.all()]


def at_rest(page: Page, *names: str) -> tuple[list[str], ...]:
    """The rows once they no longer change: the address runs ahead of the pictures."""
    seen: tuple[list[str], ...] = ()
    for _look in range(40):
        now = tuple(row(page, name) for name in names)
        if now == seen:
            return now
        seen = now
        page.wait_for_timeout(0.75 * SECOND)
    raise AssertionError("the pictures go on changing")


def test_print_leans_under_the_slider_and_so_does_the_handwriting_made_of_it(page):
    page.goto("/swap?swap=print")
    swapped = "Swapped: as handwriting"
    expect(page.locator(f'.strip img[alt^="{swapped}: "]')).to_have_count(10, timeout=60 * SECOND)
    settled(page)
    before = row(page, "Print"), row(page, swapped)
    slider = page.get_by_role("slider", name=re.compile("Slant"))
    slider.focus()
    for _step in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_url("**swap_slant=0.2**")
    after = at_rest(page, "Print", swapped)
    for then, now in zip(before, after, strict=True):
        assert len(now) == 10 and not set(then) & set(now)
    page.reload()
    expect(page.locator(f'.strip img[alt^="{swapped}: "]')).to_have_count(10, timeout=60 * SECOND)
    settled(page)
    assert (row(page, "Print"), row(page, swapped)) == after
    expect(page.locator(COMPLAINTS)).to_have_count(0)
