"""Where a job stands, in words: a training or a map."""

from aecore.job import ALIVE, State
from aecore.messages import N_
from ui.i18n import _

STATES: dict[str, str] = {
    "new": N_("not begun"),
    "starting": N_("starting"),
    "waiting": N_("waiting in line"),
    "running": N_("at work"),
    "done": N_("done"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
    "died": N_("died"),
}


def titled(title: str, state: State) -> str:
    """A job in a line: its title and, unless it is done, its state.

    How far one is that is alive isn't told: a list is not drawn anew while it goes on.
    """
    if state == "done":
        return title
    return f"{title} · {_(STATES['running' if state in ALIVE else state])}"
