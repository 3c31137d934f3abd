"""Scoring many images: how far it is, and a stop."""

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.anomalies.choices import Group
from pages.anomalies.scored import Guard
from ui.i18n import _

PATIENCE = 0.5  # seconds before anything is shown of it
STOPPED = "anomalies-stopped"  # session: what somebody has stopped


def done(guard: Guard, strange: Group) -> bool:
    """Score normal and strange images, so that it is known; False where somebody has stopped it.

    In a place of its own it shows how far it is. A click on "Stop", or on any other control, ends
    it; what is scored by then stays.
    """
    place = st.empty()
    key = f"{guard.key} {strange.identity}"
    if st.session_state.get(STOPPED) == key:
        with place.container():
            st.info(_("Scoring was stopped."))
            icon = ":material/play_arrow:"
            if st.button(_("Go on"), icon=icon):
                del st.session_state[STOPPED]
                st.rerun()
        return False
    began = time.monotonic()
    bar: DeltaGenerator | None = None

    def report(share: float) -> None:
        nonlocal bar
        if bar is None and time.monotonic() - began >= PATIENCE:
            bar = _bar(place, key)
        if bar is not None:
            bar.progress(share, _("Scoring the images"))

    guard.judge(strange, report)
    place.empty()
    return True


def _bar(place: DeltaGenerator, key: str) -> DeltaGenerator:
    """What fills, with the button that stops it beside it."""
    left, right = place.container().columns([5, 1], vertical_alignment="center")

    def stop() -> None:
        st.session_state[STOPPED] = key

    right.button(_("Stop"), key="anomalies-stop-scoring", on_click=stop)
    return left.empty()
