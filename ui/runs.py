"""A run on the screen: how far it is, its loss curves, and its images as they improve."""

import time
from typing import Any

import numpy as np
import streamlit as st

from aecore.data import dataset
from aecore.job import ALIVE, jobs
from aecore.messages import Problem
from aecore.training.run import PICTURES, Plan, Run
from ui import figures, images, layout
from ui.guard import guarded
from ui.i18n import _, duration, ngettext, number, tell
from ui.screens import SCREENS

CHART = 265  # pixels on the screen
ROWS = 4  # of pictures: the originals and three epochs

# a projector has room for larger ones
STYLE = """<style>
@media (min-width: 1700px) and (min-height: 900px) { .improving { zoom: 1.4; } }
</style>"""


def title(run: Run) -> str:
    """A run in a line: its name and its state."""
    state = run.state()
    words = {"done": "", "stopped": _("stopped"), "failed": _("failed"), "died": _("died")}
    said = words.get(state, _("at work") if state in ALIVE else "")
    return f"{run.name} · {said}" if said else run.name


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
    _state(run, plan, status, rows)
    curves(plan, rows)
    strip(run, [row["number"] for row in rows])
    if rows:
        _figures(plan, rows)
        _links(run, plan)


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
            st.progress(min(1.0, done / plan.recipe.epochs), words)
    with right:
        if state in ALIVE:
            st.button(
                _("Stop"),
                icon=":material/stop:",
                key="run-stop",
                width="stretch",
                disabled=run.stop_requested(),
                on_click=guarded()(run.request_stop),
            )
        elif state != "done" and st.button(
            _("Resume"), icon=":material/play_arrow:", key="run-resume", width="stretch"
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
        n = _ahead(run, status)
        return ngettext(
            "Waiting in line behind {n} other training",
            "Waiting in line behind {n} other trainings",
            n,
        ).format(n=number(n))
    if state == "running":
        if "epoch" not in status:
            return _("Reading the images, trying the faster way to compute")
        return _("Epoch {k} of {n}, {time} left").format(
            k=number(status["epoch"]), n=epochs, time=duration(status["seconds_left"])
        )
    if state == "done":
        spent = duration(sum(row["seconds"] for row in rows))
        done = ngettext("Done: {n} epoch in {time}", "Done: {n} epochs in {time}", len(rows))
        return done.format(n=epochs, time=spent)
    if state == "failed":
        return tell(Problem(status["sentence"], **status.get("values", {})))
    if state == "died":
        return _(
            "The training ended without a word, as when a computer is switched off or its memory "
            "is full. {k} of {n} epochs are kept."
        ).format(k=kept, n=epochs)
    return _("Stopped in epoch {k} of {n}").format(k=kept, n=epochs)


def _ahead(run: Run, status: dict[str, Any]) -> int:
    """How many trainings come before this one."""
    since = status.get("since", time.time())
    others = [other.status() for other in jobs(run.path.parent) if other.path != run.path]
    return sum(
        other["state"] == "running" or (other["state"] == "waiting" and other["since"] < since)
        for other in others
    )


def curves(plan: Plan, rows: list[dict[str, Any]]) -> None:
    """Training and test loss by epoch; of a variational model the KL term apart."""
    pixels = int(np.prod(dataset(plan.dataset).shape))

    def loss(of: str, *terms: str, unit: int = 1) -> list[float]:
        return [sum(row[of][term] for term in terms) / unit for row in rows]

    def chart(title: str, key: str, *terms: str, unit: int = 1) -> None:
        figure = figures.loss_curves(
            {
                _("Training"): loss("train", *terms, unit=unit),
                _("Test"): loss("test", *terms, unit=unit),
            },
            y_title=title,
            epochs=plan.recipe.epochs,
            height=CHART,
        )
        # room for the numbers from the start: nothing moves when they come
        figure["layout"]["yaxis"] |= {"automargin": False}
        figure["layout"]["yaxis"]["showticklabels"] = bool(rows)
        if len(rows) > 2:
            # the first epoch's training loss is a mean from the very first step on: it would
            # press all that follows against the floor
            seen = loss("test", *terms, unit=unit) + loss("train", *terms, unit=unit)[1:]
            room = 0.08 * (max(seen) - min(seen))
            figure["layout"]["yaxis"]["range"] = [min(seen) - room, max(seen) + room]
        figure["layout"]["margin"] |= {"l": 84}
        figures.show(figure, alt=_("Loss on training and test images by epoch"), key=key)

    if "beta" in plan.settings or (rows and "kl" in rows[0]["test"]):
        left, right = st.columns(2)
        with left:
            chart(_("recon + KL, nats"), "loss", "recon", "kl")
        with right:
            chart(_("KL alone, nats"), "kl", "kl")
    else:
        chart(_("BCE, nats per pixel"), "loss", "recon", unit=pixels)


def strip(run: Run | None, epochs: list[int], originals: np.ndarray | None = None) -> None:
    """Eight test images, and below them how the model drew them after some of the epochs."""
    originals = run.pictures(0) if run is not None else originals
    rows = []
    alt = _("Test image {n}")
    if originals is not None:
        rows.append(_row(_("Original"), originals, alt))
    for epoch in _told(epochs):
        drawn = run.pictures(epoch) if run is not None else None
        if drawn is not None:
            name = _("Epoch {n}").format(n=number(epoch))
            rows.append(_row(name, drawn, f"{name}: {alt}"))
    # the frame keeps its height while rows come
    height = ROWS * (images.ROW + 6)
    frame = f'{STYLE}<div class="improving" style="min-height:{height}px">'
    images.show(frame, images.strip(rows), "</div>")


def _row(label: str, pixels: np.ndarray, alt: str) -> images.Row:
    return images.Row(
        label, [images.picture(one, alt.format(n=n)) for n, one in enumerate(pixels[:PICTURES], 1)]
    )


def _told(epochs: list[int]) -> list[int]:
    """The first, the latest, and one between; early ones differ most, so nearer to the first."""
    if len(epochs) <= ROWS - 1:
        return epochs
    return [epochs[0], epochs[round(len(epochs) ** 0.5) - 1], epochs[-1]]


def _figures(plan: Plan, rows: list[dict[str, Any]]) -> None:
    pixels = int(np.prod(dataset(plan.dataset).shape))
    last = rows[-1]
    variational = "kl" in last["test"]
    unit, digits = (1, 1) if variational else (pixels, 4)
    terms = ("recon", "kl") if variational else ("recon",)
    loss = [
        tuple(sum(row[of][term] for term in terms) / unit for of in ("train", "test"))
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
    if variational:
        values[_("of it")] = _("recon {recon} + KL {kl}").format(
            recon=number(last["test"]["recon"], 1), kl=number(last["test"]["kl"], 1)
        )
    values[_("Speed")] = _("{n} images a second").format(n=number(last["images_per_second"]))
    layout.figures_row(values)
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
            "there, damage the input, use a smaller model or more images."
        ).format(k=number(best + 1))
    if test[-1] > 1.05 * train:
        return _(
            "**The gap** between the curves: the model knows its training images better than new "
            "ones. When the test loss begins to rise, it learns them by heart: over-fitting."
        )
    return _(
        "**The curves fall together:** what is learned holds for new images too. A test loss that "
        "rises while the training loss falls would be over-fitting."
    )


def _links(run: Run, plan: Plan) -> None:
    """Where the result can be opened, as soon as there is one."""
    if not run.checkpoint.is_file():
        return
    wanted = {"reconstruct": "models", "map": "map_model", "models": "card"}
    if plan.settings.get("latent_dim") == 2:
        wanted["plane"] = "plane"
    if plan.recipe.corruption != "none":
        wanted["denoise"] = "denoiser"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Open the result in"))
        for screen in SCREENS:
            if screen.name in wanted and screen.file.exists():
                st.page_link(
                    screen.file,
                    label=_(screen.title),
                    icon=screen.icon,
                    query_params={wanted[screen.name]: run.name},
                )
