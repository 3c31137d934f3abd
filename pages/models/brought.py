"""Models of other programs: the field that takes ONNX files, and what these don't tell."""

from typing import Any

import streamlit as st

from aecore.data import DATASETS
from aecore.messages import N_
from pages.models import card
from ui.guard import guarded
from ui.i18n import _

BROUGHT = "models-brought-times"  # session: how many came in, for a fresh field each time
TOLD = ""  # as the file tells

PIXELS = {
    TOLD: N_("as the file tells"),
    "unit": N_("0…1"),
    "symmetric": N_("−1…1"),
    "normalised": N_("normalised: minus the mean, divided by the deviation"),
}
DRAWN = {
    "same": N_("the same"),
    "unit": N_("0…1"),
    "logits": N_("logits, before the sigmoid"),
}
LAYOUTS = {
    TOLD: N_("as the file tells"),
    "channels_first": N_("channels, height, width"),
    "channels_last": N_("height, width, channels"),
}


def show() -> None:
    """Take a model in; filled only while it is open."""
    opened = st.expander(
        _("Bring a model from elsewhere (ONNX)"), key="models-brought", on_change="rerun"
    )
    if opened.open:
        with opened, guarded():
            _form()


def _form() -> None:
    times = st.session_state.get(BROUGHT, 0)
    files = st.file_uploader(
        _("One file with the whole model, or two: encoder and decoder (.onnx)"),
        key=f"models-brought-{times}",
        accept_multiple_files=True,
        max_upload_size=100,
    )
    left, middle, right = st.columns(3)
    with left:
        pixels = _choice(_("Pixels that it takes"), "pixels", PIXELS)
    with middle:
        drawn = _choice(_("Pixels that it draws"), "drawn", DRAWN)
    with right:
        layout = _choice(_("Order in a picture"), "layout", LAYOUTS)
    told: dict[str, Any] = {"pixels": pixels, "layout": layout}
    told = {name: value for name, value in told.items() if value != TOLD} | {"drawn": drawn}
    if pixels == "normalised":
        left, right = st.columns(2)
        told["mean"] = left.number_input(_("Mean"), value=0.1307, format="%.4f")
        told["std"] = right.number_input(_("Deviation"), value=0.3081, format="%.4f")
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        known = {"": N_("other data"), **{name: each.title for name, each in DATASETS.items()}}
        dataset = _choice(_("Learned from"), "dataset", known)
    if right.button(_("Add the model"), type="primary", disabled=not 1 <= len(files) <= 2):
        from aecore.exchange import guests

        with st.spinner(_("Opening it in a process of its own, and measuring it …")):
            name = guests.add([(each.name, each.getvalue()) for each in files], told, dataset)
        st.session_state["card"] = name
        st.session_state[BROUGHT] = times + 1
        card.say("success", _("“{name}” is loaded.").format(name=name))
        st.rerun()


def _choice(label: str, key: str, words: dict[str, str]) -> str:
    """One of these, shown by its words."""
    return st.selectbox(
        label, list(words), format_func=lambda each: _(words[each]), key=f"models-brought-{key}"
    )
