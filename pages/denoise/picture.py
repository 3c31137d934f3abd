"""The picture of Denoise: its buttons and slider, the rows of images and their figures."""

from collections.abc import Mapping
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore.checkpoint import Card
from browser import component, pack, without_server
from pages import SCREENS
from pages.denoise import here
from pages.denoise.denoiser import Denoiser, decibels, restored
from ui import cache, drawing, frame
from ui.controls import count
from ui.guard import guarded
from ui.i18n import _, decimal, language
from ui.subject import Subject

KEY = "denoise-rows"  # of the component
STEP = 0.05  # of the strength

# mean PSNR in dB over the 10,000 MNIST test digits at the strength where models are compared: of
# the damaged images and of what the median makes of them
RIVALS = {"gaussian": (9.4, 14.2)}


class Words(TypedDict):
    """What the component says."""

    strength: str
    again: str
    meaning: str
    images: str
    mean: str
    decibels: str
    infinite: str
    meanwhile: str
    waiting: str
    failed: str


class Facts(TypedDict):
    """What the component is told; browser/denoise/denoise.js says what each is."""

    key: str
    kind: str
    seed: int
    shape: tuple[int, int, int]
    names: list[str]
    strength: float
    here: bool
    weights: list[str]
    runs: str
    model: str
    rows: tuple[str, str, str]
    rivals: list[str]
    compared: str
    language: str
    words: Words


def show(denoiser: Denoiser, kind: str, which: str) -> None:
    """Buttons and slider, and below them the images that ``which`` says, damaged and restored."""
    from aecore.corruption import CORRUPTIONS

    # the buttons stand outside of the fragment: the slider's reruns have less to draw
    again, other, compare = st.columns([5, 5, 5], vertical_alignment="center")
    with again:
        damage = CORRUPTIONS[kind]
        seed = count(_(damage.again), "damage", icon=":material/casino:") if damage.random else 0
    with other:
        draw = count(_("Other images"), "others", icon=":material/refresh:")
    rivals = compare.toggle(_("Median and PCA"), key="rivals", bind="query-params")
    looked_at = denoiser.subject(which, draw)
    if looked_at is None:
        drawing.ask_for_one(SCREENS)
    elif not len(looked_at):
        st.info(_("There is no such image here. Choose another class."))
    else:
        _restored(denoiser, kind, looked_at, seed, rivals)


@st.fragment
@guarded()
def _restored(denoiser: Denoiser, kind: str, looked_at: Subject, seed: int, rivals: bool) -> None:
    """The slider and the rows of images that follow it, here and in the visitor's browser."""
    from aecore.corruption import CORRUPTIONS

    # the component has the slider that people see; this one, unseen, keeps its value in the address
    strength = st.slider(
        _(CORRUPTIONS[kind].slider), 0.0, 1.0, 0.5, STEP, key="noise", bind="query-params"
    )
    by = (denoiser.model.key, cache.identity(denoiser.images), looked_at.digest)
    packed, compared = _answered(*by, kind, strength, seed, rivals, denoiser, looked_at)
    told = " · ".join(
        f"{denoiser.name(method, kind)} {decibels(psnr)}" for method, psnr in compared.items()
    )
    facts = _facts(denoiser, kind, looked_at, seed, rivals, strength, told)
    component("denoise/denoise")(key=KEY, data=pack(facts, **packed), on_strength_change=_keep)


def _keep() -> None:
    """Take over the strength that the component tells."""
    told = float(st.session_state[KEY]["strength"])
    st.session_state["noise"] = round(round(min(max(told, 0.0), 1.0) / STEP) * STEP, 2)


