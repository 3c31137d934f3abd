"""Downloads from a real web server on this machine that behaves badly when told to."""

import errno
import gzip
import hashlib
import io
import os
import socket
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import PurePosixPath

import filelock
import pytest
from idx_files import small_set
from mirror import mirror

from aecore.data import DATASETS, load
from aecore.data.download import RemoteFile, fetch
from aecore.data.mnist import MNIST
from aecore.messages import Problem

PUBLISHED = [entry for entry in DATASETS.values() if entry.downloadable]


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # a proxy of this machine is no part of the test


@pytest.fixture
def files(mnist_folder):
    """Name -> bytes of three of the four real files; the largest would only take time."""
    found = {}
    for path in sorted(mnist_folder.glob("t*ubyte*")):
        name = path.name.replace(".idx", "-idx").removesuffix(".gz")
        if name != "train-images-idx3-ubyte":
            body = path.read_bytes()
            found[f"{name}.gz"] = body if path.suffix == ".gz" else gzip.compress(body)
    return found


@pytest.fixture
def remote(files):
    return tuple(
        RemoteFile(name, hashlib.md5(body).hexdigest(), len(body)) for name, body in files.items()
    )


@pytest.fixture
def serve(files):
    """serve(status=…, ranges=…, …) starts a mirror; other names are files of other content."""
    with ExitStack() as running:

        def start(status=None, ranges=True, length=True, breaks_after=None, **other):
            behaviour = (status, ranges, length, breaks_after)
            return running.enter_context(mirror(files | other, *behaviour))

        yield start


