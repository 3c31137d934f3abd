"""An encoder and a decoder out of the ONNX graphs that somebody has: two, or one that is both."""

from collections.abc import Mapping, Sequence

import onnx
from onnx import helper

from aecore.exchange.onnx_check import from_image, given


def narrow_places(graph: onnx.GraphProto, drawn: str) -> list[str]:
    """The tensors through which all must pass on its way from the image to what is ``drawn``.

    After such a step nothing is left that a later one could know of the image otherwise.
    """
    seen = from_image(graph)
    nodes = _leading_to(graph, [drawn], set())
    last = {name: at for at, node in enumerate(nodes) for name in node.input}
    last[drawn] = len(nodes)
    found: list[str] = []
    open_now = {each.name for each in given(graph)}
    for at, node in enumerate(nodes):
        open_now |= {name for name in node.output if name in seen}
        open_now = {name for name in open_now if last.get(name, -1) > at}
        if len(open_now) == 1:
            found += open_now
    return [name for name in dict.fromkeys(found) if name != drawn]


def part(
    model: onnx.ModelProto, takes: str, called: str, gives: Mapping[str, str]
) -> onnx.ModelProto | None:
    """The steps from the tensor that it ``takes`` to others, as a model.

    ``called`` is the new name of what it takes, ``gives`` has the tensors that it makes by their
    new names. None if these need more than what it takes.
    """
    graph = model.graph
    whole = given(graph)[0]
    alike = {takes} if takes == whole.name else _identical(graph, takes)
    nodes = _leading_to(graph, list(gives.values()), alike)
    used = {name for node in nodes for name in node.input}
    if takes != whole.name and whole.name in used:
        return None
    taken = helper.make_tensor_value_info(called, onnx.TensorProto.FLOAT, None)
    if takes == whole.name:
        taken.type.CopyFrom(whole.type)
    # the same tensor under other names
    begin = [helper.make_node("Identity", [called], [_inner(each)]) for each in sorted(alike)]
    end = [helper.make_node("Identity", [_inner(old)], [new]) for new, old in gives.items()]
    made = helper.make_graph(
        [*begin, *map(_renamed, nodes), *end],
        "part",
        [taken],
        [helper.make_tensor_value_info(each, onnx.TensorProto.FLOAT, None) for each in gives],
        [_renamed_weight(each) for each in graph.initializer if each.name in used],
    )
    version = max(4, model.ir_version)  # from 4 on weights are no inputs
    return helper.make_model(made, opset_imports=model.opset_import, ir_version=version)


def _inner(name: str) -> str:
    """A tensor's name inside a part, other than those that a part's inputs and outputs have."""
    return f"inner {name}" if name else ""


def _renamed(node: onnx.NodeProto) -> onnx.NodeProto:
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.name = ""
    copy.input[:] = [_inner(each) for each in node.input]
    copy.output[:] = [_inner(each) for each in node.output]
    return copy


def _renamed_weight(tensor: onnx.TensorProto) -> onnx.TensorProto:
    copy = onnx.TensorProto()
    copy.CopyFrom(tensor)
    copy.name = _inner(tensor.name)
    return copy


def _identical(graph: onnx.GraphProto, name: str) -> set[str]:
    """All names of a tensor: an output is often a copy of what the steps inside go on with."""
    alike = {name}
    for _round in range(2):
        for node in graph.node:
            if node.op_type == "Identity" and alike & {node.input[0], node.output[0]}:
                alike |= {node.input[0], node.output[0]}
    return alike


def _leading_to(
    graph: onnx.GraphProto, wanted: Sequence[str], there: set[str]
) -> list[onnx.NodeProto]:
    """The steps that make what is wanted out of what is there, in order."""
    needed, found = set(wanted), []
    for node in reversed(graph.node):
        makes = [name for name in node.output if name in needed and name not in there]
        if makes:
            found.append(node)
            needed.update(node.input)
    return found[::-1]
