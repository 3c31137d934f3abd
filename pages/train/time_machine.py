"""The time machine: a run's loss curves, codes and images at every moment, played in the browser.

The browser fetches each frame once, as a file from our server; what is sent every second while
a training runs is only the losses and the list of these files.
"""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import streamlit as st

from aecore.data import Images, dataset
from aecore.training.plan import Plan
from aecore.training.record import IMAGES, PICTURES, Record, Shown
from browser import component, pack, served
from pages.train import terms
from ui import address, charts
from ui.i18n import _, language, number

NAME = "time_machine"
ADDRESS = "at"  # ?at=3: the epoch that is looked at; the end without it

OUTSIDE = 1.0  # how far outside of its box a position is still told, in widths of the box


class Listed(TypedDict):
    """A frame that can be fetched."""

    epoch: float
    url: str


class Curve(TypedDict):
    """A curve of a chart: a value an epoch from the first on, if there is one."""

    name: str
    values: list[float | None]
    colour: str
    dash: str


class Chart(TypedDict):
    """Curves that share an axis."""

    title: str
    digits: int
    curves: list[Curve]


class Class(TypedDict):
    """A class of images."""

    name: str
    colour: str
    ink: str


class Facts(TypedDict):
    """What the component is told; browser/train/time_machine.js says what each is."""

    language: str
    epochs: int
    at: float | None
    frames: list[Listed]
    charts: list[Chart]
    classes: list[Class]
    rows: bool
    note: str
    words: dict[str, str]


def show(
    name: str,
    plan: Plan,
    rows: list[dict[str, Any]],
    record: Record | None,
    alive: bool,
    waiting: Images | None = None,
) -> None:
    """Draw the run of that name with these epochs so far.

    ``record`` None: there is no run yet, and the first of the ``waiting`` images show what will be
    drawn.
    """
    shown = record.shown() if record is not None else None
    pictured = dataset(plan.dataset).pictured
    arrays = {}
    if shown is not None:
        arrays["originals"] = pictured(shown.pictures)
        if shown.labels is not None:
            arrays["labels"] = shown.labels.astype(np.int32)
    elif waiting is not None:
        arrays["originals"] = pictured(waiting.pixels[np.arange(min(PICTURES, len(waiting)))])
    d = shown.latent_dim if shown is not None else plan.settings.get("latent_dim")
    facts: Facts = {
        "language": language(),
        "epochs": plan.recipe.epochs,
        "at": _at(),
        "frames": _listed(record, plan.dataset) if record is not None and shown is not None else [],
        "charts": _charts(plan, rows),
        "classes": _classes(shown),
        "rows": d == 1,
        "note": _note(record, shown, alive, old=bool(rows)),
        "words": words(d),
    }
    data, key = pack(facts, **arrays), f"{NAME}-{name}"
    with st.container(key="time-machine"):
        component("train/time_machine")(key=key, data=data, on_epoch_change=_keep(key))


def forget_the_moment() -> None:
    """Look at the end again, as for a run that is about to begin."""
    st.session_state[ADDRESS] = ""


def _at() -> float | None:
    """The epoch in the address; None, the end, for what is no number."""
    try:
        return max(0.0, min(float(address.field(ADDRESS)), 1e6))
    except ValueError:
        return None


def _keep(key: str) -> Callable[[], None]:
    def keep() -> None:
        epoch = st.session_state[key]["epoch"]
        st.session_state[ADDRESS] = "" if epoch is None else f"{float(epoch):g}"

    return keep


def _listed(record: Record, data: str) -> list[Listed]:
    """When the frames were taken, and where the browser fetches them; no damaged ones."""
    found = ((epoch, _served(record.path(epoch), data)) for epoch in record.epochs())
    return [{"epoch": epoch, "url": url} for epoch, url in found if url]


def _served(path: Path, data: str) -> str | None:
    """The address of a frame on our server; None for a damaged one."""
    try:
        stat = path.stat()
    except OSError:  # dropped this moment by a run that was resumed
        return None
    content = _deflated(str(path), stat.st_mtime_ns, stat.st_size, data)
    return None if content is None else served(content, f"{NAME} {path}")


