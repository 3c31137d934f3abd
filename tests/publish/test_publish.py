"""The explorer without a server: what lies in the folder, and what a browser makes of it."""

import json
import re
import subprocess
import sys
import threading
import zlib
from base64 import b64encode
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import SECOND, visiting
from playwright.sync_api import Page, expect
from safetensors.numpy import load

from aecore import checkpoint, evaluation, metrics, network_layers, restoration
from aecore.messages import Problem
from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Run
from browser import pack
from pages import SCREENS
from pages.denoise import here
from publish import lighter, sheet, site, views, words

ROOT = Path(__file__).resolve().parent.parent.parent
SHOWN = [screen.name for screen in SCREENS if screen.published]


ALONE = {
    "plane": ["--page=plane", "--lang=ru", "--model=aae-2"],
    "map": ["--page=map", "--lang=de"],
    "denoise": ["--page=denoise", "--lang=en"],
    "sketch": ["--page=sketch", "--lang=en"],
    "train": ["--page=train", "--lang=en"],
}
EXPLORER = "https://school.example/explorer"
RUN = Plan("simple", {"latent_dim": 2}, "digits", Recipe(epochs=2, precision="float32"))


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A folder with the site below a path, and with a file for each page alone.

    All made in one process, which is not ours, as publishing changes where data are looked for.
    """
    root = tmp_path_factory.mktemp("web")
    (root / "below").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AECORE_RUNS_DIR", str(root / "runs"))
        run = Run.new(RUN)
        run.prepare(RUN)
        run.train()
        asked = [[str(root / "below" / "site"), f"--explorer={EXPLORER}"]]
        asked += [[str(root / f"{name}.html"), *told] for name, told in ALONE.items()]
        asked += [[str(root / "run.html"), "--page=time-machine", f"--run={run.name}", "--lang=en"]]
        (root / "name").write_text(run.name)
        code = "import aecore.__main__ as shell\n" + "".join(
            f"shell.main({['publish', *told]!r})\n" for told in asked
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300
        )
    assert done.returncode == 0, done.stderr
    assert not done.stderr  # nor is anything said of what is as it should be
    return root


@pytest.fixture(scope="module")
def folder(published) -> Path:
    return published / "below" / "site"


@pytest.fixture(scope="module")
def address(folder) -> str:
    """Where a plain server of files has the site, below a path."""

    class Files(SimpleHTTPRequestHandler):
        def log_message(self, format, *arguments):
            pass

    root = folder.parent.parent
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{folder.relative_to(root).as_posix()}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visitor(chromium, address):
    with visiting(chromium, address) as page:
        yield page


def drawn(page: Page) -> list[bool]:
    """Of each component, whether it shows a picture: a canvas of more than one colour, an image,
    the bars of a code, or a pad to draw on. Of a page without one, whether it has images."""
    found: list[bool] = page.evaluate(
        """() => {
          const places = [...document.querySelectorAll("[data-component]")];
          if (!places.length) return [document.querySelectorAll("main img").length > 0];
          const shows = (one) => {
            if (one instanceof HTMLImageElement) return one.complete && one.naturalWidth > 0;
            if (!(one instanceof HTMLCanvasElement)) return true;
            const { width, height } = one;
            if (!width || !height) return false;
            const { data } = one.getContext("2d").getImageData(0, 0, width, height);
            const pixels = new Uint32Array(data.buffer);
            if (one.role === "application") return pixels[0] !== 0;
            return pixels.some((pixel) => pixel !== pixels[0]);
          };
          return places.map(({ shadowRoot }) =>
            [...(shadowRoot?.querySelectorAll("canvas, img, .bars b") ?? [])].some(shows));
        }"""
    )
    return found


def wait_until_drawn(page: Page) -> None:
    for _ in range(100):
        found = drawn(page)
        if found and all(found):
            expect(page.locator(".rows .waits")).to_have_count(0)  # what a model has to make yet
            return
        page.wait_for_timeout(SECOND / 5)
    raise AssertionError(f"drawn: {drawn(page)}")


@pytest.mark.browser
def test_a_site_is_small_and_has_no_images_of_a_data_set(folder, mnist_test):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 15e6
    some = mnist_test.pixels[:200].reshape(200, -1)
    some = [image.tobytes()[200:400] for image in some if image.any()]
    contents = b"".join(path.read_bytes() for path in files)
    assert not any(one in contents for one in some if any(one))


def a_digit_on_the_pad_is_read(page: Page) -> None:
    """Sketch: a ready digit, and what the models here make of it."""
    page.get_by_role("application").press("3")
    expect(page.locator(".sentence")).to_contain_text("Looks like 3")
    expect(page.locator(".said").last).to_contain_text("Looks like 3")
    expect(page.locator(".places i.place")).to_have_count(2)


def a_digit_is_picked(page: Page) -> None:
    """Start: another digit, another copy and another error."""
    expect(page.get_by_label("Example")).to_be_hidden()  # nobody would bring another
    seen = set()
    for digit in ("0", "1"):
        page.get_by_role("radio", name=f"A handwritten {digit}").click()
        copy = page.locator(".flow canvas").last.evaluate("canvas => canvas.toDataURL()")
        seen |= {copy, page.locator("dd b").text_content()}
    assert len(seen) == 4
    expect(
        page.get_by_text("What have these models learned, and from what? (in the explorer itself)")
    ).to_be_visible()


def codes_follow_the_pointer(page: Page) -> None:
    """Reconstruct: the code is that of the image under the pointer."""
    seen = set()
    for n in (2, 5):
        page.locator("figure.original").nth(n).hover()
        seen.add(page.locator(".bars").first.inner_html())
    assert len(seen) == 2


def a_melody_between_two_others_is_decoded(page: Page) -> None:
    """Music: each place of the way is another melody, said in notes; also from one's own."""
    seen = set()
    for share in ("0", "0.5", "1"):
        page.get_by_role("slider", name="From A to B").fill(share)
        page.wait_for_timeout(SECOND / 4)
        seen.add(page.locator(".now canvas").get_attribute("aria-label"))
    assert len(seen) == 3
    page.get_by_role("link", name="Tapped on keys").click()
    wait_until_drawn(page)
    before = page.locator(".now canvas").get_attribute("aria-label")
    for key in "adg":
        page.keyboard.press(key)
    expect(page.get_by_text("Step 7 of 32")).to_be_visible()
    expect(page.locator(".now canvas")).not_to_have_attribute("aria-label", before or "")


