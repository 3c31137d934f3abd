"""What a training is asked to do: the controls that make a plan, and one's own pictures."""

from dataclasses import fields
from math import prod
from pathlib import Path

import numpy as np
import streamlit as st

from aecore.data import DATASETS, dataset
from aecore.data.own import MAX_PIXELS, OwnPictures
from aecore.data.sources import MAX_ENTRIES, MAX_FILE, SUFFIXES
from aecore.messages import Problem
from aecore.recipe import Recipe, usual_batch_size, usual_epochs
from aecore.storage import images_dir
from aecore.training.run import Plan
from aecore.uploads import MAX_UPLOAD, keep_images, packed
from pages.train.checkup import choose_form, choose_pictures
from pages.train.settings import against_overfitting, family_settings
from ui import cache, downloads
from ui.controls import choose
from ui.frame import data_title
from ui.i18n import _, duration, number, tell
from ui.screens import OWN

UPLOAD = "upload"  # in the address: pictures that are still to come
COLOURFUL = 20  # levels of 255 between the channels, on the mean, that make a set coloured
STRENGTH = 0.7

# seconds for a pass over 60,000 images of 28×28 on two cores, roughly, to say what a click costs
EPOCH_SECONDS = {
    "simple": 1,
    "deep": 3,
    "sparse": 3,
    "conv": 10,
    "recurrent": 20,
    "vae": 4,
    "conv_vae": 12,
    "cvae": 5,
    "aae": 6,
}
EPOCH_IMAGES = 60_000
EPOCH_PIXELS = 784
STEP_SECONDS = 0.005  # however small the batch
BETWEEN_SECONDS = 0.1  # two epochs: test images, snapshot, pictures


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


def expected_time(plan: Plan) -> str:
    """What a click on Start costs, in words; "" for a family that nobody has timed."""
    if plan.family not in EPOCH_SECONDS:
        return ""
    source = dataset(plan.dataset)
    images = source.train_images
    share = images / EPOCH_IMAGES * prod(source.shape) / EPOCH_PIXELS
    steps = images / plan.recipe.batch_size
    epoch = EPOCH_SECONDS[plan.family] * share + STEP_SECONDS * steps
    seconds = plan.recipe.epochs * (epoch + BETWEEN_SECONDS)
    return _("about {time} on two cores").format(time=duration(5 + seconds))
