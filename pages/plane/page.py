"""Latent plane: what lies between a 3 and an 8?"""

import streamlit as st

from pages.plane import figures, files, picture, place
from pages.plane import plane as planes
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _

DEFAULT = "vae-2"


frame.page("plane")
cards = {name: card for name, card in cache.cards().items() if card.latent_dim == 2}
if not cards:
    st.info(_("No model here has a code of two numbers. Train one on the Train screen."))
    st.stop()

left, middle, right, last = st.columns([6.2, 3.4, 2.9, 4.5], vertical_alignment="center")
with left:
    name = choose(
        _("Model"),
        "plane",
        list(cards),
        lambda each: frame.model_words(cards[each]),
        default=DEFAULT if DEFAULT in cards else None,
        label_visibility="collapsed",
    )
path = cache.checkpoints()[name]
card = cache.card(path)
shown = planes.test_images(card)
pca = planes.of_pca(card, shown)
way, points = "model", False
if pca is not None:
    ways = {"model": card.name, "pca": _("PCA")}
    with middle:
        words = _("Plane of")
        way = choose(
            words, "by", list(ways), ways.__getitem__, kind="row", label_visibility="collapsed"
        )
frame.in_use([card], shown)
plane = pca if pca and way == "pca" else planes.of_model(path, card, shown)
with right, st.popover(_("Grid"), icon=":material/grid_on:", width="stretch"):
    spacing = place.spacing()
    n = place.tiles(plane.most_tiles())
if shown is not None:
    points = last.toggle(_("Test images as points"), key="points", bind="query-params")

picture.show(plane, spacing, n, shown, points)
figures.figures_row(card, shown, pca)
notes = figures.notes(plane, shown if points else None)
if notes:
    st.caption(" ".join(notes))
files.offer(plane, spacing, n)
frame.lesson("plane")
