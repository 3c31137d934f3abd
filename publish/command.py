"""``python -m aecore publish``: a site for any web host, or one page as a file."""

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from aecore.messages import N_, Problem

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
    add.add_argument("--lang", action="append", help="a language (default: all)")
    words = "show images of the data sets on this machine, which then are published too"
    add.add_argument("--originals", action="store_true", help=words)
    add.set_defaults(run=_publish)


def _publish(chosen: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as empty:
        if not chosen.originals:
            os.environ.update(dict.fromkeys(FOLDERS, empty))
        # the screens are imported now, for they need what only the app needs
        from publish import single, site
        from ui.i18n import LANGUAGES

        languages = chosen.lang or list(LANGUAGES)
        for code in languages:
            _known(code, list(LANGUAGES))
        if not chosen.page:
            made = site.make(chosen.path, languages, print)
            print(f"{chosen.path}: {made.pages} pages, {made.bytes / 1e6:.1f} MB")
            return
        screens = {screen.name: screen for screen in site.PUBLISHED}
        _known(chosen.page, list(screens))
        size = single.make(screens[chosen.page], chosen.path, languages[0], chosen.model)
        print(f"{chosen.path}: {size / 1e6:.1f} MB")


def _known(name: str, names: list[str]) -> None:
    if name not in names:
        raise Problem(
            N_("There is no {name} to be published. There are: {names}."),
            name=name,
            names=", ".join(names),
        )
