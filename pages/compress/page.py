"""Compress: when does it pay?"""

from pages.compress import hearts, lossless, pays, rates, uniqueness
from ui import frame
from ui.controls import choose
from ui.i18n import _

VIEWS = {
    "pays": pays.show,
    "rates": rates.show,
    "lossless": lossless.show,
    "hearts": hearts.show,
    "unique": uniqueness.show,
}

frame.page("compress")
words = {
    "pays": _("When it pays"),
    "rates": _("Bits and quality"),
    "lossless": _("To the last bit"),
    "hearts": _("By heart"),
    "unique": _("Is every code unique?"),
}
view = choose(
    _("What is looked at"),
    "compress",
    list(VIEWS),
    words.__getitem__,
    kind="row",
    label_visibility="collapsed",
)
VIEWS[view]()
frame.lesson("compress")
