"""Contract tests over CORRUPTIONS, and what each strength means."""

import numpy as np
import pytest
import torch
from torch import Tensor

from aecore.corruption import CORRUPTIONS, FARTHEST, check_suits, corrupt, suiting
from aecore.melodies.melody import HOLD, REST, most_likely, notes_of, one_hot
from aecore.messages import Problem
from aecore.models import to_input


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


X = torch.rand((16, 1, 28, 28), generator=generator(9)) * 0.8 + 0.1  # neither 0 nor 1
PHRASE = [39, HOLD, 41, HOLD, 43, HOLD, HOLD, HOLD, REST, HOLD, 46, HOLD, 46, 48, REST, HOLD]
TUNE = np.array([PHRASE * 2], np.uint8)


def examples(name: str) -> Tensor:
    """What the corruption is done to: images, or 16 times the same melody."""
    return to_input(one_hot(TUNE.repeat(16, 0))) if CORRUPTIONS[name].symbols else X


@pytest.mark.parametrize("name", suiting(symbols=False))
@pytest.mark.parametrize("shape", [(4, 1, 28, 28), (4, 3, 17, 9)])
@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_shape_range_and_input_left_alone(name, shape, strength):
    x = torch.rand(shape, generator=generator())
    before = x.clone()
    out = corrupt(x, name, strength, generator())
    assert out.shape == x.shape
    assert 0 <= out.min() and out.max() <= 1
    assert torch.equal(x, before)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_no_strength_no_damage(name):
    x = examples(name)
    assert torch.equal(corrupt(x, name, 0.0, generator()), x)


@pytest.mark.parametrize("name", [name for name in CORRUPTIONS if name != "none"])
def test_damage_grows_with_strength_and_repeats_with_its_seed(name):
    x = examples(name)
    errors = [(corrupt(x, name, s, generator()) - x).square().mean() for s in (0.1, 0.4, 0.8)]
    assert errors[0] < errors[1] < errors[2]
    same = corrupt(x, name, 0.4, generator()), corrupt(x, name, 0.4, generator())
    assert torch.equal(*same)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_another_seed_is_another_damage_where_there_is_chance(name):
    one, other = (corrupt(examples(name), name, 0.4, generator(seed)) for seed in (1, 2))
    assert torch.equal(one, other) != CORRUPTIONS[name].random


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_tells_what_others_need_to_know_of_it(name):
    one = CORRUPTIONS[name]
    assert one.name == name and one.title and one.meaning
    assert one.slider and one.damaged and one.restored and one.again
    assert 0 <= one.compared_at <= 1 and (one.compared_at > 0) == (name != "none")


@pytest.mark.parametrize("name", [name for name in CORRUPTIONS if name != "none"])
def test_each_image_has_its_own_strength(name):
    x, strength = examples(name), torch.tensor([0.0] * 8 + [0.6] * 8)
    error = (corrupt(x, name, strength, generator()) - x).abs().flatten(1).mean(1)
    assert (error[:8] == 0).all() and (error[8:] > 0).all()


def test_of_the_wrong_notes_half_are_missing_and_half_too_high_or_low():
    melodies = TUNE.repeat(500, 0)
    found = most_likely(corrupt(to_input(one_hot(melodies)), "notes", 0.4, generator()).numpy())
    before, missing, moved = notes_of(TUNE[0]), 0, 0
    for melody in found:
        after = {onset: (length, pitch) for onset, length, pitch in notes_of(melody).tolist()}
        for onset, length, pitch in before.tolist():
            length_now, pitch_now = after.pop(onset, (length, None))
            assert length_now == length  # silence is in its place, or what was there
            missing += pitch_now is None
            moved += pitch_now not in (None, pitch)
            assert pitch_now is None or abs(pitch_now - pitch) <= FARTHEST
        assert not after
    shares = np.array([missing, moved]) / (len(before) * len(found))
    assert shares == pytest.approx(0.2, abs=0.02)
    assert (corrupt(to_input(one_hot(TUNE)), "notes", 1.0, generator()).sum(-1) == 1).all()


def test_images_and_melodies_are_damaged_each_in_their_own_ways():
    assert {*suiting(symbols=True)} & {*suiting(symbols=False)} == {"none"}
    with pytest.raises(Problem, match="cannot be damaged by “notes”; choose one of none, gauss"):
        check_suits("notes", symbols=False)
    with pytest.raises(Problem, match="cannot be damaged by “gaussian”; .* of none, notes"):
        check_suits("gaussian", symbols=True)


def test_gaussian_strength_is_sigma():
    grey = torch.full((8, 1, 64, 64), 0.5)
    noise = corrupt(grey, "gaussian", 0.1, generator()) - grey
    assert float(noise.std()) == pytest.approx(0.1, rel=0.02)


def test_salt_and_pepper_strength_is_a_share_of_pixels():
    out = corrupt(X.repeat(8, 1, 1, 1), "salt_pepper", 0.3, generator())
    changed = (out == 0) | (out == 1)
    assert float(changed.float().mean()) == pytest.approx(0.3, abs=0.02)


def test_block_hides_a_square_of_that_side():
    out = corrupt(X, "block", 12 / 28, generator())
    hidden = (out == 0).flatten(1).sum(1)
    assert (hidden == 144).all()


def test_three_quarters_less_resolution_leaves_seven_pixels_a_side():
    out = corrupt(X, "lowres", 0.75, generator())
    blocks = out.reshape(16, 7, 4, 7, 4)
    assert torch.allclose(blocks.amax((2, 4)), blocks.amin((2, 4)))


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_bad_strength_is_refused(strength):
    with pytest.raises(Problem, match="strength"):
        corrupt(X, "gaussian", strength, generator())


def test_unknown_corruption_lists_the_known_ones():
    with pytest.raises(Problem, match="gaussian"):
        corrupt(X, "fog", 0.5, generator())
