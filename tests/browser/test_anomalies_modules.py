"""The modules of Anomalies: ranking, axis, histogram."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def scores() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(0, 1, 300).round(2), rng.normal(1, 1, 500).round(2)


def test_counts_are_those_above_the_threshold(modules, scores):
    normal, strange = scores
    thresholds = [-9.0, 0.0, 0.5, 1.23, 9.0]
    found = modules.evaluate(
        """async ([normal, strange, thresholds]) => {
          const { Ranking } = await import("/anomalies/ranking.js");
          const ranking = new Ranking(Float32Array.from(normal), Float32Array.from(strange));
          return thresholds.map((threshold) => ranking.counts(Math.fround(threshold)));
        }""",
        [normal.tolist(), strange.tolist(), thresholds],
    )
    for threshold, counts in zip(thresholds, found, strict=True):
        above = [(side.astype(np.float32) > np.float32(threshold)).sum() for side in scores]
        assert (counts["alarms"], counts["hits"]) == tuple(above)
        assert counts["passed"] == 300 - above[0] and counts["missed"] == 500 - above[1]


def test_the_curve_has_the_area_that_is_told_beside_it(modules, scores):
    normal, strange = scores
    points = modules.evaluate(
        """async ([normal, strange]) => {
          const { Ranking, falseRate, recall } = await import("/anomalies/ranking.js");
          const ranking = new Ranking(Float32Array.from(normal), Float32Array.from(strange));
          return ranking.curve(400).map((counts) => [falseRate(counts), recall(counts)]);
        }""",
        [normal.tolist(), strange.tolist()],
    )
    across, up = np.array(points).T
    assert points[0] == [0, 0] and points[-1] == [1, 1]
    assert (np.diff(across) >= 0).all() and (np.diff(up) >= 0).all()
    truth = np.repeat([0, 1], [300, 500])
    area = roc_auc_score(truth, np.concatenate([normal, strange]))
    assert np.trapezoid(up, across) == pytest.approx(area, abs=0.003)


def test_a_threshold_lets_as_many_false_alarms_through_as_it_is_asked_for(modules):
    found = modules.evaluate(
        """async () => {
          const { Ranked } = await import("/anomalies/ranking.js");
          const ranked = new Ranked(Float32Array.of(5, 1, 4, 2, 3));
          return [0, 1, 4, 5].map((many) => ranked.above(ranked.thresholdOf(many)));
        }"""
    )
    assert found == [0, 1, 4, 5]


@pytest.mark.parametrize("log", [False, True])
def test_the_axis_leads_there_and_back_and_the_bars_hold_all_images(modules, log):
    shares, back, ticks, sums = modules.evaluate(
        """async (log) => {
          const { Axis } = await import("/anomalies/axis.js");
          const { Ranked } = await import("/anomalies/ranking.js");
          const { bars } = await import("/anomalies/histogram.js");
          const sides = [[0.01, 0.02, 0.05, 0.2], [0.1, 0.3, 0.8, 2]].map(
            (side) => new Ranked(Float32Array.from(side)));
          const axis = new Axis(sides.map((side) => side.scores), log);
          const shares = [0.02, 0.1, 0.5].map((score) => axis.share(score));
          return [shares, shares.map((share) => axis.score(share)), axis.ticks(400),
                  sides.map((side) => bars(side, axis).reduce((sum, one) => sum + one, 0))];
        }""",
        log,
    )
    assert back == pytest.approx([0.02, 0.1, 0.5], rel=1e-4)
    assert shares == sorted(shares)
    assert 2 <= len(ticks) <= 8 and ticks == sorted(ticks)
    assert sums == pytest.approx([1, 1], abs=1e-5)
