"""The app in a real Chromium, on a real server, with real MNIST."""

import os
import re
import shutil

import pytest
from machine import running_app
from playwright.sync_api import Page, expect, sync_playwright

from ui.i18n import LANGUAGES, translations
from ui.screens import SCREENS

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SECOND = 1000
PATH = {screen.name: "" if screen is SCREENS[0] else screen.name for screen in SCREENS}
COMPLAINTS = ", ".join(
    f'[data-testid="{name}"]'
    for name in ("stException", "stAlertContentError", "stAlertContentWarning")
)
# rules about elements that Streamlit itself makes, each with what it concerns
NOT_OURS: dict[str, str] = {}


@pytest.fixture(scope="module")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "Chromium is not installed: no browser tests"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory, mnist_folder):
    runs = tmp_path_factory.mktemp("runs")
    data = {"AECORE_DATA_DIR": str(mnist_folder.parent), "AECORE_RUNS_DIR": str(runs)}
    with running_app(**data) as (address, _process):
        yield address


@pytest.fixture
def page(chromium, server):
    """A visitor's page; at its end nothing may have been fetched from elsewhere or failed."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
    page = context.new_page()
    foreign: list[str] = []
    broken: list[str] = []
    page.on(
        "request",
        lambda r: None if r.url.startswith((server, "data:", "blob:")) else foreign.append(r.url),
    )
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto_screen = lambda name, query="": open_screen(page, server, name, query)
    yield page
    context.close()
    assert foreign == []
    assert broken == []


def open_screen(page: Page, server: str, name: str, query: str = "") -> None:
    page.goto(f"{server}/{PATH[name]}{query}")
    expect(page.locator("h1")).to_be_visible(timeout=40 * SECOND)
    settled(page)


def settled(page: Page) -> None:
    """Wait until the server has nothing more to say."""
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=60 * SECOND
    )


def pictures(page: Page) -> list[str]:
    """The sources of the images on the screen."""
    found: list[str] = page.locator('[data-testid="stMain"] figure img').evaluate_all(
        "images => images.map(image => image.src)"
    )
    return found


@pytest.mark.parametrize("name", PATH)
def test_screen_opens_and_has_no_serious_accessibility_finding(page, name):
    from axe_playwright_python.sync_playwright import Axe

    page.goto_screen(name)
    assert not page.locator(COMPLAINTS).count()
    title = next(screen.question for screen in SCREENS if screen.name == name)
    expect(page.locator("h1")).to_have_text(title)
    findings = Axe().run(page).response["violations"]
    serious = [
        f"{finding['id']}: {finding['help']} {[node['html'][:160] for node in finding['nodes']]}"
        for finding in findings
        if finding["impact"] in ("serious", "critical") and finding["id"] not in NOT_OURS
    ]
    assert serious == []


@pytest.mark.parametrize("name", PATH)
def test_nothing_is_cut_off_sideways(page, name):
    page.goto_screen(name)
    for width, height in ((1280, 720), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{overflow} px too wide at {width}"


def test_noise_slider_changes_the_picture_and_the_address(page):
    page.goto_screen("denoise")
    page.wait_for_function(
        "document.querySelectorAll('[data-testid=\"stMain\"] figure img').length >= 18"
    )
    before = pictures(page)
    slider = page.locator(".st-key-noise").get_by_role("slider")
    slider.focus()
    value = slider.input_value()
    for _ in range(4):
        slider.press("ArrowRight")
    expect(slider).not_to_have_value(value)
    page.wait_for_function(
        "old => document.querySelector('[data-testid=\"stMain\"] figure img').src !== old",
        arg=before[0],
        timeout=20 * SECOND,
    )
    settled(page)
    after = pictures(page)
    changed = [old != new for old, new in zip(before, after, strict=True)]
    assert any(changed) and not all(changed)  # noisy and denoised change, originals stay
    expect(page).to_have_url(re.compile(r"[?&]noise="))


def test_a_link_brings_back_what_it_says(page):
    page.goto_screen("plane", "?z1=1.5&z2=-0.5&lang=de")
    expect(page.locator(".st-key-z1").get_by_role("slider")).to_have_value("1.5")
    shown = pictures(page)
    page.reload()
    settled(page)
    assert pictures(page) == shown


def test_switching_the_language_keeps_the_screen_and_its_state(page):
    page.goto_screen("denoise", "?noise=0.8")
    for code, own_name in list(LANGUAGES.items())[::-1]:
        page.get_by_role("radio", name=own_name).click()
        question = translations(code).gettext("When does it start to invent?")
        expect(page.locator("h1")).to_have_text(question, timeout=20 * SECOND)
        settled(page)
        expect(page.locator(".st-key-noise").get_by_role("slider")).to_have_value("0.8")
    page.get_by_role("radio", name="Deutsch").click()
    expect(page).to_have_url(re.compile("lang=de"))
    page.reload()
    settled(page)
    expect(page.locator("h1")).to_have_text(
        translations("de").gettext("When does it start to invent?")
    )


def test_language_survives_a_change_of_screen(page):
    page.goto_screen("start", "?lang=ru")
    page.get_by_role("link", name=translations("ru").gettext("Denoise")).first.click()
    expect(page.locator("h1")).to_have_text(
        translations("ru").gettext("When does it start to invent?"), timeout=20 * SECOND
    )
    expect(page).to_have_url(re.compile("lang=ru"))


def test_train_one_epoch_on_real_mnist_and_see_the_curve(page):
    page.goto_screen("train", "?family=simple&epochs=1")
    page.get_by_role("button", name="Start training").click()
    expect(page).to_have_url(re.compile(r"[?&]run=simple"), timeout=30 * SECOND)
    expect(page.get_by_text(re.compile("^Done: 1 epoch"))).to_be_visible(timeout=90 * SECOND)
    chart = page.locator(".js-plotly-plot")
    expect(chart.first).to_be_visible()
    points = chart.first.evaluate("chart => chart.data.map(trace => trace.y.length)")
    assert points and all(n == 1 for n in points)
    assert len(pictures(page)) >= 16  # originals and what the first epoch drew


def test_a_reload_and_a_second_browser_find_the_training(page, chromium, server):
    page.goto_screen("train", "?family=deep&epochs=500")
    page.get_by_role("button", name="Start training").click()
    running = re.compile(r"^Epoch \d+ of 500, .* left$")
    expect(page.get_by_text(running)).to_be_visible(timeout=60 * SECOND)
    address = page.url
    page.reload()
    expect(page.get_by_text(running)).to_be_visible(timeout=60 * SECOND)
    other = chromium.new_context().new_page()
    other.goto(address)
    expect(other.get_by_text(running)).to_be_visible(timeout=60 * SECOND)
    other.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("^Stopped in epoch"))).to_be_visible(timeout=60 * SECOND)
    other.context.close()


def test_the_first_visitor_of_a_server_may_come_by_a_link(chromium, mnist_folder, tmp_path):
    data = {"AECORE_DATA_DIR": str(mnist_folder.parent), "AECORE_RUNS_DIR": str(tmp_path)}
    with running_app(**data) as (address, _process):
        page = chromium.new_page()
        open_screen(page, address, "denoise", "?noise=0.3&lang=de")
        expect(page.locator("h1")).to_have_text(
            translations("de").gettext("When does it start to invent?"), timeout=20 * SECOND
        )
        expect(page.get_by_role("link", name="Start", exact=True)).to_be_visible()
        expect(page.locator(".st-key-noise").get_by_role("slider")).to_have_value("0.3")
        page.close()
