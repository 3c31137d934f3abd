"""All models as a table, the field that takes one in from a file, and the look at what trains."""

import streamlit as st

from aecore import library
from aecore.messages import Problem
from pages.models import card, inventory
from pages.models.inventory import Entry
from ui.guard import guarded
from ui.i18n import _, tell

TABLE = "models-table"
LOADED = "models-loaded"  # session: how many files were loaded, for a fresh field each time
SECONDS = 2  # between two looks while a training runs
WIDTHS = (112, 112, 56, 84, 62, 88)  # of the table's columns, in pixels


def load() -> None:
    """Take in a checkpoint that somebody hands over."""
    times = st.session_state.get(LOADED, 0)
    label = _("Load a model from a file (.safetensors)")
    file = st.file_uploader(label, key=f"models-file-{times}", max_upload_size=100)
    if file is None:
        return
    try:
        with st.spinner(_("Checking the file …")):
            name = library.add(file.name, file.getvalue())
    except Problem as problem:
        st.error(tell(problem))
        return
    st.session_state["card"] = name
    st.session_state[LOADED] = times + 1
    card.say("success", _("“{name}” is loaded.").format(name=name))
    st.rerun()


def show(found: dict[str, Entry], chosen: str) -> None:
    """All models, a row each; a click on one chooses it."""
    names = list(found)

    def keep() -> None:
        rows = st.session_state[TABLE]["selection"]["rows"]
        st.session_state["card"] = names[rows[0]] if rows else chosen

    wanted = {"selection": {"rows": [names.index(chosen)]}}
    if st.session_state.get(TABLE) != wanted:  # chosen in the list or by the address
        st.session_state[TABLE] = wanted
    columns = inventory.columns(found)
    st.dataframe(
        columns,
        hide_index=True,
        height="content" if len(names) <= 10 else 430,
        column_config={
            title: st.column_config.Column(width=width)
            for title, width in zip(columns, WIDTHS, strict=True)
        },
        key=TABLE,
        on_select=keep,
        selection_mode="single-row-required",
        placeholder="",
        alt=_("All models"),
    )


@st.fragment(run_every=SECONDS)
@guarded()
def watch(states: dict[str, str]) -> None:
    """Draw the page anew when a training has moved on."""
    now = inventory.entries()
    if states != {name: inventory.state_words(entry) for name, entry in now.items()}:
        st.rerun()
