"""Signals: what a simulated heart does, windows, tables of times and values, and their judges."""

import io
import tracemalloc

import numpy as np
import pytest
from scipy.signal import find_peaks

from aecore import checkpoint, data, detection, diagnosis
from aecore.data.heartbeats import EARLY, KINDS, MISSING, RATE, SCALE, STRANGE, recorded
from aecore.data.own_signal import OwnSignal
from aecore.messages import Problem
from aecore.recipe import Recipe
from aecore.signals import csv_file, ecg, judging, kept, shipped
from aecore.signals.case import Case
from aecore.signals.signal import Mark, Signal
from aecore.signals.windows import CURVE, NUMBERS, SHAPE, UNCLEAR, Overlay, Scale, Windows, marks_of
from aecore.training.plan import Plan


@pytest.fixture(scope="module")
def heart() -> Case:
    return Case.named("heartbeats")


# the model of the heart


@pytest.mark.parametrize("beats_a_minute", [50, 72, 110])
def test_r_peaks_come_at_the_heart_rate_that_was_asked_for(beats_a_minute):
    mean = 60 / beats_a_minute
    rng = np.random.default_rng(0)
    every = ecg.intervals(130, mean, 0.03, rng)
    assert every.mean() == pytest.approx(mean, rel=0.01)
    assert every.std() == pytest.approx(0.03, rel=0.1)
    asked = np.cumsum(every) - 2
    values = ecg.draw(ecg.Beats.at(asked), 120, 256)
    found = find_peaks(values, height=0.5 * values.max(), distance=75)[0] / 256
    inside = asked[(asked > 1) & (asked < 119)]
    nearest = abs(found[:, None] - inside).min(0)
    assert nearest.max() < 0.01  # seconds
    assert len(found[(found > 0.9) & (found < 119.1)]) == len(inside)


def test_a_beat_has_its_five_waves_in_order():
    values = ecg.draw(ecg.Beats.at(np.arange(-2.0, 12)), 10, 512)
    beat = values[5 * 512 + 256 : 6 * 512 + 256]  # around the peak at 6 s
    r = int(beat.argmax())
    assert r == pytest.approx(256, abs=3)
    q, s = beat[r - 40 : r].argmin() + r - 40, beat[r : r + 40].argmin() + r
    p, t = beat[: r - 40].argmax(), beat[r + 40 :].argmax() + r + 40
    assert p < q < r < s < t
    assert beat.max() == pytest.approx(1.2, abs=0.15) and beat.min() > -0.6  # millivolts
    assert beat[p] > beat[q] and beat[t] > beat[s]
    assert (t - r) / 512 == pytest.approx(0.25, abs=0.05)  # a quarter turn behind R


def test_the_speed_of_the_heart_has_waves_of_breath_and_of_pressure():
    every = ecg.intervals(1200, 1.0, 0.05, np.random.default_rng(0))
    power = abs(np.fft.rfft(every - every.mean())) ** 2
    frequency = np.fft.rfftfreq(len(every), every.mean())
    shares = [
        power[abs(frequency - middle) < 0.04].sum() / power.sum()
        for middle in (ecg.PRESSURE_WAVES, ecg.BREATHS)
    ]
    assert sum(shares) > 0.9
    assert shares[0] / shares[1] == pytest.approx(ecg.HUMPS, rel=0.3)


# the data set


def test_training_windows_are_all_normal_and_test_windows_of_every_kind():
    train, test = data.load("heartbeats", "train"), data.load("heartbeats", "test")
    assert set(train.labels) == {0} and set(test.labels) == set(range(len(KINDS)))
    assert recorded("train").marks == [] and train.shape == SHAPE
    assert np.array_equal(train.pixels, data.load("heartbeats", "train").pixels)


