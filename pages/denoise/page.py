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

CODE = """\
strength = 0.7 * torch.rand(len(x), 1, 1, 1)         # each image its own, from 0 up
damaged = (x + strength * torch.randn(x.shape)).clamp(0, 1)
logits = model.decode_logits(model.encode(damaged))  # sees the noise, and is judged by x:
loss = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)

restored = model(damaged)                            # decode(encode(damaged)), in 0…1
mse = ((restored - x) ** 2).mean((1, 2, 3))
psnr = -10 * torch.log10(mse)                        # in dB: images reach from 0 to 1
"""


frame.page(
    _("When does it start to invent?"),
    _(
        "A denoiser learned to turn noisy digits into clean ones. Past the noise it was trained on "
        "it still draws a clean digit: often a wrong one."
    ),
)
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
frame.try_this(
    [
        _("Raise the noise to 0.7 and beyond. Which digit turns into another one first?"),
        _("Press “New noise”. Which digits change their class although only the noise changed?"),
        _("Change the damage to one the model never saw. Who wins now, the model or the median?"),
    ]
)
frame.how_it_works(
    _(
        r"""
A denoising autoencoder sees a damaged image and is judged by the clean one:

$$
\tilde x = \mathrm{clip}(x + \sigma\varepsilon), \qquad
\hat x = \mathrm{decoder}(\mathrm{encoder}(\tilde x))
$$

$$
L = -\sum_i \bigl(x_i \log \hat x_i + (1 - x_i)\log(1 - \hat x_i)\bigr)
$$

$x$: the clean image, grey levels from 0 to 1. $\varepsilon$: a random number for each pixel from
the standard normal distribution. $\sigma$: the strength of the noise. $\tilde x$: the noisy image.
$\hat x$: what comes back. $L$: the loss, a cross-entropy summed over the pixels $i$.

Noise is different in every pixel, so it holds more information than the code can carry. What gets
through is what digits have in common. When little of the digit is left, that is all that remains:
the model answers with a likely digit.

**PSNR**, the peak signal-to-noise ratio, is $10\log_{10}(1/\mathrm{MSE})$ in decibels, where MSE is
the mean squared difference from the clean image. More is better; 10 dB more means a tenth of the
squared error. The **median filter** replaces each pixel by the middle one of its 3×3 neighbours.
**PCA** keeps the part of an image that lies in the directions in which digits vary most.
"""
    ),
    CODE,
)
