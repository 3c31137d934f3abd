"""A file that a process of its own makes when somebody wants it: what PyTorch needs is large."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import streamlit as st

from aecore.messages import N_, Problem
from aecore.storage import PROJECT
from ui.i18n import _

LOOK_SECONDS = 0.2

_ALONE = Lock()  # a class that wants its files at once would take all memory


def made(arguments: Callable[[Path], Sequence[str]], key: str) -> bytes:
    """The file that ``python -m aecore`` with these arguments writes where they are told to.

    It shows how far it is; any click on the page stops it, for Streamlit then ends the script from
    within. ``key`` begins those of its controls. Raises Problem.
    """
    words = _("Writing and checking the file …")
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, words)
        st.button(_("Stop"), key=f"{key}-stop")
    while not _ALONE.acquire(timeout=LOOK_SECONDS):
        bar.progress(0.0, _("Waiting in line …"))
    try:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "made"
            told = list(arguments(out))
            process = subprocess.Popen(
                [sys.executable, "-m", "aecore", *told],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                began = time.monotonic()
                while process.poll() is None:
                    seconds = time.monotonic() - began
                    # nobody knows how far it is: most take ten seconds
                    bar.progress(seconds / (seconds + 10), words)
                    time.sleep(LOOK_SECONDS)
            finally:
                process.kill()
                process.wait()
            content = out.read_bytes() if process.returncode == 0 else None
    finally:
        _ALONE.release()
    place.empty()
    if content is None:
        raise Problem(
            N_("The file could not be made; “python -m aecore {command}” says why."),
            command=told[0],
        )
    return content
