"""The browser's modules outside the app: copied, or put into the page itself."""

import re
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import streamlit

from browser import HERE

# Streamlit's own font, which lies beside its pages
FONT = next((Path(streamlit.__file__).parent / "static").rglob("SourceSansVF-Upright*.woff2"), None)
ICON = HERE.parent / "ui" / "icon.svg"
SHELL = "publish/shell"
MISSING = HERE / "publish" / "missing.js"  # what a page says when a part of it is
CODE = "explorer"  # a site's folder of the modules
_IMPORT = re.compile(r'((?:from|import)\s*)"(\.{1,2}/[^"]+\.js)"')
_WORKER = re.compile(r'new URL\("(\./[^"]+\.js)", import\.meta\.url\)')
# what types and explains, for readers of the code: a quarter of the bytes
_COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.DOTALL | re.MULTILINE)
_STYLE = re.compile(r'@import "([^"]+\.css)";')


def copy(components: Iterable[str], folder: Path) -> None:
    """The modules that these components need, with their styles, in folders as they lie here."""
    for path in sorted(_reached(components)):
        target = folder / path.relative_to(HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_text(path), encoding="utf-8")
    for path in (HERE / f"{component}.css" for component in components):
        if path.is_file():
            (folder / path.relative_to(HERE)).write_text(_styled(path), encoding="utf-8")
    (folder / MISSING.relative_to(HERE)).write_text(missing(), encoding="utf-8")
    shutil.copyfile(ICON, folder / ICON.name)
    if FONT is not None:
        shutil.copyfile(FONT, folder / "font.woff2")


def inlined(components: Iterable[str]) -> dict[str, str]:
    """An import map: each module's name to its text as a data URL.

    What imports by relative path elsewhere imports by name here, for within a data URL no path is
    relative to anything. A worker has no import map: in its text all that it imports is text, too.
    """
    found = {}
    for path in sorted(_reached(components)):
        text = _renamed(path, _name)
        found[_name(path)] = _url(_WORKER.sub(partial(_worker, path), text))
    return found


def missing() -> str:
    """The script that says so."""
    return _text(MISSING)


def dressing(component: str, alone: bool) -> str:
    """HTML that brings a component's style: all of it where the page is ``alone``, or a link to
    what ``copy`` has put beside the component."""
    path = HERE / f"{component}.css"
    if not path.is_file():
        return ""
    if alone:
        return f"<style>{_styled(path)}</style>"
    return f'<link rel="stylesheet" href="{_name(path)}">'


def _styled(path: Path) -> str:
    """A style with all that it imports."""
    return _STYLE.sub(
        lambda match: _styled((path.parent / match[1]).resolve()), path.read_text("utf-8")
    )


def _name(path: Path) -> str:
    return f"{CODE}/{path.relative_to(HERE).as_posix()}"


def _renamed(path: Path, name: Callable[[Path], str]) -> str:
    """A module's text with other names for what it imports."""

    def renamed(match: re.Match[str]) -> str:
        return f'{match[1]}"{name((path.parent / match[2]).resolve())}"'

    return _IMPORT.sub(renamed, _text(path))


def _text(path: Path) -> str:
    """A module without the comments above its parts."""
    return _COMMENT.sub("", path.read_text("utf-8"))


def _worker(path: Path, match: re.Match[str]) -> str:
    return f'"{_whole((path.parent / match[1]).resolve())}"'


def _whole(path: Path) -> str:
    return _url(_renamed(path, _whole))


def _url(text: str) -> str:
    return f"data:text/javascript;base64,{b64encode(text.encode()).decode()}"


def _reached(components: Iterable[str]) -> set[Path]:
    """The modules themselves, and what they import or start as a worker."""
    open_ones = [HERE / f"{name}.js" for name in (*components, SHELL)]
    found: set[Path] = set()
    while open_ones:
        path = open_ones.pop()
        if path in found:
            continue
        found.add(path)
        text = path.read_text("utf-8")
        for match in (*_IMPORT.finditer(text), *_WORKER.finditer(text)):
            open_ones.append((path.parent / match[match.lastindex or 1]).resolve())
    return found
