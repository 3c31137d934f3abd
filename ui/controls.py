"""Controls whose choice stands in the address, so that a teacher can hand out a link.

A number needs nothing of this: ``st.slider(_("Noise"), 0.0, 1.0, 0.3, key="noise",
bind="query-params")``. But of a selection Streamlit would write the translated label into the
address. Here an invisible text field, labelled "?name" and bound to the address, holds the
option's id, and the control that people see follows it. So Streamlit itself keeps the choice
through reloads, page changes and the browser's Back, and Python never writes the address.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from ui.i18n import _

# hidden with everything around it, or it would leave a gap; display: none also hides it from
# screen readers and the Tab key
HIDE_ADDRESS_FIELDS = (
    '[data-testid="stElementContainer"]:has(input[aria-label^="?"]) { display: none; }'
)
SEPARATOR = "~"  # between ids in the address: needs no escaping there

Kind = Literal["list", "row"]


def choose(
    label: str,
    name: str,
    options: Sequence[str],
    label_of: Callable[[str], str] = str,
    default: str | None = None,
    *,
    kind: Kind = "list",
    help: str | None = None,
    label_visibility: Literal["visible", "collapsed"] = "visible",
) -> str:
    """Let people choose one of ``options`` (ids); the address keeps it as ``?name=id``.

    ``label_of`` gives the words for an id; ``default`` is the first option unless told;
    ``kind`` is "list" (a drop-down list) or "row" (buttons side by side). An id in the address
    that isn't there is told in one sentence, and the default is taken::

        noise = choose(_("Noise"), "kind", list(CORRUPTIONS),
                       lambda name: _(CORRUPTIONS[name].title), kind="row")
    """
    if not options:
        raise ValueError(f"nothing to choose for {name!r}")
    fallback = options[0] if default is None else default
    wanted = _address_field(name)
    chosen = wanted if wanted in options else fallback
    if wanted and wanted not in options:
        _tell_unknown(label, name, [wanted], label_of(chosen))
    else:
        _accept(name, wanted)

    widget = _widget_key(name)

    def keep() -> None:
        value = st.session_state[widget]
        _write(name, "" if value in (None, fallback) else value)

    if st.session_state.get(widget) != chosen:
        st.session_state[widget] = chosen
    if kind == "row":
        st.segmented_control(
            label,
            options,
            format_func=label_of,
            key=widget,
            on_change=keep,
            required=True,
            help=help,
            label_visibility=label_visibility,
        )
    else:
        st.selectbox(
            label,
            options,
            format_func=label_of,
            key=widget,
            on_change=keep,
            help=help,
            label_visibility=label_visibility,
        )
    return chosen


def choose_many(
    label: str,
    name: str,
    options: Sequence[str],
    label_of: Callable[[str], str] = str,
    default: Sequence[str] = (),
    *,
    most: int | None = None,
    kind: Kind = "list",
    help: str | None = None,
) -> list[str]:
    """Let people choose several of ``options``; the address keeps them as ``?name=id~id``.

    Like ``choose``; ``most`` limits how many, and nothing chosen gives an empty list::

        names = choose_many(_("Models"), "models", list(found), default=["deep-32"], most=3)
    """
    wanted = _address_field(name)
    ids = [part for part in wanted.split(SEPARATOR) if part] if wanted else list(default)
    chosen = list(dict.fromkeys(part for part in ids if part in options))[:most]
    unknown = [part for part in ids if part not in options] if wanted else []
    if unknown:
        chosen = chosen or [part for part in default if part in options]
        shown = ", ".join(label_of(part) for part in chosen) or "–"
        _tell_unknown(label, name, unknown, shown)
    else:
        _accept(name, wanted)

    widget = _widget_key(name)

    def keep() -> None:
        value = list(st.session_state[widget])
        _write(name, "" if value == list(default) else SEPARATOR.join(value) or SEPARATOR)

    if st.session_state.get(widget) != chosen:
        st.session_state[widget] = chosen
    if kind == "row":
        st.pills(
            label,
            options,
            format_func=label_of,
            key=widget,
            on_change=keep,
            selection_mode="multi",
            help=help,
        )
    else:
        st.multiselect(
            label,
            options,
            format_func=label_of,
            key=widget,
            on_change=keep,
            max_selections=most,
            help=help,
        )
    return chosen


def _widget_key(name: str) -> str:
    return f"choose-{name}"


def _accepted_key(name: str) -> str:
    return f"accepted-{name}"


def _address_field(name: str) -> str:
    """What the address says for ``name``; "" means the default."""
    return st.text_input(f"?{name}", key=name, bind="query-params")


def _write(name: str, value: str) -> None:
    st.session_state[name] = value


def _accept(name: str, value: str) -> None:
    st.session_state[_accepted_key(name)] = value


def _tell_unknown(label: str, name: str, ids: Sequence[str], shown: str) -> None:
    # A choice that was good on another screen is silently not taken over; one that never was
    # good came from the address.
    if st.session_state.get(_accepted_key(name)) == SEPARATOR.join(ids):
        return
    st.warning(
        _("{label}: the address names “{value}”, which isn't here. Shown is {shown}.").format(
            label=label, value=", ".join(ids), shown=shown
        )
    )
