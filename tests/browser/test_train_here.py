"""Train in the visitor's own browser, in the app: it goes on while the app speaks, and is kept."""

import re

import pytest
from chromium import SECOND, settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_training_in_the_browser_is_begun_stopped_and_there_again(page):
    page.goto("/train")
    page.get_by_role("button", name="Train in this browser instead").click()
    settled(page)
    progress = page.locator(".progress span")
    page.get_by_role("radio", name="Deep, small").check(timeout=60 * SECOND)
    page.get_by_role("button", name="Start training").click()
    expect(progress).to_contain_text("Epoch 2 of 20", timeout=60 * SECOND)
    page.get_by_role("button", name="Stop").click()
    expect(progress).to_contain_text("Stopped after epoch 1 of 20")
    # the address leads to it again, also in another language
    page.goto("/train?here=1&lang=de")
    expect(progress).to_contain_text("Gestoppt nach Epoche 1 von 20", timeout=60 * SECOND)
    page.get_by_role("button", name="Weiter").click()
    expect(progress).to_contain_text("Epoche 3 von 20", timeout=60 * SECOND)
    # a click that Python hears ends it, and what was learned stays
    page.get_by_role(
        "button", name="Auf dem Rechner trainieren, auf dem der Explorer läuft"
    ).click()
    settled(page)
    expect(progress).to_have_count(0)
    page.go_back()
    after = re.compile("Gestoppt nach Epoche [2-9] von 20")
    expect(progress).to_contain_text(after, timeout=60 * SECOND)
