"""ONNX files that somebody hands over, made into an encoder and a decoder that are known to run.

Runs as a program in a folder, where :mod:`aecore.exchange.room` limits memory and time; without
PyTorch, which would take most of that. Reads ``0.onnx``, perhaps ``1.onnx``, and ``asked.json``;
writes ``encoder.onnx``, ``decoder.onnx`` and ``found.json``, or ``problem.json``.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import helper, numpy_helper

from aecore.exchange.onnx_check import NO_ONNX, given, read
from aecore.exchange.onnx_halves import narrow_places, part
from aecore.exchange.running import Convention, run, session
from aecore.messages import N_, Problem

IMAGE, CODE, SPREAD, DRAWN = "image", "code", "log_variance", "reconstruction"
TRIED = 64  # images of the first run
SPREADS = ("log_var", "logvar", "log_covariance", "log_variance", "log_sigma")  # in outputs' names
MOST_CODE = 4096

AROUND = N_(
    "In “{name}” the picture does not come from a code alone. Save the encoder and the decoder as "
    "two files and choose both."
)
MISFITS = N_(
    "“{name}” does not fit together: the encoder gives {codes} numbers and takes pictures of "
    "{pixels}, the decoder takes {taken} and draws {drawn}. Choose the two halves of one model."
)
WHAT_SHAPE = N_(
    "“{name}” takes {pixels} pixels in a row. Say which picture they make: image_shape, such as "
    "[1, 28, 28] for channels, height and width."
)
WHICH_SHAPE = N_(
    "“{name}” takes inputs of the shape {shape}, which is no batch of pictures: expected is a "
    "batch, whose size is open or 1, of fixed height and width with 1 to 4 channels."
)
WHAT_PIXELS = N_(
    "What range the pixels of “{name}” have cannot be known from the file. Say it: pixels is unit "
    "(0…1), symmetric (−1…1) or normalised; if it draws logits, drawn is logits."
)


class Halves(NamedTuple):
    """Two models, and what is known of the pixels between them and ours."""

    encoder: onnx.ModelProto
    decoder: onnx.ModelProto
    last: str  # the operator that gives the pixels


def examine(
    contents: Sequence[bytes], names: Sequence[str], asked: Mapping[str, Any]
) -> tuple[dict[str, Any], bytes, bytes]:
    """What rebuilds the model, its encoder and its decoder. Raises Problem.

    ``asked``: what people said of it, by the names of a GuestConfig; what isn't there is found out
    where it can be. "code" and "spread_output" may name outputs.
    """
    name = names[0]
    models = [read(*each) for each in zip(contents, names, strict=True)]
    halves = _two(models, name, asked) if len(models) == 2 else _cut(models[0], name, asked)
    sides = _sides(given(halves.encoder.graph)[0], name)
    shape, layout = _image_shape(sides, name, asked)
    encoder = session(halves.encoder.SerializeToString())
    first = run(encoder, np.zeros((1, *sides), np.float32))
    _tell_shape(halves, first[0].shape[1:])
    files = halves.encoder.SerializeToString(), halves.decoder.SerializeToString()
    decoder = session(files[1])
    (drawn,) = run(decoder, first[0])
    convention = Convention(
        layout=layout,
        drawn_layout=asked.get("drawn_layout") or _drawn_layout(drawn.shape[1:], shape, layout),
        **_pixels(halves.last, name, asked),
    )
    if drawn.size != math.prod(shape) or not 1 <= first[0].size <= MOST_CODE:
        told = {"codes": first[0].size, "taken": first[0].size, "drawn": drawn.size}
        raise Problem(MISFITS, name=name, pixels=math.prod(shape), **told)
    _try(encoder, decoder, convention, shape, name)
    config = {
        "image_shape": shape,
        "latent_dim": int(first[0].size),
        "encoder_bytes": len(files[0]),
        "decoder_bytes": len(files[1]),
        "spread": len(first) == 2,
        **asdict(convention),
    }
    return config, *files


def _tell_shape(halves: Halves, sides: Sequence[int]) -> None:
    """Let the decoder say which codes it takes, where it was cut from one graph."""
    told = given(halves.decoder.graph)[0].type.tensor_type
    if not told.HasField("shape"):
        many = given(halves.encoder.graph)[0].type.tensor_type.shape.dim[0]
        told.shape.dim.append(many)
        told.shape.dim.extend(onnx.TensorShapeProto.Dimension(dim_value=n) for n in sides)


def _sides(taken: onnx.ValueInfoProto, name: str) -> list[int]:
    """Of one image as the model takes it: a batch that is open or 1, then fixed numbers."""
    kind = taken.type.tensor_type
    dims = [each.dim_value if each.HasField("dim_value") else 0 for each in kind.shape.dim]
    sides = dims[1:]
    is_float = kind.elem_type == onnx.TensorProto.FLOAT
    size = math.prod(sides)
    if not is_float or len(dims) not in (2, 3, 4) or dims[0] > 1 or not 1 < size <= 4 * 512**2:
        raise Problem(WHICH_SHAPE, name=name, shape=[each or "?" for each in dims])
    return sides


def _image_shape(
    sides: list[int], name: str, asked: Mapping[str, Any]
) -> tuple[tuple[int, int, int], str]:
    """(C, H, W) of its images, and in which layout it takes them."""
    if len(sides) == 1:
        side = math.isqrt(sides[0])
        square = [1, side, side] if side**2 == sides[0] else None
        shape = asked.get("image_shape") or square
        if not shape or math.prod(shape) != sides[0] or len(shape) != 3:
            raise Problem(WHAT_SHAPE, name=name, pixels=sides[0])
        return (shape[0], shape[1], shape[2]), "flat"
    if len(sides) == 2:
        return (1, sides[0], sides[1]), "no_channels"
    last = sides[2] <= 4 < sides[0]
    layout = asked.get("layout") or ("channels_last" if last else "channels_first")
    channels, *rest = sides if layout == "channels_first" else (sides[2], *sides[:2])
    if channels > 4:
        raise Problem(WHICH_SHAPE, name=name, shape=["?", *sides])
    return (channels, rest[0], rest[1]), layout


def _drawn_layout(sides: tuple[int, ...], shape: tuple[int, int, int], layout: str) -> str:
    """How the pixels lie in what it draws."""
    channels, height, width = shape
    if sides == (height, width, channels) and (layout == "channels_last" or sides != shape):
        return "channels_last"
    return "channels_first"


def _pixels(last: str, name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The range of its pixels: as people say, or as the decoder's last step tells."""
    told = {each: asked[each] for each in ("pixels", "drawn", "mean", "std") if each in asked}
    if "pixels" not in told:
        known = {"Sigmoid": "unit", "Tanh": "symmetric"}
        if last not in known:
            raise Problem(WHAT_PIXELS, name=name)
        told["pixels"] = known[last]
    if last == "Sigmoid" and told["pixels"] == "normalised":
        told.setdefault("drawn", "unit")
    return told


