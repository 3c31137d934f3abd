"""What a training is asked to do: the controls that make a plan, and one's own pictures."""

import re
from dataclasses import fields
from pathlib import Path

import streamlit as st

from aecore.data import DATASETS, dataset
from aecore.files import replacing
from aecore.job import writing_to
from aecore.messages import N_, Problem
from aecore.training.recipe import Recipe
from aecore.training.run import Plan, runs_dir
from ui import cache
from ui.controls import choose
from ui.i18n import _, duration, tell
from ui.layout import data_title

UPLOAD = "upload"  # in the address: pictures that are still to come
OWN = "own-"  # and before the names of those that are here
MAX_UPLOAD = 10  # megabytes
STRENGTH = 0.7

# seconds for a pass over 60,000 images of 28×28 on two cores, roughly, to say what a click costs
EPOCH_SECONDS = {"simple": 1, "deep": 3, "sparse": 3, "vae": 4, "conv": 10, "conv_vae": 12}
EPOCH_IMAGES = 60_000


def images_dir() -> Path:
    """Where pictures that were uploaded are kept, a zip archive each."""
    return runs_dir() / "images"


def keep_images(file_name: str, content: bytes) -> str:
    """Keep an archive of pictures that can be trained on; return its name. Raises Problem.

    It is read to the last picture before it counts; nothing else is left behind.
    """
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file_name).stem).strip("-._")[:40] or "pictures"
    if len(content) > MAX_UPLOAD * 1_000_000:
        raise Problem(
            N_("“{name}” is larger than {limit} MB; choose fewer or smaller pictures."),
            name=file_name,
            limit=MAX_UPLOAD,
        )
    folder = images_dir()
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        number, path = 1, folder / f"{stem}.zip"
        while path.exists() and path.read_bytes() != content:
            number, path = number + 1, folder / f"{stem}-{number + 1}.zip"
        with replacing(path) as beside:
            beside.write_bytes(content)
            try:
                for split in ("train", "test"):
                    dataset(f"folder:{beside}").load(split)
            except Problem as problem:  # it speaks of the file as its owner knows it
                values = {
                    key: file_name if value == str(beside) else value
                    for key, value in problem.values.items()
                }
                raise Problem(problem.sentence, **values) from problem
    return path.stem


def data_sets() -> dict[str, str]:
    """What can be trained on here: data sets by their id in the address."""
    found = {name: name for name in DATASETS if DATASETS[name].on_this_machine("train")}
    for path in sorted(images_dir().glob("*.zip")):
        found[f"{OWN}{path.stem}"] = f"folder:{path.resolve()}"
    return found


def plan_form() -> Plan | None:
    """The controls of a training; None while its pictures are still missing."""
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
        lambda name: data_title(found[name]) if name in found else _("Own pictures …"),
    )
    if chosen == UPLOAD:
        _upload()
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
        Recipe.epochs,
        key="epochs",
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
            Recipe.batch_size,
            key="batch",
            bind="query-params",
            help=_("How many images are looked at before the weights move."),
        )
        if "beta" in usual:
            settings["beta"] = st.number_input(
                _("Weight β of the KL term"),
                0.0,
                100.0,
                1.0,
                0.5,
                key="beta",
                bind="query-params",
                help=_("0 makes a plain autoencoder with noise, large values blur everything."),
            )
    if chosen == UPLOAD:
        return None
    recipe = Recipe(
        epochs=epochs,
        batch_size=batch,
        learning_rate=None if rate == own_rate else rate,
        corruption=corruption,
        strength=strength,
        seed=seed,
    )
    return Plan(family, settings, found[chosen], recipe)


def _upload() -> None:
    def keep() -> None:
        st.session_state.pop("train-upload-problem", None)
        file = st.session_state["train-upload"]
        if file is None:
            return
        try:
            name = keep_images(file.name, file.getvalue())
        except Problem as problem:
            st.session_state["train-upload-problem"] = problem
        else:
            st.session_state["train_data"] = f"{OWN}{name}"

    st.file_uploader(
        _("A zip archive of pictures"), type="zip", key="train-upload", on_change=keep,
        max_upload_size=MAX_UPLOAD,
        help=_("Subfolders are classes. Each picture is made grey, 28×28 pixels."),
    )  # fmt: skip
    if "train-upload-problem" in st.session_state:
        st.error(tell(st.session_state["train-upload-problem"]))


def expected_time(plan: Plan) -> str:
    """What a click on Start costs, in words; "" for a family that nobody has timed."""
    if plan.family not in EPOCH_SECONDS:
        return ""
    source = dataset(plan.dataset)
    images = EPOCH_IMAGES
    if not source.downloadable:
        images = len(cache.images(plan.dataset, "train"))
    share = images / EPOCH_IMAGES
    seconds = plan.recipe.epochs * EPOCH_SECONDS[plan.family] * share
    return _("about {time} on two cores").format(time=duration(5 + seconds))
