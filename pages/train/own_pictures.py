"""One's own pictures: what has been handed over, and the field that takes in more."""

from dataclasses import replace

import numpy as np
import streamlit as st

from aecore import uploads
from aecore.data import DATASETS
from aecore.data.archives import MAX_ENTRIES, MAX_FILE
from aecore.data.own import MAX_PIXELS, OwnPictures
from aecore.kinds import ACCEPTED
from aecore.messages import Problem
from ui.i18n import _, number, tell
from ui.screens import OWN

UPLOAD = "upload"  # in the address: pictures that are still to come
COLOURFUL = 20  # levels of 255 between the channels, on the mean, that make a set coloured


def data_sets() -> dict[str, str]:
    """What can be trained on: data sets by their id in the address; last what is still to come.

    Among them all that somebody handed over.
    """
    here = {name: name for name in DATASETS if DATASETS[name].on_this_machine("train")}
    missing = {name: name for name in DATASETS if name not in here}
    own = {f"{OWN}{name}": data for name, data in uploads.uploads().items()}
    return here | own | missing


def upload() -> None:
    """The field that takes own pictures; what is handed over becomes the images chosen."""

    def keep() -> None:
        st.session_state.pop("train-upload-problem", None)
        files = st.session_state["train-upload"]
        if not files:
            return
        try:
            name = uploads.add([(file.name, file.getvalue()) for file in files])
        except Problem as problem:
            st.session_state["train-upload-problem"] = problem
            return
        st.session_state["train_data"] = f"{OWN}{name}"
        if _colourful(uploads.uploads()[name]):
            st.session_state.update(side="32", tones="rgb")

    st.file_uploader(
        _("Pictures, an archive of them, or a data set"),  # of any ending: told by content
        accept_multiple_files=True,
        key="train-upload",
        on_change=keep,
        max_upload_size=uploads.MAX_UPLOAD,
        help=_(
            "Pictures: {pictures}. Archives: .zip, .tar, .tgz. Data sets: .npz, .npy, .csv with a "
            "label and the pixels in a line, or images and labels as MNIST has them. Subfolders "
            "are classes. What is made of each picture is chosen in the next step."
        ).format(pictures=ACCEPTED),
    )
    st.caption(
        _(
            "Up to {total} MB together, up to {files} files in an archive. Left out is a picture "
            "of more than {pixels} million pixels or {file} MB."
        ).format(
            total=number(uploads.MAX_UPLOAD),
            files=number(MAX_ENTRIES),
            pixels=number(MAX_PIXELS // 1_000_000),
            file=number(MAX_FILE // 2**20),
        )
    )
    if "train-upload-problem" in st.session_state:
        st.error(tell(st.session_state["train-upload-problem"]))


def _colourful(name: str) -> bool:
    """Whether the pictures would lose their colour if they were made grey."""
    small = replace(OwnPictures.named(name), side=16, colour="rgb")
    pixels = small.load("test").pixels[:100]
    return bool(np.ptp(pixels, axis=1).mean() > COLOURFUL)
