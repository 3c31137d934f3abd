"""The screen that looks inside a model: its parts, its choices, its lesson."""

import zlib

import apptest
import numpy as np
import pytest
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from aecore import activations, bottleneck, checkpoint
from aecore.bottleneck import SIZES
from aecore.messages import Problem
from aecore.recipe import Recipe
from pages.inside import dial, filters, layers, numbers, shown
from ui import cache, subject


def opened(**address: str) -> AppTest:
    """The screen as an address opens it."""
    at = apptest.opened("inside", **address)
    assert apptest.complaints(at) == []
    return at


def test_the_address_keeps_model_and_digit(mnist_folder):
    at = opened(inside_model="sparse-32", inside_digit="7", inside_example="2")
    assert at.text_input(key="inside_digit").value == "7"
    assert "<b>Model:</b> sparse-32" in apptest.words(at)


def test_without_a_drawing_it_says_where_to_make_one(mnist_folder):
    at = apptest.opened("inside", inside_digit="drawing")
    assert "There is no drawing yet" in apptest.words(at)


def test_listing_of_inside():
    import torch
    from listing import run
    from torch import nn

    from aecore.models import build

    model = build("deep", image_shape=(1, 28, 28), latent_dim=4, widths=(16, 8)).eval()
    x = torch.rand(1, 1, 28, 28)
    names = {"encoder": model.encoder, "decoder": model.decoder, "model": model}
    with torch.inference_mode():
        made = run("inside", torch=torch, nn=nn, x=x, j=2, t=1.5, **names)
    assert made["moved"][0].tolist() == pytest.approx(
        [float(one) + 1.5 * (i == 2) for i, one in enumerate(made["z"][0])], abs=1e-6
    )
    assert made["filters"].shape == (16, 28, 28) and made["strokes"].shape == (16, 28, 28)
    assert torch.equal(torch.sigmoid(list(made["flow"].values())[-1]), made["x_hat"])


def test_a_damaged_address_is_no_fault(mnist_folder):
    at = opened(inside_number="x", inside_moved="4:nan~a:b~-1:2~7~5:0.5")
    assert at.text_input(key="inside_number").value == "x"


def test_numbers_that_an_address_moves_are_those_of_the_component():
    def page():
        import streamlit as st

        from pages.inside import moved

        st.session_state["found"] = moved.start()

    app = AppTest.from_function(page)
    app.query_params["inside_moved"] = "4:nan~a:b~-1:2~7~5:0.5~2:-3"
    app.query_params["inside_number"] = "5"
    found = app.run().session_state["found"]
    assert found == {"number": 4, "moved": [(4, 0.5), (1, -3.0)]}


def test_a_decoder_that_no_browser_runs_is_told(mnist_folder):
    path = cache.checkpoints()["recurrent-32"]
    card = cache.card(path)
    images = cache.images_for(card)
    looked_at = shown.Shown(path, card, images, subject.test_images(images, [0]))
    through = looked_at.coder()
    codes = through.encode(images.pixels[:100])
    steps = numbers._packed_steps("a", "b", 0, False, "c", through, codes[0], codes)
    found = load(steps)
    assert found["images"].shape == (32 * numbers.STEPS + 1, 1, 28, 28)
    copy = (through.decode(codes[:1])[0] * 255).round()
    assert abs(found["images"][-1].astype(int) - copy).max() <= 1
    known = load(zlib.decompress(numbers._packed_known("a", "b", 0, False, codes, images)))
    largest = known["images"][known["largest"][3, 0]]
    assert np.array_equal(largest, images.pixels[codes[:, 3].argmax()])


EVERY = ["deep-32", "sparse-32", "conv-32", "recurrent-32", "vae-2", "aae-2", "simple-32"]


@pytest.mark.parametrize("layer", ["first", "code", "last"])
def test_weights_and_numbers_of_two_models_stand_side_by_side(mnist_folder, layer):
    at = opened(inside="filters", inside_layer=layer)
    found = apptest.words(at)
    counts = {"first": (512, 256), "code": (32, 32), "last": (512, 256)}[layer]
    told = [each.value for each in at.caption]
    assert all(any(str(n) in one for one in told) for n in counts)
    shown = sum(min(n, filters.MOST) for n in counts)
    assert found.count('<figure class="picture') == shown


@pytest.mark.parametrize("name", ["recurrent-32", "conv-32", "vae-2"])
def test_other_families_have_pictures_of_their_weights_too(mnist_folder, name):
    for layer in ("first", "last"):
        at = opened(inside="filters", inside_layer=layer, inside_beside=name)
        assert not at.info


