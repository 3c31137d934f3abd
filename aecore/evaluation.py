"""A model's figures on images that it never saw."""

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
import torch

from aecore import data, metrics
from aecore.checkpoint import Card
from aecore.corruption import check_suits, corrupt
from aecore.messages import N_, Problem
from aecore.models import Autoencoder, to_input
from aecore.models.base import Figure
from aecore.neighbours import NEAR
from aecore.seeds import check_seed

BATCH = 250  # rows at a time: more fall out of the processor's cache; fewer of …
NUMBERS = BATCH * 784  # … images larger than MNIST's
LARGEST = 1e15  # in a code: distances are sums of squares in 32-bit numbers, which end at 3e38

# what every model is measured by; a family adds its own ``figures``
FIGURES = {
    "mse": Figure("MSE", 4),
    "bce": Figure("BCE", 4, N_("nats a pixel")),
    "psnr": Figure("PSNR", 1, N_("dB")),
    "steps": Figure(N_("Share of symbols right"), 3),  # of models of symbols, instead of both
}


@torch.inference_mode()
def reconstruct(model: Autoencoder, pixels: np.ndarray) -> np.ndarray:
    """Reconstructions, float32 (N, C, H, W) in 0…1, of uint8 images (N, C, H, W)."""
    parts = [model(_input(model, part)).cpu().numpy() for part in _batches(pixels)]
    return np.concatenate(parts)