def a_slider_pushes_a_code(page: Page) -> None:
    """Generate: arithmetic has a page of its own, and its sliders a decoder."""
    page.get_by_role("link", name="Arithmetic").click()
    wait_until_drawn(page)
    seen = set()
    for push in ("-2", "2"):
        page.locator("input[type=range]").nth(1).fill(push)
        page.wait_for_timeout(SECOND / 4)
        canvases = page.locator("canvas")
        seen |= {canvases.nth(n).evaluate("canvas => canvas.toDataURL()") for n in (0, 3)}
    assert len(seen) == 3  # the digit, and two results


def a_name_is_worth_something(page: Page) -> None:
    """Features: where the last groups get their names, more digits are named right."""
    expect(page.locator(".done")).to_contain_text("Named right: 49.4% of the 10,000")
    page.locator(".classes").get_by_role("button", name="0").click()
    expect(page.locator(".done")).to_contain_text("Named right: 59")


def methods_are_compared(page: Page) -> None:
    """Denoise: the chart is a picture with the model's line."""
    chart = page.get_by_role("img", name="PSNR over the strength of the damage")
    expect(chart.locator("path[stroke-dasharray]")).to_have_count(3)
    expect(page.locator(".chart li")).to_contain_text(["Noisy", "Denoised", "3×3 median"])


def it_learns(page: Page) -> None:
    """Train: a model learns in the browser, is stopped, goes on, and is there after a reload."""
    progress = page.locator(".progress span")
    page.get_by_role("radio", name="Deep, small").check()
    page.get_by_role("button", name="Start training").click()
    expect(progress).to_contain_text("Epoch 2 of 20", timeout=60 * SECOND)
    page.get_by_role("button", name="Stop").click()
    expect(progress).to_contain_text("Stopped after epoch 1 of 20")
    page.reload()
    expect(progress).to_contain_text("Stopped after epoch 1 of 20")
    page.get_by_role("button", name="Resume").click()
    expect(progress).to_contain_text("Epoch 3 of 20", timeout=60 * SECOND)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("radio", name="Simple").check()
    page.get_by_role("button", name="Start training").click()
    expect(progress).to_contain_text("Done: 15 epochs", timeout=120 * SECOND)
    page.reload()
    end = page.locator(".end")
    expect(end).to_contain_text("nats per pixel on the test images")
    assert 0.07 < float(end.text_content().split()[1]) < 0.1
    wait_until_drawn(page)
    seen = set()
    for moment in ("0", "6"):
        page.get_by_role("slider", name="Moment of the training").fill(moment)
        page.wait_for_timeout(SECOND)
        seen.add(page.locator("canvas.drawn").evaluate("canvas => canvas.toDataURL()"))
    expect(page.locator("output")).to_have_text("Epoch 3")
    assert len(seen) == 2


