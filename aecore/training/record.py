"""The record of a run: what the model made of the same test images at moments of its training.

A folder with a file for the images and one for each frame, all deflated safetensors. A frame
holds

- where 2,000 fixed test images lie on a plane, 16 bits a number. Codes of two numbers are their
  own plane. Longer ones are projected on their first two principal components, found anew for
  every frame, since the directions that matter change while a model learns, and then turned or
  mirrored (orthogonal Procrustes) to lie as near as they can to the frame before: otherwise the
  axes, whose signs mean nothing, would flip from epoch to epoch;
- the codes themselves, 16 bits a number up to 16 numbers, 8 bits up to 32; longer ones would leave
  room for a few frames only;
- eight reconstructions, and of models with two numbers a grid of decoded tiles over the part of
  the plane where the codes lie, in 16 grey levels.

``moments`` keeps the whole below 3 MB even if nothing could be compressed. Every file follows
from the weights of its moment and the frame before, so the same seed gives the same record,
and so does a run that was broken off and resumed.
"""

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from aecore.data import Images
from aecore.files import replacing

if TYPE_CHECKING:
    from aecore.models import Autoencoder

IMAGES = 2000
PICTURES = 8  # reconstructions
MOST_BYTES = 3_000_000  # of a whole record
MOST_FRAMES = 48
FIRST_EPOCH = (1 / 8, 1 / 4, 1 / 2)  # most of what can be seen happens here

CODE_BYTES = 64_000  # of all codes of a frame
TILES = 12  # a side of the grid
TILE_PIXELS = 28 * 28
LARGEST_SIDE = 64  # of pictures; of larger ones every second, third … pixel is kept
OVERHEAD = 4_000  # of a file: names and shapes

Facts = dict[str, Any]
_Read = TypeVar("_Read")


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a run; ``epoch`` 0 is before the first step, 0.5 in the middle of the first.

    positions: float32 (N, 2). codes: float32 (N, d), None where they were too long to be kept.
    pictures: uint8 (8, C, H, W), the reconstructions. grid: uint8 (tiles, tiles, C, H, W), the
    top row first, decoded from the middles of equal parts of ``box``; None unless d = 2.
    box: (left, right, bottom, top), a square around nearly all positions.
    """

    epoch: float
    positions: np.ndarray
    codes: np.ndarray | None
    pictures: np.ndarray
    grid: np.ndarray | None
    box: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Shown:
    """The test images of a record: labels int64 (N,) of those with positions, or None; the names
    of their classes, marked for translation; the ``pictures``, uint8 (8, C, H, W), as they are;
    and how many numbers a code has."""

    latent_dim: int
    labels: np.ndarray | None
    classes: tuple[str, ...]
    pictures: np.ndarray


class Record:
    """A record on the disk, for whoever looks at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def epochs(self) -> list[float]:
        """The moments of the frames, rising. Names only: a file may still be damaged."""
        found = []
        for path in self.folder.glob("[0-9]*.z"):
            try:
                found.append(float(path.stem))
            except ValueError:  # somebody else's file
                continue
        return sorted(found)

    def path(self, epoch: float) -> Path:
        """The file of a frame."""
        return self.folder / f"{epoch:08.3f}.z"

    def frame(self, epoch: float) -> Frame | None:
        """The frame of that moment; None where it is missing or damaged."""
        return _read(self.path(epoch), _frame)

    def shown(self) -> Shown | None:
        """The images; None where they are missing or damaged, as in a run of an older version."""
        return _read(self._images, _shown)

    @property
    def _images(self) -> Path:
        return self.folder / "images.z"


