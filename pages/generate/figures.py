"""What benchmarks/generation.py has measured, beside what is seen at the moment."""

import json
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from aecore import checkpoint
from ui import frame
from ui.i18n import _, number, percent

KEPT = checkpoint.SHIPPED / "generation.json"
RIVAL = ("vae-2", "standard")


@cache
def kept() -> dict[str, Any]:
    """The figures by "floor", "distances" and "drawn": by model, by what codes are drawn from."""
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def of(model: str, way: str) -> dict[str, float]:
    """What was measured of 10,000 digits that this model drew; empty where nothing was."""
    found: dict[str, float] = kept()["drawn"].get(model, {}).get(way, {})
    return found


def row(
    model: str,
    way: str,
    distances: np.ndarray,
    decoded: bool,
    asked: tuple[int, int] | None,
    one_by_one: bool,
) -> None:
    """The figures of the digits on the screen, and of 10,000 like them.

    ``distances`` (N,) to the nearest known digit; ``asked``: how many are what was asked for, and
    of how many; ``one_by_one``: each with a code of its own, as those of which it was measured.
    """
    typical, measured = kept()["distances"], of(model, way)
    values: dict[str, str | tuple[str, str]] = {}
    compared = "" if decoded else _("test digits {value}").format(value=number(typical["test"], 1))
    values[_("Distance to the nearest")] = (number(float(np.median(distances)), 1), compared)
    if asked is not None:
        told = _("{right} of {all}").format(right=number(asked[0]), all=number(asked[1]))
        share = measured.get("asked") if one_by_one else None
        of_all = "" if share is None else _("{share} of 10,000").format(share=percent(share, 1))
        values[_("As asked")] = (told, of_all)
    frame.figures_row(values | _of_many(measured))


def measured(model: str, way: str) -> None:
    """What was measured of 10,000 digits that this model drew, alone."""
    frame.figures_row({_("Model"): model, **_of_many(of(model, way))})


def _of_many(measured: dict[str, float]) -> dict[str, str | tuple[str, str]]:
    if not measured:
        return {}
    rivals = _("vae-2 {rival} · training digits {floor}").format(
        rival=number(of(*RIVAL)["frechet"], 1), floor=number(kept()["floor"]["frechet"], 2)
    )
    shares = percent(measured["precision"]), percent(measured["recall"])
    return {
        _("Fréchet distance"): (number(measured["frechet"], 1), rivals),
        _("Precision, recall"): f"{shares[0]}, {shares[1]}",
    }


def everything() -> None:
    """All that was measured, the best first."""
    words = {"standard": "N(0, I)", "gaussian": _("Gaussian"), "mixture": _("Mixture")}
    heads = [
        _("Model, codes drawn from"),
        _("Fréchet distance"),
        _("Precision"),
        _("Recall"),
        _("As asked"),
        _("Distance to the nearest"),
    ]
    rows = [
        (f"{model}, {words[way]}", measured)
        for model, ways in kept()["drawn"].items()
        for way, measured in ways.items()
    ]
    rows.sort(key=lambda each: each[1]["frechet"])
    rows.append((_("training digits, for comparison"), kept()["floor"]))
    with st.expander(_("All models and rivals, measured")):
        frame.table(heads, [_cells(name, measured) for name, measured in rows])
        st.caption(
            _(
                "10,000 digits drawn at temperature 1, against the 10,000 test digits, by the "
                "features of a small classifier that reads {accuracy} of the test digits. "
                "Distance: the median to the nearest of 60,000 training digits; of test digits "
                "{test}, of test digits that went through a code {decoded}, which smooths them."
            ).format(
                accuracy=percent(kept()["accuracy"], 1),
                test=number(kept()["distances"]["test"], 2),
                decoded=number(kept()["distances"]["decoded"], 2),
            )
        )


def _cells(name: str, measured: dict[str, float]) -> list[str]:
    asked = percent(measured["asked"], 1) if "asked" in measured else "–"
    distance = number(measured["distance"], 2) if "distance" in measured else "–"
    shares = [percent(measured[share], 1) for share in ("precision", "recall")]
    return [name, number(measured["frechet"], 2), *shares, asked, distance]
