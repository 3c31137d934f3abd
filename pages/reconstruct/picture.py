"""The picture of Reconstruct: originals, reconstructions, differences, and one image's codes."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images, Shape, dataset
from aecore.data.pictures import Picture, invert, looks_inverted, read_picture
from aecore.handwriting import Scan
from aecore.messages import Problem
from aecore.photograph import digits_in, photograph
from pages import SCREENS
from pages.reconstruct import measured
from pages.reconstruct.measured import Bottleneck, mse_of
from ui import drawing, frame, images
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, ngettext, number

SHOWN = 8  # images
LIMIT = 0.5  # the difference that has the full colour; larger ones are rare
MAX_UPLOAD = 10  # megabytes
UPLOAD = "reconstruct-upload"  # session: the picture that was handed over


def _pick(shown: Images, first: Bottleneck) -> tuple[np.ndarray, str]:
    """Let people say which images; their places, and a sentence where they are the worst."""
    classes = dataset(shown.dataset).classes if shown.labels is not None else ()
    ways = {"random": _("At random"), "class": _("By class"), "worst": _("The worst")}
    if not classes:
        del ways["class"]
    how = choose(_("Which images"), "how", list(ways), ways.__getitem__)
    if how == "worst":
        bar = st.empty()
        mse = measured.errors(first, shown, measured.telling(bar))
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
        places, words = _pick(shown, first)
        errs = st.toggle(_("Differences"), True, key="differences", bind="query-params")
        one = st.slider(_("Code of image"), 1, SHOWN, key="image", bind="query-params")
        one = min(one, len(places))
    if not len(places):
        left.info(_("There is no such image here. Choose another class."))
        return
    chosen = shown.take(places)
    copies = [Copies.of(each, chosen.pixels) for each in _both(models, straight)]
    with left:
        rows = _rows(chosen, one - 1, copies, errs)
        size = 64 if len(rows) <= 5 else images.ROW
        images.show(images.strip(rows, size, grow=True), _legend(errs))
        st.markdown(words or _lesson(models[first], shown))
        bar = st.empty()
        frame.figures_row(measured.figures(models, shown, measured.telling(bar)))
        bar.empty()
    with right:
        images.show(_codes(copies, one - 1))


def _both(models: Iterable[Bottleneck], straight: Bottleneck | None) -> list[Bottleneck]:
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
        file = st.file_uploader(
            label, key="reconstruct-file", on_change=keep, max_upload_size=MAX_UPLOAD
        )
        upload = st.session_state.get(UPLOAD)
        if upload is None:
            words = _("Hand over a photo, a letter, a drawing. It is fitted into {size}.")
            left.info(words.format(size=measured.shape_words(shape)))
            return
        fitted = upload.fitted(shape)
        pixels = fitted.pixels[None]
        notes = [_(note) for note in fitted.notes]
        if file is None:  # it was handed over before another screen was looked at
            notes.append(_("Shown is {name}.").format(name=upload.name))
        handwritten = _handwritten(upload, pixels, next(iter(models)), shape)
        if handwritten is None and looks_inverted(fitted.pixels):
            notes.append(_("It is dark on light; the digits of MNIST are light on dark."))
        if notes:
            st.caption(" ".join(notes))
        if handwritten is not None:
            pixels = handwritten
        elif st.toggle(_("Invert"), key="invert", bind="query-params"):
            pixels = invert(pixels)
        errs = st.toggle(_("Differences"), True, key="differences", bind="query-params")
    with left:
        codes = _one(_("Your picture"), pixels, models, straight, errs)
    with right:
        images.show(codes)


def _handwritten(
    upload: "Upload", pixels: np.ndarray, first: Bottleneck, shape: Shape
) -> np.ndarray | None:
    """A digit from a photograph of handwriting, uint8 (1, C, H, W), where people want that.

    At first they get it if the first bottleneck copies it better than the whole picture, uint8
    ``pixels`` (1, C, H, W). None: the whole picture.
    """
    scans = upload.scans()
    if not scans:
        return None
    digits = np.stack([drawing.pixels(scan, shape) for scan in scans])
    words = ngettext(
        "It looks like handwriting on paper: {n} digit was found.",
        "It looks like handwriting on paper: {n} digits were found.",
        len(scans),
    )
    st.caption(words.format(n=number(len(scans))))
    whole = np.concatenate([pixels, invert(pixels)])
    better = bool(Copies.of(first, digits).mse.mean() < Copies.of(first, whole).mse.min())
    key = f"handwritten-{upload.digest}"
    if not st.toggle(_("The digit instead of the whole picture"), better, key=key):
        return None
    place = 1
    if len(scans) > 1:
        place = st.number_input(_("Which digit"), 1, len(scans), key=f"which-{upload.digest}")
    return digits[place - 1 : place]


@guarded()
def own_drawing(models: dict[Bottleneck, Card], straight: Bottleneck | None, shape: Shape) -> None:
    """What somebody drew on the Sketch screen, through all bottlenecks."""
    drawn = drawing.image(shape)
    if drawn is None:
        drawing.ask_for_one(SCREENS)
        return
    left, right = st.columns([3, 2])
    with right:
        errs = st.toggle(_("Differences"), True, key="differences", bind="query-params")
    with left:
        codes = _one(drawing.words(), drawn[None], models, straight, errs)
    with right:
        images.show(codes)


def _one(
    name: str,
    pixels: np.ndarray,
    models: dict[Bottleneck, Card],
    straight: Bottleneck | None,
    errs: bool,
) -> str:
    """The picture of one image, uint8 (1, C, H, W), and its lesson; returns its codes, as HTML."""
    copies = [Copies.of(each, pixels) for each in _both(models, straight)]
    rows = _short_rows(images.picture(pixels[0], name), copies, pixels, errs)
    images.show(images.strip(rows, 112 if len(rows) <= 3 else 84), _legend(errs))
    st.markdown(_lesson(next(iter(models.values())), None))
    return _codes(copies, 0)


@dataclass(frozen=True, eq=False)
class Copies:
    """What one bottleneck makes of a few images: codes (N, d), x_hat (N, C, H, W), mse (N,)."""

    bottleneck: Bottleneck
    codes: np.ndarray
    x_hat: np.ndarray
    mse: np.ndarray

    @classmethod
    def of(cls, bottleneck: Bottleneck, pixels: np.ndarray) -> "Copies":
        """Send uint8 images (N, C, H, W) through."""
        codes, x_hat = bottleneck.through(pixels)
        return cls(bottleneck, codes, x_hat, mse_of(x_hat, pixels))

    def pictures(self) -> list[images.Picture]:
        """The reconstructions, each with its error."""
        return [
            images.picture(
                x_hat,
                _("Image {n} as {name} gives it back").format(n=n, name=self.bottleneck.name),
                number(1000 * mse, 1),
            )
            for n, (x_hat, mse) in enumerate(zip(self.x_hat, self.mse, strict=True), 1)
        ]

    def differences(self, pixels: np.ndarray, caption: str = "") -> list[images.Picture]:
        """Reconstruction minus original."""
        alt = _("Where {name} errs on image {n}")
        return [
            images.difference(x_hat, x, alt.format(n=n, name=self.bottleneck.name), caption, LIMIT)
            for n, (x_hat, x) in enumerate(zip(self.x_hat, pixels, strict=True), 1)
        ]


def _rows(shown: Images, marked: int, copies: Sequence[Copies], errs: bool) -> list[images.Row]:
    """Originals, and for each bottleneck its reconstructions and, if ``errs``, differences."""
    first = _("Decoded digit") if shown.decoded else _("Original")
    found = [images.Row(first, _originals(shown, marked))]
    for each in copies:
        found.append(images.Row(each.bottleneck.name, each.pictures()))
        if errs:
            found.append(images.Row(_("difference"), each.differences(shown.pixels)))
    return found


def _short_rows(
    original: images.Picture, copies: Sequence[Copies], pixels: np.ndarray, errs: bool
) -> list[images.Row]:
    """The same for one image: its difference stands beside its reconstruction."""
    found = [images.Row(_("Original"), [original])]
    for each in copies:
        differences = each.differences(pixels, _("difference")) if errs else []
        found.append(images.Row(each.bottleneck.name, [*each.pictures(), *differences]))
    return found


def _legend(errs: bool) -> str:
    """What the numbers under the images and, if ``errs``, the colours mean, as HTML."""
    words = escape(_("Numbers: mean squared error (MSE) × 1000"))
    colours = images.legend(limit=LIMIT) if errs else ""
    return images.beside([f'<div class="legend">{words}</div>', colours])


def _lesson(card: Card, shown: Images | None) -> str:
    """What is to be seen; ``shown`` is None for a picture of one's own."""
    if shown is None or shown.dataset != card.dataset:
        words = _(
            "{name} learned from {data} and draws everything with the strokes that it knows: "
            "an autoencoder is data-specific."
        )
        return words.format(name=card.name, data=frame.data_title(card.dataset) or "–")
    if shown.decoded:
        return _("A decoder drew these digits, so they are easier to copy than the originals.")
    return _("What is lost sits along the strokes; the background costs nothing.")