def test_the_graph_names_every_layer_and_what_a_variational_one_draws(mnist_test):
    for name in EVERY:
        path = cache.checkpoints()[name]
        model, card = cache.model(path)
        found = activations.flow(model, mnist_test.pixels[0], seed=1)
        nodes, values = layers._nodes(found, "x", "x̂")
        ids = [node["id"] for node in nodes]
        assert len(set(ids)) == len(ids) and ids[0] == "x" and ids[-1] == "made"
        assert values.keys() == set(ids)
        assert all(np.isfinite(one).all() for one in values.values())
        assert {"mean", "sigma", "noise"} <= set(ids) if name == "vae-2" else "mean" not in ids
        assert len(values["z"]) == card.latent_dim
        told = {node["id"]: node["told"] for node in nodes}
        assert all("weight" in told[each] for each in ids if each[0] in "ed")


def test_noise_is_drawn_anew(mnist_folder):
    at = opened(inside="layers", inside_model="vae-2", inside_step="mean")
    at.button(key="choose-inside_draw").click().run()
    assert apptest.complaints(at) == []
    assert at.text_input(key="inside_draw").value == "1"


def test_turning_the_dial_up_never_loses_more_and_in_the_end_pca_wins():
    found = bottleneck.errors()
    assert list(found.model) == sorted(found.model, reverse=True)
    assert list(found.pca) == sorted(found.pca, reverse=True)
    assert found.mean_image > found.pca[0] > found.model[0]
    measured = [checkpoint.describe(path).metrics["mse"] for path in bottleneck.models().values()]
    assert found.model == pytest.approx(measured, rel=1e-3)
    crossing = found.crossing()
    for size, ours, straight in zip(SIZES, found.model, found.pca, strict=True):
        assert (straight < ours) == (crossing is not None and size >= crossing)


def test_all_models_of_the_dial_have_the_same_layers():
    cards = [checkpoint.describe(path) for path in bottleneck.models().values()]
    assert [card.latent_dim for card in cards] == list(SIZES)
    assert len({str({**card.config, "latent_dim": 0}) for card in cards}) == 1
    assert len({Recipe.from_json(card.recipe) for card in cards}) == 1


def test_the_dial_has_all_copies_of_the_shown_images(mnist_test):
    pixels = mnist_test.pixels[:3]
    found = load(zlib.decompress(dial._packed("digest of these", pixels)))
    assert found["model"].shape == found["pca"].shape == (len(SIZES), 3, 1, 28, 28)
    assert np.array_equal(found["originals"], pixels)
    apart = [abs(found["model"][i].astype(int) - pixels).mean() for i in (0, -1)]
    assert apart[1] < apart[0]


def test_the_dial_says_which_size_is_in_use(mnist_folder):
    at = opened(inside="dial", inside_size="64")
    assert "<b>Model:</b> dial-64, 64 numbers" in apptest.words(at)
    assert "PCA is the better one" in apptest.words(at)
    assert "dial-8, 8 numbers" in apptest.words(opened(inside="dial", inside_size="7"))


def test_damaged_figures_are_told(tmp_path):
    path = tmp_path / "inside.json"
    for content in ("", "{}", '{"dial": {"sizes": 3}}'):
        path.write_text(content)
        with pytest.raises(Problem, match="inside.json"):
            bottleneck.errors(path)


OWN = {
    "pooled": ("conv", (1, 28, 28), {"latent_dim": 392, "channels": (4, 8), "layout": "pooled"}),
    "bare": ("recurrent", (1, 28, 28), {"latent_dim": 6, "layout": "bare", "cell": "lstm"}),
    "mirrored": ("contractive", (1, 28, 28), {"latent_dim": 20}),
    "told": ("cvae", (1, 28, 28), {"latent_dim": 3, "widths": (8,)}),
    "small": ("conv_vae", (1, 16, 16), {"latent_dim": 1}),
}


@pytest.mark.parametrize("name", OWN)
def test_every_part_takes_a_visitors_model(runs_folder, mnist_folder, name):
    from aecore.models import build

    family, shape, settings = OWN[name]
    model = build(family, image_shape=shape, **settings)
    (runs_folder / "loaded").mkdir(parents=True)
    card = checkpoint.Card(name, family, model.config.to_json(), dataset="mnist")
    checkpoint.save(runs_folder / "loaded" / f"{name}.safetensors", model, card)
    for part in ("numbers", "layers"):
        at = apptest.opened("inside", inside=part, inside_model=name)
        if name == "small":  # there are no images for it
            assert [each.value[:30] for each in at.error] == ["“small” takes images of 16×16 "]
        else:
            assert apptest.complaints(at) == []
            assert f"<b>Model:</b> {name}" in apptest.words(at)
    for layer in ("first", "code", "last"):
        at = opened(inside="filters", inside_layer=layer, inside_beside=name)
        mirrored = name == "mirrored" and layer == "first"
        other_size = name == "small" and layer == "code"
        assert len(at.info) == (mirrored or other_size)
