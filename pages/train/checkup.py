"""Own pictures before a training: what is made of them, what may be wrong, and how it is mended."""

from dataclasses import replace

import numpy as np
import streamlit as st

from aecore.data.health import MENDS, Finding, mended
from aecore.data.own import CHANNELS, Checkup, OwnPictures
from aecore.messages import N_, Problem
from ui import address, cache, images
from ui.controls import choose, choose_many
from ui.i18n import _, literal, ngettext, number, tell

OFFERED = (16, 20, 24, 28, 32, 40, 48, 56, 64)  # pixels a side, of those that are possible
EXAMPLES = 5  # pictures shown of each finding

COLOURS = {"grey": N_("Grey"), "rgb": N_("Colour")}
MEND_WORDS = {
    "invert": N_("Invert the dark on light"),
    "centre": N_("Centre"),
    "drop": N_("Leave out empty ones and copies"),
}


def choose_form() -> tuple[int, str]:
    """Let people say what is made of own pictures: side in pixels, and a key of COLOURS."""
    left, right = st.columns(2)
    with left:
        side = choose(
            _("Size"),
            "side",
            [str(side) for side in OFFERED],
            lambda side: f"{side}×{side}",
            default="28",
            help=_("Each picture is fitted into so many pixels; MNIST has 28×28."),
        )
    with right:
        colour = choose(_("Tones"), "tones", list(CHANNELS), lambda name: _(COLOURS[name]))
    return int(side), colour


def choose_pictures(name: str) -> str | None:
    """Let people say what is made of own pictures, and see whether these are well.

    ``name`` names a folder, an archive or a data file; returns the name that carries the choice,
    None when nothing can be trained on then.
    """
    side, colour = choose_form()
    plain = replace(OwnPictures.named(name), side=side, colour=colour)
    try:
        with st.spinner(_("Reading the pictures …")):
            checkup = _checkup(plain.name, cache.changed(name))
        for remark in plain.remarks:
            st.caption(tell(remark))
        chosen = replace(plain, mend=tuple(_report(checkup)))
        if chosen.mend:
            cache.images(chosen.name, "train")  # enough of them must be left
    except Problem as problem:
        st.error(tell(problem))
        return None
    return chosen.name


@st.cache_resource(max_entries=4, show_spinner=False)
def _checkup(name: str, changed: int) -> Checkup:
    return OwnPictures.named(name).checkup()


def _report(checkup: Checkup) -> list[str]:
    """The findings with examples, folded away; returns what is to be mended."""
    count = len(checkup.findings)
    words = ngettext("{n} thing to look at", "{n} things to look at", count)
    label = words.format(n=number(count)) if count else _("The pictures are well")
    icon = ":material/warning:" if count else ":material/check_circle:"
    with st.popover(label, icon=icon, width="stretch"):
        helps = {finding.mend for finding in checkup.findings if finding.mend}
        chosen = choose_many(_("Mend"), "mend", MENDS, lambda name: _(MEND_WORDS[name]), kind="row")
        left = [name for name in MENDS if name in helps and name not in chosen]

        def mend() -> None:
            st.session_state["mend"] = address.SEPARATOR.join([*chosen, *left])

        if helps:
            st.button(
                _("Mend all that can be mended"),
                icon=":material/healing:",
                on_click=mend,
                disabled=not left,
                type="primary",
            )
        for finding in checkup.findings:
            _tell(finding, checkup, finding.mend if finding.mend in chosen else "")
    return chosen


def _tell(finding: Finding, checkup: Checkup, mend: str) -> None:
    """A finding in a sentence, examples of it, and what mending makes of them."""
    values = {
        name: number(value) if isinstance(value, int) else literal(str(value))
        for name, value in finding.values.items()
    }
    st.markdown(_(finding.sentence).format(**values))
    some = np.array(finding.indices[:EXAMPLES], np.intp)
    if not len(some):
        return
    before = checkup.pixels[some]
    rows = [images.Row(_("As they are"), _pictures(before, finding))]
    if mend == "drop":
        rows = [images.Row(_("Left out"), _pictures(before, finding))]
    elif mend:
        after = mended(before, checkup.signs.take(some), [mend])
        rows.append(images.Row(_("Mended"), _pictures(after, finding)))
    images.show(images.strip(rows))


def _pictures(pixels: np.ndarray, finding: Finding) -> list[images.Picture]:
    return [images.picture(one, name) for one, name in zip(pixels, finding.names, strict=False)]
