"""Melodies: what is read from ABC and MIDI, windows of two bars, and no tune in both halves.

The tunes here are drawn at random: none is anybody's.
"""

import io
import zipfile

import mido
import numpy as np
import pytest

from aecore import checkpoint, data
from aecore.corruption import corrupt
from aecore.data import music21_corpus, tune_files
from aecore.data.melodies import OwnMelodies
from aecore.data.music21_corpus import Collection
from aecore.draws import Draws
from aecore.evaluation import draw, encode
from aecore.melodies import abc_notation, figures, handed, midi, windows
from aecore.melodies.key import Key, key_of
from aecore.melodies.melody import (
    HOLD,
    LOWEST,
    REST,
    SHAPE,
    STEPS,
    Tune,
    Tunes,
    most_likely,
    notes_of,
    one_hot,
    symbols_of,
    transposed,
    window,
)
from aecore.melodies.properties import (
    PROPERTIES,
    directions,
    height,
    note_count,
    syncopation,
)
from aecore.melodies.rivals import MarkovChain, cross_fade, edit_distance, nearest
from aecore.melodies.roll import rolls
from aecore.melodies.shown import Shown
from aecore.melodies.spelling import read as read_word
from aecore.melodies.spelling import spelled
from aecore.messages import Problem
from aecore.models import to_input

MAJOR = (0, 2, 4, 5, 7, 9, 11)
HEAD = "X:1\nT:Of nobody\nM:4/4\nL:1/8\nK:G\n"