def test_a_training_is_measured_on_normal_windows_too():
    plan = Plan("conv", {}, "heartbeats", Recipe())
    assert set(plan.images("test").labels) == {0} and plan.images("test").shape == SHAPE
    for path in shipped.MODELS.values():  # a model that had learned by heart would be said to
        card = checkpoint.describe(path)
        assert card.classes == (0,) and diagnosis.findings(card.metrics) == []


def test_marked_stretches_are_what_they_are_called():
    signal = recorded("test")
    peaks = find_peaks(signal.values, height=0.7, distance=round(0.25 * RATE))[0] / RATE
    gaps = np.diff(peaks)
    for mark in signal.marks:
        inside = peaks[(peaks > mark.start - 0.05) & (peaks < mark.end + 0.05)]
        if mark.kind == MISSING:
            assert len(inside) == 2 and np.diff(inside)[0] > 1.6 * np.median(gaps)
        if mark.kind == EARLY:
            assert len(inside) == 3 and np.diff(inside)[0] < 0.87 * np.diff(inside)[1]
    assert {mark.kind for mark in signal.marks} == set(STRANGE)
    starts = [mark.start for mark in signal.marks]
    assert starts == sorted(starts)


# windows


def test_windows_cut_a_signal_and_an_overlay_lays_it_together_again():
    signal = Signal(np.linspace(0, 1, 5000, dtype=np.float32), 100)
    windows = Windows.of(signal)
    pixels = windows.cut(signal, Scale(0, 1))
    assert pixels.shape == (windows.count, *SHAPE)
    overlay = Overlay(windows)
    overlay.add(0, pixels.astype(np.float32) / 255)
    assert overlay.mean() == pytest.approx(signal.values[: windows.length], abs=1 / 255)
    longer = Windows.of(signal, every=4)
    assert longer.seconds(100) == 4 * windows.seconds(100)
    first = longer.cut(signal, Scale(0, 1))[0].ravel() / 255
    assert first[0] == pytest.approx(signal.values[:4].mean(), abs=1 / 255)


def test_a_window_is_pictured_as_its_curve(heart):
    height, width = CURVE
    drawn = data.dataset("heartbeats").pictured(heart.pixels[:3])
    assert drawn.shape == (3, 1, height, width) and set(np.unique(drawn)) == {0, 255}
    assert (drawn.max(2) == 255).all()  # no gaps along the time
    top = drawn[0, 0].argmax(0)  # the first row that is drawn in each column
    highest = heart.pixels[0].reshape(width, -1).max(1)
    assert np.corrcoef(top, highest)[0, 1] < -0.95
    assert data.dataset("digits").pictured(drawn) is drawn  # images are pictures themselves


def test_a_window_is_strange_with_half_of_a_mark_and_unclear_with_an_edge():
    signal = Signal(np.zeros(4000, np.float32), 100, [Mark(MISSING, 20.0, 21.0)])
    windows = Windows.of(signal)
    marks = marks_of(windows, signal)
    starts = windows.starts(100)
    ends = starts + windows.seconds(100)
    assert (marks[(starts < 20.5) & (ends > 20.5)] == 0).all()
    assert set(marks[(ends > 20) & (ends < 20.5)]) == {UNCLEAR}
    assert (marks[ends <= 20] == -1).all()


def test_the_scale_of_a_signal_leaves_room_for_stranger_values():
    values = np.random.default_rng(0).normal(5, 1, 10_000).astype(np.float32)
    scale = Scale.around(values)
    levels = scale.levels(values)
    assert 10 < levels.min() < levels.max() < 245
    assert scale.values(np.float32(levels / 255)) == pytest.approx(values, abs=0.05)
    still = Scale.around(np.full(100, 3.0, np.float32))
    assert still.low < 3 < still.high


# judges


