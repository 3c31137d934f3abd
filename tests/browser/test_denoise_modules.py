"""Random numbers and damage in the browser: those of Python, number by number."""

import numpy as np
import pytest
from scipy.stats import kstest

from aecore import restoration
from aecore.corruption import CORRUPTIONS
from aecore.draws import Draws

pytestmark = pytest.mark.browser
HERE = ["gaussian", "salt_pepper", "block", "lowres", "jigsaw"]


@pytest.mark.parametrize("seed", [0, 1, 999_999_999, 2**32 - 1])
def test_a_seed_draws_the_same_numbers_in_python_and_in_the_browser(modules, seed):
    uniform, normal = modules.evaluate(
        """async (seed) => {
          const { Draws } = await import("/shared/draws.js");
          const draws = new Draws(seed);
          return [Array.from(draws.uniform(1000)), Array.from(draws.normal(20000))];
        }""",
        seed,
    )
    draws = Draws(seed)
    assert np.array_equal(draws.uniform(1000), np.array(uniform, np.float32))
    assert np.array_equal(draws.normal(20000), np.array(normal, np.float32))


def test_numbers_are_spread_as_they_should():
    one, other = Draws(3), Draws(4)
    uniform, normal = one.uniform(100_000), one.normal(100_000)
    assert 0 <= uniform.min() and uniform.max() < 1
    assert kstest(uniform, "uniform").pvalue > 0.01
    assert kstest(normal, "norm").pvalue > 0.01
    assert abs(np.corrcoef(normal[:-1], normal[1:])[0, 1]) < 0.01
    assert abs(np.corrcoef(uniform, other.uniform(100_000))[0, 1]) < 0.01


def test_every_damage_that_the_browser_knows_is_one_of_ours(modules):
    known = modules.evaluate(
        """async () => Object.keys((await import("/denoise/damage.js")).DAMAGES)"""
    )
    assert sorted(known) == sorted(HERE) and set(HERE) <= set(CORRUPTIONS)


@pytest.mark.parametrize("kind", HERE)
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 9, 14)])
def test_damage_is_the_same_in_the_browser(modules, kind, shape):
    pixels = np.random.default_rng(0).integers(0, 256, (5, *shape), np.uint8)
    strengths = [0.0, 0.05, 0.25, 0.3, 0.45, 0.5, 0.65, 0.85, 1.0]
    found = modules.evaluate(
        """async ([kind, seed, pixels, shape, strengths]) => {
          const { damage } = await import("/denoise/damage.js");
          const x = Float32Array.from(pixels, (byte) => byte / 255);
          const apply = damage(kind, seed, x.length / shape.reduce((a, b) => a * b), shape);
          const out = new Float32Array(x.length);
          return strengths.map((strength) => {
            apply(x, strength, out);
            return Array.from(out);
          });
        }""",
        [kind, 7, pixels.ravel().tolist(), shape, strengths],
    )
    for strength, here in zip(strengths, found, strict=True):
        there = restoration.damage(pixels, kind, strength, 7).ravel()
        assert np.allclose(here, there, rtol=0, atol=1e-6), strength
