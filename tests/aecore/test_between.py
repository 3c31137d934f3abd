"""What a melody between two may be: of each step what is in one of them, and heard in one."""

import numpy as np
import pytest
import torch
from torch import Tensor

from aecore.melodies import between
from aecore.melodies.figures import _sounding
from aecore.melodies.melody import HOLD, PITCHES, REST, SYMBOLS

C, E, G, HIGH_C = 39, 43, 46, 51


def melody(*symbols: int) -> Tensor:
    return torch.tensor([symbols])


def sure(symbols: Tensor) -> Tensor:
    """Logits of a model that has no doubt."""
    return 50 * torch.nn.functional.one_hot(symbols, SYMBOLS).float()


def test_what_sounds_is_what_was_begun_last():
    rng = np.random.default_rng(0)
    melodies = rng.choice([C, E, HIGH_C, REST, HOLD], (50, 16)).astype(np.uint8)
    found = between.sounding(torch.from_numpy(melodies).long(), PITCHES)
    silent = np.where(found == between.CLASSES, -1, found)
    shifted = np.array([_sounding(one) for one in melodies])
    assert np.array_equal(silent, np.where(shifted < 0, -1, (shifted - 21) % 12))


def test_what_is_heard_in_one_of_both_costs_nothing():
    one, other = melody(C, HOLD, E, HOLD, REST, HOLD), melody(G, HOLD, HOLD, C, HOLD, HOLD)
    ends = (one, other)
    for path in (*ends, melody(G, HOLD, E, C, REST, HOLD), melody(C, C, G, C, HIGH_C, REST)):
        assert float(between.unheard(sure(path), *ends)) == pytest.approx(0, abs=1e-3)
    assert float(between.unheard(sure(melody(C, E, E, E, REST, REST)), *ends)) > 5


def test_what_both_sound_must_sound_between_them_though_one_holds_it():
    one, other = melody(C, HOLD, HOLD, HOLD), melody(E, HOLD, HIGH_C, HOLD)
    right, wrong = melody(E, HOLD, C, HOLD), melody(E, HOLD, HOLD, HOLD)
    assert float(between.unheard(sure(right), one, other)) == pytest.approx(0, abs=1e-3)
    # each of its steps is one of both, and yet for two of them another note is heard than in both
    assert float(between.unheard(sure(wrong), one, other)) > 20


def test_a_foreign_kind_gets_a_margin_and_a_foreign_note_none():
    one, other = melody(C, HOLD, REST), melody(E, G, HOLD)
    logits = torch.zeros(1, 3, SYMBOLS)
    more = between.with_margin(logits, one, other)[0]
    assert more[0, [C, E, G, REST, HOLD]].tolist() == [0, 0, 0, 2, 2]
    assert more[1, [C, E, G, REST, HOLD]].tolist() == [0, 0, 0, 2, 0]
    assert more[2, [C, E, G, REST, HOLD]].tolist() == [2, 2, 2, 0, 0]


def test_doubt_is_shared_between_what_may_be_heard():
    one, other = melody(C, HOLD), melody(E, HOLD)
    logits = torch.full((1, 2, SYMBOLS), -50.0)
    logits[0, 0, [C, E]] = 0.0
    logits[0, 1, HOLD] = 0.0
    assert float(between.unheard(logits, one, other)) == pytest.approx(0, abs=1e-4)
    logits[0, 0, G] = 0.0  # a third of the time, in both steps
    lost = -2 * np.log(2 / 3)
    assert float(between.unheard(logits, one, other)) == pytest.approx(lost, rel=1e-3)
