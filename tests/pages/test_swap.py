"""Swap: its rows, its sliders, the drawing, and its listing."""

import re

import apptest
import pytest
from listing import run
from streamlit.testing.v1 import AppTest

from aecore import handwriting
from aecore.data import typeface
from pages.swap.source import LEANS

NAMES = {
    "hand": ["Handwriting", "Own decoder", "Swapped: as print", "Two encoders: as print"],
    "print": ["Print", "Own decoder", "Swapped: as handwriting", "Two encoders: as handwriting"],
}


def opened(**address: str) -> AppTest:
    at = apptest.opened("swap", **address)
    assert apptest.complaints(at) == []
    return at


def html(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def pictures(at: AppTest) -> dict[str, str]:
    """Those on the screen by what they show."""
    return {alt: uri for uri, alt in re.findall(r'<img src="(data:[^"]+)" alt="([^"]*)"', html(at))}


def rows(at: AppTest) -> list[str]:
    return re.findall(r'<div class="label"[^>]*>([^<]*)</div>', html(at))


def same(at: AppTest) -> tuple[int, int]:
    """How many are read as the same digit: swapped, and with two encoders."""
    found = re.search(r"<b>(\d+) of 10</b> two encoders (\d+) of 10", html(at))
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("kind", NAMES)
def test_ten_digits_are_swapped_and_two_encoders_fail(kind, mnist_folder):
    at = opened(swap=kind)
    assert rows(at) == NAMES[kind] and len(pictures(at)) == 4 * 10
    swapped, apart = same(at)
    assert swapped >= 5 > apart


def test_the_slant_changes_what_goes_in_and_what_comes_out(mnist_folder):
    at = opened(swap="print")
    before = pictures(at)
    at.slider(key="swap_slant").set_value(0.4).run()
    after = pictures(at)
    assert before.keys() == after.keys() and all(before[alt] != after[alt] for alt in before)
    upright, leaning = (
        float(re.search(r"Mean slant, in → out</dt><dd><b>\S+ → (\S+)</b>", html(each))[1])
        for each in (opened(swap="print"), at)
    )
    assert leaning > upright + 0.2


def test_the_typeface_is_chosen_and_the_address_keeps_it(mnist_folder):
    font = list(typeface.fonts())[0]
    several, one = opened(swap="print"), opened(swap="print", swap_font=font, swap_width="80")
    assert several.button(key="choose-swap_others").label == "Other fonts"
    assert one.selectbox(key="choose-swap_font").value == font
    assert "choose-swap_others" not in {button.key for button in one.button}
    assert pictures(one) != pictures(several)


def test_it_says_which_typefaces_are_here(mnist_folder):
    assert all(font in apptest.words(opened()) for font in typeface.fonts())


def test_a_typeface_that_is_not_here_is_told(mnist_folder):
    at = apptest.opened("swap", swap="print", swap_font="Papyrus")
    assert len(at.warning) == 1 and "Papyrus" in at.warning[0].value and not at.exception


def test_other_digits_are_others(mnist_folder):
    at = opened()
    before = pictures(at)
    at.button(key="choose-swap_others").click().run()
    assert pictures(at).keys() == before.keys() and pictures(at) != before


def test_the_drawing_is_shown_at_several_slants(mnist_folder):
    drawn = handwriting.ready()[3].text()
    at = opened(swap="drawing", drawing=drawn)
    assert rows(at)[0] == "Your drawing, at a slant of" and len(pictures(at)) == 4 * len(LEANS)


def test_without_a_drawing_it_says_where_to_make_one(mnist_folder):
    at = opened(swap="drawing")
    assert "There is no drawing yet" in apptest.words(at)


def test_decoded_digits_are_called_so(tmp_path, monkeypatch):
    monkeypatch.delenv("AECORE_DATA_DIR", raising=False)
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "nothing"))
    assert rows(opened())[0] == "Decoded"


def test_listing_of_swap(mnist_test):
    import torch
    from torch.nn import functional as F

    from aecore import checkpoint, evaluation, swapping
    from aecore.models.aae import judge
    from aecore.models.base import cross_entropy

    pair = [checkpoint.load(swapping.path(kind))[0] for kind in swapping.KINDS]
    generator = torch.Generator().manual_seed(0)
    x = torch.from_numpy(mnist_test.pixels[:16]).float() / 255
    made = run(
        "swap",
        torch=torch,
        F=F,
        cross_entropy=cross_entropy,
        bent=lambda images: swapping.bent(images, 1.0, generator),
        distance=lambda a, b: swapping.sliced_distance(a, b, generator),
        encoder=pair[0].encoder,
        hand=pair[0].decoder,
        print_=pair[1].decoder,
        judge=judge(16),
        x_hand=x[:8],
        x_print=x[8:],
    )
    codes = evaluation.encode(pair[1], mnist_test.pixels[:8])
    assert made["swapped"].numpy() == pytest.approx(evaluation.draw(pair[1], codes), abs=1e-5)
    assert made["loss"].item() > 0
