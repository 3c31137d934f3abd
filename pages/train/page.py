"""Train: what does learning look like?"""

import streamlit as st

from aecore.job import ALIVE
from aecore.messages import Problem
from aecore.training.run import Run, runs
from pages.train import run as watching
from pages.train import time_machine
from pages.train.form import expected_time, plan_form
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _, tell

frame.page("train")
left, right = st.columns([3, 7], gap="medium")
with left:
    plan = plan_form()
    started = st.button(
        _("Start training"),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=plan is None,
    )
    if started and plan is not None:
        try:
            run = Run.begin(plan)
        except Problem as problem:
            st.error(tell(problem))
        else:
            st.session_state["run"] = run.name
            time_machine.forget_the_moment()
    if plan is not None:
        st.caption(expected_time(plan))

found = {run.name: run for run in runs()}
with right:
    if not found:
        watching.before_the_first(plan)
    else:
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
        watching.watch(run)
        try:
            chosen = run.plan()
            cards = [cache.card(run.checkpoint)] if run.checkpoint.is_file() else []
            frame.in_use(cards, cache.images(chosen.dataset, "test"))
        except Problem:  # the run says so itself, or its images are gone
            frame.in_use([], None)

frame.lesson("train")