@pytest.mark.parametrize("name", shipped.MODELS)
def test_a_missing_beat_is_stranger_than_normal_ones(heart, name):
    model, _card = checkpoint.load(shipped.MODELS[name])
    of_kind = {kind: heart.kinds == place for place, kind in enumerate(KINDS)}
    strange = judging.judged(judging.by_model(model), heart.windows, heart.pixels).strangeness
    normal = strange[of_kind["normal"]]
    assert np.median(strange[of_kind[MISSING]]) > 3 * np.median(normal)
    for kind in STRANGE:
        assert detection.auroc(normal, strange[of_kind[kind]]) > 0.95, kind
    assert detection.auroc(normal, strange[heart.kinds > 0]) > 0.98


def test_figures_that_are_shown_are_those_of_the_shipped_models(heart):
    model, _card = checkpoint.load(shipped.MODELS["conv-16"])
    figures = shipped.figures()["conv-16"]
    strange = judging.judged(judging.by_model(model), heart.windows, heart.pixels).strangeness
    area = detection.auroc(strange[heart.kinds == 0], strange[heart.kinds > 0])
    assert area == pytest.approx(figures["auroc"], abs=0.002)
    counts = judging.counted(strange, heart.windows, heart.signal, figures["threshold"])
    assert abs(counts.hits - figures["hits"]) <= 1 and counts.marked == figures["marked"] == 48


def test_rivals_judge_the_same_windows(heart):
    assert {f"pca-{shipped.BEST_PCA}", "knn", "pca-16"} <= shipped.figures().keys()
    some = heart.normal[::40]
    near, taken = judging.by_neighbour(some)(heart.pixels[:50])
    assert near.shape == (50,) and taken.shape == (50, *SHAPE)
    itself = judging.by_neighbour(some)(some)[0]
    assert (itself > 0).all()  # a normal window is judged by the others
    error, drawn = judging.by_pca(some, 4)(heart.pixels[:50])
    assert error == pytest.approx(
        ((drawn - heart.pixels[:50] / 255) ** 2).mean((1, 2, 3)), rel=1e-3
    )


def test_counting_takes_a_row_for_one_alarm_and_half_a_mark_for_a_hit():
    signal = Signal(np.zeros(4000, np.float32), 100, [Mark(MISSING, 20.0, 21.0)])
    windows = Windows.of(signal)
    strange = np.zeros(windows.count, np.float32)
    marks = marks_of(windows, signal)
    hit = int(np.flatnonzero(marks == 0)[0])
    strange[hit - 1 : hit + 2] = 1  # begins at the edge
    strange[3:6] = strange[9] = 1
    assert judging.counted(strange, windows, signal, 0.5) == (1, 1, 2)
    assert judging.counted(strange, windows, signal, 2.0) == (0, 1, 0)


# tables


def table(text: str | bytes, name: str = "heart.csv") -> Signal:
    content = text.encode() if isinstance(text, str) else text
    return csv_file.read(io.BytesIO(content), name, len(content))


