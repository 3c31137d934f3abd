"""The course: what a chapter's file may say, what is told of one that is wrong, what is right."""

import math
import os
import time
from functools import cache

import numpy as np
import pytest

from aecore import __main__ as command_line
from aecore import checkpoint, evaluation, handwriting, metrics
from aecore.course import shelf, values
from aecore.course.chapter import parse
from aecore.course.question import FORMS
from aecore.course.values import Given, NoDrawing
from aecore.map_file import load_map
from aecore.messages import Problem

QUESTIONS = {
    "choose": "ask: Which?\nright: smallest\n- A = {deep-32.mse}\n- B = {conv-32.mse}\n- C = 9",
    "number": "ask: How much?\nright: {mse deep-32 class-7}\ntolerance: 10%\nfrom: 0\nto: 1",
    "order": "ask: In which order?\nright: ascending\n- A = 3\n- B = 1\n- C = 2",
    "point": "ask: Where?\non: plane vae-2\nright: {place vae-2 class-7}\nwithin: 0.5",
    "drawing": "ask: Draw a 7?\nmodels: deep-32, denoise-256\nright: 7",
}
GOOD = {"choose": [1], "number": 0.5, "order": [2, 0, 1], "point": [0.5, -1]}


def chapter(question: str, form: str = "choose", view: str = "") -> str:
    fence = f"```question\nform: {form}\n{question}\n```"
    return f"# A title\n\nFirst.\n\n## Next\n\n{view}\n{fence}\n\nWhy.\n"


def question(form: str):
    found, faults = parse("x", chapter(QUESTIONS[form], form))
    assert faults == []
    return found.steps[1].question


@pytest.fixture(scope="module")
def given(mnist_test):
    return Given(cache(lambda path: checkpoint.load(path)[0]), lambda: mnist_test)


def drawn(digit: int) -> str:
    return handwriting.ready()[digit].text()


def test_every_form_is_asked_here():
    assert set(QUESTIONS) == set(FORMS)


def test_a_chapter_is_steps_in_the_order_of_the_file():
    text = "# T\nminutes: 12\ntopics: 2, 10\n\nLead.\n\nview: /plane?z1=1&plane=vae-2\n"
    found, faults = parse("x", text + chapter(QUESTIONS["choose"]).replace("# A title", "## S"))
    assert faults == [] and (found.title, found.minutes, found.topics) == ("T", 12, (2, 10))
    lead, _next, last = found.steps
    assert (lead.title, lead.before, lead.question) == ("T", "Lead.", None)
    assert (lead.view.screen, lead.view.words) == ("plane", {"z1": "1", "plane": "vae-2"})
    assert (last.before, last.after, last.question.id) == ("", "Why.", "x/3")


@pytest.mark.parametrize("before", [True, False])
def test_a_view_behind_the_question_is_seen_after_answering(before):
    view = "view: /map"
    text = chapter(QUESTIONS["choose"], view=view if before else "")
    found, _faults = parse("x", text if before else f"{text}\n{view}\n")
    assert found.steps[1].shown is before and found.steps[1].view.screen == "map"