def _two(models: list[onnx.ModelProto], name: str, asked: Mapping[str, Any]) -> Halves:
    """An encoder and a decoder, in whichever order they came."""
    sizes = []
    for model in models:
        first = given(model.graph)[0]
        sides = [each.dim_value for each in first.type.tensor_type.shape.dim][1:]
        made = _outputs(model, sides)
        sizes.append((math.prod(sides), made))
    pairs = [(0, 1), (1, 0)]
    fitting = [
        (a, b)
        for a, b in pairs
        if sizes[a][0] in sizes[b][1].values()
        and any(n in (sizes[b][0], 2 * sizes[b][0]) for n in sizes[a][1].values())
    ]
    if not fitting:
        a, b = max(pairs, key=lambda pair: sizes[pair[0]][0])
        raise Problem(
            MISFITS,
            name=name,
            codes=next(iter(sizes[a][1].values())),
            pixels=sizes[a][0],
            taken=sizes[b][0],
            drawn=next(iter(sizes[b][1].values())),
        )
    # where both ways fit, the code is the smaller of the two
    a, b = max(fitting, key=lambda pair: sizes[pair[0]][0])
    numbers = sizes[b][0]
    gives = _code_outputs(sizes[a][1], numbers, asked)
    encoder = part(models[a], given(models[a].graph)[0].name, IMAGE, gives)
    drawn = next(each for each, n in sizes[b][1].items() if n == sizes[a][0])
    decoder = part(models[b], given(models[b].graph)[0].name, CODE, {DRAWN: drawn})
    assert encoder is not None and decoder is not None  # all that they take
    if SPREAD not in gives and sizes[a][1][gives[CODE]] == 2 * numbers:
        _halve(encoder, numbers)
    return Halves(encoder, decoder, _last(models[b].graph, drawn))


def _outputs(model: onnx.ModelProto, sides: Sequence[int]) -> dict[str, int]:
    """How many numbers each output has for one input."""
    graph = session(model.SerializeToString())
    made = run(graph, np.zeros((1, *sides), np.float32))
    names = [each.name for each in graph.get_outputs()]
    return {name: array.size for name, array in zip(names, made, strict=True)}


def _code_outputs(
    sizes: Mapping[str, int], numbers: int, asked: Mapping[str, Any]
) -> dict[str, str]:
    """Which outputs are the code and, where there are two such, its log-variance."""
    alike = [name for name, size in sizes.items() if size == numbers]
    if not alike:
        return {CODE: next(name for name, size in sizes.items() if size == 2 * numbers)}
    spreads = [name for name in alike if any(each in name.lower() for each in SPREADS)]
    code = asked.get(CODE) or next((name for name in alike if name not in spreads), alike[0])
    # two alike are mean and log-variance in this order, as Keras, PyTorch and pythae have them
    others = [name for name in alike if name != code]
    spread = asked.get("spread_output") or next(iter([*spreads, *others]), "")
    return {CODE: code, SPREAD: spread} if spread in others else {CODE: code}


