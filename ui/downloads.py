"""Buttons that bring data sets onto this machine."""

from collections.abc import Iterable

import streamlit as st

from aecore import ownership
from aecore.data import SPLITS, Dataset
from aecore.messages import Problem
from ui.i18n import _, number, tell


def is_missing(source: Dataset) -> bool:
    """Whether a download would bring what isn't here."""
    here = all(source.on_this_machine(split) for split in SPLITS)
    return source.downloadable and not here


def offer(sources: Iterable[Dataset], place: str, label: str = "") -> None:
    """A button for each data set that is missing and can be downloaded, with progress and stop.

    place: tells the buttons of a page apart. label: the words on them; {data} and {size} in it are
    filled in. On a server that a class shares only the teacher has them: they are large.
    """
    visitor = ownership.acting()
    if visitor is not None and not visitor.teacher:
        return
    label = label or _("Download {data} ({size} MB)")
    wanted = None
    with st.container(horizontal=True):
        for source in filter(is_missing, sources):
            words = label.format(data=_(source.title), size=number(source.download_bytes / 1e6))
            key = f"download-{place}-{source.name}"
            if st.button(words, key=key, icon=":material/download:"):
                wanted = source
    if wanted is not None:
        _download(wanted)


def _download(source: Dataset) -> None:
    title = _(source.title)
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, _("Looking for a mirror of {data}").format(data=title))
        # any click on the page stops it: Streamlit ends the script from within ``bar.progress``
        st.button(_("Stop"), key="download-stop")

    def progress(done: int, total: int) -> None:
        words = _("Downloading {data}: {done} of {total} MB").format(
            data=title, done=number(done / 1e6, 1), total=number(total / 1e6, 1)
        )
        bar.progress(min(1.0, done / max(1, total)), words)

    try:
        source.download(progress)
    except Problem as problem:
        place.error(tell(problem))
    else:
        st.rerun()
