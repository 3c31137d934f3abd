"""What people choose in place of a checkpoint: told by its content, never by its name."""

import re
import zipfile
from pathlib import PurePosixPath

from aecore.kinds import OTHER_ARCHIVES, Kind, kind_of
from aecore.messages import N_, Problem

NO_CHECKPOINT = N_(
    "“{name}” is no checkpoint of the Autoencoder Explorer: {reason}. "
    "Choose a .safetensors file that this app or “python -m aecore train” has written."
)
PICKLED = N_(
    "“{name}” is a pickled PyTorch file; it is not opened because such files can run programs. "
    "Turn it into something safe where it was made, with these three lines, and choose that: "
    '`import torch, safetensors.torch`, `weights = torch.load("{name}", weights_only=True)`, '
    '`safetensors.torch.save_file(weights, "model.safetensors")`.'
)
POINTER = N_(
    "“{name}” is a Git LFS pointer, which stands for the file but doesn't hold it. Fetch the file "
    "with “git lfs pull”, or download it from the page of its repository."
)
WEB_PAGE = N_(
    "“{name}” is a web page, not the file that should have been downloaded. Open its address in a "
    "browser, and save the file that is offered there."
)
KERAS = N_("it is a Keras model")
PICTURE = N_("it is a picture")
PACKED = N_("it is a compressed archive; unpack it first")

PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")  # their protocols
# what data sets are read from, and would be no checkpoint
KINDS: dict[Kind, str] = {
    "picture": PICTURE,
    "heic": PICTURE,
    "npy": N_("it is a NumPy array"),
    "gzip": PACKED,
    "tar": PACKED,
}
BEGINNINGS = {
    b"\x89HDF\r\n\x1a\n": KERAS,  # older ones; newer ones are zip archives
    b"GGUF": N_("it is a language model in the format GGUF"),
    **dict.fromkeys(OTHER_ARCHIVES, PACKED),
}
PATTERNS = {  # where a beginning is not always the same
    # ir_version, a small number, and the tag of a model's next field with text or bytes
    rb"\x08[\x01-\x20][\x12\x1a\x22\x32\x3a\x42]": N_(
        "it is a model in the format ONNX, which has a field of its own (or “python -m aecore "
        "import”)"
    ),
    rb"(\xef\xbb\xbf)?\s*(\{\s*[\"}]|\[\s*[\[{\"\d\]])": N_(
        "it is text in JSON, such as servers send in place of a file that they refuse"
    ),
}


def no_checkpoint(name: str, reason: str) -> Problem:
    """What to tell of a file that is none; ``reason`` is marked for translation."""
    return Problem(NO_CHECKPOINT, name=name, reason=reason)


def not_the_file_itself(name: str, start: bytes) -> Problem | None:
    """What to tell of a file that came in place of another: a pointer to it, or a web page.

    ``start``: its first HEAD bytes. None where it is neither.
    """
    if start.startswith(b"version https://git-lfs."):
        return Problem(POINTER, name=name)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml")):
        return Problem(WEB_PAGE, name=name)
    return None


def no_safetensors(name: str, start: bytes) -> Problem:
    """What to tell of a file of this name that begins with ``start`` and is no safetensors."""
    if start.startswith(PICKLES):
        return Problem(PICKLED, name=name)
    kind = kind_of(start)
    known = [KINDS[kind]] if kind in KINDS else []
    known += [reason for sign, reason in BEGINNINGS.items() if start.startswith(sign)]
    known += [reason for pattern, reason in PATTERNS.items() if re.match(pattern, start)]
    known.append(N_("it has no safetensors header") if start else N_("it is empty"))
    return not_the_file_itself(name, start) or no_checkpoint(name, known[0])


def in_place_of_a_model(name: str, start: bytes) -> Problem | None:
    """What to tell of a file of this name that begins with ``start`` and came in place of a model.

    That is a pickled one, or what isn't the file itself. None where it may be what it should.
    """
    if start.startswith(PICKLES) or kind_of(start) == "zip" and b"data.pkl" in start:
        return Problem(PICKLED, name=name)
    return not_the_file_itself(name, start)


def only_checkpoint(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The one .safetensors file in a zip archive of this name.

    Raises Problem where there is none, which says what the archive is, or more than one.
    """
    if not archive.namelist():
        raise no_checkpoint(name, N_("it is an empty or damaged zip archive"))
    members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
    paths = [PurePosixPath(each.replace("\\", "/")) for each in members]
    found = [
        info
        for path, info in zip(paths, members.values(), strict=True)
        # macOS puts a hidden twin beside each file
        if path.suffix.lower() == ".safetensors" and not path.name.startswith(".")
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise Problem(
            N_("“{name}” holds {count} checkpoints. Unpack it and choose one of them."),
            name=name,
            count=len(found),
        )
    names = {path.name for path in paths}
    if "data.pkl" in names or any(path.suffix in (".pkl", ".pickle") for path in paths):
        raise Problem(PICKLED, name=name)
    if "model.weights.h5" in names:
        raise no_checkpoint(name, KERAS)
    if all(path.suffix == ".npy" for path in paths):
        raise no_checkpoint(name, N_("it is an archive of NumPy arrays"))
    raise no_checkpoint(name, N_("it is a zip archive without a .safetensors file"))
