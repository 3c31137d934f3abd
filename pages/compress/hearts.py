"""By heart: a decoder alone on arbitrary codes against encoder and decoder together."""

import numpy as np
import streamlit as st

from aecore.compression import by_heart
from aecore.compression.by_heart import ALONE, BOTH, COUNTS, LEARNERS, ByHeart
from aecore.compression.by_heart_job import ByHeartJob, ask_for, job_of
from aecore.data import dataset
from aecore.job import ALIVE
from aecore.messages import Problem
from ui import cache, charts, frame, images, saving, teacher
from ui.controls import choose, count
from ui.guard import guarded
from ui.i18n import _, number, percent, tell

EVERY_SECONDS = 1.0


def show() -> None:
    """How many images, the curves, and what both learners make of images."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        chosen = choose(
            _("Images to learn"),
            "compress_hearts",
            [str(n) for n in COUNTS],
            lambda n: number(int(n)),
            default="1000",
            kind="row",
        )
    images_, here = int(chosen), dataset(cache.MNIST).on_this_machine("train")
    with right:
        seed = count(_("Learn anew"), "compress_seed", icon=":material/replay:") if here else 0
    frame.in_use([], cache.test_digits())
    job = job_of(images_, seed) if seed and here else None
    if job is None:
        _shown(by_heart.load(by_heart.shipped(images_)))
    elif job.state() == "new":
        ask_for(images_, seed)
        st.rerun()
    elif job.state() in ALIVE:
        st.fragment(guarded()(_at_work), run_every=EVERY_SECONDS)(job)
    elif job.file.is_file():
        _shown(by_heart.load(job.file))
    else:
        _ended(job, images_, seed)
    if not here:
        st.caption(_("Learning anew needs the original MNIST; shown is what we have recorded."))


def _ended(job: ByHeartJob, images_: int, seed: int) -> None:
    status = job.status()
    if status["state"] == "failed":
        st.error(tell(Problem(status["sentence"], **status.get("values", {}))))
    else:
        st.info(_("Stopped before there was anything to see."))
    if st.button(_("Compute it again"), icon=":material/refresh:"):
        ask_for(images_, seed)
        st.rerun()


def _at_work(job: ByHeartJob) -> None:
    status = job.status()
    if status["state"] not in ALIVE:
        st.rerun()
    share = float(status.get("share", 0.0))
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        st.progress(share, _("Both learn: {share} done").format(share=percent(share)))
    with right:
        teacher.stop_button(job, "compress-stop", _("Stop and keep what is there"))
    _curves(status.get("curves", {}))


def _names() -> dict[str, str]:
    return {ALONE: _("decoder alone"), BOTH: _("with encoder")}


def _curves(curves: dict[str, list[list[float]]]) -> None:
    names = _names()
    told = {
        names[learner]: ([step for step, _loss in ways], [loss for _step, loss in ways])
        for learner, ways in curves.items()
        if ways
    }
    if not told:
        images.show(images.waiting(520, 300))
        return
    figure = charts.lines(told, _("steps of training"), _("BCE in nats a pixel"), height=360)
    charts.show(figure, alt=_("Loss over the steps, by learner"), key="compress-curves")


def _shown(found: ByHeart) -> None:
    facts = found.facts
    left, right = st.columns([3, 5])
    with left:
        _curves(facts["curves"])
    with right:
        _pictures(found)
    names = _names()
    frame.figures_row(
        {
            _("MSE, {learner}").format(learner=names[learner]): (
                number(facts["learned"][learner], 4),
                _("never seen {unseen}; {n} s of training").format(
                    unseen=number(facts["unseen"][learner], 4),
                    n=number(facts["seconds"][learner]),
                ),
            )
            for learner in LEARNERS
        }
    )
    st.caption(
        _(
            "Alone, the decoder is given i·(1, …, 1) for image i. The same decoder, {images} "
            "training digits, {steps} steps. Without an encoder one has to search for the code of "
            "a new image: here by {n} steps down the gradient, from the learned image that is "
            "nearest."
        ).format(images=number(facts["images"]), steps=number(facts["steps"]), n=by_heart.SEARCH)
    )
    _save(found)


def _save(found: ByHeart) -> None:
    """Both curves and what was drawn as files."""
    heads, curves = ("learner", "step", "bce"), found.facts["curves"]
    rows = [(learner, *point) for learner, points in curves.items() for point in points]
    saving.offer(
        "by-heart",
        saving.table("losses", _("Losses"), heads, lambda: rows),
        saving.pictures("pictures", _("Pictures"), lambda: list(found.pictures.values())),
    )


def _pictures(found: ByHeart) -> None:
    names, rows = _names(), []
    for part, title, split in (
        ("learned", _("Learned"), "train"),
        ("unseen", _("Never seen"), "test"),
    ):
        originals = _originals(split)
        if originals is not None:
            rows.append(_row(title, originals))
        for learner in LEARNERS:
            words = f"{title}: {names[learner]}" if originals is None else names[learner]
            rows.append(_row(words, found.pictures[f"{learner}_{part}"]))
    images.show(images.strip(rows, size=50))


def _row(title: str, pixels: np.ndarray) -> images.Row:
    return images.Row(title, [images.picture(each, title) for each in pixels])


def _originals(split: str) -> np.ndarray | None:
    """The images themselves, where they are here."""
    if not dataset(cache.MNIST).on_this_machine("train" if split == "train" else "test"):
        return None
    try:
        found = cache.images(cache.MNIST, "train" if split == "train" else "test")
    except Problem:
        return None
    first: np.ndarray = found.pixels[: by_heart.PICTURES, 0]
    return first
