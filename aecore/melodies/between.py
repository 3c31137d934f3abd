"""What a melody between two may be, for models that learn to write one."""

import torch
from torch import Tensor
from torch.nn import functional as F

CLASSES = 12  # of pitches; the class after them stands for silence
MARGIN = 2.0  # nats
LEAST = 1e-6  # a likelihood, so that its logarithm is a number


def with_margin(logits: Tensor, one: Tensor, other: Tensor) -> Tensor:
    """``logits`` (B, T, symbols) of what is written between two melodies, int64 (B, T), of which
    the symbols that are foreign to both have MARGIN more: a note where neither begins one, a rest
    or a hold where neither has it.

    Whoever learns with them makes these so much less likely than need be. A note between two may be
    any of many pitches and none of them likely; without, one hold would be likelier than each. F.
    Wang et al., "Additive Margin Softmax for Face Verification", arXiv:1801.05599.
    """
    pitches = logits.shape[-1] - 2
    kinds = _kinds(torch.arange(logits.shape[-1], device=logits.device), pitches)
    known = (_kinds(each, pitches)[..., None] == kinds for each in (one, other))
    foreign = ~torch.stack(list(known)).any(0)
    return logits + MARGIN * foreign


def unheard(logits: Tensor, one: Tensor, other: Tensor) -> Tensor:
    """Nats a melody: how unlikely it is, by ``logits`` (B, T, symbols), that in each step a pitch
    class sounds, or silence, which sounds there in one of two melodies, int64 (B, T).

    A held note sounds as long as it is held. What sounds in both must so sound all the way between
    them, though one may hold there what the other begins.
    """
    likely = logits.softmax(-1)
    pitches = likely.shape[-1] - 2
    symbols = torch.arange(pitches + 1, device=likely.device)
    begun = likely.new_zeros(*likely.shape[:2], CLASSES + 1)
    begun.index_add_(2, _classes(symbols, pitches), likely[..., :-1])
    now = F.one_hot(torch.full_like(one[:, 0], CLASSES), CLASSES + 1).to(likely.dtype)
    heard = []
    for step in range(likely.shape[1]):
        now = begun[:, step] + likely[:, step, -1:] * now
        heard.append(now)
    ends = torch.stack([sounding(one, pitches), sounding(other, pitches)], 2)
    found = torch.stack(heard, 1).gather(2, ends)  # (B, T, 2): of either end
    right = found.sum(2).where(ends[..., 0] != ends[..., 1], found[..., 0])
    return -right.clamp(min=LEAST).log().sum(1).mean()


def sounding(symbols: Tensor, pitches: int) -> Tensor:
    """The pitch class that sounds in each step of melodies, int64 (B, T), or CLASSES for silence.

    Of the symbols so many are ``pitches``; a rest and a hold come after them.
    """
    steps = torch.arange(symbols.shape[1], device=symbols.device)
    begun = steps.where(symbols <= pitches, -1).cummax(1).values  # at first all is silent
    return F.pad(_classes(symbols, pitches), (1, 0), value=CLASSES).gather(1, begun + 1)


def _classes(symbols: Tensor, pitches: int) -> Tensor:
    return (symbols % CLASSES).where(symbols < pitches, CLASSES)


def _kinds(symbols: Tensor, pitches: int) -> Tensor:
    """0 for those that begin a note, 1 for a rest, 2 for a hold."""
    return (symbols - pitches + 1).clamp(min=0)
