"""Start: what is an autoencoder?"""

import numpy as np
import streamlit as st

from aecore import metrics
from aecore.data import DATASETS, Images
from aecore.messages import Problem
from ui import cache, images, layout
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, number
from ui.screens import SCREENS

MODEL = "deep-32"
SUBJECT = 224  # pixels on the screen, eight for one of 28

CODE = """\
encoder = nn.Sequential(nn.Flatten(), mlp([784, 512, 256, 32]))
decoder = nn.Sequential(mlp([32, 256, 512, 784]), nn.Unflatten(1, (1, 28, 28)))
optimizer = torch.optim.AdamW([*encoder.parameters(), *decoder.parameters()])

for x in batches:                           # (B, 1, 28, 28), grey levels 0…1, no labels
    z = encoder(x)                          # (B, 32): the code
    logits = decoder(z)                     # (B, 1, 28, 28)
    loss = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

x_hat = torch.sigmoid(decoder(encoder(x)))  # the reconstruction
"""


@st.fragment
@guarded()
def subject(digits: Images) -> None:
    """A digit that people pick, on its way through the model."""
    place = pick_digit(digits)
    through_the_model(digits, place)


def pick_digit(digits: Images) -> int:
    """Let people pick a test digit by its picture; its place among the images."""
    labels = digits.labels if digits.labels is not None else np.zeros(len(digits), np.int64)
    places = {str(d): np.flatnonzero(labels == d) for d in np.unique(labels)}
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with right:
        most = min(len(where) for where in places.values())
        example = st.number_input(_("Example"), 1, most, key="example", bind="query-params")
    with left:
        digit = choose(
            _("Pick a digit"),
            "digit",
            list(places),
            lambda d: f"![{d}]({images.png_uri(digits.pixels[places[d][example - 1]])})",
            default="3",
            kind="row",
        )
    return int(places[digit][example - 1])


def through_the_model(digits: Images, place: int) -> None:
    """Image → code → reconstruction as one picture, with its figures."""
    x = digits.pixels[place]
    label = "" if digits.labels is None else str(digits.labels[place])
    original = images.picture(
        x,
        _("A handwritten {digit}").format(digit=label),
        _("x: {n} numbers, one a pixel").format(n=number(x.size)),
    )
    arrows = [_("encoder"), _("decoder")]
    frame = st.empty()
    # PyTorch takes a second or two to load for the first picture; the digit needn't wait for it
    boxes = [images.waiting(300, 150), images.waiting(SUBJECT, SUBJECT, "x̂")]
    with frame:
        images.show(images.flow([images.figure(original, SUBJECT), *boxes], arrows))

    model, card = cache.model(cache.checkpoints()[MODEL])
    from aecore.evaluation import decode, encode

    codes = encode(model, x[None])
    x_hat = decode(model, codes)[0]
    size = codes.shape[1]
    bars = images.code_bars(
        codes[0],
        _("The code: {n} bars, one a number").format(n=number(size)),
        _("z: the code, {n} numbers").format(n=number(size)),
        height=150,
    )
    copy = images.picture(
        x_hat,
        _("The {digit} as the decoder draws it from its code").format(digit=label),
        _("x̂: drawn from the code alone"),
    )
    with frame:
        images.show(
            images.flow(
                [images.figure(original, SUBJECT), bars, images.figure(copy, SUBJECT)], arrows
            )
        )
    unit = x[None] / np.float32(255)
    straight = cache.shipped_pca().reconstruct(unit, size)
    layout.figures_row(
        {
            _("Squared error of this copy, mean over pixels"): (
                number(float(metrics.mse(x_hat[None] / np.float32(255), unit)[0]), 4),
                _("PCA with as many numbers {pca} · mean over all test digits {mean}").format(
                    pca=number(float(metrics.mse(straight, unit)[0]), 4),
                    mean=number(card.metrics["mse"], 4),
                ),
            )
        }
    )


@st.cache_data(max_entries=1, show_spinner=False)
def untrained(_x: np.ndarray) -> np.ndarray:
    """What the same network draws before it has learned anything: uint8 (C, H, W)."""
    import torch

    from aecore.evaluation import decode, encode
    from aecore.models import build

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = build("deep", image_shape=_x.shape, latent_dim=32).eval()
    drawn: np.ndarray = decode(model, encode(model, _x[None]))[0]
    return drawn


def stranger() -> tuple[np.ndarray, str]:
    """An image (1, 28, 28) unlike any digit, and what it is: a shoe, or else a chequerboard."""
    try:
        shoes = cache.images("fashion_mnist", "test")
    except Problem:
        board = np.indices((28, 28)).sum(0) // 4 % 2 if False else np.kron(
            np.indices((7, 7)).sum(0) % 2, np.ones((4, 4))
        )
        return (board[None] * 255).astype(np.uint8), _("a chequerboard")
    sneaker = 7
    place = 0 if shoes.labels is None else int(np.flatnonzero(shoes.labels == sneaker)[0])
    return shoes.pixels[place], _("a shoe")
