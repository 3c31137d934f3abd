"""The class's wall, where a visitor puts a drawing for all to see."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from aecore import ownership
from aecore.asking import wall
from aecore.asking.class_file import NAME, ClassFile
from aecore.storage import runs_dir
from ui import drawing
from ui.guard import guarded
from ui.i18n import _


def class_file() -> ClassFile:
    """The file in which the class's wall is kept."""
    return _at(runs_dir() / NAME)


@lru_cache(maxsize=4)
def _at(path: Path) -> ClassFile:
    return ClassFile(path)


def put_button() -> None:
    """Let visitors put their drawing on the wall; nothing where no class shares the server."""
    visitor = ownership.acting()
    if visitor is None or not visitor.id:
        return
    if st.button(_("Put it on the wall"), icon=":material/dashboard:"):
        with guarded():
            wall.hang(class_file(), visitor.id, st.session_state.get(drawing.KEPT, ""))
            st.success(_("Your drawing hangs on the wall."))
