"""Simulated heartbeats: the dynamical model of the electrocardiogram.

P. E. McSharry, G. D. Clifford, L. Tarassenko, L. A. Smith, "A Dynamical Model for Generating
Synthetic Electrocardiogram Signals", IEEE Transactions on Biomedical Engineering 50 (2003). A point
runs around a circle once a beat; five places on the circle push it up or down, and its height z is
the signal. In radians θ, seconds t, and with z₀(t) for the breath that moves the base line:

    dz/dt = -Σ aᵢ Δθᵢ exp(-Δθᵢ² / 2bᵢ²) - (z - z₀(t)),   Δθᵢ = θ - θᵢ,   dθ/dt = 2π / T

T is the time from one R peak to the next. It follows a spectrum with two humps: slow waves of the
blood pressure at 0.1 Hz, and the breath at 0.25 Hz.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# the paper's table 1, in the order P, Q, R, S, T
ANGLES = np.array([-np.pi / 3, -np.pi / 12, 0.0, np.pi / 12, np.pi / 2])  # θ
PUSHES = np.array([1.2, -5.0, 30.0, -7.5, 0.75])  # a
WIDTHS = np.array([0.25, 0.1, 0.1, 0.1, 0.4])  # b

BREATHS = 0.25  # a second
BREATH_HEIGHT = 0.15  # millivolts
PRESSURE_WAVES = 0.1  # a second
HUMP_WIDTH = 0.01  # Hz, of both
HUMPS = 0.5  # power of the pressure waves, of that of the breath
LOW, HIGH = -0.4, 1.2  # millivolts that a steady beat of one a second spans
RUN_IN = 6.0  # seconds before the first value, in which z forgets where it began, by exp(-t)
FINER = 4  # steps of the integration a sample: an R peak is a few samples wide


@dataclass(frozen=True, eq=False)
class Beats:
    """Beats to be drawn: the times of their R peaks (K,) in seconds, and of each the pushes a and
    widths b (K, 5) of its waves P, Q, R, S, T."""

    peaks: Floats
    pushes: Floats
    widths: Floats

    @classmethod
    def at(cls, peaks: Floats) -> "Beats":
        """Beats of a healthy heart with their R peaks at these times."""
        shape = (len(peaks), 1)
        return cls(peaks, np.tile(PUSHES, shape), np.tile(WIDTHS, shape))


def intervals(seconds: float, mean: float, spread: float, rng: np.random.Generator) -> Floats:
    """Times (K,) in seconds from one R peak to the next, which together last that long.

    ``mean`` and ``spread`` (standard deviation) in seconds.
    """
    n = max(64, 2 * int(np.ceil(seconds)))  # two values a second: the spectrum ends far below
    frequencies = np.fft.rfftfreq(n, 0.5)

    spectrum = np.zeros_like(frequencies)
    for middle, power in ((PRESSURE_WAVES, HUMPS), (BREATHS, 1.0)):
        spectrum += power * np.exp(-((frequencies - middle) ** 2) / (2 * HUMP_WIDTH**2))
    phases = rng.uniform(0, 2 * np.pi, len(frequencies))
    course = np.fft.irfft(np.sqrt(spectrum) * np.exp(1j * phases), n)
    course = mean + spread * (course - course.mean()) / course.std()
    found: list[float] = []
    at = 0.0
    while at < seconds:
        found.append(float(np.interp(at, np.arange(n) / 2, course)))
        at += found[-1]
    return np.array(found)


def draw(beats: Beats, seconds: float, rate: float) -> NDArray[np.float32]:
    """The signal of these beats in millivolts, ``rate`` values a second, without noise.

    They must begin before 0 and end after ``seconds``, behind which the point stands still.
    """
    low, high = _reach()
    a_millivolt = (high - low) / (HIGH - LOW)
    z = _heights(beats, seconds, rate, BREATH_HEIGHT * a_millivolt)
    return (LOW + (z - low) / a_millivolt).astype(np.float32)


@cache
def _reach() -> tuple[float, float]:
    """The lowest and the highest z of a heart that beats once a second, without breath."""
    z = _heights(Beats.at(np.arange(-2.0, 6.0)), 4.0, 1024)
    return float(z.min()), float(z.max())


def _heights(beats: Beats, seconds: float, rate: float, breath: float = 0.0) -> Floats:
    """z (N,) by the fourth-order Runge-Kutta method.

    The point starts on its circle and never leaves it, so that θ is known beforehand. What is left
    is linear in z, and a step of the method is one of a recursive filter.
    """
    from scipy.signal import lfilter  # a moment to import, and many runs never draw a heart

    count, step = round(seconds * rate) * FINER, 1 / (rate * FINER)
    run_in = round(RUN_IN * rate) * FINER
    halves = np.arange(-2.0 * run_in, 2.0 * count + 1)
    push = _push(beats, halves * (step / 2), breath)
    before, middle, after = push[:-2:2], push[1::2], push[2::2]
    h = step
    kept = 1 - h + h**2 / 2 - h**3 / 6 + h**4 / 24
    gained = ((1 - h + h**2 / 2 - h**3 / 4) * before + (4 - 2 * h + h**2 / 2) * middle + after) * (
        h / 6
    )
    z: Floats = lfilter([1.0], [1.0, -kept], gained)
    return z[run_in + FINER - 1 :: FINER]


def _push(beats: Beats, times: Floats, breath: float) -> Floats:
    """What moves z at these times, without z's own share: -Σ … + z₀."""
    from scipy.interpolate import PchipInterpolator

    # turns of the circle, so that each R peak is at a whole number; the speed never jumps, which
    # would make the two sides of a beat unlike
    turns = PchipInterpolator(beats.peaks, np.arange(len(beats.peaks)))(
        times.clip(beats.peaks[0], beats.peaks[-1])
    )
    first, second = beats.peaks[:2]
    earlier = times < first  # the heart has been beating as it does at first
    turns[earlier] = (times[earlier] - first) / (second - first)
    nearest = np.rint(turns)
    angle = 2 * np.pi * (turns - nearest)
    beat = nearest.astype(np.intp).clip(0)
    push: Floats = breath * np.sin(2 * np.pi * BREATHS * times)
    for wave, middle in enumerate(ANGLES):
        away = angle - middle
        a, b = beats.pushes[beat, wave], beats.widths[beat, wave]
        push -= a * away * np.exp(-(away**2) / (2 * b**2))
    return push
