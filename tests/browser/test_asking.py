"""Questions: answering with mouse and keys, what is right, what a class has answered."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from aecore import handwriting
from aecore.handwriting import Drawing
from classroom import questions

pytestmark = pytest.mark.browser

QUESTION: dict[str, Any] = {
    "id": "03-bottleneck/2", "form": "choose", "ask": "What comes back?", "options": [],
    "several": False, "from": 0, "to": 1, "step": 0.1, "unit": "", "by": "", "picture": None,
}  # fmt: skip
REVEALED: dict[str, Any] = {
    "right": None, "verdict": None, "low": None, "high": None, "values": [], "within": 0,
    "images": [], "said": "",
}  # fmt: skip
CHOOSE = {"options": ["a digit", "noise", "the mean"]}
NUMBER = {"form": "number", "unit": "MSE"}
ORDER = {"form": "order", "options": ["PCA", "deep", "noise", "simple"], "by": "by their error"}
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="
PICTURE = {"src": PIXEL, "box": [-4, -2, 4, 2], "names": ["z₁", "z₂"]}
POINT = {"form": "point", "picture": PICTURE}
DRAWING = {"form": "drawing"}
FORMS = {"choose": CHOOSE, "number": NUMBER, "order": ORDER, "point": POINT, "drawing": DRAWING}
SEVEN = Drawing((((60, 60), (200, 60), (110, 220)), ((90, 140), (180, 140))))


@pytest.fixture
def asked(modules) -> Callable[..., Page]:
    """Puts a question on the page; ``window.form`` is its form, ``window.answers`` what it told."""

    def ask(**changed: Any) -> Page:
        modules.evaluate(
            """async ([question, words]) => {
              const { formOf } = await import("/asking/question.js");
              document.documentElement.lang = "en";
              document.title = "A question";
              // as every page of the app has them, see ui/style.css
              document.documentElement.style.cssText = "--vw: 1vw; --vh: 1dvh";
              const style = '<link rel="stylesheet" href="/asking/step.css">';
              document.body.innerHTML = `${style}<main></main>`;
              await new Promise((done) => { document.querySelector("link").onload = done; });
              const main = document.querySelector("main");
              window.answers = [];
              window.form = formOf(main, question, words, (answer) => window.answers.push(answer));
            }""",
            [QUESTION | changed, questions.words()],
        )
        return modules

    return ask


def answer(page: Page) -> Any:
    """What the form told last."""
    return page.evaluate("window.answers.at(-1)")


def reveal(page: Page, answer: Any, **changed: Any) -> None:
    page.evaluate("([r, a]) => window.form.reveal(r, a)", [REVEALED | changed, answer])


def show(page: Page, *rounds: dict[str, Any]) -> None:
    page.evaluate("(rounds) => window.form.show(rounds)", list(rounds))


def test_one_option_is_chosen_by_mouse_and_another_by_key(asked):
    page = asked(**CHOOSE)
    page.get_by_label("noise").check()
    assert answer(page) == [1]
    page.get_by_label("noise").press("ArrowDown")
    assert answer(page) == [2]
    page.evaluate("window.form.enable(false)")
    expect(page.get_by_label("noise")).to_be_disabled()


def test_several_options_are_chosen_and_let_go_of(asked):
    page = asked(**CHOOSE, several=True)
    page.get_by_label("the mean").press("Space")
    page.get_by_label("a digit").check()
    assert answer(page) == [0, 2]
    page.get_by_label("a digit").uncheck()
    page.get_by_label("the mean").uncheck()
    assert answer(page) is None


def test_what_is_right_stands_beside_what_was_chosen_in_words(asked):
    page = asked(**CHOOSE)
    reveal(page, [1], right=[0], verdict=False, values=["0.1", "0.2", "0.3"], said="It is 0.1.")
    rows = page.locator(".option")
    expect(rows.nth(0)).to_contain_text("✓ Right answer")
    expect(rows.nth(1)).to_contain_text("✗ Your answer")
    expect(rows.nth(2)).to_have_text("the mean0.3")
    expect(page.locator(".told")).to_have_text("✗ Not quite.It is 0.1.")
    page.evaluate("window.form.reveal(null, [1])")
    expect(rows.nth(1)).to_have_text("noise")
    expect(page.get_by_label("noise")).to_be_enabled()


def test_bars_are_the_shares_of_both_rounds(asked):
    page = asked(**CHOOSE)
    show(page, {"n": 4, "tally": [1, 3, 0]}, {"n": 5, "tally": [4, 1, 0]})
    bars = page.locator(".option").nth(0).locator(".bar")
    expect(bars).to_have_text(["25% (1)", "80% (4)"])
    widths = page.evaluate(
        """() => [...document.querySelectorAll(".option .bar i")].map(
          (bar) => bar.offsetWidth / bar.parentElement.offsetWidth)"""
    )
    assert widths == pytest.approx([0.25, 0.8, 0.75, 0.2, 0, 0], abs=0.01)
    expect(page.locator(".asked > .rounds")).to_contain_text("Second round, answers: 5")
    page.evaluate("window.form.show(null)")
    expect(page.locator(".bar")).to_have_count(0)


def test_a_number_is_guessed_with_slider_and_field(asked):
    page = asked(**NUMBER)
    slider, field = page.get_by_role("slider"), page.get_by_role("spinbutton")
    assert slider.get_attribute("aria-valuetext") == "Not answered yet"
    slider.click()  # where its thumb is already
    assert answer(page) == pytest.approx(0.5)
    slider.press("ArrowRight")
    assert answer(page) == pytest.approx(0.6)
    field.fill("")
    field.press_sequentially("0.12")  # nothing is put right before it is written
    assert answer(page) == pytest.approx(0.12) and field.input_value() == "0.12"
    field.fill("0.123")
    field.press("Tab")
    assert answer(page) == pytest.approx(0.123)  # not only steps of the slider
    assert float(slider.input_value()) == pytest.approx(0.1)
    field.fill("17")
    assert answer(page) is None
    field.press("Tab")
    assert answer(page) == 1 and field.input_value() == "1"
    field.fill("")
    field.press("Tab")
    assert answer(page) is None


def test_ones_own_number_is_marked_on_the_axis_beside_the_right_one(asked):
    page = asked(**NUMBER)
    reveal(page, 0.8, right=0.2, low=0.1, high=0.3, verdict=False, said="")
    places = page.evaluate(
        """() => {
          const { left, width } = document.querySelector(".chart .marks").getBoundingClientRect();
          return [...document.querySelectorAll(".band, .stem")].map((mark) => {
            const box = mark.getBoundingClientRect();
            return [(box.left - left) / width, (box.right - left) / width];
          });
        }"""
    )
    (low, high), (right, _), (mine, _) = places
    assert [low, high, right, mine] == pytest.approx([0.1, 0.3, 0.2, 0.8], abs=0.01)
    expect(page.locator(".mark.mine")).to_have_text("✗ Your answer: 0.8 MSE")
    # written as in the sentence about it, in Python's words
    expect(page.locator(".mark.right")).to_have_text("✓ In fact: 0.200 MSE")
    expect(page.get_by_role("slider")).to_have_count(0)  # hidden


@pytest.mark.parametrize("form", ["number", "point"])
def test_labels_of_places_that_are_near_lie_apart_on_a_phone(asked, form):
    page = asked(**FORMS[form])
    page.set_viewport_size({"width": 320, "height": 640})
    own, right = {"number": (0.52, 0.5), "point": ([0.1, 0.1], [0, 0])}[form]
    for one, other in ((own, right), (right, own)):
        reveal(page, one, right=other, low=0.4, high=0.6, within=1, verdict=True)
        upper, lower = sorted(
            (tag.bounding_box() for tag in page.locator(".tag").all()), key=lambda box: box["y"]
        )
        assert upper["y"] + upper["height"] <= lower["y"]
        for box in (upper, lower):
            assert box["x"] >= 0 and box["x"] + box["width"] <= 320


def test_a_histogram_stands_as_high_as_its_counts(asked):
    page = asked(**NUMBER)
    counts = [0] * 20
    counts[3], counts[19] = 6, 3
    show(page, {"n": 9, "tally": counts})
    heights = page.evaluate(
        """() => [...document.querySelectorAll(".bins i")].map(
          (bar) => bar.offsetHeight / bar.parentElement.clientHeight)"""
    )
    assert heights == pytest.approx([count / 6 for count in counts], abs=0.02)
    expect(page.locator(".bins i").nth(3)).to_have_attribute("data-share", "67%")


@pytest.mark.parametrize(("form", "role"), [("number", "slider"), ("drawing", "application")])
def test_a_teacher_who_only_looks_on_has_nothing_to_answer_with(asked, form, role):
    page = asked(**FORMS[form])
    expect(page.get_by_role(role)).to_be_visible()
    page.evaluate("window.form.enable(false)")
    show(page, {"n": 4, "tally": TALLIES[form]})
    expect(page.get_by_role(role)).to_be_hidden()
    expect(page.locator(".bins, .drawings figure")).to_be_visible()


def order_of(page: Page) -> list[str]:
    return page.locator(".ordered .words").all_inner_texts()


def test_options_are_put_in_order_by_buttons_and_arrow_keys_that_keep_the_focus(asked):
    page = asked(**ORDER)
    assert page.evaluate("window.form.answer") == [0, 1, 2, 3]  # what is shown is an answer
    page.get_by_role("button", name="Move up: noise").click()
    assert answer(page) == [0, 2, 1, 3] and order_of(page) == ["PCA", "noise", "deep", "simple"]
    up = page.get_by_role("button", name="Move up: noise")
    expect(up).to_be_focused()
    up.press("Enter")
    up.press("Enter")  # it is first already
    assert answer(page) == [2, 0, 1, 3]
    expect(up).to_be_focused()
    up.press("ArrowDown")
    up.press("ArrowDown")
    assert answer(page) == [0, 1, 2, 3]
    expect(page.locator(".unseen")).to_have_text("noise: place 3 of 4")


def test_an_option_is_dragged_to_its_place(asked):
    page = asked(**ORDER)
    for goal, expected in ((3, [1, 2, 3, 0]), (1, [1, 0, 2, 3])):
        page.locator(".option", has_text="PCA").locator(".words").hover()
        page.mouse.down()
        box = page.locator(".option").nth(goal).bounding_box()
        page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2 + (3 if goal == 3 else -3))
        page.mouse.up()
        assert answer(page) == expected
    page.mouse.move(100, 5)
    assert answer(page) == [1, 0, 2, 3]  # it has been let go


def touched(page: Page, *places: tuple[float, float]) -> None:
    """A finger goes from the first place to the last."""
    finger = page.context.new_cdp_session(page)
    for i, (x, y) in enumerate(places):
        what = "touchMove" if i else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()


def test_a_finger_puts_in_order_points_and_draws(asked):
    page = asked(**ORDER)
    grip, last = page.locator(".grip").nth(0).bounding_box(), page.locator(".option").nth(3)
    x, y, end = grip["x"] + 10, grip["y"] + 10, last.bounding_box()
    touched(page, (x, y), (x, y + 30), (x, end["y"] + end["height"] - 4))
    assert answer(page) == [1, 2, 3, 0]
    page = asked(**POINT)
    box = page.get_by_role("application").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touched(page, (box["x"] + 5, box["y"] + 5), middle)
    assert answer(page) == pytest.approx([0, 0], abs=0.05)
    page = asked(**DRAWING)
    box = page.get_by_role("application").bounding_box()
    x, y = box["x"], box["y"]
    touched(page, (x + 40, y + 40), (x + 80, y + 40), (x + 80, y + 90))
    ((first, *_, end),) = Drawing.from_text(answer(page)).strokes
    scale = handwriting.SIDE / box["width"]
    assert first == pytest.approx((40 * scale, 40 * scale), abs=2)
    assert end == pytest.approx((80 * scale, 90 * scale), abs=2)


def test_the_right_order_is_shown_with_ones_own_places(asked):
    page = asked(**ORDER)
    values = ["0.2", "0.1", "0.4", "0.3"]
    reveal(page, [0, 1, 2, 3], right=[1, 0, 2, 3], verdict=False, values=values)
    rows = page.locator(".ordered .option")
    assert order_of(page) == ["deep", "PCA", "noise", "simple"]
    expect(rows.nth(0)).to_contain_text("0.1✗ Your answer: 2")
    expect(rows.nth(2)).to_contain_text("0.4✓ Your answer: 3")
    expect(page.get_by_role("button")).to_have_count(0)


def test_who_has_not_answered_sees_the_right_order_and_may_then_answer(asked):
    page = asked(**ORDER)
    reveal(page, None, right=[1, 0, 2, 3])
    expect(page.get_by_text("Your answer")).to_have_count(0)
    page.evaluate("window.form.reveal(null, null)")
    page.get_by_role("button", name="Move down: PCA").click()
    assert answer(page) == [1, 0, 2, 3]


def test_how_often_a_class_put_an_option_at_each_place(asked):
    page = asked(**ORDER)
    places = [[1, 3, 0, 0], [3, 1, 0, 0], [0, 0, 2, 2], [0, 0, 2, 2]]
    show(page, {"n": 4, "tally": places})
    expect(page.locator(".spread").nth(0)).to_contain_text("most often 2 (75%)")
    heights = page.evaluate(
        """() => [...document.querySelector(".spread").querySelectorAll("i")].map(
          (bar) => parseFloat(bar.style.height))"""
    )
    assert heights == pytest.approx([100 / 3, 100, 0, 0], abs=0.01)


def test_a_place_is_pointed_to_by_mouse_and_moved_by_keys(asked):
    page = asked(**POINT)
    pane = page.get_by_role("application")
    box = pane.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(2, rel=0.01)  # as the picture's units
    pane.click(position={"x": box["width"] / 4, "y": box["height"] / 4})
    assert answer(page) == pytest.approx([-2, 1], abs=0.05)
    x, y = answer(page)
    pane.press("ArrowRight")
    pane.press("Shift+ArrowUp")
    assert answer(page) == pytest.approx([x + 0.16, y + 0.016])
    expect(page.locator(".unseen")).to_contain_text("The mark is at")
    for _ in range(60):
        pane.press("ArrowUp")
    assert answer(page)[1] == 2  # no farther than the edge


def test_the_first_arrow_key_puts_the_mark_in_the_middle(asked):
    page = asked(**POINT)
    page.get_by_role("application").press("ArrowUp")
    assert answer(page) == pytest.approx([0, 0])


def test_ones_own_place_is_marked_beside_the_right_one_and_among_the_class(asked):
    page = asked(**POINT)
    reveal(page, [-2, 1], right=[2, -1], within=1, verdict=False)
    show(page, {"n": 2, "tally": [[0, 0], [4, 2]]}, {"n": 1, "tally": [[-4, -2]]})
    expect(page.locator(".place.mine")).to_have_text("✗ Your answer")
    expect(page.locator(".place.right")).to_have_text("✓ In fact")
    ring = page.locator("ellipse")
    found = [ring.get_attribute(name) for name in ("cx", "cy", "rx", "ry")]
    assert found == ["75%", "75%", "12.5%", "25%"]
    dots = page.evaluate(
        """() => [...document.querySelectorAll("circle")].map(
          (dot) => ["cx", "cy"].map((name) => dot.getAttribute(name)))"""
    )
    assert dots == [["50%", "50%"], ["100%", "0%"], ["0%", "100%"]]
    page.get_by_label("Click a place").click()
    assert answer(page) is None  # it is closed


def test_a_drawing_is_made_by_hand_and_python_reads_it(asked):
    page = asked(**DRAWING)
    pad = page.get_by_role("application")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.2 * box["height"], steps=5)
    page.mouse.up()
    drawing = Drawing.from_text(answer(page))
    (stroke,) = drawing.strokes
    assert drawing.centred and stroke[0] == pytest.approx((56, 56), abs=2)
    assert stroke[-1] == pytest.approx((196, 56), abs=2) and len(stroke) == 2  # it is straight
    page.get_by_role("button", name="Undo").click()
    assert answer(page) is None


def test_a_drawing_is_made_by_keys_alone(asked):
    page = asked(**DRAWING)
    pad = page.get_by_role("application")
    pad.press("Space")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        pad.press(key)
    pad.press("Space")
    pad.press("ArrowLeft")  # lifted
    assert Drawing.from_text(answer(page)).strokes == (((140, 140), (160, 140), (160, 150)),)
    pad.press("Control+z")
    assert answer(page) is None


def test_drawings_are_written_and_read_as_python_does(modules):
    same, back, long, broken = modules.evaluate(
        """async ([drawing, text, damaged]) => {
          const { drawingOf, textOf } = await import("/asking/drawing_text.js");
          const long = Array.from({ length: 100 }, (_, i) => Array.from({ length: 150 },
            (_, k) => [140 + 90 * Math.sin(i + k / 20), 140 + 90 * Math.cos(i * k / 9)]));
          return [textOf(drawing), drawingOf(text), textOf(long), damaged.map(drawingOf)];
        }""",
        [SEVEN.strokes, SEVEN.text(), ["", "!", "AAAA", SEVEN.text()[:-3], "_" * 1501, "scan-x"]],
    )
    assert same == SEVEN.text()
    assert Drawing(tuple(tuple(map(tuple, each)) for each in back["strokes"])) == SEVEN
    assert len(long) <= handwriting.MAX_TEXT and len(Drawing.from_text(long).strokes) == 100
    assert broken == [None] * 6


def test_the_browsers_pad_is_pythons(modules):
    found = modules.evaluate("import('/asking/drawing_text.js').then((all) => ({ ...all }))")
    names = ("SIDE", "MAX_STROKES", "MAX_POINTS", "MAX_TEXT")
    assert {name: found[name] for name in names} == {
        name: getattr(handwriting, name) for name in names
    }
    assert found["WIDTH"] == Drawing().width


def test_drawings_of_the_class_are_shown_and_what_is_none_stays_black(asked):
    page = asked(**DRAWING)
    show(page, {"n": 3, "tally": [SEVEN.text(), "damaged!", SEVEN.text()]})
    lit = page.evaluate(
        """() => [...document.querySelectorAll(".drawings canvas")].map((canvas) => canvas
          .getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
          .some((value, i) => i % 4 === 0 && value > 200))"""
    )
    assert lit == [True, False, True]


def test_what_models_made_of_a_drawing_is_shown_at_the_reveal(asked):
    page = asked(**DRAWING)
    page.evaluate("(text) => window.form.set(text)", SEVEN.text())
    image = {"src": PIXEL, "alt": "by deep-32", "words": "deep-32, read as 7"}
    reveal(page, SEVEN.text(), verdict=True, images=[image], said="It reads a 7.")
    expect(page.get_by_alt_text("by deep-32")).to_be_visible()
    expect(page.get_by_role("application")).to_be_hidden()


@pytest.mark.parametrize("form", FORMS)
def test_markup_in_words_is_shown_as_text(asked, form):
    evil = "<img src=x onerror='window.broken = 1'>"
    options = [evil, "b"] if "options" in FORMS[form] else []
    picture = {"picture": PICTURE | {"names": [evil, evil]}} if form == "point" else {}
    page = asked(**FORMS[form] | {"ask": evil, "unit": evil, "options": options, **picture})
    images = [{"src": PIXEL, "alt": evil, "words": evil}]
    reveal(page, None, said=evil, values=[evil, evil], images=images)
    assert page.evaluate("window.broken") is None
    assert page.locator("fieldset [onerror]").count() == 0
    expect(page.locator(".told span")).to_have_text(evil)


TALLIES = {
    "choose": [3, 1, 0],
    "number": [1] * 20,
    "order": [[1, 3, 0, 0]] * 4,
    "point": [[0, 0], [1, 1]],
    "drawing": [SEVEN.text()],
}
RIGHT = {"choose": [0], "number": 0.2, "order": [1, 0, 2, 3], "point": [2, -1], "drawing": None}


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_open_to_everybody_while_asked_and_when_revealed(asked, form):
    page = asked(**FORMS[form])

    def findings() -> list[str]:
        return [each["id"] for each in Axe().run(page).response["violations"]]

    page.evaluate("document.querySelector('main').insertAdjacentHTML('afterbegin', '<h1>A</h1>')")
    assert findings() == []
    reveal(page, None, right=RIGHT[form], low=0.1, high=0.3, within=1, verdict=None, said="So.")
    show(page, *[{"n": 4, "tally": TALLIES[form]}] * 2)
    assert findings() == []
    page.set_viewport_size({"width": 360, "height": 740})
    try:
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    finally:
        page.set_viewport_size({"width": 1280, "height": 720})


STEP = """async (facts) => {
  const { default: step } = await import("/asking/step.js");
  if (!document.querySelector("section"))
    document.body.innerHTML = '<link rel="stylesheet" href="/asking/step.css"><section></section>';
  window.told = [];
  window.close = step({ parentElement: document.querySelector("section"), data: facts, key: "",
    setStateValue: (name, value) => window.told.push([name, value]) });
}"""


class Step:
    """The component of a step; ``told`` is what it has told Python since the last call."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate("document.body.innerHTML = ''")

    def call(self, **changed: Any) -> None:
        facts = {
            "question": QUESTION | CHOOSE, "revealed": None, "keep": "explorer-course",
            "words": questions.words(),
        }  # fmt: skip
        self.page.evaluate(STEP, facts | changed)

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate("Object.fromEntries(window.told)")
        return found

    def again(self, **changed: Any) -> None:
        """As after a reload of the page."""
        self.page.evaluate("window.close()")
        self.call(**changed)


