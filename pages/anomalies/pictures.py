"""Pictures: what is normal, what is strange, and which score tells them apart."""

from pathlib import Path

import streamlit as st

from aecore.anomalies import SCORES
from aecore.checkpoint import Card
from pages.anomalies import choices, compared, scene, training, winners
from pages.anomalies.choices import Normal
from pages.anomalies.scored import Guard
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _, ngettext, number

USUAL = "deep-32"  # where all digits are normal


def show() -> None:
    """Choose normal and strange images and a score; look at what it makes of them."""
    normal = choices.choose_normal()
    strange_place, model_place, score_place, train_place = st.columns(
        [3, 4, 3, 2.5], vertical_alignment="bottom"
    )
    with strange_place:
        strange = choices.choose_strange(normal)
    with model_place:
        model = _model(normal)
    with score_place:
        score = _score(has_model=model is not None)
    with train_place:
        training.show(normal)
    cards = [] if model is None else [cache.card(model)]
    frame.in_use(cards, normal.judged.source)
    if strange is not None:
        scene.show(Guard(score, normal, model), strange)
        if normal.halved:
            st.caption(
                _(
                    "There are no training images of these here: scores are fitted to one half of "
                    "the normal images and judged on the other."
                )
            )
    winners.show(normal)
    if strange is not None:
        guards = [Guard(name, normal, model) for name in _scores(has_model=model is not None)]
        compared.show(guards, strange)


def _model(normal: Normal) -> Path | None:
    """The control of the autoencoders that saw exactly what is normal; None without any."""
    found = choices.models(normal)
    if not found:
        st.caption(_("No autoencoder here knows just these images."))
        return None
    name = choose(
        _("Autoencoder"),
        "anomaly_model",
        list(found),
        default=USUAL if USUAL in found else None,
        label_of=lambda each: _name(each, found[each][1]),
    )
    return found[name][0]


def _name(name: str, card: Card) -> str:
    size = ngettext("{n} number", "{n} numbers", card.latent_dim)
    return f"{name}, {size.format(n=number(card.latent_dim))}"


def _score(has_model: bool) -> str:
    """The control of the scores; those that need an autoencoder only where there is one."""
    return choose(
        _("Score"),
        "anomaly_score",
        _scores(has_model),
        lambda name: _(SCORES[name].title),
        help="\n".join(f"- **{_(one.title)}**: {_(one.summary)}" for one in SCORES.values()),
    )


def _scores(has_model: bool) -> list[str]:
    return [name for name, score in SCORES.items() if has_model or not score.by_model]