def _cut(model: onnx.ModelProto, name: str, asked: Mapping[str, Any]) -> Halves:
    """One graph, cut at its code: at an output that is called so, or where it is narrowest."""
    graph = model.graph
    taken = given(graph)[0]
    sides = _sides(taken, name)
    _image_shape(sides, name, asked)  # before anything is run
    sizes = _outputs(model, sides)
    pixels = math.prod(sides)
    drawn = asked.get(DRAWN) or next((n for n, size in sizes.items() if size == pixels), "")
    if drawn not in sizes:
        raise Problem(AROUND, name=name)
    others = {each: size for each, size in sizes.items() if each != drawn}
    for code, numbers in others.items():
        if decoder := part(model, code, CODE, {DRAWN: drawn}):
            gives = _code_outputs(others, numbers, {CODE: code, **asked})
            encoder = part(model, taken.name, IMAGE, gives)
            assert encoder is not None
            return Halves(encoder, decoder, _last(graph, drawn))
    if places := narrow_places(graph, drawn):
        opened = onnx.ModelProto()
        opened.CopyFrom(model)
        del opened.graph.output[:]
        opened.graph.output.extend(
            helper.make_tensor_value_info(each, onnx.TensorProto.FLOAT, None) for each in places
        )
        found = _outputs(opened, sides)
        code = min(found, key=lambda each: found[each])  # the first of several as narrow
        means = {each: size for each, size in others.items() if size == found[code]}
        gives = _code_outputs(means, found[code], asked) if means else {CODE: code}
        encoder = part(model, taken.name, IMAGE, gives)
        decoder = part(model, code, CODE, {DRAWN: drawn})
        if found[code] < pixels and decoder is not None and encoder is not None:
            return Halves(encoder, decoder, _last(graph, drawn))
    raise Problem(AROUND, name=name)


def _halve(encoder: onnx.ModelProto, numbers: int) -> None:
    """Let an encoder that gives mean and log-variance in a row give them one by one."""
    graph = encoder.graph
    last = graph.node[-1]
    row = last.input[0]
    del graph.node[-1], graph.output[:]
    for at, name in enumerate((CODE, SPREAD)):
        which = np.arange(at * numbers, (at + 1) * numbers)
        graph.initializer.append(numpy_helper.from_array(which, f"which {name}"))
        graph.node.append(helper.make_node("Gather", [row, f"which {name}"], [name], axis=1))
        graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))


def _last(graph: onnx.GraphProto, drawn: str) -> str:
    """The operator that gives the pixels, whatever only moves them afterwards."""
    makers = {name: node for node in graph.node for name in node.output}
    moves = ("Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Slice", "Cast")
    while drawn in makers and makers[drawn].op_type in moves:
        drawn = makers[drawn].input[0]
    return makers[drawn].op_type if drawn in makers else ""


def _try(
    encoder: Any, decoder: Any, convention: Convention, shape: tuple[int, int, int], name: str
) -> None:
    """Raise Problem unless a batch of images gives numbers, as many for each as for one alone."""
    images = np.random.default_rng(0).random((TRIED, *shape), np.float32)
    codes = run(encoder, convention.taken(images))
    (drawn,) = run(decoder, codes[0])
    whole = [*codes, drawn]
    if any(len(each) != TRIED for each in whole):
        raise Problem(NO_ONNX, name=name, reason=N_("it does not take several pictures at a time"))
    if not all(np.isfinite(each).all() for each in whole):
        raise Problem(NO_ONNX, name=name, reason=N_("it computes what are no numbers"))


def main(folder: Path) -> None:
    """Examine the files in a folder; see above."""
    asked = json.loads((folder / "asked.json").read_text("utf-8"))
    contents = [(folder / f"{at}.onnx").read_bytes() for at in range(len(asked["names"]))]
    try:
        try:
            config, encoder, decoder = examine(contents, asked["names"], asked["told"])
        except (MemoryError, Problem):
            raise
        except Exception as error:  # ONNX Runtime's own kinds have no common base but this one
            if "alloc" in str(error).lower():  # it has no kind of its own for a lack of memory
                raise MemoryError from error
            print(error, file=sys.stderr)
            reason = N_("ONNX Runtime cannot run it")
            raise Problem(NO_ONNX, name=asked["names"][0], reason=reason) from error
    except Problem as problem:
        said = {"sentence": problem.sentence, "values": problem.values}
        (folder / "problem.json").write_text(json.dumps(said, default=str), "utf-8")
        return
    (folder / "encoder.onnx").write_bytes(encoder)
    (folder / "decoder.onnx").write_bytes(decoder)
    (folder / "found.json").write_text(json.dumps(config), "utf-8")
