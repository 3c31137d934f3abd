"""Start: what is an autoencoder?"""

import numpy as np
import streamlit as st

from aecore import metrics
from aecore.data import DATASETS, SPLITS, Images
from aecore.messages import Problem
from ui import cache, images, layout
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, number
from ui.screens import SCREENS

MODEL = "deep-32"
SUBJECT = 252  # pixels on the screen, nine for one of 28
ASIDE = 84  # and three for one
SNEAKER = 7  # its class in Fashion-MNIST

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
    through_the_model(digits.pixels[place], str(label_of(digits)[place]))


def label_of(digits: Images) -> np.ndarray:
    """The classes of the digits, (N,); zeros when they have none."""
    return np.zeros(len(digits), np.int64) if digits.labels is None else digits.labels


def pick_digit(digits: Images) -> int:
    """Let people pick a test digit by its picture; its place among the images."""
    labels = label_of(digits)
    places = {str(label): np.flatnonzero(labels == label) for label in np.unique(labels)}
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with right:
        most = min(len(where) for where in places.values())
        example = st.number_input(_("Example"), 1, most, key="example", bind="query-params") - 1
    with left:
        digit = choose(
            _("Pick a digit"),
            "digit",
            list(places),
            lambda d: f"![{d}]({images.png_uri(digits.pixels[places[d][example]])})",
            default="3",
            kind="row",
        )
    return int(places[digit][example])


def through_the_model(x: np.ndarray, label: str) -> None:
    """Image → code → reconstruction as one picture, and how good the copy is."""
    original = images.picture(
        x,
        _("A handwritten {digit}").format(digit=label),
        _("x: {n} numbers, one a pixel").format(n=number(x.size)),
    )
    frame = st.empty()

    def draw(code: str, copy: str) -> None:
        parts = [images.figure(original, SUBJECT), code, copy]
        with frame:
            images.show(images.flow(parts, [_("encoder"), _("decoder")]))

    # for the first picture PyTorch takes a second or two to load; the digit needn't wait for it
    draw(images.waiting(300, 150, "z"), images.waiting(SUBJECT, SUBJECT, "x̂"))
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
        _("The {digit} as the decoder draws it").format(digit=label),
        _("x̂: drawn from the code alone"),
    )
    draw(bars, images.figure(copy, SUBJECT))

    unit = images.unit(x)[None]
    straight = cache.shipped_pca().reconstruct(unit, size)
    compared = _("PCA with {n} numbers {pca} · this model, all test digits {mean}").format(
        n=number(size),
        pca=number(float(metrics.mse(straight, unit)[0]), 4),
        mean=number(card.metrics["mse"], 4),
    )
    error = float(metrics.mse(images.unit(x_hat)[None], unit)[0])
    layout.figures_row({_("Mean squared error of this copy"): (number(error, 4), compared)})


def properties(digits: Images) -> None:
    """The three properties of an autoencoder, to be seen rather than believed."""
    digit = digits.pixels[int(np.flatnonzero(label_of(digits) == 8)[0])]
    strange, name = stranger()
    model, _card = cache.model(cache.checkpoints()[MODEL])
    from aecore.evaluation import reconstruct

    strange_copy, copy = reconstruct(model, np.stack([strange, digit]))
    x, x_hat = "x", "x̂"
    eight = images.picture(digit, _("A handwritten {digit}").format(digit=8), x)
    shown = (
        (
            _("Made for its data"),
            _("Trained on digits, it is lost on anything else: here {thing}.").format(thing=name),
            [
                images.picture(strange, name, x),
                images.picture(strange_copy, _("Its reconstruction, no longer itself"), x_hat),
            ],
        ),
        (
            _("Lossy"),
            _("The copy is never the original. What differs sits in the strokes."),
            [
                eight,
                images.picture(copy, _("Its reconstruction"), x_hat),
                images.difference(copy, digit, _("Where they differ"), f"{x_hat} − {x}", limit=0.5),
            ],
        ),
        (
            _("Learned from examples"),
            _("Before training, the same network draws nothing but grey."),
            [eight, images.picture(untrained(digit), _("An even grey"), x_hat)],
        ),
    )
    for column, (title, sentence, pictures) in zip(st.columns(3), shown, strict=True):
        with column:
            st.subheader(title, anchor=False)
            images.show(images.gallery(pictures, ASIDE))
            st.markdown(sentence)
    images.show(images.legend(limit=0.5))


