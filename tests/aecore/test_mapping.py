"""Maps are made by the engine; what cannot be mapped is told before work begins."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from aecore import checkpoint, map_file, mapping, metrics, projection, three_maps
from aecore.__main__ import main
from aecore.checkpoint import Card
from aecore.data import Images
from aecore.mapping import MapRequest
from aecore.messages import Problem
from aecore.models import build

N = 60


@pytest.fixture(autouse=True)
def _few_steps(monkeypatch):
    monkeypatch.setattr(projection, "EARLY_ITERATIONS", 20)
    monkeypatch.setattr(projection, "EARLY_AFTER_SAMPLE", 20)
    monkeypatch.setattr(projection, "ITERATIONS", 40)


def images(pixels: np.ndarray, labels: np.ndarray | None = None) -> Images:
    return Images(pixels, labels, "digits", "test")


def noise(n: int = N, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, 1, 8, 8), dtype=np.uint8)


@pytest.fixture
def maker(tmp_path):
    """A checkpoint for images of 8×8, with as many numbers in a code as asked for."""

    def made(latent_dim: int = 4, scale: float = 1.0):
        torch.manual_seed(0)
        model = build("simple", image_shape=(1, 8, 8), latent_dim=latent_dim)
        for weights in model.parameters():
            weights.data *= scale
        card = Card(name="maker", family="simple", config=model.config.to_json())
        path = tmp_path / "maker.safetensors"
        checkpoint.save(path, model, card)
        return path

    return made


def test_a_map_is_made_in_python_and_watched(maker):
    labels = np.arange(N) % 2
    seen = []
    made = mapping.make(
        maker(),
        images(noise(), labels),
        points=40,
        perplexity=5,
        seed=3,
        on_move=lambda moving: bool(seen.append(moving)),
    )
    assert made.positions.shape == (40, 2) and made.codes.shape == (40, 4)
    chosen = projection.sample(N, 40, 3)
    assert np.array_equal(made.labels, labels[chosen])
    facts = made.facts
    assert (facts["images"], facts["points"], facts["seed"], facts["perplexity"]) == (N, 40, 3, 5)
    assert facts["iterations"] == mapping.steps(made) == 60
    assert facts["different_codes"] == 40 and made.note is None
    assert facts["knn_accuracy"] == metrics.knn_accuracy(made.positions, made.labels)
    assert [moving.facts["iteration"] for moving in seen[:3]] == [0, 10, 20]
    assert np.array_equal(seen[0].positions, projection.first_two_components(made.codes))


def test_a_map_that_is_stopped_is_the_one_so_far(maker):
    made = mapping.make(
        maker(),
        images(noise()),
        perplexity=5,
        on_move=lambda moving: moving.facts["iteration"] >= 30,
    )
    assert made.facts["iterations"] == 30 < mapping.steps(made)


@pytest.mark.parametrize(
    ("n", "settings", "said"),
    [
        (2, {}, "A map needs 30 to 200000 examples; there are 2"),
        (3, {"points": 3}, "A map needs 30 to 200000 examples; there are 3"),
        (N, {"points": 0}, "number of points is 0; it must be from 30 to 60"),
        (N, {"points": 1}, "number of points is 1; it must be from 30 to 60"),
        (N, {"points": -5}, "number of points is -5; it must be from 30 to 60"),
        (N, {"seed": -1}, "seed is -1; it must be from 0 to 2147483647"),
        (N, {"seed": 2**31}, "seed is 2147483648; it must be from 0 to 2147483647"),
        (N, {"perplexity": 20}, "perplexity is 20; with 60 examples it must be from 2 to 19"),
        (N, {"perplexity": float("nan")}, "with 60 examples it must be from 2 to 19"),
        (N, {"points": 30, "perplexity": 10}, "with 30 examples it must be from 2 to 9"),
    ],
)
def test_settings_are_checked_before_work_begins(maker, monkeypatch, n, settings, said):
    monkeypatch.setattr("aecore.evaluation.encode", lambda *_: pytest.fail("work has begun"))
    settings = {"perplexity": 5, **settings}
    with pytest.raises(Problem, match=said):
        mapping.make(maker(), images(noise(n)), **settings)
    asked = {"points": n, "seed": 0, **settings}
    with pytest.raises(Problem, match=said):  # the same sentences where a map is asked for
        MapRequest("maker", "", "digits", **asked).check(n)


def test_the_highest_perplexity_is_what_the_sentence_says(maker):
    made = mapping.make(maker(), images(noise()), perplexity=19)
    assert np.isfinite(made.positions).all()


@pytest.mark.parametrize("grey", [0, 77])
def test_codes_that_are_all_the_same_are_no_map(maker, grey):
    # 260: more than are encoded at once, and the last digits of a code depend on its company
    same = np.full((260, 1, 8, 8), grey, np.uint8)
    with pytest.raises(Problem, match="All 260 codes are the same"):
        mapping.make(maker(), images(same), perplexity=5)
    with pytest.raises(Problem, match="are the same"):
        three_maps.make(maker(), images(same, np.arange(260) % 2), perplexity=5)


def test_of_many_equal_codes_there_is_a_map_with_a_note(maker, tmp_path):
    pixels = np.zeros((N, 1, 8, 8), np.uint8)
    pixels[:5] = noise(5)
    made = mapping.make(maker(), images(pixels), perplexity=5)
    assert np.isfinite(made.positions).all() and made.facts["different_codes"] == 6
    made.save(tmp_path / "map.safetensors")
    again = map_file.load_map(tmp_path / "map.safetensors")
    assert str(again.note).startswith("Only 6 of the 60 codes differ.")


def test_codes_of_one_number_have_a_map(maker):
    made = mapping.make(maker(1), images(noise()), perplexity=5)
    assert made.positions.shape == (N, 2) and np.isfinite(made.positions).all()
    assert made.facts["trustworthiness"] > 0.8  # a line is easily laid out on a plane


def test_codes_of_any_size_have_a_map_and_stay_numbers_on_disk(maker, tmp_path):
    large = mapping.make(maker(scale=1e10), images(noise()), perplexity=5)
    assert 1e8 < abs(large.codes).max() and np.isfinite(large.positions).all()
    large.save(tmp_path / "map.safetensors")  # 16-bit numbers end at 65,504
    assert np.array_equal(map_file.load_map(tmp_path / "map.safetensors").codes, large.codes)


@pytest.mark.parametrize("scale", [1e20, 1e38, 3e38])
def test_codes_that_are_no_numbers_are_told(maker, scale):
    with pytest.raises(Problem, match="codes are no numbers, or too large"):
        mapping.make(maker(scale=scale), images(noise()), perplexity=5)


@pytest.mark.parametrize("kinds", [1, 3, 500])
def test_a_sample_of_equal_codes_leads_to_a_map_as_well(monkeypatch, kinds):
    """Of more codes than that a sample is placed first, which may hold a single code."""
    monkeypatch.setattr(projection, "BARNES_HUT_POINTS", 500)
    monkeypatch.setattr(projection, "SAMPLE", 100)
    codes = np.random.default_rng(0).normal(size=(kinds, 4)).astype(np.float32)
    codes = np.repeat(codes, 600 // kinds, 0)
    codes[-1] += 1
    assert np.isfinite(projection.tsne(codes, 10)).all()


@pytest.mark.parametrize("n", [1, 2, 40])
def test_equal_codes_and_single_ones_have_a_plane(n):
    plane = projection.first_two_components(np.ones((n, 4), np.float32))
    assert plane.shape == (n, 2) and not plane.any()


def test_figures_ask_fewer_neighbours_where_there_are_few():
    points = np.array([[0.0, 0], [0, 1], [5, 5], [5, 6]], np.float32)
    assert metrics.knn_accuracy(points, np.array([1, 1, 1, 1])) == 1
    judged = (points[:2] + 0.1, np.array([0, 0]))
    assert metrics.knn_accuracy(points, np.array([0, 0, 0, 1]), judged=judged) == 1
    assert metrics.trustworthiness(points, points) == 1


def test_a_map_whose_parts_do_not_belong_together_is_damaged(maker, tmp_path):
    made = mapping.make(maker(), images(noise()), perplexity=5)
    path = tmp_path / "map.safetensors"
    bad = made.positions.copy()
    bad[3] = np.nan
    for codes, positions, facts in (
        (made.codes[:-1], made.positions, made.facts),
        (made.codes, bad, made.facts),
        (made.codes, made.positions, None),
    ):
        map_file.Map(codes, positions, made.labels, facts).save(path)
        with pytest.raises(Problem, match="is damaged"):
            map_file.load_map(path)


@pytest.fixture
def pictures(tmp_path):
    """Pictures in folders: "black" 160 of them, "few" 2 and "some" 60 of noise."""
    for name, n, made in (
        ("black", 160, lambda i: np.zeros((28, 28), np.uint8)),
        ("few", 2, lambda i: np.full((28, 28), i, np.uint8)),
        ("some", N, lambda i: np.full((28, 28), 4 * i, np.uint8)),
    ):
        (tmp_path / name).mkdir()
        for i in range(n):
            Image.fromarray(made(i)).save(tmp_path / name / f"{i:03}.png")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("black", "", "All 160 codes are the same"),
        ("few", "", "there are 2"),
        ("some", "--points 0", "from 30 to 60"),
        ("some", "--seed -1", "from 0 to 2147483647"),
        ("some", "--perplexity 40", "from 2 to 19"),
    ],
)
def test_the_command_line_says_it_in_one_sentence(pictures, capsys, name, options, said):
    out = pictures / "map.safetensors"
    command = f"project checkpoints/deep-32.safetensors --dataset folder:{pictures / name}"
    ending = f"--split all --perplexity 5 {options} --out {out}"
    assert main([*command.split(), *ending.split()]) == 1
    told = capsys.readouterr().err.strip()
    assert said in told and told.startswith("aecore: ") and "\n" not in told
    assert not out.exists()


@pytest.mark.parametrize(
    ("out", "said"),
    [("nowhere/x", "There is no folder"), (".", "is a folder"), ("y" * 300, "cannot be written")],
)
def test_where_nothing_can_be_written_no_work_begins(tmp_path, capsys, monkeypatch, out, said):
    monkeypatch.setattr(mapping, "make", lambda *_, **__: pytest.fail("work has begun"))
    command = "project checkpoints/deep-32.safetensors --dataset digits --out"
    assert main([*command.split(), str(tmp_path / out)]) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("labels", [None, np.full(N, 3)])
def test_without_two_classes_no_figure_says_that_they_are_told_apart(maker, tmp_path, labels):
    made = mapping.make(maker(), images(noise(), labels), perplexity=5)
    assert not any("knn_accuracy" in name for name in made.facts)
    assert made.facts["trustworthiness"] > 0
    older = dict.fromkeys(map_file.CLASS_FIGURES, 1.0)
    replace(made, facts={**made.facts, **older}).save(tmp_path / "map.safetensors")
    assert map_file.load_map(tmp_path / "map.safetensors").facts == made.facts
    with pytest.raises(Problem, match="no classes"):
        three_maps.make(maker(), images(noise(), labels), perplexity=5)


def test_of_very_many_images_the_limit_is_the_highest_number_of_points():
    with pytest.raises(Problem, match="number of points is 0; it must be from 30 to 200000"):
        mapping.check_settings(300_000, 0, 30, 0)
