"""Generate: drawn digits, ways between two, arithmetic with codes."""

import re

import numpy as np
import pytest
import streamlit as st
from apptest import click, complaints, opened, words
from listing import run
from streamlit.testing.v1 import AppTest

from aecore import checkpoint, network_layers
from pages.generate import figures
from pages.generate.draws import ANY, draw
from pages.generate.sources import Source, of_checkpoint
from ui import cache


def pictures(at: AppTest) -> list[tuple[str, str]]:
    """What is drawn: addresses and alternative texts."""
    html = "".join(element.proto.body for element in at.get("html"))
    return re.findall(r'<img src="(data:[^"]+)" alt="([^"]*)"', html)


@pytest.mark.parametrize("language", ["en", "de", "ru"])
@pytest.mark.parametrize("task", ["draw", "walk", "sum"])
def test_each_part_opens_without_complaint(language, task, mnist_test):
    at = opened("generate", lang=language, making=task)
    assert complaints(at) == []


def test_twenty_drawn_digits_each_above_its_nearest(mnist_train):
    at = opened("generate", generator="deep-32", drawnfrom="mixture")
    seen = pictures(at)
    assert len(seen) == 40
    assert sum("training digit" in alt for _uri, alt in seen) == 20
    again = pictures(opened("generate", generator="deep-32", drawnfrom="mixture", lot="0"))
    assert again == seen
    others = pictures(click(at, "Draw again"))
    assert others[0] != seen[0]


def test_without_mnist_decoded_digits_stand_in_and_it_says_so(empty):
    at = opened("generate", generator="deep-32")
    assert complaints(at) == []
    assert sum("decoded digits" in alt for _uri, alt in pictures(at)) == 20
    assert "training digit" not in " ".join(alt for _uri, alt in pictures(at))
    for task in ("walk", "sum"):
        assert complaints(opened("generate", making=task)) == []


def test_a_mixture_can_be_asked_and_says_how_often_it_obeys(mnist_train):
    at = opened("generate", generator="pca", drawnfrom="mixture", wanted="3", temperature="0.5")
    told = re.search(r"<b>(\d+) of 20</b>", words(at))
    assert told and int(told[1]) >= 17


def test_a_model_that_is_told_the_class_draws_ten_digits_in_one_hand(mnist_train):
    at = opened("generate", generator="cvae-16")
    read = [alt.rpartition(" ")[2] for _uri, alt in pictures(at) if "read as" in alt]
    assert len(read) == 20
    wanted = [str(digit) for digit in range(10)] * 2
    assert sum(a == b for a, b in zip(read, wanted, strict=True)) >= 16


def test_a_walk_to_a_drawing_that_is_not_there_asks_for_one(mnist_test):
    at = opened("generate", making="walk", walkfrom="drawing")
    assert "There is no drawing yet" in words(at)


def test_what_no_browser_can_decode_is_told(mnist_test, monkeypatch):
    monkeypatch.setattr(network_layers, "MOST_WORK", 2_000_000)
    st.cache_resource.clear()  # what another test has been told
    at = opened("generate", making="sum", generator="conv-32")
    assert "too large to follow a pointer" in words(at)


def test_what_the_address_says_wrongly_is_passed_over(mnist_test):
    assert complaints(opened("generate", making="walk", along="nan")) == []
    assert complaints(opened("generate", making="sum", push="1~9~0~x")) == []
    at = opened("generate", generator="no-such-model")
    assert "no-such-model" in complaints(at)[0]


@pytest.fixture
def source() -> Source:
    return of_checkpoint("deep-32", cache.checkpoints()["deep-32"])


def test_the_same_seed_draws_the_same_and_temperature_0_the_middles(source):
    prior = source.prior("mixture")
    first, classes = draw(source, prior, "5", 1, 1.0)
    again, _classes = draw(source, prior, "5", 1, 1.0)
    assert np.array_equal(first, again) and set(classes) == {5}
    cold, none = draw(source, prior, ANY, 1, 0.0)
    assert none is None and len(np.unique(cold.round(4), axis=0)) < len(cold)


def test_figures_are_of_shipped_models_and_reach_the_goals():
    kept = figures.kept()
    assert kept["accuracy"] >= 0.993
    assert kept["floor"]["frechet"] < 0.2
    assert set(kept["drawn"]) <= {*checkpoint.shipped(), "pca-32"}
    rival = figures.of("vae-2", "standard")["frechet"]
    every = [way for ways in kept["drawn"].values() for way in ways.values()]
    assert min(way["frechet"] for way in every) <= rival / 4
    assert figures.of("cvae-16", "mixture")["asked"] >= 0.98


def test_listing_of_generate():
    torch = pytest.importorskip("torch")
    from torch.nn import functional as F

    from aecore import walks
    from aecore.models import build

    model = build("vae", image_shape=(1, 28, 28), latent_dim=3, widths=(8,)).eval()
    covariances = torch.eye(3).repeat(2, 1, 1)
    a, b = torch.tensor([1.0, 0.5, 2.0]), torch.tensor([-2.0, 1.0, 0.0])
    made = run(
        "generate",
        torch=torch,
        F=F,
        model=model,
        covariances=covariances,
        weights=torch.tensor([0.5, 0.5]),
        means=torch.zeros(2, 3),
        n=5,
        temperature=0.7,
        a=a,
        b=b,
        z_digit=a,
        without_bar=b[None],
        with_bar=a[None],
    )
    assert made["x_hat"].shape == (5, 1, 28, 28)
    shares = np.linspace(0, 1, 9)
    assert made["straight"].numpy() == pytest.approx(walks.straight(a.numpy(), b.numpy(), shares))
    arc = walks.spherical(a.numpy(), b.numpy(), shares)
    assert made["spherical"].numpy() == pytest.approx(arc, abs=1e-5)
    assert made["z_new"].numpy() == pytest.approx((2 * a - b).numpy())


def test_ten_in_one_hand_is_for_models_that_are_told_the_class(mnist_test):
    (wanted,) = (box for box in opened("generate", generator="vae-2").selectbox if box.help)
    assert wanted.options == ["any", *map(str, range(10))]
