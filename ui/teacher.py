"""What somebody else's work may not have done to it on a server that a class shares."""

from pathlib import Path

import streamlit as st

from aecore import ownership
from aecore.job import Job
from ui.guard import guarded
from ui.i18n import _


def may_change(path: Path) -> bool:
    """Whether who sees the page may stop, resume or delete what is kept there; says it if not.

    In place of the buttons that would do it.
    """
    if ownership.may_change(path):
        return True
    st.caption(_("Made by somebody else: you can use it, not change it."))
    return False


def stop_button(job: Job, key: str, label: str = "") -> None:
    """The button that asks a job to stop, for who may: "Stop" or other words."""
    if not may_change(job.path):
        return
    asked = job.stop_requested()
    st.button(
        _("Stopping") if asked else label or _("Stop"),
        icon=None if asked else ":material/stop:",
        key=key,
        width="stretch",
        disabled=asked,
        on_click=guarded()(job.request_stop),
    )
