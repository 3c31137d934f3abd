"""Is every code unique? The closest two, and images that share one at a depth of bits."""

import streamlit as st

from aecore.compression import shipped
from aecore.compression.quantise import DEPTHS
from aecore.data import Images
from pages.compress import chosen
from ui import cache, coder, frame, images, saving
from ui.controls import choose
from ui.i18n import _, number


def show() -> None:
    """The closest two test digits of a model, those that share a code, and how many do."""
    left, right = st.columns(2)
    with left:
        name = chosen.model()
    with right:
        depth = choose(
            _("Bits a number"),
            "compress_depth",
            [str(bits) for bits in DEPTHS],
            default="2",
            kind="row",
        )  # fmt: on
    digits = cache.test_digits()
    frame.in_use([cache.cards()[name]], digits)
    found = shipped.figures()["unique"][name]
    count = shipped.figures()["images"]
    one, other = st.columns(2)
    with one:
        _closest(name, digits, found["first"], found["second"])
        frame.figures_row(
            {
                _("Distance of the closest two codes"): (
                    number(found["distance"], 3),
                    _("typical to the nearest other one: {n}").format(
                        n=number(found["typical"], 2)
                    ),
                )
            }
        )
    with other:
        _shared(digits, found["examples"][depth], depth)
    sharing = found["sharing"]
    frame.figures_row(
        {
            _("{n} bits: share a code").format(n=bits): (
                number(shared),
                _("of {n}").format(n=number(count)),
            )
            for bits, shared in sharing.items()
        }
    )
    heads = ("bits", "images that share a code")
    saving.offer("unique", saving.table("codes", _("Figures"), heads, lambda: sharing.items()))


def _closest(name: str, digits: Images, *places: int) -> None:
    st.markdown(_("**The two test digits with the closest codes**"))
    through = coder.of_model(name, cache.checkpoints()[name])
    some = digits.take(list(places))
    drawn = through.reconstruct(some.pixels)
    title = _("Stand-ins") if digits.decoded else _("Originals")
    rows = [
        images.Row(
            title, [images.picture(each, title, label) for each, label in _named(digits, places)]
        ),
        images.Row(_("From their codes"), [images.picture(each, _("Decoded")) for each in drawn]),
    ]
    images.show(images.strip(rows, size=100))


def _named(digits: Images, places: tuple[int, ...]) -> list[tuple]:
    some = digits.take(list(places))
    labels = [""] * len(some) if some.labels is None else [str(k) for k in some.labels.tolist()]
    return list(zip(some.pixels, labels, strict=True))


def _shared(digits: Images, groups: list[list[int]], depth: str) -> None:
    st.markdown(_("**Test digits that share a code of {n} bits a number**").format(n=depth))
    if not groups:
        st.markdown(_("None: all codes differ."))
        return
    rows = []
    for n, places in enumerate(groups, 1):
        title = _("Group {n}").format(n=n)
        cells = [
            images.picture(each, title, label) for each, label in _named(digits, tuple(places))
        ]
        rows.append(images.Row(title, cells))
    images.show(images.strip(rows, size=images.ROW))
