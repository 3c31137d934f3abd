"""What is picked on a map, as a short text: in the address, and between Python and the browser.

The same in browser/map/picking.js: "c3.8" for whole classes; "d…" for the gaps between image
numbers in rising order, seven bits a byte, the lowest first; "b…" for one bit an image; both in
base64 for addresses. A text too long for an address is kept in a file, and the address has "f"
and the file's name.
"""

import base64
import binascii
import hashlib
import re
from math import ceil
from pathlib import Path

import numpy as np

from aecore.files import replacing
from aecore.job import writing_to
from aecore.messages import N_, Problem
from aecore.storage import maps_dir

# letters: a bit for each of 10,000 images; servers and messengers cut addresses at about 2,000
MOST_IN_ADDRESS = 1700
MOST_KEPT = 300  # files, of at most some 90 KB
KEPT = re.compile(r"f[0-9a-f]{16}")


def places(text: str, ids: np.ndarray | None, labels: np.ndarray, total: int) -> np.ndarray:
    """The places of the points picked, int64, rising.

    ``ids`` (N,) are the points' images among ``total``, rising, None for all of them in order;
    labels (N,) their classes. Raises Problem for a text that nobody can have meant.
    """
    if not text:
        return np.array([], np.int64)
    a_bit_an_image = 2 + 4 * ceil(total / 24)  # letters; a map never needs more of them
    if len(text) > max(MOST_IN_ADDRESS, a_bit_an_image):
        raise _unreadable()
    if re.fullmatch(r"c\d{1,3}(\.\d{1,3})*", text):
        classes = [int(part) for part in text[1:].split(".")]
        return np.flatnonzero(np.isin(labels, classes))
    picked = np.zeros(total, bool)
    try:
        # as strict as the browser's atob
        content = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unreadable() from error
    if text[0] == "b" and len(content) == (total + 7) // 8:
        picked[:] = np.unpackbits(np.frombuffer(content, np.uint8), bitorder="little")[:total]
    elif text[0] == "d":
        numbers = _from_gaps(content)
        if numbers and numbers[-1] >= total:
            raise _unreadable()
        picked[numbers] = True
    else:
        raise _unreadable()
    return np.flatnonzero(picked if ids is None else picked[ids])


def _from_gaps(content: bytes) -> list[int]:
    """Rising numbers from the gaps between them."""
    numbers, last, gap, shift = [], -1, 0, 0
    for byte in content:
        gap |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            last += gap + 1
            numbers.append(last)
            gap = shift = 0
    return numbers


def _unreadable() -> Problem:
    return Problem(N_("What the address says is picked cannot be read. Pick again on the map."))


def to_address(text: str) -> str:
    """What the address has for a text; a long one is kept in a file. Raises Problem."""
    if len(text) <= MOST_IN_ADDRESS:
        return text
    name = "f" + hashlib.sha256(text.encode()).hexdigest()[:16]
    folder = _folder()
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(folder / name) as beside:
            beside.write_text(text, "ascii")
        for old in sorted(folder.iterdir(), key=_age, reverse=True)[MOST_KEPT:]:
            old.unlink(missing_ok=True)
    return name


def from_address(value: str) -> str:
    """The text that ``to_address`` had. Raises Problem when its file is gone."""
    if not KEPT.fullmatch(value):
        return value
    try:
        return (_folder() / value).read_text("ascii")
    except (OSError, ValueError) as error:
        raise Problem(
            N_("What was picked is no longer kept on this machine. Pick again on the map.")
        ) from error


def _folder() -> Path:
    return maps_dir() / "picked"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # removed by somebody else this moment
        return 0.0
