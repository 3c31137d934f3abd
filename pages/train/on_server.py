"""Trainings on the computer that runs the explorer: what one is asked to do, and all its runs."""

import streamlit as st

from aecore.job import ALIVE
from aecore.messages import Problem
from aecore.training.run import runs
from browser import without_server
from pages.train import here
from pages.train import run as watching
from pages.train.form import plan_form, start
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _


def show() -> None:
    """The form beside the run that is looked at."""
    left, right = st.columns([3, 7], gap="medium")
    plan = None
    if not without_server():
        with left:
            plan = plan_form()
            start(plan)
            here.offer()
    found = {run.name: run for run in runs()}
    with right:
        if not found:
            watching.before_the_first(plan)
            return
        alive = [name for name, run in found.items() if run.state() in ALIVE]
        name = choose(
            _("Run"),
            "run",
            list(found),
            lambda name: watching.title(found[name]),
            default=alive[0] if alive else None,
            label_visibility="collapsed",
        )
        run = found[name]
        if without_server():
            st.subheader(watching.title(run), anchor=False)
        watching.watch(run)
        try:
            chosen = run.plan()
            cards = [cache.card(run.checkpoint)] if run.checkpoint.is_file() else []
            frame.in_use(cards, cache.images(chosen.dataset, "test"))
        except Problem:  # the run says so itself, or its images are gone
            frame.in_use([], None)
