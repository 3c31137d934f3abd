"""A model as a file for other programs, made when somebody wants it."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import streamlit as st

from aecore import checkpoint
from aecore.messages import N_, Problem
from pages.models.inventory import Entry
from ui.cache import Kept
from ui.i18n import _

ROOT = Path(__file__).resolve().parents[2]
KINDS = {
    "onnx": (N_("As ONNX"), ".onnx", "application/octet-stream"),
    "script": (N_("As a script"), ".py", "text/x-python"),
    "notebook": (N_("As a notebook"), ".ipynb", "application/x-ipynb+json"),
}
GUEST = "onnx"  # the family of those that came as such a file
LOOK_SECONDS = 0.2

_made: Kept[bytes] = Kept(8)


def offer(entry: Entry) -> None:
    """A button for each kind of file; beneath it, once it is made, the file itself."""
    if entry.weights is None or entry.card is None or entry.card.family == GUEST:
        return
    digest = checkpoint.digest(entry.weights)
    wanted = ""
    with st.container(horizontal=True):
        for kind, (label, suffix, mime) in KINDS.items():
            content = _made.get((digest, kind))
            key = f"models-export-{kind}-{entry.name}"
            if content is None:
                if st.button(_(label), key=key):
                    wanted = kind
            else:
                st.download_button(
                    _("Download {file}").format(file=f"{entry.name}{suffix}"),
                    content,
                    f"{entry.name}{suffix}",
                    mime,
                    key=key,
                    on_click="ignore",
                )
    if wanted:
        _make(entry.weights, entry.name, digest, wanted)


def _make(weights: Path, name: str, digest: str, kind: str) -> None:
    """Let a process of its own make the file: what PyTorch needs for it is large and slow."""
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, _("Writing and checking the file …"))
        # any click on the page stops it: Streamlit ends the script from within ``bar.progress``
        st.button(_("Stop"), key="models-export-stop")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "model"
        # a script looks for its weights under the name that they are downloaded by
        named = Path(folder) / f"{name}.safetensors"
        shutil.copyfile(weights, named)
        told = ["export", str(named), "--to", kind, "--out", str(out)]
        process = subprocess.Popen(
            [sys.executable, "-m", "aecore", *told],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            began = time.monotonic()
            while process.poll() is None:
                seconds = time.monotonic() - began
                # nobody knows how far it is: most take ten seconds
                bar.progress(seconds / (seconds + 10), _("Writing and checking the file …"))
                time.sleep(LOOK_SECONDS)
        finally:
            process.kill()
            process.wait()
        if process.returncode == 0:
            _made.keep((digest, kind), out.read_bytes())
    place.empty()
    if process.returncode:
        raise Problem(N_("The file could not be made; “python -m aecore export” says why."))
    st.rerun()