class Recorder:
    """Fills the record of a run in which ``model`` learns, for ``epochs`` epochs.

    Nothing that the training depends on is touched: no randomness is used, and a model in
    training goes back to it.
    """

    def __init__(self, record: Record, model: "Autoencoder", test: Images, epochs: int) -> None:
        self.record, self.model = record, model
        # in random order: what is drawn last lies on top, and must not always be one class
        self.places = np.random.default_rng(0).permutation(len(test))[:IMAGES]
        self.pixels = test.pixels[self.places]
        one_of_each = np.array(_one_of_each(test.labels, len(test)), dtype=np.int64)
        self.shown = test.pixels[one_of_each]
        self.labels = None if test.labels is None else test.labels[self.places]
        self.moments = moments(epochs, self._most())
        self.last: Frame | None = None  # to lie as near as possible to it
        self.reached = -1.0  # the last moment that was kept, also if it can't be read any more

    def begin(self, finished: int, classes: Sequence[str]) -> None:
        """Keep what belongs to the ``finished`` epochs of a run that is resumed, drop the rest.

        Of a new run, the untrained model is the first frame. Raises OSError.
        """
        folder = self.record.folder
        folder.mkdir(parents=True, exist_ok=True)
        planned = {e for e in self.moments if e > 1}
        for epoch in self.record.epochs():
            if epoch > finished or (epoch > 1 and epoch not in planned) or not finished:
                self.record.path(epoch).unlink()
        arrays = {"pictures": _smaller(self.shown)}
        if self.labels is not None:
            arrays["labels"] = self.labels.astype(np.int16)
        facts = {"classes": list(classes), "latent_dim": self.model.config.latent_dim}
        _write(self.record._images, facts, arrays)
        kept = self.record.epochs()
        readable = (self.record.frame(epoch) for epoch in reversed(kept))
        self.last = next((one for one in readable if one is not None), None)
        self.reached = kept[-1] if kept else -1.0
        if not finished:
            self.take(0.0)

    def look(self, epoch: float) -> None:
        """Take a frame if one is due. Raises OSError."""
        if any(self.reached < moment <= epoch for moment in self.moments):
            self.take(epoch)

    def finish(self, epoch: float) -> None:
        """Take the last frame, unless it is there. Raises OSError."""
        if self.reached < round(epoch, 3):
            self.take(epoch)

    def take(self, epoch: float) -> None:
        """Take a frame of the model as it is now. Raises OSError."""
        from aecore.evaluation import decode, encode, reconstruct

        training = self.model.training
        self.model.eval()
        try:
            codes = encode(self.model, self.pixels)
            if not np.isfinite(codes).all():  # the loop will say so
                return
            positions = _quantised(self._positions(codes), np.uint16)
            box = _box(_restored(*positions))
            facts: Facts = {"epoch": round(epoch, 3), "box": box}
            arrays = {"positions": positions[0], "positions.range": positions[1]}
            kind = _kind(*codes.shape)
            if codes.shape[1] != 2 and kind is not None:
                arrays["codes"], arrays["codes.range"] = _quantised(codes, kind)
            drawn = np.round(reconstruct(self.model, self.shown) * 255).astype(np.uint8)
            arrays["pictures"] = _smaller(drawn)
            if codes.shape[1] == 2:
                tiles = _tiles(arrays["pictures"].shape[1:])
                grid = _smaller(decode(self.model, _middles(box, tiles)))
                facts["grid"] = [tiles, tiles, *grid.shape[1:]]
                arrays["grid"] = _packed(grid)
        finally:
            self.model.train(training)
        path = self.record.path(facts["epoch"])
        _write(path, facts, arrays)
        self.last, self.reached = self.record.frame(facts["epoch"]), float(facts["epoch"])

    def _positions(self, codes: np.ndarray) -> np.ndarray:
        """float64 (N, 2): the codes where they have two numbers, else a plane near the last."""
        if codes.shape[1] == 2:
            return codes.astype(np.float64)
        flat = _principal_plane(codes.astype(np.float64))
        if self.last is None:
            return flat
        return _turned(flat, self.last.positions.astype(np.float64))

    def _most(self) -> int:
        """How many frames fit, were nothing compressed."""
        d = self.model.config.latent_dim
        pictures = _smaller(self.shown)
        shape = pictures.shape[1:]
        kind = _kind(len(self.pixels), d)
        numbers = 0 if kind is None or d == 2 else len(self.pixels) * d * kind().itemsize
        grid = ceil(_tiles(shape) ** 2 * int(np.prod(shape)) / 2) if d == 2 else 0
        one = 4 * len(self.pixels) + numbers + pictures.nbytes + grid + OVERHEAD
        fixed = 2 * len(self.pixels) + pictures.nbytes + OVERHEAD
        return min(MOST_FRAMES, (MOST_BYTES - fixed) // one)


def moments(epochs: int, most: int = MOST_FRAMES) -> list[float]:
    """When to take frames: 0, some within the first epoch, then every epoch.

    Of a run too long for that every epoch at first, later every second, every fourth …, and the
    last one: at most ``most`` in all.
    """
    room = max(2, most - 1 - len(FIRST_EPOCH))
    for dense in range(room, 0, -1):
        found = _thinned(epochs, dense)
        if len(found) <= room:
            break
    else:  # a long run and large images
        found = [found[round(k * (len(found) - 1) / (room - 1))] for k in range(room)]
    return [0.0, *FIRST_EPOCH, *map(float, found)]


def _thinned(epochs: int, dense: int) -> list[int]:
    """Every epoch up to ``dense``, every second up to twice that, and so on, and the last."""
    found, epoch, step = [], 1, 1
    while epoch < epochs:
        found.append(epoch)
        if epoch >= dense * step:
            step *= 2
        epoch += step
    return [*found, epochs]


def _one_of_each(labels: np.ndarray | None, n: int) -> list[int]:
    """Up to eight images, of as many classes as there are."""
    if labels is None:
        return list(range(min(PICTURES, n)))
    firsts = sorted(np.unique(labels, return_index=True)[1].tolist(), key=lambda i: labels[i])
    others = [i for i in range(min(n, 2 * PICTURES)) if i not in firsts]
    return [*firsts, *others][:PICTURES]


def _principal_plane(codes: np.ndarray) -> np.ndarray:
    """(N, 2): codes (N, d) on their first two principal components; for d = 1 the second is 0."""
    centred = codes - codes.mean(0)
    _values, vectors = np.linalg.eigh(centred.T @ centred)  # rising
    axes = vectors[:, :-3:-1]
    # a sign of no meaning, settled: the largest entry is positive
    axes = axes * np.where(axes[abs(axes).argmax(0), np.arange(axes.shape[1])] < 0, -1, 1)
    flat = centred @ axes
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))


