"""The kinds of autoencoders and what each changes."""

from ui import frame
from ui.i18n import _


def show() -> None:
    """One row a kind."""
    shape, loss, input_, code = _("shape"), _("loss"), _("input"), _("code")
    frame.table(
        [_("Kind"), _("Changes the"), _("How")],
        [
            (_("Simple"), "–", _("One layer in, one layer out.")),
            (_("Deep"), shape, _("Several layers: it can bend where one layer draws a plane.")),
            (_("Sparse"), loss, _("A penalty keeps most numbers of the code at zero.")),
            (_("Convolutional"), shape, _("Small filters slide over the image.")),
            (_("Denoising"), input_, _("Damaged images go in, clean ones must come out.")),
            (_("Recurrent"), shape, _("Reads and writes sequences, one step after another.")),
            (
                _("Variational"),
                f"{code}, {loss}",
                _("A code is a cloud, not a point; a penalty keeps the clouds together."),
            ),
            (
                _("Adversarial"),
                loss,
                _("A second network judges whether codes or images look real."),
            ),
        ],
    )
