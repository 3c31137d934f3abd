"""Anomalies: normal and strange images, scores, and the threshold between them."""

import numpy as np
import pytest
from apptest import click, complaints, components, opened, words
from listing import run
from PIL import Image
from sklearn.mixture import GaussianMixture

from aecore import anomalies, checkpoint, evaluation, handwriting
from aecore.checkpoint import Card
from aecore.training.run import Run
from pages.anomalies import scoring


def test_listing_of_anomalies(mnist_test):
    import torch

    from aecore.models import build

    torch.manual_seed(0)
    model = build("deep", image_shape=(1, 28, 28), latent_dim=4).eval().requires_grad_(False)
    pixels = mnist_test.pixels[:50]
    x = torch.from_numpy(pixels).float() / 255
    codes = evaluation.encode(model, pixels)
    usual = {name: 0.0 for name in ("error_mean", "rare_mean")}
    usual |= {name: 1.0 for name in ("error_std", "rare_std")}
    made = run(
        "anomalies",
        torch=torch,
        x=x,
        model=model,
        blur=lambda image: torch.from_numpy(anomalies.blurred(image.numpy())),
        mixture=GaussianMixture(2, random_state=0).fit(codes),
        c=3.0,
        w=0.5,
        threshold=0.0,
        **usual,
    )
    drawn = evaluation.reconstruct(model, pixels)
    expected = np.log(anomalies.error_by_ink(pixels, drawn, 3.0))
    assert np.allclose(made["error"].numpy(), expected, atol=1e-4)
    assert made["alarm"].shape == (50,)


@pytest.mark.parametrize("score", ["knn", "pca", "lof"])
def test_rivals_need_no_autoencoder(score, mnist_folder):
    app = opened("anomalies", anomaly_classes="1~7", anomaly_score=score)
    assert complaints(app) == []
    assert "No autoencoder here knows" in words(app)
    (component,) = components(app)
    assert "scene" in component.proto.component_name


def test_scoring_shows_how_far_it_is_and_can_be_stopped(mnist_folder, monkeypatch):
    told: list[tuple[float, str]] = []
    begun: list[str] = []

    class Bar:
        def progress(self, share: float, text: str) -> None:
            told.append((share, text))

    monkeypatch.setattr(scoring, "PATIENCE", 0)
    monkeypatch.setattr(scoring, "_bar", lambda place, key: begun.append(key) or Bar())
    app = opened("anomalies", anomaly_strange="turned", anomaly_score="pca")
    shares = [share for share, _text in told]
    assert shares == sorted(shares) and len(set(shares)) > 2 and 0 <= shares[0] <= shares[-1] < 1
    assert {text for _share, text in told} == {"Scoring the images"}
    (key,) = begun
    app.session_state[scoring.STOPPED] = key  # as a press on "Stop" does in the midst of it
    app.run()
    assert "Scoring was stopped" in words(app) and not components(app)
    click(app, "Go on")
    assert complaints(app) == [] and len(components(app)) == 1


def test_without_mnist_decoded_digits_are_judged(tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path))
    app = opened("anomalies", anomaly_classes="3", anomaly_score="pca")
    assert complaints(app) == []
    assert "decoded from the shipped codes" in words(app)
    assert len(components(app)) == 1


def test_a_drawing_is_asked_for(mnist_folder):
    app = opened("anomalies", anomaly_strange="drawing", anomaly_score="pca")
    assert complaints(app) == []
    assert "There is no drawing yet" in words(app)


def test_all_of_mnist_may_be_normal_and_a_drawing_strange(mnist_folder):
    seven = handwriting.ready()[7].text()
    app = opened("anomalies", anomaly_classes="~", anomaly_strange="drawing", drawing=seven)
    assert complaints(app) == []
    (chosen,) = [each for each in app.selectbox if each.key == "choose-anomaly_model"]
    assert chosen.value == "deep-32" and "conv-32, 32 numbers" in chosen.options


def test_a_model_of_just_these_digits_is_offered_once_it_has_learned(mnist_folder, runs_folder):
    from aecore.models import build

    model = build("deep", image_shape=(1, 28, 28), latent_dim=3, widths=(8,))
    facts = {"dataset": "mnist", "classes": (1, 7)}
    card = Card("ones-and-sevens", "deep", model.config.to_json(), **facts)
    (runs_folder / "loaded").mkdir(parents=True)
    checkpoint.save(runs_folder / "loaded" / "ones-and-sevens.safetensors", model, card)
    app = opened("anomalies", anomaly_classes="1~7")
    assert complaints(app) == []
    (chosen,) = [each for each in app.selectbox if each.key == "choose-anomaly_model"]
    assert chosen.options == ["ones-and-sevens, 3 numbers"]
    other = opened("anomalies", anomaly_classes="1~8", anomaly_score="pca")
    assert "No autoencoder here knows" in words(other)


def test_another_is_trained_in_the_background_with_progress_and_a_stop(mnist_folder, monkeypatch):
    started = []
    monkeypatch.setattr(Run, "launch", lambda run: (started.append(run), run.say("starting")))
    app = opened("anomalies", anomaly_classes="1~7", anomaly_score="pca", anomaly_size="4")
    click(app, "Train")
    (run,) = started
    plan = run.plan()
    assert (plan.dataset, plan.classes, plan.settings["latent_dim"]) == ("mnist", (1, 7), 4)
    assert "starting" in words(app)
    click(app, "Stop")
    assert run.stop_requested()


def test_own_pictures_may_be_normal_where_a_model_has_learned_them(tmp_path, runs_folder):
    from aecore.models import build

    rng = np.random.default_rng(0)
    for name in ("flat", "steep"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for n in range(40):
            pixels = rng.integers(0, 255, (16, 16, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{n}.png")
    data = f"folder:{tmp_path / 'pictures'}?side=16&colour=rgb"
    model = build("deep", image_shape=(3, 16, 16), latent_dim=3, widths=(8,))
    (runs_folder / "loaded").mkdir(parents=True)
    card = Card("mine", "deep", model.config.to_json(), dataset=data)
    checkpoint.save(runs_folder / "loaded" / "mine.safetensors", model, card)
    address = {"anomaly_normal": "own-mine", "anomaly_strange": "turned"}
    app = opened("anomalies", **address)
    assert complaints(app) == []
    assert str(tmp_path) not in str(dict(app.query_params))
    (chosen,) = [each for each in app.selectbox if each.key == "choose-anomaly_model"]
    assert chosen.options == ["mine, 3 numbers"]
    some = opened("anomalies", **address, anomaly_classes="0", anomaly_score="knn")
    assert complaints(some) == []
    assert "No autoencoder here knows" in words(some)
