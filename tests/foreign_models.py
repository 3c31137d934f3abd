"""ONNX files as other programs write them, made here node by node with onnx.helper.

Keras writes channels last, fixed names and three outputs of a variational encoder; PyTorch an open
batch with channels first; pythae's models are PyTorch's with a flat picture and two outputs.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

FLOAT = onnx.TensorProto.FLOAT


def file(nodes, inputs, outputs, weights=None, opset: int = 17) -> bytes:
    """A model of these nodes; inputs and outputs by name with their shapes, None for any."""

    def told(values):
        return [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in values.items()]

    arrays = [numpy_helper.from_array(a, name) for name, a in (weights or {}).items()]
    graph = helper.make_graph(nodes, "model", told(inputs), told(outputs), arrays)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return made.SerializeToString()


def weights(seed: int = 0, **shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Arrays of these shapes."""
    draw = np.random.default_rng(seed)
    return {name: draw.normal(0, 0.3, shape).astype("float32") for name, shape in shapes.items()}


node = helper.make_node


def keras_encoder(side: int = 8, numbers: int = 2) -> bytes:
    """(N, side, side, 1) in -1…1 to mean, log-variance and a sample, as the Keras example's VAE."""
    shared = weights(
        kernel=(4, 1, 3, 3),
        mean=(4 * (side // 2) ** 2, numbers),
        log_var=(4 * (side // 2) ** 2, numbers),
    )
    shared["flat"] = np.array([-1, 4 * (side // 2) ** 2], np.int64)
    shared["half"] = np.array(0.5, np.float32)
    nodes = [
        node("Transpose", ["pictures"], ["first"], perm=[0, 3, 1, 2]),
        node("Conv", ["first", "kernel"], ["maps"], strides=[2, 2], pads=[1, 1, 1, 1]),
        node("Relu", ["maps"], ["bent"]),
        node("Transpose", ["bent"], ["last"], perm=[0, 2, 3, 1]),
        node("Reshape", ["last", "flat"], ["row"]),
        node("MatMul", ["row", "mean"], ["z_mean"]),
        node("MatMul", ["row", "log_var"], ["z_log_var"]),
        node("RandomNormalLike", ["z_mean"], ["noise"]),
        node("Mul", ["z_log_var", "half"], ["halved"]),
        node("Exp", ["halved"], ["deviation"]),
        node("Mul", ["deviation", "noise"], ["shift"]),
        node("Add", ["z_mean", "shift"], ["z"]),
    ]
    code = ["batch", numbers]
    gives = {"z_mean": code, "z_log_var": code, "z": code}
    return file(nodes, {"pictures": ["batch", side, side, 1]}, gives, shared)


def keras_decoder(side: int = 8, numbers: int = 2) -> bytes:
    """Codes to (N, side, side, 1) in -1…1."""
    shared = weights(1, dense=(numbers, side * side))
    shared["shape"] = np.array([-1, side, side, 1], np.int64)
    nodes = [
        node("MatMul", ["codes", "dense"], ["row"]),
        node("Reshape", ["row", "shape"], ["image"]),
        node("Tanh", ["image"], ["drawn"]),
    ]
    drawn = {"drawn": ["batch", side, side, 1]}
    return file(nodes, {"codes": ["batch", numbers]}, drawn, shared)


def torch_whole(side: int = 6, numbers: int = 3, last: str = "Sigmoid", batch="batch") -> bytes:
    """One graph, (N, side²) to a reconstruction alone: where the code is, nobody says."""
    pixels = side * side
    shared = weights(2, a=(pixels, 10), b=(10, numbers), c=(numbers, 10), d=(10, pixels))
    nodes = [
        node("Gemm", ["x", "a"], ["h1"]),
        node("Relu", ["h1"], ["h2"]),
        node("Gemm", ["h2", "b"], ["h3"]),
        node("Gemm", ["h3", "c"], ["h4"]),
        node("Relu", ["h4"], ["h5"]),
        node("Gemm", ["h5", "d"], ["h6"]),
        node(last, ["h6"], ["y"]),
    ]
    return file(nodes, {"x": [batch, pixels]}, {"y": [batch, pixels]}, shared)


def pythae_encoder(numbers: int = 3, pixels: int = 36) -> bytes:
    """(N, 1, 6, 6) to mean and log-variance, which pythae calls embedding and log_covariance."""
    shared = weights(3, a=(pixels, 10), b=(10, numbers), c=(10, numbers))
    nodes = [
        node("Flatten", ["x"], ["row"]),
        node("Gemm", ["row", "a"], ["h"]),
        node("Relu", ["h"], ["bent"]),
        node("Gemm", ["bent", "c"], ["log_covariance"]),
        node("Gemm", ["bent", "b"], ["embedding"]),
    ]
    code = ["n", numbers]
    gives = {"log_covariance": code, "embedding": code}
    return file(nodes, {"x": ["n", 1, 6, 6]}, gives, shared)


def pythae_decoder(numbers: int = 3, pixels: int = 36) -> bytes:
    """Codes to (N, 1, 6, 6) in 0…1."""
    shared = weights(4, a=(numbers, pixels))
    shared["shape"] = np.array([-1, 1, 6, 6], np.int64)
    nodes = [
        node("Gemm", ["z", "a"], ["h"]),
        node("Sigmoid", ["h"], ["s"]),
        node("Reshape", ["s", "shape"], ["reconstruction"]),
    ]
    return file(nodes, {"z": ["n", numbers]}, {"reconstruction": ["n", 1, 6, 6]}, shared)
