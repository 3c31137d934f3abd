"""What families and corruptions say of themselves, read in their sources.

MODELS and CORRUPTIONS hold the same words and need PyTorch, which takes a second or two to load. A
screen that only lists them need not wait for that.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODELS, CORRUPTIONS = HERE / "models" / "__init__.py", HERE / "corruption.py"


@dataclass(frozen=True)
class Family:
    """``title``, ``summary`` and ``changes`` of a family, see Autoencoder; to be translated."""

    title: str
    summary: str
    changes: tuple[str, ...]


@cache
def families() -> tuple[Family, ...]:
    """Those of MODELS, in its order."""
    classes = {
        node.name: node
        for path in MODELS.parent.glob("*.py")
        for node in _parsed(path).body
        if isinstance(node, ast.ClassDef)
    }
    constants = dict(_assigned(_parsed(MODELS.parent / "base.py").body))
    found = []
    for name in _added(MODELS, "MODELS"):
        assert isinstance(name, ast.Name)
        said = dict(_assigned(classes[name.id].body))
        changes = said["changes"]
        assert isinstance(changes, ast.Tuple)
        names = (each.id for each in changes.elts if isinstance(each, ast.Name))
        words = tuple(_text(constants[each]) for each in names)
        found.append(Family(_text(said["title"]), _text(said["summary"]), words))
    return tuple(found)


@cache
def corruptions() -> dict[str, str]:
    """The titles of those of CORRUPTIONS by their names, in its order; to be translated."""
    calls = (each for each in _added(CORRUPTIONS, "CORRUPTIONS") if isinstance(each, ast.Call))
    return {_text(call.args[0]): _text(call.args[1]) for call in calls}


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _added(path: Path, registry: str) -> list[ast.expr]:
    """What a loop over a tuple adds to a registry."""
    for node in _parsed(path).body:
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            if ast.unparse(node.body[0]).startswith(f"{registry}.add("):
                return node.iter.elts
    raise ValueError(f"nothing is added to {registry} in {path}")


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """The names that statements assign to, each with its value."""
    for node in body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for name, value in zip(target.elts, node.value.elts, strict=True):
                    yield ast.unparse(name), value
            else:
                yield ast.unparse(target), node.value


def _text(value: ast.expr) -> str:
    """A text, marked for translation or not."""
    text = ast.literal_eval(value.args[0] if isinstance(value, ast.Call) else value)
    assert isinstance(text, str)
    return text
