"""All that is or becomes a model on this machine: shipped, trained here, loaded from files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aecore.checkpoint import SHIPPED, Card
from aecore.job import ALIVE
from aecore.messages import N_, Problem
from aecore.training.plan import Plan
from aecore.training.run import Run, runs
from pages import SCREENS
from pages.models import SCREEN
from ui import cache, states
from ui.frame import learned_from
from ui.i18n import _, decimal, duration, moment, ngettext, number
from ui.screens import Address, Screen, showing_model, showing_run

STATES: dict[str, str] = {
    **states.STATES,
    "shipped": N_("shipped"),
    "loaded": N_("loaded from a file"),
    "running": N_("training"),
    "done": N_("trained"),
}
# what is told of damaged examples: the figure with its digits
DAMAGED = {
    "psnr": (N_("PSNR {value} dB from images damaged by {strength}"), 1),
    "steps": (N_("share of symbols right {value} from melodies damaged by {strength}"), 3),
}
RESUMABLE = ("new", "stopped", "failed", "died")
DIED = N_("The process ended without a word. Resume goes on from the last whole epoch.")


@dataclass(frozen=True, eq=False)
class Entry:
    """A model. ``card`` says what it is, or is to become while it has no ``weights``, its file.

    ``run`` made it here; ``place`` is the file or directory that it is; ``trouble`` is what is
    wrong with it, if anything is: a damaged file does not count as weights.
    """

    name: str
    state: str  # a key of STATES
    card: Card | None = None
    weights: Path | None = None
    run: Run | None = None
    trouble: Problem | None = None
    place: Path | None = None
    status: Mapping[str, Any] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Whether a process works on it or is about to."""
        return self.state in ALIVE

    @property
    def own(self) -> bool:
        """Whether it may be deleted here."""
        return self.state != "shipped"

    @property
    def latent_dim(self) -> int:
        """The number of numbers in a code; 0 when nobody knows."""
        return int(self.card.config.get("latent_dim", 0)) if self.card else 0


def entries() -> dict[str, Entry]:
    """All by name: runs without weights so far, then those of ``cache.checkpoints()``."""
    made_by = {run.checkpoint: run for run in runs()}
    found = {}
    for name, path in cache.checkpoints().items():
        run = made_by.pop(path, None)
        found[name] = _of_run(run) if run else _of_file(name, path)
    # a run that is named like another model shows when that one is gone
    waiting = {run.name: _of_run(run) for run in made_by.values() if run.name not in found}
    return waiting | found


def _of_file(name: str, path: Path) -> Entry:
    state = "shipped" if path.parent == SHIPPED else "loaded"
    card, trouble = _card(path)
    return Entry(name, state, card, path if card else None, trouble=trouble, place=path)


def _of_run(run: Run) -> Entry:
    status = run.status()
    card, trouble, weights = None, None, None
    if run.checkpoint.is_file():
        card, trouble = _card(run.checkpoint)
    if card is not None:
        weights = run.checkpoint
    else:
        try:
            plan = run.plan()
        except Problem as problem:
            trouble = problem
        else:
            card = _planned(run.name, plan)
    if status["state"] == "died":
        trouble = Problem(DIED)
    elif "sentence" in status:
        trouble = Problem(status["sentence"], **status.get("values", {}))
    return Entry(run.name, status["state"], card, weights, run, trouble, run.path, status)


def _planned(name: str, plan: Plan) -> Card:
    recipe = plan.recipe
    return Card(
        name=name,
        family=plan.family,
        config=plan.settings,
        dataset=plan.dataset,
        classes=plan.classes,
        corruption=recipe.corruption,
        strength=recipe.strength,
        recipe=recipe.to_json(),
        seed=recipe.seed,
    )


def _card(path: Path) -> tuple[Card | None, Problem | None]:
    try:
        return cache.card(path), None
    except Problem as problem:
        return None, problem
    except OSError:  # deleted by somebody else this moment
        return None, None


def state_words(entry: Entry) -> str:
    """Its state for people: "training, epoch 3 of 10"."""
    if entry.state == "running" and entry.card and "epoch" in entry.status:
        words = _("training, epoch {n} of {total}")
        total = entry.card.recipe.get("epochs", 0)
        return words.format(n=number(entry.status["epoch"]), total=number(total))
    return _(STATES[entry.state])


def family(card: Card) -> tuple[str, str]:
    """Title and summary of a card's family; of an unknown one its id."""
    from aecore.models import FAMILIES

    if card.family not in FAMILIES:
        return card.family, ""
    return _(FAMILIES[card.family].title), _(FAMILIES[card.family].summary)


