"""The components of Generate: their modules, and the screen in a real browser."""

import re

import numpy as np
import pytest
from chromium import SECOND, settled
from playwright.sync_api import Page, expect

from aecore.directions import MEASURES
from aecore.priors import Prior

pytestmark = pytest.mark.browser
PARTS = ("weights", "means", "factors", "classes")  # of a prior


def test_what_the_browser_measures_is_what_python_does(modules, mnist_test):
    images = mnist_test.pixels[:20, 0].astype(np.float32) / 255
    found = modules.evaluate(
        """async ([names, images]) => {
          const { MEASURES } = await import("/generate/measures.js");
          return names.map((name) => images.map((image) => MEASURES[name](image, 28, 28)));
        }""",
        [list(MEASURES), images.reshape(20, -1).tolist()],
    )
    for measure, values in zip(MEASURES.values(), found, strict=True):
        assert values == pytest.approx(measure.of(images), rel=1e-3, abs=1e-2)


def test_a_sum_is_that_of_the_codes(modules):
    found = modules.evaluate(
        """async () => {
          const { summed } = await import("/generate/sum.js");
          const directions = [{ step: [1, 0] }, { step: [0, 10] }];
          return [...summed({ codes: [[1, 2], [3, 3], [4, 7]], directions }, [0.5, 2, -1])];
        }"""
    )
    assert found == pytest.approx([1 + 0.5 * 1 + 2, 2 + 0.5 * 4 - 10])


def test_codes_are_drawn_from_the_mixture_that_python_has(modules):
    codes = np.random.default_rng(0).normal(size=(600, 3)) @ np.diag([1.0, 0.5, 2.0])
    codes[300:] += [8.0, 0.0, -3.0]
    prior = Prior.mixture(codes, np.repeat([0, 1], 300), each=2)
    told = {name: getattr(prior, name).ravel().tolist() for name in PARTS}
    cold, one, both = (
        np.array(
            modules.evaluate(
                """async ([prior, n, temperature, wanted]) => {
                  const { drawCodes } = await import("/generate/drawn.js");
                  return [...drawCodes(prior, n, 7, temperature, wanted)];
                }""",
                [told, 4000, temperature, wanted],
            )
        ).reshape(-1, 3)
        for temperature, wanted in ((0, None), (1, 1), (1, None))
    )
    assert {tuple(code) for code in np.round(cold, 4)} == {
        tuple(mean) for mean in np.round(prior.means, 4)
    }
    # as many draws of Python's have much the same mean and covariance
    for found, asked in ((one, np.full(4000, 1)), (both, None)):
        drawn = prior.draw(4000, 3, asked=asked)
        assert np.abs(found.mean(0) - drawn.mean(0)).max() < 0.4
        assert np.abs(np.cov(found.T) - np.cov(drawn.T)).max() < 0.1 * np.cov(drawn.T).max()


def visit(page: Page, task: str) -> None:
    page.goto(f"/generate?making={task}")
    expect(page.locator("h1")).to_be_visible(timeout=40 * SECOND)
    settled(page)


def pixels(page: Page, selector: str) -> str:
    return page.locator(selector).first.evaluate("(canvas) => canvas.toDataURL()")


@pytest.mark.parametrize("task", ["walk", "sum"])
def test_the_other_parts_are_open_to_everybody(page, task):
    from axe_playwright_python.sync_playwright import Axe

    visit(page, task)
    page.wait_for_selector(".walk p:not(:empty), .sum output:not(:empty)")
    ours = [
        f"{finding['id']}: {node['html'][:160]}"
        for finding in Axe().run(page).response["violations"]
        for node in finding["nodes"]
        if isinstance(node["target"][0], list)  # in a component's shadow
    ]
    assert ours == []
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_walk_follows_its_slider_and_the_address_keeps_where(page):
    visit(page, "walk")
    slider = page.locator(".walk input")
    expect(page.locator(".walk p").first).to_have_text(re.compile("read as"), timeout=20 * SECOND)
    between = [pixels(page, ".walk figure:nth-child(1) .now")]
    slider.focus()
    slider.press("Home")
    expect(page.locator(".walk p").first).to_have_text(re.compile("read as 3"))
    between.append(pixels(page, ".walk figure:nth-child(1) .now"))
    slider.press("End")
    expect(page.locator(".walk p").first).to_have_text(re.compile("read as 8"))
    between.append(pixels(page, ".walk figure:nth-child(1) .now"))
    assert len(set(between)) == 3
    expect(page).to_have_url(re.compile("along=1"))


def test_a_slider_leans_the_digit_while_it_moves(page):
    visit(page, "sum")
    measured = page.locator(".sum output").nth(1)
    expect(measured).to_have_text(re.compile("measured"), timeout=20 * SECOND)

    def degrees() -> float:
        found = re.search(r"[−\d.]+", measured.inner_text())
        assert found is not None
        return float(found[0].replace("−", "-"))

    before = degrees()
    slider = page.locator(".sum input").nth(1)
    slider.focus()
    for _ in range(3):
        slider.press("PageUp")
    page.wait_for_timeout(300)
    assert degrees() > before + 3
    expect(page).to_have_url(re.compile("push="))
    page.get_by_role("button", name="Back to the sum").click()
    page.wait_for_timeout(300)
    assert degrees() == pytest.approx(before)
