"""What is looked at: test images, a picture that somebody hands over, or the visitor's drawing."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from aecore.data import Images, Shape, dataset
from aecore.data.pictures import ReadPicture, invert, looks_inverted, read_picture
from aecore.handwriting import Scan
from aecore.kinds import ACCEPTED
from aecore.messages import Problem
from ui import drawing, images
from ui.controls import choose, count
from ui.i18n import _, ngettext, number
from ui.screens import Screen

UPLOAD = "upload"  # stands in the address where a data set would
OWN = (UPLOAD, drawing.CHOICE)  # what a visitor brings
MAX_UPLOAD = 10  # megabytes
FIRST = "3"  # the class that is shown at first, where there is one
FILE = "picture-file"  # key of the field that takes a file
HANDED_OVER = "picture-handed-over"  # session: the picture, which outlasts a change of screen


@dataclass(frozen=True, eq=False)
class Subject:
    """Images (N, C, H, W), uint8, and what can be said of them.

    ``title`` says what all of them are, such as "Original"; ``classes`` what each shows, "" where
    nobody knows. ``dataset``: whose test images they are; None for what a visitor has brought.
    ``decoded``: a decoder drew them, they are not the originals.
    """

    pixels: np.ndarray
    title: str
    classes: Sequence[str]
    dataset: str | None = None
    decoded: bool = False

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def image(self) -> np.ndarray:
        """The first of them, or the only one: uint8 (C, H, W)."""
        first: np.ndarray = self.pixels[0]
        return first

    @cached_property
    def digest(self) -> str:
        """What tells them from all others, for caches."""
        return hashlib.sha256(self.pixels.tobytes()).hexdigest()[:16]

    @property
    def words(self) -> str:
        """What the first of them is, for people."""
        name = self.classes[0]
        return f"{self.title}: {name}" if name else self.title

    @cached_property
    def row(self) -> images.Row:
        """Them as a row of pictures with their classes below; drawn once, for sliders' reruns."""
        return self.copies(self.title, self.pixels, self.classes)

    def copies(self, title: str, pixels: np.ndarray, captions: Sequence[str]) -> images.Row:
        """A row of what became of each: ``pixels`` as in ``images.picture``, a caption each."""
        names = [name or number(n) for n, name in enumerate(self.classes, 1)]
        parts = zip(pixels, names, captions, strict=True)
        return images.Row(title, [images.picture(x, f"{title}: {name}", c) for x, name, c in parts])


def test_images(shown: Images, places: Sequence[int] | np.ndarray) -> Subject:
    """The test images at these places."""
    some = shown.take(places)
    classes = [""] * len(some)
    if some.labels is not None:
        names = dataset(shown.dataset).classes
        classes = [_(names[label]) for label in some.labels]
    title = _("Decoded") if shown.decoded else _("Original")
    return Subject(some.pixels, title, classes, shown.dataset, shown.decoded)


def drawn(shape: Shape, times: int = 1) -> Subject | None:
    """The visitor's drawing in this shape, so many times; None without one."""
    image = drawing.image(shape)
    if image is None:
        return None
    return Subject(np.repeat(image[None], times, axis=0), drawing.words(), [""] * times)


def choose_one(shown: Images, name: str, example: str, screens: Iterable[Screen]) -> Subject:
    """Let people choose one of these test images by its class, or their drawing.

    The address keeps the class under ``name``, and under ``example`` how often "Another one" was
    pressed. ``screens``: where one may draw; the page stops where there is no drawing yet.
    """
    left, right = st.columns([7, 2.2], vertical_alignment="center")
    options = {"any": _("Any test image")}
    if shown.labels is not None:
        names = [_(each) for each in dataset(shown.dataset).classes]
        options = {str(label): names[label] for label in np.unique(shown.labels).tolist()}
    short = all(len(words) < 3 for words in options.values())
    options[drawing.CHOICE] = drawing.words()
    with left:
        chosen = choose(
            _("Image"),
            name,
            list(options),
            options.__getitem__,
            default=FIRST if FIRST in options else None,
            kind="row" if short else "list",
            label_visibility="collapsed",
        )
    with right:
        nth = count(_("Another one"), example, icon=":material/refresh:")
    if chosen == drawing.CHOICE:
        own = drawn(shown.shape)
        if own is None:
            drawing.ask_for_one(screens)
            st.stop()
        return own
    places = np.arange(len(shown))
    if shown.labels is not None and chosen != "any":
        places = np.flatnonzero(shown.labels == int(chosen))
    return test_images(shown, [places[nth % len(places)]])


