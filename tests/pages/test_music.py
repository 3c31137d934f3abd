"""Music: which melodies are chosen, what a browser is told, and the listing."""

import io
import re
from dataclasses import replace

import apptest
import mido
import numpy as np
import pytest
import torch
from listing import run
from torch import nn
from torch.nn import functional as F

from aecore.data.music21_corpus import COLLECTIONS
from aecore.melodies import abc_notation
from aecore.melodies.shown import Shown
from aecore.messages import Problem
from aecore.models import build

# up and down a scale in eighths, and what is said of its first two bars
NOTES = [60, 62, 64, 65, 67, 69, 71, 72]
SCALE = [(2 * n, 2, pitch) for n, pitch in enumerate([*NOTES, *NOTES[::-1], *NOTES])]
WORD = "4c_d_e_f_g_a_b_5c_c_4b_a_g_f_e_d_c_"


def midi_bytes(tracks, channel=0, tempo=500_000) -> bytes:
    """A MIDI file of tracks of (onset, length, pitch) in sixteenths."""
    file = mido.MidiFile(ticks_per_beat=4)
    for notes in tracks:
        events = [(start, "note_on", pitch) for start, _length, pitch in notes]
        events += [(start + length, "note_off", pitch) for start, length, pitch in notes]
        track, now = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=tempo)]), 0
        for time, kind, pitch in sorted(events):
            track.append(mido.Message(kind, channel=channel, note=pitch, time=time - now))
            now = time
        file.tracks.append(track)
    stream = io.BytesIO()
    file.save(file=stream)
    return stream.getvalue()


def told(**address: str) -> dict:
    at = apptest.opened("music", **address)
    assert apptest.complaints(at) == []
    (component,) = apptest.components(at)
    return apptest.json.loads(component.proto.json)


def test_ends_are_of_the_chosen_collections_and_others_at_every_click():
    names = list(COLLECTIONS)
    first, other = (
        told(**{"from": "oneill", "to": "chorales"}),
        told(**{"from": "oneill", "to": "chorales", "tunes": "1"}),
    )
    for facts in (first, other):
        a, b = (names[facts["collections"][end["tune"]]] for end in facts["ends"])
        assert (a, b) == ("oneill", "chorales")
    assert first["ends"] != other["ends"]


@pytest.mark.parametrize(
    ("between", "share"), [("0.25", 0.25), ("2", 0.5), ("nan", 0.5), ("x", 0.5)]
)
def test_a_link_says_where_on_the_way(between, share):
    assert told(between=between)["between"] == share


@pytest.mark.parametrize(("language", "last"), [("en", "B"), ("de", "H"), ("ru", "си")])
def test_notes_have_twelve_names(language, last):
    notes = told(lang=language)["words"]["notes"]
    assert len(set(notes)) == 12 and notes[-1] == last


def test_it_says_how_well_melodies_are_copied():
    at = apptest.opened("music")
    assert re.search(r"never saw.*9[0-9]\s?%", apptest.words(at), re.DOTALL)
    assert "are decoded from codes" in apptest.words(at)


def test_the_plane_is_that_of_the_codes():
    shown = Shown.load()
    places = shown.places().astype(np.float64)
    assert abs(np.cov(places.T)[0, 1]) < 0.02 * np.var(places[:, 0])  # principal directions
    assert (
        np.var(places[:, 0]) >= np.var(places[:, 1]) > np.var(shown.codes.astype(float), 0).mean()
    )


@pytest.mark.parametrize("part", ["axes", "directions"])
def test_a_damaged_file_is_told(tmp_path, part):
    shown = Shown.load()
    path = tmp_path / "tunes.safetensors"
    replace(shown, **{part: getattr(shown, part)[:, :5]}).save(path)
    with pytest.raises(Problem, match="damaged"):
        Shown.load(path)
    path.write_bytes(b"no tunes")
    with pytest.raises(Problem):
        Shown.load(path)


def handed_over(name: str, content: bytes, end: str = "a") -> apptest.AppTest:
    at = apptest.opened("music", **{"from" if end == "a" else "to": "file"})
    at.file_uploader(key=f"music-file-{end}").set_value((name, content, "audio/midi")).run()
    return at


def end_of(at: apptest.AppTest, end: str = "a") -> dict:
    (component,) = apptest.components(at)
    return apptest.json.loads(component.proto.json)["ends"]["ab".index(end)]


@pytest.mark.parametrize("end", ["a", "b"])
def test_two_bars_of_an_own_file_are_an_end_and_stand_in_the_link(end):
    at = handed_over("song.mid", midi_bytes([SCALE]), end)
    assert apptest.complaints(at) == []
    found = end_of(at, end)
    assert found == {"tune": -1, "melody": WORD, "tapped": False, "name": "song.mid, from bar 1"}
    at.selectbox(key=f"music-piece-{end}").select_index(1).run()
    later = end_of(at, end)
    assert later["name"] == "song.mid, from bar 2" and later["melody"] != WORD
    # a link holds these two bars, without the file
    link = told(**{"from" if end == "a" else "to": "file", f"melody_{end}": WORD})
    assert link["ends"]["ab".index(end)]["melody"] == WORD


