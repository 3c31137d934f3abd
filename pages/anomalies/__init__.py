"""Anomalies: what a model can't rebuild, it has never seen."""

from aecore.messages import N_
from ui.screens import Gesture, Screen


def _another_threshold(n: int) -> dict[str, object]:
    return {"threshold": float(1 + 7 * n % 50)}


SCREEN = Screen(
    name="anomalies",
    title=N_("Anomalies"),
    icon=":material/troubleshoot:",
    published=True,
    chapter="use",
    drawing={"anomaly_strange": "drawing"},
    words=("anomaly_*",),
    gesture=Gesture("anomalies-scene", _another_threshold, redrawn=False),
)
