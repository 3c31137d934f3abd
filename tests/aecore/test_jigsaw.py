"""Jumbled images: what the strength moves, and that the shipped model puts them together."""

import pytest
import torch
from jigsaw import MODEL, ORDERS, put_together, puzzles

from aecore import checkpoint
from aecore.corruption import arranged, corrupt
from aecore.models import to_input
from aecore.restoration import by_model

N = 2000
# four tiles of one grey each: which lies where is read off
TILES = torch.tensor([[0.1, 0.3], [0.5, 0.9]]).kron(torch.ones(3, 4))[None, None]


def orders(strength: float) -> torch.Tensor:
    """Which tile lies where in N images, (N, 4)."""
    out = corrupt(TILES.expand(N, -1, -1, -1), "jigsaw", strength, torch.Generator().manual_seed(0))
    return (
        (out[:, 0, ::3, ::4].flatten(1)[:, :, None] - TILES[0, 0, ::3, ::4].flatten())
        .abs()
        .argmin(2)
    )


@pytest.mark.parametrize(
    ("strength", "moved"), [(0, 0), (0.25, 0), (0.3, 2), (0.5, 2), (0.75, 3), (0.8, 4), (1, 4)]
)
def test_strength_is_the_share_of_tiles_that_leave_their_place(strength, moved):
    assert ((orders(strength) != torch.arange(4)).sum(1) == moved).all()


@pytest.mark.parametrize(("strength", "ways"), [(0.5, 6), (0.75, 8), (1, 9)])
def test_every_way_comes_equally_often(strength, ways):
    found, counts = orders(strength).unique(dim=0, return_counts=True)
    assert len(found) == ways
    assert counts.min() > 0.75 * N / ways


def test_a_greater_strength_moves_the_same_tiles_and_more():
    some, more = (orders(strength) != torch.arange(4) for strength in (0.5, 0.75))
    assert (more | ~some).all()


def test_arranging_takes_the_tile_that_is_named():
    x = torch.rand(2, 3, 5, 7)
    out = arranged(x, torch.tensor([[1, 0, 2, 3], [0, 1, 2, 3]]))
    assert torch.equal(out[0, :, :2, :3], x[0, :, :2, 3:6])
    assert torch.equal(out[0, :, :2, 3:6], x[0, :, :2, :3])
    assert torch.equal(out[:, :, 2:], x[:, :, 2:]) and torch.equal(out[:, :, :, 6], x[:, :, :, 6])
    assert torch.equal(out[1], x[1])


def test_nine_of_ten_puzzles_of_test_digits_are_put_together(mnist_test):
    x = to_input(mnist_test.pixels[:1000])
    laid = puzzles(x)
    model, _card = checkpoint.load(MODEL)
    assert put_together(torch.from_numpy(by_model(model)(laid.numpy())), x).mean() >= 0.9
    assert put_together(laid, x).mean() < 3 / len(ORDERS)  # by chance, or tiles alike
