"""The page around a screen: navigation, languages, the app's colours in both themes."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from aecore.messages import N_, Problem
from browser import HERE
from publish import modules
from publish.screen import Taken
from publish.views import COURSE, View
from ui import frame, i18n, images
from ui.i18n import _
from ui.screens import PAGES, Screen

TEMPLATES = Path(__file__).resolve().parent
THEME = TEMPLATES.parent / ".streamlit" / "config.toml"
# Streamlit's names of a theme's colours, and how its styles call them
VARIABLES = {
    "primaryColor": "primary-color",
    "backgroundColor": "background-color",
    "secondaryBackgroundColor": "secondary-background-color",
    "textColor": "text-color",
    "linkColor": "link-color",
    "borderColor": "border-color",
}


@dataclass(frozen=True)
class Links:
    """Words and address of each other page, and whether it is this one.

    ``shown``: the same screen with another part, model or run. Words are to be translated.
    """

    screens: Sequence[tuple[str, str, bool]] = ()
    shown: Sequence[tuple[str, str, bool]] = ()
    languages: Sequence[tuple[str, str, bool]] = ()
    explorer: str = ""
    """The address where the explorer itself is found; "": nobody says."""


def html(
    view: View,
    taken: Taken,
    language: str,
    links: Links,
    base: str,
    imports: Mapping[str, str],
    files: Mapping[str, str] | None = None,
) -> str:
    """The whole page; ``base`` leads to the folder from which addresses count, and in which
    ``dressed`` has put its style. Without one the style is in the page.

    ``files`` lie in the page itself, as text by their addresses.
    """
    with i18n.speaking(language):
        screens = [(_(title), address, here) for title, address, here in links.screens]
        shown = [(_(label), address, here) for label, address, here in links.shown]
        return (
            _environment()
            .get_template("page.html")
            .render(
                language=language,
                title=taken.title,
                base=base,
                imports=Markup(json.dumps({"imports": imports})),
                style=_address_of_style(view.screen) if base else Markup(_style(view.screen)),
                links=Links(screens, shown, links.languages, links.explorer),
                which=_which(view),
                body=taken.body,
                files=files or {},
                components=[
                    (
                        component.module,
                        Markup(component.facts),
                        Markup(modules.dressing(component.module, alone=not base)),
                    )
                    for component in taken.components
                ],
                note=_(
                    "This page needs no server. What only the explorer itself can do, such as "
                    "long trainings and other images, is left out here."
                ),
                to_explorer=_("To the explorer itself"),
                missing=_("A part of this page did not load. Reload the page."),
                from_folder=_("A site needs a web host: browsers don't run it from a folder."),
                watch=Markup(modules.missing()),
            )
        )


def _which(view: View) -> str:
    """What the same screen is shown with."""
    if view.name == COURSE:
        return _("Chapter")
    if view.screen.parts:
        return _(view.screen.parts.title)
    return _("Run") if view.screen.run else _("Model")


def check_address(explorer: str) -> None:
    """Raises Problem for what is no address of the web."""
    if explorer and not re.fullmatch(r"https?://[^\s\"'<>]+", explorer):
        raise Problem(
            N_("“{address}” is no address of the explorer: it begins with https://."),
            address=explorer,
        )


def front(languages: Sequence[str], first: str) -> str:
    """The page at the site's own address, which leads to the visitor's language."""
    return (
        _environment()
        .get_template("front.html")
        .render(languages=[(code, i18n.LANGUAGES[code]) for code in languages], first=first)
    )


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def dressed(screens: Iterable[Screen]) -> dict[str, str]:
    """The styles of pages by the addresses at which these look for them."""
    return {_address_of_style(screen): _style(screen) for screen in screens}


def _address_of_style(screen: Screen) -> str:
    return f"{modules.CODE}/{screen.name}.css"


def _style(screen: Screen) -> str:
    """The colours of both themes, what screens share, the screen's own, and what is of the site."""
    own = [PAGES / screen.name / name for name in ("style.css", "printed.css")]
    own = [path for path in own if path.is_file()]
    files = [frame.STYLE, *own, HERE / "publish" / "site.css"]
    texts = [images.COLOURS, *(path.read_text("utf-8") for path in files)]
    return _themes() + "".join(texts)


def _themes() -> str:
    themes = tomllib.loads(THEME.read_text("utf-8"))["theme"]

    def colours(theme: str) -> str:
        return " ".join(
            f"--st-{VARIABLES[n]}: {v};" for n, v in themes[theme].items() if n in VARIABLES
        )

    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {colours('dark')} }} }}"
    return f":root {{ font-size: {themes['baseFontSize']}px; {colours('light')} }} {dark}\n"
