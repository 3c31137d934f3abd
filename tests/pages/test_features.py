"""Features: groups that are named, curves over labels, and what is measured anew."""

import re

import numpy as np
import pytest
from apptest import click, complaints, opened, wait_for, words
from listing import run
from sklearn.mixture import GaussianMixture
from streamlit.testing.v1 import AppTest

from aecore import checkpoint, clustering
from aecore.groups_file import BEST, load_groups
from pages.features import clicks, measuring, records
from pages.features.measuring import Measured


def figures(app: AppTest) -> str:
    return "".join(one.proto.body for one in app.get("html") if 'class="facts"' in one.proto.body)


def best_letters() -> str:
    return clicks._text(clustering.best_names(load_groups().counts(BEST)))


def test_listing_of_features(mnist_test):
    import torch
    from scipy.optimize import linear_sum_assignment

    some = mnist_test.take(slice(400))
    model, _card = checkpoint.load(checkpoint.shipped()["conv-32"])
    with torch.inference_mode():
        made = run(
            "features",
            np=np,
            model=model,
            x=torch.from_numpy(some.pixels).float() / 255,
            labels=some.labels,
            island_map=clustering.island_map,
            GaussianMixture=GaussianMixture,
            linear_sum_assignment=linear_sum_assignment,
        )
    found = clustering.scores(made["groups"], some.labels)
    assert made["accuracy"] == pytest.approx(found["accuracy"])


def test_named_groups_tell_what_they_are_worth(mnist_folder):
    app = opened("features", few_names=f"{BEST}~{best_letters()}")
    assert complaints(app) == []
    found = figures(app)
    assert "10 of 10 groups" in found
    shares = [float(share) for share in re.findall(r"([\d.]+)%", found)]
    assert shares[1] == round(100 * records.scores(BEST)["accuracy"], 1) >= 96.5
    assert shares[0] > 96.5 > shares[2] + 30  # ten names beat ten labels
    assert "digits are named wrong" in words(app)


def test_without_names_nothing_is_right(mnist_folder):
    app = opened("features")
    assert "0 of 10 groups" in figures(app) and "0.0%" in figures(app)
    assert "named wrong" not in words(app)


@pytest.mark.parametrize(
    "value", ["map-mixture~012", "map-mixture~abcdefghij", "elsewhere~1", "~~"]
)
def test_names_that_are_none_are_told(value, mnist_folder):
    app = opened("features", few_names=value)
    assert not app.exception and not app.error
    assert len(app.warning) == 1


def test_names_of_one_way_stay_while_another_is_looked_at(mnist_folder):
    letters = best_letters()
    app = opened("features", few_names=f"{BEST}~{letters}", few_by="pixels-kmeans")
    assert "0 of 10 groups" in figures(app)
    app.selectbox(key="choose-few_by").set_value(BEST).run()
    assert "10 of 10 groups" in figures(app)
    click(app, "Start over")
    assert "0 of 10 groups" in figures(app)


@pytest.mark.parametrize("view", ["labels", "layers", "elsewhere"])
def test_every_view_opens(view, mnist_folder):
    app = opened("features", few=view)
    assert complaints(app) == [] and len(app.get("plotly_chart")) >= 1


def test_a_point_is_measured_anew(mnist_folder):
    app = opened("features", few="labels", few_way="conv-32/logistic", few_labels="100")
    click(app, "Measure")
    wait_for(lambda: "Measured here" in figures(app.run()))
    measured = float(re.findall(r"Measured here.*?<b>([\d.]+)%", figures(app))[0])
    draws = records.accuracies("conv-32/logistic", 100) * 100
    assert draws.min() - 6 < measured < draws.max() + 6


def test_measuring_stops(mnist_folder):
    app = opened("features", few="labels", few_way="deep-32/tuned", few_labels="10000")
    assert app.select_slider(key="few_labels").value == 10_000
    click(app, "Measure")
    click(app, "Stop")
    assert not [each for each in app.button if each.label == "Stop"]
    assert "Measured here" not in figures(app)


@pytest.mark.parametrize("way", ["pixels/knn", "pca-32/logistic", "map/spread"])
def test_without_mnist_half_of_the_decoded_digits_judge(way, empty):
    digits = measuring.digits()
    assert digits.decoded and len(digits.pool) == len(digits.judges) == 5000
    found = Measured(way, 100, 0)
    shares = list(measuring.measuring(digits, found))
    assert shares == sorted(shares) and found.accuracy > 0.6