def damage(card: Card) -> str:
    """What was done to the images in training: "Gaussian noise, up to 0.70"."""
    from aecore.corruption import CORRUPTIONS

    if card.corruption not in CORRUPTIONS:
        return card.corruption
    title = _(CORRUPTIONS[card.corruption].title)
    if card.corruption == "none":
        return title
    return _("{damage}, up to {strength}").format(damage=title, strength=number(card.strength, 2))


def columns(found: Mapping[str, Entry]) -> dict[str, list[Any]]:
    """The table of all: column by column."""
    cards = [entry.card for entry in found.values()]
    return {
        _("Name"): list(found),
        _("Family"): [family(card)[0] if card else "" for card in cards],
        _("Code"): [entry.latent_dim or None for entry in found.values()],
        _("Data"): [learned_from(card) if card else "" for card in cards],
        "MSE": [_mse(card) for card in cards],
        _("State"): [state_words(entry) for entry in found.values()],
    }


def _mse(card: Card | None) -> str:
    value = card.metrics.get("mse") if card else None
    return "" if value is None else number(value, 4)


def facts(entry: Entry) -> list[tuple[str, str]]:
    """The card as names and words."""
    found = [(_("State"), state_words(entry))]
    card = entry.card
    if card is None:
        return found
    size = ngettext("{n} number", "{n} numbers", entry.latent_dim)
    code = size.format(n=number(entry.latent_dim))
    if "image_shape" in card.config:
        channels, height, width = card.image_shape
        if card.config.get("symbols"):
            text = _("{code} for {height} symbols, each one of {width}")
        elif channels == 1:
            text = _("{code} for {width}×{height} grey pixels")
        else:
            text = _("{code} for {width}×{height} pixels in colour")
        code = text.format(code=code, width=width, height=height)
    found.append((_("Code"), code))
    found.append((_("Learned from"), learned_from(card) or "–"))
    if card.corruption != "none":
        found.append((_("Damaged by"), damage(card)))
    if measured := _measured(card):
        found.append((_("Test"), measured))
    found.append((_("Training"), ", ".join(_training(card))))
    if entry.weights is not None:
        size = _("{n} MB").format(n=number(entry.weights.stat().st_size / 1e6, 1))
        made = [moment(card.created)] if card.created else []
        found.append((_("File"), ", ".join([size, *made])))
    return found


def _measured(card: Card) -> str:
    from aecore.evaluation import FIGURES
    from aecore.models import FAMILIES

    own = FAMILIES[card.family].figures if card.family in FAMILIES else {}
    words = []
    for key, (label, digits, unit) in {**FIGURES, **own}.items():
        if key in card.metrics:
            words.append(f"{_(label)} {number(card.metrics[key], digits)} {_(unit)}".strip())
    for key, value in card.metrics.items():
        measured = rf"{re.escape(card.corruption)}_(\d+(?:\.\d+)?)_(psnr|steps)"
        if damaged := re.fullmatch(measured, key):
            text, digits = DAMAGED[damaged[2]]
            strength = number(float(damaged[1]), 2)
            words.append(_(text).format(value=number(value, digits), strength=strength))
    return ", ".join(words)


def _training(card: Card) -> list[str]:
    recipe = card.recipe
    words = []
    if "epochs" in recipe:
        text = ngettext("{n} epoch", "{n} epochs", recipe["epochs"])
        words.append(text.format(n=number(recipe["epochs"])))
    if recipe.get("images"):
        text = ngettext("{n} training example", "{n} training examples", recipe["images"])
        words.append(text.format(n=number(recipe["images"])))
    if "batch_size" in recipe:
        words.append(_("batches of {n}").format(n=number(recipe["batch_size"])))
    if recipe.get("learning_rate"):
        words.append(_("learning rate {rate}").format(rate=decimal(recipe["learning_rate"])))
    if recipe.get("weight_decay"):
        words.append(_("weight decay {decay}").format(decay=decimal(recipe["weight_decay"])))
    words.append(_("seed {seed}").format(seed=card.seed))
    if card.seconds:
        words.append(duration(card.seconds))
    return words


def links(entry: Entry) -> list[tuple[Screen, Address]]:
    """The other screens that can show it, each with what its address must say."""
    found: list[tuple[Screen, Address]] = []
    if entry.weights is not None and entry.card is not None:
        found += showing_model(SCREENS, entry.name, entry.card)
    if entry.run is not None:
        found += showing_run(SCREENS, entry.name)
    return [(screen, address) for screen, address in found if screen is not SCREEN]
