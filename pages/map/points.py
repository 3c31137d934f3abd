"""The map's browser component: what is sent to it, and what comes back.

Sent at once: 16-bit places and the labels, 50 KB for 10,000 points. What is behind the points,
images with 16 grey levels, 8-bit codes and the decoder, follows as one compressed file that the
browser fetches from this server (2 MB for 10,000 digits, 10 MB for 70,000), and keeps.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
import streamlit as st

from aecore.data.shards import chunks
from aecore.map_file import in_16_bits
from aecore.messages import Problem
from browser import component, pack
from pages.map import picks
from ui import address, charts
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, tell

LEVELS = 16  # grey levels of an image behind a point
LARGEST = 32  # pixels: larger images are shown with fewer
TORN, CLOSE = ("#b4b9bf", "#d95500"), ("#b4b9bf", "#1c5fb8")  # from right to wrong
PICKED = "pick"  # in the address and the session


@dataclass(frozen=True)
class Panel:
    """One map of the points: places (N, 2) in any unit, its title, caption and words for it."""

    places: np.ndarray
    title: str = ""
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Points:
    """The points of one or more maps.

    ``images`` names the data set that they are from, ``total`` how many images that has;
    ``ids`` (N,), rising, which of them the points are, None for all; labels (N,) index
    ``classes``, of which one means none.
    """

    images: str
    total: int
    labels: np.ndarray
    classes: Sequence[str]
    ids: np.ndarray | None = None


@dataclass(frozen=True)
class Shades:
    """Colours along a scale instead of the classes': shares (N,) in 0…1, words for its ends."""

    shares: np.ndarray
    colours: tuple[str, str]
    low: str
    high: str


class PanelWords(TypedDict):
    """What is written around a map; ``alt`` for those who cannot see it."""

    title: str
    caption: str
    alt: str


class Facts(TypedDict):
    """What the component is told; browser/map/facts.js says what each is."""

    images: str
    total: int
    classes: list[str]
    colours: list[str]
    inks: list[str]
    panels: list[PanelWords]
    height: str
    behind: str
    picked: tuple[int, str]
    own: int | None
    scale: list[str]
    legend: tuple[str, str] | None
    words: dict[str, str]


def show(
    key: str,
    points: Points,
    panels: Sequence[Panel],
    height: str,
    behind: str = "",
    hint: str = "",
    shades: Sequence[Shades] = (),
    own: int | None = None,
) -> np.ndarray:
    """Show the maps; return the places of the points picked, int64, rising.

    ``behind`` is the address of ``packed_behind`` on our server; without it ``hint`` says why
    there are no images. ``height`` is a CSS length. Colours are the classes', or those of
    ``shades``, one a panel. ``own`` is the place of the point that is marked as the visitor's
    drawing. What is picked stays in the page's address.
    """
    text, where = "", np.array([], np.int64)
    data_set, _mark, value = address.field(PICKED).partition(address.SEPARATOR)
    if data_set == points.images:  # what was picked of other images means nothing here
        try:
            text = picks.from_address(value)
            where = picks.places(text, points.ids, points.labels, points.total)
        except Problem as problem:
            text = ""
            st.warning(tell(problem))
    facts: Facts = {
        "images": points.images,
        "total": points.total,
        "classes": list(points.classes),
        "colours": list(charts.CLASS_COLOURS),
        "inks": [charts.ink_on(colour) for colour in charts.CLASS_COLOURS],
        "panels": [{"title": p.title, "caption": p.caption, "alt": p.alt} for p in panels],
        "height": height,
        "behind": behind,
        "picked": _news(key, text),
        "own": own,
        "scale": list(shades[0].colours) if shades else [],
        "legend": (shades[0].low, shades[0].high) if shades else None,
        "words": _words() | ({} if behind else {"hint": hint}),
    }
    arrays = {f"places{k}": in_16_bits(panel.places) for k, panel in enumerate(panels)}
    if points.ids is not None:
        arrays["ids"] = points.ids.astype(np.uint32)
    for k, one in enumerate(shades):
        arrays[f"shades{k}"] = np.rint(one.shares * 255).astype(np.uint8)

    @guarded()
    def keep() -> None:
        picked = str(st.session_state[key].get("picked", ""))
        picks.places(picked, points.ids, points.labels, points.total)  # or a Problem
        value = picks.to_address(picked)
        st.session_state[PICKED] = f"{points.images}{address.SEPARATOR}{value}" if value else ""

    hold_room(key, f"calc({height} + 98px)")  # with tools above and the neighbours' row below
    component("map/map")(
        key=key,
        data=pack(facts, labels=points.labels.astype(np.uint8), **arrays),
        on_picked_change=keep,
    )
    return where


