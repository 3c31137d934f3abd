"""Pictures, signals and maps kept on this machine beside the models, and how to part with them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from aecore import ownership, uploads
from aecore.job import ALIVE
from aecore.mapping import maps
from aecore.messages import Problem
from aecore.quota import bytes_of
from aecore.signals import kept
from ui.guard import guarded
from ui.i18n import _, number, tell


@dataclass(frozen=True)
class Kept:
    """Something kept: what it is called, where it lies, what deletes it."""

    name: str
    place: Path
    remove: Callable[[], None]


def show() -> None:
    """What one may delete, a row each; filled only while it is open."""
    opened = st.expander(
        _("Pictures, signals and maps kept here"), key="models-kept", on_change="rerun"
    )
    if not opened.open:
        return
    with opened, guarded():
        found = [one for one in _all() if ownership.may_change(one.place)]
        if not found:
            st.markdown(_("None that you could delete."))
        for at, one in enumerate(found):
            with st.container(horizontal=True, vertical_alignment="center"):
                size = number(bytes_of(one.place) / 1e6, 1)
                st.markdown(_("{name}, {size} MB").format(name=one.name, size=size))
                st.button(
                    _("Delete"), key=f"kept-{at}-{one.place.name}", on_click=guarded()(one.remove)
                )


def _all() -> list[Kept]:
    found = [
        Kept(name, place, partial(uploads.remove, name)) for name, place in uploads.files().items()
    ]
    found += [Kept(name, place, partial(kept.remove, name)) for name, place in kept.kept().items()]
    for key, job in maps().items():
        if job.state() not in ALIVE:
            try:
                asked = job.request()
                name = _("Map of {name}").format(name=asked.name)
            except Problem as problem:
                name = tell(problem)
            found.append(Kept(f"{name} · {key}", job.path, job.delete))
    return found