@pytest.fixture
def dead():
    """The address of a mirror that nobody runs: a port that was just closed."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    return f"http://127.0.0.1:{port}/mnist/"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "mnist"


@contextmanager
def limit_of(calls):
    """A progress callback that stops the download at its n-th call."""

    class Stop(Exception):
        pass

    heard = []

    def progress(done, total):
        heard.append((done, total))
        if len(heard) == calls:
            raise Stop

    with pytest.raises(Stop):
        yield progress


def whole(folder, files):
    return {path.name: path.read_bytes() for path in folder.glob("*ubyte*")} == files


IMAGES = "t10k-images-idx3-ubyte.gz"


@pytest.mark.parametrize("entry", PUBLISHED, ids=lambda entry: entry.name)
def test_what_is_published_is_complete(entry):
    assert len(entry.mirrors) >= 2 and all(mirror.endswith("/") for mirror in entry.mirrors)
    files = [name for file in entry.remote for name in file.members or (file.name,)]
    assert sorted(PurePosixPath(name).name for name in files) == sorted(
        f"{name}.gz" for name in entry.files
    )
    assert len({file.md5 for file in entry.remote}) == len(entry.remote)
    assert all(len(file.md5) == 32 and file.size > 4000 for file in entry.remote)
    assert entry.download_bytes == sum(file.size for file in entry.remote)


def test_what_can_be_downloaded_is_known():
    assert not DATASETS["digits"].downloadable
    assert {entry.name for entry in PUBLISHED} >= {"mnist", "fashion_mnist"}


def test_published_sizes_are_those_of_the_published_files(remote):
    published = {file.md5: file for file in MNIST.remote}  # a copy packed anew has another MD5
    assert all(published.get(file.md5, file) == file for file in remote)


def test_a_download_ends_in_the_data_set(serve, remote, tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", "")
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path))
    server = serve()
    entry = replace(MNIST, mirrors=(server.url,), remote=remote)
    with pytest.raises(Problem, match="Download it"):
        entry.load("test")
    assert server.asked == []  # loading never downloads
    heard = []
    entry.download(lambda *progress: heard.append(progress))
    assert len(entry.load("test")) == len(load("mnist", "test")) == 10_000
    total = sum(file.size for file in remote)
    assert heard[-1] == (total, total) and {each[1] for each in heard} == {total}
    assert heard == sorted(heard) and len(heard) > 10
    assert not list(tmp_path.rglob("*.part")) and not list(tmp_path.rglob("tmp*"))
    # a second time nothing is fetched
    asked = list(server.asked)
    heard.clear()
    entry.download(lambda *progress: heard.append(progress))
    assert server.asked == asked and heard[-1] == (total, total)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_the_next_mirror_is_asked(serve, remote, files, folder, dead, status):
    bad, good = serve(status=status), serve()
    fetch(remote, (dead, bad.url, good.url), folder, "MNIST")
    assert whole(folder, files)
    assert len(bad.asked) == 1  # the mirror that delivered is asked first from then on


def test_a_broken_connection_is_continued_on_another_mirror(serve, remote, files, folder):
    bad, good = serve(breaks_after=700_000), serve()
    fetch(remote, (bad.url, good.url), folder, "MNIST")
    assert whole(folder, files)
    ranges = dict(good.asked)
    assert ranges[IMAGES] == "bytes=700000-"


def test_a_broken_connection_is_continued_the_next_time(serve, remote, files, folder):
    server = serve(breaks_after=700_000)
    with pytest.raises(Problem, match=f"broke while {IMAGES} was coming.*is kept"):
        fetch(remote, (server.url,), folder, "MNIST")
    assert (folder / f"{IMAGES}.part").stat().st_size == 700_000
    server.breaks_after = None
    heard = []
    fetch(remote, (server.url,), folder, "MNIST", lambda done, total: heard.append(done))
    assert whole(folder, files) and server.asked[-3:][0] == (IMAGES, "bytes=700000-")
    assert heard[0] > 700_000


@pytest.mark.parametrize("lacks", ["ranges", "length"])
def test_a_server_that_knows_no_ranges_or_names_no_length(lacks, serve, remote, files, folder):
    server = serve(**{lacks: False}, breaks_after=700_000)
    with pytest.raises(Problem, match="broke"):
        fetch(remote, (server.url,), folder, "MNIST")
    server.breaks_after = None
    fetch(remote, (server.url,), folder, "MNIST")
    assert whole(folder, files)


def test_stopped_from_the_callback_and_continued(serve, remote, files, folder):
    server = serve()
    with limit_of(4) as progress:
        fetch(remote, (server.url,), folder, "MNIST", progress)
    kept = (folder / f"{IMAGES}.part").stat().st_size
    assert 100_000 < kept < len(files[IMAGES])
    assert not list(folder.glob("tmp*"))
    fetch(remote, (server.url,), folder, "MNIST")
    assert whole(folder, files) and (IMAGES, f"bytes={kept}-") in server.asked


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("change", ["another byte", "longer", "a page of a login portal"])
def test_wrong_files_are_thrown_away(serve, remote, files, folder, change, length):
    wrong = {
        "another byte": files[IMAGES][:-1] + bytes([files[IMAGES][-1] ^ 1]),
        "longer": files[IMAGES] + b"x",
        "a page of a login portal": b"<html>Welcome to the school's network</html>",
    }[change]
    server = serve(length=length, **{IMAGES: wrong})
    with pytest.raises(Problem) as told:
        fetch(remote, (server.url,), folder, "MNIST")
    if length or change != "a page of a login portal":  # else it may as well be a broken connection
        assert "not the published file" in str(told.value) and IMAGES in str(told.value)
        assert not list(folder.glob("*.part"))
    good = serve()
    fetch(remote, (server.url, good.url), folder, "MNIST")
    assert whole(folder, files)


def test_a_partial_file_of_something_else_is_begun_again(serve, remote, files, folder):
    folder.mkdir(parents=True)
    (folder / f"{IMAGES}.part").write_bytes(b"other" * 1000)
    server = serve()
    fetch(remote, (server.url,), folder, "MNIST")
    assert whole(folder, files)
    assert [asked for name, asked in server.asked if name == IMAGES] == ["bytes=5000-", None]


@pytest.mark.parametrize("extra", [0, 1000])
def test_a_partial_file_that_is_whole_or_too_long(serve, remote, files, folder, extra):
    folder.mkdir(parents=True)
    (folder / f"{IMAGES}.part").write_bytes(files[IMAGES] + bytes(extra))
    server = serve()
    fetch(remote, (server.url,), folder, "MNIST")
    assert whole(folder, files)
    assert len([name for name, _ in server.asked if name == IMAGES]) == (1 if extra else 0)


def test_a_damaged_file_in_the_cache_is_fetched_again(serve, remote, files, folder):
    folder.mkdir(parents=True)
    (folder / IMAGES).write_bytes(files[IMAGES][:5000])
    fetch(remote, (serve().url,), folder, "MNIST")
    assert whole(folder, files)


def test_no_network(remote, folder, dead):
    with pytest.raises(Problem, match="No mirror of MNIST can be reached.*AECORE_DATA_DIR"):
        fetch(remote, (dead, dead), folder, "MNIST")
    with pytest.raises(Problem, match="No mirror of MNIST can be reached"):
        fetch(remote, ("http://no-such-host.invalid/",), folder, "MNIST")


def test_what_a_mirror_answers_says_more_than_that_another_is_silent(serve, remote, folder, dead):
    with pytest.raises(Problem, match=r"127\.0\.0\.1:\d+ answers 403 when asked for t10k"):
        fetch(remote, (dead, serve(status=403).url), folder, "MNIST")


def test_a_folder_that_cannot_be_written(serve, remote, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(Problem, match="Nothing can be written to .*AECORE_CACHE_DIR"):
        fetch(remote, (serve().url,), tmp_path / "cache" / "mnist", "MNIST")
    with pytest.raises(Problem, match="Nothing can be written to"):
        fetch(remote, (serve().url,), tmp_path / "cache", "MNIST")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is full")
def test_a_full_disk(serve, remote, folder):
    folder.mkdir(parents=True)
    (folder / f"{IMAGES}.part").symlink_to("/dev/full")
    with pytest.raises(Problem, match="is full. Make room") as told:
        fetch(remote, (serve().url,), folder, "MNIST")
    assert told.value.__cause__.errno == errno.ENOSPC


def test_one_download_at_a_time(serve, remote, folder):
    folder.mkdir(parents=True)
    server = serve()
    with filelock.FileLock(folder / ".lock"), pytest.raises(Problem, match="downloaded already"):
        fetch(remote, (server.url,), folder, "MNIST")
    assert server.asked == []


# a zip archive of which four members are wanted

MEMBERS = tuple(f"gzip/{name}.gz" for name in MNIST.files)


@pytest.fixture
def archive(tmp_path):
    """zipped(entries) -> RemoteFile and its bytes; a small set among other members."""
    small_set(MNIST, tmp_path / "small", packed=True)
    small = {f"gzip/{path.name}": path.read_bytes() for path in (tmp_path / "small").iterdir()}

    def zipped(without=(), **other):
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as into:
            into.writestr("gzip/emnist-letters-train-images-idx3-ubyte.gz", os.urandom(300_000))
            for name, content in small.items():
                if name not in without:
                    into.writestr(name, other.get(name, content))
        body = body.getvalue()
        md5 = hashlib.md5(body).hexdigest()
        return RemoteFile("gzip.zip", md5, len(body), MEMBERS), body

    return zipped


def test_of_an_archive_only_what_is_wanted_stays(serve, archive, tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_DATA_DIR", "")
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path))
    file, body = archive()
    server = serve(breaks_after=200_000, **{"gzip.zip": body})
    entry = replace(MNIST, content=(), mirrors=(server.url,), remote=(file,))
    with pytest.raises(Problem, match="broke while gzip.zip was coming"):
        entry.download()
    server.breaks_after = None
    heard = []
    entry.download(lambda *progress: heard.append(progress))
    assert server.asked[-1] == ("gzip.zip", "bytes=200000-")  # what had come was kept
    assert heard[-1] == (len(body), len(body))
    kept = {path.name for path in (tmp_path / "mnist").iterdir()} - {".lock"}
    assert kept == {f"{name}.gz" for name in MNIST.files}
    assert len(entry.load("train")) == len(entry.load("test")) == 40
    # a second time nothing is fetched
    asked = list(server.asked)
    entry.download(lambda *progress: heard.append(progress))
    assert server.asked == asked and heard[-1] == (len(body), len(body))
    # what was lost is fetched anew
    next((tmp_path / "mnist").glob("t10k-images*")).unlink()
    assert not entry.on_this_machine()
    entry.download()
    assert len(entry.load("test")) == 40


def test_an_archive_without_what_is_wanted(serve, archive, folder):
    file, body = archive(without=[MEMBERS[2]])
    server = serve(**{"gzip.zip": body})
    with pytest.raises(Problem, match="gzip.zip does not hold the files"):
        fetch((file,), (server.url,), folder, "EMNIST")
    assert not (folder / PurePosixPath(MEMBERS[2]).name).exists()


def test_a_member_that_is_larger_than_its_archive_is_not_unpacked(serve, archive, folder):
    file, body = archive(**{MEMBERS[0]: bytes(10_000_000)})
    with pytest.raises(Problem, match="does not hold"):
        fetch((file,), (serve(**{"gzip.zip": body}).url,), folder, "EMNIST")
    assert not list(folder.glob("*ubyte*")) and not list(folder.glob(".*.part"))


def test_what_is_no_archive(serve, folder):
    body = b"<html>" * 1000
    file = RemoteFile("gzip.zip", hashlib.md5(body).hexdigest(), len(body), MEMBERS)
    with pytest.raises(Problem, match="gzip.zip does not hold the files"):
        fetch((file,), (serve(**{"gzip.zip": body}).url,), folder, "EMNIST")
