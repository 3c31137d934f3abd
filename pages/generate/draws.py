"""Drawn digits, each above the known digit that is nearest to it."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.data import Images, dataset
from aecore.generator import MIXTURE
from aecore.messages import Problem
from aecore.novelty import KnownImages, Match
from aecore.priors import HOTTEST, Prior
from pages.generate import figures
from pages.generate.sources import DIGITS, Source
from ui import cache, images, machine, saving
from ui.controls import choose, count
from ui.guard import guarded
from ui.i18n import _, number, percent

ROWS = 2  # of DIGITS
ANY, HAND = "any", "hand"


def show(source: Source, shown: Images) -> None:
    """Controls, drawn digits and their figures."""
    left, middle, right, last = st.columns([6, 4, 4, 3], vertical_alignment="bottom")
    with left:
        words = {
            "standard": "N(0, I)",
            "gaussian": _("Gaussian"),
            "mixture": _("Mixture"),
        }
        way = choose(
            _("Codes drawn from"),
            "drawnfrom",
            list(source.generator.ways),
            words.__getitem__,
            default=MIXTURE,
            kind="row",
        )
    prior = source.prior(way)
    with middle:
        wanted = _wanted(source, prior)
    with last:
        seed = count(_("Draw again"), "lot", icon=":material/casino:")
    _drawn(source, way, prior, wanted, seed, shown, right.container())
    figures.everything()


def _wanted(source: Source, prior: Prior) -> str:
    """Which digits people want: ANY, HAND (ten in one hand) or a class, where one may ask."""
    options = [HAND, ANY] if source.generator.conditional else [ANY]
    if source.generator.conditional or prior.tells_classes:
        options += map(str, range(DIGITS))
    words = {ANY: _("any"), HAND: _("ten in one hand")}
    return choose(
        _("Which digit"),
        "wanted",
        options,
        lambda each: words.get(each, each),
        help=_(
            "A model that is told the class can be asked for one, and so can a mixture that was "
            "fitted class by class."
        ),
    )


def draw(
    source: Source, prior: Prior, wanted: str, seed: int, temperature: float
) -> tuple[np.ndarray, np.ndarray | None]:
    """Images (ROWS · DIGITS, C, H, W) in 0…1, and the classes asked for, None if none were."""
    n = ROWS * DIGITS
    if wanted == ANY:
        # who must be told a class is told one by lot
        lot = np.random.default_rng(seed).integers(0, DIGITS, n)
        classes = lot if source.generator.conditional else None
    else:
        classes = np.arange(n) % DIGITS if wanted == HAND else np.full(n, int(wanted))
    if wanted == HAND:
        codes = np.repeat(prior.draw(ROWS, seed, temperature), DIGITS, axis=0)
    else:
        codes = prior.draw(n, seed, temperature, classes)
    return source.decode(codes, classes), classes


@st.fragment
@guarded()
def _drawn(
    source: Source,
    way: str,
    prior: Prior,
    wanted: str,
    seed: int,
    shown: Images,
    slot: DeltaGenerator,
) -> None:
    """The slider, in ``slot``, and the digits that follow it."""
    temperature = slot.slider(
        _("Temperature"),
        0.0,
        HOTTEST,
        1.0,
        0.1,
        key="temperature",
        bind="query-params",
        help=_("How far from the middle of each Gaussian codes are drawn; 1 is as it was fitted."),
    )
    compared, title = _compared(shown)
    known = _known_of(*cache.identity(compared), compared.split, compared)
    # the mixtures of some sources are fitted to the codes of the images that are here
    here = (cache.identity(shown), cache.identity(compared))
    lot = _lot(source.key, way, wanted, seed, temperature, here, source, prior, known)
    drawn, classes, match = lot.drawn, lot.classes, lot.match
    read, sure = lot.likely.argmax(1), lot.likely.max(1)
    tops = [
        images.picture(one, _("A drawn digit, read as {name}").format(name=name), caption)
        for one, name, caption in zip(drawn, read, map(_reading, read, sure), strict=True)
    ]
    nearest = [
        images.picture(known.pixels[place], title, number(away, 1))
        for place, away in zip(match.places, match.distances.tolist(), strict=True)
    ]
    parts = []
    for start in range(0, len(drawn), DIGITS):
        these = slice(start, start + DIGITS)
        parts.append(images.Row(_("Drawn, and read as"), tops[these]))
        parts.append(images.Row(title, nearest[these]))
    images.show(images.strip(parts, size=60))
    asked = None if classes is None else (int((read == classes).sum()), len(classes))
    # all 10,000 were asked for one by one, not in one hand
    one_by_one = wanted != HAND
    figures.row(source.name, way, match.distances, shown.decoded, asked, one_by_one)
    _save(lot, known)


def _save(lot: "Lot", known: KnownImages) -> None:
    """The digits with those nearest to them, and what is known of each."""
    read, sure = lot.likely.argmax(1), lot.likely.max(1)
    asked = [""] * len(read) if lot.classes is None else lot.classes.tolist()
    rows = zip(range(len(read)), asked, read, sure, lot.match.distances, strict=True)
    table = list(rows)
    both = [lot.drawn, known.pixels[lot.match.places]]
    heads = ("image", "asked for", "read as", "sure", "distance")
    saving.offer(
        "generate",
        saving.pictures("digits", _("Pictures"), lambda: both),
        saving.table("digits", _("Figures"), heads, lambda: table),
    )


@dataclass(frozen=True, eq=False)
class Lot:
    """Drawn images with the ``classes`` asked for, what the judge reads in them, and what is
    nearest to each."""

    drawn: np.ndarray
    classes: np.ndarray | None
    likely: np.ndarray
    match: Match


# a class moves the same slider over the same draws
@st.cache_resource(max_entries=128, show_spinner=False)
def _lot(
    key: str,
    way: str,
    wanted: str,
    seed: int,
    temperature: float,
    here: tuple[object, ...],
    _source: Source,
    _prior: Prior,
    _known: KnownImages,
) -> Lot:
    from aecore import classifier

    drawn, classes = draw(_source, _prior, wanted, seed, temperature)
    machine.compute_with_one_thread()
    return Lot(drawn, classes, classifier.shipped().probabilities(drawn), _known.nearest(drawn))


def _reading(name: int, sure: float) -> str:
    """What the judge reads, and how sure it is, where it isn't."""
    return f"{name}" if sure >= 0.9 else f"{name}, {percent(float(sure))}"


def _compared(shown: Images) -> tuple[Images, str]:
    """The digits to compare with, and what they are."""
    if dataset(cache.MNIST).on_this_machine("train"):
        try:
            training = cache.images(cache.MNIST, "train")
            return training, _("Nearest training digit, and its distance")
        except Problem:  # the files are bad
            pass
    return shown, _("Nearest of the decoded digits, and its distance")


@st.cache_resource(max_entries=2, show_spinner=False)
def _known_of(data: str, changed: int, decoded: bool, split: str, _known: Images) -> KnownImages:
    return KnownImages(_known.pixels, cache.pca(data))
