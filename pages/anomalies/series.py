"""Series: where along a signal is it strange?"""

from collections.abc import Mapping

import streamlit as st

from aecore.data.heartbeats import HEARTBEATS, MINUTES, STRANGE
from aecore.signals import shipped
from aecore.signals.case import Case
from aecore.signals.judging import RIVALS
from pages.anomalies import series_own, series_picture
from pages.anomalies.series_case import PCA_NUMBERS, case, models, opinion, title
from ui import cache, frame, saving
from ui.controls import choose
from ui.i18n import _, number


def show() -> None:
    """A signal, a judge of its windows, and what it finds above a threshold."""
    series_own.take_what_is_new()
    left, middle, right = st.columns([4, 8, 3], vertical_alignment="center")
    names = {HEARTBEATS.name: HEARTBEATS.name, **series_own.signals(), series_own.UPLOAD: ""}
    with left:
        chosen = choose(
            _("Signal"),
            "anomaly_series",
            list(names),
            lambda each: _(HEARTBEATS.title) if each == HEARTBEATS.name else series_own.words(each),
            label_visibility="collapsed",
        )
    if chosen == series_own.UPLOAD:
        frame.in_use([], _("one that is still to come"), _("Signal"))
        series_own.upload()
        return
    name = names[chosen]
    if chosen != HEARTBEATS.name:
        with right:
            name = series_own.windows(chosen, name)
    of = case(name)
    paths = models(name)
    cards = {judge: cache.card(path) for judge, path in paths.items()}
    with middle:
        judge = choose(
            _("Judge"),
            "anomaly_judge",
            [*paths, *RIVALS],
            lambda each: title(each, cards),
            kind="row",
            label_visibility="collapsed",
        )
    frame.in_use([cards[judge]] if judge in cards else [], _words(of), _("Signal"))
    said = opinion(of, judge, paths.get(judge))
    series_picture.show(of, judge, said)
    heads, strangeness = ("window", "error"), said.judged.strangeness
    saving.offer(
        "series", saving.table("errors", _("Scores"), heads, lambda: enumerate(strangeness))
    )
    if chosen == HEARTBEATS.name:
        _figures()
    else:
        series_own.train(name, of)


def _words(of: Case) -> str:
    """The signal in a line, for the side bar."""
    if of.name == HEARTBEATS.name:
        words = _("simulated heartbeats, {n} minutes that no judge has seen")
        return words.format(n=number(MINUTES["test"]))
    words = _("{name}, {n} values")
    return words.format(name=of.title, n=number(len(of.signal)))


def _figures() -> None:
    """Who tells strange windows from normal ones, and what each finds at its first threshold."""
    found = shipped.figures()
    heads = [_("AUROC"), _("all windows"), *(_(kind) for kind in STRANGE)]
    heads += [_("found at 1%"), _("false alarms")]
    words = {name: title(name, {}) for name in shipped.MODELS}
    for size in (PCA_NUMBERS, shipped.BEST_PCA):
        words[f"pca-{size}"] = _("PCA, {n} numbers").format(n=number(size))
    words["knn"] = title("knn", {})
    rows = []
    for name, label in words.items():
        figures = found[name]
        areas = [number(figures[kind], 3) for kind in ("auroc", *STRANGE)]
        hits = _("{hits} of {marked}").format(
            hits=number(figures["hits"]), marked=number(figures["marked"])
        )
        rows.append([label, *areas, hits, number(figures["alarms"])])
    st.markdown(_winner(words, {name: found[name]["auroc"] for name in words}))
    frame.table(heads, rows)
    st.caption(
        _(
            "Simulated by the dynamical model of the electrocardiogram of McSharry, Clifford, "
            "Tarassenko and Smith (2003). The area under the ROC (AUROC) is over windows of two "
            "seconds: 0.5 is guessing, 1 is perfect. At the threshold shown first, one of a "
            "hundred normal training windows would raise an alarm. Windows that have only an edge "
            "of a marked stretch count for neither."
        )
    )


def _winner(titles: Mapping[str, str], areas: Mapping[str, float]) -> str:
    """Whether the models or their simple rivals tell more windows apart."""
    model = max(shipped.MODELS, key=areas.__getitem__)
    rival = max(areas.keys() - shipped.MODELS.keys(), key=areas.__getitem__)
    values = {
        "model": titles[model],
        "area": number(areas[model], 3),
        "rival": titles[rival],
        "other": number(areas[rival], 3),
    }
    if areas[model] > areas[rival]:
        sentence = _(
            "**The autoencoder wins:** {model} ({area}); best simple rival: {rival} ({other})."
        )
    else:
        sentence = _(
            "**A simple rival wins:** {rival} ({other}); best autoencoder: {model} ({area})."
        )
    return sentence.format(**values)
