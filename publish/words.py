"""Markdown as Streamlit shows it, as HTML: with formulas, and without Streamlit's own signs."""

import re
from collections.abc import Callable
from html import escape

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\\w])\$(?!\s)([^$\n]+?)(?<!\s)\$", re.DOTALL)
_ICON = re.compile(r":material/\w+:\s*")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_MARK = "\ue000{}\ue001"  # where a formula goes; no text has these characters


def text(markdown: str) -> str:
    """Paragraphs, lists and formulas."""
    return _written(markdown, _MARKDOWN.render)


def line(markdown: str) -> str:
    """Words within a line."""
    return _written(markdown, _MARKDOWN.renderInline)


def _written(markdown: str, render: Callable[[str], str]) -> str:
    formulas: list[str] = []

    def kept(found: re.Match[str]) -> str:
        block, inline = found.groups()
        formulas.append(_formula(block or inline, bool(block)))
        return _MARK.format(len(formulas) - 1)

    parts = _CODE.split(_ICON.sub("", markdown))
    parts[::2] = [_FORMULA.sub(kept, part) for part in parts[::2]]
    html = render("".join(parts))
    for i, formula in enumerate(formulas):
        html = html.replace(_MARK.format(i), formula)
    return html


def _formula(latex: str, block: bool) -> str:
    """MathML, which all browsers draw; a formula that can't be read stays as it is written."""
    try:
        return convert(latex.strip(), display="block" if block else "inline")
    except Exception:  # of whatever kind: the library has none of its own
        return f"<code>{escape(latex)}</code>"
