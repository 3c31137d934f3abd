"""A signal and how strange it is along the time, on the screen."""

from math import ceil, inf
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore.data.heartbeats import STRANGE
from aecore.signals.case import Case
from browser import component, pack, served
from pages.anomalies.series_case import Opinion
from ui import address
from ui.guard import guarded
from ui.i18n import _, language

KEY = "anomaly-series"  # of the component
WHOLE = 2**18  # values that are sent as they are; of more the envelope …
PIECES = 2**15  # … of so many pieces, and the stretch that is looked at
AROUND = 1.0  # widths of the stretch that are sent before and after it
LATEST = 1e7  # seconds at which a signal begins on a clock; later ones count from a far away date
FIRST_SEEN = 16.0  # seconds around the first marked stretch
COLOURS = dict(zip(STRANGE, ("#8f28a7", "#1840df", "#b70010", "#189f40"), strict=True))


class Mark(TypedDict):
    """A stretch that is known to be strange."""

    kind: int
    start: float
    end: float


class Facts(TypedDict):
    """What the component is told; browser/anomalies/series_facts.js says what each is."""

    key: str
    signal: str
    strangeness: str
    detail: str | None
    seconds: float
    begins: float
    unit: str
    marked: bool
    long: bool
    marks: list[Mark]
    kinds: list[dict[str, str]]
    threshold: float
    seen: tuple[float, float] | None
    language: str
    words: dict[str, str]


@st.fragment
@guarded()
def show(of: Case, judge: str, opinion: Opinion) -> None:
    """The chart of what ``judge`` says; a gesture's end runs only this again."""
    picture = st.container(key="anomaly-series-room")
    seen = _seen(of)
    signal = of.signal
    usual = float(of.in_units(np.array(opinion.threshold, np.float32)))
    long = len(signal) > WHOLE
    there = [kind for kind in STRANGE if any(mark.kind == kind for mark in signal.marks)]
    facts: Facts = {
        "key": opinion.key,
        "signal": served(_packed_signal(of.name, id(of), of), "series signal"),
        "strangeness": served(_packed_strangeness(opinion.key, of, opinion), "series strangeness"),
        "detail": served(_packed_detail(of, opinion, seen), "series detail") if long else None,
        "seconds": signal.seconds,
        "begins": signal.begins if abs(signal.begins) < LATEST else 0.0,
        "unit": signal.unit,
        "marked": bool(signal.marks),
        "long": long,
        "marks": [
            {"kind": there.index(mark.kind), "start": mark.start, "end": mark.end}
            for mark in signal.marks
        ],
        "kinds": [{"name": _(kind), "colour": COLOURS[kind]} for kind in there],
        "threshold": above(address.field("anomaly_series_above"), judge, usual),
        "seen": seen,
        "language": language(),
        "words": _words(),
    }

    def keep() -> None:
        told = st.session_state[KEY]["place"]
        numbers = [f"{float(one):.6g}" for one in told["seen"] or ()]
        st.session_state["anomaly_series_at"] = address.SEPARATOR.join(numbers) or "all"
        same = abs(told["threshold"] - usual) < 1e-6 * usual
        set_to = address.SEPARATOR.join([judge, f"{told['threshold']:.4g}"])
        st.session_state["anomaly_series_above"] = "" if same else set_to

    with picture:
        component("anomalies/series")(key=KEY, data=facts, on_place_change=keep)


def _seen(of: Case) -> tuple[float, float] | None:
    """The stretch that the address names, in seconds, or the first that is marked; None for all."""
    said = address.field("anomaly_series_at")
    try:
        start, end = map(float, said.split(address.SEPARATOR))
        if 0 <= start < end <= of.signal.seconds + 1:
            return start, end
    except ValueError:
        pass
    if said == "all" or not of.signal.marks:
        return None
    first = of.signal.marks[0]
    middle = (first.start + first.end) / 2
    return max(0.0, middle - FIRST_SEEN / 2), middle + FIRST_SEEN / 2


def above(said: str, judge: str, usual: float) -> float:
    """The threshold that the address says, if it was set for this judge, in units of the signal."""
    name, _sign, value = said.rpartition(address.SEPARATOR)
    try:
        threshold = float(value) if name == judge else usual
    except ValueError:
        threshold = usual
    return threshold if 0 < threshold < inf else usual


