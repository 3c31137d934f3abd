"""Pictures that people hand over, kept to train on."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from aecore.data import dataset
from aecore.files import replacing
from aecore.job import writing_to
from aecore.messages import N_, Problem
from aecore.storage import images_dir

MAX_UPLOAD = 200  # megabytes, all files together


def keep_images(file_name: str, content: bytes) -> str:
    """Keep an archive of pictures that can be trained on; return its name. Raises Problem.

    It is read to the last picture before it counts; nothing else is left behind. Several files
    come packed by ``packed``.
    """
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file_name).stem).strip("-._")[:40] or "pictures"
    if len(content) > MAX_UPLOAD * 1_000_000:
        raise _too_large(file_name)
    folder = images_dir()
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        number, path = 1, folder / f"{stem}.zip"
        while path.exists() and path.read_bytes() != content:
            number, path = number + 1, folder / f"{stem}-{number + 1}.zip"
        with replacing(path) as beside:
            beside.write_bytes(content)
            try:
                dataset(f"folder:{beside}").load("train")
            except Problem as problem:  # it speaks of the file as its owner knows it
                values = {
                    key: file_name if value == str(beside) else value
                    for key, value in problem.values.items()
                }
                raise Problem(problem.sentence, **values) from problem
    return path.stem


def _too_large(name: str) -> Problem:
    return Problem(
        N_("“{name}” is larger than {limit} MB; choose fewer or smaller pictures."),
        name=name,
        limit=MAX_UPLOAD,
    )


def packed(files: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Name and content of one archive of what was handed over: an archive, or pictures.

    Raises Problem when they are too large together, or neither.
    """
    if sum(len(content) for _name, content in files) > MAX_UPLOAD * 1_000_000:
        raise _too_large(files[0][0])
    archives = [name for name, _content in files if name.lower().endswith(".zip")]
    if len(files) == len(archives) == 1:
        return files[0]
    if archives:
        raise Problem(
            N_("“{name}” is an archive among other files; choose one archive, or only pictures."),
            name=archives[0],
        )
    content = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(content, "w") as archive:  # pictures are packed already
        for name, picture in sorted(files):
            path = Path(name.replace("\\", "/"))
            inside, number = path.name, 2
            while inside in taken:  # some phones call every picture image.jpg
                inside, number = f"{path.stem}-{number}{path.suffix}", number + 1
            taken.add(inside)
            # without its time: the same pictures give the same archive
            archive.writestr(zipfile.ZipInfo(inside), picture)
    return f"{Path(files[0][0]).stem}-{len(files)}.zip", content.getvalue()
