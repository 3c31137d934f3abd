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
    expect(page.locator(".music .now figcaption")).not_to_be_empty(timeout=60 * SECOND)
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
    music.locator(".music .plane canvas").hover(position={"x": 60, "y": 80})
    expect(music.locator(".music .now figcaption")).to_contain_text("of the plane")
    play.click()
    expect(play).to_have_text("▶ Play")
    before = told(music, ".music .now canvas")
    music.locator(".music .plane canvas").hover(position={"x": 200, "y": 180})
    assert told(music, ".music .now canvas") == before  # only a click moves it while all is silent


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
