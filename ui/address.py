"""What the address of a page says, so that a teacher can hand out a link.

A number needs nothing of this: ``st.slider(_("Noise"), 0.0, 1.0, 0.3, key="noise",
bind="query-params")``. But of a selection Streamlit would write the translated label into the
address, and a component can't be bound to it. Here an invisible text field, labelled "?name" and
bound to the address, holds a word, such as an option's id; what people see follows it, and what
they do is written into ``st.session_state[name]``. So Streamlit itself keeps it through reloads
and language changes, and Python hardly ever writes the address. (Back to another screen opens that
without what was chosen there: Streamlit takes a page's parameters from the address when it is
left.)
"""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

SEPARATOR = "~"  # between values of one word: needs no escaping


def field(name: str) -> str:
    """What the address says for the word ``name``; "" means the default::

    way = "round" if address.field("way") == "round" else "straight"
    """
    if name not in st.session_state and name not in st.query_params:
        # Nothing is said, nor was in this session. A text field is twenty files to a browser that
        # has drawn none yet; nothing at its place keeps the places of what follows.
        st.empty()
        return ""
    # A click in the middle of a visit's very first run reaches the session but not the address.
    if (value := st.session_state.get(name)) and name not in st.query_params:
        st.session_state[name] = value
        # Nor does one come there by itself that a button has set before the field was ever drawn;
        # to a field that has been drawn Streamlit lets nobody write, and does it.
        with suppress(StreamlitAPIException):
            st.query_params[name] = value
    return st.text_input(f"?{name}", key=name, bind="query-params")


def share(text: str) -> float:
    """How far along something a word says, 0…1; half-way for anything else."""
    try:
        found = float(text)
    except ValueError:
        return 0.5
    return found if 0 <= found <= 1 else 0.5


def is_news(name: str, wanted: str, known: bool) -> bool:
    """Whether ``wanted`` is unknown here and was never known on another screen.

    A choice that was good on another screen is silently not taken over; one that was good
    nowhere came from the address.
    """
    if known:
        st.session_state[f"known-{name}"] = wanted
        return False
    return bool(st.session_state.get(f"known-{name}") != wanted)
