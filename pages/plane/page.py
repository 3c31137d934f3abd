"""Latent plane: what lies between a 3 and an 8?"""

import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images
from aecore.messages import Problem
from pages.plane import figures, picture, place
from pages.plane import plane as planes
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _

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


def images_or_none(card: Card) -> Images | None:
    """The test images to draw as points, if there are any of the model's shape."""
    try:
        return cache.images_for(card)
    except Problem:
        return None


frame.page(
    _("What lies between a 3 and an 8?"),
    _(
        "Move over the plane: from the two numbers under the pointer the decoder draws a digit, "
        "generated, not real."
    ),
)
cards = {name: card for name, card in cache.cards().items() if card.latent_dim == 2}
if not cards:
    st.info(_("No model here has a code of two numbers. Train one on the Train screen."))
    st.stop()

left, middle, right, last = st.columns([5, 4, 3, 4.5], vertical_alignment="center")
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
card = cache.model(path)[1]
shown = images_or_none(card)
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
frame.try_this(
    [
        _("Put pin A on a 3 and pin B on an 8. Which of the two rows stays a digit in between?"),
        _("Go to a far corner. Hardly any image has its code there: the model is guessing."),
        _("Show the test images as points. Why do they crowd around the origin?"),
    ]
)
frame.how_it_works(
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
