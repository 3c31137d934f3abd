"""What a training will take, told before it begins."""

from math import prod

from aecore.data import dataset
from aecore.models import MODELS
from aecore.training.plan import Plan

IMAGES, PIXELS = 60_000, 28 * 28  # of the pass that a family's ``seconds`` are those of
STEP_SECONDS = 0.005  # however small the batch
BETWEEN_SECONDS = 0.1  # two epochs: test images, snapshot, pictures
START_SECONDS = 5.0  # a process of its own loads PyTorch and the images


def expected_seconds(plan: Plan) -> float:
    """Roughly how many seconds ``plan`` takes on two cores.

    Raises Problem for a family or a data set that isn't there.
    """
    source = dataset(plan.dataset)
    size = source.train_images / IMAGES * prod(source.shape) / PIXELS
    steps = source.train_images / plan.recipe.batch_size
    epoch = MODELS[plan.family].seconds * size + STEP_SECONDS * steps
    return START_SECONDS + plan.recipe.epochs * (epoch + BETWEEN_SECONDS)