# Computed once for all who look at the same: a slider has few places, and most of a class leave the
# other choices as they are.
@st.cache_resource(max_entries=256, show_spinner=False)
def _answered(
    model: str,
    data: tuple[str, int, bool],
    images_digest: str,
    kind: str,
    strength: float,
    seed: int,
    rivals: bool,
    _denoiser: Denoiser,
    _looked_at: Subject,
) -> tuple[Mapping[str, np.ndarray], Mapping[str, float]]:
    """Images for the component, those that the browser can't make among them, and the rivals'
    mean PSNR."""
    methods = tuple(_denoiser.methods)
    found, means = restored(_denoiser, _looked_at, kind, strength, seed, methods)
    others = [method for method in methods if method not in ("damaged", "model")]
    packed = {"originals": _looked_at.pixels}
    if kind not in here.DAMAGES:
        packed["damaged"] = found["damaged"]
    runs = here.runs(_denoiser.path, _denoiser.card)
    if runs is None or runs.name != _denoiser.card.name or kind not in here.DAMAGES:
        packed["restored"] = found["model"]
    if rivals:
        packed |= {f"rival{place}": found[method] for place, method in enumerate(others)}
    return packed, {method: means[method] for method in others}


def _facts(
    denoiser: Denoiser,
    kind: str,
    looked_at: Subject,
    seed: int,
    rivals: bool,
    strength: float,
    compared: str,
) -> Facts:
    from aecore.corruption import CORRUPTIONS

    damage, runs = CORRUPTIONS[kind], here.runs(denoiser.path, denoiser.card)
    name = denoiser.name
    again = _(damage.again) if damage.random and without_server() else ""
    return {
        "key": f"{looked_at.digest} {kind} {seed}",
        "kind": kind,
        "seed": seed,
        "shape": denoiser.card.image_shape,
        "names": list(looked_at.classes),
        "strength": strength,
        "here": kind in here.DAMAGES,
        "weights": [] if runs is None else runs.weights,
        "runs": "" if runs is None else runs.name,
        "model": denoiser.card.name,
        "rows": (name("damaged", kind), name("model", kind), looked_at.title),
        "rivals": [name(one, kind) for one in denoiser.methods if one not in ("damaged", "model")]
        if rivals
        else [],
        "compared": compared,
        "language": language(),
        "words": _words(_(damage.slider), again, _(damage.meaning)),
    }


def _words(strength: str, again: str, meaning: str) -> Words:
    return {
        "strength": strength,
        "again": again,
        "meaning": meaning,
        "images": _("Damaged, restored and original images"),
        "mean": _("PSNR, mean of these: {name}"),
        "decibels": _("{psnr} dB"),
        "infinite": _("∞ dB"),
        "meanwhile": _("{name}, until the hand rests"),
        "waiting": _("Loading the model"),
        "failed": _("The model did not arrive. Reload the page."),
    }


def measured_row(card: Card, kind: str, chosen: Card) -> None:
    """The model's figure on all original test digits, if it has been measured; where it stands for
    the one that was chosen, that one's too."""
    from aecore.corruption import CORRUPTIONS

    damage = CORRUPTIONS[kind]
    psnr = card.metrics.get(f"{kind}_{damage.compared_at:g}_psnr")
    if psnr is None or card.dataset != cache.MNIST:
        return
    rivals = ""
    if kind in RIVALS:
        untouched, median = (decibels(value) for value in RIVALS[kind])
        words = _("{damaged} {untouched} · 3×3 median {median}")
        rivals = words.format(damaged=_(damage.damaged), untouched=untouched, median=median)
    title = _("All 10,000 original test digits, {slider} {strength}").format(
        slider=_(damage.slider), strength=decimal(round(damage.compared_at, 2))
    )
    frame.figures_row({title: (decibels(psnr), rivals)})
    larger = chosen.metrics.get(f"{kind}_{damage.compared_at:g}_psnr")
    if chosen.name != card.name and larger is not None:
        words = _(
            "{name} is small enough for a browser. {larger} restores better, {psnr}, and needs the "
            "explorer itself: a server."
        )
        told = words.format(name=card.name, larger=chosen.name, psnr=decibels(larger))
        st.markdown(told)
