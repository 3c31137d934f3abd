"""Watching for what goes wrong, while a model learns."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from aecore.data import Images
from aecore.diagnosis import sample, signs_of
from aecore.recipe import Recipe

if TYPE_CHECKING:
    from aecore.models import Autoencoder


class Watch:
    """Gathers the signs by which :mod:`aecore.diagnosis` recognises faults; cheap enough for every
    epoch. Nothing that the training depends on is touched."""

    def __init__(self, model: "Autoencoder", train: Images, test: Images, recipe: Recipe) -> None:
        from aecore.training.loop import split

        self.model, self.recipe = model, recipe
        learned = split(len(train), recipe)[0].numpy()
        self.train = train.pixels[np.sort(learned[sample(len(learned))])]
        self.test = test.pixels[sample(len(test))]
        self.mean = self.train.mean(0) / 255
        # layers that learn one by one draw nothing together
        self.alone_until = max(player.span[0] for player in model.players().values())

    def look(self, number: int, terms: Mapping[str, float]) -> dict[str, float]:
        """The signs after epoch ``number``, whose training loss has these terms.

        Empty while layers learn one by one.
        """
        if number / self.recipe.epochs <= self.alone_until:
            return {}
        training = self.model.training
        self.model.eval()
        try:
            found = signs_of(self.model, self.test, self.train, self.mean)
        finally:
            self.model.train(training)
        if "recon" in terms:
            config = self.model.config
            found |= {"loss": terms["recon"] / config.parts, "guessing": config.guessing}
        return found
