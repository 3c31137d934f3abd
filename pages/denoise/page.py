"""Denoise: when does it start to invent?"""

import streamlit as st

from aecore.data import dataset
from aecore.messages import Problem
from pages.denoise import chart, here, picture
from pages.denoise.denoiser import MIXED, Denoiser, choose_damage, model_title
from ui import cache, drawing, frame
from ui.controls import choose
from ui.i18n import _, tell

DEFAULT = "denoise-256"

frame.page("denoise")
cards = dict(sorted(cache.cards().items(), key=lambda item: item[1].corruption == "none"))
if not cards:
    st.info(_("There is no checkpoint on this machine. Train one on the Train screen."))
    st.stop()
left, middle, right = st.columns([4, 3, 3])
with left:
    name = choose(
        _("Model"),
        "denoiser",
        list(cards),
        lambda each: model_title(each, cards[each]),
        default=DEFAULT if DEFAULT in cards else None,
    )
path = cache.checkpoints()[name]
chosen = cache.card(path)
try:
    path, card = here.shown(path, chosen)
    denoiser = Denoiser(path, card, cache.images_for(card))
except Problem as problem:
    st.error(tell(problem))
    st.stop()
frame.in_use([card], denoiser.images)
with middle:
    kind = choose_damage()
with right:
    classes = dataset(denoiser.images.dataset).classes
    others = {MIXED: _("of many classes"), drawing.CHOICE: drawing.words()}
    which = choose(
        _("Images"),
        "which",
        [MIXED, *map(str, range(len(classes))), drawing.CHOICE],
        lambda each: others[each] if each in others else _(classes[int(each)]),
    )

with st.container(key="denoising"):
    with st.container():
        picture.show(denoiser, kind, which)
    with st.container():
        chart.show(denoiser, kind)

picture.measured_row(card, kind, chosen)
chart.save(denoiser, kind)
frame.lesson("denoise")
