"""A screen as it stands at its first view, as HTML with places for its components."""

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from markupsafe import Markup
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node
from streamlit.util import calc_hash

from aecore.messages import N_, Problem
from browser import Mounted, Record, recorded
from pages import SCREENS
from publish import barred, plotted, words
from publish.views import View
from ui.i18n import _, speaking

VISIT = Path(__file__).resolve().parent.parent / "pages" / "visit.py"
PATIENCE = 300  # seconds; a screen may have to encode all test images
AROUND = ("class", "asking")  # folders of components that stand around every screen
_LINK = re.compile(r'<a\b(?![^>]*href="https?:)[^>]*>(.*?)</a>', re.DOTALL)  # into the app
_SCREEN = re.compile(r'href="/(\w+)(?:\?([^"]*))?"')
_PICTURE = re.compile(r'src="data:image/png;base64,([^"]{300,})"')
BYTES = "bytes"  # key of a component's data that is packed: where it is fetched


@dataclass(frozen=True)
class Component:
    """A component in its place: of which module, and what it is told, as JSON."""

    module: str
    facts: str


@dataclass(frozen=True)
class Taken:
    """What a screen shows: ``body`` with a ``<div data-component="I">`` for the I-th component."""

    title: str
    body: Markup
    components: tuple[Component, ...]
    files: Mapping[str, bytes]


Pages = Sequence[tuple[View, str]]
"""The pages of a site: what each shows, and where it lies."""


def take(view: View, language: str, pages: Pages = (), alone: bool = False) -> Taken:
    """Run the screen at that address of the app. Raises Problem where it complains.

    A link in a text leads to that of ``pages`` which is the most like what it asks for; of one to
    a screen that isn't there its words stay. ``alone``: the page will be one file.
    """
    screen = view.screen
    app = AppTest.from_file(str(VISIT), default_timeout=PATIENCE)
    # ours tell of themselves: no need to look for components in all that is installed, which takes
    # longer than a screen
    app._bidi_component_manager = BidiComponentManager()
    # AppTest knows pages by the names of their files, and ours are all called page.py
    app._page_hash = calc_hash("" if screen is SCREENS[0] else screen.name)
    for word, value in {**screen.view, **view.address, "lang": language}.items():
        app.query_params[word] = value
    with recorded(alone) as record:
        app.run()
    said = [element.value for element in (*app.exception, *app.error)]
    if said:
        raise Problem(
            N_("The screen {name} can't be published: {why}"), name=screen.name, why=said[0]
        )

    def linked(link: re.Match[str]) -> str:
        asked = _SCREEN.search(link[0])
        page = _nearest(pages, asked[1], unescape(asked[2] or "")) if asked else ""
        return f'<a href="{page}">{link[1]}</a>' if page else link[1]

    page = _Page(record, pages)
    with speaking(language):
        body = page.html(app.main)
    body = _LINK.sub(linked, body)
    if not alone:  # pictures lie in files, once for all pages
        body = _PICTURE.sub(
            lambda found: f'src="{record.keep(b64decode(found[1]), "image/png")}"', body
        )
    return Taken(app.title[0].value, Markup(body), tuple(page.components), record.files)


def _nearest(pages: Pages, name: str, query: str) -> str:
    """Where the page lies that shows most of what an address of the app says; "": none shows that
    screen."""
    wanted = dict(parse_qsl(query)).items()
    of_screen = [(view, place) for view, place in pages if view.screen.name == name]
    likeness = [len(wanted & view.address.items()) for view, _place in of_screen]
    return of_screen[likeness.index(max(likeness))][1] if of_screen else ""


class _Page:
    """Writes HTML for what stands on a page; collects its components on the way."""

    def __init__(self, record: Record, pages: Pages) -> None:
        self.record = record
        self.pages = pages
        self.components: list[Component] = []

    def html(self, node: Node) -> str:
        """An element, or a container with all that is in it. Controls have none."""
        if isinstance(node, Block):
            return self._block(node)
        if node.type == "bidi_component":
            return self._component(str(node.key))
        if node.type == "page_link":
            return self._link(node)
        write = _ELEMENTS.get(node.type)
        return write(node) if write else ""

    def _block(self, block: Any) -> str:
        inner = "".join(self.html(child) for child in block.children.values())
        if not inner:
            return ""
        if block.type == "expander":
            return f"<details><summary>{words.line(block.label)}</summary>{inner}</details>"
        if block.type == "popover":  # only controls are behind a button
            return ""
        style = ""
        if block.type == "column":
            style = f' style="flex: {100 * block.weight:.1f} 1 0"'
        columns = any(child.type == "column" for child in block.children.values())
        # as Streamlit calls it, for the styles of the screens
        names = ["columns" if columns else "stVerticalBlock", _key(block.key)]
        return f'<div class="{" ".join(names).strip()}"{style}>{inner}</div>'

    def _link(self, node: Any) -> str:
        """A link to a page of the site, or what it would say; one that asks for what no page shows
        is left out."""
        link = node.proto
        label, name = words.line(link.label), link.page or SCREENS[0].name
        wanted = dict(parse_qsl(link.query_string)).items()
        shown = [v.address.items() for v, _place in self.pages if v.screen.name == name]
        if not self.pages or not (wanted <= set().union(*shown)):
            return ""
        if shown:  # a link of the app; all such are changed together
            label = f'<a href="/{name}?{escape(link.query_string)}">{label}</a>'
        else:
            label = _("{question} (in the explorer itself)").format(question=label)
        return f'<p class="to">{label}</p>'

    def _component(self, key: str) -> str:
        found = self.record.mounted.get(key)
        if found is None or found.module.split("/")[0] in AROUND:
            return ""
        self.components.append(Component(found.module, self._facts(found)))
        return f'<div class="{_key(key)}" data-component="{len(self.components) - 1}"></div>'

    def _facts(self, mounted: Mounted) -> str:
        data = mounted.data
        if isinstance(data, bytes):
            data = {BYTES: self.record.keep(data)}
        # within a <script>, nothing may end that
        return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _chart(figure: dict[str, Any], alt: str) -> str:
    """A chart as a still picture; "" for one of a kind that none is made of."""
    bars = any(trace["type"] == "bar" for trace in figure["data"])
    return barred.still(figure, alt) if bars else plotted.still(figure, alt)


def _key(key: str | None) -> str:
    """The class that Streamlit gives to what has that key."""
    return f"st-key-{escape(key)}" if key else ""


# Any: AppTest's classes for them are not of one kind
_ELEMENTS: Mapping[str, Callable[[Any], str]] = {
    "title": lambda node: f"<h1>{escape(node.value)}</h1>",
    "header": lambda node: f"<h2>{words.line(node.value)}</h2>",
    "subheader": lambda node: f"<h3>{words.line(node.value)}</h3>",
    "markdown": lambda node: words.text(node.value),
    "caption": lambda node: f'<div class="caption">{words.text(node.value)}</div>',
    "info": lambda node: f'<div class="note">{words.text(node.value)}</div>',
    "code": lambda node: f"<pre><code>{escape(node.value)}</code></pre>",
    "plotly_chart": lambda node: _chart(json.loads(node.proto.spec), node.proto.alt),
    "html": lambda node: f'<div class="stHtml">{node.proto.body}</div>',
}
