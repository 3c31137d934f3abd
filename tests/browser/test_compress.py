"""Compress: its modules, and its two charts on a real server, in a real Chromium."""

import re

import numpy as np
import pytest
from chromium import SECOND, settled
from playwright.sync_api import Page, expect

from aecore.compression import shipped
from aecore.compression.break_even import images_needed

pytestmark = pytest.mark.browser


def test_lines_cross_where_python_says(modules):
    pairs = [((500_000, 32), (0, 232)), ((500_000, 32), (90_000, 98)), ((10, 300), (0, 232))]
    found = modules.evaluate(
        """async (pairs) => {
          const { breakEven } = await import("/compress/sizes.js");
          const line = ([decoder, each]) => ({ decoder, each });
          return pairs.map(([one, other]) => breakEven(line(one), line(other)));
        }""",
        pairs,
    )
    assert found[0] == images_needed(500_000, 32, 232)
    assert found[1] == pytest.approx(410_000 / 66)
    assert found[2] is None


def test_numbers_on_an_axis_are_round_and_inside_it(modules):
    logarithmic, even = modules.evaluate(
        """async () => {
          const { ticks } = await import("/compress/plot.js");
          const axis = (low, high, log) => ({ name: "", low, high, log, written: String });
          return [ticks(axis(1, 1e7, true), 8), ticks(axis(11.3, 52, false), 6)];
        }"""
    )
    assert logarithmic == [10**power for power in range(8)]
    assert even == [20, 30, 40, 50]


def test_an_axis_gives_back_the_value_of_its_share(modules):
    values = modules.evaluate(
        """async () => {
          const { shareOf, valueAt } = await import("/compress/plot.js");
          return [true, false].map((log) => {
            const axis = { name: "", low: 2, high: 2000, log, written: String };
            return [2, 37, 2000].map((value) => valueAt(axis, shareOf(axis, value)));
          });
        }"""
    )
    assert np.allclose(values, [[2, 37, 2000]] * 2)


def test_rivals_are_the_nearest_in_bits_and_of_equals_the_best(modules):
    points = [
        {"series": 0, "bits": 100, "psnr": 20},
        {"series": 1, "bits": 60, "psnr": 30},
        {"series": 1, "bits": 120, "psnr": 10},
        {"series": 2, "bits": 900, "psnr": 10},
        {"series": 3, "bits": 900, "psnr": 40},
        {"series": 4, "bits": 100, "psnr": 50},
    ]
    found = modules.evaluate(
        """async (points) => {
          const { rivals } = await import("/compress/nearest.js");
          const kinds = ["model", "pca", "jpeg", "jpeg", "model"];
          return rivals(points, kinds.map((kind) => ({ kind })), 0);
        }""",
        points,
    )
    assert found == [2, 4]


def test_bytes_are_told_in_units(modules):
    told = modules.evaluate(
        """async () => {
          const { byteText } = await import("/compress/sizes.js");
          return [7, 999, 1000, 549984, 2.5e9].map((bytes) => byteText(bytes, "en"));
        }"""
    )
    assert [text.replace("\u00a0", " ") for text in told] == [
        "7 bytes",
        "999 bytes",
        "1 kB",
        "550 kB",
        "2.5 GB",
    ]


def opened(page: Page, address: str) -> None:
    page.goto(address, wait_until="domcontentloaded")
    settled(page)


def test_the_slider_moves_all_sizes_at_once_and_the_address_follows(page):
    opened(page, "/compress")
    slider = page.locator(".pays input")
    expect(slider).to_be_visible(timeout=30 * SECOND)
    sizes = page.locator(".pays li b")
    before = sizes.all_inner_texts()
    slider.fill("1000")
    expect(page.locator(".pays output")).to_have_text("10,000,000")
    assert all(one != other for one, other in zip(before, sizes.all_inner_texts(), strict=True))
    expect(page.locator(".pays .verdict")).to_contain_text("of 8 rivals")
    expect(page).to_have_url(re.compile("compress_w=10000000"), timeout=10 * SECOND)


def test_the_picture_under_the_pointer_and_its_rivals_follow_it(page):
    opened(page, "/compress?compress=rates")
    chart = page.locator(".rates .chart canvas")
    expect(page.locator(".rates .rivals figure")).to_have_count(4, timeout=60 * SECOND)
    names = page.locator(".rates figcaption b")
    assert names.nth(1).inner_text() == "deep-32, 8 bits a number, entropy-coded"
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(names.nth(1)).to_have_text("deep-32, 8 bits a number")
    expect(page).to_have_url(re.compile("compress_held="), timeout=10 * SECOND)
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.2 * box["height"])
    expect(names.nth(1)).to_contain_text(re.compile("JPEG|WebP"))
    page.mouse.move(0, 0)
    expect(names.nth(1)).to_have_text("deep-32, 8 bits a number")
    assert len(shipped.figures()["points"]) > 100
