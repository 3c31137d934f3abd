"""Anomalies: what a model can't rebuild, it has never seen."""

from aecore.messages import N_
from ui.screens import Gesture, Parts, Screen


def _another_threshold(n: int) -> dict[str, object]:
    return {"threshold": float(1 + 7 * n % 50)}


SCREEN = Screen(
    name="anomalies",
    title=N_("Anomalies"),
    icon=":material/troubleshoot:",
    published=True,
    parts=Parts("anomaly_of", N_("Of"), {"pictures": N_("Pictures"), "series": N_("Series")}),
    chapter="use",
    drawing={"anomaly_strange": "drawing"},
    words=("anomaly_*",),
    gesture=Gesture("anomalies-scene", _another_threshold, redrawn=False),
)
