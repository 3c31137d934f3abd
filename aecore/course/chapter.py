"""A chapter's file: Markdown in steps, each with a view of a screen and perhaps a question.

::

    # The bottleneck                       the chapter's title
    minutes: 12
    topics: 2, 3, 10                       rows of the table in docs/teaching.md

    What is shown first.                   the first step: it has the chapter's title

    ## How small may a code be?            another step
    What is read before answering.

    view: /reconstruct?models=deep-32      which screen is shown; stands it behind the question,
                                           only who has answered sees it
    ```question
    form: choose                           see aecore/course/forms
    ask: Which one is better?
    - this
    - [x] that
    ```

    What is read after answering: why.

``{deep-32.mse:.4f}`` in the words is a value with so many decimals, see aecore/course/values.py.
What begins a line with ``<!--`` is nobody's to see, up to ``-->``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

# imported for what it registers
from aecore.course import forms as forms
from aecore.course import values
from aecore.course.misprint import Misprint
from aecore.course.question import FORMS, Fields, Question
from aecore.messages import N_, Problem

SCREENS = Path(__file__).resolve().parents[2] / "pages"  # a folder a screen, where the app is here
FIRST_SCREEN = "start"  # has no name in an address
MOST_STEPS = 30
MINUTES = (1, 90)
OURS_ALONE = ("lesson", "step", "lang", "present")  # address words that a view can't say
FIGURE = re.compile(r"\{([^{}:\n]+):\.(\d)([f%])\}")
_BARE = re.compile(r"\{((?:mse|parameters) [^{}:\n]+|[a-z0-9-]+\.[a-z][^{}:\n]*)(?::[^{}\n]*)?\}")

# regular expressions must not try many ways to read a long line: a file may have 200,000 letters
_HEADING = re.compile(r"(##?)\s+(\S.*)")
_SAID = re.compile(r"([a-z]+):(?!/)(.*)")
_NUMBER = re.compile(r"\s*\d{1,4}\s*")
_VIEW = re.compile(r" {0,3}view:(.*)", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(```+)([^`]*)")
_UNNAMED = re.compile(r" {0,3}```(?!`).*\n\s*form:")  # a question that isn't called one
_COMMENT = re.compile(r"^[ \t]*<!--.*?(-->|\Z)", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_ADDRESS = re.compile(r"/([a-z]*)(?:\?([^\s#]*))?")

Line = tuple[int, str]  # its number in the file, from 1


@dataclass(frozen=True)
class View:
    """An address of a screen: ``screen`` is its name, "" the first one."""

    screen: str
    words: dict[str, str]


@dataclass(frozen=True)
class Step:
    """``before`` is read before answering, ``after`` afterwards. ``shown``: the view is seen while
    answering; else afterwards. Without a question everything is shown at once."""

    title: str
    before: str
    after: str = ""
    view: View | None = None
    shown: bool = True
    question: Question | None = None


@dataclass(frozen=True)
class Chapter:
    """``name`` is its folder's; ``minutes`` that it takes in class, 0: not said."""

    name: str
    title: str
    minutes: int
    topics: tuple[int, ...]
    steps: tuple[Step, ...]


def parse(name: str, text: str) -> tuple[Chapter | None, list[Misprint]]:
    """The chapter of this name, without the parts that are wrong, and what is wrong with them.

    None where no title begins it.
    """
    faults: list[Misprint] = []
    lines = list(enumerate(_uncommented(text, faults).split("\n"), 1))
    parts = list(_parts(_blocks(lines, faults)))
    titles = [(line, words) for (line, level, words), _ in parts if level == "#"]
    if not titles or any(words.strip() for _, words in parts[0][1]):
        first = Misprint(1, N_("A chapter begins with its title: “# What is an autoencoder?”."))
        return None, [first]
    for line, _words in titles[1:]:
        second = N_("There are two titles with one “#”; a step's begins with “##”.")
        faults.append(Misprint(line, second))
    (_line, _level, title), body = parts[1]
    said, body = _said(body, faults)
    steps = [_step(f"{name}/1", title, body, faults)]
    for (line, level, words), body in parts[2:]:
        if level == "#":
            continue
        if len(steps) == MOST_STEPS:
            faults.append(Misprint(line, N_("A chapter has up to {most} steps."), most=MOST_STEPS))
            break
        steps.append(_step(f"{name}/{len(steps) + 1}", words, body, faults))
    chapter = Chapter(name, title, said.minutes, said.topics, tuple(steps))
    return chapter, sorted(faults, key=lambda fault: fault.line)


