"""What goes wrong with autoencoders, recognised from figures: FAULTS, and how they are told.

The figures are ``SIGNS``. A training gathers them after each epoch (see :mod:`.training.watch`,
they stand in metrics.jsonl) and at its end (in the checkpoint's card). What isn't known, as in
files of older versions, accuses nobody.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from aecore import data, metrics
from aecore.data import Images
from aecore.messages import N_
from aecore.registry import Registry

if TYPE_CHECKING:
    from aecore.models import Autoencoder

Signs = Mapping[str, float]

SAMPLE = 500  # images that are looked at: a twentieth of what the test loss costs
SIGNS = {
    "numbers": "in a code",
    "used": "numbers of the code that tell images apart",
    "active": "the same of a variational model, by the variance of the posterior's mean",
    "needed": "with fewer of them something is wrong; the family says how many",
    "spread": "variance of the pictures drawn, as a share of the images' own",
    "mean_image_mse": "MSE of the training images' mean, drawn for every image",
    "train_mse": "MSE on images learned from, measured as that on test images",
    "loss": "nats a pixel or symbol while learning, in the last epoch",
    "guessing": "nats a pixel or symbol of knowing nothing",
}

EVEN_GREY = math.log(2)  # nats a pixel of drawing ½ everywhere: of older files without "guessing"
EXPLODED = 1.1  # times what knowing nothing costs
ALIKE = 0.02  # of the images' variance; a mean of three digits has 0.05
NO_BETTER = 0.98  # of the mean image's error
BY_HEART = 2.0  # times the error on images learned from
# while a training goes on: the share of it after which faults count, and for how long one must
# last, as a share of it and in epochs
SETTLED, LASTING, PATIENCE = 0.25, 0.1, 3


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong. ``found`` recognises it by its signs and may raise KeyError where
    one of them isn't known; ``sentence`` says what is wrong, with signs in braces, ``helps`` what
    helps. Whoever has it shows the faults named in ``hides`` as well, which then tell nothing."""

    found: Callable[[Signs], bool]
    sentence: str
    helps: str
    hides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A fault that was recognised: its name in FAULTS, what is wrong, with values, and what helps;
    both marked for translation."""

    name: str
    sentence: str
    values: Mapping[str, float]
    helps: str

    def __str__(self) -> str:
        return f"{self.sentence.format(**self.values)} {self.helps}"


FAULTS: Registry[Fault] = Registry(unknown=N_("There is no fault “{name}”. There are: {known}."))
for _name, _fault in {
    "explosion": Fault(
        lambda signs: signs["loss"] > EXPLODED * signs["guessing"],
        N_(
            "The loss explodes: {loss} nats a pixel or symbol, where to know nothing costs "
            "{guessing}."
        ),
        N_("A lower learning rate helps, and a smaller weight of what is added to the loss."),
        hides=("collapse", "alike", "mean", "dead", "by_heart"),
    ),
    "collapse": Fault(
        lambda signs: signs["active"] < signs["needed"],
        N_(
            "Posterior collapse: {active} of {numbers} numbers of the code are active; the others "
            "follow the prior, whatever goes in."
        ),
        N_(
            "A smaller weight β of the KL term helps, and a longer training; if what comes out is "
            "good, a smaller code does as well."
        ),
        hides=("alike", "mean"),
    ),
    "alike": Fault(
        lambda signs: signs["spread"] < ALIKE,
        N_("The codes are all alike: nearly the same comes out, whatever goes in."),
        N_(
            "If the training was short, a longer one helps; otherwise a lower learning rate, a "
            "smaller weight of a penalty on the code, a code without ReLU."
        ),
        hides=("mean", "dead"),
    ),
    "mean": Fault(
        lambda signs: signs["mse"] > NO_BETTER * signs["mean_image_mse"],
        N_(
            "One answer to all would do as well: its MSE is {mse}, that of the training examples' "
            "mean {mean_image_mse}."
        ),
        N_(
            "A longer training helps, of more steps; if the loss doesn't fall, another learning "
            "rate, mostly a lower one."
        ),
    ),
    "dead": Fault(
        lambda signs: signs["used"] < signs["needed"],
        N_(
            "Dead units: {used} of {numbers} numbers of the code tell examples apart; the others "
            "are the same for all."
        ),
        N_(
            "A lower learning rate helps, a code without ReLU, a smaller weight of a penalty on "
            "the code; if what comes out is good, a smaller code does as well."
        ),
    ),
    "by_heart": Fault(
        lambda signs: signs["mse"] > BY_HEART * signs["train_mse"],
        N_(
            "It learns by heart: its MSE is {train_mse} on examples that it has learned from, and "
            "{mse} on others."
        ),
        N_(
            "More examples help, dropout, noise on the input, weight decay, stopping early, a "
            "smaller model."
        ),
    ),
}.items():
    FAULTS.add(_name, _fault)


def findings(signs: Signs) -> list[Finding]:
    """What these figures say is wrong, the gravest first. A card's ``metrics`` have them too."""
    signs = {"guessing": EVEN_GREY, **signs}
    found: list[Finding] = []
    hidden: set[str] = set()
    for name, fault in FAULTS.items():
        if name in hidden or not _is_found(fault, signs):
            continue
        hidden |= {*fault.hides}
        found.append(Finding(name, fault.sentence, _rounded(signs), fault.helps))
    return found


