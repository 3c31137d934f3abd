"""A run's loss terms: which of them tell how good the model is, and what they are called."""

from typing import TYPE_CHECKING

from aecore.training.plan import Plan
from ui.i18n import _

if TYPE_CHECKING:
    from aecore.models import Autoencoder
    from aecore.models.base import Figure


def judged_by(plan: Plan) -> tuple[str, ...]:
    """The terms whose sum tells how good the model is; of an unknown family the first one."""
    family = _family(plan)
    return ("recon",) if family is None else family.judged_by


def name(plan: Plan, term: str) -> str:
    """What the family calls a term; one that it doesn't tell of keeps its own name."""
    figure = _figure(plan, term)
    return term if figure is None else _(figure.label)


def title(plan: Plan, term: str) -> str:
    """What stands above a term's curve: its name and its unit."""
    figure = _figure(plan, term)
    if figure is None:
        return _("Term “{name}”, nats").format(name=term)
    return ", ".join(_(part) for part in (figure.label, figure.unit) if part)


def _figure(plan: Plan, term: str) -> "Figure | None":
    family = _family(plan)
    return None if family is None else family.figures.get(term)


def _family(plan: Plan) -> "type[Autoencoder] | None":
    from aecore.models import MODELS

    return MODELS[plan.family] if plan.family in MODELS else None
