"""A lesson's file: Markdown, split into sections and checked, with its figures filled in.

::

    # What survives the bottleneck?      the question, the page's title
    An image goes through a code …       the lead
    ## Try this                          a list of prompts
    ## How it works                      Markdown with $formulas$

The lower headings are known by their names, in English or in the file's language; in a file in
which both are foreign, as in a language that we don't have, by their order. ``{conv-32.mse:.4f}``
and ``{map.knn_accuracy:.1%}`` are figures of the files in ``checkpoints``, by their own cards;
``{compress.lossless.codes.bits_a_pixel:.2f}`` is one of ``checkpoints/compress.json``, which a
benchmark has kept.
"""

import re
from dataclasses import dataclass

from aecore import figures
from aecore.messages import N_, Problem
from ui import i18n

HEADINGS = {"try_this": N_("Try this"), "how_it_works": N_("How it works")}
NAMES = ("question", "lead", *HEADINGS)

_HEADING = re.compile(r"(##?)\s+(\S.*)")
FIGURE = re.compile(r"\{([a-z0-9-]+)\.([a-z][\w.-]*):\.(\d)([f%])\}")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.M | re.S)


@dataclass(frozen=True)
class Section:
    """Markdown under its heading; the question is a heading alone, the lead has none."""

    heading: str = ""
    text: str = ""


def sections(text: str, language: str) -> tuple[dict[str, Section], list[str]]:
    """The good sections by NAMES, and what is wrong with the others. Raises ValueError."""
    found, faults = _split(re.sub(r"<!--.*?(-->|\Z)", "", text, flags=re.S), language)
    good = {}
    for name, section in found.items():
        try:
            good[name] = _checked(name, section, language)
        except ValueError as error:
            faults.append(f"“{section.heading or name}”: {error}")
    return good, faults + [f"there is no {name}" for name in NAMES if name not in found]


def _split(text: str, language: str) -> tuple[dict[str, Section], list[str]]:
    parts = [("", "", "")]  # level, heading, text
    in_code = False
    for line in text.splitlines():
        in_code ^= line.startswith("```")
        if not in_code and (heading := _HEADING.fullmatch(line.rstrip())):
            parts.append((heading[1], heading[2], ""))
        else:
            level, words, before = parts[-1]
            parts[-1] = (level, words, f"{before}{line}\n")
    if in_code:
        raise ValueError("code begins with ``` and doesn't end")
    questions = [Section(words, body.strip()) for level, words, body in parts if level == "#"]
    below = [Section(words, body.strip()) for level, words, body in parts if level == "##"]
    if parts[0][2].strip() or len(questions) > 1 or questions and parts[1][0] != "#":
        raise ValueError("it must begin with “# ” and the question, and have no other such line")
    found = {}
    for section in questions:
        found = {"question": Section(section.heading), "lead": Section("", section.text)}
    names = [_name_of(section.heading, language) for section in below]
    if len(names) == len(HEADINGS) and not any(names):
        names = list(HEADINGS)
    known = dict(zip(names, below, strict=True))
    stranger = known.pop("", None)
    faults = [] if stranger is None else [f"“{stranger.heading}” is none of our headings"]
    return {**found, **known}, faults


def _name_of(heading: str, language: str) -> str:
    """Which of HEADINGS it is, "" for none."""
    translate = i18n.translations(language).gettext
    for name, words in HEADINGS.items():
        if heading.casefold() in (words.casefold(), translate(words).casefold()):
            return name
    return ""


def _checked(name: str, section: Section, language: str) -> Section:
    """The section with its figures. Raises ValueError."""
    words = section.heading if name == "question" else section.text
    if not words:
        raise ValueError("it is empty")
    if name == "try_this" and not re.match(r"[-*+] |1[.)] ", words):
        raise ValueError("it must be a list, each prompt after “- ”")
    dollars = re.findall(r"\$\$?", _CODE.sub("", words).replace(r"\$", ""))
    if dollars.count("$") % 2 or dollars.count("$$") % 2:
        raise ValueError(r"a $ without its second; write \$ for the sign")

    def figure(match: re.Match[str]) -> str:
        try:
            value = float(figures.kept(match[1])[match[2]])
        except (KeyError, TypeError, ValueError, Problem) as error:
            raise ValueError(f"there is no figure {match[0]}") from error
        write = i18n.percent if match[4] == "%" else i18n.number
        return write(value, int(match[3]), language)

    return Section(section.heading, FIGURE.sub(figure, section.text))
