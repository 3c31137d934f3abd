"""ONNX files that mean no good: one sentence each, nothing read elsewhere, little memory taken."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from foreign_models import FLOAT, file, node, torch_whole, weights
from onnx import helper

from aecore import checkpoint, library, storage
from aecore.exchange import guests, room
from aecore.messages import Problem
from aecore.models import FAMILIES, configure

FLAT = {"x": ["n", 36]}
OUT = {"y": ["n", 36]}


def changed(change) -> bytes:
    model = onnx.load_model_from_string(torch_whole())
    change(model)
    return model.SerializeToString()


def external(place: str) -> bytes:
    def change(model):
        weight = model.graph.initializer[0]
        weight.ClearField("raw_data")
        weight.data_location = onnx.TensorProto.EXTERNAL
        weight.external_data.add(key="location", value=place)

    return changed(change)


def giant_weight() -> bytes:
    """A weight of 4 TB, of which the file has nothing."""

    def change(model):
        weight = model.graph.initializer[0]
        weight.ClearField("raw_data")
        weight.dims[:] = [1_000_000, 1_000_000]

    return changed(change)


def giant_constant() -> bytes:
    """A few bytes that ask for 40 GB as soon as the graph is made ready."""
    shape = {"s": np.array([100_000, 100_000], np.int64), **weights(w=(36, 36))}
    nodes = [
        node("ConstantOfShape", ["s"], ["big"]),
        node("ReduceSum", ["big"], ["sum"], keepdims=0),
        node("Gemm", ["x", "w"], ["h"]),
        node("Add", ["h", "sum"], ["y"]),
    ]
    return file(nodes, FLAT, OUT, shape)


def giant_picture() -> bytes:
    """An image that is repeated 200,000 times on its way."""
    nodes = [
        node("Tile", ["x", "times"], ["many"]),
        node("ReduceMean", ["many"], ["one"], axes=[1], keepdims=1),
        node("Gemm", ["one", "w"], ["h"]),
        node("Sigmoid", ["h"], ["y"]),
    ]
    times = {"times": np.array([1, 200_000], np.int64), **weights(w=(1, 36))}
    return file(nodes, FLAT, OUT, times)


def size_by_image() -> bytes:
    """As many numbers as the image's first pixel says."""
    cast = [
        node("ReduceMax", ["x"], ["brightest"], keepdims=1),
        node("Cast", ["brightest"], ["count"], to=onnx.TensorProto.INT64),
        node("ConstantOfShape", ["count"], ["many"]),
        node("Add", ["x", "many"], ["y"]),
    ]
    return file(cast, FLAT, OUT)


def nested(depth: int) -> bytes:
    """If in an If in an If …"""

    def branch(level: int) -> onnx.GraphProto:
        inner = (
            node("If", ["c"], [f"y{level}"], then_branch=branch(level - 1), else_branch=branch(0))
            if level
            else node("Identity", ["x"], [f"y{level}"])
        )
        out = helper.make_tensor_value_info(f"y{level}", FLOAT, None)
        return helper.make_graph([inner], "b", [], [out])

    condition = {"c": np.array(True)}
    nodes = [node("If", ["c"], ["y"], then_branch=branch(depth), else_branch=branch(0))]
    return file(nodes, FLAT, OUT, condition)


def too_deep() -> bytes:
    """Graphs in graphs, deeper than any reader of this format goes."""
    content = b""
    for _level in range(5000):  # field 6 of an attribute, field 5 of a node, field 1 of a graph
        for tag in (b"\x32", b"\x2a", b"\x0a"):
            content = tag + _length(len(content)) + content
    return b"\x08\x08\x3a" + _length(len(content)) + content


def _length(n: int) -> bytes:
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes([*out, n])


