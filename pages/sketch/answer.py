"""What models make of the visitor's drawing, beside the pad that it is drawn on."""

from html import escape
from pathlib import Path

import streamlit as st

from aecore import metrics
from aecore.handwriting import Drawing, Scan
from browser import component
from pages.sketch import compared, photograph, places
from pages.sketch.compared import (
    DENOISER,
    MAP_MODEL,
    NEAREST,
    PLANE_MODEL,
    Compared,
    Question,
    Seen,
    Similar,
)
from pages.sketch.pad import pad, ready_drawings
from ui import cache, drawing, images
from ui.guard import guarded
from ui.i18n import _, ngettext, number, percent

DRAWN, PHOTOGRAPHED = "drawn", "photographed"  # how the visitor's digit comes here
SIZE = 112  # pixels on the screen: the drawing and what comes back of it
SMALLER = 70  # the same under noise
FAR = 0.99  # further from every known digit than this share of test digits are: like none of them


class Backdrop:
    """What a drawing is compared with, and the pictures of plane and map as HTML, without marks.

    ``prepare`` gets all of it, which takes seconds at the first time.
    """

    compared: Compared
    plane: str
    map: str
    ready = False

    def prepare(self) -> None:
        """Get the models ready and draw what stays the same from stroke to stroke."""
        compared.shipped_coder(DENOISER)
        self.compared = compared.shipped()
        plane, on_map = _("Plane of {name}"), _("t-SNE map of {name}")
        self.plane = self.compared.plane.picture.picture(plane.format(name=PLANE_MODEL))
        self.map = self.compared.map.picture.picture(on_map.format(name=MAP_MODEL))
        self.ready = True


def show(path: Path, way: str) -> None:
    """The pad, and after every stroke what the checkpoint at ``path`` and others make of it.

    ``way``: DRAWN or PHOTOGRAPHED; then a photograph and its digits stand where the pad is.
    """
    with st.container(key="sketch"):
        _digit_and_answer(path, way, ready_drawings(), Backdrop())


@st.fragment
@guarded()
def _digit_and_answer(path: Path, way: str, ready: str, behind: Backdrop) -> None:
    """A whole class may draw at once: few messages, and the models answer all of them together."""
    made = drawing.from_address()
    if way == PHOTOGRAPHED:
        photograph.choose_digit(made)
    else:
        pad(made, ready)
    answer = st.empty()
    strength = st.slider(_("Noise σ"), 0.0, 1.0, 0.5, 0.05, key="noise", bind="query-params")
    if not behind.ready:
        with answer, st.spinner(_("Getting the models ready …")):
            behind.prepare()
    question = _question(path, made, strength) if not made.empty else None
    seen = None if question is None else behind.compared.see(question)
    with answer:
        images.show(_through(path, made, question, seen), _around(behind, seen))
    images.show(_under_noise(question, seen))
    words = _("Draw a digit, or press a number key on the pad: the models answer here.")
    if way == PHOTOGRAPHED:
        words = _("Take a digit from your photograph: the models answer here.")
    component("sketch/live")(key="sketch-said", data=_verdict(seen.digits) if seen else words)


def _question(path: Path, made: Drawing | Scan, strength: float) -> Question:
    """The drawing, as the models take it, and with noise of that ``strength`` on it."""
    from aecore import restoration

    card = cache.card(path)
    digit = drawing.pixels(made)
    image = digit if card.image_shape == digit.shape else drawing.pixels(made, card.image_shape)
    noisy = restoration.damage(digit[None], "gaussian", strength, seed=0)[0]
    return Question(digit, noisy, path, image)


def _verdict(found: Similar) -> str:
    """What the nearest digits say, and whether that is worth much."""
    digit, votes = found.vote
    words = ngettext(
        "Looks like {digit}: so says {n} of its {total} nearest digits.",
        "Looks like {digit}: so say {n} of its {total} nearest digits.",
        votes,
    ).format(digit=digit, n=number(votes), total=number(len(found.labels)))
    if found.rank < FAR:
        return words
    far = _("But it is further from all digits than {share} of the test digits are.")
    return f"{words} {far.format(share=percent(FAR))}"


def _through(path: Path, made: Drawing | Scan, question: Question | None, seen: Seen | None) -> str:
    """Drawing → code → reconstruction, by the model that was chosen."""
    arrows = [_("encoder"), _("decoder")]
    if question is None or seen is None:
        sizes = {"x": SIZE, "z": 120, "x̂": SIZE}
        frames = [images.waiting(width, SIZE, name) for name, width in sizes.items()]
        return images.flow(frames, arrows)
    x, code, x_hat = question.image, seen.code, seen.x_hat
    name = _("x: in MNIST’s form") if made.centred else _("x: as on the pad")
    numbers = ngettext("z: {n} number", "z: {n} numbers", len(code)).format(n=number(len(code)))
    error = float(metrics.mse(x_hat[None], images.unit(x)[None])[0])
    alt = _("Your drawing as {name} gives it back").format(name=cache.card(path).name)
    caption = _("x̂: MSE {mse}").format(mse=number(error, 4))
    parts = [
        images.figure(images.picture(x, drawing.words(), name), SIZE),
        images.code_bars(code, numbers, numbers, SIZE),
        images.figure(images.picture(x_hat, alt, caption), SIZE),
    ]
    return images.flow(parts, arrows)


def _around(behind: Backdrop, seen: Seen | None) -> str:
    """Where the drawing lies among the test digits, and the digits that lie nearest to it."""
    plane, on_map = _("Plane of {name}"), _("t-SNE map of {name}")
    real = _("Nearest training digits")
    title = _("Nearest test digits, decoded") if behind.compared.known.decoded else real
    figures = [images.waiting(images.ROW, images.ROW, "–")] * NEAREST
    if seen is not None:
        alt = _("A handwritten {digit}")
        digits = zip(seen.digits.pixels, seen.digits.labels, strict=True)
        figures = [
            images.figure(images.picture(x, alt.format(digit=label), str(label)))
            for x, label in digits
        ]
    on_plane, there = (seen.on_plane, seen.on_map) if seen else ("", "")
    parts = [
        _titled(plane.format(name=PLANE_MODEL), places.marked(behind.plane, on_plane)),
        _titled(on_map.format(name=MAP_MODEL), places.marked(behind.map, there)),
        _titled(title, f'<div class="similar">{"".join(figures)}</div>'),
    ]
    return f'<div class="around">{"".join(parts)}</div>'


def _titled(words: str, content: str) -> str:
    return f"<div><p>{escape(words)}</p>{content}</div>"


def _under_noise(question: Question | None, seen: Seen | None) -> str:
    """The drawing with noise on it, and what the shipped denoiser takes for it."""
    names = [_("Noisy"), _("Denoised")]
    if question is None or seen is None:
        return images.flow([images.waiting(SMALLER, SMALLER, name) for name in names])
    parts = [
        images.picture(image, f"{name}: {drawing.words()}", name)
        for name, image in zip(names, (question.noisy, seen.clean), strict=True)
    ]
    return images.flow([images.figure(part, SMALLER) for part in parts])
