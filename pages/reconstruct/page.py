"""Reconstruct: what survives the bottleneck?"""

from dataclasses import replace

import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images, Shape
from pages.reconstruct import measured, picture
from ui import cache, coder, frame
from ui.controls import choose, choose_many
from ui.i18n import _


def show(cards: dict[str, Card], source: Images | str, shape: Shape, with_pca: bool) -> None:
    """The picture of these models."""
    paths = cache.checkpoints()
    place = st.empty()
    with place, st.spinner(_("Getting the models ready …")):
        models = {coder.of_model(name, paths[name]): cards[name] for name in cards}
    first = next(iter(models.values()))
    with place, st.spinner(_("Fitting PCA to the training images …")):
        straight = coder.rival(first) if with_pca else None
    with place.container():
        if with_pca and straight is None:
            st.caption(coder.no_pca(first))
        if isinstance(source, Images):
            picture.picture(models, straight, source)
        else:
            picture.own(models, straight, source, shape)


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
source = measured.source(data)
shown = source if isinstance(source, Images) else None
# a picture of one's own is brought to the shape that the first model knows
shape = shown.shape if shown else measured.first_shape(cards, names)
fitting = {name: cards[name] for name in names if cards[name].image_shape == shape}
frame.in_use(list(fitting.values()), shown or measured.data_words(data))
for name in set(names) - set(fitting):
    st.info(measured.misfit(cards[name], shape))
if not fitting:
    st.info(_("Choose one to three models for these images."))
else:
    show(fitting, source, shape, with_pca)
frame.lesson("reconstruct")