@st.cache_data(max_entries=512, show_spinner=False)
def _deflated(path: str, modified: int, size: int, data: str) -> bytes | None:
    """What the browser needs of a frame: places in its box as shares, 16 bits each."""
    file = Path(path)
    frame = Record(file.parent).frame(float(file.stem))
    if frame is None:
        return None
    left, right, bottom, top = frame.box
    shares = (frame.positions - (left, bottom)) / (right - left, top - bottom)
    steps = (shares.clip(-OUTSIDE, 1 + OUTSIDE) + OUTSIDE) / (1 + 2 * OUTSIDE) * 65535
    pictured = dataset(data).pictured
    arrays: dict[str, np.ndarray] = {"places": steps.round().astype(np.uint16)}
    arrays["pictures"] = pictured(frame.pictures)
    if frame.grid is not None:
        tiles = len(frame.grid)
        drawn = pictured(frame.grid.reshape(-1, *frame.grid.shape[2:]))
        channels, height, width = drawn.shape[1:]
        # (t·t, C, h, w) -> (C, t·h, t·w): one picture
        rows = drawn.reshape(tiles, tiles, *drawn.shape[1:]).transpose(2, 0, 3, 1, 4)
        arrays["grid"] = rows.reshape(channels, tiles * height, tiles * width)
    facts = {"box": frame.box, "outside": OUTSIDE}
    return zlib.compress(pack(facts, **arrays), 6)


def _charts(plan: Plan, rows: list[dict[str, Any]]) -> list[Chart]:
    """What is lowered first, then each of its terms alone."""
    source = dataset(plan.dataset)
    last = max((row["number"] for row in rows), default=0)
    by_number = {row["number"]: row for row in rows}
    told = [by_number.get(number, {}) for number in range(1, min(last, plan.recipe.epochs) + 1)]
    kinds = {"train": _("Training"), "test": _("Test")}
    if any(row.get("validation") for row in rows):
        kinds["validation"] = _("Validation")

    def chart(title: str, digits: int, unit: int, *summed: str) -> Chart:
        curves: list[Curve] = []
        for place, (kind, name) in enumerate(kinds.items()):
            losses = [row.get(kind) or {} for row in told]
            values = [  # not every epoch tells every term
                sum(found[term] for term in summed) / unit if set(summed) <= found.keys() else None
                for found in losses
            ]
            colour, dash = charts.SERIES_COLOURS[place], charts.DASHES[place]
            curves.append({"name": name, "values": values, "colour": colour, "dash": dash})
        return {"title": title, "digits": digits, "curves": curves}

    judged_by = terms.judged_by(plan)
    if len(judged_by) > 1:
        names = " + ".join(terms.name(plan, term) for term in judged_by)
        found = [chart(_("{terms}, nats").format(terms=names), 1, 1, *judged_by)]
    else:
        found = [chart(_(source.loss_title), 4, source.parts, *judged_by)]
    # those that all runs of the family have get their place from the start
    others = dict.fromkeys([*judged_by, *(term for row in rows for term in row["test"])])
    for term in [term for term in others if term != "recon"]:
        found.append(chart(terms.title(plan, term), 2, 1, term))
    return found


def _classes(shown: Shown | None) -> list[Class]:
    """Name and colours of each class that the images have."""
    if shown is None or shown.labels is None:
        return []
    return [
        {
            "name": _(shown.classes[label]) if label < len(shown.classes) else str(label),
            "colour": charts.class_colour(label),
            "ink": charts.ink_on(charts.class_colour(label)),
        }
        for label in range(int(shown.labels.max(initial=-1)) + 1)
    ]


def _note(record: Record | None, shown: Shown | None, alive: bool, old: bool) -> str:
    """What stands in the place of the codes while there are none."""
    if record is None:
        return before_the_first(IMAGES)
    if alive:
        return _("The first picture comes with the first frame.")
    if old and shown is None:
        return _("This run was written by an older version: it kept its losses, but no history.")
    return _("This run left no history.")


def before_the_first(images: int) -> str:
    """What will stand there once a training has begun."""
    return _("Here {n} test examples will find their places as the model learns.").format(
        n=number(images)
    )


def words(d: int | None) -> dict[str, str]:
    """What is written around the pictures of a run whose codes have ``d`` numbers."""
    if d == 2:
        caption = _(
            "Test examples at their codes, z₁ across and z₂ up; behind them what the decoder draws "
            "there."
        )
    elif d == 1:
        caption = _("Test examples at their codes of one number; a row for each class.")
    else:
        caption = _(
            "Test examples at their codes, on the two directions in which these vary most (PCA)."
        )
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "back": _("Back to the frame before"),
        "next": _("On to the next frame"),
        "time": _("Moment of the training"),
        "speed": _("Speed"),
        "times": _("{n} ×"),
        "epoch": _("Epoch {n}"),
        "untrained": _("Epoch 0, untrained"),
        "loss": _("Loss on training and test examples by epoch"),
        "curve": _("Curve"),
        "codes": _("Places of the test examples' codes, coloured by class"),
        "original": _("Original"),
        "drawn": _("Drawn"),
        "originals": _("{n} test examples").format(n=number(PICTURES)),
        "drawings": _("The same as the model draws them"),
        "axis": _("Epoch"),
        "caption": caption,
    }
