"""What a training by heart has come to: digits that it has learned from and others, with copies."""

from dataclasses import dataclass

import numpy as np

from aecore import by_heart, checkpoint
from aecore.by_heart import DRAWN, ENCODER, ByHeart
from aecore.data import dataset
from aecore.training.run import Run
from ui import cache, coder
from ui.i18n import _


@dataclass(frozen=True, eq=False)
class Part:
    """Some digits, uint8 (N, C, H, W), their copies in the same form, and the MSE of many such.
    ``decoded``: a decoder drew them, in place of the originals."""

    images: np.ndarray
    copies: np.ndarray
    mse: float
    decoded: bool = False


@dataclass(frozen=True)
class Result:
    """Both kinds of digits; ``note`` says what else people should know of them."""

    learned: Part
    new: Part
    note: str = ""


def shipped_result(table: ByHeart, size: int, remedy: int) -> Result:
    """What is shipped of this size and remedy, by their places. Raises Problem."""
    copies, (learned, new) = table.pictures[size, remedy], table.kept[size, remedy]
    here = dataset(cache.MNIST).on_this_machine("train")
    if here:
        first = cache.images(cache.MNIST, "train").pixels[table.places[:DRAWN]]
    else:  # no digit of MNIST is shipped
        path = checkpoint.shipped()[ENCODER]
        drawn = coder.of_model(ENCODER, path).decode(table.codes[:DRAWN])
        first = (drawn * 255).round().astype(np.uint8)
    test = cache.test_digits()
    others = test.pixels[table.places[DRAWN:]]
    note = "" if here else _("Digits that it has learned from stand here decoded from their codes.")
    return Result(
        Part(first, copies[:DRAWN], float(learned), decoded=not here),
        Part(others, copies[DRAWN:], float(new), decoded=test.decoded),
        note,
    )


def of_run(run: Run) -> Result:
    """What a run that has ended made. Raises Problem."""
    plan = run.plan()
    model, card = coder.of_model(run.name, run.checkpoint), cache.card(run.checkpoint)
    train, test = cache.images(plan.dataset, "train"), cache.images(plan.dataset, "test")

    def part(pixels: np.ndarray, mse: float) -> Part:
        copies = (model.reconstruct(pixels) * 255).round().astype(np.uint8)
        return Part(pixels, copies, mse)

    places = by_heart.drawn_places(len(train), plan)
    figures = card.metrics
    return Result(
        part(train.pixels[places], figures.get("train_mse", np.nan)),
        part(test.pixels[:DRAWN], figures.get("mse", np.nan)),
    )
