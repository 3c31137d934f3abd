"""Images kept to the last bit: their coarse codes, and what the codes leave open.

A coarse code (a few bits a number) is decoded to a picture; that picture and the pixels already
known give each next pixel's probabilities, by which it is coded. Nothing is rounded away: what the
prediction gets wrong costs more bits, but never changes a pixel. All images go pixel by pixel in
step, so that the network answers for thousands at a time.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from aecore import checkpoint
from aecore.compression import entropy, predictor
from aecore.compression.entropy import Reader, Writer, damaged
from aecore.compression.exact import ExactLayer
from aecore.compression.predictor import GREYS, LevelDecoder, Predictor
from aecore.compression.quantise import Steps
from aecore.map_file import read_tensors
from aecore.messages import N_, Problem

FOLDER = checkpoint.SHIPPED / "compress"
LOSSLESS = FOLDER / "lossless.safetensors"
NEIGHBOURS_ONLY = FOLDER / "neighbours.safetensors"
MAKER = "deep-32"  # the model whose codes are coded
MARK = b"aecore-1"
HEAD = struct.Struct("<8sI32s")  # the mark, how many images, SHA-256 of their pixels
MOST = 1_000_000  # images
PARTS = {"level": 2, "pixel": 3}  # networks and how many layers each has


@dataclass(frozen=True, eq=False)
class LosslessCoder:
    """What both sides need: ``pixels``, the predictor, and of codes their tables and decoder.

    ``decoder`` None: there are no codes, and a pixel's neighbours alone predict it. ``steps`` turns
    a model's codes into levels; only the encoder needs it. ``tables`` (d, levels) are counts.
    """

    pixels: Predictor
    decoder: LevelDecoder | None
    steps: Steps | None
    tables: np.ndarray | None
    side: int

    def levels(self, codes: np.ndarray) -> np.ndarray | None:
        """What of codes, float32 (N, d), is coded; None where codes aren't."""
        return None if self.steps is None else self.steps.levels(codes)

    def decoded(self, levels: np.ndarray | None, count: int) -> np.ndarray:
        """What the levels alone show, uint8 (N, side, side); black where there are none."""
        if self.decoder is None or levels is None:
            return np.zeros((count, self.side, self.side), np.uint8)
        return self.decoder(levels)

    def encode(self, images: np.ndarray, levels: np.ndarray | None) -> bytes:
        """Images, uint8 (N, side, side), with their ``levels`` (N, d), as bytes."""
        writer = Writer()
        if self.tables is not None and levels is not None:
            entropy.encode_levels(levels, self.tables, writer)
        known = predictor.framed(images)
        quiet = self.pixels.quiet_probabilities()
        for row, column, busy, chances in self._chances(known, self.decoded(levels, len(images))):
            here = images[:, row, column]
            writer.same(here[~busy], quiet)
            writer.each(here[busy], chances)
        head = HEAD.pack(MARK, len(images), hashlib.sha256(images.tobytes()).digest())
        return head + writer.words().tobytes()

    def decode(self, data: bytes) -> np.ndarray:
        """The images, uint8 (N, side, side), to the last bit. Raises Problem for damaged data."""
        if len(data) < HEAD.size:
            raise damaged()
        mark, count, digest = HEAD.unpack(data[: HEAD.size])
        if mark != MARK or count > MOST:
            raise damaged()
        reader = Reader(entropy.words(data[HEAD.size :]))
        levels = None
        if self.tables is not None:
            levels = entropy.read_levels(reader, self.tables, count)
        images = np.zeros((count, self.side, self.side), np.uint8)
        known = predictor.framed(images)
        quiet = self.pixels.quiet_probabilities()
        for row, column, busy, chances in self._chances(known, self.decoded(levels, count)):
            here = np.empty(count, np.uint8)
            here[~busy] = reader.same(int((~busy).sum()), quiet)
            here[busy] = reader.each(chances)
            images[:, row, column] = here
            known[:, row + predictor.MARGIN, column + predictor.MARGIN] = here
        if hashlib.sha256(images.tobytes()).digest() != digest:
            raise damaged()
        return images

    def bits(self, images: np.ndarray, levels: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """What each image, uint8 (N, side, side), costs: of its code (N,), of its pixels (N, H, W).

        The entropy coder needs hardly more than that: a word of 32 bits for all together.
        """
        code = np.zeros(len(images))
        if self.tables is not None and levels is not None:
            for column, table in zip(levels.T, self.tables, strict=True):
                code -= np.log2(entropy.probabilities(table))[column]
        found = np.zeros(images.shape)
        known = predictor.framed(images)
        quiet = -np.log2(self.pixels.quiet_probabilities())
        for row, column, busy, chances in self._chances(known, self.decoded(levels, len(images))):
            here = images[:, row, column]
            found[~busy, row, column] = quiet[here[~busy]]
            found[busy, row, column] = -np.log2(chances[np.arange(len(chances)), here[busy]])
        return code, found

    def _chances(
        self, known: np.ndarray, decoded: np.ndarray
    ) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
        """Row, column, which images are busy there (N,), and the probabilities of these (n, 256).

        Of ``known``, framed images, only what comes before is looked at.
        """
        seen = predictor.framed(decoded)
        for row in range(self.side):
            for column in range(self.side):
                busy = predictor.busy(known, seen, row, column)
                places = np.flatnonzero(busy)
                x = predictor.features(known, seen, places, row, column)
                yield row, column, busy, self.pixels.busy_probabilities(x)

    @property
    def size(self) -> int:
        """Bytes that a decoder needs beside the compressed data: weights and tables."""
        layers = [*self.pixels.layers, *(self.decoder.layers if self.decoder else ())]
        tables = 2 * GREYS + (0 if self.tables is None else 2 * self.tables.size)
        return sum(layer.size for layer in layers) + tables

    def save(self, path: Path, facts: dict[str, object]) -> None:
        """Write as safetensors; ``facts`` say how it was made. Raises OSError."""
        import torch

        tensors = {"quiet": entropy.stored(self.pixels.quiet[None])[0]}
        layers = {"pixel": self.pixels.layers}
        if self.decoder is not None and self.steps is not None and self.tables is not None:
            layers["level"] = self.decoder.layers
            tensors |= {"low": self.steps.low, "high": self.steps.high}
            tensors["tables"] = entropy.stored(self.tables)
        for part, found in layers.items():
            for n, layer in enumerate(found):
                tensors[f"{part}.{n}.weight"] = layer.weight
                tensors[f"{part}.{n}.shift"] = layer.shift
                tensors[f"{part}.{n}.bias"] = layer.bias
        stored = {name: torch.from_numpy(np.ascontiguousarray(t)) for name, t in tensors.items()}
        header = {"format": 1, "kind": "lossless", "side": self.side, "facts": facts}
        checkpoint.write(path, stored, header)


@lru_cache(maxsize=2)
def load(path: Path = LOSSLESS) -> LosslessCoder:
    """Read what ``save`` has written. Raises Problem."""
    bad = Problem(N_("“{name}” is damaged."), name=path.name)
    header = checkpoint.read_header(path)
    with_codes = "tables" in header.shapes
    dimensions = {"quiet": 1}
    if with_codes:
        dimensions |= {"tables": 2, "low": 1, "high": 1}
    parts = PARTS if with_codes else {"pixel": PARTS["pixel"]}
    for part, count in parts.items():
        for n in range(count):
            dimensions |= {f"{part}.{n}.weight": 2}
            dimensions |= {f"{part}.{n}.shift": 1, f"{part}.{n}.bias": 1}
    found = read_tensors(path, "lossless", dimensions)
    side = header.ours.get("side")
    if not isinstance(side, int) or not 1 <= side <= 64 or found["quiet"].shape != (GREYS,):
        raise bad
    layers = {
        part: [
            ExactLayer(*(found[f"{part}.{n}.{name}"] for name in ("weight", "shift", "bias")))
            for n in range(count)
        ]
        for part, count in parts.items()
    }
    for name in ("quiet", "tables"):
        if name in found and (found[name].dtype != np.int32 or (found[name] < 1).any()):
            raise bad
    pixel = layers["pixel"]
    widths = [pixel[0].weight.shape[1], *(len(layer.weight) for layer in pixel)]
    inner = all(b.weight.shape[1] == len(a.weight) for a, b in zip(pixel, pixel[1:], strict=False))
    if widths[0] != predictor.FEATURES or widths[-1] != GREYS or not inner:
        raise bad
    pixels = Predictor(pixel, found["quiet"])
    if not with_codes:
        return LosslessCoder(pixels, None, None, None, side)
    numbers, levels = found["tables"].shape
    bits = levels.bit_length() - 1
    first, last = layers["level"]
    fits = (
        2**bits == levels
        and found["low"].shape == found["high"].shape == (numbers,)
        and first.weight.shape[1] == numbers
        and last.weight.shape == (side * side, len(first.weight))
    )
    if not fits:
        raise bad
    decoder = LevelDecoder(layers["level"], levels, side)
    return LosslessCoder(
        pixels, decoder, Steps(found["low"], found["high"], bits), found["tables"], side
    )
