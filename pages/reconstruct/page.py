"""Reconstruct: what survives the bottleneck?"""

from dataclasses import replace

import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images, Shape
from pages.reconstruct import measured, picture
from ui import cache, drawing, frame
from ui.controls import choose, choose_many
from ui.i18n import _


def show(cards: dict[str, Card], shown: Images | None, shape: Shape, with_pca: bool) -> None:
    """The picture of these models."""
    paths = cache.checkpoints()
    place = st.empty()
    with place, st.spinner(_("Getting the models ready …")):
        models = {measured.of_model(name, paths[name]): cards[name] for name in cards}
    first = next(iter(models.values()))
    with place, st.spinner(_("Fitting PCA to the training images …")):
        straight = measured.rival(first) if with_pca else None
    with place.container():
        if with_pca and straight is None:
            st.caption(measured.no_pca(first))
        if data == drawing.CHOICE:
            picture.own_drawing(models, straight, shape)
        elif shown is None:
            picture.own_picture(models, straight, shape)
        else:
            picture.picture(models, straight, shown)


frame.page("reconstruct")
cards = {name: replace(card, name=name) for name, card in cache.cards().items()}
one, two, three = st.columns([5, 3, 2], vertical_alignment="bottom")
with one:
    names = choose_many(_("Models"), "models", list(cards), default=["deep-32"], most=3)
with two:
    data_sets = measured.data_sets(cards.values())
    data = choose(_("Images"), "data", data_sets, measured.data_words)
with three:
    tip = _("Principal component analysis: the best code of the same size by straight lines.")
    with_pca = st.toggle(_("PCA"), True, key="pca", bind="query-params", help=tip)
shown = None if data in measured.OWN_PICTURES else measured.test_images(data)
# a picture of one's own is brought to the shape that the first model knows
shape = shown.shape if shown else measured.first_shape(cards, names)
fitting = {name: cards[name] for name in names if cards[name].image_shape == shape}
frame.in_use(list(fitting.values()), shown or measured.data_words(data))
for name in set(names) - set(fitting):
    st.info(measured.misfit(cards[name], shape))
if not fitting:
    st.info(_("Choose one to three models for these images."))
else:
    show(fitting, shown, shape, with_pca)
frame.lesson("reconstruct")