def hold_room(key: str, height: str) -> None:
    """Give what has that key its height before it is there: nothing below it moves."""
    st.html(f"<style>.st-key-{key} {{ min-height: {height}; }}</style>")


def choose_colour() -> str:
    """Let people choose what colours the points: "class", "torn" or "close"."""
    words = {
        "class": _("Classes"),
        "torn": _("Torn apart"),
        "close": _("Falsely close"),
    }
    return choose(
        _("Colour"),
        "colour",
        list(words),
        words.__getitem__,
        kind="row",
        label_visibility="collapsed",
        help=_("How far to trust the map: which neighbours it tears apart or invents."),
    )


def _news(key: str, text: str) -> tuple[int, str]:
    """What the browser is told of what is picked: a count and a text.

    They change only when the choice came from elsewhere, as from a link: what the browser itself
    has said it knows, and an answer that is late would undo what was picked since.
    """
    told: tuple[int, str] = st.session_state.get(f"{key}-told", (0, ""))
    said = st.session_state.get(key)
    if text != (told[1] if said is None or "picked" not in said else said["picked"]):
        told = (told[0] + 1, text)
        st.session_state[f"{key}-told"] = told
    return told


def packed_behind(
    pixels: np.ndarray,
    codes: np.ndarray,
    decoder: tuple[Mapping[str, Any], Mapping[str, np.ndarray]] | None = None,
) -> bytes:
    """What is behind the points: uint8 images (N, C, H, W), codes (N, d), decoder or None.

    ``decoder`` are the facts and arrays of an aecore.plain_layers.NetworkLayers.
    """
    # a set larger than memory comes piece by piece
    small = np.concatenate([_thumbnails(part) for part in chunks(pixels)])
    levels = (small.reshape(-1).astype(np.uint16) * (LEVELS - 1) + 127) // 255
    levels = np.pad(levels, (0, len(levels) % 2)).astype(np.uint8)
    lowest = codes.min(0)
    step = max(float((codes.max(0) - lowest).max()) / 255, 1e-9)
    facts = {
        "shape": small.shape[1:],
        "dim": codes.shape[1],
        "step": step,
        "decoder": decoder[0] if decoder else None,
    }
    content = pack(
        facts,
        images=levels[::2] | (levels[1::2] << 4),
        codes=np.rint((codes - lowest) / step).clip(0, 255).astype(np.uint8),
        lowest=lowest.astype(np.float32),
        **(decoder[1] if decoder else {}),
    )
    return zlib.compress(content, 6)


def _thumbnails(pixels: np.ndarray) -> np.ndarray:
    """Images of at most LARGEST pixels a side, uint8, with one or three channels."""
    channels, height, width = pixels.shape[1:]
    pixels = pixels[:, : 3 if channels >= 3 else 1]
    times = -(-max(height, width) // LARGEST)
    if times == 1:
        return pixels
    height, width = height // times * times, width // times * times
    blocks = pixels[:, :, :height, :width].reshape(
        *pixels.shape[:2], height // times, times, width // times, times
    )
    small: np.ndarray = blocks.mean((3, 5), dtype=np.float32).round().astype(np.uint8)
    return small


def _words() -> dict[str, str]:
    return {
        "tools": _("Tools of the map"),
        "move": _("Move"),
        "move_help": _("Drag to move, wheel or two fingers to zoom; with Shift: draw a loop"),
        "lasso": _("Lasso"),
        "lasso_help": _("Draw a loop around points; with Ctrl: add to what is picked"),
        "box": _("Box"),
        "box_help": _("Drag a box over points; with Ctrl: add to what is picked"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "all": _("Show all"),
        "let_go": _("Let go of what is picked"),
        "classes": _("Classes: a click picks one"),
        "hint": _("Click a point: the ten nearest by code appear here."),
        "original": _("original"),
        "decoded": _("decoded"),
        "no_decoder": _(
            "The model’s decoder is too large for a browser, or not here: only originals are shown."
        ),
        "coming": _("The images are on their way."),
        "failed": _("The decoder did not arrive. Reload the page."),
        "by_code": _("nearest by code:"),
        "nearest": _("{label}. Nearest by code: {labels}."),
        "point": _("Point of class {label}."),
        "picked": _("{n} picked."),
        "keys": _(
            "Arrow keys go from point to point, with Shift they move the map; plus and minus "
            "zoom, 0 shows all; Enter shows the nearest by code, Space picks the point, "
            "V all that is seen, Escape lets go."
        ),
    }
