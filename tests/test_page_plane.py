"""The latent plane: geometry of its picture, and what the screen does."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from aecore import checkpoint
from aecore.checkpoint import Card
from ui import cache, plane
from ui.plane import Axis

APP = "app.py"


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """An empty folder for runs and loaded checkpoints."""
    monkeypatch.setenv("AECORE_RUNS_DIR", str(tmp_path))
    return tmp_path


def opened(**address: str) -> AppTest:
    """The screen as an address opens it."""
    at = AppTest.from_file(f"../{APP}", default_timeout=60).run()  # app.py, then its page
    for name, value in address.items():
        at.query_params[name] = value
    at = at.switch_page("pages/plane.py").run()
    assert not at.exception
    return at


def html(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def caption(at: AppTest) -> str:
    return re.findall(r"drawn from [^<]*", html(at))[-1]


def keep(folder, name: str, family: str, shape=(1, 28, 28), dataset: str = "mnist") -> None:
    """An untrained checkpoint with a code of two numbers among the loaded ones."""
    from aecore.models import build

    model = build(family, image_shape=shape, latent_dim=2)
    (folder / "loaded").mkdir(exist_ok=True)
    card = Card(name, family, model.config.to_json(), dataset=dataset)
    checkpoint.save(folder / "loaded" / f"{name}.safetensors", model, card)


@pytest.mark.parametrize("spacing", ["linear", "quantile"])
@pytest.mark.parametrize("n", [5, 20, 30])
def test_tiles_lie_where_the_axis_says(spacing, n):
    axis = Axis(spacing, 3.0)
    middles = axis.middles(n)
    assert np.allclose(axis.share(middles), (np.arange(n) + 0.5) / n)
    assert np.allclose(middles, -middles[::-1])
    shares = axis.share(np.array(axis.ticks()))
    assert (np.diff(shares) > 0).all() and shares.min() >= 0 and shares.max() <= 1


def test_a_linear_axis_reaches_from_edge_to_edge():
    assert Axis("linear", 2.5).share(np.array([-2.5, 0, 2.5])).tolist() == [0, 0.5, 1]


def test_the_picture_and_the_point_agree(mnist_test):
    """The tile in the picture is the image that the sliders show at its middle."""
    from PIL import Image

    path = cache.checkpoints()["vae-2"]
    this = plane.of_model(path, cache.card(path), mnist_test)
    axis = Axis("quantile", 3.0)
    encoded = plane.grid(this, axis, 5).partition(",")[2]
    picture = np.asarray(Image.open(_file(encoded)))
    assert picture.shape == (140, 140)
    middles = axis.middles(5)
    column, row = 3, 0  # at the top: the largest second number
    tile = picture[28 * row : 28 * (row + 1), 28 * column : 28 * (column + 1)]
    expected = this.image(middles[column], middles[4 - row])[0]
    assert np.abs(tile.astype(int) - expected).max() <= 1


def test_codes_crowd_around_the_origin(mnist_test):
    path = cache.checkpoints()["vae-2"]
    positions = plane.of_model(path, cache.card(path), mnist_test).positions()
    assert np.abs(positions.mean(0)).max() < 0.3
    assert 0.5 < positions.std() < 1.5
    pca = plane.of_pca(cache.card(path), mnist_test)
    assert np.allclose(pca.positions().std(0), 1, atol=1e-3)


def test_points_carry_the_colours_of_their_classes(mnist_test):
    from PIL import Image

    path = cache.checkpoints()["vae-2"]
    this = plane.of_model(path, cache.card(path), mnist_test)
    encoded = plane.dots(this, Axis("linear", 3.0), mnist_test).partition(",")[2]
    picture = np.asarray(Image.open(_file(encoded)).convert("RGBA"))
    drawn = picture[picture[..., 3] > 0][:, :3]
    expected = {
        tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
        for colour in map(plane.figures.class_colour, range(10))
    }
    assert {tuple(colour) for colour in np.unique(drawn, axis=0).tolist()} == expected
    assert 0.02 < len(drawn) / picture[..., 0].size < 0.4


def _file(encoded: str):
    import base64
    import io

    return io.BytesIO(base64.b64decode(encoded))


def test_the_point_moves_with_its_sliders(mnist_folder, runs):
    at = opened()
    before = html(at)
    assert caption(at) == "drawn from (0.00; 0.00)"
    assert "left:50.000%;top:50.000%" in before
    at.slider(key="z1").set_value(1.5).run()
    assert caption(at) == "drawn from (1.50; 0.00)"
    assert "left:75.000%;top:50.000%" in html(at)


def test_the_address_opens_a_point(mnist_folder, runs):
    at = opened(z1="1.5", z2="-2.25", n="7", range="4")
    assert caption(at) == "drawn from (1.50; -2.25)"
    assert at.slider(key="n").value == 7
    assert "left:68.750%;top:78.125%" in html(at)


def test_a_shorter_axis_takes_the_point_along(mnist_folder, runs):
    at = opened(z1="2.5")
    at.slider(key="range").set_value(2.0).run()
    assert not at.exception and at.slider(key="z1").value == 2.0


def test_figures_stand_beside_pca(mnist_folder, runs):
    body = html(opened())
    assert "nats" in body and "KL" in body
    assert "PCA with 2 numbers 0.0557" in body


def test_pca_has_a_plane_too(mnist_folder, runs):
    at = opened(by="pca", points="true")
    assert "2nd principal component, in standard deviations" in html(at)
    assert any("10,000 test images" in caption.value for caption in at.caption)


def test_a_plain_autoencoder_may_have_holes(mnist_folder, runs):
    keep(runs, "plain-2", "deep")
    at = opened(plane="plain-2", points="true")
    assert any("holes" in caption.value for caption in at.caption)


def test_a_model_of_other_images_has_no_points(mnist_folder, runs):
    keep(runs, "colour-2", "conv_vae", (3, 32, 20), "folder:nowhere")
    at = opened(plane="colour-2", n="9", points="true")
    assert not at.error and not at.toggle
    assert "--ratio: 20/32" in html(at)


def test_decoded_digits_are_called_so(tmp_path, monkeypatch, runs):
    monkeypatch.delenv("AECORE_DATA_DIR", raising=False)
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "nothing"))
    at = opened(points="true")
    assert any("encoded again" in caption.value for caption in at.caption)
    assert "PCA with 2 numbers" not in html(at)  # nothing is measured on stand-ins
