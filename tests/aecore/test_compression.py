"""Compression: what is coded comes back, and costs what is told."""

import numpy as np
import pytest
from listing import run

from aecore import checkpoint, evaluation, metrics
from aecore.compression import (
    by_heart,
    entropy,
    formats,
    predictor,
    quantise,
    rates,
    shipped,
    unique,
    weights,
)
from aecore.compression.break_even import images_needed, pays, total
from aecore.compression.by_heart_job import job_of
from aecore.compression.code_coder import WAYS, Levels, store
from aecore.compression.quantise import DEPTHS, STEPPED, Steps
from aecore.messages import Problem


@pytest.fixture(scope="module")
def deep():
    return checkpoint.load(checkpoint.shipped()["deep-32"])[0]


@pytest.fixture(scope="module")
def codes(deep, mnist_test) -> np.ndarray:
    return evaluation.encode(deep, mnist_test.pixels[:2000])


# --- bits of codes


@pytest.mark.parametrize("bits", range(1, 9))
def test_packed_levels_come_back_and_take_no_more_than_they_have(bits):
    levels = np.random.default_rng(0).integers(0, 2**bits, (7, 5)).astype(np.uint8)
    data = quantise.packed(levels, bits)
    assert len(data) == -(-7 * 5 * bits // 8)
    assert np.array_equal(quantise.unpacked(data, bits, (7, 5)), levels)
    with pytest.raises(Problem, match="cut short"):
        quantise.unpacked(data[:-1], bits, (7, 5))


def test_more_bits_never_raise_the_error(deep, codes, mnist_test):
    pixels = mnist_test.pixels[: len(codes)]
    original = pixels.astype(np.float32) / 255

    def errors(bits: int) -> tuple[float, float]:
        levels = {b: shipped.load()["deep-32", b] for b in STEPPED}
        kept = store(codes, str(bits), levels.__getitem__)
        of_code = float(((kept.codes - codes) ** 2).mean())
        return of_code, float(metrics.mse(evaluation.draw(deep, kept.codes), original).mean())

    found = np.array([errors(bits) for bits in DEPTHS])  # from 32 bits down
    assert (np.diff(found[:, 0]) >= 0).all()
    assert (np.diff(found[:, 1]) >= -1e-6).all()


def test_every_bit_more_brings_codes_closer(codes):
    errors = [
        float(((Steps.fit(codes, b).rounded(codes) - codes) ** 2).mean()) for b in range(1, 9)
    ]
    assert (np.diff(errors) < 0).all()


def test_a_number_that_never_changes_takes_one_step():
    steps = Steps.fit(np.full((10, 2), 3.0, np.float32), 4)
    assert np.allclose(steps.rounded(np.full((1, 2), 3.0)), 3.0, atol=0.51)


def test_steps_and_bits_outside_their_range_are_refused():
    for low, high, bits in (([0.0], [1.0], 9), ([1.0], [0.0], 4)):
        with pytest.raises(Problem):
            Steps(np.array(low), np.array(high), bits)


@pytest.mark.parametrize("way", WAYS)
def test_codes_take_the_bytes_that_are_told(codes, way):
    levels = {bits: shipped.load()["deep-32", bits] for bits in STEPPED}
    kept = store(codes, way, levels.__getitem__)
    plain = codes.size * int(way.removesuffix("e")) / 8
    if way.endswith("e"):
        assert 0.5 * plain < kept.bytes < plain
    else:
        assert kept.bytes == plain


# --- entropy coding


def test_what_is_frequent_costs_little_and_all_comes_back():
    rng = np.random.default_rng(1)
    levels = rng.binomial(15, 0.2, (3000, 4)).astype(np.uint8)
    tables = entropy.counts(levels, 4)
    data = entropy.encode_levels(levels, tables)
    assert np.array_equal(entropy.decode_levels(data, tables, 3000), levels)
    ideal = sum(
        -np.log2(entropy.probabilities(table))[column].sum()
        for column, table in zip(levels.T, tables, strict=True)
    )
    assert 0 <= 8 * len(data) - ideal < 100
    assert 8 * len(data) < 0.7 * levels.size * 4


def test_bytes_that_no_encoder_wrote_are_told():
    table = np.ones((1, 16), np.int64)
    with pytest.raises(Problem, match="cut short or damaged"):
        entropy.decode_levels(b"abc", table, 4)


# --- when it pays


def test_it_pays_from_the_point_where_the_lines_cross():
    needed = images_needed(500_000, 32, 232)
    assert needed == 2500 and total(500_000, 32, needed) == needed * 232
    assert not pays(500_000, 32, 232, 2500) and pays(500_000, 32, 232, 2501)
    assert images_needed(10, 32, 32) == float("inf") and not pays(10, 32, 32, 10**9)


def test_only_the_decoder_is_counted_and_16_bits_are_half_of_32(deep, codes, mnist_test):
    whole, size = weights.rounded(deep, 32)
    _half, half = weights.rounded(deep, 16)
    eighth, quarter = weights.rounded(deep, 8)
    assert size == 4 * 542_224 and half == size / 2 and quarter < half
    pixels = mnist_test.pixels[:500]
    psnr = [rates.mean_psnr(evaluation.decode(m, codes[:500]), pixels) for m in (whole, eighth)]
    assert psnr[1] == pytest.approx(psnr[0], abs=0.2)
    assert weights.decoder_only(deep) == {
        name for name, _p in deep.named_parameters() if name.startswith("decoder")
    }
    with pytest.raises(Problem):
        weights.rounded(deep, 5)


# --- formats


def test_formats_that_lose_nothing_are_measured_and_jpegs_tables_can_be_left_out(mnist_test):
    image = mnist_test.pixels[0, 0]
    sizes = {name: len(pack(image)) for name, pack in formats.LOSSLESS.items()}
    assert sizes["raw"] == 784 and max(size for n, size in sizes.items() if n != "raw") < 350
    whole, picture = formats.lossy(image, "jpeg", 75)
    bare, same = formats.lossy(image, "jpeg-bare", 75)
    assert bare < whole and np.abs(picture.astype(int) - same).max() <= 2


@pytest.mark.parametrize("name", formats.LOSSY)
def test_more_quality_takes_more_bytes_and_is_closer(name, mnist_test):
    points = list(rates.format_points(mnist_test.pixels[:40], (5, 50, 95)))
    found = [(point.bits, point.psnr) for point in points if point.name == name]
    assert found == sorted(found) and len(found) == 3


# --- uniqueness


def test_the_closest_two_are_those_of_a_search_of_all_pairs(codes):
    found = unique.closest(codes[:300])
    distances = np.linalg.norm(codes[:300, None] - codes[None, :300], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert {found.first, found.second} == set(np.unravel_index(distances.argmin(), (300, 300)))
    assert found.distance == pytest.approx(distances.min(), rel=1e-4)
    assert found.typical == pytest.approx(np.median(distances.min(1)), rel=1e-4)


def test_codes_that_are_shared_are_found_and_fewer_bits_share_more(codes):
    kept = np.array([[1, 2], [3, 4], [1, 2], [5, 6], [3, 4], [1, 2]], np.uint8)
    groups = [sorted(group.tolist()) for group in unique.groups(kept)]
    assert groups == [[0, 2, 5], [1, 4]] and unique.sharing(kept) == 5
    two = codes[:, :2]
    shares = [
        unique.sharing(unique.at_depth(two, bits, Levels.fit(two, bits) if bits <= 8 else None))
        for bits in DEPTHS
    ]
    assert shares == sorted(shares) and shares[-1] > 0


# --- by heart


def test_arbitrary_codes_are_multiples_of_one_and_all_different():
    codes = by_heart.arbitrary_codes(50).numpy()
    assert (codes == codes[:, :1]).all() and len(np.unique(codes[:, 0])) == 50
    assert np.allclose(np.diff(codes[:, 0]), np.diff(codes[:, 0])[0])


def test_an_encoder_spares_learning_by_heart(mnist_train, mnist_test, tmp_path):
    shares = []
    found = by_heart.learn(
        mnist_train.pixels[:200],
        mnist_test.pixels[:20],
        60,
        on_way=lambda share, curves: shares.append(share) or False,
    )
    facts = found.facts
    assert facts["learned"]["both"] < facts["learned"]["alone"]
    assert shares == sorted(shares) and shares[-1] == 1
    found.save(tmp_path / "x.safetensors")
    again = by_heart.load(tmp_path / "x.safetensors")
    assert again.facts == facts and set(again.pictures) == set(found.pictures)


def test_stopped_it_keeps_what_it_has(mnist_train, mnist_test):
    found = by_heart.learn(
        mnist_train.pixels[:20], mnist_test.pixels[:8], 100, on_way=lambda share, curves: True
    )
    assert [len(curve) for curve in found.facts["curves"].values()] == [1, 1]
    assert found.pictures["both_unseen"].shape == (8, 28, 28)


def test_so_many_images_or_seeds_are_refused_in_a_sentence():
    with pytest.raises(Problem, match="choose one of 100, 1000, 10000"):
        job_of(7, 0)
    with pytest.raises(Problem, match="seed"):
        job_of(100, -1)


@pytest.mark.parametrize("count", by_heart.COUNTS)
def test_the_shipped_records_are_there(count):
    found = by_heart.load(by_heart.shipped(count))
    assert found.facts["images"] == count
    assert found.facts["learned"]["both"] < found.facts["learned"]["alone"]


def test_figures_that_are_kept_are_those_of_all_models_at_every_depth():
    points = {(one["name"], one["way"]) for one in shipped.figures()["points"]}
    assert {(name, way) for name in shipped.MODELS for way in WAYS} <= points
    assert shipped.figures()["images"] == 10_000


def test_tables_of_probabilities_lie_far_from_where_rounding_could_differ():
    exact = 2.0 ** (16 - np.arange(len(predictor.WEIGHTS)) / predictor.OCTAVE)
    assert (abs(exact % 1 - 0.5) > 1e-4).all()
    grey = 255 / (1 + np.exp(-np.arange(-predictor.STEEP, predictor.STEEP + 1) / 16))
    assert (abs(grey % 1 - 0.5) > 1e-4)[grey != 127.5].all()


def test_listing_of_compress(deep, codes):
    import torch

    levels = shipped.load()["deep-32", 4]
    low, high = levels.steps.low, levels.steps.high
    tensors = {"z": torch.from_numpy(codes), "low": torch.from_numpy(low)}
    tensors["high"] = torch.from_numpy(high)
    with torch.inference_mode():
        made = run("compress", torch=torch, model=deep, b=4, png_bytes=267, **tensors)
    assert np.array_equal(made["level"].numpy(), levels.steps.levels(codes))
    assert made["z_rounded"].numpy() == pytest.approx(levels.steps.rounded(codes), abs=1e-4)
    assert 60 < float(made["bits"].mean()) < 128
    assert 1000 < float(made["images_needed"]) < 3000
