"""What a file is: by its name where that tells enough, else by its first bytes."""

import re
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import Literal

# "heic" is a picture too, but one that cannot be read here
Kind = Literal["picture", "heic", "zip", "tar", "gzip", "npy", "idx", ""]

HEAD = 512  # bytes that ``kind_of`` wants to see
# archives that are not looked into: bzip2, xz, RAR, 7z, Zstandard
OTHER_ARCHIVES = (
    b"BZh",
    b"\xfd7zXZ\0",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x28\xb5\x2f\xfd",
)

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".webp", ".tif", ".tiff"),
    *(".pbm", ".pgm", ".ppm", ".pnm", ".avif", ".heic", ".heif"),
)

ACCEPTED = "PNG, JPEG, GIF, BMP, WebP, TIFF, AVIF, PGM, PPM"

_MAGIC: dict[bytes, Kind] = {
    b"\x89PNG\r\n\x1a\n": "picture",
    b"\xff\xd8\xff": "picture",  # JPEG
    b"GIF87a": "picture",
    b"GIF89a": "picture",
    b"II*\0": "picture",  # TIFF, of both orders of bytes, and of more than 4 GB
    b"MM\0*": "picture",
    b"II+\0": "picture",
    b"MM\0+": "picture",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # with nothing in it
    b"\x1f\x8b\x08": "gzip",
    b"\x93NUMPY": "npy",
}
_BMP = re.compile(rb"BM.{4}\0{4}.{3}\0[\x0c\x28\x38\x40\x6c\x7c]\0{3}", re.DOTALL)
_PNM = re.compile(rb"P[1-6fF][\s#]")
_IDX = re.compile(rb"\0\0[\x08\x09\x0b-\x0e][\x01-\x04]")
_USTAR = slice(257, 262)
_AVIF, _HEIC = {b"avif", b"avis"}, {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}

# what systems put beside pictures; names that begin with a dot are such everywhere
_SYSTEMS = frozenset(
    {"__macosx", "@eadir", "@__thumb", "thumbs.db", "ehthumbs.db", "desktop.ini", "#recycle"}
    | {"$recycle.bin", "system volume information"}
)
_TYPES = MimeTypes()  # Python's own list, the same on every machine


def kind_of(head: bytes) -> Kind:
    """What a file is by its first HEAD bytes; "" if it is none of what is read here."""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture"
    if _BMP.match(head) or _PNM.match(head):
        return "picture"
    if head[4:8] == b"ftyp":
        return _of_box(head)
    if head[_USTAR] == b"ustar":
        return "tar"
    return "idx" if _IDX.match(head) else ""


def _of_box(head: bytes) -> Kind:
    """AVIF and HEIC lie in the same kind of box, whose brands say what it holds."""
    size = int.from_bytes(head[:4], "big")
    brands = {head[at : at + 4] for at in (8, *range(16, min(size, len(head)), 4))}
    if brands & _AVIF:
        return "picture"
    return "heic" if brands & _HEIC else ""


def may_be_picture(name: str) -> bool | None:
    """Whether a file's name says that it is a picture; None if only its content can tell."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in SUFFIXES:
        return True
    kind = _TYPES.guess_type(f"x{suffix}")[0]
    return None if kind is None or kind.startswith("image/") else False


def is_systems(name: str) -> bool:
    """Whether a path, with slashes, belongs to a system, not to people.

    Thumbnails, notes of macOS and Windows, and all that is hidden, wherever in the path.
    """
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part.lower() in _SYSTEMS for part in parts)
