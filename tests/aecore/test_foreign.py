"""What people choose in place of a checkpoint is named for what it is."""

import io
import pickle
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from aecore import checkpoint, library, storage
from aecore.checkpoint import Card
from aecore.messages import Problem
from aecore.models import build

POINTER = b"""version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 912345
"""
PAGE = b"""
<!DOCTYPE html>
<html><head><title>404</title></head><body>Not found</body></html>"""


@pytest.fixture
def ours(tmp_path) -> bytes:
    """A checkpoint, also in ours.safetensors."""
    model = build("simple", image_shape=(1, 6, 5), latent_dim=3)
    card = Card(name="theirs", family="simple", config=model.config.to_json())
    checkpoint.save(tmp_path / "ours.safetensors", model, card)
    return (tmp_path / "ours.safetensors").read_bytes()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def saved(write, *values, **options) -> bytes:
    file = io.BytesIO()
    write(*(file if value is io else value for value in values), **options)
    return file.getvalue()


TORCH = {"a": torch.zeros(2)}
KERAS = {"metadata.json": b"{}", "config.json": b"{}", "model.weights.h5": b"\x89HDF"}


OTHER_KINDS = [
    (zipped(KERAS), "it is a Keras model"),
    (b"\x89HDF\r\n\x1a\n" + bytes(200), "it is a Keras model"),
    (saved(np.savez, io, np.zeros(3)), "it is an archive of NumPy arrays"),
    (saved(np.savez_compressed, io, np.zeros(3)), "it is an archive of NumPy arrays"),
    (saved(np.save, io, np.zeros(3)), "it is a NumPy array"),
    (saved(torch.save, TORCH, io), "pickled PyTorch"),
    (saved(torch.save, TORCH, io, _use_new_zipfile_serialization=False), "pickled PyTorch"),
    (pickle.dumps({"a": 1}), "pickled PyTorch"),
    (zipped({"readme.txt": b"hello"}), "zip archive without a .safetensors file"),
    (zipped({}), "it is an empty or damaged zip archive"),
    (zipped({"readme.txt": b"hello"})[:40], "damaged or locked"),
    (b"\x1f\x8b\x08" + bytes(50), "it is a compressed archive; unpack it first"),
    (POINTER, "Git LFS pointer.*git lfs pull"),
    (zipped({"model.safetensors": POINTER}), "Git LFS pointer.*git lfs pull"),
    (PAGE, "is a web page.*save the file that is offered"),
    (b"\xef\xbb\xbf<html>", "is a web page"),
    (b'{"error":"Unauthorized"}', "it is text in JSON, such as servers send"),
    (b"{}", "it is text in JSON"),
    (b'\n[ {"a": 1} ]', "it is text in JSON"),
    (b"{nothing", "it has no safetensors header"),
    (saved(Image.new("L", (28, 28)).save, io, "PNG"), "it is a picture"),
    (saved(Image.new("L", (28, 28)).save, io, "JPEG"), "it is a picture"),
    # as PyTorch writes them, and as ONNX's own helper does
    (b"\x08\x08\x12\x07pytorch\x1a\x052.9.0:\x80\x01" + bytes(128), "the format ONNX"),
    (b"\x08\x0a:\x80\x01" + bytes(128) + b"B\x04\n\0\x10\x15", "the format ONNX"),
    (b"", "it is empty"),
    (b"nothing", "it has no safetensors header"),
]


# by number: an archive's bytes hold the time at which it was made
@pytest.mark.parametrize(
    ("content", "said"), OTHER_KINDS, ids=[str(n) for n, _ in enumerate(OTHER_KINDS)]
)
def test_a_file_of_another_kind_is_named_and_leaves_nothing(tmp_path, content, said):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    for read in (checkpoint.describe, checkpoint.load):
        with pytest.raises(Problem, match=f"“model.safetensors” .*{said}"):
            read(path)
    with pytest.raises(Problem, match=f"“theirs.keras” .*{said}"):
        library.add("theirs.keras", content)
    assert list(storage.loaded_dir().iterdir()) == []


@pytest.mark.parametrize(
    "name", ["model.safetensors", "deep/down/Model.SAFETENSORS", "a\\b.safetensors"]
)
def test_an_archive_with_one_checkpoint_opens(tmp_path, ours, name):
    beside = {"readme.txt": b"hello", "__MACOSX/._model.safetensors": b"\0\5\x16\7"}
    path = tmp_path / "mine.zip"
    path.write_bytes(zipped({**beside, name: ours}))
    model, card = checkpoint.load(path)
    before, _card = checkpoint.load(tmp_path / "ours.safetensors")
    assert card.name == "theirs"
    for found, expected in zip(model.parameters(), before.parameters(), strict=True):
        assert torch.equal(found, expected)
    assert library.add("mine.zip", path.read_bytes()) == "mine"
    kept = library.checkpoints()["mine"]
    assert checkpoint.describe(kept).name == "mine"
    assert kept.read_bytes()[8:9] == b"{"  # unpacked


def test_an_archive_with_several_is_to_be_unpacked(tmp_path, ours):
    path = tmp_path / "two.zip"
    path.write_bytes(zipped({"a.safetensors": ours, "b.safetensors": ours}))
    with pytest.raises(Problem, match="“two.zip” holds 2 checkpoints. Unpack it"):
        checkpoint.load(path)


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is(ours, monkeypatch):
    monkeypatch.setattr(library, "MAX_UPLOAD", 8_000)
    small = zipped({"a.safetensors": ours + bytes(100_000)})
    assert len(small) < 8_000
    monkeypatch.setattr(checkpoint, "content", lambda path: pytest.fail("was unpacked"))
    with pytest.raises(Problem, match="“x.zip” is larger than 100 MB"):
        library.add("x.zip", small)


def test_a_damaged_member_is_told(tmp_path, ours):
    whole = bytearray(zipped({"a.safetensors": ours}))
    middle = len(whole) // 2
    whole[middle : middle + 20] = bytes(20)
    (tmp_path / "x.zip").write_bytes(whole)
    with pytest.raises(Problem, match="“x.zip” is no checkpoint"):
        checkpoint.load(tmp_path / "x.zip")


def test_a_folder_and_what_is_not_there_are_told(tmp_path, ours):
    for path, said in (
        (tmp_path, f"“{tmp_path.name}” .*: it is a folder"),
        (tmp_path / "gone.safetensors", "“gone.safetensors” .*: it is not there"),
        (tmp_path / "ours.safetensors" / "x", "“x” .*: it is not there"),
    ):
        for read in (checkpoint.describe, checkpoint.load):
            with pytest.raises(Problem, match=said):
                read(path)
