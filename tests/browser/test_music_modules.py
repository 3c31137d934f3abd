"""What is heard: the notes of symbols, in time and on pitch, without gaps."""

import numpy as np
import pytest

from aecore.corruption import corrupt
from aecore.draws import Draws
from aecore.melodies import spelling
from aecore.melodies.melody import most_likely, one_hot
from aecore.melodies.properties import PROPERTIES
from aecore.models import to_input

pytestmark = pytest.mark.browser
RATE = 16_000  # samples a second of a rendering
TEMPO = 120
SIXTEENTH = 60 / TEMPO / 4
REST, HOLD = 88, 89

# c' d' e' – with a rest, a long note over the bar line, and the same note twice
TUNE = [39, HOLD, 41, HOLD, 43, HOLD, HOLD, HOLD, REST, HOLD, HOLD, HOLD, 46, HOLD, 46, HOLD]
TUNE += [*[HOLD] * 4, 51, HOLD, HOLD, HOLD, 27, HOLD, HOLD, HOLD, REST, HOLD, 39, 40]


def pitch_of(samples: np.ndarray) -> float:
    """MIDI's number of the fundamental: the first lag at which the samples are like themselves."""
    like = np.correlate(samples, samples, "full")[len(samples) - 1 :]
    like /= np.arange(len(samples), 0, -1)
    lags = np.arange(RATE // 1200, RATE // 60)
    peaks = lags[(like[lags] > like[lags - 1]) & (like[lags] >= like[lags + 1])]
    best = int(peaks[like[peaks] > 0.8 * like[peaks].max()][0])
    a, b, c = like[best - 1 : best + 2]
    return float(69 + 12 * np.log2(RATE / (best + (a - c) / (2 * (a - 2 * b + c))) / 440))


def overtones(turns: np.ndarray) -> np.ndarray:
    """The flute's wave, of so many turns of its fundamental."""
    strengths = enumerate((1, 0.18, 0.06), 1)
    return sum(strength * np.sin(2 * np.pi * n * turns) for n, strength in strengths)


def rendered(modules, timbre: str, change: list[int] | None = None) -> np.ndarray:
    """Two rounds of TUNE as samples; with ``change`` another melody from the tenth step on."""
    found = modules.evaluate(
        """async ([tune, change, timbre, tempo, rate, seconds]) => {
          const { notesOf } = await import("/music/melody.js");
          const { Player } = await import("/music/player.js");
          const { TIMBRES } = await import("/music/sound.js");
          const context = new OfflineAudioContext(1, rate * seconds, rate);
          const player = new Player(context, TIMBRES[timbre], tempo);
          player.notes = notesOf(tune);
          for (let time = 0; time < seconds; time += 0.07) {  // as a timer comes, early or late
            if (change && player.step > 9) player.notes = notesOf(change);
            player.until(time);
          }
          const buffer = await context.startRendering();
          return Array.from(buffer.getChannelData(0));
        }""",
        [TUNE, change, timbre, TEMPO, RATE, 64 * SIXTEENTH],
    )
    return np.array(found)


def step(samples: np.ndarray, n: float, share: float = 1.0) -> np.ndarray:
    """The samples of a step, or of its beginning."""
    start = round(n * SIXTEENTH * RATE)
    return samples[start : start + round(share * SIXTEENTH * RATE)]


@pytest.mark.parametrize("timbre", ["flute", "organ", "string", "bell"])
def test_every_sixteenth_sounds_as_it_is_written(modules, timbre):
    samples = rendered(modules, timbre)
    assert np.abs(samples).max() < 1  # nothing is clipped
    sounding = REST
    for n in range(64):
        if TUNE[n % 32] != HOLD:
            sounding = TUNE[n % 32]
        heard = step(samples, n)
        if sounding == REST:
            assert np.abs(heard[RATE // 200 :]).max() < 1e-4
        else:
            assert np.sqrt((heard**2).mean()) > 0.005
            assert pitch_of(heard) == pytest.approx(sounding + 21, abs=0.15)


def test_the_rendering_is_what_is_written_sample_by_sample(modules):
    samples = rendered(modules, "flute")
    time = np.arange(len(samples)) / RATE
    expected = np.zeros(len(samples))
    loudest = np.abs(overtones(np.linspace(0, 1, 4096))).max()
    written = [*TUNE, *TUNE]
    starts = [n for n, symbol in enumerate(written) if symbol != HOLD]
    for start, end in zip(starts, [*starts[1:], 64], strict=True):
        end = min(end, 32 * (start // 32 + 1))  # a melody ends with its two bars
        if written[start] == REST:
            continue
        at, seconds = start * SIXTEENTH, (end - start) * SIXTEENTH
        since = time - at
        hertz = 440 * 2 ** ((written[start] + 21 - 69) / 12)
        rises, falls = since / 0.008, (seconds - since) / 0.03
        envelope = 0.5 * np.clip(np.minimum(rises, falls), 0, 1)
        expected += envelope * overtones(hertz * since) / loudest
    assert np.abs(samples - expected).max() < 0.02


def test_a_note_begins_where_its_sixteenth_does_and_ends_in_silence(modules):
    samples = rendered(modules, "organ")
    for n in (12, 14, 32 + 20, 32 + 30):  # after a rest, the same again, and in the next round
        before, begins = step(samples, n - 0.02, 0.02), step(samples, n, 0.2)
        assert np.abs(before).max() < 0.1 < np.abs(begins).max()


def test_another_melody_is_heard_from_the_next_sixteenth_on_without_a_gap(modules):
    other = [51, HOLD] * 16
    samples = rendered(modules, "flute", other)
    assert pitch_of(step(samples, 4)) == pytest.approx(43 + 21, abs=0.15)
    for n in range(12, 64):
        assert pitch_of(step(samples, n)) == pytest.approx(51 + 21, abs=0.15)


def test_notes_and_symbols_are_the_same_melody(modules):
    notes, back, words = modules.evaluate(
        """async (tune) => {
          const { notesOf, symbolsOf, written } = await import("/music/melody.js");
          const notes = notesOf(tune);
          return [notes, Array.from(symbolsOf(notes)), written(notes, "bar {n}")];
        }""",
        TUNE,
    )
    assert back == TUNE
    assert notes[3] == {"start": 12, "length": 2, "pitch": 67}
    assert words.startswith("bar 1: C4 2, D4 2, E4 4, G4 2, G4 6; bar 2: C5 4, C3 4, C4 1")


def test_a_hold_with_nothing_before_it_is_silence(modules):
    script = """async (tune) => (await import("/music/melody.js")).notesOf(tune)"""
    assert modules.evaluate(script, [HOLD, HOLD, 3, HOLD]) == [
        {"start": 2, "length": 2, "pitch": 24}
    ]
    assert modules.evaluate(script, [HOLD] * 32) == []


def test_melodies_are_spelled_and_measured_as_in_python(modules):
    rng = np.random.default_rng(0)
    melodies = [
        TUNE,
        *rng.integers(0, 90, (20, 32)).tolist(),
        *rng.choice([39, 60, 88, 89], (20, 32)).tolist(),
    ]
    words, back, measured = modules.evaluate(
        """async (melodies) => {
          const { read, spelled } = await import("/music/spelling.js");
          const { properties } = await import("/music/properties.js");
          const words = melodies.map(spelled);
          return [words, words.map(read), melodies.map(properties)];
        }""",
        melodies,
    )
    assert back == melodies
    for melody, word, found in zip(melodies, words, measured, strict=True):
        symbols = np.array(melody, np.uint8)
        assert word == spelling.spelled(symbols)
        assert spelling.read(word).tolist() == melody
        expected = [measure(symbols) for measure in PROPERTIES.values()]
        assert found == pytest.approx(expected)


def test_damage_grows_with_its_strength_and_is_the_same_for_a_seed(modules):
    found = modules.evaluate(
        """async (tune) => {
          const { damaged } = await import("/music/damaging.js");
          const { notesOf } = await import("/music/melody.js");
          return [0, 0.3, 0.6, 1, 1].map((strength) => notesOf(damaged(tune, strength, 5)));
        }""",
        TUNE,
    )
    kept = [{(note["start"], note["pitch"]) for note in notes} for notes in found]
    assert len(kept[0]) == 9 > len(kept[0] & kept[1]) > len(kept[0] & kept[2]) > 0
    assert not kept[0] & kept[3] and kept[3] == kept[4]
    starts = {start for start, _pitch in kept[0]}
    assert {start for start, _pitch in kept[3]} < starts  # moved up or down, never in time


def test_damage_is_the_same_as_in_python(modules):
    strengths = [0.0, 0.2, 0.45, 1.0]
    for seed in range(4):
        found = modules.evaluate(
            """async ([tune, strengths, seed]) => {
              const { damaged } = await import("/music/damaging.js");
              return strengths.map((strength) => Array.from(damaged(tune, strength, seed)));
            }""",
            [TUNE, strengths, seed],
        )
        x = to_input(one_hot(np.array([TUNE], np.uint8)))
        for symbols, strength in zip(found, strengths, strict=True):
            expected = corrupt(x, "notes", strength, Draws(seed))
            assert symbols == most_likely(expected.numpy())[0].tolist()


def test_of_questions_asked_in_a_hurry_none_is_forgotten(modules):
    found = modules.evaluate(
        """async () => {
          const { Questions } = await import("/music/questions.js");
          const layers = [{ kind: "relu" }];
          const network = { facts: { taken: [2], made: [2], layers }, arrays: {} };
          const questions = new Questions([network], 4);
          const last = {};
          await new Promise((done) => {
            const keep = (name) => (rows) => {
              last[name] = rows.map((row) => Array.from(row));
              if (last.way && last.hand?.[0][0] === 19) done();
            };
            questions.ask("other", [Float32Array.of(9, 9)], () => {});
            questions.ask("way", [Float32Array.of(1, 2), Float32Array.of(-3, 4)], keep("way"));
            for (let n = 0; n < 20; n++) {
              questions.ask("hand", [Float32Array.of(n, -n)], keep("hand"));
            }
          });
          questions.close();
          return last;
        }"""
    )
    assert found == {"way": [[1, 2], [0, 4]], "hand": [[19, 0]]}
