"""Controls whose choice stands in the address, so that a teacher can hand out a link.

A number needs nothing of this: ``st.slider(_("Noise"), 0.0, 1.0, 0.3, key="noise",
bind="query-params")``. But of a selection Streamlit would write the translated label into the
address. Here an invisible text field, labelled "?name" and bound to the address, holds the
option's id, and the control that people see follows it. So Streamlit itself keeps the choice
through reloads and language changes, and Python never writes the address. (Back to another screen
opens that without what was chosen there: Streamlit takes a page's parameters from the address when
it is left.)
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from ui import lessons
from ui.i18n import _, set_language, visitors_language

# display: none also hides a field from screen readers and from the Tab key; hidden with all that
# is around it, or it would leave a gap
STYLE = '[data-testid="stElementContainer"]:has(input[aria-label^="?"]) { display: none; }'
SEPARATOR = "~"  # between ids in the address: needs no escaping there

Kind = Literal["list", "row"]
LabelVisibility = Literal["visible", "collapsed"]


def choose(
    label: str,
    name: str,
    options: Sequence[str],
    label_of: Callable[[str], str] = str,
    default: str | None = None,
    *,
    kind: Kind = "list",
    label_visibility: LabelVisibility = "visible",
    help: str | None = None,
) -> str:
    """Let people choose one of ``options`` (ids); the address keeps it as ``?name=id``.

    ``label_of`` gives the words for an id; ``default`` is the first option unless told;
    ``kind`` is "list" (a drop-down list) or "row" (buttons side by side). An id in the address
    that isn't there is told in one sentence, and the default is taken::

        kind = choose(_("Noise"), "kind", list(CORRUPTIONS),
                      lambda name: _(CORRUPTIONS[name].title), kind="row")
    """
    if not options:
        raise ValueError(f"nothing to choose for {name!r}")
    fallback = options[0] if default is None else default
    wanted = _address(name)
    chosen = wanted if wanted in options else fallback
    if _is_new(name, wanted, known=chosen == (wanted or fallback)):
        _tell_unknown(label, wanted, label_of(chosen))

    def keep() -> None:
        value = st.session_state[_widget(name)]
        st.session_state[name] = "" if value in (None, fallback) else value

    _show_choice(name, chosen)
    if kind == "row":
        st.segmented_control(
            label,
            options,
            format_func=label_of,
            key=_widget(name),
            on_change=keep,
            required=True,
            wrap=True,
            label_visibility=label_visibility,
            help=help,
        )
    else:
        st.selectbox(
            label,
            options,
            format_func=label_of,
            key=_widget(name),
            on_change=keep,
            label_visibility=label_visibility,
            help=help,
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
    wanted = _address(name)
    ids = [part for part in wanted.split(SEPARATOR) if part] if wanted else list(default)
    chosen = [part for part in dict.fromkeys(ids) if part in options][:most]
    unknown = [part for part in ids if part not in options]
    if unknown and not chosen:
        chosen = [part for part in default if part in options]
    if _is_new(name, wanted, known=not unknown):
        shown = ", ".join(label_of(part) for part in chosen) or "–"
        _tell_unknown(label, ", ".join(unknown), shown)

    def keep() -> None:
        value = list(st.session_state[_widget(name)])
        same = value == list(default)
        st.session_state[name] = "" if same else SEPARATOR.join(value) or SEPARATOR

    _show_choice(name, chosen)
    if kind == "row":
        st.pills(
            label,
            options,
            format_func=label_of,
            key=_widget(name),
            on_change=keep,
            selection_mode="multi",
            wrap=True,
            help=help,
        )
    else:
        st.multiselect(
            label,
            options,
            format_func=label_of,
            key=_widget(name),
            on_change=keep,
            max_selections=most,
            help=help,
        )
    return chosen


def count(label: str, name: str, *, icon: str | None = None, help: str | None = None) -> int:
    """A button that counts up from 0; the address keeps the count as ``?name=3``.

    For seeds: a handed-out link then shows the same noise::

        seed = count(_("New noise"), "damage", icon=":material/refresh:")
    """
    wanted = _address(name)
    known = not wanted or (wanted.isascii() and wanted.isdigit() and len(wanted) < 10)
    at = int(wanted) if wanted and known else 0
    if _is_new(name, wanted, known):
        _tell_unknown(label, wanted, str(at))

    def keep() -> None:
        st.session_state[name] = str(at + 1)

    st.button(label, key=_widget(name), on_click=keep, icon=icon, help=help, width="stretch")
    return at


def language_switch() -> None:
    """Let people choose the language, in the sidebar; ``?lang=`` keeps it.

    First of all in app.py: what follows speaks the language chosen.
    """
    languages = lessons.languages()
    default = visitors_language(languages)
    with st.sidebar:
        wanted = _address("lang")
        chosen = wanted if wanted in languages else default
        set_language(chosen)

        def keep() -> None:
            st.session_state["lang"] = st.session_state[_widget("lang")] or ""

        _show_choice("lang", chosen)
        st.segmented_control(
            "Language · Sprache · Язык",  # for screen readers; they know no language yet
            list(languages),
            format_func=languages.__getitem__,
            key=_widget("lang"),
            on_change=keep,
            required=True,
            label_visibility="collapsed",
        )
    if wanted not in ("", *languages):
        st.warning(
            _("The address asks for the language “{value}”. There are: {known}.").format(
                value=wanted, known=", ".join(f"{code} ({languages[code]})" for code in languages)
            )
        )


def _address(name: str) -> str:
    """What the address says for ``name``; "" means the default."""
    # A click in the middle of a visit's very first run reaches the session but not the address.
    if st.session_state.get(name) and name not in st.query_params:
        st.session_state[name] = st.session_state[name]
    return st.text_input(f"?{name}", key=name, bind="query-params")


def _widget(name: str) -> str:
    """Key of the control that people see."""
    return f"choose-{name}"


def _show_choice(name: str, chosen: str | list[str]) -> None:
    """Let the control that people see follow the address.

    In every run, even where it seems to know: the browser knows options by their words, which
    another language changes, and it forgets a click in the middle of a visit's very first run.
    """
    st.session_state[_widget(name)] = chosen


def _is_new(name: str, wanted: str, known: bool) -> bool:
    """Whether ``wanted`` is unknown here and was never known on another screen.

    A choice that was good on another screen is silently not taken over; one that was good
    nowhere came from the address.
    """
    if known:
        st.session_state[f"known-{name}"] = wanted
        return False
    return bool(st.session_state.get(f"known-{name}") != wanted)


def _tell_unknown(label: str, value: str, shown: str) -> None:
    shown = re.sub(r"!\[(.*?)\]\(.*?\)", r"\1", shown)  # of a picture its words
    st.warning(
        _("{label}: the address names “{value}”, which isn't here. Shown is {shown}.").format(
            label=label, value=value, shown=shown
        )
    )
