"""Address words: each has one owner, and the links that were handed out stay good."""

from dataclasses import fields
from fnmatch import fnmatchcase

import pytest
from apptest import complaints, on_screen, opened
from streamlit.testing.v1 import AppTest

from aecore.models import MODELS
from pages import SCREENS
from ui.screens import CHAPTERS, SHARED_WORDS, Screen

EVERY = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)


def words_of(app: AppTest) -> set[str]:
    """The words that controls on the screen keep in the address."""
    found, ahead = set(), [app._tree]
    while ahead:
        block = ahead.pop()
        ahead += getattr(block, "children", {}).values()
        found.add(getattr(getattr(block, "proto", None), "query_param_key", ""))
    return found - {""}


def owns(screen: Screen, word: str) -> bool:
    return any(fnmatchcase(word, pattern) for pattern in screen.words)


def test_no_two_screens_own_one_word():
    for screen in SCREENS:
        for other in SCREENS:
            if other is not screen:
                clash = [
                    word
                    for word in screen.words
                    if owns(other, word) or any(fnmatchcase(each, word) for each in other.words)
                ]
                assert clash == [], f"{screen.name} and {other.name}"
        assert not [word for word in SHARED_WORDS if owns(screen, word)]


def test_what_families_call_their_settings_is_no_other_screens_word():
    for family in MODELS.values():
        for setting in fields(family.config_type):
            clash = [one.name for one in SCREENS if one.name != "train" and owns(one, setting.name)]
            assert clash == []


@EVERY
def test_a_screen_owns_the_words_that_it_uses(screen, mnist_folder):
    used = words_of(opened(screen.name)) - set(SHARED_WORDS)
    if screen.name == "train":
        used -= {
            setting.name for family in MODELS.values() for setting in fields(family.config_type)
        }
    assert [word for word in used if not owns(screen, word)] == []


@EVERY
def test_the_words_by_which_it_is_linked_to_are_its_own(screen):
    asked = [screen.model, screen.run, *(screen.drawing or {}), *screen.view]
    assert [
        word for word in asked if word and word not in SHARED_WORDS and not owns(screen, word)
    ] == []
    assert screen.file.is_file() and screen.chapter in CHAPTERS


@EVERY
def test_its_first_view_is_there(screen, mnist_folder):
    assert complaints(opened(screen.name, **screen.view)) == []


def test_what_is_picked_on_the_map_is_nothing_to_denoise(mnist_folder):
    app = opened("map", pick="mnist.test~c3.8")
    assert complaints(app) == []
    assert complaints(on_screen(app, "denoise").run()) == []


# as teachers have them in their notes
HANDED_OUT = [
    ("plane", {"plane": "vae-2", "z1": "0.6", "z2": "0.8"}),
    ("plane", {"plane": "aae-2", "spacing": "quantile", "n": "12"}),
    ("start", {"digit": "7", "example": "3", "lang": "de"}),
    ("reconstruct", {"models": "deep-32~simple-32", "how": "worst"}),
    ("reconstruct", {"data": "mnist", "how": "class", "class": "4", "seed": "7"}),
    ("map", {"pick": "mnist.test~c3.8", "colour": "torn"}),
    ("map", {"method": "pca"}),
    ("map", {"method": "bench"}),
    ("denoise", {"noise": "0.7", "kind": "block", "which": "3", "damage": "5", "pick": "2"}),
    ("sketch", {"sketch_model": "conv-32", "noise": "0.3"}),
    ("train", {"family": "vae", "vae_size": "2", "beta": "4", "epochs": "20"}),
    ("train", {"side": "32", "colour": "rgb"}),
    ("models", {"card": "vae-2", "lang": "ru"}),
]


@pytest.mark.parametrize(("name", "address"), HANDED_OUT)
def test_links_that_were_handed_out_stay_good(name, address, mnist_folder):
    assert complaints(opened(name, **address)) == []


def test_a_word_of_an_older_link_says_what_it_said(mnist_folder):
    app = opened("denoise", pick="2")
    assert app.text_input(key="others").value == "2"
    assert app.query_params.get("pick") is None
    again = opened("denoise", others="2")
    assert [one.proto.body for one in app.get("html")] == [
        one.proto.body for one in again.get("html")
    ]
