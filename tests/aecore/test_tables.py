"""Data sets in arrays and tables: NumPy's files, IDX, text; and what is no such set."""

import bz2
import gzip
import io
import lzma
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from idx_files import idx_bytes
from made import flat, laid, tarred, zipped

from aecore.data import archives, load, tables
from aecore.data.own import OwnPictures
from aecore.messages import Problem


def opened(path: Path, **choice) -> OwnPictures:
    return OwnPictures(path, **choice)


def digits(count: int, seed: int = 0, side: int = 28) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side), dtype=np.uint8)


def npy(values: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    np.save(file, values, **options)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def csv(pixels: np.ndarray, labels=None, separator=",", names=None, last=False) -> bytes:
    lines = [separator.join(names)] if names else []
    for n, row in enumerate(pixels.reshape(len(pixels), -1).tolist()):
        label = [] if labels is None else [labels[n]]
        lines.append(separator.join(map(str, [*row, *label] if last else [*label, *row])))
    return ("\n".join(lines) + "\n").encode()


def put(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


TRAIN, TEST = digits(30), digits(10, seed=1)
Y_TRAIN, Y_TEST = np.arange(30) % 10, np.arange(10) % 10


def check_whole(path: Path) -> None:
    """The set is TRAIN and TEST with their labels, pixel by pixel."""
    entry = opened(path)
    train, test = entry.load("train"), entry.load("test")
    assert np.array_equal(train.pixels[:, 0], TRAIN) and np.array_equal(test.pixels[:, 0], TEST)
    assert np.array_equal(train.labels, Y_TRAIN) and np.array_equal(test.labels, Y_TEST)
    assert entry.classes == tuple("0123456789") and entry.train_images == 30
    assert [str(each) for each in entry.remarks] == [
        "Split as it came: 30 pictures to train, 10 to test."
    ]


IDX = {
    "train-images-idx3-ubyte": idx_bytes(TRAIN),
    "train-labels-idx1-ubyte": idx_bytes(Y_TRAIN.astype(np.uint8)),
    "t10k-images-idx3-ubyte": idx_bytes(TEST),
    "t10k-labels-idx1-ubyte": idx_bytes(Y_TEST.astype(np.uint8)),
}
KERAS = npz(x_train=TRAIN, y_train=Y_TRAIN, x_test=TEST, y_test=Y_TEST)
CSVS = {"mnist_train.csv": csv(TRAIN, Y_TRAIN), "mnist_test.csv": csv(TEST, Y_TEST)}
SETS = {
    "mnist.npz": KERAS,
    "no ending": KERAS,
    "stored.npz": zipped({"x_train.npy": npy(TRAIN), "y_train.npy": npy(Y_TRAIN),
                          "x_test.npy": npy(TEST), "y_test.npy": npy(Y_TEST)}),
    "medmnist.npz": npz(train_images=TRAIN, train_labels=Y_TRAIN.astype(np.uint8)[:, None],
                        test_images=TEST, test_labels=Y_TEST.astype(np.uint8)[:, None]),
    "onehot.npz": npz(trainX=TRAIN, trainY=np.eye(10)[Y_TRAIN], testX=TEST,
                      testY=np.eye(10)[Y_TEST]),
    "flat.npz": npz(x_train=TRAIN.reshape(30, -1), y_train=Y_TRAIN.astype(float),
                    x_test=TEST.reshape(10, -1), y_test=Y_TEST.astype(float)),
    "floats.npz": npz(x_train=(TRAIN / 255).astype(np.float32)[..., None], y_train=Y_TRAIN,
                      x_test=(TEST / 255).astype(np.float32)[..., None], y_test=Y_TEST),
    "first.npz": npz(x_train=TRAIN[:, None], y_train=Y_TRAIN, x_test=TEST[:, None], y_test=Y_TEST),
    "ints.npz": npz(x_train=TRAIN.astype(np.int64), y_train=Y_TRAIN.astype("U"),
                    x_test=TEST.astype(np.int64), y_test=Y_TEST.astype("U")),
    "archive.zip": zipped(CSVS | {"readme.md": b"words"}),
    "nested.zip": zipped({"a/mnist.npz": KERAS}),
    "idx.zip": zipped({f"MNIST/raw/{name}": content for name, content in IDX.items()}),
    "idx.tgz": tarred({f"raw/{name}.gz": gzip.compress(one) for name, one in IDX.items()}),
    "csv.tgz": tarred({f"{name}.gz": gzip.compress(one) for name, one in CSVS.items()}),
    "both.zip": zipped(IDX | {f"{name}.gz": gzip.compress(one) for name, one in IDX.items()}),
    "separate.zip": zipped({"kmnist-train-imgs.npz": npz(arr_0=TRAIN),
                            "kmnist-train-labels.npz": npz(arr_0=Y_TRAIN),
                            "kmnist-test-imgs.npz": npz(arr_0=TEST),
                            "kmnist-test-labels.npz": npz(arr_0=Y_TEST)}),
    "npys.tar": tarred({"X_train.npy": npy(TRAIN), "Y_train.npy": npy(Y_TRAIN),
                        "X_test.npy": npy(np.asfortranarray(TEST)), "Y_test.npy": npy(Y_TEST)}, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_data_sets_of_others_come_back_exactly(tmp_path, name):
    check_whole(put(tmp_path, name, SETS[name]))


@pytest.mark.parametrize("files", [IDX, CSVS, {"sub/mnist.npz": KERAS}], ids=["idx", "csv", "npz"])
def test_a_folder_may_hold_a_data_set(tmp_path, files):
    check_whole(laid(tmp_path, files))


@pytest.mark.parametrize("packed", [False, True])
def test_any_pair_of_idx_files_can_be_opened(tmp_path, packed):
    """By one of its files too, whatever else lies in the folder."""
    for name, content in IDX.items():
        content = gzip.compress(content) if packed else content
        for family in ("emnist-letters", "emnist-digits"):
            put(tmp_path, f"{family}-{name}{'.gz' * packed}", content)
    check_whole(tmp_path / f"emnist-letters-train-images-idx3-ubyte{'.gz' * packed}")
    with pytest.raises(Problem, match="several data sets: emnist digits, emnist letters"):
        load(f"folder:{tmp_path}", "train")


@pytest.mark.parametrize("second", [npy(TEST), npy(TEST)[:-1], npy(np.zeros((5, 3)))])
def test_files_of_similar_names_stay_apart(tmp_path, second):
    for first in ("a1.npy", "x1.npy", "digits.npy"):
        put(tmp_path, first, npy(TRAIN))
        put(tmp_path, f"{first.removesuffix('.npy').removesuffix('1')}2.npy", second)
        assert len(opened(tmp_path / first).names) == 30


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("a1_images.npy", ["a1_labels.npy", "a2_images.npy", "a2_labels.npy"]),
        ("X.npy", ["y.npy"]),
        ("trainX.npy", ["trainY.npy"]),
    ],
)
def test_a_file_finds_its_labels(tmp_path, asked, names):
    put(tmp_path, asked, npy(TRAIN))
    for name in names:
        put(tmp_path, name, npy(TEST if "images" in name else Y_TRAIN))
    entry = opened(tmp_path / asked)
    assert entry.classes == tuple("0123456789") and len(entry.names) == 30


@pytest.mark.parametrize("packed", [False, True])
def test_a_broken_neighbour_does_not_spoil_the_file_that_was_asked_for(tmp_path, packed):
    for name, content in IDX.items():
        broken = "images" not in name or "t10k" in name
        if packed:
            content = gzip.compress(content)
            content = content[: len(content) // 2] if broken else content
        put(tmp_path, name, content[:-1] if broken and not packed else content)
    entry = opened(tmp_path / "train-images-idx3-ubyte")
    assert len(entry.names) == 30 and entry.classes == ()
    with pytest.raises(Problem, match="t10k-images-idx3-ubyte (does not hold|is nothing)"):
        load(f"folder:{tmp_path / 't10k-images-idx3-ubyte'}", "train")


@pytest.mark.parametrize(
    ("code", "kind"), [(9, ">i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")]
)
def test_idx_of_other_numbers(tmp_path, code, kind):
    values = np.linspace(0, 100, 20 * 784).reshape(20, 28, 28).astype(kind)
    head = bytes([0, 0, code, 3]) + struct.pack(">3I", *values.shape)
    path = put(tmp_path, "train-images.idx", head + values.tobytes())
    train, test = opened(path).load("train"), opened(path).load("test")
    assert (min(train.pixels.min(), test.pixels.min()), len(train)) == (0, 16)
    assert max(train.pixels.max(), test.pixels.max()) == 255


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("last", [False, True])
def test_tables_of_text(tmp_path, separator, named, last):
    names = [f"{row}x{column}" for row in range(28) for column in range(28)]
    names = [*names, "class"] if last else ["label", *names]
    content = csv(TRAIN, Y_TRAIN, separator, names if named else None, last)
    entry = opened(put(tmp_path, "digits.txt", content))
    if last and not named:  # nothing says so, and first is where labels are
        return
    train, test = entry.load("train"), entry.load("test")
    assert entry.classes == tuple("0123456789")
    every = {pixels.tobytes(): label for pixels, label in zip(TRAIN, Y_TRAIN, strict=True)}
    for images in (train, test):
        for pixels, label in zip(images.pixels, images.labels, strict=True):
            assert every[pixels[0].tobytes()] == label
    assert len(train) + len(test) == 30


def test_tables_with_words_quotes_and_row_numbers(tmp_path):
    labels = ["Ä", "b", "c"] * 10
    names = ["", "label", *(f"p{n}" for n in range(784))]
    lines = csv(TRAIN, labels).decode().splitlines()
    content = "\n".join(
        [",".join(names), *(f'{n},"{line[0]}"{line[1:]}' for n, line in enumerate(lines))]
    )
    path = put(tmp_path, "x.csv", b"\xef\xbb\xbf" + content.replace("\n", "\r\n\r\n").encode())
    entry = opened(path)
    assert entry.classes == ("b", "c", "Ä")
    assert len(entry.load("train")) == 24 and entry.load("test").pixels.std() > 60


NUMBERED = [str(n) for n in range(784)]


@pytest.mark.parametrize(
    ("names", "labelled", "numbered"),
    [
        (["label", *NUMBERED], True, False),
        ([*NUMBERED, "784"], True, False),
        (NUMBERED, False, False),
        ([str(n + 1) for n in range(784)], False, False),
        (["", "label", *NUMBERED], True, True),
        (["", *NUMBERED], False, True),
    ],
)
def test_columns_named_by_numbers_are_no_picture(tmp_path, names, labelled, numbered):
    """As pandas writes them, with or without the rows' numbers."""
    lines = csv(TRAIN, Y_TRAIN if labelled else None).decode().splitlines()
    rows = [f"{n},{line}" if numbered else line for n, line in enumerate(lines)]
    entry = opened(put(tmp_path, "x.csv", "\n".join([",".join(names), *rows]).encode()))
    assert entry.classes == (tuple("0123456789") if labelled else ())
    every = [one[0].tobytes() for split in ("train", "test") for one in entry.load(split).pixels]
    assert sorted(every) == sorted(one.tobytes() for one in TRAIN)


def test_a_letter_may_be_called_as_a_column_is(tmp_path):
    entry = opened(put(tmp_path, "x.csv", csv(TRAIN, ["y", "z"] * 15)))
    assert entry.classes == ("y", "z") and len(entry.names) == 30


def test_separators_at_the_end_of_lines_and_decimal_commas(tmp_path):
    lines = csv(TRAIN, Y_TRAIN).decode().splitlines()
    entry = opened(put(tmp_path, "ends.csv", "".join(f"{line},\r\n" for line in lines).encode()))
    assert entry.classes == tuple("0123456789") and len(entry.names) == 30
    halves = csv(TRAIN / 2, Y_TRAIN, ";").replace(b".", b",")
    for name, names in {"x.csv": b"", "named.csv": ";".join(["label", *NUMBERED]).encode()}.items():
        entry = opened(put(tmp_path, name, names + b"\n" + halves))
        assert entry.classes == tuple("0123456789") and len(entry.names) == 30
        loaded = [entry.load(split).pixels[:, 0] for split in ("train", "test")]
        every = sorted(one.tobytes() for one in np.concatenate(loaded))
        assert every == sorted(one.tobytes() for one in TRAIN)  # 127.5 became 255 again


def test_many_numbers_are_in_their_order(tmp_path):
    entry = opened(put(tmp_path, "x.csv", csv(TRAIN, [n % 12 for n in range(30)])))
    assert entry.classes == tuple(map(str, range(12)))


def test_pictures_without_labels_in_a_table(tmp_path):
    entry = opened(put(tmp_path, "x.csv", csv(TRAIN)))
    assert entry.classes == () and len(entry.load("train")) == 24
    files = {"train.csv": csv(TRAIN, Y_TRAIN), "test.csv": csv(TEST), "sample.csv": b"a,b\n1,2\n"}
    entry = opened(put(tmp_path, "kaggle.zip", zipped(files)))  # its test has no labels
    assert entry.classes == tuple("0123456789") and len(entry.load("train")) == 24


def test_coloured_and_transparent_pictures(tmp_path):
    colours = np.random.default_rng(0).integers(0, 256, (20, 28, 28, 3), dtype=np.uint8)
    for name, content in {
        "x.npy": npy(colours), "first.npy": npy(colours.transpose(0, 3, 1, 2)),
        "x.csv": csv(colours, [0] * 20),
    }.items():  # fmt: skip
        entry = opened(put(tmp_path, name, content), colour="rgb")
        train, test = entry.load("train").pixels, entry.load("test").pixels
        both = {one.tobytes() for one in (*train, *test)}
        assert both == {one.transpose(2, 0, 1).tobytes() for one in colours}, name
    white = np.zeros((20, 28, 28, 4), np.uint8)
    white[:, 9:19, 9:19] = 255
    pixels = opened(put(tmp_path, "rgba.npy", npy(white))).load("train").pixels
    assert pixels[:, 0, 0, 0].max() == 0 and pixels[:, 0, 14, 14].min() == 255


def test_values_share_one_scale(tmp_path):
    steps = np.arange(16, dtype=float)[:, None, None] * np.ones((16, 8, 8))  # as scikit-learn's
    steps[0, 0, 0] = np.nan
    entry = opened(put(tmp_path, "x.npy", npy(steps)), side=16)
    every = [entry.load(split).pixels[:, 0, 9, 9] for split in ("train", "test")]
    assert sorted(np.concatenate(every).tolist()) == [17 * n for n in range(16)]
    flags = opened(put(tmp_path, "b.npy", npy(TRAIN > 127))).load("train").pixels
    assert set(np.unique(flags)) == {0, 255}


def test_measures_and_several_classes_at_once_are_no_classes(tmp_path):
    for name, labels in {
        "measures": np.linspace(0, 1, 30), "several": np.ones((30, 3), np.uint8),
        "many": np.arange(30), "one": np.zeros(30, int),
    }.items():  # fmt: skip
        entry = opened(put(tmp_path, f"{name}.npz", npz(images=TRAIN, labels=labels)))
        assert len(entry.classes) == (30 if name == "many" else 0)
    many = npz(images=digits(300, side=8), labels=np.arange(300))
    entry = opened(put(tmp_path, "x.npz", many))
    assert entry.classes == () and "300 are more than the 256" in str(entry.remarks[0])


@pytest.mark.parametrize(
    ("arrays", "remark"),
    [
        (
            {"x_train": TRAIN, "y_train": Y_TEST},
            "Without classes: there are 30 pictures but 10 labels.",
        ),
        (
            {"images": TRAIN, "labels": np.where(Y_TRAIN == 7, np.nan, Y_TRAIN)},
            "Without classes: 3 of the 30 labels are no whole numbers.",
        ),
        (
            {"x_train": TRAIN, "y_train": Y_TEST, "x_test": TEST, "y_test": Y_TEST},
            "Without classes: there are 30 pictures but 10 labels.",
        ),
    ],
)
def test_labels_that_do_not_fit_are_told(tmp_path, arrays, remark):
    entry = opened(put(tmp_path, "x.npz", npz(**arrays)))
    assert entry.classes == () and remark in [str(each) for each in entry.remarks]
    assert len(entry.load("train")) + len(entry.load("test")) == len(entry.names)
    assert len(entry.names) == sum(len(arrays[name]) for name in arrays if name[0] in "xi")


def test_pictures_beside_tables_are_the_set(tmp_path):
    files = {f"{n}.png": flat(n) for n in range(5)} | {"labels.csv": csv(TRAIN, Y_TRAIN)}
    assert len(opened(laid(tmp_path, files)).names) == 5


def test_the_check_up_names_pictures_of_a_table(tmp_path):
    pixels = TRAIN.copy()
    pixels[7] = 0
    checkup = opened(put(tmp_path, "x.npz", npz(x_train=pixels))).checkup()
    assert {each.kind: each.names for each in checkup.findings}["empty"] == ("x_train[7]",)


# what is refused


class Evil:
    def __reduce__(self):
        return print, ("unpickled",)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.npy", npy(np.array([Evil()], object), allow_pickle=True), "Python objects"),
        ("x.npz", zipped({"a.npy": npy(np.array([Evil()], object), allow_pickle=True)}), "objects"),
        ("x.npy", npy(np.zeros(5, [("a", int)])), "Python objects or records"),
        ("x.npy", npy(TRAIN)[:-1], "x.npy does not hold what its header says"),
        ("x.npy", npy(TRAIN) + b"x", "x.npy does not hold"),
        ("x.npz", zipped({"x.npy": npy(TRAIN)[:5000]}), "x.npy does not hold"),
        ("x.npy", b"\x93NUMPY\x01\x00\x05\x00{{{{{", "does not hold"),
        ("x.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\x7f", "does not hold"),
        ("x.npy", b"\x93NUMPY", "does not hold"),
        ("x.npy", npy(np.zeros((5, 3))), r"no pictures among its arrays \(x.npy\)"),
        ("x.npz", npz(a=np.zeros((9, 2)), b=np.zeros(9)), r"among its arrays \(a.npy, b.npy\)"),
        ("x.npz", npz(cats=TRAIN, dogs=TRAIN), "several data sets: cats, dogs"),
        ("train-images-idx3-ubyte", idx_bytes(TRAIN)[:-1], "does not hold"),
        ("t10k-images", gzip.compress(idx_bytes(TRAIN)[:-1]), "does not hold"),
        ("x.csv", csv(TRAIN, Y_TRAIN) + b"1,2,3\n", "x.csv cannot be read as a table near line 31"),
        ("x.csv", b",seven,".join(csv(TRAIN, Y_TRAIN).rsplit(b",7,", 1)), "near line"),
        ("x.csv", csv(TRAIN[:1], [1])[:40], "x.csv has [0-9]+ columns"),
        ("x.csv", csv(TRAIN.reshape(30, -1)[:, :700], Y_TRAIN), "x.csv has 701 columns"),
        ("x.csv", ",".join(["label", *NUMBERED]).encode(), "x.csv holds no rows"),
        ("x.csv", b"Dear all, we are well.\nAnd you?", "nothing that can be read"),
        ("x.csv", b"\n", "x.csv is empty"),
        ("x.zip", b"", "x.zip is empty"),
        ("x.tar.bz2", bz2.compress(tarred({}, "")), "as .zip"),
        ("x.tar.xz", lzma.compress(tarred({}, "")), "as .zip"),
        ("x.zip", b"Rar!\x1a\x07\0" + bytes(500), "as .zip"),
        ("x.7z", b"7z\xbc\xaf\x27\x1c" + bytes(500), "as .zip"),
    ],
)
def test_what_is_no_data_set_is_told(tmp_path, name, content, sentence, capsys):
    with pytest.raises(Problem, match=sentence):
        load(f"folder:{put(tmp_path, name, content)}", "train")
    assert "unpickled" not in capsys.readouterr().out


def header(shape: tuple[int, ...], dtype: str = "|u1") -> bytes:
    facts = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(facts)) + facts


