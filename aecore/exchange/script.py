"""A checkpoint as a program in PyTorch that needs nothing of ours: model, training, weights.

What is pure arithmetic here (the schedule, the damage, the loss terms) stands in it as it stands
in our own modules; the rest is written out for the one family and recipe that the checkpoint has.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from aecore import checkpoint, recipe
from aecore.checkpoint import Card
from aecore.corruption import CORRUPTIONS, arranged
from aecore.exchange.pieces import (
    AAE_PLAYERS,
    CALL,
    CODES,
    DAMAGED,
    HEAD,
    LOSSES,
    PLAYERS,
    RANDOM,
    RUN,
    TAIL,
    UNDAMAGED,
)
from aecore.files import replacing
from aecore.job import writing_to
from aecore.messages import N_, Problem
from aecore.models import MODELS, Autoencoder, build
from aecore.models.base import cross_entropy
from aecore.models.layers import ConvDecoder, Dropout, PixelDecoder, PooledDecoder, last_linear
from aecore.models.recurrent import Recurrent
from aecore.models.sparse import TARGET_ACTIVITY, Sparse, kl_to_target
from aecore.models.vae import Variational, kl_to_prior
from aecore.recipe import Recipe

NOT_WRITTEN = N_(
    "“{name}” was trained with {part}, which is not written as a script here. Export it as ONNX "
    "instead."
)
# what PyTorch's layers say of themselves, and need not be told
USUAL = (
    *(", eps=1e-05", ", momentum=0.1", ", affine=True", ", track_running_stats=True"),
    *(", bias=True", "in_features=", "out_features=", "start_dim=1, end_dim=-1"),
)
EARLY, LAYERWISE = N_("early stopping"), N_("layer-wise pretraining")
OWN = N_("layers or losses of its own")
SHAPED = N_("a prior of another shape than the Gaussian")


def write(source: Path, out: Path, as_notebook: bool = False) -> None:
    """Write the program to ``out``; it takes its weights from the checkpoint. Raises Problem."""
    card = checkpoint.describe(source)
    parts = pieces(card, source.name)
    text = notebook(card, parts) if as_notebook else "\n\n\n".join(parts) + "\n"
    with writing_to(out), replacing(out) as beside:
        beside.write_text(text, encoding="utf-8")


def program(card: Card, weights: str) -> str:
    """The program for a checkpoint of this card, in the file ``weights``. Raises Problem."""
    return "\n\n\n".join(pieces(card, weights)) + "\n"


def notebook(card: Card, parts: Sequence[str]) -> str:
    """The same as a notebook of Jupyter (nbformat 4.5): a cell each, and one that calls it."""
    about, *code = [parts[0].split('"""')[1], parts[0].split('"""')[2], *parts[1:]]
    told = about.replace("FILE --data", f"{card.name}.py --data")
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "source": told.strip()}]
    for each in (*code[:-1], RUN):
        cells.append({"cell_type": "code", "source": each.strip("\n")})
    for at, cell in enumerate(cells):
        cell |= {"id": f"cell-{at}", "metadata": {}}
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": cells, "metadata": {"kernelspec": python}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False)


def pieces(card: Card, weights: str) -> list[str]:
    """The parts of the program for a checkpoint of this card, in the file ``weights``.

    Raises Problem for a family, or a way of training, that isn't written so.
    """
    MODELS[card.family]  # a guest has no layers of ours
    wanted = Recipe.from_json(card.recipe)
    for part, trained_so in (
        (EARLY, wanted.patience),
        (LAYERWISE, card.config.get("pretraining")),
        (SHAPED, card.config.get("prior", "gaussian") != "gaussian"),
    ):
        if trained_so:
            raise Problem(NOT_WRITTEN, name=card.name, part=part)
    model = build(card.family, **card.config)
    losses = LOSSES.get(card.family, LOSSES["penalised" if _penalised(model) else ""])
    found = (
        HEAD.format(name=card.name, weights=weights, summary=type(model).summary),
        _constants(card, model, wanted),
        _class(model),
        *_sources(card, model, wanted),
        losses,
        AAE_PLAYERS if card.family == "aae" else PLAYERS,
        TAIL,
        CALL,
    )
    parts = [part.strip("\n") for part in found]
    if not _agrees("\n\n\n".join(parts), model):
        raise Problem(NOT_WRITTEN, name=card.name, part=OWN)
    return parts


def _agrees(text: str, model: Autoencoder) -> bool:
    """Whether the program's model has our weights and, for some images, the losses of ours.

    A family that this module has not met may do what is not written here.
    """
    names: dict[str, Any] = {"__name__": "program"}
    images = torch.rand(8, *model.config.image_shape, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(8) % max(1, getattr(model.config, "classes", 1))

    def told(losses: Callable[..., Any]) -> Any:
        torch.manual_seed(1)  # for dropout, which draws from the common source here
        return losses(images, images, torch.Generator().manual_seed(1), labels)

    try:
        exec(compile(text, "program", "exec"), names)
        made = names["Model"]()
        made.load_state_dict(model.state_dict())
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            found = [told(partial(losses, made)) for _, losses, _, _ in names["players"](made)]
            ours = [model.objective(told(each.losses)) for each in model.players().values()]
    except (AttributeError, NameError, RuntimeError, TypeError, ValueError):
        return False
    return len(found) == len(ours) and np.allclose(found, ours, rtol=1e-4)


def _penalised(model: Autoencoder) -> bool:
    return type(model).code_losses is not Autoencoder.code_losses


def _own_losses(model: Autoencoder) -> tuple[str, dict[str, Any]]:
    """``code_losses`` as it stands in the family's class, and the settings that it reads."""
    source = textwrap.dedent(inspect.getsource(type(model).code_losses))
    read = [
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self"
    ]
    settings = {name: getattr(model, name) for name in dict.fromkeys(read)}
    return source, {n: v for n, v in settings.items() if isinstance(v, bool | int | float | str)}