def tune(seed, bars=8, shift=0):
    """A melody in C major, or so many semitones higher."""
    rng = np.random.default_rng(seed)
    lengths = rng.choice([1, 2, 2, 4], bars * 16)
    onsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    inside = onsets < bars * 16
    degrees = rng.integers(0, 14, inside.sum())
    degrees[[0, -1]] = 7
    pitches = 60 + 12 * (degrees // 7) + np.array(MAJOR)[degrees % 7] + shift
    notes = np.stack([onsets[inside], lengths[inside], pitches], 1).astype(np.float32)
    return Tune(f"{seed}", notes, 16, np.arange(0, bars * 16, 16, dtype=np.float32))


def midi_bytes(tracks, ticks=480):
    """A MIDI file of tracks of (message, …)."""
    file = mido.MidiFile(ticks_per_beat=ticks)
    file.tracks.extend(mido.MidiTrack(track) for track in tracks)
    stream = io.BytesIO()
    file.save(file=stream)
    return stream.getvalue()


def track(notes, channel=0, chord=(0,)):
    """Messages of notes (onset and length in sixteenths of 120 ticks, pitch), none at once."""
    messages, now = [], 0
    for start, length, pitch in notes:
        for number, above in enumerate(chord):
            wait = 0 if number else int(start * 120) - now
            note = int(pitch) + above
            messages.append(mido.Message("note_on", channel=channel, note=note, time=wait))
        for number, above in enumerate(chord):
            wait = 0 if number else int(length * 120)
            note = int(pitch) + above
            messages.append(mido.Message("note_off", channel=channel, note=note, time=wait))
        now = int((start + length) * 120)
    return messages


# symbols


def test_symbols_are_the_notes_and_nothing_else():
    written = tune(0)
    symbols, lost = symbols_of(written)
    assert symbols.shape == (written.length,) and not lost.any()
    assert np.array_equal(notes_of(symbols), written.notes.astype(int)[: len(notes_of(symbols))])
    rested = Tune("", np.float32([[2, 1, 60], [4, 2, 62]]))
    c, d = 60 - LOWEST, 62 - LOWEST
    assert symbols_of(rested)[0].tolist() == [REST, HOLD, c, REST, d, HOLD]
    assert np.array_equal(notes_of(symbols_of(rested)[0]), [[2, 1, 60], [4, 2, 62]])


def test_notes_shorter_than_a_sixteenth_are_known():
    symbols, lost = symbols_of(Tune("", np.float32([[0, 0.4, 60], [0.4, 0.6, 62], [1, 1, 64]])))
    assert symbols.tolist() == [62 - LOWEST, 64 - LOWEST]
    assert lost.tolist() == [True, False]


def test_what_sounds_when_a_window_begins_begins_anew():
    symbols, _lost = symbols_of(Tune("", np.float32([[0, 40, 60], [40, 8, 62]])))
    cut = window(symbols, 16)
    assert cut[0] == 60 - LOWEST and (cut[1:24] == HOLD).all() and cut[24] == 62 - LOWEST


def test_examples_are_ones_among_zeros_and_pictures_are_rolls():
    symbols = windows.cut([tune(1)], common_key=False).symbols
    examples = one_hot(symbols)
    assert examples.shape[1:] == SHAPE and (examples.sum(-1) == 255).all()
    assert np.array_equal(most_likely(examples), symbols)
    drawn = rolls(examples)
    assert drawn.shape[1:] == (1, 88, STEPS)
    start, _length, pitch = notes_of(symbols[0])[0]
    assert drawn[0, 0, 108 - pitch, start] == 255
    assert (drawn[0, 0] > 0).sum() == notes_of(symbols[0])[:, 1].sum()


def test_transposing_moves_notes_alone():
    symbols = windows.cut([tune(2)], common_key=False).symbols
    moved = transposed(symbols, 3)
    assert np.array_equal(moved == HOLD, symbols == HOLD)
    assert np.array_equal(notes_of(moved[0]), notes_of(symbols[0]) + [0, 0, 3])
    with pytest.raises(ValueError, match="88 pitches"):
        transposed(symbols, 60)


# keys and windows


@pytest.mark.parametrize("shift", [0, 5, -4])
def test_the_key_is_found_and_taken_away(shift):
    written = tune(3, shift=shift)
    assert key_of(written.notes) == Key(shift % 12, False)
    common = windows.cut([written], common_key=True).symbols
    assert np.array_equal(common % 12, windows.cut([tune(3)], common_key=True).symbols % 12)
    assert key_of(np.float32([[0, 4, 69], [4, 2, 72], [6, 2, 76], [8, 4, 69]])) == Key(9, True)


def test_the_same_tune_in_two_keys_counts_once():
    halves = windows.split([*map(tune, range(12)), tune(0, shift=2)], common_key=False)
    assert halves.train.left_out[windows.TWICE] == 7  # of 8 bars
    assert len(halves.train) + len(halves.test) == 12 * 7


def test_no_tune_is_in_both_halves_in_whatever_key_and_book():
    tunes = [tune(seed, shift=shift) for seed in range(40) for shift in (0, 3)]
    for number in range(0, 80, 4):  # and without its first bars
        whole = tunes[number]
        later = whole.notes[whole.notes[:, 0] >= 32] - np.float32([32, 0, 0])
        tunes.append(Tune("", later, 16, whole.barlines[:-2]))
    same = windows.groups(tunes)
    assert np.array_equal(same[:80:2], same[1:80:2]) and len(np.unique(same)) == 40
    assert np.array_equal(same[80:], same[0:80:4])
    train, test = windows.split(tunes, common_key=True)
    assert 0.05 < len(test) / (len(train) + len(test)) < 0.2
    assert not set(same[train.tunes]) & set(same[test.tunes])
    known = {windows.melody(each) for each in train.symbols}
    assert not known & {windows.melody(each) for each in test.symbols}


def test_windows_in_which_little_happens_are_left_out_and_counted():
    still = Tune("", np.float32([[0, 64, 60]]), 16, np.float32([0, 16, 32, 48]))
    fast = tune(0)
    fast.notes[3, 0] = fast.notes[2, 0] + 0.1
    found = windows.cut([still, fast], common_key=False)
    assert found.left_out[windows.FEW] == 3 and found.left_out[windows.SHORT] == 1


def test_windows_begin_with_bars_also_after_an_upbeat():
    written = tune(4)
    written.notes[:, 0] += 4
    begun = Tune("", written.notes, 16, np.float32([0, *(written.barlines + 4)]))
    assert np.array_equal(
        windows.cut([begun], common_key=False).symbols,
        windows.cut([tune(4)], common_key=False).symbols,
    )


# ABC


def test_abc_is_read_as_written():
    text = HEAD + 'D | "G"G2 {a}B>c (3ded [GBd]2 | =F2- F2 F2 z2 |]\n'
    (found,), left = abc_notation.read(text)
    assert not left and found.title == "Of nobody" and found.bar == 16
    expected = [  # an upbeat; a broken rhythm; a triplet; a chord's highest; a tie; an accidental
        (0, 2, 62), (2, 4, 67), (6, 3, 71), (9, 1, 72), (10, 4 / 3, 74), (34 / 3, 4 / 3, 76),
        (38 / 3, 4 / 3, 74), (14, 4, 74), (18, 8, 65), (26, 4, 65),
    ]  # fmt: skip
    assert np.allclose(found.notes, expected, atol=1e-4)
    assert found.barlines.tolist() == [0, 2, 18, 34]


def test_bad_abc_is_left_out_and_counted():
    text = "\n".join(
        [
            HEAD + "G8 | A8 |\n",
            HEAD.replace("4/4", "none") + "G8 | A8 |\n",
            HEAD + "V:1\nG8 | A8 |\n",
            HEAD + "z8 | z8 |\n",
            HEAD + "[[[(((3 \n",
            HEAD.replace("L:1/8", "L:x/y") + "G8\n",
            HEAD + "G99999999 | A8 |\n",
            HEAD + "A" * 60_000,
        ]
    )
    found, left = abc_notation.read(text)
    assert [each.title for each in found] == ["Of nobody"]
    assert left[abc_notation.NO_METRE] == left[abc_notation.VOICES] == 1
    assert left[abc_notation.OUTSIDE] == 1
    assert sum(left.values()) == 7


def test_without_music21_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(abc_notation, "is_here", lambda: False)
    with pytest.raises(Problem, match="music21, which is not installed"):
        abc_notation.read(HEAD + "G8")


# MIDI


def test_midi_is_read_as_played_whatever_its_tempo():
    written = tune(5)
    beside = track(written.notes - np.float32([0, 0, 24]), channel=1)
    drums = track([(0, 1, 40), (4, 1, 40)], channel=9)
    stopped = [mido.MetaMessage("set_tempo", tempo=0), *track(written.notes)]
    found = midi.read(midi_bytes([beside, stopped, drums]), "a.mid")
    assert np.array_equal(found.notes, written.notes) and found.bar == 16
    metre = mido.MetaMessage("time_signature", numerator=6, denominator=8)
    assert midi.read(midi_bytes([[metre, *track(written.notes)]]), "a.mid").bar == 12


def test_legato_is_one_voice():
    long = tune(5).notes.copy()
    messages = []
    for start, length, pitch in long:
        messages += [
            (start * 120, "note_on", pitch),
            ((start + length) * 120 + 30, "note_off", pitch),
        ]
    now, track_of = 0, []
    for tick, kind, pitch in sorted(messages, key=lambda each: (each[0], each[1] == "note_on")):
        track_of.append(mido.Message(kind, note=int(pitch), time=int(tick - now)))
        now = int(tick)
    found = midi.read(midi_bytes([track_of]), "a.mid").notes
    assert np.array_equal(found[:-1, 0], long[: len(found) - 1, 0])
    assert (found[:-1, 0] + found[:-1, 1] <= found[1:, 0]).all()


WHOLE = midi_bytes([track(tune(6).notes)])


def late(count: int) -> bytes:
    """A note that ends after a time of so many digits of seven bits."""
    events = b"\0\x90@@" + b"\xff" * count + b"\x7f\x80@\0" + b"\0\xff\x2f\0"
    return WHOLE[:14] + b"MTrk" + len(events).to_bytes(4, "big") + events


BAD = {
    "empty": (b"", "is empty"),
    "text": (b"Dear all, this is no music", "no MIDI file"),
    "cut off": (WHOLE[: len(WHOLE) // 2], "damaged or cut off"),
    "only a head": (WHOLE[:14], "damaged or cut off"),
    "10 million events": (WHOLE + b"\x00\x90\x40\x40" * 10_000_000, "far more than a melody"),
    "chords": (midi_bytes([track(tune(6).notes, chord=(0, 4, 7))]), "several notes sound at once"),
    "drums": (midi_bytes([track(tune(6).notes, channel=9)]), "drums only"),
    "no notes": (midi_bytes([[]]), "has no notes"),
    "endless": (midi_bytes([track([(0, 1, 60), (2_000_000, 1, 60)])]), "more than 1250 bars"),
    "late": (late(30), "damaged or cut off"),
    "later": (late(200), "damaged or cut off"),
    "latest": (late(90_000), "damaged or cut off"),
    "film": (WHOLE[:12] + b"\xe7\x28" + WHOLE[14:], "pictures of a film"),
    "no ticks": (WHOLE[:12] + b"\0\0" + WHOLE[14:], "pictures of a film"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_midi_gets_one_sentence(kind):
    content, sentence = BAD[kind]
    with pytest.raises(Problem, match=sentence):
        midi.read(content, "a.mid")


def test_bytes_changed_at_random_are_read_or_refused():
    rng = np.random.default_rng(0)
    for _ in range(200):
        content = bytearray(WHOLE)
        for place in rng.integers(0, len(content), 8):
            content[place] = rng.integers(256)
        try:
            found = midi.read(bytes(content), "a.mid")
        except Problem:
            continue
        assert len(symbols_of(found)[0]) == found.length


# own files


def test_own_files_come_from_a_folder_and_a_zip_alike(tmp_path):
    folder = tmp_path / "tunes"
    folder.mkdir()
    for seed in range(20):
        (folder / f"{seed:02}.mid").write_bytes(midi_bytes([track(tune(seed).notes)]))
    (folder / "bad.mid").write_bytes(b"text")
    (folder / "few.abc").write_text(HEAD + "G8 | A8 |\n\nX:2\nK:broken\n")
    (folder / "notes.txt").write_text("not asked for")
    packed = tmp_path / "tunes.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    for path in (folder, packed):
        own = data.dataset(f"melodies:{path}")
        report = own.checkup()
        assert report.tunes == 21 and report.tunes_left_out[tune_files.UNREAD] == 1
        train, test = own.load("train"), own.load("test")
        assert train.shape == SHAPE and len(train) == own.train_images == report.train
        assert len(test) == report.test > 0
    (folder / "00.mid").unlink()
    assert data.dataset(f"melodies:{folder}").checkup().tunes == 20
    assert data.dataset(f"melodies:{folder}?keys=own").own_keys


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("a.mid", b"text", "a.mid is no MIDI file"),
        ("a.abc", b"no tune at all", "No tune in a.abc can be read"),
        ("a.abc", b"X:1\n" * 600_000, "more than 2000 KB"),
        ("a.wav", b"RIFF", "is no .mid"),
        ("a.mid", midi_bytes([track([(0, 4, 60)])]), "0 windows of two bars for training"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "There is no tune in"),
    ],
)
def test_own_files_that_give_nothing_say_why(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Problem, match=sentence):
        OwnMelodies.named(str(path)).load("train")


def test_paths_and_choices_that_are_not_there_say_so(tmp_path):
    for name, sentence in (
        ("melodies:", "path of MIDI or ABC files is missing"),
        (f"melodies:{tmp_path}/no.mid", "no file or folder"),
        ("melodies?keys=c", "There are no melodies"),
    ):
        with pytest.raises(Problem, match=sentence):
            data.load(name, "test")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem, match="There is no tune"):
        data.load(f"melodies:{tmp_path}/empty", "test")


# music21's own tunes


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_a_collection_is_read_once_and_kept(cache, monkeypatch):
    two = Collection("nottingham", "Two tunes", "nottingham-dataset/*.abc")
    monkeypatch.setitem(music21_corpus.COLLECTIONS, two.name, two)
    music21_corpus.prepare("nottingham")
    path = music21_corpus.kept_at("nottingham")
    kept, read = music21_corpus.load(path), music21_corpus.read("nottingham")
    assert len(kept.tunes) == len(read.tunes) == 2 and path.is_relative_to(cache)
    for one, other in zip(kept.tunes, read.tunes, strict=True):
        assert (one.title, one.bar) == (other.title, other.bar)
        assert np.array_equal(one.notes, other.notes)
        assert np.array_equal(one.barlines, other.barlines)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(Problem, match="is damaged; remove it"):
        music21_corpus.load(path)


def test_all_of_them_are_a_data_set_whose_classes_are_the_collections(cache):
    melodies = data.dataset("melodies")
    assert not melodies.on_this_machine()
    with pytest.raises(Problem, match="aecore download melodies"):
        melodies.load("train")
    for number, name in enumerate(music21_corpus.COLLECTIONS):
        few = Tunes(tuple(tune(20 * number + each, shift=number) for each in range(20)), {"x": 1})
        path = music21_corpus.kept_at(name)
        path.parent.mkdir(exist_ok=True)
        music21_corpus.save(path, few)
    train, test = melodies.load("train"), melodies.load("test")
    assert set(train.labels) == set(range(5)) and train.shape == melodies.shape
    assert len(train) + len(test) == 5 * 20 * 7
    assert melodies.checkup().tunes_left_out == {"x": 5}
    own = data.load("melodies?keys=own", "train")
    assert not np.array_equal(own.pixels, train.pixels)
    assert np.array_equal(data.load("melodies", "train").pixels, train.pixels)  # of what is kept


# rivals and figures


def test_what_a_model_has_to_beat():
    known = windows.cut([tune(seed) for seed in range(30)], common_key=False).symbols
    changed = known[7].copy()
    changed[5:7] = REST, HOLD
    close = nearest(known, changed[None], 3)[0]
    assert close[0] == 7 and edit_distance(known[7], changed) <= 2
    assert edit_distance(np.uint8([1, 2, 3]), np.uint8([2, 3, 4, 5])) == 3
    rng = np.random.default_rng(0)
    faded = cross_fade(known[0], known[9], 9, rng)
    assert np.array_equal(faded[0], known[0]) and np.array_equal(faded[-1], known[9])
    chain = MarkovChain(known)
    assert (chain.guessed(known) == known).mean() > 0.6  # it was there when they were counted
    drawn = chain.drawn(20, rng)
    assert set(np.unique(drawn)) <= set(np.unique(known)) and not (drawn[:, 0] == HOLD).any()


def test_figures_say_what_they_count():
    known = windows.cut([tune(seed) for seed in range(30)], common_key=False).symbols
    wrong = known.copy()
    sounds = wrong < REST
    wrong[sounds] = (wrong[sounds] + 1) % 88
    right = figures.steps_right(wrong, known)
    assert right["notes"] == 0 and right["holds"] == 1
    assert right["all"] == pytest.approx((known == HOLD).mean())
    still = np.repeat(known[:5, None], 4, axis=1)
    assert set(figures.walks(still).values()) == {1}
    back = np.stack([known[0], known[20], known[0]])[None]
    assert set(figures.walks(back).values()) == {0}
    copied = figures.samples(known[:10], known)
    assert copied["new"] == 0 and copied["edits"] == 0 and copied["range"] == 1
    assert copied["in_key"] > 0.8


# the shipped model

BARS = ([4, 4, 4, 4], [2, 2, 4, 4, 4], [2] * 8, [4, 2, 2, 4, 4], [6, 2, 4, 4], [4, 4, 8])


def sung(seed):
    """A window as people sing: notes of C major that go up and down by steps and thirds."""
    rng = np.random.default_rng(seed)
    lengths = np.concatenate([BARS[rng.integers(len(BARS))] for _ in range(2)])
    degrees = np.clip(4 + np.cumsum(rng.choice([-2, -1, -1, 0, 1, 1, 2], len(lengths))), 0, 9)
    pitches = 67 - 7 + 12 * (degrees // 7) + np.array(MAJOR)[degrees % 7]
    notes = np.stack([np.cumsum(lengths) - lengths, lengths, pitches], 1)
    return symbols_of(Tune("", notes.astype(np.float32)))[0]


def test_a_tune_decodes_to_itself_and_a_walk_begins_and_ends_at_its_tunes():
    model, card = checkpoint.load(checkpoint.SHIPPED / "music" / "variational-64.safetensors")
    assert card.metrics["steps"] >= 0.9
    true = np.stack([sung(seed) for seed in range(100)])
    codes = encode(model, one_hot(true))
    made = most_likely(draw(model, codes))
    right = figures.steps_right(made, true)
    assert right["all"] >= 0.9 and right["notes"] >= 0.8
    walk = most_likely(draw(model, np.linspace(codes[0], codes[1], 5)))
    assert np.array_equal(walk[[0, -1]], made[:2])
    assert not np.array_equal(walk[2], walk[0])


@pytest.fixture(scope="module")
def heard():
    """The shipped model, codes and the melodies that it makes of them."""
    model, _card = checkpoint.load(checkpoint.SHIPPED / "music" / "variational-64.safetensors")
    codes = Shown.load().codes.astype(np.float32)
    return model, codes, most_likely(draw(model, codes))


@pytest.mark.parametrize(
    ("semitones", "steps", "rhythm"), [(0, 0.995, 1), (2, 0.9, 0.98), (1, 0.71, 0.95)]
)
def test_in_another_key_the_rhythm_comes_back_and_fewer_notes(heard, semitones, steps, rhythm):
    """The figures of the lesson: the model has heard C major and A minor alone."""
    model, _codes, melodies = heard
    for way in (semitones, -semitones):
        moved = transposed(melodies, way)
        made = most_likely(draw(model, encode(model, one_hot(moved))))
        assert (made == moved).mean() == pytest.approx(steps, abs=0.02)
        assert ((made < REST) == (moved < REST)).mean() >= rhythm - 0.02


def test_a_push_gives_more_of_what_its_direction_is_measured_by(heard):
    model, codes, melodies = heard
    before = np.array([[measure(one) for measure in PROPERTIES.values()] for one in melodies])
    for k, way in enumerate(directions(codes, melodies)):
        for amount in (-1, 1):
            pushed = most_likely(draw(model, codes + amount * way))
            measure = list(PROPERTIES.values())[k]
            became = np.nanmean([measure(one) for one in pushed]) - before[:, k].mean()
            least = (2, 3.5, 0)[k]  # notes, semitones, syncopated notes
            assert amount * became > least


def test_of_a_damaged_tune_fewer_steps_are_wrong_when_it_is_mended():
    model, card = checkpoint.load(checkpoint.SHIPPED / "music" / "denoising-64.safetensors")
    assert (card.corruption, card.metrics["steps"] > 0.97) == ("notes", True)
    true = np.stack([sung(seed) for seed in range(200)])
    damaged = most_likely(corrupt(to_input(one_hot(true)), "notes", 0.2, Draws(0)).numpy())
    made = most_likely(draw(model, encode(model, one_hot(damaged))))
    found = figures.restored(made, damaged, true)
    assert 1 - found["all"] < 0.9 * (damaged != true).mean()
    assert found["again"] > 0.2 and found["kept"] > 0.97
    whole = figures.restored(true, true, true)
    assert whole == {"all": 1, "kept": 1}


def test_properties_are_what_one_counts():
    #  c on the first beat, e on an upbeat eighth held over the beat, g after a rest
    symbols = read_word("4c_____e___-_g_-" + "_" * 16)
    assert note_count(symbols) == 3
    assert height(symbols) == pytest.approx((6 * 60 + 4 * 64 + 2 * 67) / 12)
    assert syncopation(symbols) == 1
    silent = read_word("-" + "_" * 31)
    assert note_count(silent) == syncopation(silent) == 0 and np.isnan(height(silent))


def test_a_melody_is_a_short_word_and_comes_back():
    for seed in range(20):
        symbols = sung(seed)
        word = spelled(symbols)
        assert len(word) <= 40 and np.array_equal(read_word(word), symbols)
    wild = np.random.default_rng(0).integers(0, 90, STEPS).astype(np.uint8)
    assert np.array_equal(read_word(spelled(wild)), wild)
    assert read_word("CC").tolist() == [40, 40]  # c sharp above the middle c


def test_a_long_tune_gives_pieces_from_every_bar_and_a_short_one_ends_in_silence():
    found = handed.read(midi_bytes([track(tune(6).notes)]), "a.mid")
    assert [piece.bar for piece in found.pieces] == list(range(1, 9))
    assert [piece.title for piece in found.pieces[:1]] == ["a.mid"] and not found.said
    shorter = tune(6, bars=1)
    (piece,) = handed.read(midi_bytes([track(shorter.notes)]), "a.mid").pieces
    assert read_word(piece.word)[16] == REST


def test_of_a_book_with_bad_tunes_the_good_ones_are_pieces():
    book = (HEAD + "GABc d2e2|f2g2 a4|\n\n" + "X:2\nT:Bad\nM:none\nK:C\nc|\n").encode()
    found = handed.read(book, "a.abc")
    assert {piece.title for piece in found.pieces} == {"Of nobody"}
    assert {piece.shift for piece in found.pieces} == {-2}
    assert [str(one) for one in found.said] == ["Tunes left out of a.abc: 1."]


@pytest.mark.parametrize(
    "metre", ["4041/8", "4x04y1/8", "4/4000", "2+3000/8", "1+1+1+1/8", "1+2/8"]
)
def test_a_metre_that_would_take_a_minute_is_not_even_read(metre):
    for line in (f"M:{metre}\nL:1/8\nK:C\ncdef|", f"M:4/4\nL:1/8\nK:C\ncdef|[M:{metre}]cdef|"):
        found, left = abc_notation.read(f"X:1\nT:a\n{line}\n")
        assert not found and left == {abc_notation.NO_METRE: 1}
