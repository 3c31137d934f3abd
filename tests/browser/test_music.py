"""Music in a real browser: a way begins and ends at its melodies, and is heard when asked for."""

import io
import re

import mido
import numpy as np
import pytest
from chromium import SECOND
from playwright.sync_api import Page, expect

from aecore import checkpoint
from aecore.melodies.melody import most_likely, notes_of
from aecore.melodies.shown import Shown
from pages.music.tunes import MODEL

pytestmark = pytest.mark.browser
ENDS = ".music .end canvas"


@pytest.fixture
def music(page: Page) -> Page:
    page.goto("/music?between=0&from=ryan&to=oneill&tunes=3")
    expect(page.locator("h1")).to_be_visible(timeout=40 * SECOND)
    expect(page.locator(".music .now figcaption span")).not_to_be_empty(timeout=60 * SECOND)
    return page


def told(page: Page, selector: str, place: int = 0) -> str:
    """The notes of a roll, in words."""
    return page.locator(selector).nth(place).get_attribute("aria-label") or ""


def test_the_way_begins_at_one_melody_and_ends_at_the_other(music):
    a, b = told(music, ENDS), told(music, ENDS, 1)
    assert a != b and "Bar 1: " in a
    assert told(music, ".music .now canvas") == a
    slider = music.locator(".music .between")
    slider.focus()
    slider.press("End")
    expect(music.locator(".music .now canvas")).to_have_attribute("aria-label", b)
    expect(music).to_have_url(re.compile("between=1"), timeout=10 * SECOND)
    assert told(music, ".music .stops canvas") == a
    assert told(music, ".music .stops canvas", 6) == b


def test_it_is_silent_until_play_is_pressed_and_after_stop(music):
    play = music.locator(".music .play")
    expect(play).to_have_attribute("aria-pressed", "false")
    play.click()
    expect(play).to_have_text("■ Stop")
    play.click()
    expect(play).to_have_text("▶ Play")


def test_a_passing_pointer_shows_the_nearest_tune_and_a_pressed_one_the_place(music):
    plane, now = music.locator(".music .plane canvas"), ".music .now canvas"
    caption = music.locator(".music .now figcaption")
    before = told(music, now)
    plane.hover(position={"x": 150, "y": 180})
    expect(caption).to_contain_text("nearest to the pointer")
    expect(music.locator(now)).not_to_have_attribute("aria-label", before)
    music.mouse.move(5, 5)
    expect(music.locator(now)).to_have_attribute("aria-label", before)
    plane.click(position={"x": 150, "y": 180})
    expect(caption).to_contain_text("of the plane")
    expect(music).to_have_url(re.compile(r"place=-?[\d.]+(~|%7E)-?[\d.]+"), timeout=10 * SECOND)
    placed = told(music, now)
    music.reload()
    expect(music.locator(now)).to_have_attribute("aria-label", placed, timeout=40 * SECOND)


def test_a_melody_is_tapped_by_keys_and_comes_back(page: Page):
    page.goto("/music?from=tapped&between=0")
    first = page.locator(".music .a canvas")
    expect(first).to_have_attribute("aria-label", re.compile("Bar 1: –"), timeout=60 * SECOND)
    page.locator(".music .keys button").first.click()  # c, an eighth
    for key in "dgk":  # e, g, c by their places
        page.keyboard.press(key)
    page.keyboard.press("v")
    page.keyboard.press("x")
    expect(first).to_have_attribute("aria-label", "Bar 1: C4 2, E4 2, G4 2, C5 3; Bar 2: –")
    for _ in range(3):
        page.keyboard.press("Backspace")
    page.locator(".music .hold").press("Enter")
    notes = "Bar 1: C4 2, E4 2, G4 3; Bar 2: –"
    expect(first).to_have_attribute("aria-label", notes)
    expect(page.locator(".music .tap-panel .outcome")).to_have_text("Step 8 of 32")
    expect(page).to_have_url(re.compile("tapped=4c_e_g__"), timeout=10 * SECOND)
    page.reload()
    expect(first).to_have_attribute("aria-label", notes, timeout=40 * SECOND)
    page.get_by_role("link", name="Swap").first.click()  # another screen, and back
    expect(page).to_have_url(re.compile("/swap"))
    page.get_by_role("link", name="Music").first.click()
    choose = page.get_by_role("combobox", name="Melody A from")
    choose.click()
    page.get_by_role("option", name="Tapped on keys").click()
    expect(first).to_have_attribute("aria-label", notes, timeout=40 * SECOND)
    page.locator(".music .clear").click()
    expect(first).to_have_attribute("aria-label", "Bar 1: –; Bar 2: –")
    page.locator(".music .undo").click()  # a slip of the hand
    expect(first).to_have_attribute("aria-label", notes)
    page.locator(".music .length").select_option("8")
    for key in "asdf":
        page.keyboard.press(key)
    expect(page.locator(".music .tap-panel .outcome")).to_have_text("All 32 steps are written")


