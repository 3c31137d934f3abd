"""The tunes that the package music21 brings along, read once and kept.

Folk songs of the Essen collection (for non-commercial use), fiddle tunes of four books, and the
sopranos of Bach's chorales. What is kept is a file a collection in the cache folder.
"""

import importlib.util
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecore.data.download import cache_folder
from aecore.files import replacing
from aecore.melodies import abc_notation
from aecore.melodies.abc_notation import NO_METRE, UNREADABLE, LeftOut, bar_of, checked
from aecore.melodies.melody import Tune, Tunes
from aecore.messages import N_, Problem

FORMAT = 1  # of the files that are kept, and of what is taken from the tunes

Report = Callable[[float], None]
"""Called with the share read, 0…1; raising from it stops the reading."""


@dataclass(frozen=True)
class Collection:
    """Tunes that were published together. files: those inside music21's corpus."""

    name: str
    title: str
    files: str


COLLECTIONS = {
    each.name: each
    for each in (
        Collection("essen", N_("Folk songs (Essen)"), "essenFolksong/*.abc"),
        Collection("ryan", N_("Ryan's Mammoth Collection"), "ryansMammoth/*.abc"),
        Collection("oneill", N_("O'Neill's Music of Ireland"), "oneills1850/*.abc"),
        Collection("aird", N_("Aird's Airs"), "airdsAirs/*.abc"),
        Collection("chorales", N_("Chorale sopranos (Bach)"), "bach/bwv*.mxl"),
    )
}


def kept_at(name: str) -> Path:
    """Where the tunes of a collection are kept."""
    return cache_folder() / "melodies" / f"{name}-{FORMAT}.npz"


def prepare(name: str, report: Report = lambda share: None) -> None:
    """Read a collection with music21 and keep it. Raises Problem, and what ``report`` raises."""
    found = read(name, report)
    path = kept_at(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, found)
    except OSError as error:
        raise Problem(
            N_("{path} cannot be written ({reason})."), path=path, reason=error.strerror or error
        ) from error


def read(name: str, report: Report = lambda share: None) -> Tunes:
    """The tunes of a collection, out of music21. Raises Problem, and what ``report`` raises."""
    abc_notation.require()
    spec = importlib.util.find_spec("music21")
    assert spec is not None and spec.origin is not None  # ``require`` has seen to it
    folder = Path(spec.origin).parent / "corpus"
    files = sorted(folder.glob(COLLECTIONS[name].files))
    tunes: list[Tune] = []
    left: Counter[str] = Counter()
    for number, file in enumerate(files):
        report(number / len(files))
        if file.suffix == ".abc":
            found, out = abc_notation.read(file.read_text("utf-8", "replace"))
            tunes += found
            left += out
            continue
        try:
            tunes.append(_soprano(file))
        except LeftOut as why:
            left[why.reason] += 1
    return Tunes(tuple(tunes), dict(left))


def _soprano(file: Path) -> Tune:
    """The first voice of a score. Raises LeftOut."""
    from music21 import converter, meter, note, stream

    try:
        # forceSource: music21 would read a pickle that somebody left in the temporary folder
        score: Any = converter.parse(file, forceSource=True, storePickle=False)
        part = score.parts[0]
        metres = {(m.numerator, m.denominator) for m in part[meter.TimeSignature]}
        if len(metres) != 1:
            raise LeftOut(NO_METRE)
        barlines = [4 * float(each.offset) for each in part.getElementsByClass(stream.Measure)]
        notes = [
            (4 * float(each.offset), 4 * float(each.quarterLength), each.pitch.midi)
            for each in part.stripTies().flatten()[note.Note]
            if each.quarterLength > 0
        ]
    except LeftOut:
        raise
    except Exception as error:  # as in abc_notation
        raise LeftOut(UNREADABLE) from error
    rows = np.array(sorted(notes), np.float32).reshape(-1, 3)
    return checked(Tune(file.stem, rows, bar_of(*metres.pop()), np.array(barlines, np.float32)))


def everything() -> Tunes:
    """The tunes of all collections, in their order, as they are kept. Raises Problem."""
    return _together(tuple(kept_at(name) for name in COLLECTIONS))


@lru_cache(maxsize=1)
def _together(paths: tuple[Path, ...]) -> Tunes:
    parts = [load(path) for path in paths]
    left: Counter[str] = Counter()
    for part in parts:
        left.update(part.left_out)
    return Tunes(tuple(tune for part in parts for tune in part.tunes), dict(left))


def collection_of(tunes: NDArray[np.int64]) -> NDArray[np.int64]:
    """In which collection each of these tunes is, numbers (n,) among ``everything``."""
    counts = [len(load(kept_at(name)).tunes) for name in COLLECTIONS]
    return np.searchsorted(np.cumsum(counts), tunes, side="right").astype(np.int64)


def save(path: Path, found: Tunes) -> None:
    """Write tunes as .npz, whole or not at all. Raises OSError."""
    tunes = found.tunes
    arrays = {
        "titles": np.array([tune.title for tune in tunes], np.str_),
        "bars": np.array([tune.bar for tune in tunes], np.int64),
        "notes": np.concatenate([np.zeros((0, 3), np.float32), *(tune.notes for tune in tunes)]),
        "barlines": np.concatenate([np.zeros(0, np.float32), *(tune.barlines for tune in tunes)]),
        "note_counts": np.array([len(tune.notes) for tune in tunes], np.int64),
        "barline_counts": np.array([len(tune.barlines) for tune in tunes], np.int64),
        "left_out": np.array(json.dumps(dict(found.left_out))),
    }
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load(path: Path) -> Tunes:
    """Tunes that ``save`` wrote. Raises Problem for a damaged file, and where there is none."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            parts = {name: stored[name] for name in stored.files}
        notes = _parts(parts["notes"].astype(np.float32).reshape(-1, 3), parts["note_counts"])
        barlines = _parts(parts["barlines"].astype(np.float32), parts["barline_counts"])
        titles, bars = parts["titles"].tolist(), parts["bars"].tolist()
        tunes = tuple(
            checked(Tune(str(title), some, int(bar), lines))
            for title, some, bar, lines in zip(titles, notes, bars, barlines, strict=True)
        )
        left_out = {str(why): int(n) for why, n in json.loads(str(parts["left_out"])).items()}
    except FileNotFoundError as error:
        raise Problem(N_("There are no tunes at {path}."), path=path) from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, LeftOut) as error:
        raise Problem(
            N_("“{name}” is damaged; remove it, and the tunes are read anew."), name=path.name
        ) from error
    return Tunes(tunes, left_out)


def _parts(rows: NDArray[np.float32], counts: NDArray[np.int64]) -> list[NDArray[np.float32]]:
    """The rows cut into pieces of these lengths."""
    ends = np.cumsum(counts)
    return [rows[end - count : end] for end, count in zip(ends, counts, strict=True)]
