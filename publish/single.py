"""One screen as one file that opens by double click: all that it needs lies in it."""

from base64 import b64encode
from pathlib import Path

from aecore.files import check_writable, replacing
from publish import modules, sheet
from publish.lighter import lighter
from publish.screen import take
from publish.views import View


def make(view: View, path: Path, language: str, explorer: str = "") -> int:
    """Write the page of a view; returns its size in bytes. ``explorer``: where that is found.

    Raises Problem where the screen can't be shown, or the file not be written.
    """
    check_writable(path)
    taken = take(view, language, alone=True)
    imports = modules.inlined({component.module for component in taken.components})
    files = {place: _written(content) for place, content in taken.files.items()}
    html = sheet.html(view, taken, language, sheet.Links(explorer=explorer), "", imports, files)
    with replacing(path) as beside:
        beside.write_text(html, encoding="utf-8")
    return path.stat().st_size


def _written(content: bytes) -> str:
    """What browser/shared/tensors.js finds in the page in place of an address."""
    return b64encode(lighter(content)).decode()
