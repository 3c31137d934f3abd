"""The app in a real Chromium, on a real server, with real MNIST."""

import re

import pytest
from chromium import COMPLAINTS, SECOND, settled
from machine import running_app
from playwright.sync_api import Locator, Page, expect

from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Run
from pages import SCREENS
from ui import lessons
from ui.i18n import LANGUAGES, translations

pytestmark = pytest.mark.browser

PATH = {screen.name: "" if screen is SCREENS[0] else screen.name for screen in SCREENS}
# rules about elements that Streamlit itself makes, each with what it concerns
NOT_OURS: dict[str, str] = {}


def open_screen(page: Page, name: str, query: str = "") -> None:
    page.goto(f"/{PATH[name]}{query}")
    expect(page.locator("h1")).to_be_visible(timeout=40 * SECOND)
    settled(page)
    # a component that tells something once it is there has the page run again
    page.wait_for_timeout(300)
    settled(page)


def pictures(page: Page) -> list[str]:
    """The sources of the images on the screen."""
    found: list[str] = page.locator('[data-testid="stMain"] figure img').evaluate_all(
        "images => images.map(image => image.src)"
    )
    return found


@pytest.mark.parametrize("name", PATH)
def test_screen_opens_for_everybody_and_fits_a_telephone_a_projector_and_a_wall(page, name):
    from axe_playwright_python.sync_playwright import Axe

    open_screen(page, name)
    assert not page.locator(COMPLAINTS).count()
    expect(page.locator("h1")).to_have_text(lessons.of(name).question)
    findings = Axe().run(page).response["violations"]
    serious = [
        f"{finding['id']}: {finding['help']} {node['html'][:160]}"
        for finding in findings
        if finding["impact"] in ("serious", "critical") and finding["id"] not in NOT_OURS
        for node in finding["nodes"]
    ]
    assert serious == []
    for width, height in ((1280, 720), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{overflow} px too wide at {width}"
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator("h1").click()  # keys are the page's, whatever has the focus
    page.keyboard.press("p")
    expect(page.locator(":root")).to_have_class(re.compile(r"(^|\s)presenting(\s|$)"))
    heights = []
    for width, height in ((1280, 720), (1920, 1080), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(SECOND)
        overflow = page.locator('[data-testid="stMain"]').evaluate(
            "main => main.scrollWidth - main.clientWidth"
        )
        assert overflow <= 0, f"{overflow} px too wide at {width}"
        title = page.locator("h1").bounding_box()
        assert title["x"] < 0.03 * width and title["y"] < 0.05 * height
        heights.append(title["height"] / height)
    assert max(heights) - min(heights) < 0.005  # the same on every wall, larger on a larger one


def canvases(page: Page) -> list[str]:
    """The rows of Denoise as they stand."""
    drawn: list[str] = page.locator(".denoise .rows canvas").evaluate_all(
        "all => all.map((canvas) => canvas.toDataURL())"
    )
    return drawn


def test_noise_slider_changes_the_picture_and_the_address(page):
    open_screen(page, "denoise")
    caption = page.locator(".denoise figcaption").first
    expect(caption).to_contain_text("dB", timeout=20 * SECOND)
    settled(page)
    before, words = canvases(page), caption.inner_text()
    slider = page.locator(".denoise").get_by_role("slider")
    slider.focus()
    value = slider.input_value()
    for _ in range(4):
        slider.press("ArrowRight")
    expect(slider).not_to_have_value(value)
    # what the browser restored gives way to what the server did
    expect(page).to_have_url(re.compile(r"[?&]noise=0.7"), timeout=20 * SECOND)
    expect(caption).not_to_have_text(words, timeout=20 * SECOND)  # the worker has its modules
    expect(page.locator(".denoise small").nth(1)).to_have_text("denoise-256", timeout=20 * SECOND)
    after = canvases(page)
    changed = [old != new for old, new in zip(before, after, strict=True)]
    assert changed == [True] * 16 + [False] * 8  # noisy and denoised change, originals stay


def test_dragging_the_noise_asks_nobody_and_says_who_denoised(page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_screen(page, "denoise")
    by = page.locator(".denoise small").nth(1)
    expect(by).to_have_text("denoise-256", timeout=20 * SECOND)
    expect(page.locator(".denoise .waiting")).to_be_empty(timeout=20 * SECOND)
    chart = page.get_by_text("Mean over 300 test images.")  # it grows until then, and asks for more
    expect(chart).to_be_visible(timeout=60 * SECOND)
    settled(page)
    page.wait_for_timeout(SECOND)
    sent.clear()
    box = page.locator(".denoise").get_by_role("slider").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    before = canvases(page)
    for share in (0.6, 0.7, 0.8):
        page.mouse.move(box["x"] + share * box["width"], y)
        expect(page.locator(".denoise output")).to_have_text(f"{share:.2f}")
        expect(by).to_have_text("denoise/light, until the hand rests", timeout=20 * SECOND)
    page.wait_for_timeout(SECOND)
    after = canvases(page)
    assert [old != new for old, new in zip(before, after, strict=True)] == [True] * 16 + [False] * 8
    assert sent == [] and "noise=" not in page.url
    page.mouse.up()
    expect(by).to_have_text("denoise-256", timeout=20 * SECOND)
    expect(page).to_have_url(re.compile(r"[?&]noise=0.8"))


def test_a_link_brings_back_what_it_says(page):
    open_screen(page, "plane", "?z1=1.5&z2=-0.5&lang=de")
    expect(page.locator(".plane").get_by_role("slider").first).to_have_value("1.5")
    neighbours = page.locator('[data-testid="stMain"] figure img')
    expect(neighbours).to_have_count(10, timeout=20 * SECOND)
    settled(page)
    shown = pictures(page)
    page.reload()
    expect(neighbours).to_have_count(10, timeout=20 * SECOND)
    settled(page)
    assert pictures(page) == shown


def test_switching_the_language_keeps_the_screen_and_its_state(page):
    open_screen(page, "denoise", "?noise=0.8")
    for code, own_name in list(LANGUAGES.items())[::-1]:
        page.get_by_role("radio", name=own_name).click()
        question = lessons.of("denoise", code).question
        expect(page.locator("h1")).to_have_text(question, timeout=20 * SECOND)
        settled(page)
        expect(page.locator(".denoise").get_by_role("slider")).to_have_value("0.8")
    page.get_by_role("radio", name="Deutsch").click()
    expect(page).to_have_url(re.compile("lang=de"))
    page.reload()
    settled(page)
    expect(page.locator("h1")).to_have_text(lessons.of("denoise", "de").question)


def test_keys_pressed_quickly_end_on_the_language_that_they_name(page):
    open_screen(page, "denoise", "?lang=de")
    page.get_by_role("radio", name="Deutsch").focus()
    for gap in (0, 80, 200, 300):  # ms; there are three languages, round and round
        for _press in range(3):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(gap)
        page.wait_for_timeout(SECOND)
        settled(page)
        german = lessons.of("denoise", "de").question
        expect(page.locator("h1")).to_have_text(german, timeout=20 * SECOND)
        expect(page).to_have_url(re.compile(r"/denoise\?lang=de$"), timeout=20 * SECOND)
        expect(page.get_by_role("radio", name="Deutsch")).to_be_checked()
        assert not page.locator(COMPLAINTS).count()
    page.keyboard.press("ArrowRight")
    expect(page.locator("html")).to_have_attribute("lang", "ru", timeout=20 * SECOND)


def test_a_language_that_is_not_there_is_forgotten_by_choosing_the_one_shown(page):
    open_screen(page, "denoise", "?lang=xx")
    assert page.locator(COMPLAINTS).count() == 1
    page.get_by_role("radio", name="English").click()
    expect(page.locator(COMPLAINTS)).to_have_count(0, timeout=20 * SECOND)
    expect(page).to_have_url(re.compile("lang=en"))


def test_language_survives_a_change_of_screen(page):
    open_screen(page, "start", "?lang=ru")
    page.get_by_role("link", name=translations("ru").gettext("Denoise")).first.click()
    expect(page.locator("h1")).to_have_text(
        lessons.of("denoise", "ru").question, timeout=20 * SECOND
    )
    expect(page).to_have_url(re.compile("lang=ru"))


def test_train_one_epoch_on_real_mnist_and_see_the_curve(page):
    open_screen(page, "train", "?family=simple&epochs=1")
    page.get_by_role("button", name="Start training").click()
    expect(page).to_have_url(re.compile(r"[?&]run=simple"), timeout=30 * SECOND)
    expect(page.get_by_text(re.compile("^Done: 1 epoch"))).to_be_visible(timeout=90 * SECOND)
    moment = page.get_by_role("slider", name="Moment of the training")
    # before training, three times within the epoch, after it
    expect(moment).to_have_value("4")
    spoken = re.compile(r"^Epoch 1, Training 0\.\d+, Test 0\.\d+$")
    expect(moment).to_have_attribute("aria-valuetext", spoken)
    originals, drawn = (page.locator(f".digits canvas.{name}") for name in ("original", "drawn"))
    assert drawing(originals) != drawing(drawn) != drawing(page.locator(".codes canvas"))


def drawing(canvas: Locator) -> str:
    """What a canvas shows."""
    shown: str = canvas.evaluate("canvas => canvas.toDataURL()")
    return shown


def at_rest(canvas: Locator) -> str:
    """What a canvas shows when it has stopped moving."""
    before = ""
    while (now := drawing(canvas)) != before:
        before = now
        canvas.page.wait_for_timeout(SECOND)
    return before


def comes_to_show(canvas: Locator, wanted: str) -> None:
    """Wait until a canvas shows what it did before."""
    for _ in range(40):
        if drawing(canvas) == wanted:
            return
        canvas.page.wait_for_timeout(SECOND / 2)
    raise AssertionError("it shows something else")


@pytest.fixture(scope="module")
def run_of_4_epochs(server_runs) -> str:
    """The name of a run on scikit-learn's digits, ended."""
    recipe = Recipe(epochs=4)
    plan = Plan("vae", {"latent_dim": 2}, "digits", recipe)
    run = Run(server_runs / "small-digits")
    run.prepare(plan)
    run.train()
    return run.name


def time_machine(page: Page, run: str) -> Locator:
    """The slider over a run of four epochs, at its end."""
    open_screen(page, "train", f"?run={run}")
    expect(page.get_by_text(re.compile("^Done: 4 epochs"))).to_be_visible(timeout=20 * SECOND)
    moment = page.get_by_role("slider", name="Moment of the training")
    expect(moment).to_have_value("4", timeout=20 * SECOND)
    return moment


def test_the_time_machine_plays_and_the_address_keeps_the_moment(page, run_of_4_epochs):
    moment, codes = time_machine(page, run_of_4_epochs), page.locator(".codes canvas")
    end = at_rest(codes)
    moment.press("Home")
    expect(moment).to_have_attribute("aria-valuetext", "Epoch 0, untrained")
    expect(page).to_have_url(re.compile(r"[?&]at=0(&|$)"))
    assert drawing(codes) != end
    page.get_by_role("combobox", name="Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=20 * SECOND)
    expect(moment).to_have_value("4")
    comes_to_show(codes, end)
    expect(page).not_to_have_url(re.compile(r"[?&]at="))  # the end needs no word
    moment.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"[?&]at=3(&|$)"))
    shown = at_rest(codes)
    page.reload()
    settled(page)
    expect(moment).to_have_value("3")
    comes_to_show(codes, shown)
    chart = page.get_by_role("img", name="Loss on training and test examples by epoch")
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] / 2)
    expect(moment).to_have_value("2")


