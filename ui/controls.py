"""Controls whose choice stands in the address, as ids; see ui/address.py."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st

from ui import address, lessons
from ui.i18n import _, set_language, visitors_language

Kind = Literal["list", "row"]
LANGUAGE = "lang"  # the word of the address
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
    chosen = picked_elsewhere(label, name, options, label_of, fallback)

    def keep() -> None:
        value = st.session_state[_widget(name)]
        if value in (None, *options):  # or else in the words of a language just left
            st.session_state[name] = "" if value in (None, fallback) else value

    seen = (name, chosen, label, options, label_of, keep)
    more: dict[str, Any] = {"label_visibility": label_visibility, "help": help}
    if kind == "row":
        _show(st.segmented_control, *seen, required=True, wrap=True, **more)
    else:
        _show(st.selectbox, *seen, **more)
    return chosen


def picked_elsewhere(
    label: str, name: str, options: Sequence[str], label_of: Callable[[str], str], default: str
) -> str:
    """Like ``choose``, where a component shows the options and ``?name=`` alone is kept here."""
    wanted = address.field(name)
    chosen = wanted if wanted in options else default
    unknown = "" if chosen == (wanted or default) else wanted
    _tell_unknown(label, name, wanted, unknown, lambda: label_of(chosen))
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
    wanted = address.field(name)
    ids = [part for part in wanted.split(address.SEPARATOR) if part] if wanted else list(default)
    chosen = [part for part in dict.fromkeys(ids) if part in options][:most]
    unknown = [part for part in ids if part not in options]
    if unknown and not chosen:
        chosen = [part for part in default if part in options]
    words = ", ".join(unknown)
    _tell_unknown(label, name, wanted, words, lambda: ", ".join(map(label_of, chosen)) or "–")

    def keep() -> None:
        value = list(st.session_state[_widget(name)])
        if not set(value) <= set(options):  # in the words of a language just left
            return
        same = value == list(default)
        st.session_state[name] = "" if same else address.SEPARATOR.join(value) or address.SEPARATOR

    seen = (name, chosen, label, options, label_of, keep)
    if kind == "row":
        _show(st.pills, *seen, selection_mode="multi", wrap=True, help=help)
    else:
        _show(st.multiselect, *seen, max_selections=most, help=help)
    return chosen


def count(label: str, name: str, *, icon: str | None = None, help: str | None = None) -> int:
    """A button that counts up from 0; the address keeps the count as ``?name=3``.

    For seeds: a handed-out link then shows the same noise::

        seed = count(_("New noise"), "damage", icon=":material/refresh:")
    """
    wanted = address.field(name)
    known = not wanted or (wanted.isascii() and wanted.isdigit() and len(wanted) < 10)
    at = int(wanted) if wanted and known else 0
    _tell_unknown(label, name, wanted, "" if known else wanted, lambda: str(at))

    def keep() -> None:
        st.session_state[name] = str(at + 1)

    st.button(label, key=_widget(name), on_click=keep, icon=icon, help=help, width="stretch")
    return at


def take_language() -> None:
    """Speak the language of the address, ``?lang=``, or else that of the visitor's browser.

    First of all at every visit: what follows speaks it. People choose it in the sidebar, see
    classroom/presenter.py.
    """
    languages = lessons.languages()
    with st.sidebar:
        wanted = address.field(LANGUAGE)
    set_language(wanted if wanted in languages else visitors_language(languages))
    if wanted not in ("", *languages):
        st.warning(
            _("The address asks for the language “{value}”. There are: {known}.").format(
                value=wanted, known=", ".join(f"{code} ({languages[code]})" for code in languages)
            )
        )


def _show(
    control: Callable[..., object],
    name: str,
    chosen: str | list[str],
    label: str,
    options: Sequence[str],
    label_of: Callable[[str], str],
    keep: Callable[[], None],
    **more: Any,
) -> None:
    """Draw the control that people see; it follows the address.

    Told in every run, even where it seems to know: the browser knows options by their words, which
    another language changes, and it forgets a click in the middle of a visit's very first run.
    """
    st.session_state[_widget(name)] = chosen
    control(label, options, format_func=label_of, key=_widget(name), on_change=keep, **more)


def _widget(name: str) -> str:
    """Key of the control that people see."""
    return f"choose-{name}"


def _tell_unknown(
    label: str, name: str, wanted: str, unknown: str, shown: Callable[[], str]
) -> None:
    """Say what of ``wanted`` isn't known, if anything is ``unknown``, and what is shown for it."""
    if not address.is_news(name, wanted, known=not unknown):
        return
    words = re.sub(r"!\[(.*?)\]\(.*?\)", r"\1", shown())  # of a picture its words
    st.warning(
        _("{label}: the address names “{value}”, which isn't here. Shown is {shown}.").format(
            label=label, value=unknown, shown=words
        )
    )
