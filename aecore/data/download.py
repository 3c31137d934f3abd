"""Fetching the files of a data set: several mirrors, checked, resumable.

A file that is not whole stays beside as ``NAME.part``; the next attempt, on any mirror, asks for
the rest of it only. A file counts as whole when it has the published MD5. Of a zip archive only the
members that are wanted stay.
"""

import errno
import logging
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from aecore.data.dataset import Progress
from aecore.files import replacing
from aecore.messages import N_, Problem

CHUNK = 64 * 1024
TIMEOUTS = (10.0, 30.0)  # seconds: to connect, and between two pieces of an answer

_UNREACHABLE = N_(
    "No mirror of {title} can be reached. Check the network, or copy the files from another "
    "machine into a folder and name it in AECORE_DATA_DIR."
)
_REFUSED = N_("{host} answers {status} when asked for {file}. Try again later.")
_BROKEN = N_(
    "The connection to {host} broke while {file} was coming. What has arrived is kept: try again."
)
_WRONG = N_(
    "{file} from {host} is not the published file (its checksum differs); it was thrown away. "
    "Try again later."
)


@dataclass(frozen=True)
class RemoteFile:
    """A published file. md5: in hexadecimal, of the file as it is sent. size: in bytes.

    members: of a zip archive those that are wanted, with their folders. They have no MD5 of their
    own: they are trusted because the archive has its.
    """

    name: str
    md5: str
    size: int
    members: tuple[str, ...] = ()


class _MirrorFailed(Problem):
    """This mirror did not deliver; another one may."""