def drawings_are_learned(page: Page) -> None:
    """Train: five ready drawings, by keys alone, on the plane of codes of two numbers."""
    page.get_by_role("radio", name="Own drawings").check()
    start = page.get_by_role("button", name="Start training")
    expect(start).to_be_disabled()
    pad = page.get_by_role("application")
    for count, digit in enumerate("17358", 1):
        pad.press(digit)
        expect(page.get_by_role("button", name="Add the drawing")).to_be_enabled()
        pad.press("Enter")
        expect(page.locator(".own li")).to_have_count(count)
    page.get_by_role("button", name="Remove drawing E").click()
    expect(start).to_be_disabled()
    pad.press("2")
    expect(page.get_by_role("button", name="Add the drawing")).to_be_enabled()
    pad.press("Enter")
    page.get_by_role("radio", name="2", exact=True).check()
    start.click()
    expect(page.locator(".progress span")).to_contain_text("Done: 15", timeout=120 * SECOND)
    expect(page.locator(".classes b")).to_have_text(list("ABCDE"))
    expect(page.locator(".codes canvas")).to_have_class("decoded")
    page.reload()
    expect(page.get_by_role("radio", name="2", exact=True)).to_be_checked()
    expect(page.locator(".own li")).to_have_count(5)
    expect(page.locator(".end")).to_contain_text("other variants of the same drawings")


LEFT_BEFORE = {  # none of it can be gone on with
    "run": "{ model: 'simple', images: 'digits', plan: { epochs: 15 }, rows: [{}] }",
    "drawings": "[new Uint8Array(3), 5]",
}
LEAVE = """([name, code]) => new Promise((resolve) => {
  indexedDB.open("autoencoder-explorer-training", 1).onsuccess = ({ target }) => {
    const whole = target.result.transaction("kept", "readwrite");
    whole.objectStore("kept").put(eval(`(${code})`), name);
    whole.oncomplete = resolve;
  };
})"""
KEEPS_NOTHING = {
    "denied": "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }",
    "full": "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'DataError'); }",
}


@pytest.mark.browser
def test_a_training_does_not_begin_from_what_another_version_left(visitor, address):
    visitor.goto(f"{address}/en/train.html")
    wait_until_drawn(visitor)
    for left in LEFT_BEFORE.items():
        visitor.evaluate(LEAVE, left)
    visitor.reload()
    wait_until_drawn(visitor)
    expect(visitor.get_by_role("button", name="Resume")).to_be_hidden()
    visitor.get_by_role("radio", name="Own drawings").check()
    expect(visitor.locator(".own li")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("why", KEEPS_NOTHING)
def test_a_browser_that_keeps_nothing_says_so(visitor, address, why):
    visitor.add_init_script(KEEPS_NOTHING[why])
    visitor.goto(f"{address}/en/train.html")
    progress = visitor.locator(".progress span")
    visitor.get_by_role("radio", name="Deep, small").check()
    visitor.get_by_role("button", name="Start training").click()
    expect(progress).to_contain_text("Epoch 2 of 20", timeout=60 * SECOND)
    visitor.get_by_role("button", name="Stop").click()
    expect(progress).to_contain_text("your browser keeps nothing once you leave")


@pytest.mark.browser
def test_a_training_whose_images_did_not_load_starts_once_they_do(visitor, address):
    visitor.route("**/media/*.bin", lambda route: route.abort())
    visitor.goto(f"{address}/en/train.html")
    visitor.get_by_role("radio", name="Deep, small").check()
    start = visitor.get_by_role("button", name="Start training")
    expect(visitor.locator(".about")).to_contain_text("That did not work")
    start.click()
    expect(visitor.locator(".here > .said")).to_contain_text("That did not work")
    expect(visitor.locator(".progress")).to_be_hidden()
    visitor.unroute("**/media/*.bin")
    start.click()
    expect(visitor.locator(".progress span")).to_contain_text("Epoch 1", timeout=60 * SECOND)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("start", "media/*.bin"),
        ("start", "explorer/start/*.js"),
        ("inside.dial", "media/*.bin"),
        ("inside.filters", "media/*"),
    ],
)
def test_a_page_of_which_a_part_is_missing_says_so(chromium, address, name, lacking):
    page = chromium.new_page()
    page.route(f"**/{lacking}", lambda route: route.abort())
    page.goto(f"{address}/en/{name}.html")
    expect(page.get_by_role("alert")).to_have_text(
        "A part of this page did not load. Reload the page."
    )
    page.close()


