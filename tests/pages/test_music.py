"""Music: which melodies are chosen, what a browser is told, and the listing."""

import re

import apptest
import numpy as np
import pytest
import torch
from listing import run
from torch import nn
from torch.nn import functional as F

from aecore.data.music21_corpus import COLLECTIONS
from aecore.melodies.shown import Shown
from aecore.messages import Problem
from aecore.models import build


def told(**address: str) -> dict:
    at = apptest.opened("music", **address)
    assert apptest.complaints(at) == []
    (component,) = apptest.components(at)
    return apptest.json.loads(component.proto.json)


def test_ends_are_of_the_chosen_collections_and_others_at_every_click():
    names = list(COLLECTIONS)
    first, other = (
        told(**{"from": "oneill", "to": "chorales"}),
        told(**{"from": "oneill", "to": "chorales", "tunes": "1"}),
    )
    for facts in (first, other):
        a, b = (names[facts["collections"][end]] for end in facts["ends"])
        assert (a, b) == ("oneill", "chorales")
    assert first["ends"] != other["ends"]


@pytest.mark.parametrize(
    ("between", "share"), [("0.25", 0.25), ("2", 0.5), ("nan", 0.5), ("x", 0.5)]
)
def test_a_link_says_where_on_the_way(between, share):
    assert told(between=between)["between"] == share


def test_it_says_how_well_melodies_are_copied():
    at = apptest.opened("music")
    assert re.search(r"never saw.*9[0-9]\s?%", apptest.words(at), re.DOTALL)
    assert "decoded from codes" in apptest.words(at)


def test_the_plane_is_that_of_the_codes():
    shown = Shown.load()
    places = shown.places().astype(np.float64)
    assert abs(np.cov(places.T)[0, 1]) < 0.02 * np.var(places[:, 0])  # principal directions
    assert (
        np.var(places[:, 0]) >= np.var(places[:, 1]) > np.var(shown.codes.astype(float), 0).mean()
    )


def test_a_damaged_file_is_told(tmp_path):
    shown = Shown.load()
    path = tmp_path / "tunes.safetensors"
    Shown(shown.codes, shown.collections, shown.axes[:, :5], shown.middle).save(path)
    with pytest.raises(Problem, match="damaged"):
        Shown.load(path)
    path.write_bytes(b"no tunes")
    with pytest.raises(Problem):
        Shown.load(path)


def test_listing_of_music():
    torch.manual_seed(0)
    model = build("recurrent_vae", image_shape=(1, 32, 90), latent_dim=6, symbols=True).eval()
    for layer in (model.plan[0], model.plan[2], model.to_row):
        nn.init.zeros_(layer.bias)
    z = torch.randn(3, 6)
    with torch.inference_mode():
        weights = {
            "A": model.plan[0].weight.T,
            "B": model.plan[2].weight.T,
            "E": model.heard.weight.T,
            "C": model.to_row.weight.T,
        }
        made = run("music", torch=torch, F=F, z=z, gru=model.writer, melody=[], **weights)
        expected = model.decode_logits(z).argmax(-1)[:, 0]
    assert torch.equal(torch.cat(made["melody"], 1), expected)