def cache_folder() -> Path:
    """Where downloads are kept: AECORE_CACHE_DIR, or else the user's cache folder."""
    chosen = os.environ.get("AECORE_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser()
    import pooch

    return Path(pooch.os_cache("autoencoder-explorer"))


def fetch(
    files: Sequence[RemoteFile],
    mirrors: Sequence[str],
    folder: Path,
    title: str,
    progress: Progress | None = None,
) -> None:
    """Bring ``files`` into ``folder``, from the first mirror that delivers.

    mirrors: addresses that end in a slash. title: the data set's, for messages. ``progress`` hears
    the bytes of all files together, those already here included; what it raises ends the download
    and leaves the partial file for the next time. Raises Problem.
    """
    import filelock

    total = sum(file.size for file in files)
    done = 0
    ordered = list(mirrors)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock", timeout=0):
            for file in files:
                before = done

                def report(in_file: int, before: int = before) -> None:
                    if progress is not None:
                        progress(before + in_file, total)

                if not _unpacked(file, folder):
                    mirror = _fetch_one(file, ordered, folder, title, report)
                    # the other files most likely come from there as well
                    ordered.sort(key=lambda other: other != mirror)
                    _unpack(file, folder)
                done += file.size
                report(file.size)
    except filelock.Timeout as error:
        raise Problem(
            N_("{title} is being downloaded already; wait until that download ends."), title=title
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem(
                N_("The disk of {folder} is full. Make room, then try again."), folder=folder
            ) from error
        raise Problem(
            N_(
                "Nothing can be written to {folder} ({reason}). Name another folder in "
                "AECORE_CACHE_DIR."
            ),
            folder=folder,
            reason=error.strerror or error,
        ) from error


def _fetch_one(
    file: RemoteFile,
    mirrors: Sequence[str],
    folder: Path,
    title: str,
    report: Callable[[int], None],
) -> str:
    """Bring one file and return the mirror it came from. Raises the most telling failure."""
    import pooch

    # pooch announces every download on stderr; here progress() does that
    pooch.get_logger().setLevel(logging.WARNING)
    downloader = _Resuming(file, folder / f"{file.name}.part", title, report)
    failures = []
    for mirror in mirrors:
        try:
            pooch.retrieve(
                mirror + file.name,
                known_hash=f"md5:{file.md5}",
                fname=file.name,
                path=folder,
                downloader=downloader,
            )
        except _MirrorFailed as failure:
            failures.append(failure)
        else:
            return mirror
    # that one mirror is out of reach says less than what another one answered
    raise next((each for each in failures if each.sentence != _UNREACHABLE), failures[0])


def _unpacked(file: RemoteFile, folder: Path) -> bool:
    """Whether all that is wanted of an archive is here; the archive itself is not kept."""
    return bool(file.members) and all(_place(each, folder).is_file() for each in file.members)


def _place(member: str, folder: Path) -> Path:
    return folder / PurePosixPath(member).name


def _unpack(file: RemoteFile, folder: Path) -> None:
    """Take the wanted members out of an archive, then remove it. Raises Problem and OSError."""
    if not file.members:
        return
    packed = folder / file.name
    try:
        with zipfile.ZipFile(packed) as archive:
            for member in file.members:
                entry = archive.getinfo(member)
                # it is packed already: nothing makes it larger than the whole archive
                if entry.file_size > file.size:
                    raise zipfile.BadZipFile
                with (
                    replacing(_place(member, folder)) as beside,
                    archive.open(entry) as source,
                    beside.open("wb") as target,
                ):
                    shutil.copyfileobj(source, target)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Problem(
            N_("{file} does not hold the files that it should. Download it again later."),
            file=packed,
        ) from error
    packed.unlink()


class _Resuming:
    """A downloader for pooch that continues a partial file by an HTTP Range request."""

    def __init__(
        self, file: RemoteFile, part: Path, title: str, report: Callable[[int], None]
    ) -> None:
        self.file = file
        self.part = part
        self.title = title
        self.report = report

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Bring the file of ``url`` to ``output_file``. Raises _MirrorFailed."""
        resumed = self.part.exists()
        self._receive(url)
        if resumed and not self._is_right():
            # pieced together from something else: once more, from its start
            self.part.unlink()
            self._receive(url)
        if not self._is_right():
            self.part.unlink()
            raise self._failed(_WRONG, url)
        self.part.replace(output_file)

    def _failed(self, sentence: str, url: str, **values: object) -> _MirrorFailed:
        host = urlsplit(url).netloc
        return _MirrorFailed(sentence, title=self.title, file=self.file.name, host=host, **values)

    def _is_right(self) -> bool:
        import pooch

        return bool(pooch.file_hash(str(self.part), alg="md5") == self.file.md5)

    def _receive(self, url: str) -> None:
        """Bring what is still missing into the partial file."""
        import requests
        from urllib3.exceptions import HTTPError

        here = self.part.stat().st_size if self.part.exists() else 0
        if here >= self.file.size:
            return
        # identity: the packed file itself is wanted, not what a server makes of it on the way
        headers = {"Accept-Encoding": "identity"}
        if here:
            headers["Range"] = f"bytes={here}-"
        try:
            answer = requests.get(url, headers=headers, stream=True, timeout=TIMEOUTS)
        except requests.RequestException as error:
            raise self._failed(_UNREACHABLE, url) from error
        with answer:
            if answer.status_code == requests.codes.ok:  # all of it, Range or not
                here = 0
            elif answer.status_code != requests.codes.partial_content:
                raise self._failed(_REFUSED, url, status=answer.status_code)
            elif not answer.headers.get("Content-Range", "").startswith(f"bytes {here}-"):
                raise self._failed(_WRONG, url)
            promised = answer.headers.get("Content-Length")
            if promised is not None and promised != str(self.file.size - here):
                raise self._failed(_WRONG, url)  # most often a page of a login portal
            with self.part.open("ab" if here else "wb") as part:
                try:
                    for chunk in answer.raw.stream(CHUNK, decode_content=False):
                        here += len(chunk)
                        if here > self.file.size:
                            break
                        part.write(chunk)
                        self.report(here)
                except HTTPError as error:
                    raise self._failed(_BROKEN, url) from error
            if here < self.file.size:
                raise self._failed(_BROKEN, url)
            if here > self.file.size:
                self.part.unlink()
                raise self._failed(_WRONG, url)
