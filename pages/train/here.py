"""A training in the visitor's own browser: what it is made of, and what is said of it.

It needs no server, so it is what is published of this screen; and where one server has a class, all
can train at the same time. The browser decodes the digits by itself: their codes are shipped, and
so is the decoder.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore import checkpoint, handwriting, network_halves
from aecore.map_file import MAP, load_map
from browser import component, pack, served, without_server
from pages.train import SCREEN, time_machine
from ui import address, charts, frame, lessons, machine
from ui.i18n import _, language, ngettext, number

KEY = "train-here"
WORD = "here"  # ?here=1
DECODER = checkpoint.SHIPPED / "deep-32.safetensors"  # whose codes the shipped map has

IMAGES, LEARNED = 2000, 1600  # in all; of these to learn from, the others to be tested on
PIXELS = 28 * 28
NUMBERS = 32  # of a code at first, or so few that they are a place:
SIZES = (NUMBERS, 2)
DRAWINGS = (5, 10)  # the fewest and the most to learn from; there are ten colours
PEN = 24  # units of the pad


@dataclass(frozen=True)
class Recipe:
    """How a model is trained here; ``hidden``: layers between image and code."""

    hidden: tuple[int, ...]
    rate: float
    epochs: int
    batch: int = 32


# they reach BCE 0.10 on the test part with codes of 32 numbers, and go on until the curves level
# out: benchmarks/train_in_browser.py
RECIPES = {"simple": Recipe((), 1e-2, 15), "deep": Recipe((192,), 5e-3, 20)}


class Model(TypedDict):
    """A model that can be trained here."""

    name: str
    title: str
    widths: list[int]
    batch: int
    rate: float
    epochs: int
    done: str


class Pad(TypedDict):
    """The pad for own drawings."""

    side: int
    width: int
    most: int
    points: int
    ready: str
    wanted: tuple[int, int]


class Facts(TypedDict):
    """What the component is told; browser/train/here.js says what each is."""

    language: str
    digits: str
    decoder: str
    count: int
    learned: int
    models: list[Model]
    pad: Pad
    charts: list[time_machine.Chart]
    classes: list[time_machine.Class]
    note: str
    machine: dict[str, str]
    sizes: list[tuple[int, str]]
    words: dict[str, str]


def wanted() -> bool:
    """Whether the address asks for it; without a server there is else only a run to look at."""
    asked = address.field(WORD) == "1"
    return asked or (without_server() and SCREEN.run not in st.query_params)


def offer() -> None:
    """The way to it, from the form of a training on the server."""
    _switch(_("Train in this browser instead"), "1")


def show() -> None:
    """The training in this browser. Raises Problem where the shipped files are damaged."""
    machine.compute_with_one_thread()
    halves = network_halves.packed(DECODER)
    assert halves is not None  # it is one that browsers can run
    facts: Facts = {
        "language": language(),
        "digits": served(packed_digits(checkpoint.digest(MAP)), "train digits"),
        "decoder": served(halves.decoder, "train decoder"),
        "count": IMAGES,
        "learned": LEARNED,
        "models": [_model(name, recipe) for name, recipe in RECIPES.items()],
        "pad": {
            "side": handwriting.SIDE,
            "width": PEN,
            "most": handwriting.MAX_STROKES,
            "points": handwriting.MAX_POINTS,
            "ready": _ready(),
            "wanted": DRAWINGS,
        },
        "charts": [_chart()],
        "classes": [
            {
                "name": str(digit),
                "colour": charts.class_colour(digit),
                "ink": charts.ink_on(charts.class_colour(digit)),
            }
            for digit in range(10)
        ],
        "note": time_machine.before_the_first(IMAGES - LEARNED),
        "machine": time_machine.words(NUMBERS),
        "sizes": [(size, time_machine.words(size)["caption"]) for size in SIZES],
        "words": words(),
    }
    component("train/here")(key=KEY, data=facts)
    frame.in_use([], words()["digits"])
    if not without_server():
        _switch(_("Train on the computer that runs the explorer"), "")
    with st.container(key="prompts"):
        st.markdown(f"**{lessons.of(SCREEN.name).try_this.heading}**\n\n{_prompts()}")


def _switch(words: str, value: str) -> None:
    def choose() -> None:
        st.session_state[WORD] = value

    st.button(words, icon=SCREEN.icon, type="tertiary", on_click=choose)


def _ready() -> str:
    """Where a browser fetches the strokes of each ready drawing."""
    content = json.dumps([each.strokes for each in handwriting.ready()]).encode()
    return served(content, "ready drawings", "application/json")


@lru_cache(maxsize=1)
def packed_digits(digest: str) -> bytes:
    """Codes of test digits drawn by a seed, 8 bits a number, and their labels; ``digest`` tells a
    changed map. Raises Problem."""
    shipped = load_map()
    some = np.random.default_rng(0).permutation(len(shipped.codes))[:IMAGES]
    codes = shipped.codes[some]
    lowest, highest = codes.min(0), codes.max(0)
    step = np.maximum(highest - lowest, 1e-9) / 255
    return pack(
        None,
        codes=np.rint((codes - lowest) / step).astype(np.uint8),
        lowest=lowest.astype(np.float32),
        step=step.astype(np.float32),
        labels=shipped.labels[some].astype(np.uint8),
    )


def _model(name: str, recipe: Recipe) -> Model:
    titles = {"simple": _("Simple"), "deep": _("Deep, small")}
    done = ngettext("Done: {n} epoch in {time}", "Done: {n} epochs in {time}", recipe.epochs)
    return {
        "name": name,
        "title": titles[name],
        "widths": [PIXELS, *recipe.hidden],
        "batch": recipe.batch,
        "rate": recipe.rate,
        "epochs": recipe.epochs,
        "done": done,
    }


def _chart() -> time_machine.Chart:
    kinds = (_("Training"), _("Test"))
    curves: list[time_machine.Curve] = [
        {"name": name, "values": [], "colour": colour, "dash": dash}
        for name, colour, dash in zip(kinds, charts.SERIES_COLOURS, charts.DASHES, strict=False)
    ]
    return {"title": _("BCE, nats per pixel"), "digits": 4, "curves": curves}


def words() -> dict[str, str]:
    """What is written around the training itself."""
    numbers = {
        "count": number(IMAGES),
        "learned": number(LEARNED),
        "tested": number(IMAGES - LEARNED),
        "few": number(DRAWINGS[0]),
        "many": number(DRAWINGS[1]),
    }
    texts = {
        "model": _("Model"),
        "size": _("Code size"),
        "images": _("Images"),
        "digits": _("{count} decoded digits"),
        "own": _("Own drawings"),
        "start": _("Start training"),
        "resume": _("Resume"),
        "stop": _("Stop"),
        "progress": _("How much of the training is done"),
        "about_digits": _(
            "Decoded digits, not MNIST: your browser draws them from the codes of test digits, 32 "
            "numbers each, so they are smoother. {learned} are learned from, {tested} are the test."
        ),
        "about_own": _(
            "Your drawings, varied: {count} examples, each turned by up to 15°, moved by up to two "
            "pixels and 10% larger or smaller. {learned} are learned from, {tested} are the test. "
            "All stays in your browser."
        ),
        "pad": _("Pad for drawings to learn from"),
        "keys": _("Keys: 0–9 put a ready digit, Enter adds the drawing, Delete clears the pad."),
        "how": _("Draw {few} to {many} digits or signs, one after the other."),
        "add": _("Add the drawing"),
        "clear": _("Clear"),
        "full": _("The pad is full: add the drawing, or clear the pad."),
        "placed": _("A ready {digit} lies on the pad."),
        "added": _("Drawing {name} is added."),
        "remove": _("Remove drawing {name}"),
        "started": _("The training has begun."),
        "preparing": _("Preparing the images"),
        "first": _("Epoch {k} of {n}"),
        "left": _("Epoch {k} of {n}, {time} left"),
        "early": _("Stopped before the end of the first epoch: nothing has been learned yet"),
        "stopped": _("Stopped after epoch {k} of {n}; what was learned is kept in your browser"),
        "unkept": _("Stopped after epoch {k} of {n}; your browser keeps nothing once you leave"),
        "failed": _("That did not work: the images or the training did not load. Reload the page."),
        "result": _("BCE {test} nats per pixel on the test images, {train} in training."),
        "worth_digits": _(
            "Decoded digits are simpler than real ones: MNIST has 60,000 training images, of finer "
            "detail. For these and for larger models it takes the explorer itself."
        ),
        "worth_own": _(
            "The test images are other variants of the same drawings: this says how well these are "
            "remembered. For new handwriting a model needs thousands of digits by many people."
        ),
    }
    return {name: _filled(text, numbers) for name, text in texts.items()}


def _prompts() -> str:
    """What to do next: the lesson's are for trainings on a server."""
    prompts = (
        _("Train both models: which ends lower, and whose curves part further?"),
        _("Train with a code of 2 numbers and press Play: which digits part first?"),
        _("Draw five signs of your own: which ones does the model mix up, and until when?"),
    )
    return "\n".join(f"- {prompt}" for prompt in prompts)


def _filled(text: str, numbers: dict[str, str]) -> str:
    """A text with our numbers; the browser fills in the rest."""
    for name, value in numbers.items():
        text = text.replace(f"{{{name}}}", value)
    return text
