"""The record of a run: what is kept when, how small, how faithful, and what happens to damage."""

import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from aecore import checkpoint, data, evaluation
from aecore.data import Images
from aecore.models import MODELS, build
from aecore.recipe import Recipe
from aecore.training import record
from aecore.training.plan import Plan
from aecore.training.record import MOST_BYTES, MOST_FRAMES, Record, Recorder, moments
from aecore.training.run import Progress, Run

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

# batches small enough for frames within the first epoch
RECIPE = Recipe(epochs=3, batch_size=32, precision="float32")
PLAN = Plan("vae", {"latent_dim": 2, "widths": (64,)}, "digits", RECIPE)


def trained(plan: Plan, progress: Progress | None = None) -> Run:
    run = Run.prepared(plan)
    run.train(progress)
    return run


def files(run: Run) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in run.record.folder.iterdir()}


def noise(shape: tuple[int, int, int], n: int = 2000) -> Images:
    pixels = np.random.default_rng(0).integers(0, 256, (n, *shape), np.uint8)
    return Images(pixels, np.arange(n) % 10, "noise", "test")


# --- when


@pytest.mark.parametrize("epochs", [1, 2, 3, 10, 50, 999, 10_000])
@pytest.mark.parametrize("most", [8, 20, MOST_FRAMES])
def test_frames_begin_before_training_lie_denser_at_its_start_and_end_with_it(epochs, most):
    found = moments(epochs, most)
    assert found[:4] == [0, 1 / 8, 1 / 4, 1 / 2] and found[-1] == epochs
    assert len(found) <= most and found == sorted(set(found))
    steps = np.diff(found[4:-1])
    assert (np.diff(steps) >= 0).all() or most == 8
    if epochs <= most - 4:
        assert found[4:] == list(range(1, epochs + 1))


# --- how much


@pytest.mark.parametrize("d", [1, 2, 32, 200])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 64, 64), (1, 150, 100)])
def test_a_record_stays_below_its_limit_even_if_nothing_can_be_compressed(shape, d, tmp_path):
    recorder = Recorder(
        Record(tmp_path), build("simple", image_shape=shape, latent_dim=d), noise(shape), 10_000
    )
    recorder.begin(0, [str(digit) for digit in range(10)])
    sizes = {path.name: len(zlib.decompress(path.read_bytes())) for path in tmp_path.iterdir()}
    whole = sizes.pop("images.z") + len(recorder.moments) * sizes.popitem()[1]
    assert whole <= MOST_BYTES
    assert len(recorder.moments) >= 10  # and is still a film
    frame = recorder.record.frame(0)
    assert max(frame.pictures.shape[2:]) <= 64 and len(frame.pictures) == 8
    assert (frame.grid is None) == (d != 2)
    assert (frame.codes is None) == (d > 32)


# --- what


@pytest.mark.parametrize("family", MODELS)
def test_the_last_frame_shows_the_model_that_the_run_leaves(family):
    recipe = replace(RECIPE, epochs=1, batch_size=256)
    plan = replace(PLAN, family=family, settings={"latent_dim": 2}, recipe=recipe)
    run = trained(plan)
    model, _card = checkpoint.load(run.checkpoint)
    frame, shown = run.record.frame(1), run.record.shown()
    test = data.load("digits", "test")
    places = np.random.default_rng(0).permutation(len(test))
    step = np.ptp(frame.positions) / 1000
    expected = evaluation.encode(model, test.pixels[places])
    assert np.allclose(frame.positions, expected, atol=step)
    assert np.array_equal(shown.labels, test.labels[places])
    assert shown.classes == data.dataset("digits").classes and shown.latent_dim == 2
    drawn = evaluation.reconstruct(model, shown.pictures) * 255
    assert np.allclose(frame.pictures, drawn, atol=1)
    left, right, bottom, top = frame.box
    inside = (frame.positions > (left, bottom)) & (frame.positions < (right, top))
    assert inside.mean() > 0.98 and right - left == pytest.approx(top - bottom)
    tiles = len(frame.grid)
    corner = np.array([[left + (right - left) / 2 / tiles, top - (top - bottom) / 2 / tiles]])
    difference = frame.grid[0, 0].astype(int) - evaluation.decode(model, corner)[0]
    assert abs(difference).max() <= 9  # 16 grey levels


@pytest.mark.parametrize(("d", "finest"), [(3, 2**16 - 1), (32, 2**8 - 1)])
def test_longer_codes_are_kept_beside_their_plane(d, finest):
    run = trained(replace(PLAN, family="deep", settings={"latent_dim": d, "widths": (64,)}))
    model, _card = checkpoint.load(run.checkpoint)
    test = data.load("digits", "test")
    places = np.random.default_rng(0).permutation(len(test))
    codes = evaluation.encode(model, test.pixels[places])
    frame = run.record.frame(3)
    assert (abs(frame.codes - codes) <= 0.51 * np.ptp(codes, axis=0) / finest + 1e-5).all()
    # no plane through the codes keeps more of their variance
    centred = codes - codes.mean(0)
    best = np.linalg.svd(centred, compute_uv=False)[:2]
    assert np.square(frame.positions).sum() == pytest.approx(np.square(best).sum(), rel=0.01)


