"""The words people see, in their language.

English stands in the code, the other languages in ``locale/*/LC_MESSAGES/explorer.po``. These
are read as they are, so there is no compiled file to forget. After changing a sentence::

    pybabel extract -F babel.cfg -k _ -k N_ -k ngettext:1,2 --add-location file \\
        -o locale/explorer.pot .
    pybabel update --no-fuzzy-matching --ignore-obsolete -i locale/explorer.pot \\
        -d locale -D explorer

and fill in what is empty; ``tests/ui/test_i18n.py`` tells what is missing. The .pot is not kept.
The lessons' words are not here but in files of their own: see ui/lessons.py.
"""

import gettext as gnu
import io
import re
import threading
from collections.abc import Container, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

import streamlit as st
from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from streamlit.runtime.scriptrunner import get_script_run_ctx

from aecore.messages import Problem, Remark

# those with a catalogue; lessons.languages() has also those that a teacher has added
LANGUAGES = {"en": "English", "de": "Deutsch", "ru": "Русский"}
LOCALE = Path(__file__).resolve().parent.parent / "locale"
DOMAIN = "explorer"

_LANGUAGE = "language"  # in the session: fragments run without app.py and need it too
_spoken = ContextVar("spoken", default="en")
_run = threading.local()  # each run of a script is a thread; asks the session once, not per word


def language() -> str:
    """The session's language; outside of a session the one that is being spoken, or "en"."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return _spoken.get()
    if not hasattr(_run, "language"):
        _run.language = str(st.session_state.get(_LANGUAGE, "en"))
    found: str = _run.language
    return found


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language where there is no session: what the server tells a page by itself."""
    before = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(before)


def set_language(code: str) -> None:
    """From now on the session reads ``code``; what has no catalogue has English labels."""
    st.session_state[_LANGUAGE] = _run.language = code


def visitors_language(known: Container[str]) -> str:
    """What the browser asks for, if it is among those ``known``, else "en"."""
    wanted = (st.context.locale or "").replace("_", "-").split("-")[0].lower()
    return wanted if wanted in known else "en"


@cache
def translations(code: str) -> gnu.NullTranslations:
    """The catalogue of a language; what it lacks is shown in English."""
    path = LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():  # English has none
        return gnu.NullTranslations()
    with path.open("rb") as file:
        catalog = read_po(file, locale=code, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)  # leaves out what is empty or fuzzy
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def _(text: str) -> str:
    """``text`` in the session's language, e.g. ``_("{n} numbers").format(n=number(n))``."""
    # the empty string is the key of a catalogue's header
    return translations(language()).gettext(text) if text else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The form for ``n``, e.g. ``ngettext("{n} digit", "{n} digits", n).format(n=number(n))``."""
    return translations(language()).ngettext(one, many, n)


def literal(text: str) -> str:
    """``text`` as Markdown that shows it letter by letter: a file's name must not load images."""
    # underscores within a word, as in my_cat.png, mean nothing to Markdown
    return re.sub(r"[\\`*\[\]<>$~#|&]|:(?=[^\W\d])|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", text)


def tell(problem: Problem | Remark) -> str:
    """A problem's sentence in the session's language, as Markdown: ``st.error(tell(problem))``.

    A remark's likewise.
    """
    values = {
        name: literal(_(str(value))) if isinstance(value, str | Path) else value
        for name, value in problem.values.items()
    }
    return _(problem.sentence).format(**values)


def number(value: float, digits: int = 0, code: str | None = None) -> str:
    """A number as people write it: ``number(0.0925, 4)`` is 0.0925, in German 0,0925.

    In the language ``code``, or else the session's.
    """
    return _number(round(value, digits) or 0, digits, code or language())  # no "−0"


@lru_cache(maxsize=4096)  # Babel takes its time, and a slider's rerun writes dozens
def _number(value: float, digits: int, code: str) -> str:
    decimals = "." + "0" * digits if digits else ""
    return _signed(format_decimal(value, format=f"#,##0{decimals}", locale=code))


def _signed(written: str) -> str:
    """With a minus as wide as a digit, which Babel leaves a hyphen."""
    return written.replace("-", "−")


def decimal(value: float) -> str:
    """A number with the digits that it has: ``decimal(0.003)`` is 0.003, in German 0,003."""
    return _signed(format_decimal(value, format="#,##0.##########", locale=language()))


def percent(share: float, digits: int = 0, code: str | None = None) -> str:
    """A share 0…1 in per cent: ``percent(0.955, 1)`` is 95.5%, in German 95,5 %."""
    code = code or language()
    pattern = Locale.parse(code).percent_formats[None].pattern
    decimals = "." + "0" * digits if digits else ""
    return _signed(format_percent(share, format=pattern.replace("0", f"0{decimals}"), locale=code))


def duration(seconds: float) -> str:
    """A span of time, rounded: ``duration(9.3)`` is "9 seconds", ``duration(200)`` "3 minutes"."""
    return format_timedelta(timedelta(seconds=max(1, seconds)), threshold=1, locale=language())


def moment(iso: str) -> str:
    """An ISO date, with or without time, as people write it; what is no date stays as it is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if len(iso) == len("2025-12-31"):
        return format_date(when, format="medium", locale=language())
    # both are the server's time: Babel would show UTC
    when = when.astimezone() if when.tzinfo else when
    return format_datetime(when.replace(tzinfo=None), format="medium", locale=language())