def _turned(positions: np.ndarray, onto: np.ndarray) -> np.ndarray:
    """Positions (N, 2) turned or mirrored to lie nearest to ``onto`` (N, 2), the same images.

    Schönemann, "A generalized solution of the orthogonal Procrustes problem" (1966).
    """
    left, _values, right = np.linalg.svd(positions.T @ (onto - onto.mean(0)))
    turned: np.ndarray = positions @ (left @ right)
    return turned


def _box(positions: np.ndarray) -> tuple[float, float, float, float]:
    """A square that holds nearly all positions (N, 2): left, right, bottom, top."""
    low, high = np.quantile(positions, (0.005, 0.995), axis=0)
    middle = (low + high) / 2
    reach = max(0.55 * float((high - low).max()), 1e-6)
    x, y = (float(value) for value in middle)
    return x - reach, x + reach, y - reach, y + reach


def _middles(box: tuple[float, float, float, float], tiles: int) -> np.ndarray:
    """Codes (tiles², 2) in the middles of equal parts of the box, the top row first."""
    left, right, bottom, top = box
    shares = (np.arange(tiles) + 0.5) / tiles
    across, up = np.meshgrid(left + shares * (right - left), top - shares * (top - bottom))
    return np.stack([across.ravel(), up.ravel()], 1)


