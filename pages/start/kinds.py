"""The kinds of autoencoders and what each changes."""

from aecore import described
from ui import frame
from ui.i18n import _


def show() -> None:
    """One row a family, and one for what learns from damaged images."""
    rows = [
        (_(one.title), ", ".join(_(part) for part in one.changes) or "–", _(one.summary))
        for one in described.families()
    ]
    damages = ", ".join(
        _(title) for name, title in described.corruptions().items() if name != "none"
    )
    learned = _("Damaged examples go in, clean ones must come out. Any family can: {damages}.")
    rows.append((_("Denoising"), _("input"), learned.format(damages=damages)))
    frame.table([_("Kind"), _("Changes the"), _("How")], rows, _("A family"))