def stranger() -> tuple[np.ndarray, str]:
    """An image (1, 28, 28) unlike any digit, and what it is: a shoe, or else a chequerboard."""
    try:
        shoes = cache.images("fashion_mnist", "test")
    except Problem:  # not on this machine
        board = np.kron(np.indices((7, 7)).sum(0) % 2, np.ones((4, 4)))
        return (board[None] * 255).astype(np.uint8), _("a chequerboard")
    return shoes.pixels[int(np.flatnonzero(label_of(shoes) == SNEAKER)[0])], _("a shoe")


@st.cache_data(max_entries=4, show_spinner=False)
def untrained(digit: np.ndarray) -> np.ndarray:
    """What the same network makes of ``digit`` before it has learned: float (C, H, W)."""
    import torch

    from aecore.evaluation import reconstruct
    from aecore.models import build

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = build("deep", image_shape=digit.shape, latent_dim=32).eval()
    drawn: np.ndarray = reconstruct(model, digit[None])[0]
    return drawn


def family_tree() -> None:
    """The kinds of autoencoders and what each changes."""
    shape, loss, input_, code = _("shape"), _("loss"), _("input"), _("code")
    layout.table(
        [_("Kind"), _("Changes the"), _("How")],
        [
            (_("Simple"), "–", _("One layer in, one layer out.")),
            (_("Deep"), shape, _("Several layers: it can bend where one layer draws a plane.")),
            (_("Sparse"), loss, _("A penalty keeps most numbers of the code at zero.")),
            (_("Convolutional"), shape, _("Small filters slide over the image.")),
            (_("Denoising"), input_, _("Damaged images go in, clean ones must come out.")),
            (_("Recurrent"), shape, _("Reads and writes sequences, one step after another.")),
            (
                _("Variational"),
                f"{code}, {loss}",
                _("A code is a cloud, not a point; a penalty keeps the clouds together."),
            ),
            (
                _("Adversarial"),
                loss,
                _("A second network judges whether codes or images look real."),
            ),
        ],
    )


def on_this_machine() -> None:
    """Data sets and models that are here."""
    rows = []
    for source in DATASETS.values():
        here = [split for split in SPLITS if source.on_this_machine(split)]
        names = {"train": _("training images"), "test": _("test images")}
        found = ", ".join(names[split] for split in here) or _("not here; can be downloaded")
        rows.append((_(source.title), _(source.summary), found))
    layout.table([_("Data set"), _("What it is"), _("On this machine")], rows)
    layout.table(
        [_("Model"), _("Numbers in a code"), _("Trained on"), _("Mean squared error")],
        [
            (
                card.name,
                number(card.latent_dim),
                layout.data_title(card.dataset),
                number(card.metrics["mse"], 4) if "mse" in card.metrics else "–",
            )
            for card in cache.cards().values()
        ],
    )


digits = cache.test_digits()
layout.page(
    _("What is an autoencoder?"),
    _(
        "A network that learns to copy its input through a narrow place: "
        "what gets through is the code, and only from the code the copy is drawn."
    ),
)
layout.in_use([cache.card(cache.checkpoints()[MODEL])], digits)
subject(digits)

prompts, links = st.columns([3, 2])
with prompts:
    layout.try_this(
        [
            _("Step through the examples of one digit: which handwriting loses most?"),
            _("Pick a 4 and then a 9: which bars of the code change, which stay?"),
            _("Compare the error with that of PCA: what does a network gain over straight lines?"),
        ]
    )
with links:
    for screen in SCREENS[1:]:
        st.page_link(screen.file, label=_(screen.question), icon=screen.icon)

st.header(_("Three properties"), anchor=False)
properties(digits)
st.header(_("A family"), anchor=False)
family_tree()
st.header(_("What is on this machine"), anchor=False)
on_this_machine()
layout.how_it_works(
    _(
        r"""
The encoder $f$ turns an image $x$ into its code $z = f(x)$, the decoder $g$ turns the code into
the reconstruction $\hat x = g(z)$. Training changes the weights of both until a distance between
$x$ and $\hat x$ is small, on average over all training images: the squared error
$\lVert x - \hat x \rVert^2$ or, as here, the cross-entropy
$-\sum_i x_i \log \hat x_i + (1 - x_i) \log (1 - \hat x_i)$ over the pixels $i$. No labels are
needed: the input is its own target (self-supervised, strictly speaking, rather than
unsupervised). Often only the encoder is kept after training.
"""
    ),
    CODE,
)