def _constants(card: Card, model: Autoencoder, wanted: Recipe) -> str:
    """What the checkpoint's card says, by the names that the program uses."""
    peak = model.learning_rate if wanted.learning_rate is None else wanted.learning_rate
    beginning = ""
    for name, module in model.named_modules():
        if isinstance(module, PixelDecoder):
            last = next(n for n, each in module.named_modules() if each is last_linear(module))
            beginning = f"{name}.{last}.bias"
    settings = {
        "SHAPE": model.config.image_shape,
        "LATENT_DIM": model.config.latent_dim,
        "EPOCHS": wanted.epochs,
        "BATCH_SIZE": wanted.batch_size,
        "STEPS": wanted.steps,
        "PEAK": peak,
        "WEIGHT_DECAY": wanted.weight_decay,
        "SEED": wanted.seed,
        "BFLOAT16": wanted.precision == "bfloat16",
        "IMAGES": wanted.images,
        "VALIDATION": wanted.validation,
        "CLASSES": card.classes,
        "STRENGTH": wanted.strength if wanted.corruption != "none" else 0.0,
        "INPUT_NOISE": wanted.input_noise,
        "BEGIN_AT_MEAN": beginning,
    }
    own = ["beta", "sparsity", "contraction", "penalty", "classes"]
    if isinstance(model, Recurrent):
        own.append("width")
    shown = {
        f"{n.upper()}_OF_MODEL" if n == "classes" else n.upper(): getattr(model.config, n)
        for n in own
        if hasattr(model.config, n)
    }
    if getattr(model, "penalty", "") == "kl":
        shown["TARGET_ACTIVITY"] = TARGET_ACTIVITY
    if _penalised(model) and model.family not in LOSSES:
        shown["COSTS"] = model.weights()
    if card.family == "aae":
        shown["RECENTRED"] = getattr(model, "recentred", False)
    words = {
        "PEAK": "of the learning rate, which rises and falls once",
        "STRENGTH": "of the damage, 0 up to this",
        "IMAGES": "to learn from, 0: all",
        "STEPS": "of an epoch, 0: once through the images",
        "BEGIN_AT_MEAN": "the pixels' biases, which begin at the mean image",
    }
    lines = []
    for name, value in (settings | shown).items():
        said = f"  # {words[name]}" if name in words else ""
        lines.append(f"{name} = {value!r}{said}")
    return "\n".join(lines)


