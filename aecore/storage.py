"""Where on this machine things are kept."""

import os
from pathlib import Path


def runs_dir() -> Path:
    """Where runs are kept: AECORE_RUNS_DIR, or ``runs`` in the project folder."""
    named = os.environ.get("AECORE_RUNS_DIR")
    return Path(named) if named else Path(__file__).resolve().parents[1] / "runs"


def loaded_dir() -> Path:
    """Where checkpoints that were loaded from files are kept."""
    return runs_dir() / "loaded"


def maps_dir() -> Path:
    """Where maps made on request are kept, a directory each."""
    return runs_dir() / "maps"


def images_dir() -> Path:
    """Where pictures that were handed over are kept, in files under the names they came with."""
    return runs_dir() / "images"
