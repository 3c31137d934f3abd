"""Which number of a code is chosen and which are moved; the address keeps it."""

from math import isfinite
from typing import TypedDict

import streamlit as st

from ui import address

KEY = "inside-bars"  # of the component
FARTHEST = 1e6  # of a number that an address names
MOST = 64  # moved numbers that an address keeps


class Start(TypedDict):
    """Where the component begins; browser/inside/numbers_facts.js says what each is."""

    number: int
    moved: list[tuple[int, float]]


def start() -> Start:
    """What the address says; what is no number there is left out."""
    chosen = address.field("inside_number")
    fine = chosen.isascii() and chosen.isdigit() and 0 < int(chosen[:5]) <= 4096
    moved = []
    for part in address.field("inside_moved").split(address.SEPARATOR)[:MOST]:
        number, _colon, value = part.partition(":")
        try:
            place, to = int(number) - 1, float(value)
        except ValueError:
            continue
        if place >= 0 and isfinite(to) and abs(to) <= FARTHEST:
            moved.append((place, to))
    return {"number": int(chosen[:5]) - 1 if fine else 0, "moved": moved}


def keep() -> None:
    """Write into the address what the component tells; numbers are counted from 1 there."""
    told = st.session_state[KEY]["numbers"]
    number = int(told["number"])
    st.session_state["inside_number"] = str(number + 1) if number else ""
    moved = [f"{int(place) + 1}:{float(value):g}" for place, value in told["moved"][:MOST]]
    st.session_state["inside_moved"] = address.SEPARATOR.join(moved)
