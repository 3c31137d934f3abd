"""What a training is to do, and whether it can be done."""

from dataclasses import dataclass
from typing import Any, Self

from aecore import data
from aecore.messages import N_, Problem
from aecore.recipe import Recipe, written_by_a_newer_version

COUNTED = 1000  # images of a set that is read before a training to see how many they really are


@dataclass(frozen=True)
class Plan:
    """What a run is to do: a family with its settings, on a data set, by a recipe."""

    family: str
    settings: dict[str, Any]
    dataset: str
    recipe: Recipe

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they stand in config.json."""
        return {
            "family": self.family,
            "settings": self.settings,
            "dataset": self.dataset,
            "recipe": self.recipe.to_json(),
        }

    def check(self) -> None:
        """Refuse a bad plan before anything is made for it. Raises Problem."""
        from aecore.corruption import CORRUPTIONS
        from aecore.models import build, check_names

        check_names(self.family, self.settings)
        build(self.family, **self.model_settings())
        CORRUPTIONS[self.recipe.corruption]
        self.recipe.check_images(self._training_images())

    def _training_images(self) -> int:
        """How many there are; a large set isn't read only to be counted. Raises Problem."""
        source = data.dataset(self.dataset)
        if source.train_images >= COUNTED and source.on_this_machine("train"):
            return source.train_images
        return len(source.load("train"))  # some may be unreadable, or all of them missing

    def model_settings(self) -> dict[str, Any]:
        """The settings, completed by what the data set decides. Raises Problem."""
        from aecore.models import MODELS

        images = data.dataset(self.dataset)
        settings = {**self.settings, "image_shape": images.shape}
        if MODELS[self.family].conditional:
            if len(images.classes) < 2:
                raise Problem(
                    N_(
                        "This family is told the class of each image, and “{dataset}” has none. "
                        "Choose another family, or put the pictures of each class into a folder."
                    ),
                    dataset=images.title,
                )
            settings["classes"] = len(images.classes)
        return settings

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The plan with these values; what an older version didn't know has its usual value.

        Raises Problem when something is missing, or comes from a newer version.
        """
        try:
            newer = sorted(values.keys() - {"family", "settings", "dataset", "recipe"})
            if newer:
                raise written_by_a_newer_version(newer)
            recipe = Recipe.from_json(values["recipe"])
            settings = dict(values["settings"])
            return cls(str(values["family"]), settings, str(values["dataset"]), recipe)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Problem(
                N_("The run's config.json doesn't fit this version. Start a new run.")
            ) from error
