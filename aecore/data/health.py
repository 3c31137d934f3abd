"""What may be wrong with somebody's pictures, seen before a model learns from them.

Everything is judged on the pictures as a model would get them. Most pictures that are drawn,
written or cut out stand on a plain ground, as MNIST's digits do; whether such a picture is dark on
light or off centre can be told, of a photograph that fills its frame it can't.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aecore.data.archives import listed
from aecore.data.shards import Shards, chunks
from aecore.messages import N_, Problem

MENDS = ("invert", "centre", "drop")

INK = 32  # levels of 255 that a pixel must differ from the ground to count as drawn
EMPTY = 0.005  # share of drawn pixels below which there is nearly nothing
PLAIN_TOLERANCE, PLAIN_SHARE = 40, 0.75  # levels; share of each edge that near to it
OFF_CENTRE = 0.1  # of the side; MNIST's digits are centred to a pixel
# pairs of MNIST test digits hardly ever correlate so highly, a picture saved twice always does
NEAR, THUMB = 0.995, 12
NEAR_LIMIT = 20_000  # pictures; among more of them only exact copies are looked for
FEW = 50

# by kind: what is said, and which mend helps
KINDS: Mapping[str, tuple[str, str]] = {
    "unreadable": (N_("Cannot be read and left out: {count}. {names}"), ""),
    "heic": (
        N_("HEIC, which cannot be read here, and left out: {count}. Save them as JPEG. {names}"),
        "",
    ),
    "few": (
        N_("Few pictures: {total}. A model learns them by heart; 200 and more are better."),
        "",
    ),
    "empty": (N_("Nearly empty: {count} of {total}. {names}"), "drop"),
    "copy": (N_("The same picture once more: {count} of {total}. {names}"), "drop"),
    "near_copy": (N_("Nearly the same picture once more: {count} of {total}. {names}"), "drop"),
    "inverted": (
        N_("Dark on light, while MNIST is light on dark: {count} of {total}. {names}"),
        "invert",
    ),
    "off_centre": (N_("Off centre, while MNIST is centred: {count} of {total}. {names}"), "centre"),
}


@dataclass(frozen=True, eq=False)
class Signs:
    """What was seen on each of N pictures.

    inverted: bool (N,), dark on light. light_edge: bool (N,), the same whatever the ground is.
    empty: bool (N,), nearly nothing on it. shift: int64 (N, 2), rows and columns by which a picture
    must move to be centred, 0 for one that is. first: int64 (N,), the earlier picture of which it
    is a copy, or -1. exact: bool (N,), whether that copy is the same to the last pixel.
    """

    inverted: NDArray[np.bool_]
    light_edge: NDArray[np.bool_]
    empty: NDArray[np.bool_]
    shift: NDArray[np.int64]
    first: NDArray[np.int64]
    exact: NDArray[np.bool_]

    @property
    def sound(self) -> NDArray[np.int64]:
        """The pictures that are left when empty ones and copies are left out."""
        return np.flatnonzero(~self.empty & (self.first < 0))

    def take(self, where: slice | NDArray[np.integer]) -> "Signs":
        """The signs of the pictures there."""
        return Signs(**{name: values[where] for name, values in vars(self).items()})


@dataclass(frozen=True)
class Finding:
    """Something that may be wrong: a key of KINDS, where it was seen, and the mend that helps.

    indices: the pictures, in the order examined; empty for what is no picture at all. The sentence
    is translated and filled like a Problem's.
    """

    kind: str
    names: tuple[str, ...]
    indices: tuple[int, ...]
    values: Mapping[str, object]

    @property
    def sentence(self) -> str:
        """To be translated and filled with ``values``."""
        return KINDS[self.kind][0]

    @property
    def mend(self) -> str:
        """One of MENDS, or ""."""
        return KINDS[self.kind][1]

    def __str__(self) -> str:
        return self.sentence.format(**self.values).strip()


def check_mends(mends: Sequence[str]) -> None:
    """Raise Problem unless all are among MENDS."""
    for name in mends:
        if name not in MENDS:
            raise Problem(
                N_("There is no way to mend pictures called “{name}”. There are: {known}."),
                name=name,
                known=", ".join(MENDS),
            )


def examine(pixels: NDArray[np.uint8] | Shards) -> Signs:
    """Look at every picture, uint8 (N, C, H, W), 0…255."""
    parts = [_look(part) for part in chunks(pixels)]
    found = Signs(
        **{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])}
    )
    first = _copies(pixels)
    exact = first >= 0
    if len(pixels) <= NEAR_LIMIT:
        first = np.where(exact, first, _near_copies(pixels))
    # empty pictures resemble each other, and are told already
    first = np.where(found.empty, -1, first)
    # where most that looks so surely is so, what touches an edge isn't left behind in another tone
    surely = 2 * found.inverted.sum() >= found.light_edge.sum()
    inverted = found.light_edge if surely else found.inverted
    return replace(found, inverted=inverted, first=first, exact=exact & (first >= 0))


def report(
    signs: Signs, names: Sequence[str], unreadable: Sequence[str] = (), heic: Sequence[str] = ()
) -> list[Finding]:
    """What to tell about pictures of these names; nothing is wrong if the list is empty.

    unreadable: the names of those that are left out; heic: of these the ones that are HEIC.
    """
    total = len(names)
    copies = signs.first >= 0
    where = {
        "few": np.zeros(0, np.int64),
        "empty": np.flatnonzero(signs.empty),
        "copy": np.flatnonzero(copies & signs.exact),
        "near_copy": np.flatnonzero(copies & ~signs.exact),
        "inverted": np.flatnonzero(signs.inverted),
        "off_centre": np.flatnonzero(signs.shift.any(axis=1)),
    }

    def finding(kind: str, told: Sequence[str], indices: Sequence[int] = ()) -> Finding:
        values = {"count": len(told), "total": total, "names": listed(told)}
        return Finding(kind, tuple(told), tuple(indices), values)

    broken = [name for name in unreadable if name not in set(heic)]
    left_out = {"unreadable": broken, "heic": heic}
    found = [finding(kind, told) for kind, told in left_out.items() if told]
    for kind, indices in where.items():
        if len(indices) or (kind == "few" and total < FEW):
            found.append(finding(kind, [names[n] for n in indices.tolist()], indices.tolist()))
    return found


def mended(pixels: NDArray[np.uint8], signs: Signs, mends: Sequence[str]) -> NDArray[np.uint8]:
    """Pictures (N, C, H, W) turned light on dark and centred, as far as ``mends`` say so.

    Leaving pictures out is the caller's work: ``signs.sound`` says which stay.
    """
    pixels = pixels.copy()
    if "invert" in mends:
        pixels[signs.inverted] = 255 - pixels[signs.inverted]
    if "centre" in mends:
        for n in np.flatnonzero(signs.shift.any(axis=1)):
            # what leaves at one side and comes back at the other is ground
            pixels[n] = np.roll(pixels[n], signs.shift[n], axis=(1, 2))
    return pixels


def _look(pixels: NDArray[np.uint8]) -> Signs:
    """What can be seen on each picture by itself."""
    values = pixels.astype(np.float32)
    # four times (N, C, pixels of the edge)
    edges = [values[:, :, 0], values[:, :, -1], values[:, :, :, 0], values[:, :, :, -1]]
    ground = np.median(np.concatenate(edges, axis=2), axis=2)  # (N, C)
    near = [np.abs(edge - ground[:, :, None]).mean(axis=1) < PLAIN_TOLERANCE for edge in edges]
    # all around: a photograph that is wider than high has plain stripes above and below
    around = np.min([edge.mean(axis=1) for edge in near], axis=0)
    ink = np.abs(values - ground[:, :, None, None]).mean(axis=1)  # (N, H, W)
    drawn = ink > INK
    empty = drawn.mean(axis=(1, 2)) < EMPTY
    plain = (around >= PLAIN_SHARE) & ~empty
    middle = (values.min(axis=(1, 2, 3)) + values.max(axis=(1, 2, 3))) / 2
    mass = np.where(drawn, ink, 0)
    shift = np.stack([_shift(mass.sum(axis=2)), _shift(mass.sum(axis=1))], axis=1)
    small = np.abs(shift).max(axis=1) < max(2, round(OFF_CENTRE * pixels.shape[2]))
    shift[small | ~plain] = 0
    light_edge = ~empty & (ground.mean(axis=1) > middle)
    return Signs(
        inverted=light_edge & plain,
        light_edge=light_edge,
        empty=empty,
        shift=shift,
        first=np.full(len(pixels), -1),
        exact=np.zeros(len(pixels), bool),
    )


def _shift(mass: NDArray[np.float32]) -> NDArray[np.int64]:
    """How far to move along one axis so that the centre of mass (N, side) comes to the middle,
    as far as nothing drawn leaves the picture."""
    side = mass.shape[1]
    total = np.maximum(mass.sum(axis=1), 1e-6)
    wanted = np.rint((side - 1) / 2 - (mass * np.arange(side)).sum(axis=1) / total)
    before = np.argmax(mass > 0, axis=1)
    behind = np.argmax(mass[:, ::-1] > 0, axis=1)
    shift: NDArray[np.int64] = np.clip(wanted, -before, behind).astype(np.int64)
    return shift


def _copies(pixels: NDArray[np.uint8] | Shards) -> NDArray[np.int64]:
    """The first picture with the very same pixels, or -1: (N,)."""
    seen: dict[int, int] = {}
    first = np.full(len(pixels), -1)
    for n, picture in enumerate(each for part in chunks(pixels) for each in part):
        # Python's own hash: 64 bits, so that the pictures themselves need not be kept
        earlier = seen.setdefault(hash(picture.tobytes()), n)
        first[n] = -1 if earlier == n else earlier
    return first


def _near_copies(pixels: NDArray[np.uint8] | Shards) -> NDArray[np.int64]:
    """The first picture whose thumbnail correlates by more than NEAR, or -1: (N,).

    That one is no copy itself: in a burst each resembles the one before, the last not the first.
    """
    thumbs = np.concatenate([_thumbnails(part) for part in chunks(pixels)])
    first = np.full(len(thumbs), -1)
    for start in range(0, len(thumbs), 512):
        rows = thumbs[start : start + 512]
        alike = rows @ thumbs[: start + len(rows)].T > NEAR
        for n, row in enumerate(alike, start):
            earlier = np.flatnonzero(row[:n] & (first[:n] < 0))
            first[n] = earlier[0] if len(earlier) else -1
    return first


def _thumbnails(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Small means of the pictures, standardised, so that a product of two is a correlation:
    (N, C, H, W) -> (N, C·THUMB·THUMB)."""
    down, across = _averages(pixels.shape[2]), _averages(pixels.shape[3])
    thumbs: NDArray[np.float32] = (down @ pixels.astype(np.float32) @ across.T).reshape(
        len(pixels), -1
    )
    thumbs -= thumbs.mean(axis=1, keepdims=True)
    thumbs /= np.maximum(np.linalg.norm(thumbs, axis=1, keepdims=True), 1e-6)
    return thumbs


def _averages(side: int) -> NDArray[np.float32]:
    """Weights (THUMB, side) that average pixels by the share of them that lies in each cell."""
    edges = np.linspace(0, side, THUMB + 1)[:, None]
    pixel = np.arange(side)
    shares = np.minimum(edges[1:], pixel + 1) - np.maximum(edges[:-1], pixel)
    return (shares.clip(0, 1) / (side / THUMB)).astype(np.float32)
