"""What a checkpoint keeps, and every file that is no checkpoint."""

import json
import pickle
import struct
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from aecore import checkpoint
from aecore.checkpoint import KEY, Card
from aecore.messages import Problem
from aecore.models import MODELS, build


def card_of(model: torch.nn.Module) -> Card:
    return Card(
        name="mine",
        family=model.family,
        config=model.config.to_json(),
        dataset="digits",
        corruption="gaussian",
        strength=0.5,
        recipe={"epochs": 3},
        seed=7,
        seconds=1.5,
        metrics={"bce": 0.1},
        created="2026-01-01",
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    model = build("simple", image_shape=(1, 6, 5), latent_dim=3)
    checkpoint.save(tmp_path / "m.safetensors", model, card_of(model))
    return tmp_path / "m.safetensors"


def header(path: Path, change) -> None:
    """Write the file again with a changed header of ours."""
    raw = path.read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    table = json.loads(raw[8 : 8 + length])
    ours = json.loads(table["__metadata__"][KEY])
    change(ours, table)
    if "__metadata__" in table:
        table["__metadata__"][KEY] = json.dumps(ours)
    text = json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + raw[8 + length :])


@pytest.mark.parametrize("family", MODELS)
@pytest.mark.parametrize("half", [False, True])
def test_save_and_load_give_the_same_pictures(tmp_path, family, half):
    torch.manual_seed(0)
    model = build(family, image_shape=(1, 14, 14), latent_dim=4)
    x = torch.rand(5, 1, 14, 14)
    model(x)  # batch norm sees some images
    model.eval()
    path = tmp_path / "m.safetensors"
    checkpoint.save(path, model, card_of(model), half=half)
    again, card = checkpoint.load(path)
    assert card == card_of(model) or card == replace(
        card_of(model), config={k: list(v) if isinstance(v, tuple) else v
                                for k, v in model.config.to_json().items()}
    )  # fmt: skip
    assert again.config == model.config
    assert not again.training
    assert torch.allclose(again(x), model(x), atol=5e-3 if half else 0)
    assert card == checkpoint.describe(path)
    assert list(tmp_path.iterdir()) == [path]  # nothing half-written beside


def test_a_header_of_any_length_is_no_pickle(tmp_path):
    model = build("simple", image_shape=(1, 6, 5), latent_dim=3)
    for length in range(300):  # the first bytes of the file count the header's, 0x0280 among them
        card = replace(card_of(model), name="m" * length)
        checkpoint.save(tmp_path / "m.safetensors", model, card)
        assert (
            checkpoint.describe(tmp_path / "m.safetensors")
            == checkpoint.load(tmp_path / "m.safetensors")[1]
        )


def test_a_card_needs_no_torch(saved):
    import subprocess
    import sys

    program = (
        "import sys; from pathlib import Path; from aecore import checkpoint;"
        f"print(checkpoint.describe(Path({str(saved)!r})).family, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["simple", "False"], done.stderr


class Evil:
    def __reduce__(self):
        return (Path.touch, (Path("evil-was-run"),))


@pytest.mark.parametrize("name", ["m.pt", "m.pkl", "renamed.safetensors"])
@pytest.mark.parametrize("how", [torch.save, lambda o, p: p.write_bytes(pickle.dumps(o))])
def test_pickles_are_never_opened(tmp_path, monkeypatch, name, how):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    how(Evil(), path)
    for read in (checkpoint.load, checkpoint.describe):
        with pytest.raises(Problem, match="pickled"):
            read(path)
    assert not (tmp_path / "evil-was-run").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"abc",
        b"\x00" * 8,
        b"\xff" * 64,
        struct.pack("<Q", 10**12) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 4) + b"null",
        struct.pack("<Q", 5) + b"{nope",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 8) + b'{"a": 1}',
        struct.pack("<Q", 200_000) + b"[" * 200_000,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    ],
)
def test_what_is_no_safetensors_file(tmp_path, content):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(Problem, match="no checkpoint"):
        checkpoint.load(path)


def test_missing_file(tmp_path):
    with pytest.raises(Problem, match="no checkpoint"):
        checkpoint.load(tmp_path / "nowhere.safetensors")


def test_safetensors_without_our_header(tmp_path):
    path = tmp_path / "x.safetensors"
    save_file({"weight": torch.zeros(3)}, path)
    with pytest.raises(Problem, match="without the Explorer's header"):
        checkpoint.load(path)
    save_file({"weight": torch.zeros(3)}, path, metadata={KEY: "[]"})
    with pytest.raises(Problem, match="without the Explorer's header"):
        checkpoint.load(path)


@pytest.mark.parametrize("cut", [1, 20])
def test_truncated_file(saved, cut):
    saved.write_bytes(saved.read_bytes()[:-cut])
    with pytest.raises(Problem, match="cut short"):
        checkpoint.load(saved)


