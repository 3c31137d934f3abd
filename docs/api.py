"""Writes docs/api.md from the docstrings: ``python docs/api.py``, from any folder.

The modules are read, not imported: it takes a moment, and tells the same on every machine.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
API = ROOT / "docs" / "api.md"

# what people use from Python, in the order in which they come to need it
CHAPTERS = {
    "Data": ("data", "data.dataset"),
    "Models": ("models", "models.base", "corruption"),
    "Training": ("recipe", "training.plan", "training.run", "training.loop"),
    "Checkpoints": ("checkpoint", "library", "exchange.onnx_export"),
    "What a model does": ("evaluation", "metrics", "pca", "restoration", "anomalies", "detection"),
    "Codes": ("few_labels", "label_spreading", "clustering", "priors", "walks"),
    "Maps": ("projection", "neighbours", "mapping", "map_file", "placing"),
    "scikit-learn": ("sklearn",),
}

INTRODUCTION = """\
# aecore from Python

Written from the docstrings by `python docs/api.py`; a test says when it is out of date. Images are
(N, C, H, W), codes (N, d). `Problem` (`aecore.messages`) tells in one sentence what is wrong, what
is expected and what to do.
"""

Function = ast.FunctionDef | ast.AsyncFunctionDef
LONGEST = 88  # of a signature in one line


def made() -> str:
    """The whole page, as Markdown."""
    parts = [INTRODUCTION]
    for title, modules in CHAPTERS.items():
        links = " · ".join(f"[`aecore.{name}`](#aecore{name.replace('.', '')})" for name in modules)
        parts.append(f"- {title}: {links}")
    for title, modules in CHAPTERS.items():
        parts.append(f"\n## {title}")
        for name in modules:
            parts.extend(_module(name))
    return "\n".join(parts) + "\n"


def _module(name: str) -> Iterator[str]:
    path = ROOT / "aecore" / Path(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(path.read_text("utf-8"))
    yield f"\n### aecore.{name}\n"
    yield _words(tree)
    for node in tree.body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            yield from _entry(node.name, _fields(node), node)
            for inner in node.body:
                if isinstance(inner, Function) and not inner.name.startswith("_"):
                    if ast.get_docstring(inner):
                        yield from _entry(f"{node.name}.{inner.name}", _taken(inner), inner)
        else:
            yield from _entry(node.name, _taken(node), node)


def _entry(name: str, signature: str, node: Function | ast.ClassDef) -> Iterator[str]:
    """A function or a class: how it is called, and its docstring."""
    yield f"\n```python\n{name}{signature}\n```\n"
    yield _words(node)


def _words(node: ast.Module | Function | ast.ClassDef) -> str:
    """A docstring as Markdown."""
    text = ast.get_docstring(node) or ""
    text = re.sub(r":\w+:`([^`]+)`", r"``\1``", text)
    text = re.sub(r"::$", ":", text, flags=re.MULTILINE)
    return text.replace("``", "`")


def _taken(node: Function) -> str:
    """A function's arguments and what it returns; of a property, a value: that alone."""
    gives = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    decorators = [ast.unparse(each) for each in node.decorator_list]
    if any(each in ("property", "cached_property") for each in decorators):
        return gives.replace(" -> ", ": ")
    arguments = node.args
    bound = arguments.args and arguments.args[0].arg in ("self", "cls")
    if bound and "staticmethod" not in decorators:
        arguments.args.pop(0)
    return _lines(_split(ast.unparse(arguments)), gives)


def _fields(node: ast.ClassDef) -> str:
    """What a class is made of: the arguments of its ``__init__``, or the fields of its data."""
    for inner in node.body:
        if isinstance(inner, Function) and inner.name == "__init__":
            inner.returns = None
            return _taken(inner)
    fields = [ast.unparse(each) for each in node.body if isinstance(each, ast.AnnAssign)]
    return _lines([each for each in fields if "ClassVar" not in each]) if fields else ""


def _split(arguments: str) -> list[str]:
    """``a: int=1, b: dict[str, int]`` at the commas between arguments, with blanks around ``=``."""
    found: list[str] = []
    depth = start = 0
    for place, letter in enumerate(arguments):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            found.append(arguments[start:place].strip())
            start = place + 1
    found.append(arguments[start:].strip())
    spaced = (re.sub(r"^(\w+: [^=]+)=", r"\1 = ", each) for each in found)
    return [each for each in spaced if each]


def _lines(arguments: list[str], gives: str = "") -> str:
    line = f"({', '.join(arguments)}){gives}"
    if len(line) <= LONGEST:
        return line
    return "(\n" + "".join(f"    {each},\n" for each in arguments) + f"){gives}"


if __name__ == "__main__":
    API.write_text(made(), encoding="utf-8")
    print(API)