@pytest.mark.parametrize(
    "text",
    [
        "time,value\n0,1.5\n0.5,2.5\n1,3.5\n",
        "\ufeffZeit;Wert\r\n0;1,5\r\n0,5;2,5\r\n\r\n1,0;3,5",
        "0\t1.5\n0.5\t2.5\n1\t3.5\n",
        "10 1.5\n10.5 2.5\n11 3.5\n",
        '"0","1.5"\n"0.5","2.5"\n"1","3.5"\n',
        "t,value\r0,1.5\r0.5,2.5\r1,3.5",
        "\n\n0,1.5\n0.5,2.5\n1,3.5\n",
        "t in s,2nd lead\n0,1.5\n0.5,2.5\n1,3.5\n",
    ],
)
def test_tables_of_every_kind_are_read(text):
    signal = table(text)
    assert signal.values.tolist() == [1.5, 2.5, 3.5]
    assert signal.rate == pytest.approx(2)
    assert signal.begins in (0, 10)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time,value\n0,1\n1,x\n2,3\n", "Line 3 of heart.csv is “1,x”"),
        ("0,1\n1,nan\n", "Line 2 .*“1,nan”"),
        ("0,1\n1,1e300\n", "Line 2 .*“1,1e300”"),
        ("0,1\n1,\n", "Line 2 "),
        ("0,nan\n1,2\n2,3\n", "Line 1 .*“0,nan”"),
        ("0,\n1,2\n2,3\n", "Line 1 .*“0,”"),
        ("0,1e400\n1,2\n2,3\n", "Line 1 .*“0,1e400”"),
        ("2026-01-31T08:00:00,1\n1,2\n2,3\n", "Line 1 .*“2026-01-31T08:00:00,1”"),
        ("time,value\n2026-01-31,1\n", "Line 2 .*“2026-01-31,1”"),
        ("nan,nan\n1,2\n2,3\n", "Line 1 .*“nan,nan”"),
        ("\n7\n8\n9\n", "Line 2 .*“7”"),
        ("1,2,3\n2,3,4\n", "Line 1 .*two numbers"),
        ("0,1\n1,2\n1,3\n", "line 3 .* does not go on"),
        ("0,1\n1,2\n2,3\n\n90,3\n", "line 5 .* leaps by 88 seconds"),
        ("0,1\n1e-300,2\n2e-300,3\n", "every 1e-300 seconds"),
        ("0,1\n1e20,2\n2e20,3\n", "every 1e.20 seconds"),
        ("", "no two rows"),
        ("time,value\n", "no two rows"),
        (b"\x89PNG\r\n\0\0\0", "no table of text"),
        (b"\xff\xfe0\0,\0" * 100, "no table of text"),
        ("8" * 5_000_000, "no table of text"),
    ],
)
def test_bad_tables_are_refused_in_a_sentence_that_names_the_line(text, words):
    with pytest.raises(Problem, match=words):
        table(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_anywhere_in_a_piece(end, monkeypatch):
    text = end.join(f"{n / 4},{n % 5}" for n in range(60))
    for size in range(20, 40):
        monkeypatch.setattr(csv_file, "PIECE", size)
        assert table(text).values.tolist() == [n % 5 for n in range(60)]


def test_a_bad_line_is_named_also_far_behind_the_first_piece(monkeypatch):
    monkeypatch.setattr(csv_file, "PIECE", 1000)
    lines = [f"{n / 100:.2f},{n % 7}" for n in range(2000)]
    lines[1500] = "15.00,seven"
    with pytest.raises(Problem, match="Line 1501 of heart.csv is “15.00,seven”"):
        table("\n".join(lines))


def test_more_rows_than_ten_million_are_refused(monkeypatch):
    monkeypatch.setattr(csv_file, "MOST_ROWS", 1000)
    with pytest.raises(Problem, match="more than 1,000 rows"):
        table("\n".join(f"{n},1" for n in range(1001)))


class Generated(io.RawIOBase):
    """A table of ``rows`` rows that is never in memory as a whole."""

    def __init__(self, rows: int) -> None:
        self.rows, self.made, self.rest = rows, 0, b""

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and self.made < self.rows:
            n = np.arange(self.made, min(self.made + 50_000, self.rows))
            # the same width everywhere, so that it is made quickly: 0001234.5,3
            digits = (n[:, None] // 10 ** np.arange(7, -1, -1) % 10 + 48).astype(np.uint8)
            line = np.empty((len(n), 11), np.uint8)
            line[:, :8], line[:, 8], line[:, 9], line[:, 10] = digits, 44, digits[:, -1], 10
            self.rest += line.tobytes()
            self.made += len(n)
        found, self.rest = self.rest[:size], self.rest[size:]
        return found


def test_many_rows_are_read_in_pieces_and_windowed_within_bounds():
    rows = 300_000  # of more than that the memory is the values alone, and takes its time
    tracemalloc.start()
    signal = csv_file.read(Generated(rows), "long.csv", 11 * rows)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(signal) == rows and signal.values[12_345] == 5
    assert peak < 2 * signal.values.nbytes + 40e6
    # of the longest signal no value is left out, and the windows are few enough
    windows = Windows.of(Signal(np.broadcast_to(np.float32(0), csv_file.MOST_ROWS), 100))
    assert windows.hop <= NUMBERS and windows.count <= 80_000
    assert windows.length > csv_file.MOST_ROWS - NUMBERS


# own signals


@pytest.fixture
def own(runs_folder) -> OwnSignal:
    """Two minutes of a sine that stands still for a while near the end."""
    times = np.arange(12_000) / 100
    values = np.sin(2 * np.pi * times)
    values[9_000:9_300] = 0
    text = "\n".join(f"{t:.2f},{v:.4f}" for t, v in zip(times, values, strict=True)).encode()
    name = kept.add(io.BytesIO(text), "My wave.csv", len(text))
    assert name == "My-wave" and list(kept.kept()) == [name]
    return OwnSignal(kept.kept()[name])


def test_an_own_signal_is_a_data_set_like_any_other(own):
    chosen = OwnSignal(own.path, 2, (0, 60))
    assert data.dataset(chosen.name) == chosen and data.dataset(own.name) == own
    train, test = data.load(chosen.name, "train"), data.load(chosen.name, "test")
    assert train.shape == SHAPE and len(train) == chosen.train_images > 10 and len(test) > 1
    assert train.labels is None
    case = Case.named(own.name)
    judge = judging.by_pca(case.normal, 8)
    judged = judging.judged(judge, case.windows, case.pixels)
    where = case.windows.starts(100)[judged.strangeness.argmax()]
    assert 88 <= where <= 93  # seconds: where it stands still
    assert case.usual(judge, judged.strangeness) < judged.strangeness.max() / 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0,1\n1,2\n2,3\n", "has 3 rows, and the shortest window 256"),
        ("\n".join(f"{n},5" for n in range(600)), "the same all the time"),
        ("\n".join(f"{n},{n % 3 * 1e-320}" for n in range(600)), "the same all the time"),
    ],
)
def test_what_nothing_can_be_found_in_is_not_kept(text, words, runs_folder):
    with pytest.raises(Problem, match=words):
        kept.add(io.BytesIO(text.encode()), "still.csv", len(text))
    assert kept.kept() == {}


