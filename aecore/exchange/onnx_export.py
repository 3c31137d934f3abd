"""A checkpoint as a file in the format ONNX, which many programs and devices run."""

import copy
import json
import warnings
from dataclasses import asdict
from pathlib import Path

import onnx
import onnxruntime
import torch
from onnx import helper
from torch import Tensor, nn
from torch.export import Dim

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.exchange.onnx_nodes import Nodes
from aecore.files import replacing
from aecore.job import writing_to
from aecore.messages import N_, Problem
from aecore.models import Autoencoder
from aecore.models.guest import Guest

OPSET = 18  # of 2022: what runs ONNX files knows it by now
IR_VERSION = 8  # of the file format, as old
IMAGE, CODE, SPREAD, RECONSTRUCTION = "image", "code", "log_variance", "reconstruction"

TOLERANCE = 1e-5  # of a pixel in 0…1, and of a code whose largest numbers are about 1
# as often PyTorch's own rounding, where that is more: a recurrent network rounds at every step
ROUNDED = 3
CHECKED = (5, 2)  # images: two batches of different size

DIFFERS = N_(
    "The ONNX file computes another “{what}” than the model: they differ by {found}, "
    "allowed is {most}. Nothing was written; export it as a script instead."
)


class _Encoder(nn.Module):
    """Codes of images; of a variational model also their log-variances."""

    def __init__(self, model: Autoencoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return self.model.posterior(x) or (self.model.encode(x),)


class _Decoder(nn.Module):
    def __init__(self, model: Autoencoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return (self.model.decode(x),)


def write(source: Path, out: Path, part: str = "both") -> dict[str, float]:
    """Write the model of a checkpoint to ``out``: one graph, or its encoder or decoder alone.

    The graph takes ``image`` (batch, C, H, W) in 0…1, gives ``code`` (batch, d) and
    ``reconstruction`` as the image; of a variational model also ``log_variance``. The card lies in
    the file's metadata. Before it is written ONNX Runtime computes what PyTorch does, but for
    rounding; returns the largest differences. Raises Problem.
    """
    model, card = checkpoint.load(source)
    if isinstance(model, Guest):
        raise Problem(
            N_("“{name}” came as ONNX; export the models that are made here."), name=card.name
        )
    content = of_model(model, card, part).SerializeToString()
    found = differences(content, model)
    for what, (difference, rounding) in found.items():
        most = max(TOLERANCE, ROUNDED * rounding)
        if not difference <= most:
            values = {"found": f"{difference:.1e}", "most": f"{most:.0e}"}
            raise Problem(DIFFERS, what=what, **values)
    with writing_to(out), replacing(out) as beside:
        beside.write_bytes(content)
    return {what: difference for what, (difference, _) in found.items()}


def of_model(model: Autoencoder, card: Card, part: str = "both") -> onnx.ModelProto:
    """The model, in ``eval``, or a part of it. Raises Problem for one with unknown steps."""
    shape, numbers = model.config.image_shape, model.config.latent_dim
    image, code = torch.rand(2, *shape), torch.randn(2, numbers)
    nodes = Nodes()
    outputs: dict[str, tuple[int, ...]] = {}
    if part != "decoder":
        outputs[CODE] = (numbers,)
        if model.posterior(image) is not None:
            outputs[SPREAD] = (numbers,)
        nodes.program(_recorded(_Encoder(model), image), [IMAGE], list(outputs))
    if part != "encoder":
        outputs[RECONSTRUCTION] = shape
        nodes.program(_recorded(_Decoder(model), code), [CODE], [RECONSTRUCTION])
    takes: dict[str, tuple[int, ...]] = {CODE: (numbers,)} if part == "decoder" else {IMAGE: shape}
    made = helper.make_model(
        nodes.graph(card.name, takes, outputs),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="Autoencoder Explorer",
        doc_string=type(model).summary,
    )
    helper.set_model_props(made, {checkpoint.KEY: json.dumps(asdict(card))})
    onnx.checker.check_model(made)
    return made


def _recorded(part: nn.Module, example: Tensor) -> torch.export.ExportedProgram:
    with warnings.catch_warnings(), torch.no_grad():
        # a GRU keeps its weights in a list as well, which matters nothing here
        warnings.filterwarnings("ignore", "The tensor attributes .* were assigned during export")
        return torch.export.export(part.eval(), (example,), dynamic_shapes={"x": {0: Dim("batch")}})


@torch.inference_mode()
def differences(content: bytes, model: Autoencoder) -> dict[str, tuple[float, float]]:
    """How far ONNX Runtime's outputs are from PyTorch's at most, on random codes and their images;
    and how far PyTorch's own are from what it computes with 64 bits, which hardly rounds.

    Of codes, whose numbers may be of any size, in units of their largest number, or of 1.
    """
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    found: dict[str, tuple[float, float]] = {}
    generator = torch.Generator().manual_seed(0)
    taken = session.get_inputs()[0].name
    outputs = [each.name for each in session.get_outputs()]
    exact = copy.deepcopy(model).double()
    for count in CHECKED:
        code = torch.randn(count, model.config.latent_dim, generator=generator)
        # what it draws resembles what it has learned from, as noise would not
        given = code if taken == CODE else model.decode(code)
        made = session.run(outputs, {taken: given.numpy()})
        for name, array in zip(outputs, made, strict=True):
            wanted = _told(model, name, taken, given)
            size = max(1.0, float(wanted.abs().max()))
            off = (torch.from_numpy(array) - wanted).abs().max()
            rounded = (_told(exact, name, taken, given.double()) - wanted).abs().max()
            difference, rounding = found.get(name, (0.0, 0.0))
            found[name] = max(difference, float(off) / size), max(rounding, float(rounded) / size)
    return found


def _told(model: Autoencoder, name: str, taken: str, given: Tensor) -> Tensor:
    """What the model says for an output of that name, of a graph that takes ``taken``."""
    if name == RECONSTRUCTION:
        # a variational model tells means of 32 bits, however many it computes with
        return model.decode(given if taken == CODE else model.encode(given).to(given.dtype))
    if name == CODE:
        return model.encode(given)
    posterior = model.posterior(given)
    assert posterior is not None
    return posterior[1]
