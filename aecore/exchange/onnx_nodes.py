"""What PyTorch recorded of a model as the nodes of an ONNX graph.

``torch.export`` records a model as a list of operators, each a well known one of ATen, since our
models are made of PyTorch's own layers. Each is written here as the one or two operators of ONNX
that do the same. PyTorch has an exporter of its own, for all of its 2,000 operators; it brings
three packages more, and takes apart a GRU that ONNX has whole.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch.export import ExportedProgram
from torch.fx import Node

from aecore.messages import N_, Problem

UNKNOWN = N_(
    "The model has a step “{part}”, which is not written as ONNX here. Export it as a script "
    "instead."
)

Value = str | tuple[str, ...]  # a tensor's name in the graph, or several


class Nodes:
    """The nodes and the weights of a graph, as they come to it.

    Nodes lie in the order in which they are computed; ``weights`` are arrays by their names.
    """

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, np.ndarray] = {}
        self._count = 0

    def add(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Value:
        """A node more; returns the names of what it gives. "" is an input that is left out."""
        self._count += 1
        names = [f"{kind.lower()}_{self._count}"]
        if outputs > 1:
            names = [f"{names[0]}_{each}" for each in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names[0] if outputs == 1 else tuple(names)

    def one(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node that gives one tensor; returns its name."""
        name = self.add(kind, *inputs, **attributes)
        assert isinstance(name, str)
        return name

    def weight(self, array: np.ndarray, name: str = "") -> str:
        """An array that belongs to the graph; returns its name."""
        if not name:
            self._count += 1
            name = f"constant_{self._count}"
        self.weights[name] = np.asarray(array, order="C")
        return name

    def integers(self, *numbers: int) -> str:
        """A list of whole numbers, such as a shape; returns its name."""
        return self.weight(np.array(numbers, np.int64))

    def program(
        self, program: ExportedProgram, given: Sequence[str], wanted: Sequence[str]
    ) -> None:
        """All steps of a program that takes what is ``given`` and makes what is ``wanted``.

        Raises Problem for a step that isn't known here.
        """
        signature = program.graph_signature
        stored = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
        tensors = {**program.state_dict, **program.constants}
        own = iter(given)
        values: dict[Node, Value] = {}
        for node in program.graph.nodes:
            if node.op == "placeholder" and node.name in stored:
                # "model.encoder.0.weight": the model is all that the program has
                name = stored[node.name].partition(".")[2]
                tensor = tensors[stored[node.name]]
                values[node] = self.weight(tensor.detach().cpu().numpy(), name)
            elif node.op == "placeholder":
                values[node] = next(own)
            elif node.op == "call_function":
                written = _WRITERS.get(str(node.target))
                if written is None:
                    raise Problem(UNKNOWN, part=node.target)
                values[node] = written(self, node, [_name(values, each) for each in node.args])
            elif node.op == "output":
                for made, name in zip(node.args[0], wanted, strict=True):
                    made_here = values[made]
                    assert isinstance(made_here, str)
                    self.nodes.append(helper.make_node("Identity", [made_here], [name]))

    def graph(
        self,
        name: str,
        inputs: Mapping[str, Sequence[int]],
        outputs: Mapping[str, Sequence[int]],
    ) -> onnx.GraphProto:
        """The graph, its inputs and outputs by name with the shape of one image or code each."""

        def told(each: str, shape: Sequence[int]) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(each, onnx.TensorProto.FLOAT, ["batch", *shape])

        used = {each for node in self.nodes for each in node.input}
        return helper.make_graph(
            self.nodes,
            name,
            [told(*each) for each in inputs.items()],
            [told(*each) for each in outputs.items()],
            [numpy_helper.from_array(a, n) for n, a in self.weights.items() if n in used],
        )


def _name(values: dict[Node, Value], argument: Any) -> Any:
    """An argument of a step, with names in place of the tensors."""
    if isinstance(argument, Node):
        return values[argument]
    if isinstance(argument, list | tuple):
        return [_name(values, each) for each in argument]
    return argument


Writer = Callable[[Nodes, Node, list[Any]], Value]
_WRITERS: dict[str, Writer] = {}


def _writes(*steps: str) -> Callable[[Writer], Writer]:
    def keep(writer: Writer) -> Writer:
        _WRITERS.update(dict.fromkeys(steps, writer))
        return writer

    return keep


def _shape(node: Node) -> list[int]:
    """The shape of what a step makes, 0 for the number of images: "as it was" to Reshape."""
    return [n if isinstance(n, int) else 0 for n in node.meta["val"].shape]


def _taken(node: Node, at: int = 0) -> torch.Tensor:
    """What a step takes, as far as it is known: its shape and kind."""
    value = node.args[at]
    assert isinstance(value, Node)
    tensor: torch.Tensor = value.meta["val"]
    return tensor


