"""The frame that every screen shares: question, lead, picture, figures, prompts, formula.

A page reads top to bottom in this order; its words come from ``lessons/reconstruct``::

    frame.page("reconstruct")
    frame.in_use([card], images)
    ...the picture and its controls...
    frame.figures_row({_("MSE"): (number(mse, 4), _("PCA {value}").format(value=...))})
    frame.lesson("reconstruct")
"""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images, dataset
from aecore.messages import Problem
from browser import without_server
from ui import downloads, images, lessons
from ui.i18n import _, ngettext, number, tell
from ui.screens import PAGES

STYLE = Path(__file__).with_name("style.css")


def style(name: str) -> str:
    """The style that all screens share, and that of the screen ``name`` if there is one."""
    own = PAGES / name / "style.css" if name.isidentifier() else Path()
    return images.COLOURS + _read(STYLE) + _read(own)


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def page(name: str) -> None:
    """The head of the screen ``name``: its lesson's question as the title, and the lead.

    With the screen's own ``style.css``, if it has one.
    """
    if style := _read(PAGES / name / "style.css"):
        st.html(f"<style>{style}</style>")
    lesson = lessons.of(name)
    st.title(lesson.question, anchor=False)
    with st.container(key="lead"):
        st.markdown(lesson.lead)


def in_use(cards: Sequence[Card], shown: Images | str | None, title: str | None = None) -> None:
    """Say in the sidebar which models and images this screen uses; that must always be true.

    Call it outside fragments, with what the page really uses. ``title`` says what that is, if it
    is no images. Where the digits are decoded ones, it says so and offers to download the
    originals::

        frame.in_use([card], cache.test_digits())
    """
    lines = [(_("Model"), model_words(card)) for card in cards]
    if isinstance(shown, str):  # words for what is no data set
        lines.append((title or _("Images"), shown))
        shown = None
    elif shown is not None:
        lines.append((_("Data"), images_words(shown)))
    body = "<br>".join(f"<b>{escape(name)}:</b> {escape(words)}" for name, words in lines)
    with st.sidebar:
        st.html(f'<p class="in-use">{body}</p>')
        if shown is not None and shown.decoded:
            label = _("Download originals")
            downloads.offer([dataset(shown.dataset)], "sidebar", label)
    if shown is not None and shown.note:  # the sidebar may be closed
        st.caption(_note(shown))


def model_words(card: Card) -> str:
    """A model in a line: "deep-32, 32 numbers, trained on MNIST"."""
    size = card.latent_dim
    words = [card.name, ngettext("{n} number", "{n} numbers", size).format(n=number(size))]
    if card.dataset:
        words.append(_("trained on {data}").format(data=learned_from(card)))
    return ", ".join(words)


def learned_from(card: Card) -> str:
    """A model's data set, and the classes that it saw if not all: "MNIST: 1, 8"."""
    title = data_title(card.dataset)
    return f"{title}: {class_names(card.dataset, card.classes)}" if card.classes else title


def class_names(name: str, classes: Sequence[int]) -> str:
    """Some classes of a data set: "1, 8"; of an unknown one their numbers."""
    try:
        known = dataset(name).classes
    except Problem:
        known = ()
    return ", ".join(_(known[each]) if each < len(known) else str(each) for each in classes)


def images_words(shown: Images) -> str:
    """Images in a line: "MNIST, 10,000 test examples", and that they aren't real if so."""
    if shown.split == "train":
        counted = ngettext("{n} training example", "{n} training examples", len(shown))
    else:
        counted = ngettext("{n} test example", "{n} test examples", len(shown))
    words = f"{data_title(shown.dataset)}, {counted.format(n=number(len(shown)))}"
    if shown.decoded:
        words += ", " + _("decoded, not the originals")
    return words


def _note(shown: Images) -> str:
    return tell(Problem(shown.note, **shown.note_values))


def data_title(name: str) -> str:
    """The name of a data set for people; of an unknown one its id."""
    try:
        return _(dataset(name).title)
    except Problem:
        return name


def figures_row(values: Mapping[str, str | tuple[str, str]]) -> None:
    """Figures in a quiet row, each with what it is compared to, if anything::

    figures_row({_("MSE"): ("0.0044", _("PCA of the same size 0.0168"))})
    """
    cells = []
    for name, value in values.items():
        figure, compared = value if isinstance(value, tuple) else (value, "")
        cells.append(
            f"<div><dt>{escape(name)}</dt><dd><b>{escape(figure)}</b> {escape(compared)}</dd></div>"
        )
    st.html(f'<dl class="facts">{"".join(cells)}</dl>')


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> None:
    """A plain table of words, below its title if it has one; the first column names its row."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    st.html(
        (f"<h2>{escape(title)}</h2>" if title else "")
        + f'<div class="table" tabindex="0" role="group" aria-label="{escape(heads[0])}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def details(values: Sequence[tuple[str, str]]) -> None:
    """Names and words below each other, as on a card."""
    cells = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in values)
    st.html(f'<dl class="details">{cells}</dl>')


def lesson(name: str) -> None:
    """What to try on the screen ``name``, and how it works."""
    try_this(name)
    how_it_works(name)


def try_this(name: str) -> None:
    """What to do next."""
    section = lessons.of(name).try_this
    with st.container(key="prompts"):
        st.markdown(f"**{section.heading}**\n\n{section.text}")


@st.fragment
def how_it_works(name: str) -> None:
    """A fold-out: the formula with every symbol named, and the PyTorch that does it.

    What sets formulas and colours listings weighs as much as all else of a page: a browser fetches
    it when somebody opens this.
    """
    lesson = lessons.of(name)
    opened = st.expander(lesson.how_it_works.heading, key=f"how-{name}", on_change="rerun")
    if opened.open or without_server():
        with opened:
            st.markdown(lesson.how_it_works.text)
            st.code(lesson.code, language="python")
