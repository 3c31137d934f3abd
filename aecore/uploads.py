"""Pictures and data files that somebody hands over, each kept as a data set under its name."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from aecore import intake
from aecore.data import dataset
from aecore.data.archives import File
from aecore.data.own import OwnPictures
from aecore.data.sources import is_picture
from aecore.intake import taking_in
from aecore.kinds import is_systems
from aecore.messages import N_, Problem
from aecore.storage import images_dir

MAX_UPLOAD = 200  # megabytes, all files together
MAX_NAME = 60  # letters of a file's name, without its ending
PIECE = 2**20  # bytes that are compared at a time

# several files: each one's name and content
Files = Sequence[tuple[str, bytes]]


def uploads() -> dict[str, str]:
    """Names of the data sets that are kept, by what they are called.

    Among them all files and folders in ``images_dir()``, whoever put them there.
    """
    paths = sorted(path for path in images_dir().glob("*") if not is_systems(path.name))
    return {path.stem: OwnPictures(path.resolve()).name for path in paths}


def files() -> dict[str, Path]:
    """The files among them by name: those that were handed over. A folder somebody put there."""
    found = sorted(images_dir().glob("*"))
    return {path.stem: path for path in found if path.is_file() and not is_systems(path.name)}


def remove(name: str) -> None:
    """Delete the file that is kept under that name, if it is there. Raises Problem."""
    if name in (found := files()):
        intake.remove(found[name])


def add(files: Files) -> str:
    """Keep what can be trained on; return what it is called. Raises Problem.

    One file, whatever it is, or several of a kind. All is read to the last picture before it
    counts; nothing else is left behind.
    """
    owners_name, content = _packed(files)
    own = _file_name(owners_name)
    stem, suffix = Path(own).stem, Path(own).suffix
    number, path = 1, images_dir() / own
    while _taken(path, content):
        number, path = number + 1, images_dir() / f"{stem}-{number + 1}{suffix}"
    told = files[0][0] if len(files) == 1 else f"{files[0][0]} … (+{len(files) - 1})"
    with taking_in(path, content, told) as waiting:
        dataset(f"folder:{waiting}").load("train")
    return path.stem


def _taken(path: Path, content: bytes) -> bool:
    """Whether something else is called so already."""
    called_so = [other for other in path.parent.glob("*") if other.stem == path.stem]
    if called_so == [path] and path.is_file():
        return not _holds(path, content)
    return bool(called_so)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file holds just that; it isn't read as a whole, both may be large."""
    if path.stat().st_size != len(content):
        return False
    with path.open("rb") as file:
        return all(
            file.read(PIECE) == content[start : start + PIECE]
            for start in range(0, len(content), PIECE)
        )


def _file_name(owners_name: str) -> str:
    """A file's name as every system can have it, as near to its owner's as can be."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", owners_name))[-1]
    clean = re.sub(r'[\x00-\x1f<>:"|?*\ud800-\udfff]+', "-", last).strip(" .-_")
    path = PurePosixPath(clean)
    return f"{path.stem[:MAX_NAME]}{path.suffix[:12]}" or "pictures"


def _packed(files: Files) -> tuple[str, bytes]:
    """Name and content of what was handed over, several files as an archive. Raises Problem."""
    if sum(len(content) for _, content in files) > MAX_UPLOAD * 1_000_000:
        raise Problem(
            N_("“{name}” is larger than {limit} MB; choose fewer or smaller pictures."),
            name=files[0][0],
            limit=MAX_UPLOAD,
        )
    if len(files) == 1:
        return files[0]
    others = [name for name, content in files if not _is_picture(name, content)]
    if 0 < len(others) < len(files):
        raise Problem(
            N_(
                "“{name}” is no picture, but others are; choose only pictures, or one archive or "
                "data set."
            ),
            name=others[0],
        )
    content = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(content, "w") as archive:  # pictures are packed already
        for name, one in sorted(files):
            path = PurePosixPath(_file_name(name))
            inside, number = path.name, 2
            while inside in taken:  # some phones call every picture image.jpg
                inside, number = f"{path.stem}-{number}{path.suffix}", number + 1
            taken.add(inside)
            # without its time: the same pictures give the same archive
            archive.writestr(zipfile.ZipInfo(inside), one)
    return f"{Path(files[0][0]).stem}-{len(files)}.zip", content.getvalue()


def _is_picture(name: str, content: bytes) -> bool:
    return is_picture(File(name, len(content), lambda: io.BytesIO(content)))
