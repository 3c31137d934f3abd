"""How commands speak in a shell."""

import argparse
import json
import sys
from contextlib import suppress
from typing import Any

from aecore.messages import N_, Problem


def add_settings(parser: argparse.ArgumentParser, words: str) -> None:
    """``--set NAME=JSON``, as often as one likes; ``words`` say what is set so."""
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=JSON", dest="settings", help=words
    )


def settings(chosen: argparse.Namespace) -> dict[str, Any]:
    """What ``--set`` said, by name. Raises Problem."""
    return dict(_setting(text) for text in chosen.settings)


def _setting(text: str) -> tuple[str, Any]:
    name, _sign, value = text.partition("=")
    with suppress(ValueError, RecursionError):
        if name:
            return name, json.loads(value)
    raise Problem(
        N_("“{text}” is not a setting; expected is NAME=JSON, such as beta=4."), text=text
    )


def remark(words: object) -> None:
    """Beside what was asked for: to stderr."""
    print(f"aecore: {words}", file=sys.stderr)


def facts(facts: dict[str, Any], as_json: bool) -> None:
    """Names and values, a line each or as one JSON object."""
    if as_json:
        print(json.dumps(facts))
        return
    for name, value in facts.items():
        told = ", ".join(value) or "none" if isinstance(value, list) else value
        print(f"{name:20} {value:.5g}" if isinstance(value, float) else f"{name:20} {told}")