def test_an_own_file_is_an_end_of_the_way_and_a_bad_one_leaves_it_there(page: Page, tmp_path):
    page.goto("/music?from=file&between=0")
    page.get_by_text("Choose a file").click()
    field = page.locator("input[type=file]").first
    file = mido.MidiFile(ticks_per_beat=4)
    notes = [(0, "note_on", 62), (4, "note_off", 62)] * 8  # d, which is moved to c
    file.tracks.append(mido.MidiTrack(mido.Message(kind, note=n, time=t) for t, kind, n in notes))
    file.save(tmp_path / "mine.mid")
    field.set_input_files(tmp_path / "mine.mid")
    first = page.locator(".music .a")
    bar = ", ".join(["C4 4"] * 4)
    expected = f"Bar 1: {bar}; Bar 2: {bar}"
    roll = first.locator("canvas")
    expect(roll).to_have_attribute("aria-label", expected, timeout=60 * SECOND)
    expect(first.locator("figcaption span")).to_have_text(re.compile(r"A · \d+/32 .* mine\.mid"))
    (tmp_path / "bad.mid").write_bytes(b"MThd, and no more")
    field.set_input_files(tmp_path / "bad.mid")
    expect(page.get_by_text("bad.mid is damaged or cut off")).to_be_visible(timeout=20 * SECOND)
    assert roll.get_attribute("aria-label") == expected


def test_damage_and_pushes_are_those_of_the_link_and_say_what_became(music):
    damaged, restored = ".music .damaged canvas", ".music .restored canvas"
    music.goto("/music?between=0&doing=damage&broken=0.5~2&more=1.5~0~0")
    outcome = music.locator(".music .damage-panel .outcome")
    counted = re.compile(r"^Notes right: \d+ of \d+; mended \d+")
    expect(outcome).to_have_text(counted, timeout=60 * SECOND)
    first = told(music, damaged), told(music, restored)
    music.reload()
    expect(outcome).not_to_be_empty(timeout=60 * SECOND)
    assert (told(music, damaged), told(music, restored)) == first
    assert first[0] != told(music, ".music .now canvas")
    music.locator(".music .damaged .hear").click()
    expect(music.locator(".music .damaged .hear")).to_have_attribute("aria-pressed", "true")
    expect(music.locator(".music .play")).to_have_text("■ Stop")
    strength = music.locator(".music .strength")
    strength.press("Home")  # nothing is hit
    whole = told(music, ".music .now canvas")
    expect(music.locator(damaged)).to_have_attribute("aria-label", whole)
    music.get_by_role("button", name="Push").click()
    notes = music.locator(".music .notes output")
    expect(notes).to_have_text(re.compile(r"\d+ → \d+"))
    before, after = map(int, re.findall(r"\d+", notes.inner_text()))
    assert after > before


def test_what_is_seen_is_what_python_decodes_and_what_is_saved(music):
    with music.expect_download() as download:
        music.get_by_role("button", name="Save as MIDI").click()
    file = mido.MidiFile(file=io.BytesIO(download.value.path().read_bytes()))
    (track,) = file.tracks
    now, notes = 0, []
    for event in track:
        now += event.time
        if event.type == "note_on":
            notes.append([now // 24, 0, event.note])
        elif event.type == "note_off":
            notes[-1][1] = now // 24 - notes[-1][0]
    model, _card = checkpoint.load(MODEL)
    from aecore.evaluation import draw

    codes = Shown.load().codes.astype(np.float32)
    decoded = [notes_of(symbols).tolist() for symbols in most_likely(draw(model, codes))]
    assert notes in decoded
    assert now == 32 * 24


def test_a_place_is_reached_without_a_pointer(music):
    slider = music.locator(".music .axes input").first
    slider.focus()
    for _ in range(12):
        slider.press("ArrowRight")
    expect(music.locator(".music .now figcaption")).to_contain_text("of the plane")
