"""All scores on the images that are looked at, one after the other."""

from collections.abc import Sequence

import streamlit as st

from aecore.anomalies import SCORES
from aecore.detection import Areas
from pages.anomalies.choices import Group
from pages.anomalies.scored import Guard
from ui import frame
from ui.cache import Kept
from ui.guard import guarded
from ui.i18n import _, number

_KEPT: Kept[Areas] = Kept(256)


def show(guards: Sequence[Guard], strange: Group) -> None:
    """A switch, and with it a table that grows score by score; switched off, it stops."""
    if strange.own:
        return
    label = _("Compare all scores on these images")
    if not st.toggle(label, key="anomaly_compare", bind="query-params"):
        return
    if _found(guards, strange) == len(guards):
        _draw(guards, strange)
        return

    @st.fragment(run_every=0.2)
    @guarded()
    def growing() -> None:
        found = _found(guards, strange)
        _draw(guards, strange)
        if found == len(guards):
            st.rerun()  # the page draws it from now on, without the clock
        guard = guards[found]
        words = _("Measuring {score}").format(score=_(SCORES[guard.score].title))
        bar = st.progress(found / len(guards), words)
        guard.judge(strange, lambda share: bar.progress((found + share) / len(guards), words))
        _KEPT.keep(_key(guard, strange), guard.areas(strange))

    growing()


def _key(guard: Guard, strange: Group) -> str:
    return f"{guard.key} {strange.identity}"


def _found(guards: Sequence[Guard], strange: Group) -> int:
    """How many scores are measured: the first so many."""
    known = [_KEPT.get(_key(guard, strange)) is not None for guard in guards]
    return [*known, False].index(False)


def _draw(guards: Sequence[Guard], strange: Group) -> None:
    """What is measured so far, the best first."""
    measured = [(guard, _KEPT.get(_key(guard, strange))) for guard in guards]
    found = [(guard, areas) for guard, areas in measured if areas is not None]
    found.sort(key=lambda each: -each[1].auroc)
    interval = _("{area} (95%: {low} to {high})")

    def words(area: float, low: float, high: float) -> str:
        return interval.format(area=number(area, 3), low=number(low, 3), high=number(high, 3))

    rows = [
        [
            _(SCORES[guard.score].title),
            words(areas.auroc, *areas.auroc_interval),
            words(areas.precision, *areas.precision_interval),
        ]
        for guard, areas in found
    ]
    frame.table([_("Score"), "AUROC", _("Average precision")], rows)