def _is_found(fault: Fault, signs: Signs) -> bool:
    try:
        return fault.found(signs)
    except KeyError:
        return False


def _rounded(signs: Signs) -> dict[str, float]:
    """Whole numbers whole, others with as many digits as are read."""
    return {
        name: int(value) if float(value).is_integer() else float(f"{value:.2g}")
        for name, value in signs.items()
    }


def of_run(rows: Sequence[Mapping[str, Any]], epochs: int, ended: bool) -> list[Finding]:
    """What is wrong with a training of so many epochs, by its ``rows`` of metrics.jsonl so far.

    Much that is wrong at the beginning is right at the end: codes begin alike. While a training
    goes on, only what lasts for a tenth of it is told, after its first quarter; an explosion at
    once.
    """
    told = [
        (row["number"] / epochs, findings(row["signs"]))
        for row in rows
        if isinstance(row.get("signs"), dict)
    ]
    if not told or ended:
        return told[-1][1] if told else []
    settled = [found for progress, found in told if progress > SETTLED]
    within = max(PATIENCE, math.ceil(epochs * LASTING))
    lasting = [{each.name for each in found} for found in settled[-within:]]
    names = set.intersection(*lasting) if len(lasting) == within else set()
    return [each for each in told[-1][1] if each.name in names | {"explosion"}]


def signs_of(
    model: "Autoencoder",
    test: np.ndarray,
    train: np.ndarray | None = None,
    mean: np.ndarray | None = None,
) -> dict[str, float]:
    """The signs of a model on undamaged test images, and their ``mse``; all uint8 (N, C, H, W).

    ``train`` are images that it has learned from, ``mean`` (C, H, W) in 0…1 the mean of all of
    them; without, the signs that need them are left out. What is no number is left out too.
    """
    from aecore.evaluation import encode, reconstruct

    x, drawn = test.astype(np.float32) / 255, reconstruct(model, test)
    codes = encode(model, test).astype(np.float64)  # squares of large numbers
    found = {
        "mse": float(metrics.mse(drawn, x).mean()),
        "spread": float(drawn.var(0).mean() / max(float(x.var(0).mean()), 1e-12)),
        **model.code_signs(codes),
    }
    if train is not None:
        found["train_mse"] = float(
            metrics.mse(reconstruct(model, train), train.astype(np.float32) / 255).mean()
        )
    if mean is not None:
        found["mean_image_mse"] = float(metrics.mse(np.broadcast_to(mean, x.shape), x).mean())
    return {name: value for name, value in found.items() if math.isfinite(value)}


def signs_of_images(
    model: "Autoencoder", images: Images, classes: Sequence[int] = ()
) -> dict[str, float]:
    """The signs of a model on these test images, or on those of the classes that it knows alone.

    Beside the mean of the training images, if they are on this machine. Raises Problem where they
    are damaged.
    """
    mean, test = None, images.of_classes(classes).pixels
    if data.dataset(images.dataset).on_this_machine("train"):
        train = data.load(images.dataset, "train").of_classes(classes).pixels
        mean = train[sample(len(train))].mean(0) / 255
    return signs_of(model, test[sample(len(test))], mean=mean)


def sample(n: int) -> np.ndarray:
    """Indices of the images of ``n`` that are looked at: always the same, in rising order."""
    return np.sort(np.random.default_rng(0).permutation(n)[:SAMPLE])