def _class(model: Autoencoder) -> str:
    """The model's class, with its layers in the order in which ours makes them: the same seed then
    begins with the same weights."""
    lines = []
    for name, part in model.named_children():
        if not list(part.parameters()):  # an activation; ``encode`` has it in words
            continue
        if name == "writer" and hasattr(model, "place"):
            lines.append("self.place = nn.Parameter(0.1 * torch.randn(SHAPE[1], WIDTH))")
        lines.append(f"self.{name} = {_source(part, 8)}")
    if hasattr(model, "bias"):
        lines += [
            "nn.init.xavier_uniform_(self.decoder[0].weight)",
            "self.bias = nn.Parameter(torch.zeros(LATENT_DIM))",
        ]
    frozen = [name for name, each in model.named_parameters() if not each.requires_grad]
    if frozen:
        lines += [
            "# a batch norm follows, which subtracts these again",
            f"for name in {tuple(frozen)!r}:",
            "    self.get_parameter(name).requires_grad_(False)",
        ]
    methods = _methods(model)
    if _penalised(model) and model.family not in LOSSES:
        source, settings = _own_losses(model)
        lines += [f"self.{name} = {value!r}" for name, value in settings.items()]
        methods += "\n" + textwrap.indent(source, "    ")
    head = ["class Model(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    return "\n".join([*head, *(f"        {line}" for line in lines), methods])


def _methods(model: Autoencoder) -> str:
    """How it encodes and decodes."""
    if isinstance(model, Recurrent):
        return CODES["recurrent, bare" if model.bare else "recurrent"]
    usual = "variational" if isinstance(model, Variational) else ""
    bent = "torch.relu(z)" if getattr(model, "code_activation", "none") == "relu" else "z"
    if isinstance(model, Sparse):
        bent = "torch.sigmoid(z)" if model.penalty == "kl" else "torch.relu(z)"
    cropped = isinstance(getattr(model, "decoder", None), PooledDecoder)
    crop = "[:, :, : SHAPE[1], : SHAPE[2]]" if cropped else ""
    written = CODES.get(model.family, CODES[usual])
    return written.replace("BENT", bent).replace("CROPPED", crop)


def _source(part: nn.Module, indent: int) -> str:
    """What makes these layers; they have the names that the weights have."""
    inner, outer = " " * (indent + 4), " " * indent
    if isinstance(part, ConvDecoder | PooledDecoder):
        named = [(name, _source(each, indent + 4)) for name, each in part.named_children()]
        pairs = "".join(f'{inner}("{name}", {source}),\n' for name, source in named)
        return f"nn.Sequential(OrderedDict([\n{pairs}{outer}]))"
    if isinstance(part, nn.Sequential):
        layers = "".join(f"{inner}{_source(each, indent + 4)},\n" for each in part)
        return f"nn.Sequential(\n{layers}{outer})"
    if isinstance(part, Dropout):
        return f"Dropout({part.share})"
    text = f"nn.{part!r}"
    for usual in USUAL:
        text = text.replace(usual, "")
    return text


def _sources(card: Card, model: Autoencoder, wanted: Recipe) -> list[str]:
    """The arithmetic that it needs, as it stands in our modules."""
    needed: list[Callable[..., Any]] = [recipe.one_cycle, cross_entropy]
    if hasattr(model, "beta"):
        needed.append(kl_to_prior)
    if getattr(model, "penalty", "") == "kl":
        needed.append(kl_to_target)
    found = [inspect.getsource(each) for each in needed]
    if any(isinstance(each, Dropout) for each in model.modules()):
        found.insert(
            0,
            inspect.getsource(Dropout).replace(
                "parallel.draw(torch.rand, x.shape,", "torch.rand(x.shape,"
            ),
        )
    damages = [wanted.corruption] if wanted.strength and wanted.corruption != "none" else []
    damages += ["gaussian"] if wanted.input_noise and "gaussian" not in damages else []
    if not damages:
        return [*found, UNDAMAGED]
    if "jigsaw" in damages:
        found.append(inspect.getsource(arranged))
    applied = [CORRUPTIONS[name].apply for name in damages]
    told = DAMAGED.format(damage=applied[0].__name__, noise=applied[-1].__name__)
    return [*found, RANDOM, *map(inspect.getsource, applied), told]
