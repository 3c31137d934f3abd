"""How many bytes a decoder takes with 32, 16 and 8 bits a weight, and what it draws then."""

import copy

import torch
from torch import Tensor

from aecore.messages import N_, out_of_range
from aecore.models import Autoencoder
from aecore.models.folding import fold_batch_norms

WEIGHT_BITS = (32, 16, 8)


def decoder_only(model: Autoencoder) -> set[str]:
    """The names of the weights that a decoded image depends on."""
    model = copy.deepcopy(model).requires_grad_(True)
    code = torch.zeros(1, model.config.latent_dim)
    model.decode_logits(code).sum().backward()
    return {name for name, weight in model.named_parameters() if weight.grad is not None}


def rounded(model: Autoencoder, bits: int) -> tuple[Autoencoder, int]:
    """A copy whose decoder has ``bits`` (of WEIGHT_BITS) a weight, and the decoder's bytes.

    With 8 bits each row of a matrix or kernel has a scale of 32 bits, and what has no rows, such
    as biases, keeps 16. Batch norms are folded into their neighbours. Raises Problem for others.
    """
    if bits not in WEIGHT_BITS:
        raise out_of_range(
            N_("number of bits"), bits, *sorted(WEIGHT_BITS)[:: len(WEIGHT_BITS) - 1]
        )
    model = copy.deepcopy(model).eval()
    fold_batch_norms(model)
    names, total = decoder_only(model), 0
    for name, weight in model.named_parameters():
        if name not in names:
            continue
        if bits == 32:
            total += 4 * weight.numel()
        elif bits == 16 or weight.ndim == 1:
            total += 2 * weight.numel()
            weight.data = weight.data.half().float()
        else:
            total += weight.numel() + 4 * len(weight)
            weight.data = _whole(weight.data)
    return model.requires_grad_(False), total


def _whole(weight: Tensor) -> Tensor:
    """Each row as whole numbers from -127 to 127 times a scale of its own."""
    rows = weight.flatten(1)
    scale = rows.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
    return ((rows / scale).round() * scale).reshape(weight.shape)
