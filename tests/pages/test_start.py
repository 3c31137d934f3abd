"""Start: the kinds of autoencoders, a digit on its way through a model, and all without PyTorch."""

import re
import subprocess
import sys
from html import escape
from pathlib import Path

import numpy as np
import pytest
from apptest import complaints, opened, packed, wait_for, words
from chromium import COMPLAINTS, SECOND, settled
from playwright.sync_api import Page, expect

from aecore import checkpoint
from aecore.corruption import CORRUPTIONS
from aecore.models import MODELS
from pages.start.walkthrough import KEY
from ui import coder, lessons

FIRST_VISIT = """
import sys
sys.path.insert(0, "tests")
from apptest import complaints, opened
app = opened("start", digit="7")
assert complaints(app) == [] and app.title
print("torch" in sys.modules)
"""


def test_every_family_and_damage_has_its_place_in_the_table(mnist_folder):
    shown = words(opened("start"))
    for family in MODELS.values():
        assert f">{family.title}</th>" in shown and escape(family.summary) in shown
    assert all(one.title in shown for name, one in CORRUPTIONS.items() if name != "none")


def test_the_first_visitor_does_not_wait_for_pytorch(mnist_folder):
    root = Path(__file__).resolve().parents[2]
    run = [sys.executable, "-c", FIRST_VISIT]
    done = subprocess.run(run, cwd=root, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"]


def test_all_that_can_be_picked_has_been_through_the_model(mnist_folder, mnist_test):
    app = opened("start", example="2")
    assert complaints(app) == []
    facts, arrays = packed(app, KEY)
    assert facts["picked"] == "3" and [one["id"] for one in facts["choices"]] == [*"0123456789"]
    sevens = np.flatnonzero(mnist_test.labels == 7)
    assert np.array_equal(arrays["pixels"][7], mnist_test.pixels[sevens[1]])
    model = coder.of_model("deep-32", checkpoint.shipped()["deep-32"])
    codes = model.encode(arrays["pixels"])
    assert np.allclose(arrays["codes"], codes, atol=1e-4)
    copies = model.decode(codes)
    assert abs(arrays["copies"] - copies * 255).max() <= 0.51
    errors = ((copies - arrays["pixels"] / 255) ** 2).mean((1, 2, 3))
    told = [float(one["error"]) for one in facts["choices"]]
    assert np.allclose(told, errors, atol=6e-5)


def seen(page: Page) -> list[str]:
    """The two large pictures and the code between them."""
    flow = page.locator(".walkthrough .flow")
    drawn: list[str] = flow.locator("canvas").evaluate_all("all => all.map(one => one.toDataURL())")
    return [*drawn, flow.locator(".bars").inner_html()]


@pytest.mark.browser
def test_pictures_follow_the_pointer_and_the_address_what_is_picked(page):
    sent: list[object] = []
    page.on("websocket", lambda one: one.on("framesent", lambda frame: sent.append(frame)))
    page.goto("/")
    picked = page.locator('.walkthrough [aria-checked="true"]')
    expect(picked).to_have_accessible_name("A handwritten 3", timeout=40 * SECOND)
    settled(page)
    page.wait_for_timeout(SECOND)
    sent.clear()
    three = seen(page)
    page.get_by_role("radio", name="A handwritten 8").hover()
    eight = seen(page)
    assert all(old != new for old, new in zip(three, eight, strict=True))
    expect(picked).to_have_accessible_name("A handwritten 3")
    page.locator(".walkthrough .flow").hover()
    assert seen(page) == three and sent == []
    page.get_by_role("radio", name="A handwritten 8").click()
    expect(page).to_have_url(re.compile(r"[?&]digit=8"), timeout=20 * SECOND)
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"[?&]digit=7"), timeout=20 * SECOND)
    page.reload()
    expect(picked).to_have_accessible_name("A handwritten 7", timeout=40 * SECOND)
    assert not page.locator(COMPLAINTS).count()


@pytest.mark.browser
def test_another_example_of_each_digit_stays_in_the_address(page):
    page.goto("/?digit=4")
    example = page.get_by_role("spinbutton", name="Example")
    expect(example).to_have_value("1", timeout=40 * SECOND)
    settled(page)
    four = seen(page)
    example.fill("2")
    expect(page).to_have_url(re.compile(r"[?&]example=2"), timeout=20 * SECOND)
    wait_for(lambda: seen(page) != four)  # the address is changed first
    another = seen(page)
    assert all(old != new for old, new in zip(four, another, strict=True))
    page.reload()
    expect(example).to_have_value("2", timeout=40 * SECOND)
    settled(page)
    assert seen(page) == another
    example.fill("0")
    expect(page).not_to_have_url(re.compile("example"), timeout=20 * SECOND)
    expect(example).to_have_value("1")
    expect(page).to_have_url(re.compile("digit=4"))
    wait_for(lambda: seen(page) == four)
    assert not page.locator(COMPLAINTS).count()


@pytest.mark.browser
def test_a_question_leads_to_its_screen_without_loading_the_page_anew(page):
    page.goto("/?lang=de")
    link = page.get_by_role("link", name=lessons.of("plane", "de").question)
    link.wait_for(timeout=40 * SECOND)
    settled(page)
    page.evaluate("window.loadedOnce = true")
    link.click()
    expect(page.locator(".plane canvas").first).to_be_visible(timeout=40 * SECOND)
    assert page.evaluate("window.loadedOnce") and page.url.partition("?")[0].endswith("/plane")
    page.go_back()
    expect(link).to_be_visible(timeout=20 * SECOND)
    with page.context.expect_page() as other:  # as any link does
        link.click(modifiers=["ControlOrMeta"])
    assert other.value.url.endswith("/plane")


def test_an_example_that_is_not_there_is_told(mnist_folder):
    app = opened("start", example="5000")
    assert len(complaints(app)) == 1 and "5000" in complaints(app)[0]
    assert packed(app, KEY)[0]["example"] == 1
