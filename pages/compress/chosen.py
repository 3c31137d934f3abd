"""What several views of Compress share: the model, the way its codes are kept, and the image."""

from aecore.compression import shipped
from pages import SCREENS
from ui import cache, frame, subject
from ui.controls import choose
from ui.i18n import _, ngettext, number
from ui.subject import Subject

DEFAULT = "deep-32"


def model() -> str:
    """A model whose figures have been measured."""
    cards = cache.cards()
    return choose(
        _("Model"),
        "compress_model",
        [name for name in shipped.MODELS if name in cards],
        lambda name: frame.model_words(cards[name]),
        default=DEFAULT,
    )


def way_words(way: str) -> str:
    """How codes are kept, one of WAYS, for people."""
    bits = int(way.removesuffix("e"))
    words = ngettext("{n} bit a number", "{n} bits a number", bits).format(n=number(bits))
    return _("{bits}, entropy-coded").format(bits=words) if way.endswith("e") else words


def image(*models: str) -> Subject:
    """Let people choose a test digit or their drawing. ``models`` are those in use."""
    digits = cache.test_digits()
    frame.in_use([cache.cards()[name] for name in models], digits)
    return subject.choose_one(digits, "compress_digit", "compress_other", SCREENS)
