"""A model as a file for other programs, made when somebody wants it."""

import shutil
from pathlib import Path

import streamlit as st

from aecore import checkpoint
from aecore.messages import N_
from pages.models.inventory import Entry
from ui import making
from ui.cache import Kept
from ui.i18n import _

KINDS = {
    "onnx": (N_("As ONNX"), ".onnx", "application/octet-stream"),
    "script": (N_("As a script"), ".py", "text/x-python"),
    "notebook": (N_("As a notebook"), ".ipynb", "application/x-ipynb+json"),
}
GUEST = "onnx"  # the family of those that came as such a file

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
    def arguments(out: Path) -> list[str]:
        # a script looks for its weights under the name that they are downloaded by
        named = out.parent / f"{name}.safetensors"
        shutil.copyfile(weights, named)
        return ["export", str(named), "--to", kind, "--out", str(out)]

    _made.keep((digest, kind), making.made(arguments, "models-export"))
    st.rerun()
