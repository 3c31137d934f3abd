"""Anomalies, series: the chart under the hand, a visitor's own signal and a training on it."""

import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import COMPLAINTS, SECOND, settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def counts(page) -> tuple[int, int]:
    words = page.locator(".series .counts").inner_text()
    hits, _marked, alarms = map(int, re.findall(r"\d+", words))
    return hits, alarms


def test_the_threshold_under_the_hand_trades_hits_for_false_alarms(page):
    page.goto("/anomalies?anomaly_of=series")
    series = page.locator(".series")
    expect(series.locator(".hits")).to_contain_text("of 48", timeout=60 * SECOND)
    settled(page)
    first = counts(page)
    assert first[0] > 40 and first[1] < 48
    handle = series.get_by_role("slider")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=6)
    page.mouse.up()
    higher = counts(page)
    assert higher[0] <= first[0] and higher[1] < max(1, first[1])
    expect(page).to_have_url(re.compile("anomaly_series_above=recurrent-16~"))
    handle.focus()
    for _ in range(30):
        page.keyboard.press("Shift+ArrowDown")
    assert counts(page)[0] == 48
    # a zoom is kept in the address, and a reload shows the same
    series.get_by_role("button", name="The next stretch above the threshold").click()
    expect(page).to_have_url(re.compile(r"anomaly_series_at=\d"))
    expect(page.locator(COMPLAINTS)).to_have_count(0)
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


def test_an_own_signal_is_judged_at_once(page):
    times = np.arange(40_000) / 200
    values = np.sin(2 * np.pi * times) + 0.2 * np.sin(7 * times)
    values[31_000:31_200] = 0
    rows = "\n".join(f"{t:.3f},{v:.4f}" for t, v in zip(times, values, strict=True))
    page.goto("/anomalies?anomaly_of=series&anomaly_series=upload")
    field = page.locator("input[type=file]")
    field.wait_for(state="attached", timeout=60 * SECOND)
    field.set_input_files(
        {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"time,value\n0,1\n1,one\n"}
    )
    expect(page.get_by_text("Line 3 of bad.csv")).to_be_visible()
    field.set_input_files({"name": "wave.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    expect(page).to_have_url(re.compile("anomaly_series=own-wave"))
    found = page.locator(".series .counts")
    expect(found).to_contain_text("Stretches above the threshold", timeout=60 * SECOND)
    settled(page)
    expect(page.get_by_role("button", name="Train it on the normal part")).to_be_visible()
    expect(page.locator(COMPLAINTS)).to_have_count(0)