def test_nothing_glides_where_reduced_motion_is_asked_for(page, run_of_4_epochs):
    page.emulate_media(reduced_motion="reduce")
    moment = time_machine(page, run_of_4_epochs)
    at_rest(page.locator(".codes canvas"))
    frames = page.locator(".codes canvas").evaluate(
        """async canvas => {
            const slider = canvas.getRootNode().querySelector("input.time");
            const seen = new Set([canvas.toDataURL()]);
            slider.value = "1";
            slider.dispatchEvent(new Event("input"));
            for (let k = 0; k < 20; k++) {
                await new Promise(requestAnimationFrame);
                seen.add(canvas.toDataURL());
            }
            return seen.size;
        }"""
    )
    assert frames == 2
    expect(moment).to_have_value("1")


def test_a_reload_and_a_second_browser_find_the_training(page, chromium, server):
    open_screen(page, "train", "?family=deep&epochs=500")
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
        page = chromium.new_page(base_url=address)
        open_screen(page, "denoise", "?noise=0.3&lang=de")
        expect(page.locator("h1")).to_have_text(
            lessons.of("denoise", "de").question, timeout=20 * SECOND
        )
        expect(page.get_by_role("link", name="Start", exact=True)).to_be_visible()
        expect(page.locator(".denoise").get_by_role("slider")).to_have_value("0.3")
        settled(page)
        assert not page.get_by_role("dialog").count()  # that says there is no such page
        page.close()


def test_a_click_on_the_plane_leaves_nothing_that_disturbs_the_map(page):
    open_screen(page, "plane")
    page.locator(".plane .pane").click()
    expect(page).to_have_url(re.compile("z1="), timeout=20 * SECOND)
    page.get_by_role("link", name="Map", exact=True).first.click()
    expect(page.locator(".frame canvas")).to_be_visible(timeout=20 * SECOND)
    settled(page)
    assert not page.locator(COMPLAINTS).count()
