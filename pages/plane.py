"""Latent plane: what lies between a 3 and an 8?"""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.checkpoint import Card
from aecore.data import Images
from aecore.messages import Problem
from ui import cache, images, layout
from ui import plane as planes
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, number
from ui.plane import Axis, Plane, Spacing

DEFAULT = "vae-2"

CODE = """\
mean, log_variance = encoder(x).chunk(2, dim=1)        # (B, 784) -> 2 × (B, 2)
noise = torch.randn(mean.shape)                        # ε ~ N(0, I)
z = mean + torch.exp(0.5 * log_variance) * noise       # σ = exp(½ log σ²) is positive
logits = decoder(z)                                    # (B, 2) -> (B, 784)

recon = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()
loss = recon + beta * kl                               # nats per image

picture = torch.sigmoid(decoder(torch.tensor([[z1, z2]])))  # any point becomes a digit
"""


@st.fragment
@guarded()
def point(plane: Plane, axis: Axis, digit: DeltaGenerator, over: DeltaGenerator) -> None:
    """Two sliders; in ``digit`` what the decoder draws there, in ``over`` a ring on the picture."""
    for key in ("z1", "z2"):  # the axis may have become shorter than where the point was
        at = st.session_state.get(key, 0.0)
        if abs(at) > axis.limit:
            st.session_state[key] = float(np.clip(at, -axis.limit, axis.limit))
    x, y = (
        st.slider(name, -axis.limit, axis.limit, 0.0, 0.05, key=key, bind="query-params")
        for key, name in zip(("z1", "z2"), plane.names, strict=True)
    )
    caption = _("drawn from ({x}; {y})").format(x=number(x, 2), y=number(y, 2))
    picture = images.picture(plane.image(x, y), caption, caption)
    with digit:
        images.show(images.figure(picture, images.SUBJECT))
    with over:
        images.show(planes.marker(plane, axis, x, y))


def spacing() -> Spacing:
    """How the axes are divided."""
    words = {"linear": _("even"), "quantile": _("Gaussian quantiles")}
    chosen = choose(
        _("Spacing"),
        "spacing",
        list(words),
        words.__getitem__,
        kind="row",
        help=_(
            "By Gaussian quantiles every tile holds an equal share of a normal distribution: "
            "more tiles where more codes lie."
        ),
    )
    return "quantile" if chosen == "quantile" else "linear"


def tiles(most: int) -> int:
    """How many tiles a side."""
    least, usual = planes.LEAST_TILES, min(20, most)
    return st.slider(_("Tiles a side"), least, most, usual, key="n", bind="query-params")


def reach(disabled: bool) -> float:
    """How far the axes go."""
    return st.slider(
        _("Range ±"),
        1.0,
        planes.FAR,
        3.0,
        0.5,
        key="range",
        bind="query-params",
        disabled=disabled,
    )


def figures_row(card: Card, shown: Images | None, pca: Plane | None) -> None:
    """How good the model is; against PCA where the original test images are here."""
    nats = _("{value} nats")
    values: dict[str, str | tuple[str, str]] = {}
    if {"recon", "kl"} <= card.metrics.keys():
        recon, kl = card.metrics["recon"], card.metrics["kl"]
        values[_("Reconstruction")] = number(recon, 1)
        values[_("+ KL")] = number(kl, 1)
        values[_("= −ELBO")] = (nats.format(value=number(recon + kl, 1)), _("an image"))
    if "mse" in card.metrics:
        compared = ""
        if pca is not None and shown is not None and not shown.decoded:
            error = number(planes.pca_error(shown), 4)
            compared = _("PCA with 2 numbers {value}").format(value=error)
        values[_("MSE")] = (number(card.metrics["mse"], 4), compared)
    layout.figures_row(values)


def images_or_none(card: Card) -> Images | None:
    """The test images to draw as points, if there are any of the model's shape."""
    try:
        return cache.images_for(card)
    except Problem:
        return None


