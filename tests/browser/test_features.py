"""Ten clicks in a real browser: groups get names, and a reload loses nothing."""

import pytest
from chromium import COMPLAINTS, SECOND, settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_groups_are_named_by_click_and_key_and_a_reload_keeps_them(page):
    page.goto("/features")
    naming = page.locator(".naming")
    heading = naming.locator(".heading")
    expect(heading).to_have_text("Group 1 of 10: what are these?", timeout=60 * SECOND)
    naming.get_by_role("button", name="7", exact=True).click()
    expect(heading).to_have_text("Group 2 of 10: what are these?")
    page.keyboard.press("2")
    expect(heading).to_have_text("Group 3 of 10: what are these?")
    expect(page.locator(".facts").first).to_contain_text("2 of 10 groups")
    page.wait_for_url("**few_names=map-mixture~72--------**")
    page.reload()
    expect(naming.locator(".done")).to_have_text("8 without a name", timeout=60 * SECOND)
    # a click on the map opens a group that has a name
    map_of_groups = naming.locator(".islands canvas")
    map_of_groups.focus()
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("Group 2 of 10, named 2")
    settled(page)
    expect(page.locator(COMPLAINTS)).to_have_count(0)


def test_other_labels_are_shown_in_the_place_of_the_first(page):
    page.goto("/features?few=labels&few_labels=20")
    drawn = page.locator(".strip img")
    expect(drawn).to_have_count(10, timeout=60 * SECOND)
    settled(page)
    before = drawn.first.get_attribute("src")
    page.get_by_role("button", name="Other labels").click()
    page.wait_for_url("**few_draw=1**")
    expect(drawn.first).not_to_have_attribute("src", before or "", timeout=30 * SECOND)
    expect(drawn).to_have_count(10)
    expect(page.locator(COMPLAINTS)).to_have_count(0)
