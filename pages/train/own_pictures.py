"""What can be learned from: data sets, and one's own pictures, which are handed over here."""

from pathlib import Path

import numpy as np
import streamlit as st

from aecore.data import DATASETS
from aecore.data.own import MAX_PIXELS, OwnPictures
from aecore.data.sources import MAX_ENTRIES, MAX_FILE, SUFFIXES
from aecore.messages import Problem
from aecore.storage import images_dir
from aecore.uploads import MAX_UPLOAD, keep_images, packed
from ui.i18n import _, number, tell

UPLOAD = "upload"  # in the address: pictures that are still to come
OWN = "own-"  # and before the names of those that are here
COLOURFUL = 20  # levels of 255 between the channels, on the mean, that make a set coloured


def data_sets() -> dict[str, str]:
    """What can be trained on: data sets by their id in the address; last what is still to come.

    Among them all archives and folders in ``images_dir()``, whoever put them there.
    """
    here = {name: name for name in DATASETS if DATASETS[name].on_this_machine("train")}
    missing = {name: name for name in DATASETS if name not in here}
    for path in sorted(images_dir().glob("*")):
        if path.suffix == ".zip" or path.is_dir():
            here[f"{OWN}{path.stem}"] = OwnPictures(path.resolve()).name
    return here | missing


def upload() -> None:
    """The field that takes own pictures; what is handed over becomes the images that are chosen."""

    def keep() -> None:
        st.session_state.pop("train-upload-problem", None)
        files = st.session_state["train-upload"]
        if not files:
            return
        try:
            name = keep_images(*packed([(file.name, file.getvalue()) for file in files]))
        except Problem as problem:
            st.session_state["train-upload-problem"] = problem
            return
        st.session_state["train_data"] = f"{OWN}{name}"
        if _colourful(images_dir() / f"{name}.zip"):
            st.session_state.update(side="32", tones="rgb")

    st.file_uploader(
        _("Pictures, or a zip archive of them"),
        type=["zip", *(suffix.removeprefix(".") for suffix in SUFFIXES)],
        accept_multiple_files=True,
        key="train-upload",
        on_change=keep,
        max_upload_size=MAX_UPLOAD,
        help=_("Subfolders are classes. What is made of each picture is chosen in the next step."),
    )
    st.caption(
        _(
            "Up to {total} MB together, up to {files} files in an archive. Left out is a picture "
            "of more than {pixels} million pixels or {file} MB."
        ).format(
            total=number(MAX_UPLOAD),
            files=number(MAX_ENTRIES),
            pixels=number(MAX_PIXELS // 1_000_000),
            file=number(MAX_FILE // 2**20),
        )
    )
    if "train-upload-problem" in st.session_state:
        st.error(tell(st.session_state["train-upload-problem"]))


def _colourful(path: Path) -> bool:
    """Whether the pictures would lose their colour if they were made grey."""
    pixels = OwnPictures(path, side=16, colour="rgb").load("test").pixels[:100]
    return bool(np.ptp(pixels, axis=1).mean() > COLOURFUL)