@torch.inference_mode()
def encode(model: Autoencoder, pixels: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
    """Codes, float32 (N, d), of images (N, C, H, W), uint8 or float32 in 0…1.

    A conditional model is told the class of each in ``labels`` (N,), if they are given.
    """
    conditional: Any = model  # which alone takes classes
    found, done = [], 0
    for part in _batches(pixels):
        x = _input(model, part)
        told = _told(model, labels, slice(done, done + len(part)))
        z = model.encode(x) if told is None else conditional.posterior(x, told)[0]
        found.append(z.cpu().numpy())
        done += len(part)
    return np.concatenate(found)


@torch.inference_mode()
def posterior_spread(model: Autoencoder, pixels: np.ndarray) -> np.ndarray | None:
    """Standard deviations, float32 (N, d), of the distributions that a variational encoder predicts
    for images (N, C, H, W), uint8 or float32 in 0…1; None where a code is a point."""
    parts = []
    for part in _batches(pixels):
        posterior = model.posterior(_input(model, part))
        if posterior is None:
            return None
        parts.append(torch.exp(0.5 * posterior[1]).cpu().numpy())
    return np.concatenate(parts)


@torch.inference_mode()
def draw(model: Autoencoder, codes: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
    """Images, float32 (N, C, H, W) in 0…1, of codes (N, d).

    A conditional model is told the class of each in ``labels`` (N,), if they are given.
    """
    conditional: Any = model
    found, done = [], 0
    for part in _batches(codes):
        z = torch.from_numpy(part.astype(np.float32)).to(_device(model))
        told = _told(model, labels, slice(done, done + len(part)))
        x = model.decode(z) if told is None else conditional.decode(z, told)
        found.append(x.cpu().numpy())
        done += len(part)
    return np.concatenate(found)


def _told(model: Autoencoder, labels: np.ndarray | None, these: slice) -> torch.Tensor | None:
    """The classes that a conditional model is told of these images; None: it isn't told any."""
    if labels is None or not model.conditional:
        return None
    return torch.from_numpy(np.asarray(labels)[these].astype(np.int64)).to(_device(model))


def decode(model: Autoencoder, codes: np.ndarray) -> np.ndarray:
    """Images, uint8 (N, C, H, W), of codes (N, d)."""
    pixels: np.ndarray = (draw(model, codes) * 255).round().astype(np.uint8)
    return pixels


@torch.inference_mode()
def evaluate(
    model: Autoencoder,
    pixels: np.ndarray,
    corruption: str = "none",
    strength: float = 0.0,
    seed: int = 0,
    labels: np.ndarray | None = None,
) -> dict[str, float]:
    """Figures on uint8 images (N, C, H, W), means over images.

    ``bce`` (nats, mean over pixels), ``mse`` and ``psnr`` (dB) compare the reconstruction of the
    corrupted image with the original; of symbols ``mse`` and ``steps``, the share of rows whose
    likeliest symbol is the right one. A family that is ``judged_by`` more than its
    reconstruction adds these loss terms, a variational one ``recon`` and ``kl`` in nats per image
    (sum over pixels) with one posterior sample, and if it wants to know it is told the class in
    ``labels`` (N,); others add what their codes tell, such as a sparse one's ``activity``. Raises
    Problem for a bad corruption or seed, and for codes that ``check_codes`` refuses.
    """
    check_seed(seed)
    check_suits(corruption, model.config.symbols)
    device = _device(model)
    generator = torch.Generator().manual_seed(seed)  # the same noise on every device
    sampled = torch.Generator(device).manual_seed(seed)
    sums: dict[str, float] = {}
    # made beforehand: small pieces kept between the large ones of a batch would fragment memory
    codes = np.empty((len(pixels), model.config.latent_dim), np.float32)
    done = 0
    for part in _batches(pixels):
        these = slice(done, done + len(part))
        done += len(part)
        told = None if labels is None else torch.from_numpy(labels[these])
        target = to_input(part)
        x = corrupt(target, corruption, strength, generator).to(device)
        z = model.encode(x)
        codes[these] = z.cpu().numpy()
        x_hat = model.decode(z).cpu().numpy()
        figures = {"mse": float(metrics.mse(x_hat, target.numpy()).sum())}
        if model.config.symbols:
            right = x_hat.argmax(-1) == target.numpy().argmax(-1)
            figures["steps"] = float(right.mean()) * len(part)
        else:
            for name, figure in (("bce", metrics.bce), ("psnr", metrics.psnr)):
                figures[name] = float(figure(x_hat, target.numpy()).sum())
        if len(model.judged_by) > 1:  # what the reconstruction is worth, "bce" tells already
            known = None if told is None else told.to(device)
            terms = model.losses(x, target.to(device), sampled, known)
            figures |= {name: float(terms[name]) * len(part) for name in model.judged_by}
        for name, value in figures.items():
            sums[name] = sums.get(name, 0.0) + value
    check_codes(codes)
    means = {name: total / len(pixels) for name, total in sums.items()}
    return {**means, **model.code_figures(codes)}


def code_knn_accuracy(model: Autoencoder, images: data.Images) -> dict[str, float]:
    """How often the nearest training codes vote for the class of one of the ``images``.

    ``neighbours`` says how many vote: ten, or all where there are fewer training images;
    ``code_knn_accuracy`` is the share 0…1. Raises Problem where there are no two classes, and for
    codes that ``check_codes`` refuses.
    """
    known = data.load(images.dataset, "train")
    if images.labels is None or known.labels is None or not metrics.several_classes(known.labels):
        raise Problem(N_("These examples have no classes to be told by their neighbours."))
    votes = min(NEAR, len(known))
    voters, codes = encode(model, known.pixels), encode(model, images.pixels)
    check_codes(voters)
    check_codes(codes)
    share = metrics.knn_accuracy(voters, known.labels, votes, judged=(codes, images.labels))
    return {"neighbours": votes, "code_knn_accuracy": share}


def card_metrics(
    model: Autoencoder,
    pixels: np.ndarray,
    corruption: str,
    strength: float,
    labels: np.ndarray | None = None,
) -> dict[str, float]:
    """What a checkpoint's card tells: ``evaluate`` on undamaged uint8 images (N, C, H, W).

    For a model that was trained on damaged ones the same with damage of that strength, under
    names such as ``gaussian_0.5_psnr``.
    """
    found = evaluate(model, pixels, labels=labels)
    if corruption != "none":
        damaged = evaluate(model, pixels, corruption, strength, labels=labels)
        found |= {f"{corruption}_{strength:g}_{name}": value for name, value in damaged.items()}
    return found


def check_codes(codes: np.ndarray) -> None:
    """Raise Problem unless codes (N, d) are numbers that can be computed with."""
    if not (abs(codes) < LARGEST).all():  # not a number: it isn't smaller either
        raise Problem(
            N_(
                "Some of the codes are no numbers, or too large to be compared, because the "
                "model's weights are too large. Choose another model, or train it with a lower "
                "learning rate."
            )
        )


def check_fits(card: Card, images: data.Images) -> None:
    """Raise Problem unless the images have the shape that the model takes."""
    if images.shape != card.image_shape:
        raise Problem(
            N_("“{name}” takes examples of shape {expected}; these have {found}. Choose others."),
            name=card.name,
            expected=card.image_shape,
            found=images.shape,
        )


def check_classes(card: Card, images: data.Images) -> None:
    """Raise Problem unless a model that is told classes knows those of the images."""
    known, classes = card.config.get("classes"), data.dataset(images.dataset).classes
    if known is not None and images.labels is not None and known != len(classes):
        raise Problem(
            N_(
                "“{name}” is told one of {known} classes; these examples have {found}. Choose "
                "others."
            ),
            name=card.name,
            known=known,
            found=len(classes),
        )


def _device(model: Autoencoder) -> torch.device:
    return next(model.parameters()).device


def _input(model: Autoencoder, pixels: np.ndarray) -> torch.Tensor:
    return to_input(pixels).to(_device(model))


def _batches(array: np.ndarray) -> Iterator[np.ndarray]:
    rows = max(1, min(BATCH, NUMBERS // prod(array.shape[1:])))
    for start in range(0, len(array), rows):
        yield array[start : start + rows]