@pytest.fixture
def step(modules) -> Step:
    modules.evaluate("localStorage.clear()")
    return Step(modules)


def test_an_answer_is_given_once_kept_and_may_be_given_again(step):
    step.call()
    assert step.told == {}
    page = step.page
    done = page.get_by_role("button", name="That is my answer")
    expect(done).to_be_disabled()
    page.get_by_label("noise").check()
    page.get_by_label("the mean").check()  # until then it may be changed
    done.click()
    given = {"answer": {"id": "03-bottleneck/2", "value": [2]}}
    assert step.told == given
    expect(page.get_by_label("noise")).to_be_disabled()

    step.again()
    assert step.told == given
    step.call(revealed=REVEALED | {"right": [0], "verdict": False})
    assert step.told == {}
    expect(page.locator(".told")).to_contain_text("Not quite")
    page.get_by_role("button", name="Answer again").press("Enter")
    assert step.told == {"answer": None}
    expect(page.get_by_label("the mean")).to_be_checked()
    expect(page.locator(".told")).to_be_empty()
    done.click()
    assert step.told == given


def test_beside_the_list_of_chapters_it_tells_what_is_answered(step):
    step.call(question=None)
    assert step.told == {}
    step.page.evaluate("localStorage.setItem('explorer-course', '{\"b/2\": [1], \"a/1\": 3}')")
    step.again(question=None)
    assert step.told == {"progress": ["a/1", "b/2"]}
    step.page.get_by_role("button", name="Forget my answers").click()
    assert step.told == {"progress": []}
    assert step.page.evaluate("localStorage.getItem('explorer-course')") == "{}"
    step.page.get_by_role("button", name="Bring my answers back").click()
    assert step.told == {"progress": ["a/1", "b/2"]}


