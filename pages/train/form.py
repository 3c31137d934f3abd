"""What a training is asked to do: the controls that make a plan."""

from dataclasses import fields

import streamlit as st

from aecore.data import DATASETS
from aecore.messages import Problem
from aecore.recipe import Recipe, usual_batch_size, usual_epochs
from aecore.training.plan import Plan
from aecore.training.run import Run
from pages.train import time_machine
from pages.train.checkup import choose_form, choose_pictures
from pages.train.own_pictures import UPLOAD, data_sets, upload
from pages.train.settings import against_overfitting, family_settings
from ui import cache, downloads
from ui.controls import choose
from ui.frame import data_title
from ui.i18n import _, duration, tell
from ui.screens import OWN

STRENGTH = 0.7


def _to_come(name: str) -> bool:
    """Whether it has to be downloaded first."""
    return name in DATASETS and not DATASETS[name].on_this_machine("train")


def _data_words(name: str) -> str:
    title = data_title(name)
    return _("{data} (not here)").format(data=title) if _to_come(name) else title


def plan_form() -> Plan | None:
    """The controls of a training; None while its images are still missing."""
    # torch with them, which no other control needs
    from aecore.corruption import CORRUPTIONS, suiting
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
        _("Data"),
        "train_data",
        [*found, UPLOAD],
        lambda name: _data_words(found[name]) if name in found else _("Own pictures …"),
    )
    own, few_epochs, few_batch = None, Recipe.epochs, Recipe.batch_size
    if chosen == UPLOAD:
        upload()
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
        suiting(symbols=chosen in DATASETS and DATASETS[chosen].symbols),
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
        help=_("How many numbers the encoder may use for an example, 1 to 256."),
    )
    epochs = right.number_input(
        _("Epochs"),
        1,
        1000,
        few_epochs,
        # a key for each proposal, or what was proposed for other images would stay
        key="epochs" if few_epochs == Recipe.epochs else f"epochs_{few_epochs}",
        bind="query-params",
        help=_("How often the training examples are gone through."),
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
            help=_("How many examples are looked at before the weights move."),
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


def start(plan: Plan | None) -> None:
    """The button that begins a training, and how long it will take."""
    started = st.button(
        _("Start training"),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=plan is None,
    )
    if started and plan is not None:
        try:
            run = Run.begin(plan)
        except Problem as problem:
            st.error(tell(problem))
        else:
            st.session_state["run"] = run.name
            time_machine.forget_the_moment()
    if plan is not None:
        st.caption(expected_time(plan))


def expected_time(plan: Plan) -> str:
    """What a click on Start costs, in words."""
    from aecore.training.cost import expected_seconds

    return _("about {time} on two cores").format(time=duration(expected_seconds(plan)))
