"""The model as a graph: every layer, and what flows through it for the image on the screen."""

from math import prod
from typing import Literal, TypedDict

import numpy as np
import streamlit as st

from aecore import activations
from aecore.activations import Flow, Step
from browser import component, pack, served
from pages.inside.shown import choose_shown
from ui import address, cache, frame, machine
from ui.controls import count
from ui.guard import guarded
from ui.i18n import _, language, ngettext, number

KEY = "inside-graph"  # of the component
MOST_MAPS = 256  # of a layer that are sent
FEW = 4  # numbers that are written out
SHORT = {"Conv2d": "Conv", "ConvTranspose2d": "Conv ↑"}  # a graph has little room
Row = Literal["encoder", "code", "decoder"]


class Node(TypedDict):
    """A layer; browser/inside/layers.js says what each is."""

    id: str
    row: Row
    title: str
    shape: str
    told: str
    image: bool
    arrow: str


class Words(TypedDict):
    """The names of the rows."""

    encoder: str
    code: str
    decoder: str


class Facts(TypedDict):
    """What the component is told; browser/inside/layers.js says what each is."""

    values: str
    nodes: list[Node]
    chosen: str
    language: str
    words: Words


def show() -> None:
    """A model and an image; the graph, and of a variational model a button that draws anew."""
    looked_at = choose_shown()
    model, card = cache.model(looked_at.path)
    _graph(model, card.image_shape, looked_at.subject.image)


@st.fragment
@guarded()
def _graph(
    model: "activations.Autoencoder", shape: tuple[int, int, int], pixels: np.ndarray
) -> None:
    from aecore.models import Variational

    seed = None
    if isinstance(model, Variational):
        left, right = st.columns([3, 9], vertical_alignment="center")
        with left:
            seed = count(_("Draw ε anew"), "inside_draw", icon=":material/casino:")
        right.markdown(_("The code is drawn from a cloud: $z = \\mu + \\sigma\\cdot\\varepsilon$."))
    chosen = address.field("inside_step") or "z"
    machine.compute_with_one_thread()
    found = activations.flow(model, pixels, seed)
    nodes, values = _nodes(found, _("the image"), _("the reconstruction"))
    facts: Facts = {
        "values": served(pack(None, **values), "inside flow"),
        "nodes": nodes,
        "chosen": chosen,
        "language": language(),
        "words": _words(),
    }
    component("inside/layers")(key=KEY, data=facts, on_step_change=_keep)
    sides = {"encoder": found.encoder, "decoder": found.decoder}
    frame.figures_row(
        {
            _("Weights of the encoder"): number(sum(one.parameters for one in sides["encoder"])),
            _("Weights of the decoder"): number(sum(one.parameters for one in sides["decoder"])),
            _("From pixels to numbers"): _("{pixels} to {n}").format(
                pixels=number(prod(shape)), n=number(len(found.code))
            ),
        }
    )


def _words() -> Words:
    return {"encoder": _("Encoder"), "code": _("Code"), "decoder": _("Decoder")}


def _keep() -> None:
    chosen = str(st.session_state[KEY]["step"] or "")
    st.session_state["inside_step"] = "" if chosen == "z" else chosen


def _nodes(found: Flow, image: str, made: str) -> tuple[list[Node], dict[str, np.ndarray]]:
    """The graph in its order, and what each node has as 16-bit numbers."""
    nodes: list[Node] = []
    values: dict[str, np.ndarray] = {}

    def add(
        name: str, row: Row, title: str, numbers: np.ndarray, told: str, arrow: str = "→"
    ) -> None:
        values[name] = numbers[:MOST_MAPS] if numbers.ndim == 3 else numbers
        values[name] = values[name].astype(np.float16)
        is_image = name in ("x", "made")
        if row == "code" and len(numbers) <= FEW:
            told = f"{told}: {'; '.join(number(one, 2) for one in numbers.tolist())}"
        words = _shape_words(numbers.shape)
        nodes.append(
            Node(id=name, row=row, title=title, shape=words, told=told, image=is_image, arrow=arrow)
        )

    add("x", "encoder", "x", found.image, image, arrow="")
    for place, step in enumerate(found.encoder):
        add(f"e{place}", "encoder", _short(step), step.values, _step_words(step))
    if found.mean is not None and found.log_variance is not None and found.noise is not None:
        told = _("where the middle of the image’s cloud is")
        add("mean", "code", "μ", found.mean, told, arrow="")
        told = _("how wide the cloud is; 0 is as wide as the prior")
        add("sigma", "code", "log σ", found.log_variance / 2, told, arrow="·")
        add("noise", "code", "ε", found.noise, _("drawn at random"), arrow="·")
        add("z", "code", "z", found.code, _("what the decoder is given"))
    else:
        add("z", "code", "z", found.code, _("all that the decoder is told of the image"), arrow="")
    for place, step in enumerate(found.decoder):
        arrow = "→" if place else ""
        add(f"d{place}", "decoder", _short(step), step.values, _step_words(step), arrow)
    add("made", "decoder", "x̂", found.made, made)
    return nodes, values


def _short(step: Step) -> str:
    return SHORT.get(step.kinds[0], step.kinds[0])


def _step_words(step: Step) -> str:
    """A layer in a line: what it is, its weights, the least and the largest number in it."""
    kinds = " + ".join(step.kinds)
    weights = ngettext("{n} weight", "{n} weights", step.parameters)
    low, high = (number(float(value), 2) for value in (step.values.min(), step.values.max()))
    ends = _("numbers from {low} to {high}").format(low=low, high=high)
    return f"{kinds}; {weights.format(n=number(step.parameters))}; {ends}"


def _shape_words(shape: tuple[int, ...]) -> str:
    return "×".join(number(side) for side in shape)