def circle() -> bytes:
    nodes = [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"])]
    return file([*nodes, node("Relu", ["b"], ["y"])], FLAT, OUT)


def crowd() -> bytes:
    """50 million empty steps, two bytes each: 100 MB that unfold to many gigabytes."""
    body = b"\x0a\x00" * 45_000_000
    return b"\x08\x08\x3a" + _length(len(body)) + body


def endless() -> bytes:
    """Products of large matrices, one after the other."""
    nodes = [
        node("MatMul", ["x", "in"], ["h0"]),
        *(node("MatMul", [f"h{n}", "w"], [f"h{n + 1}"]) for n in range(1900)),
        node("MatMul", ["h1900", "out"], ["y"]),
    ]
    shared = weights(w=(2048, 2048), out=(2048, 36)) | {"in": np.ones((36, 2048), np.float32)}
    return file(nodes, FLAT, OUT, shared)


def own_function() -> bytes:
    def change(model):
        inner = [helper.make_node("Relu", ["a"], ["b"])]
        opsets = [helper.make_opsetid("", 17)]
        made = helper.make_function("mine", "F", ["a"], ["b"], inner, opsets)
        model.functions.append(made)

    return changed(change)


def two_inputs() -> bytes:
    given = {"x": ["n", 36], "x2": ["n", 36]}
    return file([node("Add", ["x", "x2"], ["y"])], given, OUT)


def other_numbers() -> bytes:
    """A weight with more bytes than its shape says."""

    def change(model):
        model.graph.initializer[0].raw_data += b"\0" * 400

    return changed(change)


def not_finite() -> bytes:
    shared = {"a": np.full((36, 3), np.nan, np.float32), **weights(b=(3, 36))}
    nodes = [
        node("Gemm", ["x", "a"], ["code"]),
        node("Gemm", ["code", "b"], ["h"]),
        node("Sigmoid", ["h"], ["y"]),
    ]
    return file(nodes, FLAT, {"code": ["n", 3], **OUT}, shared)


def around() -> bytes:
    """What is drawn is the image itself, beside the code."""
    nodes = [
        node("Gemm", ["x", "a"], ["code"]),
        node("Gemm", ["code", "b"], ["h"]),
        node("Add", ["h", "x"], ["g"]),
        node("Sigmoid", ["g"], ["y"]),
    ]
    outs = {"code": ["n", 3], "y": ["n", 36]}
    return file(nodes, FLAT, outs, weights(a=(36, 3), b=(3, 36)))


def text_model(size) -> bytes:
    return file([node("Sigmoid", ["x"], ["y"])], {"x": size}, {"y": size})


HOSTILE = {
    "custom": (
        lambda: file([node("Evil", ["x"], ["y"], domain="com.evil")], FLAT, OUT),
        "operators of its own",
    ),
    "unknown": (lambda: file([node("Evil", ["x"], ["y"])], FLAT, OUT), "a step “Evil”, which is"),
    "function": (own_function, "operators of its own"),
    "external": (lambda: external("../../etc/passwd"), "its weights lie in other files"),
    "absolute": (lambda: external("/etc/passwd"), "its weights lie in other files"),
    "giant weight": (giant_weight, "its weights are not as many as it says"),
    "other numbers": (other_numbers, "its weights are not as many as it says"),
    "giant constant": (giant_constant, "needs more than 1 GB of memory"),
    "giant picture": (giant_picture, "needs more than 1 GB of memory"),
    "crowd": (crowd, "cut short or damaged|needs more than 1 GB of memory"),
    "size by image": (size_by_image, "depends on what the image shows"),
    "nested": (lambda: nested(12), "a step “If”, which branches"),
    "too deep": (too_deep, "it is no ONNX file, or cut short or damaged"),
    "circle": (circle, "not in the order of computing"),
    "endless": (endless, "is not ready after 3 seconds"),
    "cut short": (lambda: torch_whole()[:500], "cut short or damaged"),
    "text": (lambda: b"Dear Sir or Madam,\n" * 20, "it is no ONNX file"),
    "empty": (lambda: b"", "it is no ONNX file"),
    "two inputs": (two_inputs, "takes none or several inputs"),
    "no numbers": (not_finite, "computes what are no numbers"),
    "around": (around, "does not come from a code alone"),
    "batch of 8": (lambda: text_model([8, 36]), "is no batch of pictures"),
    "any size": (lambda: text_model(["n", 1, "h", "w"]), "is no batch of pictures"),
    "a row of five sides": (lambda: text_model(["n", 1, 2, 3, 6, 1]), "no batch of pictures"),
    "many channels": (lambda: text_model(["n", 6, 6, 6]), "no batch of pictures"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_one_sentence_and_nothing_is_kept(name, monkeypatch):
    make, said = HOSTILE[name]
    if name == "endless":
        monkeypatch.setattr(room, "SECONDS", 3)
    with pytest.raises(Problem, match=f"“evil.onnx” .*({said})"):
        guests.add([("evil.onnx", make())], {"pixels": "unit"})
    assert not list(storage.loaded_dir().glob("*"))


def test_what_is_pickled_stays_closed(tmp_path):
    torch.save({"a": torch.zeros(2)}, tmp_path / "m.pt")
    with pytest.raises(Problem, match="“m.pt” is a pickled PyTorch file; it is not opened"):
        guests.add([("m.pt", (tmp_path / "m.pt").read_bytes())], {})


def test_a_checkpoint_that_holds_such_files_is_refused_as_well(tmp_path):
    """The halves of a model of the family "onnx" lie in a checkpoint, which anybody may make."""
    for content, said in ((giant_constant(), "needs more than 1 GB"), (b"x" * 90, "no ONNX file")):
        sizes = {"encoder_bytes": len(content), "decoder_bytes": len(content)}
        config = configure("onnx", image_shape=(1, 6, 6), latent_dim=3, **sizes)
        model = FAMILIES["onnx"](config)
        for half in model.parameters():
            half.data = torch.from_numpy(np.frombuffer(content, np.uint8).copy())
        path = tmp_path / "evil.safetensors"
        checkpoint.save(path, model, checkpoint.Card("evil", "onnx", config.to_json()))
        with pytest.raises(Problem, match=said):
            library.add("evil.safetensors", path.read_bytes())
    assert not list(storage.loaded_dir().glob("*"))


def test_a_file_over_the_limit_is_not_even_handed_on(monkeypatch):
    monkeypatch.setattr(room, "MAX_BYTES", 100)
    monkeypatch.setattr(room, "_run", lambda folder: pytest.fail("was opened"))
    with pytest.raises(Problem, match="is larger than 100 MB"):
        guests.add([("big.onnx", torch_whole())], {})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize("make", [crowd, giant_constant, giant_picture])
def test_less_than_a_gigabyte_is_taken(tmp_path, make):
    (tmp_path / "0.onnx").write_bytes(make())
    (tmp_path / "asked.json").write_text('{"names": ["x"], "told": {"pixels": "unit"}}')
    measured = (
        "import resource, sys; sys.path.insert(0, sys.argv[1]);"
        "from pathlib import Path; from aecore.exchange import room;"
        "room._run(Path(sys.argv[2]));"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"
    )
    root = str(Path(room.__file__).parents[2])
    arguments = [sys.executable, "-c", measured, root, str(tmp_path)]
    said = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    assert int(said) < 1e9
    assert not (tmp_path / "found.json").exists()
