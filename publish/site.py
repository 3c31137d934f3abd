"""A folder of pages, one a screen and language, that any web host can serve below any path."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aecore.files import check_writable
from aecore.messages import N_, Problem
from browser import ENDINGS, MEDIA, PACKED
from publish import modules, sheet
from publish.lighter import lighter
from publish.screen import take
from publish.views import COURSE, View
from ui.i18n import LANGUAGES

SIGN = ".autoencoder-explorer"  # marks a folder that this made, and may replace


@dataclass(frozen=True)
class Made:
    """What has been written."""

    pages: int
    bytes: int


def make(
    folder: Path,
    languages: Sequence[str],
    views: Sequence[Sequence[View]],
    explorer: str = "",
    told: Callable[[str], None] = lambda _name: None,
) -> Made:
    """Write the site of these views, screen by screen; ``told`` hears of each page that is done.
    ``explorer`` is the address where that is found.

    It is written beside the folder and then takes its place. Raises Problem for a folder that holds
    other things, and where a screen can't be shown.
    """
    _check(folder)
    beside = _beside(folder)
    shutil.rmtree(beside, ignore_errors=True)
    try:
        made = _write(beside, languages, views, explorer, told)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return made


def _beside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.part")


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Problem(N_("{path} is a file. Name a folder for the site."), path=folder)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SIGN).is_file():
        raise Problem(
            N_("{path} holds other things. Name a new folder, or an empty one."), path=folder
        )
    check_writable(_beside(folder))


def _write(
    folder: Path,
    languages: Sequence[str],
    views: Sequence[Sequence[View]],
    explorer: str,
    told: Callable[[str], None],
) -> Made:
    (folder / MEDIA).mkdir(parents=True)
    (folder / SIGN).write_text("Made by python -m aecore publish\n", encoding="utf-8")
    used: set[str] = set()
    count = 0
    for language in languages:
        (folder / language).mkdir()
        pages = [(view, _place(view, language, views)) for one in views for view in one]
        for view in (view for of_screen in views for view in of_screen):
            taken = take(view, language, pages)
            for address, content in taken.files.items():
                if not (folder / address).exists():  # the same in another language
                    packed = address.endswith(ENDINGS[PACKED])
                    (folder / address).write_bytes(lighter(content) if packed else content)
            used.update(component.module for component in taken.components)
            page = folder / _place(view, language, views)
            links = _links(view, language, languages, views, explorer)
            imports = {"explorer/": f"./{modules.CODE}/"}
            html = sheet.html(view, taken, language, links, base="../", imports=imports)
            page.write_text(html, encoding="utf-8")
            count += 1
            told(f"{language}/{page.stem}")
    modules.copy(used, folder / modules.CODE)
    for address, text in sheet.dressed(one[0].screen for one in views).items():
        (folder / address).write_text(text, encoding="utf-8")
    (folder / "index.html").write_text(sheet.front(languages, _first(views).name), encoding="utf-8")
    return Made(count, sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))


def _place(view: View, language: str, views: Sequence[Sequence[View]]) -> str:
    """Where a page lies; the first of a screen needs no model or run in its name."""
    first = any(view is of_screen[0] for of_screen in views)
    return f"{language}/{view.name}{'' if first else f'.{view.shown}'}.html"


def _first(views: Sequence[Sequence[View]]) -> View:
    """What visitors see first: a screen to touch, no chapter."""
    return next(one[0] for one in views if one[0].name != COURSE)


def _links(
    view: View,
    language: str,
    languages: Sequence[str],
    views: Sequence[Sequence[View]],
    explorer: str,
) -> sheet.Links:
    (beside,) = [of_screen for of_screen in views if view in of_screen]
    return sheet.Links(
        screens=[(one[0].title, _place(one[0], language, views), one is beside) for one in views],
        shown=[(one.label, _place(one, language, views), one is view) for one in beside],
        languages=[
            (LANGUAGES[code], _place(view, code, views), code == language) for code in languages
        ],
        explorer=explorer,
    )