def test_the_plane_does_not_flip_from_one_frame_to_the_next(tmp_path):
    model = build("simple", image_shape=(1, 28, 28), latent_dim=8)
    recorder = Recorder(Record(tmp_path), model, data.load("digits", "test"), 10)
    recorder.begin(0, [])
    with torch.no_grad():  # the same codes, seen from behind
        for name, parameter in model.named_parameters():
            if name.startswith("encoder"):
                parameter.neg_()
    recorder.take(1.0)
    before, after = (recorder.record.frame(epoch).positions for epoch in (0, 1))
    assert np.allclose(before, after, atol=0.02 * np.ptp(before))


def test_classes_part_while_the_model_learns():
    from sklearn.neighbors import KNeighborsClassifier

    run = trained(replace(PLAN, recipe=replace(RECIPE, epochs=12)))
    labels = run.record.shown().labels

    def accuracy(epoch: float) -> float:
        positions = run.record.frame(epoch).positions
        neighbours = KNeighborsClassifier(5).fit(positions[::2], labels[::2])
        return neighbours.score(positions[1::2], labels[1::2])

    assert accuracy(12) > accuracy(0) + 0.1


def test_images_without_classes_and_a_code_of_one_number(tmp_path):
    images = replace(noise((1, 12, 10), 5), labels=None)
    model = build("simple", image_shape=(1, 12, 10), latent_dim=1)
    recorder = Recorder(Record(tmp_path), model, images, 3)
    recorder.begin(0, [])
    frame, shown = recorder.record.frame(0), recorder.record.shown()
    assert shown.labels is None and shown.classes == () and len(shown.pictures) == 5
    assert frame.positions.shape == (5, 2) and not frame.positions[:, 1].any()


# --- the same again


def test_the_same_seed_gives_the_same_history():
    first, second = trained(PLAN), trained(PLAN)
    assert len(first.record.epochs()) == 7  # 0, three within the first epoch, and three
    assert 0 < first.record.epochs()[1] < 0.25
    assert files(first) == files(second)
    other = files(trained(replace(PLAN, recipe=replace(RECIPE, seed=1))))
    assert other.keys() == files(first).keys()
    assert all(
        other[name] != content for name, content in files(first).items() if name != "images.z"
    )


def test_looking_at_a_model_changes_nothing_in_its_training(monkeypatch):
    watched = trained(PLAN)
    monkeypatch.setattr(Recorder, "take", lambda self, epoch: None)
    alone = trained(PLAN)
    assert not alone.record.epochs()
    expected, found = (checkpoint.load(run.checkpoint)[0].state_dict() for run in (alone, watched))
    assert all(torch.equal(expected[name], found[name]) for name in expected)


@pytest.mark.parametrize("at", [0.3, 1.5, 2.0])
def test_a_run_that_was_broken_off_has_the_record_of_an_unbroken_one(at, monkeypatch):
    monkeypatch.setattr(record, "MOST_FRAMES", 7)  # 0, three, and 1, 2, 4 of four epochs
    plan = replace(PLAN, family="deep", settings={"latent_dim": 3, "widths": (64,)})
    plan = replace(plan, recipe=replace(RECIPE, epochs=4))
    whole = trained(plan)
    broken = Run.new(plan)
    broken.prepare(plan)

    class Fails(Progress):
        def share(self, number, epochs, share):
            if number - 1 + share > at:
                raise KeyboardInterrupt

    class Stops(Progress):
        def share(self, number, epochs, share):
            if number - 1 + share > at + 0.7:
                broken.request_stop()

    with pytest.raises(KeyboardInterrupt):
        broken.train(Fails())
    broken.train(Stops())
    assert broken.state() == "stopped"
    assert broken.record.epochs()[-1] not in (0, 1, 2, 3, 4)  # where it was stopped
    broken.train()
    assert files(broken) == files(whole)


# --- damage


def test_damaged_and_missing_frames_are_skipped(tmp_path):
    model = build("simple", image_shape=(1, 28, 28), latent_dim=2)
    recorder = Recorder(Record(tmp_path), model, data.load("digits", "test"), 9)
    recorder.begin(0, [])
    kept = recorder.record
    good = kept.path(0).read_bytes()
    whole = zlib.decompress(good)
    bad = {
        1: good[: len(good) // 2],
        2: b"",
        3: b"no deflated file",
        4: zlib.compress(b"\xff" * 100),
        5: zlib.compress(bytes(50 * MOST_BYTES)),  # it would fill the memory
        6: zlib.compress(whole[: len(whole) // 2]),
        7: zlib.compress(whole.replace(b'"positions"', b'"positiXns"')),
    }
    for epoch, content in bad.items():
        kept.path(epoch).write_bytes(content)
    (tmp_path / "1x.z").write_bytes(b"somebody else's")
    assert kept.epochs() == [0, *bad]
    assert all(kept.frame(epoch) is None for epoch in (*bad, 8))
    assert kept.frame(0) is not None
    (tmp_path / "images.z").write_bytes(good)
    assert kept.shown() is None


def test_a_run_of_an_older_version_has_no_history(tmp_path):
    kept = Record(tmp_path / "record")
    assert kept.epochs() == [] and kept.shown() is None and kept.frame(1) is None


def test_nothing_half_written_is_left(tmp_path):
    run = trained(replace(PLAN, recipe=replace(RECIPE, epochs=1)))
    assert {path.suffix for path in Path(run.record.folder).iterdir()} == {".z"}
