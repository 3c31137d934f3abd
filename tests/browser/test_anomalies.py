"""Anomalies in a real browser: the threshold under pointer and keys."""

import re

import pytest
from chromium import COMPLAINTS, SECOND, settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def count(page, kind: str) -> int:
    words = page.locator(f".cell.{kind} p").inner_text()
    return int(re.sub(r"\D", "", words))


def test_a_threshold_under_the_hand_counts_what_it_finds(page):
    page.goto("/anomalies?anomaly_classes=1&anomaly_score=pca")
    histogram = page.locator(".anomalies .histogram")
    expect(histogram).to_be_visible(timeout=60 * SECOND)
    settled(page)
    expect(page.locator(".waiting")).to_be_empty(timeout=30 * SECOND)
    assert page.locator(COMPLAINTS).count() == 0
    alarms, hits = count(page, "false"), count(page, "hits")
    assert alarms == round(0.05 * 1135)
    assert count(page, "quiet") + alarms == 1135 and count(page, "missed") + hits == 8865
    assert page.locator(".row button").count() == 24

    histogram.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".cell.false p")).not_to_have_text(f"{alarms} false alarms")
    assert count(page, "false") < alarms and count(page, "hits") <= hits

    box = histogram.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60, steps=5)
    page.mouse.up()
    expect(page.locator(".cell.missed p")).to_have_text(re.compile("^[0-9] missed"))
    assert count(page, "false") > 500
    expect(page).to_have_url(re.compile("anomaly_alarms="), timeout=10 * SECOND)

    told = page.locator(".told").inner_text()
    page.locator(".row.unsuspicious button").first.hover()
    expect(page.locator(".told")).not_to_have_text(told)
