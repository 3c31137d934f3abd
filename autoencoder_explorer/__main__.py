"""``autoencoder-explorer``: starts the app, from whatever folder."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from aecore.storage import PROJECT

FOLDERS = ("AECORE_DATA_DIR", "AECORE_RUNS_DIR", "AECORE_CACHE_DIR", "AECORE_LESSONS_DIR")
# what the command calls what Streamlit does
OPTIONS = {
    "port": "server.port",
    "address": "server.address",
    "base_path": "server.baseUrlPath",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Start the app and serve until somebody ends it; ``arguments`` are the command line's."""
    parser = _parser()
    chosen, others = parser.parse_known_args(arguments)
    if chosen.data is not None:
        if not chosen.data.is_dir():
            parser.error(f"there is no folder {chosen.data}; --data names one with data sets")
        os.environ["AECORE_DATA_DIR"] = str(chosen.data)
    for name in FOLDERS:  # trainings run in another folder than the one that it was said in
        if os.environ.get(name):
            os.environ[name] = str(Path(os.environ[name]).expanduser().resolve())
    told = {option: getattr(chosen, name) for name, option in OPTIONS.items()}
    options = [f"--{option}={value}" for option, value in told.items() if value is not None]

    from streamlit.web import cli

    # Streamlit finds app.py's own folder by itself: its modules, and its .streamlit/config.toml
    sys.argv = ["streamlit", "run", str(PROJECT / "app.py"), *options, *others]
    cli.main()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autoencoder-explorer",
        description="See, train and touch autoencoders in the browser.",
        epilog="Any other option is passed on to “streamlit run”, such as --server.headless=true.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=int, help="of the server (8501)")
    parser.add_argument(
        "--address", help="at which it listens (that of this machine's every network)"
    )
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="where data sets lie, such as MNIST"
    )
    parser.add_argument("--base-path", metavar="PATH", help="below which the app lives")
    return parser


if __name__ == "__main__":
    main()
