"""Weights of a model of the same layers that was trained elsewhere, under our names.

A state dict of a plain ``nn.Sequential``, or of pythae, as .safetensors. Nothing is unpickled.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_bytes
from torch import Tensor

from aecore import data, library
from aecore.checkpoint import Card
from aecore.exchange.guests import figures
from aecore.foreign import in_place_of_a_model, no_safetensors
from aecore.kinds import HEAD
from aecore.messages import N_, Problem, Remark
from aecore.models import Autoencoder, Variational, build, check_names

NOT_NEEDED = ("discriminator",)  # parts that only training uses
DEFAULT_SHAPE = (1, 28, 28)

NO_PLACE = N_(
    "These layers of {family} find no weights of their shape in “{name}”: {missing}. There it has "
    "over: {left}. Say the sizes of its layers, such as --set widths=[512,256]."
)
NO_BIAS = N_("{layer} has no bias in “{name}”; it begins at 0.")
NO_USE = N_("These weights of “{name}” have no place in {family}: {left}.")

Layer = dict[str, Tensor]  # "weight", "bias" …


class Mapped(NamedTuple):
    """Our names with their weights, and what is to be told."""

    tensors: dict[str, Tensor]
    remarks: list[Remark]


def add(
    file_name: str, content: bytes, family: str, settings: Mapping[str, Any], dataset: str = ""
) -> tuple[str, list[Remark]]:
    """Keep a model of that family with the weights of a file; its name, and what is to be told.

    ``settings`` are the family's, as --set has them, with ``image_shape`` unless it is that of the
    ``dataset`` that it learned from, or MNIST's. Raises Problem.
    """
    shape = settings.get("image_shape") or (data.dataset(dataset).shape if dataset else None)
    sizes = {name: value for name, value in settings.items() if name != "image_shape"}
    check_names(family, sizes)
    model = build(family, image_shape=shape or DEFAULT_SHAPE, **sizes)
    mapped = of_state_dict(model, read(file_name, content), file_name)
    model.load_state_dict(mapped.tensors)
    model.eval().requires_grad_(False)
    card = Card(
        name=file_name,
        family=family,
        config=model.config.to_json(),
        dataset=dataset,
        metrics=figures(model, dataset, "none", 0.0),
        created=datetime.now(UTC).date().isoformat(),
    )
    return library.keep(file_name, model, card), mapped.remarks


def read(file_name: str, content: bytes) -> dict[str, Tensor]:
    """The tensors of a .safetensors file, float32. Raises Problem for any other file."""
    if problem := in_place_of_a_model(file_name, content[:HEAD]):
        raise problem
    try:
        tensors = load_bytes(content)
    except SafetensorError as error:
        raise no_safetensors(file_name, content[:HEAD]) from error
    return {name: t.float() for name, t in tensors.items() if t.is_floating_point()}


def of_state_dict(model: Autoencoder, theirs: Mapping[str, Tensor], name: str) -> Mapped:
    """Their weights under the names of ``model``: layer for layer in the order of computing.

    A layer of theirs fits where all shapes agree; what lies between is left over and told. Raises
    Problem where a layer of ours finds none.
    """
    own = model.state_dict()
    waiting = _layers(theirs, _their_order(theirs))
    if isinstance(model, Variational):
        waiting = _joined(waiting)
    tensors, remarks, missing, used = dict(own), [], [], 0
    left: list[str] = []
    for layer, parts in _layers(own, own).items():
        if layer.split(".")[0] in NOT_NEEDED:
            continue
        names = list(waiting)
        at = next((n for n in range(used, len(names)) if _fit(parts, waiting[names[n]])), None)
        if at is None:
            missing.append(f"{layer} {_sizes(parts)}")
            continue
        left += [f"{each} {_sizes(waiting[each])}" for each in names[used:at]]
        found, used = waiting[names[at]], at + 1
        for part in parts:
            if part in found:
                tensors[_name(layer, part)] = found[part]
            elif part == "bias":
                tensors[_name(layer, part)] = torch.zeros_like(parts[part])
                remarks.append(Remark(NO_BIAS, {"layer": names[at], "name": name}))
    left += [f"{each} {_sizes(waiting[each])}" for each in list(waiting)[used:]]
    told = {"family": model.family, "name": name, "left": ", ".join(left) or "–"}
    if missing:
        raise Problem(NO_PLACE, missing=", ".join(missing), **told)
    if left:
        remarks.append(Remark(NO_USE, told))
    return Mapped(tensors, remarks)


def _layers(tensors: Mapping[str, Tensor], order: Iterable[str]) -> dict[str, Layer]:
    """The tensors of each layer by its name, in this order."""
    found: dict[str, Layer] = {}
    for name in order:
        layer, _, part = name.rpartition(".")
        found.setdefault(layer, {})[part] = tensors[name]
    return found


def _name(layer: str, part: str) -> str:
    return f"{layer}.{part}" if layer else part


def _their_order(names: Iterable[str]) -> list[str]:
    """In the order of computing: the encoder first, then by the numbers in the names.

    A file keeps no order of its own, and "10" stands before "9" in an alphabet.
    """

    def place(name: str) -> tuple[bool, list[tuple[int, int, str]]]:
        parts = re.split(r"[._]", name)
        numbered = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts]
        return "dec" in name.lower(), numbered

    # pythae's "layers" come before the "embedding" that takes what they give
    return sorted(names, key=lambda name: (place(name)[0], "layers" not in name, place(name)[1]))


def _joined(layers: dict[str, Layer]) -> dict[str, Layer]:
    """With mean and log-variance as one layer, as our encoders have them, in place of two."""
    found = dict(layers)
    for name in layers:
        stem, _, last = name.rpartition(".")
        spread = next((each for each in layers if each in (f"{stem}.log_var", "log_var")), None)
        if last in ("embedding", "mu", "mean") and spread:
            parts = zip(layers[name].items(), layers[spread].values(), strict=True)
            found[name] = {part: torch.cat([mean, log_var]) for (part, mean), log_var in parts}
            del found[spread]
    return found


def _fit(ours: Layer, theirs: Layer) -> bool:
    """Whether all shapes agree. A bias may be missing, and what batch norm counts."""
    optional = {"bias", "num_batches_tracked"}
    if not set(theirs) <= set(ours) or not set(ours) - set(theirs) <= optional:
        return False
    return all(ours[part].shape == tensor.shape for part, tensor in theirs.items())


def _sizes(layer: Layer) -> str:
    largest = max(layer.values(), key=Tensor.numel)
    return "×".join(map(str, largest.shape))
