"""One screen as one file that opens by double click: all that it needs lies in it."""

from base64 import b64encode
from pathlib import Path

from aecore.files import check_writable, replacing
from pages import SCREENS
from publish import modules, sheet
from publish.lighter import lighter
from publish.screen import take
from ui.screens import Screen


def make(screen: Screen, path: Path, language: str, model: str = "") -> int:
    """Write the page of a screen, with a model of that name; returns its size in bytes.

    Raises Problem where the screen can't be shown, or the file not be written.
    """
    check_writable(path)
    address = {screen.model: model} if model else {}
    taken = take(screen, screen is SCREENS[0], language, address)
    imports = modules.inlined({component.module for component in taken.components})
    html = sheet.html(screen, taken, language, sheet.Links([], []), base="", imports=imports)
    for place, content in taken.files.items():
        data = b64encode(lighter(content)).decode()
        html = html.replace(place, f"data:application/octet-stream;base64,{data}")
    with replacing(path) as beside:
        beside.write_text(html, encoding="utf-8")
    return path.stat().st_size
