"""The frame that every screen shares: title, sentence, picture, figures, prompts, formula.

A page reads top to bottom in this order::

    layout.page(_("What survives the bottleneck?"), _("One sentence."))
    layout.in_use(model=card.name, data=images)
    ...the picture and its controls...
    layout.figures_row({_("MSE"): number(mse, 4)})
    layout.try_this([_("…"), _("…"), _("…")])
    layout.how_it_works(_(r"…formula…"), CODE)
"""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from aecore.data import Images, dataset
from aecore.messages import Problem
from ui import controls, images
from ui.i18n import LANGUAGES, _, ngettext, number, set_language, tell, visitors_language

STYLE = f"""<style>
{images.STYLE}
{controls.HIDE_ADDRESS_FIELDS}
[data-testid="stMainBlockContainer"] {{ max-width: 1400px; padding-inline: 2rem; }}
[data-testid="stMain"] [data-testid="stVerticalBlock"] {{ gap: 0.6rem; }}
[data-testid="stWidgetLabel"] p, [data-testid="stCaptionContainer"] p {{ font-size: 1rem; }}
h1 {{ padding: 0 !important; }}
.lead {{ font-size: 1.1rem; line-height: 1.4; margin: 0; max-width: 62rem; }}
.facts {{ display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 0; }}
.facts div {{ display: flex; gap: 8px; align-items: baseline; }}
.facts dt {{ font-size: 1rem; opacity: 0.8; font-weight: 400; }}
.facts dd {{ margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }}
.facts small {{ font-size: max(0.9rem, 16px); opacity: 0.8; font-weight: 400; }}
.try {{ margin: 0; padding-left: 1.2em; line-height: 1.45; }}
.in-use {{ margin: 0; font-size: max(0.9rem, 16px); line-height: 1.35; }}
.in-use b {{ font-weight: 600; }}
@media (max-width: 640px) {{
  [data-testid="stMainBlockContainer"] {{ padding-inline: 1rem; }}
}}
</style>"""

_SAID = "said"  # session: what the sidebar says is in use


def frame() -> None:
    """Style and language; app.py calls it first in every full run."""
    st.html(STYLE)
    with st.sidebar:
        _language_switch()


def _language_switch() -> None:
    """Let people choose the language; ``?lang=`` keeps it."""
    # English is "en" in the address too, or it could not be chosen against the browser's wish
    default = visitors_language()
    set_language(default)  # for the warning below
    wanted = st.query_params.get("lang", "")
    if wanted in LANGUAGES:
        set_language(wanted)
    code = controls.choose(
        _("Language"),
        "lang",
        list(LANGUAGES),
        LANGUAGES.__getitem__,
        default=default,
        kind="row",
        label_visibility="collapsed",
    )
    set_language(code)


def page(question: str, sentence: str) -> None:
    """The head of a page: its title, a question, and one sentence."""
    st.title(question, anchor=False)
    st.html(f'<p class="lead">{escape(sentence)}</p>')