def _uncommented(text: str, faults: list[Misprint]) -> str:
    """The text with empty lines in place of comments; one that doesn't end is none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")

    def empty(comment: re.Match[str]) -> str:
        if comment[1]:
            return "\n" * comment[0].count("\n")
        line = text.count("\n", 0, comment.start()) + 1
        faults.append(Misprint(line, N_("The comment doesn't end; write --> behind it.")))
        return comment[0]

    return _COMMENT.sub(empty, text)


def _blocks(lines: Sequence[Line], faults: list[Misprint]) -> Iterator[Line]:
    """The lines, those of code or of a question, from ``` to ```, as one with line breaks in it.

    A question that doesn't end takes what is below with it, but no other step; code doesn't.
    """
    place, code = 0, True
    while place < len(lines):
        number, line = lines[place]
        found = _FENCE.fullmatch(line)
        asks = _asks(line)
        if not found or not (asks or code):
            yield number, line
            place += 1
            continue
        end, ended = _end(lines, place, found[1], asks)
        if ended:
            yield number, "\n".join(line for _, line in lines[place:end])
            place = end
        elif asks:
            faults.append(Misprint(number, N_("The question doesn't end; write ``` below it.")))
            place = end
        else:
            faults.append(Misprint(number, N_("The code doesn't end; write ``` below it.")))
            code = False  # nor does any other


def _asks(block: str) -> bool:
    """Whether it begins as a question does."""
    fence = _FENCE.fullmatch(block.partition("\n")[0])
    return fence is not None and fence[2].strip().lower() == "question"


def _end(lines: Sequence[Line], begins: int, fence: str, asks: bool) -> tuple[int, bool]:
    """Behind which line a block ends, and whether it does."""
    for place in range(begins + 1, len(lines)):
        line = lines[place][1].rstrip()
        as_long = line.lstrip().startswith(fence)
        if as_long and not line.strip(" `"):
            return place + 1, True
        if _HEADING.fullmatch(line) if asks else as_long and _asks(line):
            return place, False
    return len(lines), False


def _parts(blocks: Iterator[Line]) -> Iterator[tuple[tuple[int, str, str], list[Line]]]:
    """Each heading (line, level, words) with what is below; at first that above all."""
    heading = (0, "", "")
    body: list[Line] = []
    for number, block in blocks:
        if found := _HEADING.fullmatch(block.rstrip()):
            yield heading, body
            heading, body = (number, found[1], found[2]), []
        else:
            body.append((number, block))
    yield heading, body


@dataclass
class _Said:
    minutes: int = 0
    topics: tuple[int, ...] = ()


def _said(body: Sequence[Line], faults: list[Misprint]) -> tuple[_Said, list[Line]]:
    """What a chapter says of itself below its title, and the lines that are left."""
    said = _Said()
    left: list[Line] = []
    for number, line in body:
        found = _SAID.fullmatch(line)
        key, words = (found[1], found[2]) if found else ("", "")
        if key == "minutes":
            if _NUMBER.fullmatch(words) and MINUTES[0] <= int(words) <= MINUTES[1]:
                said.minutes = int(words)
            else:
                wrong = N_("“minutes:” is a number from {low} to {high}.")
                faults.append(Misprint(number, wrong, low=MINUTES[0], high=MINUTES[1]))
        elif key == "topics":
            rows = words.split(",")
            if all(_NUMBER.fullmatch(row) for row in rows):
                said.topics = tuple(int(row) for row in rows)
            else:
                wrong = N_("“topics:” is a list of numbers with commas between them.")
                faults.append(Misprint(number, wrong))
        elif key and key != "view" and not any(words.strip() for _, words in left):
            wrong = N_("“{key}:” is nothing that a chapter says; it says “minutes:” and “topics:”.")
            faults.append(Misprint(number, wrong, key=key[:60]))
        else:
            left.append((number, line))
    return said, left


def _step(id: str, title: str, body: Sequence[Line], faults: list[Misprint]) -> Step:
    """A step; what is wrong with a part of it leaves that part out."""
    views: list[View] = []
    questions: list[Question] = []
    before: list[str] = []
    after: list[str] = []
    asked = shown = False
    for number, block in body:
        try:
            if _asks(block):
                asked = True
                if questions:
                    raise Misprint(number, N_("A step asks one question; begin another with “##”."))
                inside = list(enumerate(block.split("\n"), number))[1:-1]
                questions.append(_question(id, inside, number))
            elif found := _VIEW.fullmatch(block):
                shown = shown or not asked
                if views:
                    raise Misprint(number, N_("A step has one view; begin another with “##”."))
                views.append(_view(found[1].strip(), number))
            elif _UNNAMED.match(block):
                raise Misprint(number, N_("A question begins with the line ```question."))
            else:
                (after if asked else before).append(block)
                check_figures(block, number)
        except Misprint as misprint:
            faults.append(misprint)
    return Step(
        title,
        "\n".join(before).strip(),
        "\n".join(after).strip(),
        views[0] if views else None,
        shown or not questions,
        questions[0] if questions else None,
    )


def _question(id: str, lines: Sequence[Line], begins: int) -> Question:
    """Raises Misprint."""
    fields = Fields.of(lines, begins)
    line, form = fields.line_of("form"), fields.text("form")
    try:
        kind = FORMS[form]
    except Problem as problem:
        raise Misprint.at(line, problem) from problem
    found = kind.parse(id, fields.text("ask"), fields)
    fields.nothing_left()
    return found


def _view(address: str, line: int) -> View:
    """Raises Misprint for what is no address of a screen."""
    found = _ADDRESS.fullmatch(address)
    if not found or not address.isprintable():
        raise Misprint(
            line,
            N_("“{address}” is no view; expected is a screen and what it shows: {example}."),
            address=address[:80],
            example="/reconstruct?models=deep-32",
        )
    screen = found[1]
    if SCREENS.is_dir() and not (SCREENS / (screen or FIRST_SCREEN) / "page.py").is_file():
        raise Misprint(line, N_("There is no screen “{name}”."), name=screen[:80])
    words = dict(parse_qsl(found[2] or "", keep_blank_values=True))
    for name in OURS_ALONE:
        if name in words:
            raise Misprint(line, N_("A view can't say “{name}”; leave it out."), name=name)
    return View(screen, words)


def check_figures(text: str, number: int = 0) -> None:
    """Raises Misprint for a figure in the words that isn't there, or is said without decimals."""
    text = _CODE.sub("", text)
    for match in FIGURE.finditer(text):
        try:
            if values.parse(f"{{{match[1]}}}").is_place:
                raise Problem(N_("“{text}” is a place; a number is expected."), text=match[0])
        except Problem as problem:
            raise Misprint.at(number, problem) from problem
    for match in _BARE.finditer(FIGURE.sub("", text)):
        wrong = N_("“{text}” needs its decimals: {example}.")
        raise Misprint(number, wrong, text=match[0][:80], example=f"{{{match[1][:60]}:.2f}}")
