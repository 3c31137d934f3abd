"""A model's card: what it is, where to see it, and what can be done with it."""

from collections.abc import Callable

import streamlit as st

from aecore import library
from aecore.diagnosis import findings
from aecore.messages import Problem
from pages.models import exports, inventory
from pages.models.inventory import Entry
from ui import faults, frame, teacher
from ui.i18n import _, tell

SAID = "models-said"  # session: what the last deed came to, in a sentence, and on which card


def show(entry: Entry) -> None:
    """One model: what it is, where it can be seen, what can be done with it."""
    _said(entry.name)
    if entry.card is not None:
        title, summary = inventory.family(entry.card)
        st.markdown(f"**{title}:** {summary}" if summary else title)
    if entry.trouble is not None:
        st.error(tell(entry.trouble))
    if entry.weights is not None and entry.card is not None:
        faults.tell(findings(entry.card.metrics))
    with st.container(horizontal=True):
        for screen, address in inventory.links(entry):
            screen.link(address=address)
    with st.container(horizontal=True):
        _download(entry)
        if entry.own and entry.place is not None and teacher.may_change(entry.place):
            _run(entry)
            _delete(entry)
    exports.offer(entry)
    frame.details(inventory.facts(entry))


def say(kind: str, sentence: str) -> None:
    """Keep what is to be said above a card, until another model is chosen."""
    st.session_state[SAID] = (kind, sentence, None)


def _said(chosen: str) -> None:
    """Say it."""
    kind, sentence, about = st.session_state.get(SAID, ("", "", ""))
    if about in (None, chosen):
        st.session_state[SAID] = (kind, sentence, chosen)
        tone = st.error if kind == "error" else st.success
        tone(sentence)


def _download(entry: Entry) -> None:
    """The file, read only when somebody wants it."""
    if entry.weights is not None:
        st.download_button(
            _("Download"),
            entry.weights.read_bytes,
            f"{entry.name}.safetensors",
            "application/octet-stream",
            on_click="ignore",
        )


def _run(entry: Entry) -> None:
    """Go on with a run that ended early, or stop one."""
    run = entry.run
    if run is None:
        return

    if entry.alive:
        st.button(_("Stop"), on_click=_trying(run.request_stop))
    elif entry.state in inventory.RESUMABLE:
        st.button(_("Resume"), on_click=_trying(run.launch))


def _delete(entry: Entry) -> None:
    """Delete what is one's own, after asking."""
    if not entry.own or entry.alive:
        return
    remove = entry.run.delete if entry.run else lambda: library.remove(entry.name)

    def deed() -> None:
        remove()
        st.session_state["card"] = ""
        say("success", _("“{name}” is deleted.").format(name=entry.name))

    with st.popover(_("Delete"), key=f"delete-{entry.name}"):
        st.markdown(_("Delete “{name}” for good?").format(name=entry.name))
        st.button(_("Yes, delete"), type="primary", on_click=_trying(deed))


def _trying(deed: Callable[[], None]) -> Callable[[], None]:
    """A button's callback that says why when ``deed`` fails."""

    def do() -> None:
        st.session_state.pop(SAID, None)
        try:
            deed()
        except Problem as problem:
            say("error", tell(problem))

    return do