@pytest.mark.browser
def test_a_site_opened_from_its_folder_says_what_it_needs(chromium, folder):
    page = chromium.new_page()
    page.goto((folder / "en" / "start.html").as_uri())
    expect(page.get_by_role("alert")).to_contain_text("A site needs a web host")
    page.close()


def others_are_drawn_and_a_slider_pushes_a_code(page: Page) -> None:
    """Other digits at another temperature, after a press, and of the class asked for."""
    seen = [strip_of(page)]
    for change in (
        lambda: page.get_by_role("button", name="Draw again").click(),
        lambda: page.get_by_role("slider", name="Temperature").fill("0"),
        lambda: page.get_by_role("combobox", name="Which digit").select_option("4"),
    ):
        change()
        page.wait_for_timeout(SECOND / 2)
        seen.append(strip_of(page))
    assert len(set(seen)) == 4
    a_slider_pushes_a_code(page)


def digits_lean_and_stay_what_they_are(page: Page) -> None:
    """The slider leans the digits, and what goes in more comes out more."""
    wait_until_drawn(page)
    slider = page.get_by_role("slider", name="Slant")
    expect(slider).to_have_value("3")  # the fourth of nine: they stand upright at first
    seen = []
    for place in ("0", "8"):
        slider.fill(place)
        found = page.get_by_text("Mean slant, in → out")
        before, after = re.findall(r"−?\d\.\d\d", found.inner_text().replace("-", "−"))
        seen.append([float(n.replace("−", "-")) for n in (before, after)])
    assert seen[1][0] - seen[0][0] > 0.6
    assert seen[1][1] - seen[0][1] > 0.2


def strip_of(page: Page) -> str:
    strip = page.get_by_role("img", name="Digits that nobody wrote")
    expect(strip).to_be_visible()
    return str(strip.evaluate("canvas => canvas.toDataURL()"))


WORKS = {
    "denoise": methods_are_compared,
    "features": a_name_is_worth_something,
    "generate": others_are_drawn_and_a_slider_pushes_a_code,
    "music": a_melody_between_two_others_is_decoded,
    "start": a_digit_is_picked,
    "swap": digits_lean_and_stay_what_they_are,
    "reconstruct": codes_follow_the_pointer,
    "sketch": a_digit_on_the_pad_is_read,
    "train": it_learns,
}


@pytest.mark.browser
@pytest.mark.parametrize("name", SHOWN)
def test_a_page_shows_what_the_screen_does(visitor, address, name):
    visitor.goto(f"{address}/de/{name}.html")
    wait_until_drawn(visitor)
    expect(visitor.locator("main > [role=alert]")).to_be_hidden()
    assert visitor.locator("html").get_attribute("lang") == "de"
    findings = Axe().run(visitor).response["violations"]
    assert [f["id"] for f in findings if f["impact"] in ("serious", "critical")] == []
    for width in (1280, 360):
        visitor.set_viewport_size({"width": width, "height": 720})
        assert visitor.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.set_viewport_size({"width": 1280, "height": 720})
    if name in WORKS:
        visitor.goto(f"{address}/en/{name}.html")
        WORKS[name](visitor)


@pytest.mark.browser
def test_one_comes_from_page_to_page_and_to_another_language(visitor, address):
    visitor.goto(f"{address}/")
    visitor.wait_for_url("**/en/start.html")
    visitor.get_by_role("link", name="Can you see ten digits").click()
    visitor.wait_for_url("**/en/map.html")
    visitor.get_by_role("link", name="Deutsch").click()
    visitor.wait_for_url("**/de/map.html")
    expect(visitor.get_by_role("link", name="Karte")).to_have_attribute("aria-current", "page")
    visitor.get_by_role("link", name="Im Inneren").click()
    visitor.get_by_role("link", name="Flaschenhals").click()
    visitor.wait_for_url("**/de/inside.dial.html")
    wait_until_drawn(visitor)
    found = visitor.get_by_role("link", name="Zum Explorer selbst")
    expect(found).to_have_attribute("href", EXPLORER)


