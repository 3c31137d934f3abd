"""What a training is to do, and whether it can be done."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from aecore import data
from aecore.data import Dataset, Images, Split
from aecore.messages import N_, Problem
from aecore.recipe import Recipe, written_by_a_newer_version

COUNTED = 1000  # images of a set that is read before a training to see how many they really are


@dataclass(frozen=True)
class Plan:
    """What a run is to do: a family with its settings, on a data set, by a recipe.

    ``classes``: only images of these, indices into ``Dataset.classes``; none named means all.
    """

    family: str
    settings: dict[str, Any]
    dataset: str
    recipe: Recipe
    classes: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they stand in config.json."""
        return {
            "family": self.family,
            "settings": self.settings,
            "dataset": self.dataset,
            "recipe": self.recipe.to_json(),
            "classes": list(self.classes),
        }

    def check(self) -> None:
        """Refuse a bad plan before anything is made for it. Raises Problem."""
        from aecore.corruption import check_suits
        from aecore.models import build, check_names

        check_names(self.family, self.settings)
        build(self.family, **self.model_settings())
        check_suits(self.recipe.corruption, data.dataset(self.dataset).symbols)
        check_classes(self.classes, data.dataset(self.dataset))
        self.recipe.check_images(self._training_images())

    def _training_images(self) -> int:
        """How many there are; a large set isn't read only to be counted. Raises Problem."""
        source = data.dataset(self.dataset)
        if self.classes:
            return self._images_of_classes()
        if source.train_images >= COUNTED and source.on_this_machine("train"):
            return source.train_images
        return len(source.load("train"))  # some may be unreadable, or all of them missing

    def _images_of_classes(self) -> int:
        """How many training images the classes have. Raises Problem if one has none."""
        source = data.dataset(self.dataset)
        everything = source.load("train")
        found = everything.of_classes(self.classes)
        assert everything.labels is not None  # or none could have been chosen
        there = np.unique(everything.labels).tolist()
        if missing := sorted(set(self.classes).difference(there)):
            raise Problem(
                N_(
                    "“{dataset}” has no training examples of the classes {value}; choose from "
                    "these: {known}."
                ),
                dataset=source.title,
                value=", ".join(map(str, missing)),
                known=", ".join(map(str, there)),
            )
        return len(found)

    @property
    def taught(self) -> tuple[int, ...]:
        """The classes that the model learns from, where these aren't all."""
        return self.classes or data.dataset(self.dataset).learned

    def images(self, split: Split) -> Images:
        """Those of a split that the run looks at. Raises Problem."""
        return data.load(self.dataset, split).of_classes(self.taught)

    def model_settings(self) -> dict[str, Any]:
        """The settings, completed by what the data set decides. Raises Problem."""
        from aecore.models import MODELS

        images = data.dataset(self.dataset)
        settings = {**self.settings, "image_shape": images.shape}
        if images.symbols:
            settings["symbols"] = True
        if MODELS[self.family].conditional:
            if len(images.classes) < 2:
                raise Problem(
                    N_(
                        "This family is told the class of each example, and “{dataset}” has none. "
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
            newer = sorted(values.keys() - {field.name for field in fields(cls)})
            if newer:
                raise written_by_a_newer_version(newer)
            recipe = Recipe.from_json(values["recipe"])
            settings = dict(values["settings"])
            classes = tuple(int(each) for each in values.get("classes", ()))
            return cls(str(values["family"]), settings, str(values["dataset"]), recipe, classes)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Problem(
                N_("The run's config.json doesn't fit this version. Start a new run.")
            ) from error


def check_classes(classes: Sequence[int], source: Dataset) -> None:
    """Raise Problem unless these are different classes of the data set."""
    known = len(source.classes)
    if len(set(classes)) < len(classes) or not all(0 <= each < known for each in classes):
        raise Problem(
            N_(
                "The classes are {value}; they must be different numbers below {known}, the number "
                "of classes of “{dataset}”."
            ),
            value=", ".join(map(str, classes)),
            known=known,
            dataset=source.title,
        )