layout.page(
    _("What lies between a 3 and an 8?"),
    _("Each tile is drawn by the decoder from the two numbers at its place: generated, not real."),
)
cards = {name: card for name, card in cache.cards().items() if card.latent_dim == 2}
if not cards:
    st.info(_("No model here has a code of two numbers. Train one on the Train screen."))
    st.stop()

left, middle, right = st.columns([4, 3, 3], vertical_alignment="bottom")
with left:
    name = choose(
        _("Model"),
        "plane",
        list(cards),
        lambda each: layout.model_words(cards[each]),
        default=DEFAULT if DEFAULT in cards else None,
    )
path = cache.checkpoints()[name]
card = cache.model(path)[1]
shown = images_or_none(card)
pca = planes.of_pca(card, shown)
way, points = "model", False
if pca is not None:
    ways = {"model": card.name, "pca": _("PCA")}
    with middle:
        way = choose(_("Plane of"), "by", list(ways), ways.__getitem__, kind="row")
if shown is not None:
    points = right.toggle(_("Test images as points"), key="points", bind="query-params")
layout.in_use([card], shown if points else None)
plane = pca if pca and way == "pca" else planes.of_model(path, card, shown)

picture, side = st.columns([3, 2])
with side:
    left, right = st.columns(2)
    digit = left.container(key="plane-digit")
    sliders = st.container()
    division = spacing()
with right:
    n = tiles(plane.most_tiles())
    axis = Axis(division, reach(disabled=division == "quantile"))  # that axis has no end
with picture, st.container(key="plane-picture"):
    st.html(planes.style(plane))
    dots, names = "", ""
    if points and shown is not None:
        with st.spinner(_("Encoding the test images")):
            dots = planes.dots(plane, axis, shown)
            names = planes.class_names(plane, axis, shown)
    alt = _("{n} × {n} images, decoded from points of the plane").format(n=number(n))
    images.show(planes.frame(plane, axis, planes.grid(plane, axis, n), dots, names, alt))
    over = st.container()
with sliders:
    point(plane, axis, digit, over)

figures_row(card, shown, pca)
notes = planes.notes(plane, shown if points else None)
if notes:
    st.caption(" ".join(notes))
layout.try_this(
    [
        _("Find a point whose digit could be read as a 3 and as an 8."),
        _("Go to a far corner. Hardly any image has its code there: the model is guessing."),
        _("Show the test images as points. Why do they crowd around the origin?"),
    ]
)
layout.how_it_works(
    _(
        r"""
A variational autoencoder (VAE) doesn't turn an image into a point but into a small cloud, draws a
point from it and decodes that:

$$
z = \mu + \sigma \cdot \varepsilon, \qquad \varepsilon \sim \mathcal N(0, I)
$$

$$
L = \underbrace{-\log p(x \mid z)}_{\text{reconstruction}}
+ \beta \cdot \underbrace{\tfrac12 \sum_j \bigl(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\bigr)}
_{\mathrm{KL}(q(z \mid x)\,\|\,\mathcal N(0, I))}
$$

$x$: the image. $\mu$ and $\sigma$: middle and width of its cloud, the posterior $q(z \mid x)$; the
encoder predicts $\mu$ and $\log\sigma^2$. $\varepsilon$: random numbers from the standard normal
distribution, the prior $\mathcal N(0, I)$. $z$: the code, with numbers $j = 1, 2$. $\beta$: the
weight of the second term.

The first term wants clouds small and far apart. The second, the Kullback–Leibler divergence, costs
whatever differs from the prior, so the clouds crowd around the origin without holes, and a point
between two of them decodes to something between two digits. $\beta \to 0$ gives back a plain
autoencoder; a large $\beta$ makes all clouds alike, and every digit blurs into one. With
$\beta = 1$ the loss is −ELBO, an upper bound on $-\log p(x)$, in nats (1 nat = 1.44 bits).

**PCA** also has a plane: the two straight directions in which the training images vary most.
"""
    ),
    CODE,
)