@pytest.mark.browser
def test_a_chapter_asks_folds_its_answers_and_leads_to_screens(visitor, address):
    visitor.goto(f"{address}/en/course.02-data-specific.html")
    expect(visitor.get_by_text("What comes out?")).to_be_visible()
    why = visitor.get_by_text("Detail that isn't in the small image")
    expect(why).to_be_hidden()
    visitor.locator("summary", has_text="Answer").nth(1).click()
    expect(why).to_be_visible()
    visitor.locator(".sheet-link").get_by_role("link", name="Denoise").click()
    visitor.wait_for_url("**/en/denoise.html")
    # a step that shows a part of a screen leads to that
    visitor.goto(f"{address}/en/course.03-bottleneck.html")
    visitor.locator(".sheet-link").get_by_role("link", name="Inside").nth(1).click()
    visitor.wait_for_url("**/en/inside.dial.html")


def follows_the_pointer(page: Page) -> None:
    """The plane's digit is another one where the pointer goes."""
    box = page.locator(".pane").bounding_box()
    assert box is not None
    seen = set()
    for share in (0.3, 0.5, 0.7):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.4 * box["height"])
        page.wait_for_timeout(SECOND / 4)
        seen.add(page.locator("canvas[role=img]").first.evaluate("canvas => canvas.toDataURL()"))
    assert len(seen) == 3


@pytest.mark.browser
def test_the_plane_follows_the_pointer(visitor, address):
    visitor.goto(f"{address}/en/plane.html")
    wait_until_drawn(visitor)
    follows_the_pointer(visitor)


def the_strength_changes_the_pictures(page: Page) -> None:
    """Denoise: another strength, other damage, and the model here restores that."""
    seen = set()
    for strength in (0.2, 0.5, 0.8):
        page.locator("input[type=range]").fill(str(strength))
        page.wait_for_timeout(SECOND)
        pictures = page.locator(".rows figure canvas")
        seen |= {pictures.nth(n).evaluate("canvas => canvas.toDataURL()") for n in (0, 8)}
    page.get_by_role("button", name="New noise").click()
    page.wait_for_timeout(SECOND)
    seen.add(page.locator(".rows figure canvas").first.evaluate("canvas => canvas.toDataURL()"))
    assert len(seen) == 7
    expect(page.locator(".rows .waits")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "works"),
    [
        ("plane", follows_the_pointer),
        ("map", lambda page: None),
        ("denoise", the_strength_changes_the_pictures),
        ("sketch", a_digit_on_the_pad_is_read),
        ("train", drawings_are_learned),
    ],
)
def test_a_page_alone_opens_by_double_click(chromium, published, name, works):
    path = published / f"{name}.html"
    assert path.stat().st_size < 3e6
    page = chromium.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url[:100]))
    page.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else wrong.append(r.url),
    )
    page.goto(path.as_uri())
    wait_until_drawn(page)
    works(page)
    page.close()
    assert wrong == []


@pytest.mark.browser
def test_a_time_machine_goes_home(chromium, published):
    path = published / "run.html"
    assert path.stat().st_size < 3e6
    page = chromium.new_page()
    page.goto(path.as_uri())
    wait_until_drawn(page)
    expect(page.get_by_role("heading", name=(published / "name").read_text())).to_be_visible()
    page.get_by_role("slider", name="Moment of the training").fill("0")
    expect(page.locator("output")).to_have_text("Epoch 0, untrained")
    page.close()


def test_what_is_not_here_is_told():
    for ask, why in (
        (lambda: views.of_site(["nobody"]), "There is no nobody to be published"),
        (lambda: views.of_site([], ["nothing"]), "There is no nothing to be published"),
        (lambda: views.of_page("plane", "deep-32"), "There is no deep-32 to be published"),
        (lambda: views.of_page("time-machine"), "name it by --run"),
        (lambda: views.of_page("wall"), "There is no wall"),
        (lambda: sheet.check_address("javascript:alert()"), "is no address of the explorer"),
    ):
        with pytest.raises(Problem, match=why):
            ask()


