"""What a training is asked to do: the controls that make a plan, and one's own pictures."""

from dataclasses import fields, replace

import numpy as np
import streamlit as st

from aecore import uploads
from aecore.data import DATASETS
from aecore.data.archives import MAX_ENTRIES, MAX_FILE
from aecore.data.kinds import ACCEPTED
from aecore.data.own import MAX_PIXELS, OwnPictures
from aecore.messages import Problem
from aecore.recipe import Recipe, usual_batch_size, usual_epochs
from aecore.training.run import Plan
from pages.train.checkup import choose_form, choose_pictures
from pages.train.settings import against_overfitting, family_settings
from ui import cache, downloads
from ui.controls import choose
from ui.frame import data_title
from ui.i18n import _, duration, number, tell

UPLOAD = "upload"  # in the address: pictures that are still to come
OWN = "own-"  # and before the names of those that are here
COLOURFUL = 20  # levels of 255 between the channels, on the mean, that make a set coloured
STRENGTH = 0.7


def data_sets() -> dict[str, str]:
    """What can be trained on: data sets by their id in the address; last what is still to come.

    Among them all that somebody handed over.
    """
    here = {name: name for name in DATASETS if DATASETS[name].on_this_machine("train")}
    missing = {name: name for name in DATASETS if name not in here}
    own = {f"{OWN}{name}": data for name, data in uploads.uploads().items()}
    return here | own | missing


def _to_come(name: str) -> bool:
    """Whether it has to be downloaded first."""
    return name in DATASETS and not DATASETS[name].on_this_machine("train")


def _data_words(name: str) -> str:
    title = data_title(name)
    return _("{data} (not here)").format(data=title) if _to_come(name) else title


def plan_form() -> Plan | None:
    """The controls of a training; None while its images are still missing."""
    # torch with them, which no other control needs
    from aecore.corruption import CORRUPTIONS
    from aecore.models import MODELS

    family = choose(
        _("Family"),
        "family",
        list(MODELS),
        lambda name: _(MODELS[name].title),
        default="deep",
        help="\n".join(f"- **{_(one.title)}**: {_(one.summary)}" for one in MODELS.values()),
    )
    found = data_sets()
    chosen = choose(
        _("Images"),
        "train_data",
        [*found, UPLOAD],
        lambda name: _data_words(found[name]) if name in found else _("Own pictures …"),
    )
    own, few_epochs, few_batch = None, Recipe.epochs, Recipe.batch_size
    if chosen == UPLOAD:
        _upload()
        choose_form()  # what an upload proposes comes into the address only where its control is
    elif _to_come(chosen):
        downloads.offer([DATASETS[chosen]], "train", _("Download ({size} MB)"))
    elif chosen.startswith(OWN):
        own = choose_pictures(found[chosen])
        if own is not None:
            count = len(cache.images(own, "train"))
            few_epochs, few_batch = usual_epochs(count), usual_batch_size(count)
    corruption = choose(
        _("Damage to the input"),
        "train_corruption",
        list(CORRUPTIONS),
        lambda name: _(CORRUPTIONS[name].title),
        help=_("The input is damaged, the target is not: the model learns to restore."),
    )
    strength = 0.0
    if corruption != "none":
        strength = st.slider(
            _("Strength, drawn from 0 up to"),
            0.05,
            1.0,
            STRENGTH,
            0.05,
            key="train_strength",
            bind="query-params",
            help=_(CORRUPTIONS[corruption].meaning),
        )
    config = MODELS[family].config_type
    usual = {field.name: field.default for field in fields(config)}
    left, right = st.columns(2)
    # a key for each family: each has its own usual value
    size = left.number_input(
        _("Code size"),
        1,
        256,
        int(str(usual["latent_dim"])),
        key=f"{family}_size",
        bind="query-params",
        help=_("How many numbers the encoder may use for an image, 1 to 256."),
    )
    epochs = right.number_input(
        _("Epochs"),
        1,
        1000,
        few_epochs,
        # a key for each proposal, or what was proposed for other images would stay
        key="epochs" if few_epochs == Recipe.epochs else f"epochs_{few_epochs}",
        bind="query-params",
        help=_("How often the training images are gone through."),
    )
    left, right = st.columns(2, vertical_alignment="bottom")
    seed = left.number_input(
        _("Seed"),
        0,
        2**31 - 1,
        0,
        key="train_seed",
        bind="query-params",
        help=_("The same seed gives the same first weights, order and noise."),
    )
    settings: dict[str, object] = {"latent_dim": size}
    with right.popover(_("More"), width="stretch"):
        own_rate = MODELS[family].learning_rate
        rate = st.number_input(
            _("Learning rate at its peak"),
            0.00001,
            1.0,
            own_rate,
            0.001,
            format="%.5f",
            key=f"{family}_rate",
            bind="query-params",
        )
        batch = st.number_input(
            _("Batch size"),
            2,
            4096,
            few_batch,
            key="batch" if few_batch == Recipe.batch_size else f"batch_{few_batch}",
            bind="query-params",
            help=_("How many images are looked at before the weights move."),
        )
        settings |= family_settings(family)
        regularized = against_overfitting()
    if chosen == UPLOAD or _to_come(chosen) or (chosen.startswith(OWN) and own is None):
        return None
    recipe = Recipe(
        epochs=epochs,
        batch_size=batch,
        learning_rate=None if rate == own_rate else rate,
        corruption=corruption,
        strength=strength,
        seed=seed,
        **regularized,
    )
    return Plan(family, settings, own or found[chosen], recipe)


def _upload() -> None:
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


def expected_time(plan: Plan) -> str:
    """What a click on Start costs, in words."""
    from aecore.training.cost import expected_seconds

    return _("about {time} on two cores").format(time=duration(expected_seconds(plan)))
