"""What benchmarks/features.py has measured: curves over labels, groups, loss curves, encoders."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.groups_file import FILE, WAYS, Groups, load_groups
from ui.i18n import _

RECORDS = checkpoint.SHIPPED / "features.json"
NAMES = {"pca-32": "PCA-32"}  # of what features are made from, where the id isn't enough


@cache
def kept() -> dict[str, Any]:
    """All figures, as the benchmark has written them."""
    found: dict[str, Any] = json.loads(RECORDS.read_text("utf-8"))
    return found


@st.cache_resource(max_entries=1, show_spinner=False)
def groups() -> Groups:
    """The shipped groups. Raises Problem."""
    return load_groups(FILE)


def scores(way: str) -> dict[str, float]:
    """accuracy, ari and nmi of all 70,000 digits' groups by one of WAYS."""
    found: dict[str, float] = groups().facts["scores"][way]
    return found


def accuracies(way: str, labels: int) -> np.ndarray:
    """The accuracy 0…1 of each draw of so many labels; empty where it isn't measured."""
    return np.array(kept()["curves"].get(way, {}).get(str(labels), []))


def sizes(way: str) -> list[int]:
    """The numbers of labels for which it is measured."""
    return [int(n) for n in kept()["curves"][way]]


def mean(way: str, labels: int) -> float:
    """Their mean."""
    return float(accuracies(way, labels).mean())


def way_title(way: str) -> str:
    """What learns from the labels, for people: "logistic regression on codes of conv-32"."""
    what, how = way.split("/")
    titles = {
        "spread": _("Labels spread over the map"),
        "tuned": _("{model} tuned further"),
        "random": _("Same network, random weights"),
    }
    if how in titles:
        return titles[how].format(model=what)
    name = _("pixels") if what == "pixels" else NAMES.get(what, what)
    words = _("Logistic regression, {features}") if how == "logistic" else _("kNN, {features}")
    return words.format(features=name)


def groups_title(way: str) -> str:
    """How groups are found, for people: "map, mixture of Gaussians"."""
    what, how = way.split("-")
    features = {
        "pixels": _("pixels"),
        "pca": _("PCA, 32 numbers"),
        "codes": _("codes"),
        "map": _("map"),
    }
    method = _("k-means") if how == "kmeans" else _("mixture")
    return f"{features[what]}, {method}"


def ways_by_accuracy() -> Sequence[str]:
    """The ways to find groups, the best first."""
    return sorted(WAYS, key=lambda way: -scores(way)["accuracy"])
