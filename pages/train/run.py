"""A run on the screen: how far it is, its time machine, and what its losses say."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import streamlit as st

from aecore.data import dataset
from aecore.diagnosis import Finding, findings, of_run
from aecore.job import ALIVE
from aecore.messages import Problem
from aecore.training.plan import Plan
from aecore.training.run import Run
from browser import without_server
from pages import SCREENS
from pages.train import terms, time_machine
from pages.train.form import expected_time
from ui import cache, faults, frame, saving, states, teacher
from ui.guard import guarded
from ui.i18n import _, duration, ngettext, number, tell
from ui.screens import showing_model

KINDS = ("train", "test", "validation")  # of images on which an epoch tells its losses


def before_the_first(plan: Plan | None) -> None:
    """What a click will do, in the frame of what it will show."""
    if plan is None:
        frame.in_use([], None)
        st.info(
            _(
                "These data are not here yet: download them, or choose pictures of your own; then "
                "training can start."
            )
        )
        return
    test = cache.images(plan.dataset, "test")
    frame.in_use([], test)
    st.info(
        _(
            "**Start training** begins a process of its own: {n} times through the training "
            "examples of {data}, {time}. The curves are drawn epoch by epoch, beside them the "
            "codes of test examples, below them these as the model draws them. You may reload or "
            "leave the page."
        ).format(
            n=number(plan.recipe.epochs),
            data=frame.data_title(plan.dataset),
            time=expected_time(plan),
        )
    )
    time_machine.show("none", plan, [], None, alive=False, waiting=test)


def title(run: Run) -> str:
    """A run in a line: its name and its state."""
    return states.titled(run.name, run.state())


def watch(run: Run) -> None:
    """Follow a run: anew every second while it is alive, once when it has ended."""
    alive = run.state() in ALIVE
    st.fragment(guarded()(_show), run_every=1.0 if alive else None)(run, alive)


def _show(run: Run, was_alive: bool) -> None:
    status = run.status()
    if was_alive and status["state"] not in ALIVE:
        st.rerun()  # the whole page: lists and links know of the end
    try:
        plan = run.plan()
    except Problem as problem:
        st.error(tell(problem))
        return
    rows = run.epochs()
    if not without_server():
        _state(run, plan, status, rows)
    found = _found(run, plan, status["state"] in ALIVE, rows)
    faults.tell(found)
    time_machine.show(run.name, plan, rows, run.record, alive=status["state"] in ALIVE)
    if rows:
        _figures(plan, rows, reading=not found)
        _links(run)
        _save(run, rows, status["state"] in ALIVE)


def _save(run: Run, rows: list[dict[str, Any]], alive: bool) -> None:
    """The losses as a file, and of a run that has ended the time machine as a page alone."""
    terms = [(kind, term) for kind in KINDS for term in rows[0].get(kind) or ()]
    heads = ("epoch", *(f"{kind} {term}" for kind, term in terms), "seconds")

    def table() -> Iterator[tuple[object, ...]]:
        for row in rows:
            told = ((row.get(kind) or {}).get(term, "") for kind, term in terms)
            yield row["number"], *told, row["seconds"]

    home = saving.Home("time-machine", f"{run.name} {len(rows)}", (f"--run={run.name}",))
    losses = saving.table("losses", _("Losses"), heads, table)
    saving.offer("train", losses, home=None if alive else home)


def _found(run: Run, plan: Plan, alive: bool, rows: list[dict[str, Any]]) -> list[Finding]:
    """What goes wrong, or of a training that has ended what is wrong with its model."""
    if not alive and run.checkpoint.is_file():
        with suppress(Problem):  # damaged: the epochs still tell
            if metrics := cache.card(run.checkpoint).metrics:
                return findings(metrics)
    return of_run(rows, plan.recipe.epochs, ended=not alive)


def _state(run: Run, plan: Plan, status: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """What it does now, how far the epoch is, and the one button that makes sense."""
    state = status["state"]
    words, share = _words(run, plan, status, rows), float(status.get("share", 0.0))
    # a run that is done has no button, and its bar the whole width
    left, right = st.columns([4, 1] if state != "done" else [99, 1], vertical_alignment="center")
    with left:
        if state in ("failed", "died"):
            st.error(words)
        else:
            done = len(rows) + share if state in ALIVE else sum(row["share"] for row in rows)
            st.progress(1.0 if state == "done" else min(1.0, done / plan.recipe.epochs), words)
    with right:
        if state in ALIVE:
            teacher.stop_button(run, "run-stop")
        elif (
            state != "done"
            and teacher.may_change(run.path)
            and st.button(
                _("Resume"), icon=":material/play_arrow:", key="run-resume", width="stretch"
            )
        ):
            run.launch()
            st.rerun()


def _words(run: Run, plan: Plan, status: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    state, epochs = status["state"], number(plan.recipe.epochs)
    kept = number(len(rows))
    if state in ALIVE and run.stop_requested():
        return _("Stopping; what was learned is kept")
    if state == "starting":
        return _("Starting: a process of its own loads PyTorch")
    if state == "waiting":
        n = run.ahead()
        return ngettext(
            "Waiting in line behind {n} other training",
            "Waiting in line behind {n} other trainings",
            n,
        ).format(n=number(n))
    if state == "running":
        if "epoch" not in status:
            return _("Reading the data, trying the faster way to compute")
        return _("Epoch {k} of {n}, {time} left").format(
            k=number(status["epoch"]), n=epochs, time=duration(status["seconds_left"])
        )
    if state == "done":
        spent = duration(sum(row["seconds"] for row in rows))
        done = ngettext("Done: {n} epoch in {time}", "Done: {n} epochs in {time}", len(rows))
        words = done.format(n=kept, time=spent)
        if rows and rows[-1].get("early"):
            return words + " · " + _("ended early, the best weights are kept")
        return words
    if state == "failed":
        return tell(Problem(status["sentence"], **status.get("values", {})))
    if state == "died":
        return _(
            "The training ended without a word, as when a computer is switched off or its memory "
            "is full. {k} of {n} epochs are kept."
        ).format(k=kept, n=epochs)
    return _("Stopped in epoch {k} of {n}").format(k=kept, n=epochs)


def _figures(plan: Plan, rows: list[dict[str, Any]], reading: bool) -> None:
    last = rows[-1]
    judged_by = terms.judged_by(plan)
    unit, digits = (1, 1) if len(judged_by) > 1 else (dataset(plan.dataset).parts, 4)
    loss = [
        tuple(sum(row[of][term] for term in judged_by) / unit for of in ("train", "test"))
        for row in rows
    ]
    train, test = loss[-1]
    values: dict[str, str | tuple[str, str]] = {
        _("Test loss"): (
            number(test, digits),
            _("training {train} · epoch 1: {first}").format(
                train=number(train, digits), first=number(loss[0][1], digits)
            ),
        )
    }
    if len(judged_by) > 1:
        values[_("of it")] = " + ".join(
            f"{terms.name(plan, term)} {number(last['test'][term], 1)}" for term in judged_by
        )
    values[_("Speed")] = _("{n} examples a second").format(n=number(last["images_per_second"]))
    frame.figures_row(values)
    if reading:
        st.markdown(_reading([test for _train, test in loss], train))


def _reading(test: list[float], train: float) -> str:
    """What the curves say, in a sentence."""
    if len(test) == 1:
        return _(
            "The training loss is a mean over the epoch while the model still learned; the test "
            "loss is measured after it. So the first lies above the second at the start."
        )
    best = int(np.argmin(test))
    if best < len(test) - 2 and test[-1] > 1.003 * test[best]:
        return _(
            "**Over-fitting:** the test loss has been rising since epoch {k}. What helps: stop "
            "there, damage the input, use a smaller model or more examples."
        ).format(k=number(best + 1))
    if test[-1] > 1.05 * train:
        return _(
            "**The gap** between the curves: the model knows its training examples better than new "
            "ones. When the test loss begins to rise, it learns them by heart: over-fitting."
        )
    return _(
        "**The curves fall together:** what is learned holds for new examples too. A test loss "
        "that rises while the training loss falls would be over-fitting."
    )


def _links(run: Run) -> None:
    """Where the result can be opened, as soon as there is one."""
    if not run.checkpoint.is_file() or without_server():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Open the result in"))
        for screen, address in showing_model(SCREENS, run.name, cache.card(run.checkpoint)):
            screen.link(address=address)