def _originals(shown: Images, marked: int) -> list[images.Picture]:
    """The images themselves with the names of their classes, one of them marked."""
    names = [""] * len(shown)
    if shown.labels is not None:
        classes = dataset(shown.dataset).classes
        names = [_(classes[label]) for label in shown.labels]
    return [
        images.picture(x, _("Image {n}").format(n=n + 1), name, marked=n == marked)
        for n, (x, name) in enumerate(zip(shown.pixels, names, strict=True))
    ]


def _codes(copies: Sequence[Copies], place: int) -> str:
    """The codes of the image at ``place``, as HTML."""
    bars = []
    height = 84 if len(copies) <= 2 else 50
    for each in copies:
        name, size = each.bottleneck.name, each.codes.shape[1]
        words = ngettext("{name}: {n} number", "{name}: {n} numbers", size)
        alt = _("Code of image {n} by {name}").format(n=place + 1, name=name)
        caption = words.format(name=name, n=number(size))
        bars.append(images.code_bars(each.codes[place], alt, caption, height))
    return images.beside(bars)


@dataclass(frozen=True, eq=False)
class Upload:
    """A picture that somebody handed over, as its bytes; ``digest`` is for caches."""

    name: str
    digest: str
    data: bytes

    @classmethod
    def of(cls, name: str, data: bytes) -> "Upload":
        """Of a file's name and content."""
        return cls(name, hashlib.sha256(data).hexdigest(), data)

    def fitted(self, shape: Shape) -> Picture:
        """The picture in a model's shape (C, H, W). Raises Problem."""
        return _fitted(self.digest, shape, self.data)

    def scans(self) -> list[Scan]:
        """The digits on it, if it is a photograph of handwriting."""
        return _scans(self.digest, self.data)


@st.cache_data(max_entries=32, show_spinner=False)
def _scans(digest: str, _data: bytes) -> list[Scan]:
    try:
        return [digit.scan() for digit in digits_in(photograph(_data))]
    except Problem:
        return []


@st.cache_data(max_entries=32, show_spinner=False)
def _fitted(digest: str, shape: Shape, _data: bytes) -> Picture:
    return read_picture(_data, shape)
