"""What a training will take, told before it begins."""

from aecore.data import dataset
from aecore.models import MODELS
from aecore.training.plan import Plan

IMAGES = 60_000  # of the pass that a family's ``seconds`` are those of
STEP_SECONDS = 0.005  # however small the batch
BETWEEN_SECONDS = 0.1  # two epochs: test images, snapshot, pictures
START_SECONDS = 5.0  # a process of its own loads PyTorch and the images


def expected_seconds(plan: Plan) -> float:
    """Roughly how many seconds ``plan`` takes on two cores.

    Raises Problem for a family or a data set that isn't there.
    """
    source = dataset(plan.dataset)
    # classes have about as many images each
    share = len(plan.classes) / len(source.classes) if plan.classes else 1.0
    images = plan.recipe.images or share * source.train_images
    batch = min(plan.recipe.batch_size, images)
    steps = plan.recipe.steps or images / batch
    family = MODELS[plan.family]
    size = steps * batch / IMAGES * family.work(source.shape)
    epoch = family.seconds * size + STEP_SECONDS * steps
    return START_SECONDS + plan.recipe.epochs * (epoch + BETWEEN_SECONDS)