def test_unknown_family(saved):
    header(saved, lambda ours, table: ours.update(family="transformer"))
    with pytest.raises(Problem, match="transformer.*simple"):
        checkpoint.load(saved)


@pytest.mark.parametrize("latent_dim", [0, -3, 10**9, "3", None, 3.5, float("inf"), float("nan")])
def test_impossible_code_size(saved, latent_dim):
    header(saved, lambda ours, table: ours["config"].update(latent_dim=latent_dim))
    with pytest.raises(Problem):
        checkpoint.load(saved)


@pytest.mark.parametrize("shape", [[1, 100_000, 100_000], [0, 1, 1], "big", [1, 6], [1, 6, "5"]])
def test_impossible_image_shape(saved, shape):
    header(saved, lambda ours, table: ours["config"].update(image_shape=shape))
    with pytest.raises(Problem):
        checkpoint.load(saved)


def test_code_size_that_the_weights_do_not_have(saved):
    header(saved, lambda ours, table: ours["config"].update(latent_dim=200))
    with pytest.raises(Problem, match="don't fit"):
        checkpoint.load(saved)


def test_a_giant_in_the_header_takes_no_memory(saved):
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def giant(ours, table):
        ours.update(family="deep")
        ours["config"] = {"image_shape": [4, 512, 512], "widths": [4096] * 8, "latent_dim": 256}

    header(saved, giant)
    with pytest.raises(Problem, match="don't fit"):
        checkpoint.load(saved)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 100_000  # kilobytes; the weights would be 34 GB


def test_tensors_of_another_size_or_name(saved):
    def smaller(ours, table):
        name = next(n for n in table if n.endswith("weight"))
        table[name]["shape"] = table[name]["shape"][::-1]

    header(saved, smaller)
    with pytest.raises(Problem, match="don't fit"):
        checkpoint.load(saved)


def test_offsets_and_kinds_that_cannot_be(saved):
    def shorter(ours, table):
        next(t for n, t in table.items() if n != "__metadata__")["data_offsets"] = [0]

    original = saved.read_bytes()
    header(saved, shorter)
    with pytest.raises(Problem, match="header is damaged"):
        checkpoint.load(saved)

    def integers(ours, table):
        for name, entry in table.items():
            if name != "__metadata__":
                entry["dtype"] = "I32"

    saved.write_bytes(original)
    header(saved, integers)
    with pytest.raises(Problem, match="another kind"):
        checkpoint.load(saved)


@pytest.mark.parametrize(
    "change",
    [{"strength": float("nan")}, {"metrics": {"mse": float("inf")}}, {"created": "![](http://x)"},
     {"seconds": 1e300}, {"seconds": -1}, {"strength": 5}, {"recipe": {"epochs": "many"}},
     {"recipe": {"colour": 1}}],
)  # fmt: skip
def test_figures_and_dates_that_are_none(saved, change):
    header(saved, lambda ours, table: ours.update(change))
    with pytest.raises(Problem):
        checkpoint.describe(saved)


def test_relabel_changes_the_card_and_no_weight(saved):
    before = checkpoint.load(saved)[0].state_dict()
    checkpoint.relabel(saved, name="another", dataset="")
    model, card = checkpoint.load(saved)
    assert (card.name, card.dataset, card.seed) == ("another", "", 7)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_newer_format(saved):
    header(saved, lambda ours, table: ours.update(format=99))
    with pytest.raises(Problem, match="newer version"):
        checkpoint.load(saved)


@pytest.mark.parametrize("key", ["family", "config", "metrics", "format"])
@pytest.mark.parametrize("value", [None, 3.5, "x", []])
def test_incomplete_description(saved, key, value):
    if (key, value) in (("family", "x"), ("format", 3.5)):
        value = {}
    header(saved, lambda ours, table: ours.update({key: value}))
    with pytest.raises(Problem):
        checkpoint.describe(saved)


def test_weights_that_are_no_numbers(tmp_path):
    model = build("simple", image_shape=(1, 6, 5), latent_dim=3)
    with torch.no_grad():
        model.encoder[1].weight[0, 0] = float("nan")
    checkpoint.save(tmp_path / "m.safetensors", model, card_of(model))
    with pytest.raises(Problem, match="no numbers"):
        checkpoint.load(tmp_path / "m.safetensors")


def test_digest_follows_the_content(saved):
    first = checkpoint.digest(saved)
    header(saved, lambda ours, table: ours.update(name="another"))
    assert checkpoint.digest(saved) != first


def test_a_failed_write_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()

    def fail(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    model = build("simple", image_shape=(1, 6, 5), latent_dim=3)
    with pytest.raises(OSError):
        checkpoint.save(saved, model, card_of(model))
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_configuration_that_names_a_family_is_refused(saved):
    header(saved, lambda ours, table: ours["config"].update(family="x"))
    with pytest.raises(Problem, match="configuration"):
        checkpoint.load(saved)
