"""Denoise: when does it start to invent?"""

import streamlit as st

from aecore.data import dataset
from aecore.messages import Problem
from pages import SCREENS
from pages.denoise import chart, picture
from pages.denoise.denoiser import Denoiser, drawn, model_title, test_images
from ui import cache, drawing, frame
from ui.controls import choose
from ui.i18n import _, tell

DEFAULT = "denoise-256"
MIXED = "mixed"  # stands in the address where a class would


frame.page("denoise")
from aecore.corruption import CORRUPTIONS  # noqa: E402 – brings PyTorch; the title needn't wait

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
card = cache.model(path)[1]
try:
    denoiser = Denoiser(path, card, cache.images_for(card))
except Problem as problem:
    st.error(tell(problem))
    st.stop()
frame.in_use([card], denoiser.images)
with middle:
    kinds = [kind for kind in CORRUPTIONS if kind != "none"]
    kind = choose(_("Damage"), "kind", kinds, lambda each: _(CORRUPTIONS[each].title))
with right:
    classes = dataset(denoiser.images.dataset).classes
    others = {MIXED: _("of many classes"), drawing.CHOICE: drawing.words()}
    which = choose(
        _("Images"),
        "which",
        [MIXED, *map(str, range(len(classes))), drawing.CHOICE],
        lambda each: others[each] if each in others else _(classes[int(each)]),
    )

st.html(picture.STYLE)
with st.container(key="denoising"):
    with st.container():
        slot, seed, draw, rivals = picture.buttons(kind)
        if which == drawing.CHOICE:
            drawn_image = drawing.image(card.image_shape)
            chosen = None if drawn_image is None else drawn(drawn_image)
        else:
            chosen = test_images(
                denoiser.images, denoiser.pick("" if which == MIXED else which, draw)
            )
        if chosen and len(chosen.pixels):
            picture.picture(denoiser, kind, chosen, seed, rivals, slot)
        elif which == drawing.CHOICE:
            drawing.ask_for_one(SCREENS)
        else:
            st.info(_("There is no such image here. Choose another class."))
    with st.container():
        chart.show(denoiser, kind)

picture.measured_row(card, kind)
frame.lesson("denoise")
