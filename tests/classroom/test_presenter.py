"""Presenter mode as the server sees it, and the code by which others join."""

import pytest
from apptest import complaints, opened

from classroom import presenter


def test_the_mode_stands_in_the_address_and_an_empty_word_means_yes():
    for said in ("1", ""):
        app = opened("swap", present=said)
        assert complaints(app) == []
        assert app.session_state["present"] == "1"
    assert "present" not in opened("swap").session_state


@pytest.mark.parametrize(
    ("url", "address", "only_here"),
    [
        ("http://127.0.0.1:8501/plane", "http://127.0.0.1:8501", True),
        ("http://localhost:8501/", "http://localhost:8501", True),
        ("https://school.example/plane", "https://school.example", False),
        ("http://192.168.1.17:8501/map", "http://192.168.1.17:8501", False),
        ("", "", False),
    ],
)
def test_the_address_that_others_use_is_that_of_the_browser(url, address, only_here):
    assert presenter.server_address(url) == address
    assert bool(presenter._warning(address)) == only_here


def test_the_code_holds_the_address_and_fetches_nothing():
    code = presenter._qr("https://school.example")
    assert code.startswith("<svg") and "href" not in code and "script" not in code
    assert code != presenter._qr("https://school.example:8501")
    assert presenter._qr("") == ""
