"""Digits from a photograph: handed over, looked at; one becomes the drawing, all may be kept."""

import base64
import io
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from aecore import uploads
from aecore.handwriting import Drawing, Scan
from aecore.messages import Problem
from aecore.photograph import Digit, digits_in, photograph
from pages import SCREENS
from ui import drawing, images
from ui.guard import guarded
from ui.i18n import _, ngettext, number, tell
from ui.screens import training_on

MAX_UPLOAD = 20  # megabytes
PREVIEW = 640  # pixels: the longer side of the photograph as it is shown
KEY = "sketch-photograph"
FILE, DIGIT = "sketch-file", "sketch-digit"  # widgets
# session: what came of the last photograph, and under which name its digits were kept
FOUND, PROBLEM, KEPT = "sketch-found", "sketch-problem", "sketch-kept"


@dataclass(frozen=True, eq=False)
class Found:
    """What was found in the photograph of that file name; ``preview`` is its address as a JPEG."""

    name: str
    size: tuple[int, int]
    preview: str
    digits: list[Digit]

    @classmethod
    def of(cls, name: str, data: bytes) -> "Found":
        """Of a file's name and content. Raises Problem."""
        image = photograph(data)
        digits = digits_in(image)
        small = image.copy()
        small.thumbnail((PREVIEW, PREVIEW))
        file = io.BytesIO()
        small.save(file, "JPEG", quality=85)
        uri = f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
        return cls(name, image.size, uri, digits)

    def html(self, taken: int | None) -> str:
        """The photograph with a box around each digit, that of ``taken`` in another colour."""
        width, height = self.size
        boxes = ""
        for n, digit in enumerate(self.digits):
            left, top, right, bottom = digit.box
            style = (
                f"left:{100 * left / width:.1f}%;top:{100 * top / height:.1f}%;"
                f"width:{100 * (right - left) / width:.1f}%;"
                f"height:{100 * (bottom - top) / height:.1f}%"
            )
            boxes += f'<i style="{style}"{" class=taken" if n == taken else ""}></i>'
        alt = escape(_("Your photograph, with a box around each digit that was found"))
        return f'<div class="photograph"><img src="{self.preview}" alt="{alt}">{boxes}</div>'


def choose_digit(made: Drawing | Scan) -> None:
    """Take in a photograph, show what is found in it, and let people take a digit of it.

    ``made`` is the visitor's drawing now.
    """
    with st.container(key=KEY):
        st.file_uploader(
            _("A photograph or scan of digits on paper"),
            key=FILE,
            on_change=_read,
            max_upload_size=MAX_UPLOAD,
            label_visibility="collapsed",
        )
        found: Found | None = st.session_state.get(FOUND)
        if PROBLEM in st.session_state:
            st.error(tell(st.session_state[PROBLEM]))
        elif found is None:
            st.caption(
                _(
                    "A photograph or scan of one digit or a whole page: dark on light paper, with "
                    "some paper around each digit. Uneven light, lines and squares do no harm."
                )
            )
        else:
            _show(found, made)


def _read() -> None:
    """Take in what was handed over."""
    for key in (PROBLEM, FOUND, KEPT):
        st.session_state.pop(key, None)
    file = st.session_state[FILE]
    if file is None:
        return
    with guarded():
        try:
            st.session_state[FOUND] = Found.of(file.name, file.getvalue())
        except Problem as problem:
            st.session_state[PROBLEM] = problem


def _show(found: Found, made: Drawing | Scan) -> None:
    """The photograph and its digits as they will be used."""
    scans = [digit.scan() for digit in found.digits]
    taken = scans.index(made) if made in scans else None
    images.show(found.html(taken))
    count = len(scans)
    words = ngettext(
        "{n} digit: a click takes it",
        "{n} digits: a click takes one",
        count,
    )

    def label_of(place: int) -> str:
        alt = _("Digit {n} of {total}").format(n=place + 1, total=count)
        return f"![{alt}]({images.png_uri(found.digits[place].pixels)})"

    def take() -> None:
        place = st.session_state[DIGIT]
        if place is not None:
            drawing.take(scans[place])

    st.session_state[DIGIT] = taken
    st.segmented_control(
        words.format(n=number(count)),
        range(count),
        format_func=label_of,
        key=DIGIT,
        on_change=take,
        wrap=True,
    )
    if count > 1:
        _keep_all(found)


def _keep_all(found: Found) -> None:
    """Let people keep the digits as pictures of their own, and say where to train on them."""

    def keep() -> None:
        stem = Path(found.name).stem or "digits"
        files = [
            (f"{stem}-{n:03d}.png", _png(digit.pixels)) for n, digit in enumerate(found.digits, 1)
        ]
        with guarded():
            try:
                st.session_state[KEPT] = uploads.add(files)
            except Problem as problem:
                st.session_state[PROBLEM] = problem

    if KEPT in st.session_state:
        for screen, address in training_on(SCREENS, st.session_state[KEPT]):
            screen.link(_("They are kept: train on them"), address)
    else:
        words = _("Keep all {n} to train on them")
        st.button(words.format(n=number(len(found.digits))), on_click=keep)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