def handed_over(shape: Shape, errors: Callable[[np.ndarray], np.ndarray]) -> Subject | None:
    """The field that takes a picture, and what was handed over, fitted into this shape.

    Of a photograph of handwriting people may take a digit instead. At first they see what is
    copied better: ``errors`` (N,) of images (N, C, H, W). None while there is no picture. Raises
    Problem.
    """

    def keep() -> None:
        file = st.session_state[FILE]
        st.session_state[HANDED_OVER] = file and Upload.of(file.name, file.getvalue())

    label = _("A picture: {formats}").format(formats=ACCEPTED)
    file = st.file_uploader(label, key=FILE, on_change=keep, max_upload_size=MAX_UPLOAD)
    upload: Upload | None = st.session_state.get(HANDED_OVER)
    if upload is None:
        return None
    picture = upload.fitted(shape)
    notes = [_(note) for note in picture.notes]
    if file is None:  # it was handed over before another screen was looked at
        notes.append(_("Shown is {name}.").format(name=upload.name))
    pixels = picture.pixels[None]
    digit = _handwritten(upload, pixels, errors)
    if digit is None and looks_inverted(picture.pixels):
        notes.append(_("It is dark on light; the digits of MNIST are light on dark."))
    if notes:
        st.caption(" ".join(notes))
    if digit is not None:
        return Subject(digit, _("Your digit"), [""])
    if st.toggle(_("Invert"), key="invert", bind="query-params"):
        pixels = invert(pixels)
    return Subject(pixels, _("Your picture"), [""])


def _handwritten(
    upload: "Upload", pixels: np.ndarray, errors: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray | None:
    """A digit (1, C, H, W) from a photograph of handwriting, where people want that.

    None: they want the whole picture, ``pixels`` (1, C, H, W), or it is none of handwriting.
    """
    scans = upload.scans()
    if not scans:
        return None
    words = ngettext(
        "It looks like handwriting on paper: {n} digit was found.",
        "It looks like handwriting on paper: {n} digits were found.",
        len(scans),
    )
    st.caption(words.format(n=number(len(scans))))
    digits = np.stack([drawing.pixels(scan, pixels.shape[1:]) for scan in scans])
    whole = np.concatenate([pixels, invert(pixels)])
    better = bool(errors(digits).mean() < errors(whole).min())
    key = f"handwritten-{upload.digest}"
    if not st.toggle(_("The digit instead of the whole picture"), better, key=key):
        return None
    place = 1
    if len(scans) > 1:
        place = st.number_input(_("Which digit"), 1, len(scans), key=f"which-{upload.digest}")
    return digits[place - 1 : place]


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

    def fitted(self, shape: Shape) -> ReadPicture:
        """The picture in a model's shape (C, H, W). Raises Problem."""
        return _fitted(self.digest, shape, self.data)

    def scans(self) -> list[Scan]:
        """The digits on it, if it is a photograph of handwriting."""
        return _scans(self.digest, self.data)


@st.cache_data(max_entries=32, show_spinner=False)
def _scans(digest: str, _data: bytes) -> list[Scan]:
    from aecore.photograph import digits_in, photograph

    try:
        return [digit.scan() for digit in digits_in(photograph(_data))]
    except Problem:
        return []


@st.cache_data(max_entries=32, show_spinner=False)
def _fitted(digest: str, shape: Shape, _data: bytes) -> ReadPicture:
    return read_picture(_data, shape)
