"""Whether an ONNX file is a plain network, before anything in it is run.

Only to be called where memory and time are limited, see :mod:`aecore.exchange.room`: a small file
can unfold to a large one as soon as it is read.
"""

import math
from collections.abc import Iterator

import onnx
from google.protobuf.message import DecodeError

from aecore.messages import N_, Problem

MOST_NODES = 2_000
STANDARD = ("", "ai.onnx")

NO_ONNX = N_(
    "“{name}” is no ONNX model that can be opened here: {reason}. Export the model anew, as "
    "docs/bring-your-own.md says."
)
UNFORESEEN = N_(
    "“{name}” has a step “{kind}”, which branches, repeats or makes as many numbers as the image "
    "says; such models aren't opened. Export it without."
)
UNKNOWN = N_(
    "“{name}” has a step “{kind}”, which is none of ONNX's standard operators; such models aren't "
    "opened. Export it without."
)

# what makes as many numbers as the image's values say, so that no one knows how many that will be,
# and what isn't about numbers at all
UNBOUNDED = (
    *("NonZero", "Unique", "Compress", "NonMaxSuppression", "Range", "If", "Loop", "Scan"),
    *("ImageDecoder", "StringNormalizer", "StringConcat", "StringSplit", "TfIdfVectorizer"),
    *("SequenceMap", "SequenceAt", "SequenceConstruct", "SequenceInsert", "SplitToSequence"),
)
# inputs that say how large the output is
SIZES = {
    "ConstantOfShape": (0,),
    "Expand": (1,),
    "OneHot": (1,),
    "Pad": (1,),
    "Reshape": (1,),
    "Resize": (2, 3),
    "Slice": (1, 2, 3, 4),
    "Tile": (1,),
    "TopK": (1,),
    "Upsample": (1,),
}


def read(content: bytes, name: str) -> onnx.ModelProto:
    """The model, a plain network of standard operators that takes one image or code.

    Raises Problem: for a file that is none, or that reads other files, branches or repeats.
    """

    def refuse(reason: str) -> Problem:
        return Problem(NO_ONNX, name=name, reason=reason)

    try:
        model = onnx.load_model_from_string(content)
    except (DecodeError, ValueError, UnicodeDecodeError) as error:
        raise refuse(N_("it is no ONNX file, or cut short or damaged")) from error
    graph = model.graph
    if not graph.node:
        raise refuse(N_("it is no ONNX file, or an empty one"))
    if len(graph.node) > MOST_NODES:
        raise refuse(N_("it has more than 2,000 steps"))
    if model.functions or any(each.domain not in STANDARD for each in graph.node):
        raise refuse(N_("it has operators of its own, beside the standard ones"))
    for node in graph.node:
        branches = any(each.HasField("g") or each.graphs for each in node.attribute)
        if branches or node.op_type in UNBOUNDED:
            raise Problem(UNFORESEEN, name=name, kind=node.op_type[:40])
        if not onnx.defs.has(node.op_type):
            raise Problem(UNKNOWN, name=name, kind=node.op_type[:40])
    for tensor in _tensors(graph):
        if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise refuse(N_("its weights lie in other files; save it with all weights inside"))
        if not _is_whole(tensor):
            raise refuse(N_("its weights are not as many as it says"))
    if graph.sparse_initializer:
        raise refuse(N_("it has sparse weights"))
    _check_order(graph, refuse_order=refuse(N_("its steps are not in the order of computing")))
    if _sizes_follow_the_image(graph):
        raise refuse(N_("the size of what it computes depends on what the image shows"))
    if len(given(graph)) != 1:
        raise refuse(N_("it takes none or several inputs, expected is one"))
    return model


def given(graph: onnx.GraphProto) -> list[onnx.ValueInfoProto]:
    """Its inputs; older files list the weights among them."""
    weights = {each.name for each in graph.initializer}
    return [each for each in graph.input if each.name not in weights]


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _is_whole(tensor: onnx.TensorProto) -> bool:
    """Whether it has as many numbers as its shape says."""
    if any(n < 0 for n in tensor.dims):
        return False
    count = math.prod(tensor.dims)
    try:
        size: int = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    except (KeyError, TypeError, ValueError):
        return False
    if tensor.HasField("raw_data"):
        return bool(len(tensor.raw_data) == count * size)
    fields = (
        *(tensor.float_data, tensor.int32_data, tensor.int64_data),
        *(tensor.double_data, tensor.uint64_data),
    )
    return bool(sum(len(each) for each in fields) == count)


def _check_order(graph: onnx.GraphProto, refuse_order: Problem) -> None:
    """Raise the Problem where a step takes what isn't there yet, as in a circle."""
    known = {"", *(each.name for each in (*graph.initializer, *graph.input))}
    for node in graph.node:
        if not known.issuperset(node.input) or known.intersection(filter(None, node.output)):
            raise refuse_order
        known.update(node.output)
    if not known.issuperset(each.name for each in graph.output):
        raise refuse_order


def from_image(graph: onnx.GraphProto) -> set[str]:
    """The tensors that depend on what the image shows, not only on how many there are."""
    seen = {each.name for each in given(graph)}
    for node in graph.node:
        if node.op_type not in ("Shape", "Size") and seen.intersection(node.input):
            seen.update(node.output)
    return seen


def _sizes_follow_the_image(graph: onnx.GraphProto) -> bool:
    seen = from_image(graph)
    return any(
        node.input[at] in seen
        for node in graph.node
        for at in SIZES.get(node.op_type, ())
        if at < len(node.input)
    )
