"""Which signal is looked at, and who judges its windows; computed once for everybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.data.heartbeats import HEARTBEATS
from aecore.messages import N_, Problem
from aecore.signals import judging, shipped
from aecore.signals.case import Case
from aecore.signals.judging import Judge, Judged
from ui import cache, machine
from ui.i18n import _

PCA_NUMBERS = 16  # as many as the shipped models' codes have
SHIPPED_AS = {"pca": f"pca-{PCA_NUMBERS}"}
LONG = 4000  # windows that take a second or more
TITLES = {
    "recurrent-16": N_("Recurrent"),
    "conv-16": N_("Convolutional"),
    "pca": N_("PCA"),
    "knn": N_("Nearest window"),
}

_JUDGED: cache.Kept[tuple[Judged, float]] = cache.Kept(8)


@dataclass(frozen=True, eq=False)
class Opinion:
    """What a judge says of a signal. ``key`` tells it from all others; ``threshold`` is what 99 of
    100 normal windows stay below, both as mean squared errors on the scale 0…1."""

    key: str
    judged: Judged
    threshold: float


def case(name: str) -> Case:
    """The signal of a data set of windows, cut once for everybody. Raises Problem."""
    return _case(name, cache.changed(name))


@st.cache_resource(max_entries=3, show_spinner=False)
def _case(name: str, changed: int) -> Case:
    return Case.named(name)


def models(name: str) -> dict[str, Path]:
    """The models that have learned from the windows of a data set, by name: shipped ones, and of
    each family the newest that was trained here."""
    found = dict(shipped.MODELS) if name == HEARTBEATS.name else {}
    families = set()
    for id_, path in cache.checkpoints().items():
        card = _card(path)
        if card is not None and card.dataset == name and card.family not in families:
            families.add(card.family)
            found[id_] = path
    return found


def _card(path: Path) -> Card | None:
    try:
        return cache.card(path)
    except Problem:  # damaged, or deleted by somebody else this moment
        return None


def title(judge: str, cards: Mapping[str, Card]) -> str:
    """The words for a judge."""
    if judge in TITLES:
        return _(TITLES[judge])
    from aecore.models import MODELS

    family = _(MODELS[cards[judge].family].title)
    if cards[judge].dataset == HEARTBEATS.name:
        return _("{family}, trained here").format(family=family)
    return family


def opinion(of: Case, judge: str, path: Path | None) -> Opinion:
    """What a judge says, a key of RIVALS or the model at ``path``. Raises Problem."""
    numbers = checkpoint.describe(path).latent_dim if path else PCA_NUMBERS
    who = checkpoint.digest(path) if path else f"{judge} {numbers}"
    key = f"{of.name} {cache.changed(of.name)} {who}"
    found = _JUDGED.get(key)
    if found is None:
        machine.compute_with_one_thread()
        bar = st.empty()
        found = _JUDGED.keep(key, _judged(of, _judge(of, judge, path), judge, _telling(of, bar)))
        bar.empty()
    return Opinion(key, *found)


def _judge(of: Case, judge: str, path: Path | None) -> Judge:
    if path is not None:
        return judging.by_model(cache.model(path)[0])
    if judge == "pca":
        return judging.by_pca(of.normal, PCA_NUMBERS)
    return judging.by_neighbour(of.normal)


def _judged(
    of: Case, judge: Judge, name: str, report: Callable[[float], None]
) -> tuple[Judged, float]:
    judged = judging.judged(judge, of.windows, of.pixels, report)
    known = shipped.figures().get(SHIPPED_AS.get(name, name))
    if of.name == HEARTBEATS.name and known:  # measured on the same training windows
        return judged, known["threshold"]
    return judged, of.usual(judge, judged.strangeness)


def _telling(of: Case, bar: st.delta_generator.DeltaGenerator) -> Callable[[float], None]:
    """A report that fills a bar, where it takes long; a click on any control ends the work."""

    def report(share: float) -> None:
        if of.windows.count > LONG:
            bar.progress(share, _("Looking at all windows …"))

    return report
