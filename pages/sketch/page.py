"""Sketch: what does a model make of your own digit?"""

from dataclasses import replace

import streamlit as st

from classroom import wall
from pages import SCREENS
from pages.sketch import answer, compared
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _
from ui.screens import showing_drawing

frame.page("sketch")
cards = {name: replace(card, name=name) for name, card in cache.cards().items()}
fallback = compared.MAP_MODEL if compared.MAP_MODEL in cards else None
ways = {answer.DRAWN: _("Draw a digit"), answer.PHOTOGRAPHED: _("From a photograph")}
left, right = st.columns([1, 2])
with left:
    way = choose(
        _("Your digit"),
        "digit_by",
        list(ways),
        ways.__getitem__,
        kind="row",
        label_visibility="collapsed",
    )
with right:
    name = choose(
        _("Model"),
        "sketch_model",
        list(cards),
        lambda each: _("Model: {name}").format(name=each),
        default=fallback,
        label_visibility="collapsed",
    )
used = dict.fromkeys([name, compared.plane_model(), compared.MAP_MODEL, compared.DENOISER])
frame.in_use([cards[each] for each in used], cache.test_digits())
answer.show(cache.checkpoints()[name], way)

prompts, links = st.columns([3, 2])
with prompts:
    frame.try_this("sketch")
with links:
    wall.put_button()
    answer.offer_home(cache.checkpoints()[name])
    for screen, address in showing_drawing(SCREENS):
        words = _("Your drawing in “{screen}”").format(screen=_(screen.title))
        screen.link(words, address)
frame.how_it_works("sketch")
