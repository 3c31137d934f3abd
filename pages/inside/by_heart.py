"""Learning by heart: few images or many, what helps against it, and trainings made anew."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st

from aecore import by_heart
from aecore.by_heart import RECIPE, REMEDIES, SIZES, ByHeart
from aecore.checkpoint import Card
from aecore.data import dataset
from aecore.job import ALIVE
from aecore.messages import Problem
from aecore.training.plan import Plan
from aecore.training.run import Run, runs
from pages.inside import by_heart_charts as drawn
from pages.inside.by_heart_result import Result, of_run, shipped_result
from ui import cache, frame, images, states, teacher
from ui.controls import Kind, choose
from ui.guard import guarded
from ui.i18n import _, duration, number, tell

SHIPPED = "shipped"  # in the address, in place of a run's name
ROW = 4  # trainings that stand side by side; of more there is a list
DIGITS = 5  # of an MSE: what is known by heart has four zeros
WITHOUT_MNIST = "digits"  # what is trained on where MNIST is missing


def show() -> None:
    """The controls, four digits learned and four new ones with their copies, and the charts."""
    left, middle, right = st.columns([22, 13, 9], vertical_alignment="bottom")
    with left:
        words = _("Images that it learns from")
        sizes = [str(size) for size in SIZES]
        size = int(choose(words, "inside_images", sizes, _count, kind="row"))
    with middle:
        remedy = choose(
            _("What is done against it"),
            "inside_remedy",
            list(REMEDIES),
            lambda each: _(REMEDIES[each].title),
        )
    data = cache.MNIST if dataset(cache.MNIST).on_this_machine("train") else WITHOUT_MNIST
    made = _made(by_heart.plan(size, remedy, data))
    with right:
        _make_anew(by_heart.plan(size, remedy, data, seed=len(made) + 1), made)
    shown = SHIPPED
    if made:
        names = {SHIPPED: _("as shipped"), **{run.name: _title(run) for run in made}}
        kind: Kind = "row" if len(names) <= ROW else "list"
        words = _("Training")
        shown = choose(
            words,
            "inside_run",
            list(names),
            names.__getitem__,
            kind=kind,
            label_visibility="collapsed",
        )
    run = next((one for one in made if one.name == shown), None)
    learned = cache.MNIST if run is None else data  # what is shipped has seen MNIST
    name = _("deep, {n} images").format(n=_count(str(size)))
    card = Card(name, "deep", {"latent_dim": 32}, learned)
    frame.in_use([card], cache.test_digits() if run is None else cache.images(data, "test"))
    if run is not None and run.state() in ALIVE:
        st.fragment(guarded()(_follow), run_every=1.0)(run, size, remedy)
    else:
        _result(_shipped(), size, remedy, run)


def _title(run: Run) -> str:
    """A training made anew, by the seed that tells it from the others."""
    return states.titled(_("anew, seed {seed}").format(seed=run.plan().recipe.seed), run.state())


def _count(size: str) -> str:
    return number(int(size))


@st.cache_resource(max_entries=1, show_spinner=False)
def _shipped() -> ByHeart:
    return ByHeart.load()


def _made(wanted: Plan) -> list[Run]:
    """The runs that somebody made anew of this plan, whatever their seed, the newest first."""
    start = f"{wanted.family}-{wanted.settings['latent_dim']}-{wanted.dataset}-"
    return [run for run in runs() if run.name.startswith(start) and _plan(run.name) == wanted]


@lru_cache(maxsize=4096)  # a class has many runs, and none ever changes its plan
def _plan(name: str) -> Plan | None:
    try:
        plan = Run.named(name).plan()
    except Problem:
        return None
    return replace(plan, recipe=replace(plan.recipe, seed=0))


def _make_anew(wanted: Plan, made: Sequence[Run]) -> None:
    """The button that trains this choice, as Train would."""
    from aecore.training.cost import expected_seconds

    available = dataset(wanted.dataset).train_images
    started = st.button(
        _("Train anew"),
        icon=":material/play_arrow:",
        key="inside-anew",
        width="stretch",
        disabled=wanted.recipe.images > available,
        help=_("{steps} steps on {data}, {time}; a process of its own does it.").format(
            steps=number(RECIPE.epochs * RECIPE.steps),
            data=frame.data_title(wanted.dataset),
            time=duration(expected_seconds(wanted)),
        ),
    )
    if started:
        try:
            run = Run.begin(wanted)
        except Problem as problem:
            st.error(tell(problem))
        else:
            st.session_state["inside_run"] = run.name
            st.rerun()


def _follow(run: Run, size: int, remedy: str) -> None:
    """A run while it is at work: how far it is, its stop, its curves so far."""
    status = run.status()
    if status["state"] not in ALIVE:
        st.rerun()
    done = len(run.epochs())
    left, right = st.columns([5, 1], vertical_alignment="center")
    words = _("Epoch {k} of {n}").format(k=number(done + 1), n=number(RECIPE.epochs))
    if status["state"] != "running":
        words = _("Waiting, or loading PyTorch")
    left.progress(min(1.0, done / RECIPE.epochs), words)
    with right:
        teacher.stop_button(run, "inside-stop")
    _charts(_shipped(), size, remedy, by_heart.curve(run.epochs()))


def _result(table: ByHeart, size: int, remedy: str, run: Run | None) -> None:
    """A training that has ended: its digits, its curves, its figures."""
    if run is None:
        result = shipped_result(table, SIZES.index(size), list(REMEDIES).index(remedy))
        _digits(result)
        _charts(table, size, remedy, None)
        _figures(table, size, remedy)
        return
    try:
        result = of_run(run)
    except Problem as problem:
        st.error(tell(problem))
    else:
        _digits(result)
    _charts(table, size, remedy, by_heart.curve(run.epochs()))
    _figures(table, size, remedy)


def _digits(result: Result) -> None:
    """Digits that it has learned from, and others, above what it draws of them."""
    for column, part, words in zip(
        st.columns(2),
        (result.learned, result.new),
        (_("**Learned from:** MSE {mse}"), _("**Never seen:** MSE {mse}")),
        strict=True,
    ):
        with column:
            st.markdown(words.format(mse=number(part.mse, DIGITS)))
            original, copy = (_("Decoded") if part.decoded else _("Original")), _("Copy")
            images.show(
                images.strip(
                    [
                        images.Row(original, [images.picture(x, original) for x in part.images]),
                        images.Row(copy, [images.picture(x, copy) for x in part.copies]),
                    ],
                    size=images.ROW,
                )
            )
    if result.note:
        st.caption(result.note)


def _charts(table: ByHeart, size: int, remedy: str, anew: np.ndarray | None) -> None:
    s, r = SIZES.index(size), list(REMEDIES).index(remedy)
    left, right = st.columns(2)
    with left:
        drawn.over_epochs(table.curves[s, r], anew)
    with right:
        drawn.over_images(table.gap(), r, s)


def _figures(table: ByHeart, size: int, remedy: str) -> None:
    """The shipped figures of this size: this remedy, nothing, and the best of all."""
    s, names = SIZES.index(size), list(REMEDIES)
    learned, new = table.kept[s, names.index(remedy)]
    best = int(table.kept[s, :, 1].argmin())
    without = table.kept[s, names.index("none")]
    frame.figures_row(
        {
            _("MSE on new digits"): (
                number(float(new), DIGITS),
                _("learned {learned} · with nothing {without}").format(
                    learned=number(float(learned), DIGITS),
                    without=number(float(without[1]), DIGITS),
                ),
            ),
            _("best of these five"): (
                _(REMEDIES[names[best]].title),
                number(float(table.kept[s, best, 1]), DIGITS),
            ),
        }
    )
