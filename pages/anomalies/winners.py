"""Who wins: every score for every digit, as benchmarks/anomalies.py has measured it."""

from html import escape

import streamlit as st

from aecore import anomalies
from pages.anomalies.choices import Normal
from ui.i18n import _, number


def show(normal: Normal) -> None:
    """A sentence on the digit that is normal, and the table of all; nothing of other images."""
    figures = anomalies.figures()
    digit = str(normal.classes[0]) if normal.is_shipped else ""
    if figures is None or digit not in figures["digits"]:
        return
    ranked = sorted(figures["digits"][digit].items(), key=lambda item: -item[1]["auroc"])
    titles = {name: _(score.title) for name, score in anomalies.SCORES.items()}
    (first, best), (second, next_best) = ranked[:2]
    close = next_best["high"] >= best["low"]
    words = _(
        "**Who wins for {digit}?** {first} with an AUROC of {best}, before {second} with {next}."
    )
    sentence = words.format(
        digit=digit,
        first=titles[first],
        best=number(best["auroc"], 3),
        second=titles[second],
        next=number(next_best["auroc"], 3),
    )
    if close:
        sentence += " " + _("Their 95% intervals overlap: it could be chance.")
    st.markdown(sentence)
    with st.expander(_("Every score for every digit")):
        st.html(_table(figures, digit, titles))
        st.caption(
            _(
                "AUROC on the 10,000 test digits with one digit normal and the other nine strange; "
                "fitted to the training images of the normal digit alone. Bold: the best."
            )
        )


def _table(figures: anomalies.Figures, digit: str, titles: dict[str, str]) -> str:
    digits = figures["digits"]
    best = {
        each: max(found, key=lambda name: found[name]["auroc"]) for each, found in digits.items()
    }
    winner = max(figures["mean"], key=lambda name: figures["mean"][name])
    heads = "".join(
        f'<th scope="col"{" class=chosen" if each == digit else ""}>{each}</th>' for each in digits
    )
    rows = ""
    for name, title in titles.items():
        cells = [(found[name]["auroc"], best[each] == name) for each, found in digits.items()]
        cells.append((figures["mean"][name], winner == name))
        rows += f'<tr><th scope="row">{escape(title)}</th>'
        for value, bold in cells:
            words = number(value, 3)
            rows += f"<td>{f'<b>{words}</b>' if bold else words}</td>"
        rows += "</tr>"
    name, mean = escape(_("Score")), escape(_("mean"))
    return (
        f'<div class="table" tabindex="0" role="group" aria-label="{name}"><table><thead><tr>'
        f'<th scope="col">{name}</th>{heads}<th scope="col">{mean}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
