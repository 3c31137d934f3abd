"""Reconstruct: what survives the bottleneck?"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images, Shape, dataset
from aecore.data.pictures import invert, looks_inverted
from aecore.messages import N_
from ui import cache, images, layout, reconstruction
from ui.controls import choose, choose_many
from ui.guard import guarded
from ui.i18n import _, number
from ui.reconstruction import OWN, Bottleneck, Copies, Upload

SHOWN = 8  # images
UPLOAD = "reconstruct-upload"  # session: the picture that was handed over

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
$$z = f(x), \qquad \hat x = g(z), \qquad
\text{MSE} = \frac1n \sum_{i=1}^n (\hat x_i - x_i)^2$$

$x$: the image, $n$ grey levels from 0 to 1 (784 for 28×28). $f$: the encoder. $z$: the code, far
fewer numbers (32 in deep-32). $g$: the decoder. $\hat x$: the reconstruction.

PCA is the best that $f$ and $g$ can do with straight lines: with $\mu$ the mean training image
and $W$ the directions in which training images differ most, one a row,

$$z = W (x - \mu), \qquad \hat x = \mu + W^\top z$$

A network bends: images of digits lie near a curved sheet among all images, and a curved sheet
comes closer to them than a flat one of the same dimension.
"""
)


def pick(shown: Images, first: Bottleneck) -> tuple[np.ndarray, str]:
    """Let people say which images; their places, and a sentence where they are the worst."""
    classes = dataset(shown.dataset).classes if shown.labels is not None else ()
    ways = {"random": _("At random"), "class": _("By class"), "worst": _("The worst")}
    if not classes:
        del ways["class"]
    how = choose(_("Which images"), "how", list(ways), ways.__getitem__)
    if how == "worst":
        bar = st.empty()
        mse = reconstruction.errors(first, shown, reconstruction.telling(bar))
        bar.empty()
        words = _("Of all {total} test images, those that {name} gets most wrong.")
        return np.argsort(-mse)[:SHOWN], words.format(total=number(len(shown)), name=first.name)
    among = np.arange(len(shown))
    if how == "class":
        numbers = [str(n) for n in range(len(classes))]
        chosen = choose(_("Class"), "class", numbers, lambda n: _(classes[int(n)]))
        among = np.flatnonzero(shown.labels == int(chosen))
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    tip = _("The same seed draws the same images, on every machine.")
    seed = left.number_input(_("Seed"), 0, 9999, key="seed", bind="query-params", help=tip)
    right.button(_("More"), on_click=lambda: st.session_state.update(seed=(seed + 1) % 10_000))
    return np.random.default_rng(seed).permutation(among)[:SHOWN], ""


@st.fragment
@guarded()
def picture(models: dict[Bottleneck, Card], straight: Bottleneck | None, shown: Images) -> None:
    """Originals, reconstructions and differences, figures, and the code of one image."""
    left, right = st.columns([16, 5])
    with right:
        first = next(iter(models))
        places, words = pick(shown, first)
        errs = st.toggle(_("Differences"), True, key="differences", bind="query-params")
        one = st.slider(_("Code of image"), 1, SHOWN, key="image", bind="query-params")
        one = min(one, len(places))
    if not len(places):
        left.info(_("There is no such image here. Choose another class."))
        return
    chosen = shown.take(places)
    copies = [Copies.of(each, chosen.pixels) for each in both(models, straight)]
    with left:
        original = reconstruction.originals(chosen, marked=one - 1)
        rows = reconstruction.rows(original, copies, chosen.pixels, errs)
        size = 64 if len(rows) <= 5 else images.ROW
        images.show(images.strip(rows, size, grow=True), reconstruction.legend(errs))
        st.markdown(words or reconstruction.lesson(models[first], shown))
        bar = st.empty()
        layout.figures_row(reconstruction.figures(models, shown, reconstruction.telling(bar)))
        bar.empty()
    with right:
        images.show(reconstruction.codes(copies, one - 1))


def both(models: Iterable[Bottleneck], straight: Bottleneck | None) -> list[Bottleneck]:
    """The models and, if there is one, their straight-line rival."""
    return [*models, straight] if straight else [*models]


