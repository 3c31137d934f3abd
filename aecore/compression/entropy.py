"""Whole numbers in as few bits as their frequencies allow: range coding, by ``constriction``.

Tables of frequencies are counts, whole numbers above 0, so that both sides make the same
probabilities of them. Likely numbers cost little: log2(1 / probability) bits.
"""

from collections.abc import Sequence

import numpy as np
from constriction import stream

from aecore.messages import N_, Problem

Words = np.ndarray
"""What the coder writes and reads: uint32 (n,)."""


def damaged() -> Problem:
    """What to tell of data that no encoder has written."""
    return Problem(N_("The compressed data is cut short or damaged."))


class Writer:
    """Codes one array of numbers after the other; ``Reader`` reads them in the same order."""

    def __init__(self) -> None:
        self._coder = stream.queue.RangeEncoder()

    def same(self, numbers: np.ndarray, probabilities: np.ndarray) -> None:
        """Numbers (n,) that share one table, float32 (k,), none of it 0."""
        table = stream.model.Categorical(probabilities, perfect=False)
        self._coder.encode(numbers.astype(np.int32), table)

    def each(self, numbers: np.ndarray, probabilities: np.ndarray) -> None:
        """Numbers (n,) that have a table each, float32 (n, k)."""
        if len(numbers):
            self._coder.encode(numbers.astype(np.int32), _EACH, probabilities)

    def words(self) -> Words:
        """All that has been coded."""
        words: Words = self._coder.get_compressed()
        return words


class Reader:
    """Decodes what a ``Writer`` has written. All its methods raise Problem for anything else."""

    def __init__(self, words: Words) -> None:
        self._coder = stream.queue.RangeDecoder(words)

    def same(self, count: int, probabilities: np.ndarray) -> np.ndarray:
        """int32 (count,)."""
        table = stream.model.Categorical(probabilities, perfect=False)
        try:
            found: np.ndarray = self._coder.decode(table, count)
        except AssertionError as error:  # constriction's word for it
            raise damaged() from error
        return found

    def each(self, probabilities: np.ndarray) -> np.ndarray:
        """int32 (n,)."""
        if not len(probabilities):
            return np.zeros(0, np.int32)
        try:
            found: np.ndarray = self._coder.decode(_EACH, probabilities)
        except AssertionError as error:
            raise damaged() from error
        return found


_EACH = stream.model.Categorical(perfect=False, lazy=False)


def counts(levels: np.ndarray, bits: int) -> np.ndarray:
    """How often each of 2^bits levels is found in each column of (N, d), plus 1: int64 (d, 2^bits).

    The 1 keeps what was never seen possible.
    """
    columns = [np.bincount(column, minlength=2**bits) + 1 for column in levels.T]
    return np.stack(columns).astype(np.int64)


def stored(tables: np.ndarray) -> np.ndarray:
    """Counts (d, k) as they are kept: int32 below 2^16, none of them 0."""
    most = tables.max(1, keepdims=True)
    scaled = np.where(most < 2**16, tables, tables * (2**16 - 1) // most)
    return np.maximum(scaled, 1).astype(np.int32)


def probabilities(table: np.ndarray) -> np.ndarray:
    """Counts (k,) as float32 shares that add up to 1."""
    shares: np.ndarray = table / table.sum(dtype=np.int64)
    return shares.astype(np.float32)


def encode_levels(levels: np.ndarray, tables: np.ndarray, writer: Writer | None = None) -> bytes:
    """Levels (N, d), a table of counts (d, k) for each column, as bytes."""
    writer = Writer() if writer is None else writer
    for column, table in zip(levels.T, tables, strict=True):
        writer.same(column, probabilities(table))
    return writer.words().tobytes()


def decode_levels(data: bytes, tables: np.ndarray, count: int) -> np.ndarray:
    """The levels, uint8 (count, d), of ``encode_levels``. Raises Problem."""
    return read_levels(Reader(words(data)), tables, count)


def read_levels(reader: Reader, tables: np.ndarray, count: int) -> np.ndarray:
    """The same from a reader that goes on to what follows them. Raises Problem."""
    columns: Sequence[np.ndarray] = [reader.same(count, probabilities(one)) for one in tables]
    return np.stack(columns, 1).astype(np.uint8)


def words(data: bytes) -> Words:
    """Bytes as the coder reads them. Raises Problem."""
    if len(data) % 4:
        raise damaged()
    return np.frombuffer(data, np.uint32)
