"""Where on this machine things are kept."""

import os
from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[1]
INSTALLED = (_BESIDE / "autoencoder_explorer" / "app.py").is_file()
# what a checkout has beside this package, a wheel has in a folder of its own: see pyproject.toml
PROJECT = _BESIDE / "autoencoder_explorer" if INSTALLED else _BESIDE
"""The folder with ``app.py``, ``checkpoints`` and ``lessons``."""


def runs_dir() -> Path:
    """Where runs are kept: AECORE_RUNS_DIR, or ``runs`` in the project folder.

    Of an installed copy, which an update replaces, ``autoencoder-explorer/runs`` in the user's
    home.
    """
    named = os.environ.get("AECORE_RUNS_DIR")
    if named:
        return Path(named)
    return Path.home() / "autoencoder-explorer" / "runs" if INSTALLED else PROJECT / "runs"


def loaded_dir() -> Path:
    """Where checkpoints that were loaded from files are kept."""
    return runs_dir() / "loaded"


def maps_dir() -> Path:
    """Where maps made on request are kept, a directory each."""
    return runs_dir() / "maps"


def images_dir() -> Path:
    """Where pictures that were handed over are kept, in files under the names they came with."""
    return runs_dir() / "images"


def signals_dir() -> Path:
    """Where signals that were handed over are kept."""
    return runs_dir() / "signals"