@guarded()
def own_picture(models: dict[Bottleneck, Card], straight: Bottleneck | None, shape: Shape) -> None:
    """A picture that somebody hands over, through all bottlenecks."""
    left, right = st.columns([3, 2])
    with right:

        def keep() -> None:
            file = st.session_state["reconstruct-file"]
            st.session_state[UPLOAD] = file and Upload.of(file.name, file.getvalue())

        label = _("A picture: PNG, JPEG, GIF, BMP, WebP or TIFF")
        file = st.file_uploader(label, key="reconstruct-file", on_change=keep)
        upload = st.session_state.get(UPLOAD)
        if upload is None:
            words = _("Hand over a photo, a letter, a drawing. It is fitted into {size}.")
            left.info(words.format(size=reconstruction.shape_words(shape)))
            return
        fitted = upload.fitted(shape)
        pixels = fitted.pixels[None]
        notes = [_(note) for note in fitted.notes]
        if file is None:  # it was handed over before another screen was looked at
            notes.append(_("Shown is {name}.").format(name=upload.name))
        if looks_inverted(fitted.pixels):
            notes.append(_("It is dark on light; the digits of MNIST are light on dark."))
        if notes:
            st.caption(" ".join(notes))
        if st.toggle(_("Invert"), key="invert", bind="query-params"):
            pixels = invert(pixels)
        errs = st.toggle(_("Differences"), True, key="differences", bind="query-params")
    copies = [Copies.of(each, pixels) for each in both(models, straight)]
    with left:
        original = images.picture(pixels[0], _("Your picture"))
        rows = reconstruction.short_rows(original, copies, pixels, errs)
        size = 112 if len(rows) <= 3 else 84
        images.show(images.strip(rows, size), reconstruction.legend(errs))
        st.markdown(reconstruction.lesson(next(iter(models.values())), None))
    with right:
        images.show(reconstruction.codes(copies, 0))


def show(cards: dict[str, Card], shown: Images | None, shape: Shape, with_pca: bool) -> None:
    """The picture of these models, and what to do and to know."""
    paths = cache.checkpoints()
    frame = st.empty()
    with frame, st.spinner(_("Getting the models ready …")):
        models = {reconstruction.of_model(name, paths[name]): cards[name] for name in cards}
    first = next(iter(models.values()))
    with frame, st.spinner(_("Fitting PCA to the training images …")):
        straight = reconstruction.rival(first) if with_pca else None
    with frame.container():
        if with_pca and straight is None:
            st.caption(reconstruction.no_pca(first))
        if shown is None:
            own_picture(models, straight, shape)
        else:
            picture(models, straight, shown)
    layout.try_this(
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
    layout.how_it_works(_(FORMULA), CODE)


layout.page(
    _("What survives the bottleneck?"),
    _("An image goes through a code of a few numbers and comes back: what the code can't hold "
      "is lost."),
)  # fmt: skip
cards = {name: replace(card, name=name) for name, card in cache.cards().items()}
one, two, three = st.columns([5, 3, 2], vertical_alignment="bottom")
with one:
    names = choose_many(_("Models"), "models", list(cards), default=["deep-32"], most=3)
with two:
    data_sets = reconstruction.data_sets(cards.values())
    data = choose(_("Images"), "data", data_sets, reconstruction.data_words)
with three:
    tip = _("Principal component analysis: the best code of the same size by straight lines.")
    with_pca = st.toggle(_("PCA"), True, key="pca", bind="query-params", help=tip)
shown = None if data == OWN else reconstruction.test_images(data)
# a picture of one's own is brought to the shape that the first model knows
shape = shown.shape if shown else reconstruction.first_shape(cards, names)
fitting = {name: cards[name] for name in names if cards[name].image_shape == shape}
layout.in_use(list(fitting.values()), shown or reconstruction.data_words(OWN))
for name in set(names) - set(fitting):
    st.info(reconstruction.misfit(cards[name], shape))
if not fitting:
    st.info(_("Choose one to three models for these images."))
else:
    show(fitting, shown, shape, with_pca)
