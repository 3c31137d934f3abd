"""The house: who may import whom, how long a module may be, and that a folder is a room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages import SCREENS

ROOT = Path(__file__).resolve().parent.parent
HOUSES = ("aecore", "autoencoder_explorer", "browser", "classroom", "pages", "publish", "ui")
MODULES = [path for house in HOUSES for path in sorted((ROOT / house).rglob("*.py"))]
BROWSER = sorted((ROOT / "browser").rglob("*.js"))
LONGEST = 400  # lines of a module
LONGEST_PAGE = 60
LONGEST_UI = 2500  # lines of all modules together


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it: ``from a.b import c`` gives a.b.c."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def into(path: Path, *houses: str) -> list[str]:
    """What a file imports from these packages."""
    return [name for name in imports(path) if name.split(".")[0] in houses]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_who_imports_whom(path):
    house = path.relative_to(ROOT).parts[0]
    if house == "aecore":
        assert into(path, "streamlit", "ui", "pages", "browser", "classroom", "publish") == []
    if house == "browser":
        assert into(path, "ui", "pages", "classroom", "publish") == []
    if house == "ui":
        assert into(path, "pages", "classroom", "publish") == []
    if house == "classroom":
        assert into(path, "pages", "publish") == []
    if house == "publish":
        assert into(path, "classroom") == []
    if house == "pages":
        assert into(path, "publish") == []
        # itself, and what all screens say of themselves
        own = ".".join(path.relative_to(ROOT).parts[:2])
        screens = [name for name in into(path, "pages") if name != "pages.SCREENS"]
        if path.parent != ROOT / "pages":
            assert [name for name in screens if not f"{name}.".startswith(f"{own}.")] == []


@pytest.mark.parametrize("path", BROWSER, ids=name_of)
def test_modules_of_the_browser_import_their_own_and_the_shared(path):
    text = path.read_text("utf-8")
    assert "../../" not in text
    reached = [part.split("/")[0] for part in text.split('"../')[1:]]
    assert set(reached) <= {"shared"}
    assert path.parent.name != "shared" or reached == []


@pytest.mark.parametrize("path", BROWSER, ids=name_of)
def test_a_canvas_is_no_picture_before_it_has_a_name(path):
    """See browser/shared/pictured.js."""
    found = re.findall(r'<canvas[^>]*role="img"|role", "img"|\.role = "img"', path.read_text())
    assert not found or path.name == "pictured.js"


@pytest.mark.parametrize("path", [*MODULES, *BROWSER], ids=name_of)
def test_no_module_is_long(path):
    assert lines(path) <= (LONGEST_PAGE if path.name == "page.py" else LONGEST)


def test_ui_holds_only_what_is_shared():
    modules = [path for path in MODULES if path.is_relative_to(ROOT / "ui")]
    assert sum(map(lines, modules)) <= LONGEST_UI
    users: dict[str, set[str]] = {}
    for path in [ROOT / "app.py", *MODULES]:
        # the parts of one screen count once, each module of ui for itself
        parts = path.relative_to(ROOT).parts
        user = parts[1] if parts[0] == "pages" else name_of(path)
        for name in into(path, "ui"):
            users.setdefault(name.split(".")[1], set()).add(user)
    lonely = [
        path.stem
        for path in modules
        if path.stem != "__init__"
        and users.get(path.stem, set()) <= {one.name for one in SCREENS}
        and len(users.get(path.stem, set())) < 2
    ]
    assert lonely == [], "what one screen uses stands in its folder"


def test_every_folder_of_pages_is_a_screen_in_the_list():
    folders = {path.parent.name for path in (ROOT / "pages").glob("*/__init__.py")}
    assert folders == {screen.name for screen in SCREENS}
    for screen in SCREENS:
        assert (ROOT / "pages" / screen.name / "page.py").is_file()
        assert (ROOT / "tests" / "pages" / f"test_{screen.name}.py").is_file()


def test_a_screen_says_what_it_is_without_anything_heavy():
    for screen in SCREENS:
        says = ROOT / "pages" / screen.name / "__init__.py"
        allowed = ("aecore.messages", "ui.screens", "collections", "dataclasses", "math", "random")
        assert [name for name in imports(says) if not name.startswith(allowed)] == []