def _tiles(shape: Sequence[int]) -> int:
    """How many tiles of a shape (C, H, W) a side the grid has."""
    fitting = int(TILES * sqrt(TILE_PIXELS / int(np.prod(shape))))
    return max(2, min(TILES, fitting))


def _smaller(pixels: np.ndarray) -> np.ndarray:
    """Images (N, C, H, W) with sides of 64 pixels at most."""
    every = ceil(max(pixels.shape[2:]) / LARGEST_SIDE)
    return pixels[:, :, ::every, ::every]


def _kind(n: int, d: int) -> type[np.unsignedinteger] | None:
    """What the numbers of (n, d) codes are kept as, if they are."""
    kinds: tuple[type[np.unsignedinteger], ...] = (np.uint16, np.uint8)
    return next((kind for kind in kinds if n * d * kind().itemsize <= CODE_BYTES), None)


def _quantised(values: np.ndarray, kind: type[np.unsignedinteger]) -> tuple[np.ndarray, np.ndarray]:
    """Values (N, d) in equal steps from each column's lowest to its highest, and these (2, d)."""
    low, high = values.min(0), values.max(0)
    share = (values - low) / np.where(high > low, high - low, 1)
    return (share * np.iinfo(kind).max).round().astype(kind), np.array([low, high], np.float32)


def _restored(steps: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """What ``_quantised`` was given, float32, within half a step."""
    low, high = bounds
    restored: np.ndarray = low + steps / np.float32(np.iinfo(steps.dtype).max) * (high - low)
    return restored


def _packed(pixels: np.ndarray) -> np.ndarray:
    """uint8 (n,): two pixels of 16 levels a byte, the first in the upper half."""
    levels = ((pixels.ravel().astype(np.uint16) + 8) // 17).astype(np.uint8)
    levels = np.pad(levels, (0, len(levels) % 2))
    packed: np.ndarray = levels[0::2] << 4 | levels[1::2]
    return packed


def _unpacked(packed: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """uint8 pixels 0…255 of that shape."""
    levels = np.stack([packed >> 4, packed & 15], 1).ravel()[: int(np.prod(shape))]
    return levels.reshape(shape) * np.uint8(17)


def _write(path: Path, facts: Facts, arrays: dict[str, np.ndarray]) -> None:
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    content = save(contiguous, metadata={"facts": json.dumps(facts)})
    with replacing(path) as beside:
        beside.write_bytes(zlib.compress(content, 6))


def _read(path: Path, made: Callable[[Facts, dict[str, np.ndarray]], _Read]) -> _Read | None:
    """What ``made`` makes of a file's facts and arrays; None where it is missing or damaged."""
    try:
        # never more than a record may take: a few bytes could claim to be gigabytes
        content = zlib.decompressobj().decompress(path.read_bytes(), MOST_BYTES)
        length = int.from_bytes(content[:8], "little")
        facts = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["facts"])
        return made(facts, load(content))
    except (OSError, zlib.error, SafetensorError, ValueError, LookupError, TypeError):
        return None


def _frame(facts: Facts, arrays: dict[str, np.ndarray]) -> Frame:
    left, right, bottom, top = (float(value) for value in facts["box"])
    positions = _restored(arrays["positions"], arrays["positions.range"])
    n, two = positions.shape
    if two != 2 or arrays["pictures"].ndim != 4 or not n:
        raise ValueError("no frame")
    codes = _restored(arrays["codes"], arrays["codes.range"]) if "codes" in arrays else None
    grid = _unpacked(arrays["grid"], facts["grid"]) if "grid" in arrays else None
    return Frame(
        float(facts["epoch"]),
        positions,
        positions if grid is not None else codes,
        arrays["pictures"],
        grid,
        (left, right, bottom, top),
    )


def _shown(facts: Facts, arrays: dict[str, np.ndarray]) -> Shown:
    labels = arrays["labels"].astype(np.int64) if "labels" in arrays else None
    return Shown(
        int(facts["latent_dim"]), labels, tuple(map(str, facts["classes"])), arrays["pictures"]
    )
