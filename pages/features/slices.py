"""Work of some seconds, done in slices: the page shows how far it is and takes other clicks."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import streamlit as st

from ui import machine
from ui.guard import guarded
from ui.i18n import _

PATIENCE = 0.4  # seconds of computing before other clicks get their turn
PAUSE = 0.1  # seconds before the next slice is asked for


@dataclass
class Work:
    """Steps that yield the share 0…1 that is done; ``told`` is for the words beside it."""

    steps: Iterator[float]
    told: str
    share: float = 0.0
    done: bool = field(default=False)

    def advance(self) -> None:
        """Go on for PATIENCE."""
        machine.compute_with_one_thread()
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            try:
                self.share = next(self.steps)
            except StopIteration:
                self.done = True
                return


def start(key: str, steps: Iterator[float], told: str) -> None:
    """Begin work under this key of the session, in place of what went on there."""
    st.session_state[key] = Work(steps, told)


def going_on(key: str) -> bool:
    """Whether work goes on under this key."""
    return key in st.session_state


def show(key: str, draw: Callable[[], None] = lambda: None) -> None:
    """How far the work is, with a stop; ``draw`` shows what there is so far. At its end the page
    runs once more."""

    @st.fragment(run_every=PAUSE)
    @guarded()
    def going() -> None:
        # taken away until it has got on: work that fails is not begun again
        work: Work | None = st.session_state.pop(key, None)
        if work is None:
            return
        work.advance()
        st.session_state[key] = work
        draw()
        st.progress(min(1.0, work.share), work.told)
        if st.button(_("Stop"), key=f"{key}-stop", width="stretch") or work.done:
            del st.session_state[key]
            st.rerun()

    going()