@pytest.mark.parametrize(
    ("good", "bad", "line", "told"),
    [
        ("# A title", "A title", 1, "begins with its title"),
        ("First.", "# Second", 3, "two titles"),
        ("First.", "{deep-33.mse:.2f}", 3, "There is no figure “{deep-33.mse}”"),
        ("First.", "{mse deep-32 class-12:.2f}", 3, "is no value"),
        ("First.", "view: https://example.org/map", 3, "is no view"),
        ("First.", "view: /map?lang=de", 3, "can't say “lang”"),
        ("First.", "view: /nowhere", 3, "no screen “nowhere”"),
        ("First.", "view: //[", 3, "is no view"),
        ("First.", "  View: /map?a=b c", 3, "is no view"),
        ("First.", "view: " + " " * 150_000 + "x y", 3, "is no view"),
        ("First.", "{place map class-7:.2f}", 3, "is a place"),
        ("First.", "{deep-32.mse}", 3, "needs its decimals: {deep-32.mse:.2f}"),
        ("First.", "minute: 12", 3, "“minute:” is nothing"),
        ("First.", "minutes: " + "9" * 5000, 3, "a number from 1 to 90"),
        ("First.", "topics: 2, " + "9" * 5000, 3, "a list of numbers"),
        ("First.", "```python\n# no title\nx", 3, "The code doesn't end"),
        ("First.", "<!-- a remark", 3, "The comment doesn't end"),
        ("```question", "```Frage", 8, "begins with the line ```question"),
        ("form: choose", "form: guess", 9, "no form of question. There are: choose"),
        ("form: choose", "forms: choose", 8, "has no “form: …”"),
        ("ask: Which?", "Which?", 10, "no line of a question"),
        ("ask: Which?", "ask: Which?\nask: Who?", 11, "stands twice"),
        ("ask: Which?", "ask: Which?\nhint: B", 11, "“hint:” means nothing"),
        ("right: smallest", "right: best", 11, "Which option is right?"),
        ("right: smallest", "", 8, "Either every option"),
        ("- C = 9", "- C", 11, "Either every option"),
        ("- C = 9", "- A = 9", 8, "Two options of the question are the same"),
        ("- C = 9", "- C = nine", 14, "“nine” is no value"),
        ("- C = 9", "- C = {place map class-7}", 14, "is a place"),
        ("- C = 9", "- C = 1 / 0", 14, "divides by zero"),
        ("- C = 9", "- C = " + "9" * 400, 14, "no finite number"),
        ("- C = 9", "- C = {mse gone-3 class-1}", 14, "which is no shipped model"),
        ("```\n\nWhy.", "Why.", 8, "doesn't end"),
        ("Why.", "```question\nform: choose\n```", 17, "asks one question"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_rest_is_shown(good, bad, line, told):
    text = chapter(QUESTIONS["choose"])
    assert text.count(good) == 1
    found, faults = parse("x", text.replace(good, bad))
    assert [fault.line for fault in faults][0] == line
    assert told in str(faults[0])
    assert found is None or len(found.steps) == 2


def test_a_question_that_does_not_end_takes_no_other_step_with_it():
    text = chapter(QUESTIONS["choose"]).replace("```\n\nWhy.", "## Last\n\nEnd.")
    found, faults = parse("x", text)
    assert [step.title for step in found.steps] == ["A title", "Next", "Last"] and len(faults) == 1


@pytest.mark.parametrize(
    "words",
    ["<!-- a\n\n## Gone\n-->", "````\n```question\nform: no\n```\n## Gone\n````", "```a `` b```"],
    ids=["comment", "example", "words"],
)
def test_in_comments_and_code_nothing_is_asked_and_no_step_begins(words):
    found, faults = parse("x", chapter(QUESTIONS["choose"]).replace("First.", words))
    assert faults == [] and [step.title for step in found.steps] == ["A title", "Next"]


def test_a_file_of_one_long_line_is_read_at_once():
    begun = time.perf_counter()
    parse("x", "# a" + " " * 190_000 + "b")
    parse("x", "# a\n\n" + "{deep-32.mse:.2f}" * 10_000)
    assert time.perf_counter() - begun < 5  # it would be minutes


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("number", "tolerance: 10%", "tolerance: much"),
        ("number", "to: 1", "to: 0"),
        ("number", "to: 1", "to: 1\nstep: 7"),
        ("number", "to: 1", "to: 1e400"),
        ("number", "{mse deep-32 class-7}", "1.5"),
        ("order", "- A = 3", "- [x] A = 3"),
        ("number", "right: {mse deep-32 class-7}", "right: {place vae-2 class-7}"),
        ("order", "right: ascending", "right: upwards"),
        ("point", "on: plane vae-2", "on: plane deep-32"),
        ("point", "{place vae-2 class-7}", "{place map class-7}"),
        ("point", "{place vae-2 class-7}", "{place deep-32 class-7}"),
        ("point", "within: 0.5", "within: 0"),
        ("drawing", "denoise-256", "nothing"),
        ("drawing", "right: 7", "right: 7.5"),
        ("drawing", "right: 7", "right: -1"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told(form, good, bad):
    found, faults = parse("x", chapter(QUESTIONS[form].replace(good, bad), form))
    assert len(faults) == 1 and found.steps[1].question is None


# --- values


def test_values_are_what_the_models_say(given, mnist_test):
    model, card = checkpoint.load(checkpoint.shipped()["deep-32"])
    seven = mnist_test.pixels[mnist_test.labels == 7][:1]
    error = metrics.mse(evaluation.reconstruct(model, seven), seven / np.float32(255))[0]
    assert values.parse("{mse deep-32 class-7}").number(given) == pytest.approx(error)
    assert values.parse("{mse deep-32 image-0}").number(given) == pytest.approx(error)  # it is a 7
    assert values.parse("-1.5").number(given) == -1.5
    assert values.parse("{deep-32.mse} * 2").number(given) == 2 * card.metrics["mse"]
    count = sum(each.numel() for each in model.parameters())
    assert values.parse("{parameters deep-32}").number(given) == count
    x, y = values.parse("{place vae-2 class-7}").place(given)
    assert [x, y] == pytest.approx(given.codes("vae-2", seven)[0].tolist())


def test_a_known_digit_lies_on_the_map_where_it_is(given):
    shipped = load_map()
    place = values.parse("{place map image-0}").place(given)
    apart = math.dist(place, shipped.positions[0].tolist())
    assert apart < 0.05 * np.ptp(shipped.positions, axis=0).max()


@pytest.mark.parametrize(
    "text",
    ["", "seven", "{}", "{deep-32}", "{mse deep-32}", "{place vae-2 class-7} * 2", "1 ** 2",
     "{mse deep-32 image-99999}", "__import__('os')", "1;2", "{../x.mse}", "{deep-32.config}"],
)  # fmt: skip
def test_what_is_no_value_is_told(text):
    with pytest.raises(Problem):
        values.parse(text)


def test_a_division_by_zero_is_told(given):
    with pytest.raises(Problem, match="divides by zero"):
        values.parse("1 / 0").number(given)


@pytest.mark.parametrize("form", ["choose", "number", "order", "point"])
def test_a_question_knows_whether_it_needs_the_visitors_drawing(form):
    assert not question(form).needs_drawing
    text = QUESTIONS[form].replace("= 9", "= 1").replace("- A = 3", "- A = {mse deep-32 class-7}")
    text = text.replace("{deep-32.mse}", "{mse deep-32 class-7}").replace("class-7", "drawing")
    assert parse("x", chapter(text, form))[0].steps[1].question.needs_drawing


def test_the_visitors_drawing_is_asked_for(given):
    value = values.parse("{place vae-2 drawing}")
    assert value.needs_drawing
    with pytest.raises(NoDrawing):
        value.place(given)
    own = Given(given.model, given.digits, handwriting.image(handwriting.ready()[3])[None])
    assert value.place(own) == tuple(given.codes("vae-2", own.drawing[None])[0].tolist())


# --- answers


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_an_answer_is_refused(form):
    bad = [None, True, "x", {}, [], [9], [-1], [0.5], math.nan, math.inf, -1, 1e9,
           [1, math.nan], [1, 2, 3, 4], ["0", "1"], "A" * 2000, [[1]], [10**400, 0]]  # fmt: skip
    if form != "point":  # there it is the middle
        bad.append([0, 0])
    for value in bad:
        with pytest.raises(Problem):
            question(form).read(value)


@pytest.mark.parametrize("form", GOOD)
def test_an_answer_is_read_as_it_is(form):
    assert question(form).read(GOOD[form]) == GOOD[form]


def test_the_smallest_is_right(given):
    asked = question("choose")
    best = checkpoint.describe(checkpoint.shipped()["conv-32"]).metrics["mse"]
    right = asked.reveal(given, [1])
    assert (right.right, right.verdict, right.amounts[1]) == ([1], True, best)
    assert asked.reveal(given, [0]).verdict is False
    assert asked.reveal(given, None).verdict is None


def test_several_marked_options_are_all_to_be_chosen(given):
    found, faults = parse("x", chapter("ask: Which?\n- [x] A\n- B\n- [x] C"))
    asked = found.steps[1].question
    assert faults == [] and asked.several
    assert [asked.reveal(given, asked.read(each)).verdict for each in ([2, 0], [0])] == [
        True,
        False,
    ]
    with pytest.raises(Problem):
        question("choose").read([0, 1])  # there one is right


def test_a_number_counts_within_its_tolerance(given):
    asked = question("number")
    right = asked.right.number(given)
    verdicts = [asked.reveal(given, right * share).verdict for share in (0.91, 1.09, 0.89, 1.11)]
    assert verdicts == [True, True, False, False]


def test_an_order_is_shown_shuffled_and_equal_ones_stand_either_way(given):
    asked = question("order")
    shown = [option.text for option in asked.options]
    assert sorted(shown) == ["A", "B", "C"] and shown != ["A", "B", "C"]
    right = asked.reveal(given, None).right
    assert [shown[place] for place in right] == ["B", "C", "A"]
    text = QUESTIONS["order"].replace("C = 2", "C = 1")
    equal = parse("x", chapter(text, "order"))[0].steps[1].question
    for order in ("BCA", "CBA"):
        answer = [[one.text for one in equal.options].index(letter) for letter in order]
        assert equal.reveal(given, answer).verdict


def test_an_order_is_shown_alike_in_all_languages():
    text = chapter(QUESTIONS["order"], "order")
    german = text.replace("- A", "- Erstens").replace("- B", "- Zweitens").replace("- C", "- Dann")
    places = [parse("x", each)[0].steps[1].question.places for each in (text, german)]
    assert places[0] == places[1]


def test_a_point_counts_near_the_place(given):
    asked = question("point")
    x, y = asked.reveal(given, None).right
    assert asked.reveal(given, [x + 0.4, y]).verdict
    assert not asked.reveal(given, [x + 0.6, y]).verdict


def test_of_the_map_nearness_is_a_share_of_its_width(given):
    text = "ask: Where?\non: map\nright: {place map class-7}\nwithin: 10"
    asked = parse("x", chapter(text, "point"))[0].steps[1].question
    width = np.ptp(load_map().positions, axis=0).max()
    assert asked.reveal(given, None).within == pytest.approx(0.1 * width)


def test_a_drawing_is_read_by_the_classifier_and_shown_as_models_see_it(given):
    asked = question("drawing")
    found = asked.reveal(given, asked.read(drawn(7)))
    assert found.verdict and [made.model for made in found.made] == ["", "deep-32", "denoise-256"]
    assert all(made.pixels.dtype == np.uint8 for made in found.made)
    assert not asked.reveal(given, asked.read(drawn(0))).verdict


# --- the shelf


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A teacher's folder: ``own(name, text)`` puts a chapter into it."""
    monkeypatch.setenv("AECORE_LESSONS_DIR", str(tmp_path))

    def write(name: str, text: str | bytes, language: str = "en"):
        path = tmp_path / "course" / name / f"{language}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_ones_own_chapter_stands_among_ours_and_changes_at_once(own):
    own("99-mine", "# Mine\n")
    assert shelf.names()[-1] == "99-mine"
    assert shelf.chapter("99-mine", "de").title == "Mine"  # English where there is no German
    own("99-mine", "# Still mine\n\n## More\n")
    assert [step.title for step in shelf.chapter("99-mine", "de").steps] == ["Still mine", "More"]
    assert shelf.find("99-mine/2", "en").title == "More"
    for id in (
        "99-mine/3",
        "99-mine/0",
        "99-mine/x",
        "99-mine",
        "gone/1",
        "../x/1",
        "99-mine/00019",
    ):
        with pytest.raises(Problem):
            shelf.find(id, "en")


@pytest.mark.parametrize("target", ["/etc/passwd", "en.md", "/nowhere", "pipe", "folder"])
def test_what_is_no_file_of_that_folder_is_not_read(own, target):
    path = own("98-broken", "# Title\n")
    path.unlink()
    if target == "pipe":
        os.mkfifo(path)
    elif target == "folder":
        path.mkdir()
    else:
        path.symlink_to(target)
    with pytest.raises(Problem):
        shelf.chapter("98-broken", "en")
    assert len(shelf.check(path.parent)[1]) == 1


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b"x" * 200_001, b""], ids=["bytes", "large", "empty"]
)
def test_a_broken_chapter_is_told_and_the_others_stay(own, text):
    own("98-broken", text)
    assert "98-broken" in shelf.names()
    with pytest.raises(Problem):
        shelf.chapter("98-broken", "en")


def test_the_command_names_file_and_line(own, capsys):
    path = own("97-half", chapter(QUESTIONS["choose"]).replace("form: choose", "form: guess"))
    assert command_line.main(["lessons", "check", str(path.parent)]) == 1
    shown = capsys.readouterr()
    assert f"{path}:9: “guess” is no form of question" in shown.out
    assert shown.err == "aecore: 1 files were read; wrong in them: 1.\n"
    path.write_text(chapter(QUESTIONS["choose"], view="view: /map"), "utf-8")
    assert command_line.main(["lessons", "check", str(path.parent)]) == 0


def told(path) -> list[str]:
    return [str(fault.problem) for fault in shelf.check(path.parent)[1]]


def test_the_check_tries_whether_anybody_can_be_right(own, mnist_folder):
    path = own("97-half", chapter(QUESTIONS["number"].replace("to: 1", "to: 0.001"), "number"))
    assert len(told(path)) == 1 and "the right answer, 0.00" in told(path)[0]
    for form in FORMS:
        assert told(own("97-half", chapter(QUESTIONS[form], form))) == []
    text = QUESTIONS["number"].replace("{mse", "1 / {mse").replace("class-7", "drawing")
    assert "isn't from 0 to 1" in told(own("97-half", chapter(text, "number")))[0]


def test_the_check_compares_what_is_asked_in_two_languages(own):
    own("97-half", chapter(QUESTIONS["choose"]))
    fewer = own("97-half", chapter(QUESTIONS["choose"]).replace("- C = 9\n", ""), "de")
    assert told(fewer) == ["Step 2 asks something else than in the language “en”."]
    shorter = own("97-half", "# Titel\n", "de")
    assert told(shorter) == ["It has another number of steps, 1, than in the language “en”, 2."]


def test_a_folder_without_chapters_is_told(tmp_path, capsys):
    for folder in (tmp_path, tmp_path / "gone"):
        assert command_line.main(["lessons", "check", str(folder)]) == 1
        assert "aecore:" in capsys.readouterr().err