def test_what_was_done_to_a_file_is_said():
    higher = [(start, length, pitch + 2) for start, length, pitch in SCALE]
    at = handed_over("song.mid", midi_bytes([higher, [(0, 64, 40)]]))
    assert end_of(at)["melody"] == WORD
    assert "has 2 parts; kept is the highest" in apptest.words(at)
    assert "Moved by −2 semitones" in apptest.words(at)
    chords = [(start, length, pitch - 12) for start, length, pitch in SCALE] + SCALE
    at = handed_over("song.mid", midi_bytes([chords]))
    assert end_of(at)["melody"] == WORD
    assert "several notes sound at once; kept is the highest" in apptest.words(at)


WHOLE = midi_bytes([SCALE])
BAD = {
    "cut off": ("a.mid", WHOLE[:60], "damaged or cut off"),
    "ten million events": ("a.mid", WHOLE + bytes(20_000_000), "far more than a melody"),
    "drums": ("a.mid", midi_bytes([SCALE], channel=9), "drums only"),
    "empty": ("a.mid", b"", "is empty"),
    "empty text": ("a.abc", b"", "is empty"),
    "text": ("a.mid", b"do re mi", "is no MIDI file"),
    "picture": ("a.png", b"\x89PNG", "is no MIDI or ABC file"),
    "bad abc": ("a.abc", b"X:1\nM:?\nK:C\n((((", "can be read as ABC"),
    "long abc": ("a.abc", b"X:1\nK:C\n" + b"c" * 200_000, "more than 100 KB"),
    "voices": ("a.abc", b"X:1\nM:4/4\nK:C\nV:1\nCDEF|\nV:2\nC4|\n", "several voices"),
    "silent abc": ("a.abc", b"X:1\nM:4/4\nK:C\nz8|z8|\n", "no notes"),
    "one note": ("a.mid", midi_bytes([[(0, 4, 60)]]), "has no two bars"),
    "silence": ("a.mid", midi_bytes([[]]), "has no notes"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_gets_one_sentence_and_nothing_is_lost(kind):
    name, content, sentence = BAD[kind]
    at = handed_over("song.mid", WHOLE)
    at.file_uploader(key="music-file-a").set_value((name, content, "audio/midi")).run()
    (complaint,) = apptest.complaints(at)
    assert sentence in complaint and complaint.count(". ") <= 1
    assert end_of(at)["melody"] == WORD  # what was there stays
    at.file_uploader(key="music-file-a").set_value(("song.mid", WHOLE, "audio/midi")).run()
    assert apptest.complaints(at) == []


def test_without_a_good_file_the_melody_before_stays():
    at = apptest.opened("music", **{"from": "oneill"})
    before = end_of(at)
    at.selectbox(key="choose-from").select("file").run()
    assert end_of(at) == before
    at.file_uploader(key="music-file-a").set_value(("a.mid", b"", "audio/midi")).run()
    assert end_of(at) == before and len(apptest.complaints(at)) == 1


def test_a_tempo_of_0_and_abc_are_read():
    stopped = midi_bytes([SCALE], tempo=0)
    assert end_of(handed_over("song.mid", stopped))["melody"] == WORD
    abc = b"X:1\nT:Up\nM:4/4\nL:1/8\nK:C\nCDEFGABc|cBAGFEDC|\n"
    assert end_of(handed_over("song.abc", abc)) == {
        "tune": -1,
        "melody": WORD,
        "tapped": False,
        "name": "Up, from bar 1",
    }


def test_without_music21_abc_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(abc_notation, "is_here", lambda: False)
    at = handed_over("song.abc", b"X:1\nM:4/4\nL:1/8\nK:C\nCDEFGABc|\n")
    (complaint,) = apptest.complaints(at)
    assert "music21" in complaint and "MIDI files" in complaint
    assert end_of(at)["tune"] >= 0


def test_a_link_hands_on_what_was_tapped_damaged_pushed_and_where_the_hand_is():
    facts = told(
        **{"from": "tapped", "tapped": "4c_e_-", "broken": "0.4~7", "more": "1~-0.5~0"},
        place="1.5~-2",
    )
    assert facts["ends"][0]["tapped"] and facts["doing"] == "tap"
    assert facts["tapped"] == "4c_e_-"
    assert (facts["damage"], facts["push"], facts["place"]) == ([0.4, 7], [1, -0.5, 0], [1.5, -2])
    facts = told(broken="nan~1", more="1~2", place="x", doing="<b>")
    assert (facts["damage"], facts["push"], facts["place"]) == ([0.3, 0], [0, 0, 0], None)
    assert facts["doing"] == "walk"


@pytest.mark.parametrize("word", ["<script>", "4c" * 33, "0c", "9c", "4c" + "_" * 40, "c" * 10_000])
def test_a_bad_melody_in_the_address_is_told_and_left_out(word):
    at = apptest.opened("music", **{"from": "tapped", "tapped": word})
    assert apptest.complaints(at) == ["The melody in the address cannot be read; it is left out."]
    assert apptest.json.loads(apptest.components(at)[0].proto.json)["tapped"] == ""


def test_listing_of_music():
    torch.manual_seed(0)
    model = build("recurrent_vae", image_shape=(1, 32, 90), latent_dim=6, symbols=True).eval()
    for layer in (model.plan, model.to_row):
        nn.init.zeros_(layer.bias)
    z = torch.randn(3, 6)
    with torch.inference_mode():
        weights = {
            "P": model.plan.weight.T,
            "E": model.heard.weight.T,
            "C": model.to_row.weight.T,
        }
        made = run("music", torch=torch, F=F, z=z, gru=model.writer, melody=[], **weights)
        expected = model.decode_logits(z).argmax(-1)[:, 0]
    assert torch.equal(torch.cat(made["melody"], 1), expected)