def test_what_was_forgotten_in_another_tab_is_open_again(step):
    step.call(revealed=REVEALED | {"right": [0], "verdict": False})
    assert step.told == {"answer": None}
    expect(step.page.get_by_label("noise")).to_be_enabled()


def test_another_question_takes_the_place_of_the_one_before(step):
    step.call()
    step.page.get_by_label("noise").check()
    step.call(question=QUESTION | CHOOSE | {"id": "03-bottleneck/3", "ask": "And now?"})
    expect(step.page.get_by_role("group")).to_have_accessible_name("And now?")
    expect(step.page.get_by_label("noise")).not_to_be_checked()
    step.call(question=None)
    expect(step.page.get_by_role("group")).to_have_count(0)
    expect(step.page.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(
    "kept",
    ["{", "[1]", "null", '"a"', json.dumps({"03-bottleneck/2": [7]}), '{"03-bottleneck/2": "x"}'],
)
def test_what_is_kept_may_be_damaged_or_of_another_question(step, kept):
    step.page.evaluate("(kept) => localStorage.setItem('explorer-course', kept)", kept)
    step.call()
    assert step.told == {}
    step.page.get_by_label("noise").check()
    step.page.get_by_role("button", name="That is my answer").click()
    assert step.told["answer"]["value"] == [1]
    stored = step.page.evaluate("localStorage.getItem('explorer-course')")
    assert json.loads(stored) == {"03-bottleneck/2": [1]}


def test_where_the_browser_keeps_nothing_answers_last_as_long_as_the_page(step):
    step.page.evaluate(
        """() => { for (const name of ["getItem", "setItem"])
          Storage.prototype[`own${name}`] ??= Storage.prototype[name],
          Storage.prototype[name] = () => { throw new DOMException("forbidden"); }; }"""
    )
    try:
        step.call()
        step.page.get_by_label("noise").check()
        step.page.get_by_role("button", name="That is my answer").click()
        assert step.told["answer"]["value"] == [1]
        step.call(question=None)
        assert step.told == {"progress": ["03-bottleneck/2"]}
        step.call()
        expect(step.page.get_by_label("noise")).to_be_disabled()
    finally:
        step.page.evaluate(
            """() => { for (const name of ["getItem", "setItem"])
              Storage.prototype[name] = Storage.prototype[`own${name}`]; }"""
        )
