"""Inside, learning by heart: another size, other copies; readable for everybody."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import COMPLAINTS, SECOND, settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
COPIES = '[data-testid="stMain"] figure img'


def test_another_number_of_images_gives_other_copies_of_new_digits(page):
    page.goto("/inside?inside=heart")
    expect(page.locator(COPIES)).to_have_count(16, timeout=60 * SECOND)
    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=20 * SECOND)
    settled(page)
    before = [image.get_attribute("src") for image in page.locator(COPIES).all()]
    page.get_by_role("radio", name="10,000").or_(page.get_by_role("button", name="10,000")).click()
    expect(page).to_have_url(re.compile("inside_images=10000"))
    expect(page.locator(COPIES).nth(12)).not_to_have_attribute("src", str(before[12]))
    after = [image.get_attribute("src") for image in page.locator(COPIES).all()]
    assert after[:4] == before[:4] and after[8:12] == before[8:12]  # the same digits
    expect(page.locator(COMPLAINTS)).to_have_count(0)
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
