"""Names of files in zip archives as their owners wrote them.

An archive should say that its names are UTF-8; older programs of Windows write them in the code
page of their console and say nothing. See PKWARE, "APPNOTE.TXT - .ZIP File Format Specification",
4.4.4 and appendix D, and Info-ZIP's "Unicode Path Extra Field" (0x7075).
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence

UTF8 = 0x800  # the flag of an entry whose name is UTF-8
UNICODE_PATH = 0x7075

# of consoles: Western Europe first, which wins where nothing speaks for another
CODE_PAGES = ("cp437", "cp866")


def names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The name of each entry, with slashes."""
    # zipfile reads as cp437 what isn't flagged, which loses nothing
    plain = {
        entry.orig_filename: entry.orig_filename.encode("cp437")
        for entry in entries
        if not entry.flag_bits & UTF8
    }
    page = code_page(list(plain.values()))
    found = []
    for entry in entries:
        name = entry.orig_filename
        if not entry.flag_bits & UTF8:
            name = _told(entry) or plain[name].decode(page, "replace")
        found.append(name.split("\0")[0].replace("\\", "/"))
    return found


def code_page(raw: Sequence[bytes]) -> str:
    """The encoding in which names, as bytes, read most like words."""
    foreign = [name for name in raw if not name.isascii()]
    try:
        for name in foreign:
            name.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    return max(CODE_PAGES, key=lambda page: sum(_plausible(name.decode(page)) for name in foreign))


def _plausible(name: str) -> int:
    """Letters beyond ASCII that stand in words of their own script, less those that don't."""
    score = 0
    for word in re.findall(r"[^\W\d_]+", name):
        scripts = [unicodedata.name(letter, "").split(" ")[0] for letter in word]
        foreign = sum(not letter.isascii() for letter in word)
        # Russian words are of Cyrillic letters alone; Latin ones have few with accents
        whole = set(scripts) == {"CYRILLIC"}
        accented = set(scripts) == {"LATIN"} and (foreign == 1 or 2 * foreign <= len(word))
        score += foreign if whole or accented else -foreign
    strange = sum(not letter.isascii() and not letter.isalpha() for letter in name)
    return score - strange


def _told(entry: zipfile.ZipInfo) -> str:
    """The name in an entry's Unicode field; "" without one, or when it belongs to another name."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and len(field) > 5 and field[0] == 1:
            (checked,) = struct.unpack_from("<I", field, 1)
            if checked == zlib.crc32(entry.orig_filename.encode("cp437")):
                return field[5:].decode("utf-8", "replace")
    return ""