BOMBS = {
    "claims.npy": header((10**9, 28, 28)),
    "claims.npz": zipped({"x.npy": header((10**9, 28, 28)) + bytes(1000)}),
    "claims8.npy": header((10**6, 2000, 2000), "<f8"),
    "idx.gz": gzip.compress(bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 28, 28) + bytes(10**6)),
    "zeros.npz": zipped({"x.npy": header((60_000, 28, 28)) + bytes(60_000 * 784)}),
    "csv.gz": gzip.compress(b"0," * 10**7),
    "csv2.gz": gzip.compress((b"0," * 784 + b"0\n") * 20_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_promises_too_much_takes_no_memory(tmp_path, name):
    path = put(tmp_path, name, BOMBS[name])
    tracemalloc.start()
    try:
        with pytest.raises(Problem):
            load(f"folder:{path}", "train")
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()


def test_what_unpacks_to_far_more_than_it_is_ends_in_a_sentence(tmp_path):
    packed = gzip.compress(idx_bytes(np.zeros((60_000, 28, 28), np.uint8)))  # to 1/1000
    with pytest.raises(Problem, match="far more than packed pictures do"):
        load(f"folder:{put(tmp_path, 'x.gz', packed)}", "train")


def test_too_many_pictures_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_PICTURES", 29)
    for name, content in {"x.npy": npy(TRAIN), "x.csv": csv(TRAIN, Y_TRAIN)}.items():
        with pytest.raises(Problem, match="more than 29 files"):
            load(f"folder:{put(tmp_path, name, content)}", "train")


def test_a_large_set_is_read_in_pieces(tmp_path):
    """Only what it is fitted into is held."""
    large = np.random.default_rng(0).integers(0, 256, (500, 300, 300), dtype=np.uint8)  # 45 MB
    np.save(tmp_path / "x.npy", large)
    del large
    tracemalloc.start()
    try:
        assert len(load(f"folder:{tmp_path / 'x.npy'}", "train")) == 400
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_limits_of_archives_hold_for_arrays(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 10_000)
    with pytest.raises(Problem, match="is refused"):
        load(f"folder:{put(tmp_path, 'x.npz', KERAS)}", "train")


def test_mnist_as_others_pack_it(mnist_train, mnist_test, tmp_path):
    some = (mnist_train.take(slice(500)), mnist_test.take(slice(100)))
    arrays = npz(
        x_train=some[0].pixels[:, 0], y_train=some[0].labels.astype(np.uint8),
        x_test=some[1].pixels[:, 0], y_test=some[1].labels.astype(np.uint8),
    )  # fmt: skip
    entry = opened(put(tmp_path, "mnist.npz", arrays))
    for split, images in zip(("train", "test"), some, strict=True):
        assert np.array_equal(entry.load(split).pixels, images.pixels)
        assert np.array_equal(entry.load(split).labels, images.labels)