def _steps(values: np.ndarray, low: float, high: float, most: int) -> np.ndarray:
    """Values as whole numbers 0…most."""
    shares = (values - low) / ((high - low) or 1)
    kind = np.uint16 if most > 255 else np.uint8
    steps: np.ndarray = np.rint(shares.clip(0, 1) * most).astype(kind)
    return steps


def _leveled(of: Case, start: int, end: int, whole: int) -> tuple[dict[str, float], dict]:
    """Facts and arrays of the values from ``start`` to ``end``, or of their envelope."""
    low, high = _reach(of.name, id(of), of)
    values = of.signal.values[start:end]
    step = 1 if len(values) <= whole else ceil(len(values) / PIECES)
    facts = {"low": low, "high": high, "rate": of.signal.rate, "start": start, "step": step}
    if step == 1:
        return facts, {"low": _steps(values, low, high, 65535)}
    pieces = np.arange(0, len(values), step)
    return facts, {
        "low": _steps(np.minimum.reduceat(values, pieces), low, high, 65535),
        "high": _steps(np.maximum.reduceat(values, pieces), low, high, 65535),
    }


@st.cache_resource(max_entries=4, show_spinner=False)
def _reach(name: str, number: int, _of: Case) -> tuple[float, float]:
    return float(_of.signal.values.min()), float(_of.signal.values.max())


@st.cache_resource(max_entries=4, show_spinner=False)
def _packed_signal(name: str, number: int, _of: Case) -> bytes:
    facts, arrays = _leveled(_of, 0, len(_of.signal), WHOLE)
    return pack(facts, **arrays)


@st.cache_resource(max_entries=8, show_spinner=False)
def _packed_strangeness(key: str, _of: Case, _opinion: Opinion) -> bytes:
    windows, rate = _of.windows, _of.signal.rate
    arrays = {
        "values": _of.in_units(_opinion.judged.strangeness),
        "marks": _of.marks.astype(np.int32),
    }
    if len(_of.signal) <= WHOLE:
        arrays["taken"] = _steps(_opinion.judged.drawn, 0, 1, 255)
    facts = {
        "hop": windows.hop * windows.every / rate,
        "length": windows.seconds(rate),
        "rate": rate / windows.every,
        "low": _of.scale.low,
        "high": _of.scale.high,
    }
    return pack(facts, **arrays)


def _packed_detail(of: Case, opinion: Opinion, seen: tuple[float, float] | None) -> bytes:
    """The stretch that is seen of a long signal, and what is around it."""
    rate, every = of.signal.rate, of.windows.every
    start, end = seen or (0.0, of.signal.seconds)
    wide = AROUND * (end - start)
    first = max(0, int((start - wide) * rate))
    last = min(len(of.signal), int((end + wide) * rate))
    facts, arrays = _leveled(of, first, last, WHOLE // 4)
    if facts["step"] == 1:
        facts |= {"takenStart": first // every, "takenLow": of.scale.low}
        facts["takenHigh"] = of.scale.high
        taken = opinion.judged.drawn[first // every : last // every]
        arrays["taken"] = _steps(taken, 0, 1, 255)
    return pack(facts, **arrays)


def _words() -> dict[str, str]:
    """What the component says."""
    return {
        "signal": _("Signal"),
        "strange": _("Error"),
        "chart": _("A signal over time, and the error of its windows below it"),
        "whole": _("The whole signal: drag to the part that is to be seen"),
        "threshold": _("Threshold: drag it up or down"),
        "keys": _(
            "Arrow keys move along the time, plus and minus zoom, 0 shows all. The next stop is "
            "the threshold, moved by arrow keys too."
        ),
        "before": _("The stretch above the threshold before this one"),
        "next": _("The next stretch above the threshold"),
        "closer": _("Closer"),
        "wider": _("Wider"),
        "all": _("Show all of it again"),
        "allShort": _("All"),
        "taken": _("rebuilt"),
        "above": _("above the threshold"),
        "hits": _("Found: {hits} of {marked}"),
        "alarms": _("False alarms: {alarms}"),
        "found": _("Stretches above the threshold: {found}"),
        "waiting": _("Loading the signal"),
        "failed": _("The signal did not arrive. Reload the page."),
    }
