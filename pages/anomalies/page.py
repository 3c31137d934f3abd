"""Anomalies: what has it never seen?"""

from collections.abc import Callable

from aecore.messages import N_
from pages.anomalies import pictures, series
from ui import frame
from ui.controls import choose
from ui.i18n import _

# of what the strange ones are to be found: its words, and what draws the screen
OF: dict[str, tuple[str, Callable[[], None]]] = {
    "pictures": (N_("Pictures"), pictures.show),
    "series": (N_("Series"), series.show),
}

frame.page("anomalies")
of = next(iter(OF))
if len(OF) > 1:
    of = choose(
        _("Of"),
        "anomaly_of",
        list(OF),
        lambda each: _(OF[each][0]),
        kind="row",
        label_visibility="collapsed",
    )
OF[of][1]()
frame.lesson("anomalies")
