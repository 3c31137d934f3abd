"""Training another autoencoder on what is normal, in the background, with progress and a stop."""

import streamlit as st

from aecore.data import dataset
from aecore.job import ALIVE
from aecore.messages import Problem
from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Run, runs
from pages.anomalies.choices import Normal, models
from ui import downloads, teacher
from ui.guard import guarded
from ui.i18n import _, duration, number, tell
from ui.states import STATES

WIDTH = 60  # of the one layer between image and code: 96,000 weights
BATCH = 64
IMAGES = 120_000  # that a training looks at: about ten seconds on two cores
MOST_TIMES = 200  # that it looks at each of few
EPOCHS = 8  # each ends with a look at the test images, which takes half as long as the learning
BEGUN = "anomalies-begun"  # session: the name of the run that was begun here


def show(normal: Normal) -> None:
    """How to train another; while one learns, how far it is."""
    run = _begun(normal)
    if run is not None and run.state() in ALIVE:
        _watched(run)
        return
    words = _("Train another") if models(normal) else _("Train one")
    with st.popover(words, icon=":material/model_training:", width="stretch"):
        source = dataset(normal.dataset)
        if not source.on_this_machine("train"):
            st.caption(_("The training images of {data} are not here.").format(data=source.title))
            downloads.offer([source], "anomalies-train")
            return
        size = st.slider(
            _("Numbers in the code"), 2, 64, 8, key="anomaly_size", bind="query-params"
        )
        noise = st.slider(
            _("Noise on the input"), 0.0, 0.5, 0.0, 0.1, key="anomaly_noise", bind="query-params"
        )
        plan = plan_of(normal, size, noise)
        looks = EPOCHS * plan.recipe.steps * BATCH / len(normal.known)
        words = _("{n} images, each looked at about {times} times").format(
            n=number(len(normal.known)), times=number(looks)
        )
        st.caption(words)
        if st.button(_("Train"), type="primary", icon=":material/play_arrow:"):
            try:
                st.session_state[BEGUN] = Run.begin(plan).name
            except Problem as problem:
                st.error(tell(problem))
            else:
                st.rerun()
    if run is not None:
        _ended(run)


def plan_of(normal: Normal, size: int, noise: float) -> Plan:
    """A small autoencoder for these images, that learns about ten seconds."""
    images = min(IMAGES, MOST_TIMES * len(normal.known))
    steps = max(1, images // (EPOCHS * BATCH))
    recipe = Recipe(epochs=EPOCHS, batch_size=BATCH, steps=steps, input_noise=noise)
    settings = {"latent_dim": size, "widths": (WIDTH,)}
    return Plan("deep", settings, normal.dataset, recipe, normal.classes)


def _begun(normal: Normal) -> Run | None:
    """The run that was begun here, or that is at work on the same images."""
    for run in runs():
        if run.name == st.session_state.get(BEGUN):
            return run
        if run.state() in ALIVE:
            try:
                plan = run.plan()
            except Problem:
                continue
            if (plan.dataset, plan.classes) == (normal.dataset, normal.classes):
                return run
    return None


@st.fragment(run_every=0.5)
@guarded()
def _watched(run: Run) -> None:
    status = run.status()
    if status["state"] not in ALIVE:
        if status["state"] == "done" and run.name == st.session_state.get(BEGUN):
            st.session_state["anomaly_model"] = run.name
        st.rerun()
    epochs = run.plan().recipe.epochs
    left, right = st.columns([4, 1], vertical_alignment="center")
    done = (status.get("epoch", 1) - 1 + status.get("share", 0.0)) / epochs
    state = status["state"]
    words = _(STATES[state])
    if "seconds_left" in status:
        words = _("Epoch {k} of {n}, {time} left").format(
            k=number(status["epoch"]), n=number(epochs), time=duration(status["seconds_left"])
        )
    left.progress(min(1.0, done), words)
    with right:
        teacher.stop_button(run, "anomalies-stop")


def _ended(run: Run) -> None:
    """What is to be said of one that ended without being done."""
    status = run.status()
    if status["state"] == "failed":
        st.error(tell(Problem(status["sentence"], **status.get("values", {}))))
    elif status["state"] == "died":
        st.error(_("The training ended without a word. Start it again."))
