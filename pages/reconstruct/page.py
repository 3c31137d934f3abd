"""Reconstruct: what survives the bottleneck?"""

from dataclasses import replace

import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images, Shape
from aecore.messages import N_
from pages.reconstruct import measured, picture
from ui import cache, coder, frame
from ui.controls import choose, choose_many
from ui.i18n import _

CODE = """\
z = encoder(x)                         # (B, 1, 28, 28) -> (B, 32): the code
x_hat = torch.sigmoid(decoder(z))      # (B, 32) -> (B, 1, 28, 28)
mse = ((x_hat - x) ** 2).mean((1, 2, 3))

# the rival: PCA, fitted to the images that the model learned from
flat = x.flatten(1)                    # (B, 784)
z = (flat - mean) @ components[:32].T  # (B, 32)
x_hat = z @ components[:32] + mean
"""


FORMULA = N_(
    r"""
$$
z = f(x), \qquad \hat x = g(z), \qquad
\text{MSE} = \frac1n \sum_{i=1}^n (\hat x_i - x_i)^2
$$

$x$: the image, $n$ grey levels from 0 to 1 (784 for 28×28). $f$: the encoder. $z$: the code, far
fewer numbers (32 in deep-32). $g$: the decoder. $\hat x$: the reconstruction.

PCA is the best that $f$ and $g$ can do with straight lines: with $\mu$ the mean training image
and $W$ the directions in which training images differ most, one a row,

$$
z = W (x - \mu), \qquad \hat x = \mu + W^\top z
$$

A network bends: images of digits lie near a curved sheet among all images, and a curved sheet
comes closer to them than a flat one of the same dimension.
"""
)


def show(cards: dict[str, Card], source: Images | str, shape: Shape, with_pca: bool) -> None:
    """The picture of these models, and what to do and to know."""
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
    frame.try_this(
        [
            _("Show the worst: could you have read those digits?"),
            _(
                "Add simple-32: its code has as many numbers and only one layer on each side. "
                "Where does it lose what deep-32 keeps?"
            ),
            _(
                "Choose other images, or hand over a picture: what does a model that has only "
                "seen digits make of it, and what does PCA?"
            ),
        ]  # fmt: skip
    )
    frame.how_it_works(_(FORMULA), CODE)


frame.page(
    _("What survives the bottleneck?"),
    _("An image goes through a code of a few numbers and comes back: what the code can't hold "
      "is lost."),
)  # fmt: skip
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
