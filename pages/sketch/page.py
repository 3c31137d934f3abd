"""Sketch: what does a model make of your own digit?"""

from dataclasses import replace

import streamlit as st

from pages import SCREENS
from pages.sketch import answer, compared
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _
from ui.screens import showing_drawing

CODE = """\
inked = pad[top:bottom, left:right]                 # what the pen touched, light on dark
scale = 20 / max(inked.shape)
height, width = (round(scale * n) for n in inked.shape)
small = inked.resize((width, height), BOX)          # grey levels: averages over each pixel
down, right = centre_of_mass(small)
x[14 - down :, 14 - right :][:height, :width] = small   # (28, 28), moved by whole pixels

z = encoder(x)                                      # (32,)
near = argsort(norm(codes - z))[:10]                # codes of 10,000 test digits
weights = exp(-2 * (distance[near] / distance[near[-1]]) ** 2)
apart = norm(positions[near][:, None] - positions[near])    # (10, 10), on the map
place = positions[near[argmin((weights * apart).sum(1))]]
"""

frame.page(
    _("What does a model make of your own digit?"),
    _("Draw a digit, or photograph one on paper. The models have never seen your hand: what do "
      "they copy, and what do they take it for?"),
)  # fmt: skip
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
used = dict.fromkeys([name, compared.PLANE_MODEL, compared.MAP_MODEL, compared.DENOISER])
frame.in_use([cards[each] for each in used], cache.test_digits())
st.html(answer.STYLE)
answer.show(cache.checkpoints()[name], way)

prompts, links = st.columns([3, 2])
with prompts:
    frame.try_this(
        [
            _("Draw a 7 with and without a bar. Which bars of the code change, and where does it "
              "go on the map?"),
            _("Untick “Fit and centre it” and move the digit with the arrow keys. After how many "
              "pixels is it no digit any more?"),
            _("Write the ten digits on paper and photograph the page. Which of them does a model "
              "take for another?"),
            _("Draw a letter or a smiling face. What does the reconstruction make of it, and what "
              "does the denoiser?"),
        ]
    )  # fmt: skip
with links:
    for screen, address in showing_drawing(SCREENS):
        words = _("Your drawing in “{screen}”").format(screen=_(screen.title))
        screen.link(words, address)
frame.how_it_works(
    _(
        r"""
MNIST’s digits were brought to one form, and what is drawn here goes the same way: the ink is
scaled, its proportions kept, until it just fits a box of 20×20 pixels; grey levels come from
averaging; then the box is moved by whole pixels until the centre of mass of the ink, $m$, is at
the centre of 28×28 pixels:

$$
m = \frac{\sum_p x_p \, p}{\sum_p x_p}
$$

$p$: the place of a pixel. $x_p$: how light it is.

t-SNE places the digits that it was given and has no formula for a new one, and computing the map
anew would change all of it. So the map stays as it is, and the drawing goes to where its
neighbours are: of the ten nearest codes $z_1 \dots z_{10}$ at the places $y_1 \dots y_{10}$ it
takes the place that is nearest to all of them,

$$
y = \arg\min_{y_i} \sum_j w_j \lVert y_i - y_j \rVert, \qquad
w_j = e^{-2 \, d_j^2 / d_{10}^2}
$$

$d_j$: how far the code of the drawing is from $z_j$. An average would put a digit between a 4 and
a 9 into the empty space between their islands. Of training digits, which this map has never seen,
95.3 % come to lie among their own class; by the nearest codes it is 95.9 %.
"""
    ),
    CODE,
)
