"""Checkpoints: safetensors whose header holds all that rebuilds and describes the model.

A file is checked from its header alone, name, shapes and sizes, before any memory is taken for
it. Nothing is unpickled. PyTorch is imported only to build a model, not to describe one.
"""

import hashlib
import json
import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from aecore import foreign
from aecore.files import replacing
from aecore.foreign import no_checkpoint
from aecore.kinds import HEAD, kind_of
from aecore.messages import N_, Problem
from aecore.recipe import Recipe
from aecore.storage import PROJECT

if TYPE_CHECKING:
    from torch import Tensor

    from aecore.models import Autoencoder

KEY = "aecore"  # our entry in the safetensors header
FORMAT = 1
MAX_HEADER = 1_000_000  # bytes; ours have a few thousand
MAX_FILE = 512_000_000  # bytes
MAX_SECONDS = 1e9  # thirty years of training
SHIPPED = PROJECT / "checkpoints"

# what reading a damaged or malicious header may end in
BAD_VALUES = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)


@dataclass(frozen=True)
class Card:
    """What a checkpoint says of itself.

    ``config`` rebuilds the model of that ``family``; ``dataset``, ``classes`` (those that it saw,
    none named: all), ``corruption``, ``strength`` (0…1), ``recipe`` and ``seed`` tell how it was
    trained; ``seconds`` how long that took; ``metrics`` hold its figures on test images, of these
    classes; ``created`` is an ISO date.
    """

    name: str
    family: str
    config: dict[str, Any]
    dataset: str = ""
    corruption: str = "none"
    strength: float = 0.0
    recipe: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    seconds: float = 0.0
    metrics: dict[str, float] = field(default_factory=dict)
    created: str = ""
    classes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(self.classes))  # JSON turns tuples into lists

    @property
    def latent_dim(self) -> int:
        """The number of numbers in a code."""
        return int(self.config["latent_dim"])

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of its images."""
        channels, height, width = self.config["image_shape"]
        return int(channels), int(height), int(width)


def save(path: Path, model: "Autoencoder", card: Card, half: bool = False) -> None:
    """Write the checkpoint, whole or not at all. ``half``: 16-bit weights, half the size.

    Raises OSError.
    """
    write(path, dict(model.state_dict()), {"format": FORMAT, **asdict(card)}, half)


def write(
    path: Path, tensors: dict[str, "Tensor"], header: dict[str, Any], half: bool = False
) -> None:
    """Tensors and our header as one safetensors file, written beside and renamed."""
    import torch
    from safetensors.torch import save

    def stored(tensor: torch.Tensor) -> torch.Tensor:
        tensor = tensor.detach().cpu()
        if half and tensor.is_floating_point():
            tensor = tensor.half()
        return tensor.contiguous()

    with replacing(path) as beside:
        # written by Python: a full disk is then an OSError like any other
        whole = save(
            {name: stored(tensor) for name, tensor in tensors.items()},
            metadata={KEY: json.dumps(header)},
        )
        beside.write_bytes(whole)


@dataclass(frozen=True)
class Header:
    """A safetensors file's header: our JSON, each tensor's shape and whether it holds floats."""

    ours: dict[str, Any]
    shapes: dict[str, tuple[int, ...]]
    floats: dict[str, bool]


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """A checkpoint's bytes to be read, and how many they are; in a zip archive, of the only one.

    Raises Problem for an archive without, or with several, or a damaged one; and OSError.
    """
    with path.open("rb") as file:
        kind = kind_of(file.read(HEAD))
        file.seek(0)
        if kind != "zip":
            yield file, path.stat().st_size
            return
        try:
            with zipfile.ZipFile(file) as archive:
                member = foreign.only_checkpoint(archive, path.name)
                with archive.open(member) as inside:
                    yield inside, member.file_size
        except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError) as error:
            raise no_checkpoint(
                path.name, N_("it is a zip archive that is damaged or locked by a password")
            ) from error


def size(path: Path) -> int:
    """Its bytes, unpacked. Raises Problem and OSError."""
    with _opened(path) as (_file, found):
        return found


def content(path: Path) -> bytes:
    """The checkpoint as it stands in its file, or in a zip archive that holds nothing but it.

    Its size must have been checked, see ``read_header``. Raises Problem and OSError.
    """
    with _opened(path) as (file, length):
        return file.read(length)


def read_header(path: Path, most: int = MAX_FILE) -> Header:
    """Read and check the header without touching the tensors.

    Raises Problem, also for a file of more than ``most`` bytes.
    """

    def refuse(reason: str) -> Problem:
        return no_checkpoint(path.name or str(path), reason)  # “.” has no name

    if path.is_dir():
        raise refuse(N_("it is a folder"))
    try:
        if path.stat().st_size > most:
            raise refuse(N_("it is larger than 512 MB"))
        with _opened(path) as (file, whole):
            if whole > most:
                raise refuse(N_("it is larger than 512 MB"))
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else whole
            if not 2 <= length <= min(MAX_HEADER, whole - 8):
                raise foreign.no_safetensors(path.name, start + file.read(HEAD - 8))
            table = json.loads(file.read(length))
        ours = json.loads(table.pop("__metadata__", {}).get(KEY, "null"))
        shapes, floats = {}, {}
        end = 0
        for name, entry in table.items():
            shapes[str(name)] = tuple(int(n) for n in entry["shape"])
            floats[str(name)] = entry["dtype"] in ("F16", "BF16", "F32", "F64")
            end = max(end, int(entry["data_offsets"][1]))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise refuse(N_("it is not there")) from error
    except OSError as error:
        raise refuse(N_("it cannot be read")) from error
    except BAD_VALUES as error:
        raise refuse(N_("its header is damaged")) from error
    if not isinstance(ours, dict):
        raise refuse(N_("it is a safetensors file without the Explorer's header"))
    if end != whole - 8 - length:
        raise refuse(N_("it is cut short or damaged"))
    return Header(ours, shapes, floats)


def relabel(path: Path, **changes: Any) -> None:
    """Change fields of a checkpoint's card; its tensors stay as they are. Raises Problem, OSError.

    ``relabel(path, name="mine")`` gives it another name. What was zipped isn't afterwards.
    """
    ours = {**read_header(path).ours, **changes}
    whole = content(path)
    length = struct.unpack("<Q", whole[:8])[0]
    table = json.loads(whole[8 : 8 + length])
    table["__metadata__"][KEY] = json.dumps(ours)
    header = json.dumps(table).encode()
    header += b" " * (-len(header) % 8)  # safetensors keeps tensors aligned
    with replacing(path) as beside:
        beside.write_bytes(struct.pack("<Q", len(header)) + header + whole[8 + length :])


def describe(path: Path) -> Card:
    """The card of a checkpoint, without building its model. Raises Problem."""
    ours = read_header(path).ours
    try:
        if ours["format"] > FORMAT:
            raise Problem(
                N_("“{name}” was written by a newer version. Update the Autoencoder Explorer."),
                name=path.name,
            )
        # files of older versions know of no classes
        ours = {"classes": [], **ours}
        card = Card(**{f.name: ours[f.name] for f in fields(Card)})
        texts = (card.name, card.family, card.dataset, card.corruption, card.created)
        _require(str, *texts)
        _require(int, *card.classes)
        _require(dict, card.config, card.recipe, card.metrics)
        numbers = (card.strength, card.seconds, card.seed, *card.metrics.values())
        _require((int, float), *numbers)
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError("a figure that is no number")
        if not (0 <= card.strength <= 1 and 0 <= card.seconds < MAX_SECONDS):
            raise ValueError("a figure outside its range")
        Recipe.from_json(card.recipe)
        if card.created:
            datetime.fromisoformat(card.created)
        if card.latent_dim < 1 or min(card.image_shape) < 1:
            raise ValueError("sizes below 1")
    except BAD_VALUES as error:
        raise no_checkpoint(path.name, N_("its description is incomplete")) from error
    return card


def load(path: Path) -> tuple["Autoencoder", Card]:
    """The model, ready to be used (``eval``), and its card. Raises Problem.

    Family, settings and every tensor's shape are compared before memory is taken.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load as load_bytes

    from aecore.models import FAMILIES, configure

    card = describe(path)
    config = configure(card.family, **card.config)
    with torch.device("meta"):  # shapes only
        model = FAMILIES[card.family](config)
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    header = read_header(path)
    found = header.shapes
    if expected != found:
        name = sorted(n for n in {*expected, *found} if expected.get(n) != found.get(n))[0]
        raise Problem(
            N_(
                "The weights in “{file}” don't fit the model that it describes: {name} has "
                "shape {found}, expected is {expected}. Choose an undamaged copy."
            ),
            file=path.name,
            name=name,
            found=found.get(name, "–"),
            expected=expected.get(name, "–"),
        )
    if any(t.is_floating_point() != header.floats[n] for n, t in model.state_dict().items()):
        raise no_checkpoint(path.name, N_("its weights are of another kind"))
    try:
        tensors = load_bytes(content(path))  # a mapped file could not be replaced on Windows
    except (SafetensorError, OSError) as error:
        raise no_checkpoint(path.name, N_("it is damaged")) from error
    # shipped weights are 16-bit; models compute in 32
    tensors = {n: t.float() if t.is_floating_point() else t for n, t in tensors.items()}
    if not all(bool(torch.isfinite(t).all()) for t in tensors.values()):
        raise no_checkpoint(path.name, N_("some of its weights are no numbers"))
    model.load_state_dict(tensors, assign=True)
    model.check_files(path.name)
    return model.eval().requires_grad_(False), card


def _require(kind: type | tuple[type, ...], *values: object) -> None:
    if not all(isinstance(value, kind) for value in values):
        raise TypeError


@lru_cache(maxsize=4096)  # a class has many runs
def _digest(path: Path, modified: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(path: Path) -> str:
    """SHA-256 of the file, for caches; read again only when the file has changed."""
    stat = path.stat()
    return _digest(path, stat.st_mtime_ns, stat.st_size)


def shipped() -> dict[str, Path]:
    """The checkpoints that come with the app, by name."""
    return {
        path.stem: path
        for path in sorted(SHIPPED.glob("*.safetensors"))
        if path.stem not in ("map", "pca", "bench")
    }