def _argument(node: Node, args: list[Any], name: str, at: int, usual: Any) -> Any:
    """An argument that may be given by its place, by its name or not at all."""
    return args[at] if len(args) > at else node.kwargs.get(name, usual)


ACTIVATIONS = {
    "aten.relu.default": "Relu",
    "aten.sigmoid.default": "Sigmoid",
    "aten.tanh.default": "Tanh",
    "aten.exp.default": "Exp",
}


@_writes(*ACTIVATIONS)
def _activation(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return nodes.one(ACTIVATIONS[str(node.target)], args[0])


@_writes("aten._assert_tensor_metadata.default")
def _nothing(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return ""


@_writes("aten.to.dtype", "aten.clone.default", "aten.contiguous.default", "aten.dropout.default")
def _same(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    if node.meta["val"].dtype != torch.float32:  # all is computed in 32 bits here
        raise Problem(UNKNOWN, part=node.target)
    name: str = args[0]
    return name


@_writes("<built-in function getitem>")
def _part_of_several(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    name: str = args[0][args[1]]
    return name


@_writes("aten.silu.default")
def _silu(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return nodes.one("Mul", args[0], nodes.one("Sigmoid", args[0]))


@_writes("aten.leaky_relu.default")
def _leaky_relu(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    slope = _argument(node, args, "negative_slope", 1, 0.01)
    return nodes.one("LeakyRelu", args[0], alpha=float(slope))


def _arithmetic(kind: str) -> Writer:
    def write(nodes: Nodes, node: Node, args: list[Any]) -> Value:
        two = [
            each if isinstance(each, str) else nodes.weight(np.array(each, np.float32))
            for each in args[:2]
        ]
        return nodes.one(kind, *two)

    return write


for _step, _kind in {"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div"}.items():
    _WRITERS[f"aten.{_step}.Tensor"] = _arithmetic(_kind)


@_writes("aten.linear.default")
def _linear(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    x, weight, *bias = args
    if _taken(node).ndim == 2:
        return nodes.one("Gemm", x, weight, *bias, transB=1)
    product = nodes.one("MatMul", x, nodes.one("Transpose", weight, perm=[1, 0]))
    return nodes.one("Add", product, *bias) if bias else product


@_writes("aten.batch_norm.default")
def _batch_norm(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    x, scale, shift, mean, variance, _training, _momentum, epsilon, *_ = args
    return nodes.one("BatchNormalization", x, scale, shift, mean, variance, epsilon=epsilon)


def _pairs(value: Any) -> list[int]:
    return [int(each) for each in (value if isinstance(value, list | tuple) else (value, value))]


@_writes("aten.conv2d.default")
def _convolution(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    given = [each for each in args[:3] if each is not None]
    padding = _pairs(_argument(node, args, "padding", 4, 0))
    return nodes.one(
        "Conv",
        *given,
        strides=_pairs(_argument(node, args, "stride", 3, 1)),
        pads=padding * 2,
        dilations=_pairs(_argument(node, args, "dilation", 5, 1)),
        group=_argument(node, args, "groups", 6, 1),
    )


@_writes("aten.conv_transpose2d.input")
def _transposed_convolution(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    given = [each for each in args[:3] if each is not None]
    return nodes.one(
        "ConvTranspose",
        *given,
        strides=_pairs(_argument(node, args, "stride", 3, 1)),
        pads=_pairs(_argument(node, args, "padding", 4, 0)) * 2,
        output_padding=_pairs(_argument(node, args, "output_padding", 5, 0)),
        group=_argument(node, args, "groups", 6, 1),
        dilations=_pairs(_argument(node, args, "dilation", 7, 1)),
    )


@_writes("aten.max_pool2d.default")
def _max_pool(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    size = _pairs(args[1])
    return nodes.one(
        "MaxPool",
        args[0],
        kernel_shape=size,
        strides=_pairs(_argument(node, args, "stride", 2, size) or size),
        pads=_pairs(_argument(node, args, "padding", 3, 0)) * 2,
        dilations=_pairs(_argument(node, args, "dilation", 4, 1)),
        ceil_mode=int(_argument(node, args, "ceil_mode", 5, False)),
    )


@_writes("aten.upsample_nearest2d.vec")
def _upsample(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    before, after = _taken(node).shape[2:], node.meta["val"].shape[2:]
    times = [1.0, 1.0, *(int(n) / int(m) for n, m in zip(after, before, strict=True))]
    scales = nodes.weight(np.array(times, np.float32))
    how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return nodes.one("Resize", args[0], "", scales, mode="nearest", **how)


@_writes(
    "aten.flatten.using_ints",
    "aten.unflatten.int",
    "aten.view.default",
    "aten.reshape.default",
)
def _reshape(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return nodes.one("Reshape", args[0], nodes.integers(*_shape(node)))


@_writes("aten.unsqueeze.default")
def _unsqueeze(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return nodes.one("Unsqueeze", args[0], nodes.integers(args[1]))


@_writes("aten.transpose.int", "aten.numpy_T.default", "aten.t.default")
def _transpose(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    order = list(range(_taken(node).ndim))
    if len(args) == 3:
        _, a, b = args
        order[a], order[b] = order[b], order[a]
    else:
        order.reverse()
    return nodes.one("Transpose", args[0], perm=order)


@_writes("aten.expand.default")
def _expand(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    # 1: as many as there are
    wanted = [each if isinstance(each, int) and each > 0 else 1 for each in args[1]]
    return nodes.one("Expand", args[0], nodes.integers(*wanted))


@_writes("aten.slice.Tensor")
def _slice(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    axis = _argument(node, args, "dim", 1, 0)
    start = _argument(node, args, "start", 2, None) or 0
    end = _argument(node, args, "end", 3, None)
    end = end if isinstance(end, int) else np.iinfo(np.int64).max
    if start == 0 and end == np.iinfo(np.int64).max:
        name: str = args[0]
        return name
    return nodes.one("Slice", args[0], *(nodes.integers(int(n)) for n in (start, end, axis)))


@_writes("aten.select.int")
def _select(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return nodes.one("Gather", args[0], nodes.weight(np.array(args[2], np.int64)), axis=args[1])


@_writes("aten.chunk.default")
def _chunk(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    axis = _argument(node, args, "dim", 2, 0)
    sizes = [int(part.shape[axis]) for part in node.meta["val"]]
    return nodes.add("Split", args[0], nodes.integers(*sizes), outputs=len(sizes), axis=axis)


@_writes("aten.cat.default")
def _cat(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return nodes.one("Concat", *args[0], axis=_argument(node, args, "dim", 1, 0))


@_writes("aten.sym_size.int")
def _size(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return nodes.one("Shape", args[0], start=args[1], end=args[1] + 1)


@_writes("aten.zeros.default")
def _zeros(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    sizes = [each if isinstance(each, str) else nodes.integers(each) for each in args[0]]
    return nodes.one("ConstantOfShape", nodes.one("Concat", *sizes, axis=0))


@_writes("aten.new_zeros.default")
def _new_zeros(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return _zeros(nodes, node, args[1:])


@_writes("aten.zeros_like.default")
def _zeros_like(nodes: Nodes, node: Node, args: list[Any]) -> Value:
    return nodes.one("ConstantOfShape", nodes.one("Shape", args[0]))


def _gates(nodes: Nodes, name: str, order: Sequence[int]) -> str:
    """Weights or biases of a recurrent layer, whose gates have another order in ONNX."""
    parts = np.split(nodes.weights[name], len(order))
    # one direction, forwards
    return nodes.weight(np.concatenate([parts[each] for each in order])[None], f"{name}.onnx")


def _recurrent(kind: str, order: Sequence[int], **more: Any) -> Writer:
    def write(nodes: Nodes, node: Node, args: list[Any]) -> Value:
        x, memory, weights, biases, layers, _dropout, _training, both_ways, batch_first = args
        if not biases or layers != 1 or both_ways or not batch_first:
            raise Problem(UNKNOWN, part=node.target)
        from_input, from_memory, *of_gates = weights
        w, r = _gates(nodes, from_input, order), _gates(nodes, from_memory, order)
        b = np.concatenate([nodes.weights[_gates(nodes, each, order)] for each in of_gates], 1)
        bias = nodes.weight(b, f"{of_gates[0]}.both")
        # ONNX wants time first
        steps = nodes.one("Transpose", x, perm=[1, 0, 2])
        memories = [memory] if isinstance(memory, str) else list(memory)
        width = nodes.weights[from_memory].shape[1]
        given = (steps, w, r, bias, "", *memories)
        made = nodes.add(kind, *given, outputs=1 + len(memories), hidden_size=width, **more)
        # (T, 1, B, width) -> (B, T, width)
        told = nodes.one("Squeeze", made[0], nodes.integers(1))
        return (nodes.one("Transpose", told, perm=[1, 0, 2]), *made[1:])

    return write


# PyTorch has reset, update, new and input, forget, cell, output, in these orders
_WRITERS["aten.gru.input"] = _recurrent("GRU", (1, 0, 2), linear_before_reset=1)
_WRITERS["aten.lstm.input"] = _recurrent("LSTM", (0, 3, 1, 2))
