"""The series' modules: counting, envelopes, the stretch that is seen."""

import numpy as np
import pytest

from aecore.signals import judging
from aecore.signals.signal import Mark, Signal
from aecore.signals.windows import Windows, marks_of

pytestmark = pytest.mark.browser


def test_the_browser_counts_as_the_benchmark_does(modules):
    rng = np.random.default_rng(0)
    marks = [Mark("noise", float(start), start + 1.3) for start in range(10, 180, 17)]
    signal = Signal(np.zeros(20_000, np.float32), 100, marks)
    windows = Windows.of(signal)
    strange = rng.gamma(2, 1, windows.count).astype(np.float32)
    for threshold in (0.5, 2.0, 4.0, 99.0):
        found = modules.evaluate(
            """async ([values, marks, threshold]) => {
              const { counted } = await import("/anomalies/counting.js");
              const { hits, alarms, rows } = counted(values, marks, threshold);
              return [hits, alarms, rows.flat()];
            }""",
            [strange.tolist(), marks_of(windows, signal).tolist(), threshold],
        )
        wanted = judging.counted(strange, windows, signal, threshold)
        assert found[:2] == [wanted.hits, wanted.alarms]
        above = np.zeros(windows.count, bool)
        for first, last in np.array(found[2]).reshape(-1, 2):
            above[first : last + 1] = True
        assert np.array_equal(above, strange > threshold)


def test_columns_hold_the_lowest_and_the_highest_value_and_no_gaps(modules):
    values = np.random.default_rng(0).normal(0, 1, 1000).round(3)
    lows, highs, few = modules.evaluate(
        """async (values) => {
          const { columns } = await import("/anomalies/envelope.js");
          const level = { start: 0, step: 1, low: values, high: values };
          const { lows, highs } = columns(level, 0, 1000, 50);
          return [[...lows], [...highs], [...columns(level, 100, 110, 50).lows]];
        }""",
        values.tolist(),
    )
    parts = [values[20 * k : 20 * k + 21] for k in range(50)]  # the last one is the next's first
    assert lows == pytest.approx([part.min() for part in parts], abs=1e-5)
    assert highs == pytest.approx([part.max() for part in parts], abs=1e-5)
    assert not np.isnan(few).any()


def test_the_finest_level_that_has_all_of_a_stretch_is_drawn(modules):
    steps = modules.evaluate(
        """async () => {
          const { finest } = await import("/anomalies/envelope.js");
          const level = (start, step, n) =>
            ({ start, step, low: new Float32Array(n), high: new Float32Array(n) });
          const levels = [level(0, 100, 100), level(2000, 1, 3000)];
          return [[0, 10000], [2500, 4000], [1500, 2500]].map(
            ([from, to]) => finest(levels, from, to).step);
        }"""
    )
    assert steps == [100, 1, 100]


def test_a_stretch_stays_inside_and_zooms_around_the_pointer(modules):
    all_, close, left, moved = modules.evaluate(
        """async () => {
          const { Stretch } = await import("/anomalies/stretch.js");
          const stretch = new Stretch();
          Object.assign(stretch, { seconds: 100, least: 2 });
          const seen = () => [stretch.from, stretch.to];
          stretch.look(-50, 500);
          const all = seen();
          stretch.zoom(300, 1000, 400);
          const close = seen();
          stretch.pan(1e6, 400);
          const left = seen();
          stretch.pan(-200, 400);
          return [all, close, left, seen()];
        }"""
    )
    assert all_ == [0, 100]
    assert close[1] - close[0] == pytest.approx(2)
    assert close[0] + 0.75 * 2 == pytest.approx(75)  # under the pointer as before
    assert left == [0, 2]
    assert moved == pytest.approx([1, 3])


def test_times_along_a_signal_are_round_and_read_like_a_clock(modules):
    wide, close, clocks = modules.evaluate(
        """async () => {
          const { Stretch, clock } = await import("/anomalies/stretch.js");
          const stretch = new Stretch();
          stretch.seconds = 9000;
          stretch.look(0, 9000);
          const wide = stretch.times(900, 0).map(({ words }) => words);
          stretch.least = 0.1;
          stretch.look(61, 62);
          const close = stretch.times(600, 0).map(({ words }) => words);
          return [wide, close, [clock(7), clock(3725), clock(-65)]];
        }"""
    )
    assert wide[:2] == ["0:00", "30:00"] and wide[2] == "1:00:00"
    assert close[0] == "1:01.0" and close[1] == "1:01.2"
    assert clocks == ["0:07", "1:02:05", "−1:05"]
