"""``python -m aecore publish``: a site for any web host, or one page as a file."""

import argparse
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aecore.course import shelf

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

# where data sets are looked for: without them, images are decoded from shipped codes
FOLDERS = ("AECORE_DATA_DIR", "AECORE_CACHE_DIR")


def add_to(commands: "Commands") -> None:
    """Add it to the commands."""
    add = commands.add_parser("publish", help="the explorer as pages that need no server")
    add.add_argument("path", type=Path, help="a new folder for the site, or a file for --page")
    add.add_argument("--page", help="one screen only, as a file that opens by double click")
    add.add_argument("--model", default="", help="the model that this page shows")
    words = "what an address of the app says after its ?, for this page to show the same"
    add.add_argument("--at", default="", metavar="WORD=VALUE&…", help=words)
    words = "models that the site offers where one is chosen, with commas"
    add.add_argument("--models", default="", metavar="A,B", help=words)
    words = "a run whose time machine is published, with the eight test images in its record"
    add.add_argument("--run", action="append", default=[], dest="runs", metavar="NAME", help=words)
    add.add_argument("--lang", action="append", help="a language (default: all)")
    words = "show images of the data sets on this machine, which then are published too"
    add.add_argument("--originals", action="store_true", help=words)
    words = "chapters of the course on the site, with commas (default: all)"
    add.add_argument("--chapters", metavar="A,B", help=words)
    words = "where visitors find the explorer itself, for all that needs a server: an address"
    add.add_argument("--explorer", default="", metavar="URL", help=words)
    add.set_defaults(run=_publish)


def _publish(chosen: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as empty:
        if not chosen.originals:
            os.environ.update(dict.fromkeys(FOLDERS, empty))
        # it would warn, for each page, that nobody visits it
        logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").disabled = True
        # the screens are imported now, for they need what only the app needs
        from publish import sheet, single, site, views
        from ui.i18n import LANGUAGES

        languages = chosen.lang or list(LANGUAGES)
        views.all_known(languages, list(LANGUAGES))
        sheet.check_address(chosen.explorer)
        if chosen.page:
            address = dict(parse_qsl(chosen.at))
            run = chosen.runs[0] if chosen.runs else ""
            view = views.of_page(chosen.page, chosen.model, run, address)
            size = single.make(view, chosen.path, languages[0], chosen.explorer)
            print(f"{chosen.path}: {size / 1e6:.1f} MB")
            return
        chapters = shelf.names() if chosen.chapters is None else _split(chosen.chapters)
        shown = views.of_site(_split(chosen.models), chosen.runs, chapters)
        made = site.make(chosen.path, languages, shown, chosen.explorer, print)
        print(f"{chosen.path}: {made.pages} pages, {made.bytes / 1e6:.1f} MB")


def _split(names: str) -> list[str]:
    return [name for name in names.split(",") if name]
