"""What models make of the visitor's drawing, beside the pad that it is drawn on."""

from pathlib import Path
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.handwriting import Drawing, Scan
from browser import component, pack, served, without_server
from pages.sketch import compared, here, pad, photograph
from pages.sketch.compared import DENOISER, MAP_MODEL, Question
from pages.sketch.places import Backdrop
from ui import cache, drawing, images, saving
from ui.guard import guarded
from ui.i18n import _, language, ngettext, number, percent

DRAWN, PHOTOGRAPHED = "drawn", "photographed"  # how the visitor's digit comes here
SMALLER = 70  # pixels on the screen: an image under noise
NEAREST = 9  # digits
FAR = 0.99  # further from every known digit than this share of test digits are: like none of them


class Models(TypedDict):
    """Where the browser fetches models and digits; browser/sketch/seeing.js says what each is."""

    chosen: list[str]
    shape: tuple[int, int, int]
    map: list[str]
    plane: str
    digits: str
    places: str


class Words(TypedDict):
    """What the component says."""

    ask: str
    votes: list[str]
    far: str
    arrows: tuple[str, str]
    image: tuple[str, str]
    drawing: str
    code: str
    copy: str
    error: str
    rest: str
    digit: str
    nearest: str
    files: tuple[str, str]
    failed: str


class Facts(TypedDict):
    """What the component is told; browser/sketch/answer.js says what each is."""

    at: int
    given: bool
    centred: bool
    models: Models
    far: float
    plane: Backdrop
    map: Backdrop
    language: str
    words: Words


class Behind:
    """What stays the same from stroke to stroke; ``prepare`` gets it, which takes a second or two
    at the first time."""

    models: Models
    plane: Backdrop
    map: Backdrop
    ready = False

    def prepare(self, path: Path) -> None:
        """Get the models ready, that of the checkpoint at ``path`` among them. Raises Problem."""
        if not without_server():
            compared.shipped_coder(DENOISER)
        known, plane_model = compared.known(), compared.plane_model()
        plane, on_map = _("Plane of {name}"), _("t-SNE map of {name}")
        self.plane = known.plane.backdrop(plane.format(name=plane_model))
        self.map = known.map.backdrop(on_map.format(name=MAP_MODEL))
        self.models = {
            "chosen": here.weights(path),
            "shape": cache.card(path).image_shape,
            "map": here.weights(compared.path_of(MAP_MODEL)),
            "plane": here.weights(compared.path_of(plane_model), here.ENCODER)[0],
            "digits": served(known.digits, "test digits on the map"),
            "places": served(known.on_plane, "test digits on the plane"),
        }
        self.ready = True


def show(path: Path, way: str) -> None:
    """The pad, and while it is drawn on what the checkpoint at ``path`` and others make of it.

    ``way``: DRAWN or PHOTOGRAPHED; then a photograph and its digits stand where the pad is.
    """
    with st.container(key="sketch"):
        _digit_and_answer(path, way, pad.ready_drawings(), Behind())


def offer_home(path: Path) -> None:
    """The page itself as a file, where a browser can run the checkpoint at ``path``."""
    goes = here.small_enough(path)
    saving.offer("sketch", home=saving.Home("sketch", checkpoint.digest(path)) if goes else None)


@st.fragment
@guarded()
def _digit_and_answer(path: Path, way: str, ready: str, behind: Behind) -> None:
    """A whole class may draw at once: few messages, and few models that the server runs."""
    made = drawing.from_address()
    if way == PHOTOGRAPHED and not without_server():
        photograph.choose_digit(made)
    else:
        pad.pad(made, ready)
    waiting = st.empty()
    if not behind.ready:
        with waiting, st.spinner(_("Getting the models ready …")):
            behind.prepare(path)
    facts, arrays = _facts(path, way, made, behind), _arrays(path, made, behind)
    component("sketch/answer")(key="sketch-answer", data=pack(facts, **arrays))
    if without_server():  # it restores with a model that is large
        return
    strength = st.slider(_("Noise σ"), 0.0, 1.0, 0.5, 0.05, key="noise", bind="query-params")
    images.show(_under_noise(made, strength))


def _arrays(path: Path, made: Drawing | Scan, behind: Behind) -> dict[str, np.ndarray]:
    """The drawing as models take it, and what one makes of it that is too large for the browser."""
    if made.empty:
        return {}
    digit, image = drawing.pixels(made), drawing.pixels(made, behind.models["shape"])
    if behind.models["chosen"]:
        return {"digit": digit, "image": image}
    code, copy = compared.through(Question(path, image))
    return {"digit": digit, "image": image, "code": code, "copy": copy}


def _facts(path: Path, way: str, made: Drawing | Scan, behind: Behind) -> Facts:
    return {
        "at": pad.told(),
        "given": not made.empty,
        "centred": made.centred,
        "models": behind.models,
        "far": FAR,
        "plane": behind.plane,
        "map": behind.map,
        "language": language(),
        "words": _words(path, way),
    }


def _words(path: Path, way: str) -> Words:
    card = cache.card(path)
    size = card.latent_dim
    ask = _("Draw a digit, or press a number key on the pad: the models answer here.")
    if way == PHOTOGRAPHED:
        ask = _("Take a digit from your photograph: the models answer here.")
    far = _("But it is further from all digits than {share} of the test digits are.")
    return {
        "ask": ask,
        "votes": [_vote(n) for n in range(1, NEAREST + 1)],
        "far": f"{{words}} {far.format(share=percent(FAR))}",
        "arrows": (_("encoder"), _("decoder")),
        "image": (_("x: in MNIST’s form"), _("x: as on the pad")),
        "drawing": drawing.words(),
        "code": ngettext("z: {n} number", "z: {n} numbers", size).format(n=number(size)),
        "copy": _("Your drawing as {name} gives it back").format(name=card.name),
        "error": _("x̂: MSE {mse}"),
        "rest": _("{name} is large: it answers when the pen rests").format(name=card.name),
        "digit": _("A handwritten {digit}"),
        "nearest": _("Nearest test digits, decoded"),
        "files": (f"{_('Code')} · CSV", f"{_('Pictures')} · PNG"),
        "failed": _("The model did not arrive. Reload the page."),
    }


def _vote(n: int) -> str:
    """What the nearest digits say where ``n`` of them agree, still with {digit}."""
    words = ngettext(
        "Looks like {digit}: so says {n} of its {total} nearest digits.",
        "Looks like {digit}: so say {n} of its {total} nearest digits.",
        n,
    )
    return words.format(digit="{digit}", n=number(n), total=number(NEAREST))


def _under_noise(made: Drawing | Scan, strength: float) -> str:
    """The drawing with noise of that strength, and what the shipped denoiser takes for it."""
    from aecore import restoration

    names = [_("Noisy"), _("Denoised")]
    if made.empty:
        return images.flow([images.waiting(SMALLER, SMALLER, name) for name in names])
    noisy = restoration.damage(drawing.pixels(made)[None], "gaussian", strength, seed=0)[0]
    parts = [
        images.picture(image, f"{name}: {drawing.words()}", name)
        for name, image in zip(names, (noisy, compared.denoised(noisy)), strict=True)
    ]
    return images.flow([images.figure(part, SMALLER) for part in parts])