def test_models_have_pages_of_their_own_and_parts_the_first_of_them():
    found = {one[0].name: one for one in views.of_site(["vae-2", "aae-2", "conv-32"])}
    assert [view.shown for view in found["plane"]] == ["vae-2", "aae-2"]
    assert [view.shown for view in found["sketch"]] == ["vae-2", "aae-2"]  # conv-32 is too large
    numbers, dial, *_others, last = found["inside"]
    assert numbers.address == {"inside_model": "vae-2", "inside": "numbers"}
    assert dial.address["inside"] == "dial" and dial.label == "Bottleneck dial"
    assert last.address == {"inside_model": "conv-32"} and last.label == "conv-32"


def test_a_run_has_a_page_beside_the_training_in_the_browser():
    run = Run.new(RUN)
    run.prepare(RUN)
    run.train()
    found = {one[0].name: one[0] for one in views.of_site([], [run.name])}
    assert found["train"].address == {}
    assert found["time-machine"].address == {"run": run.name}


def test_a_folder_with_other_things_stays_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Problem, match="holds other things"):
        site.make(tmp_path, ["en"], views.of_site())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_words_have_formulas_and_no_markup_of_their_own():
    html = words.text("The code $z = f(x)$, `$5`:\n\n- <script>alert(1)</script>\n- **bold**")
    assert "<math" in html and "<code>$5</code>" in html
    assert "&lt;script&gt;" in html and "<strong>bold</strong>" in html
    assert words.line(":material/print: To print") == "To print"


def test_what_is_made_lighter_keeps_its_numbers_nearly():
    random = np.random.default_rng(0)
    heavy = {"w": random.normal(size=(200, 300)).astype(np.float32), "b": np.ones(9, np.float32)}
    content = pack({"a": 1}, **heavy)
    light = zlib.decompress(lighter.lighter(content))
    found = load(light)
    assert len(light) < len(content) / 3.5 and np.array_equal(found["b"], heavy["b"])
    again = found["w"] * found[f"w{lighter.STEP}"][:, None]
    assert np.abs(again - heavy["w"]).max() < 0.5 / 127 * np.abs(heavy["w"]).max() * 1.01
    header = json.loads(light[8 : 8 + int.from_bytes(light[:8], "little")])
    assert json.loads(header["__metadata__"]["facts"]) == {"a": 1}


@pytest.mark.browser
def test_a_denoiser_in_eight_bits_restores_as_well(modules, mnist_test):
    model, card = checkpoint.load(here.LIGHT)
    pixels = mnist_test.pixels[:200]
    original, damaged = pixels / np.float32(255), restoration.damage(pixels, "gaussian", 0.5, 0)
    halves = (network_layers.of_encoder(model), network_layers.of_decoder(model))
    light = [zlib.decompress(lighter.lighter(pack(half.facts(), **half.arrays))) for half in halves]
    code = """async ([halves, damaged]) => {
      const { unpack } = await import("/shared/tensors.js");
      const { Network } = await import("/shared/network.js");
      const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
      let x = new Float32Array(bytes(damaged).buffer);
      for (const half of halves) {
        const { facts, arrays } = unpack(bytes(half));
        x = new Network(facts, arrays, 200).run(x, 200);
      }
      return Array.from(x);
    }"""
    given = [[b64encode(half).decode() for half in light], b64encode(damaged.tobytes()).decode()]
    found = np.array(modules.evaluate(code, given)).reshape(original.shape)
    full = metrics.psnr(evaluation.reconstruct(model, damaged), original).mean()
    assert abs(metrics.psnr(found, original).mean() - full) < 0.1
    assert abs(full - card.metrics["gaussian_0.5_psnr"]) < 0.5


@pytest.mark.browser
def test_the_browser_reads_what_was_made_lighter(modules):
    heavy = np.random.default_rng(0).normal(size=(200, 300)).astype(np.float32)
    content = pack({"a": 1}, w=heavy)
    for packed in (content, zlib.compress(content), lighter.lighter(content)):
        found = modules.evaluate(
            """async (bytes) => {
              const { fetchTensors } = await import("/shared/tensors.js");
              const address = `data:application/octet-stream;base64,${bytes}`;
              const { facts, arrays, shapes } = await fetchTensors(address);
              return [Array.from(arrays.w), facts.a, shapes.w, Object.keys(arrays)];
            }""",
            b64encode(packed).decode(),
        )
        assert found[1:] == [1, [200, 300], ["w"]]
        assert np.abs(np.array(found[0]).reshape(200, 300) - heavy).max() < 0.02
