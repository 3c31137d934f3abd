"""Presenter mode, its keys, and the code by which others join."""

from functools import lru_cache
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

import segno
import streamlit as st

from browser import component
from classroom import visitors
from ui import address
from ui.i18n import _

WORD = "present"  # of the address
KEY = "presenter"
_STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
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


class Facts(TypedDict):
    """What the component is told."""

    on: bool
    address: str
    code: str
    warning: str
    keys: list[tuple[str, str]]
    words: Words


def switch() -> None:
    """Buttons in the sidebar's head, and keys everywhere; ``?present`` keeps the mode."""
    if st.query_params.get(WORD) == "":  # as people type it
        del st.query_params[WORD]
        st.session_state[WORD] = "1"
    with st.sidebar, st.container(key=KEY):
        on = address.field(WORD) == "1"
        st.html(f"<style>{_STYLE}</style>")
        server = server_address(st.context.url or "")
        facts = Facts(
            on=on,
            address=server.partition("://")[2],
            code=_qr(server),
            warning=_warning(server),
            keys=_keys(),
            words=_words(),
        )
        component("class/presenter")(key=f"{KEY}-keys", data=facts, on_present_change=_keep)


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
    )