def test_what_is_no_signal_is_told(own, tmp_path):
    with pytest.raises(Problem, match="no signal"):
        data.load(f"signal:{tmp_path / 'none.csv'}", "train")
    with pytest.raises(Problem, match="path"):
        data.dataset("signal:")
    with pytest.raises(Problem, match="choose shorter windows"):
        data.load(f"signal:{own.path}?every=1000&normal=0-50", "train")
    with pytest.raises(Problem, match="every=0"):
        data.dataset(f"signal:{own.path}?every=0&normal=0-50")
    with pytest.raises(Problem, match="Too few windows"):
        data.load(f"signal:{own.path}?every=4&normal=0-5", "train")
    own.path.write_bytes(own.path.read_bytes()[:-8])
    with pytest.raises(Problem):
        data.load(own.name, "train")


def test_a_table_can_be_trained_on_without_the_app(tmp_path, capsys):
    from aecore.__main__ import main

    path = tmp_path / "wave.csv"
    path.write_text("\n".join(f"{n / 50},{np.sin(n / 8):.3f}" for n in range(3000)))
    run = tmp_path / "run"
    arguments = ["--family", "conv", "--latent-dim", "2", "--epochs", "1", "--batch-size", "16"]
    assert main(["train", *arguments, "--dataset", f"signal:{path}", "--run", str(run)]) == 0
    card = checkpoint.describe(run / "model.safetensors")
    assert card.dataset == f"signal:{path}" and card.image_shape == SHAPE
    assert SCALE.low < SCALE.high
