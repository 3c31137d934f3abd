"""What stands around every screen: its languages, presenter mode, the code by which others join."""

from functools import lru_cache
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

import segno
import streamlit as st

from browser import component
from classroom import visitors
from ui import address, lessons
from ui.controls import LANGUAGE
from ui.i18n import _, language

WORD = "present"  # of the address
KEY = "presenter"
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")  # of every page
_ONLY_HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")


class Words(TypedDict):
    """What buttons and dialogs say; see browser/class/presenter.js."""

    present: str
    join: str
    keys: str
    close: str
    black: str
    title: str
    code: str
    languages: str


class Facts(TypedDict):
    """What the component is told."""

    on: bool
    address: str
    code: str
    warning: str
    keys: list[tuple[str, str]]
    language: str
    languages: list[tuple[str, str]]
    words: Words


def switch() -> None:
    """Buttons in the sidebar's head, languages below, keys everywhere.

    ``?present`` keeps the mode, ``?lang=`` the language.
    """
    if st.query_params.get(WORD) == "":  # as people type it
        del st.query_params[WORD]
        st.session_state[WORD] = "1"
    with st.sidebar, st.container(key=KEY):
        on = address.field(WORD) == "1"
        server = server_address(st.context.url or "")
        facts = Facts(
            on=on,
            address=server.partition("://")[2],
            code=_qr(server),
            warning=_warning(server),
            keys=_keys(),
            language=language(),
            languages=list(lessons.languages().items()),
            words=_words(),
        )
        component("class/presenter")(
            key=f"{KEY}-keys", data=facts, on_present_change=_keep, on_lang_change=_speak
        )


def server_address(url: str) -> str:
    """Where the app begins, of a page's address as its visitor's browser knows it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{visitors.base()}" if parts.netloc else ""


@lru_cache(maxsize=16)
def _qr(server: str) -> str:
    """The QR code of an address, as SVG; "" of none. "M" is read with 15 % of it in shadow."""
    if not server:
        return ""
    code = segno.make_qr(server, error="m")
    return str(code.svg_inline(omitsize=True, light="#fff"))


def _warning(server: str) -> str:
    if urlsplit(server).hostname not in _ONLY_HERE:
        return ""
    return _(
        "This address is good on this computer only. Open the page by the computer’s name or "
        "number in the network, and others can use what stands here."
    )


def _keep() -> None:
    st.session_state[WORD] = "1" if st.session_state[f"{KEY}-keys"].get(WORD) else ""


def _speak() -> None:
    """Take over the language; what is told is its code and, so that it is news, a count."""
    told = st.session_state[f"{KEY}-keys"].get(LANGUAGE) or ""
    st.session_state[LANGUAGE] = told.partition(" ")[0]


def _keys() -> list[tuple[str, str]]:
    return [
        ("P", _("Presenter mode on and off: the screen alone, larger")),
        ("→ ↓ Page Down", _("Next step of a lesson (in presenter mode, as below)")),
        ("← ↑ Page Up", _("Step before")),
        ("B .", _("Black; any key brings the picture back")),
        ("Q", _("The code to join, at any time")),
        ("?", _("These keys, at any time")),
        ("Esc", _("Close what is open, then leave presenter mode")),
    ]


def _words() -> Words:
    return Words(
        present=_("Present"),
        join=_("Code to join"),
        keys=_("Keys"),
        close=_("Close"),
        black=_("The screen is black. Any key brings the picture back."),
        title=_("Join here"),
        code=_("QR code of the address below"),
        languages="Language · Sprache · Язык",  # for who can't read the one that is spoken
    )
