"""The app's style comes with the page, before anything that it dresses."""

import pytest
import requests
from machine import running_app

from classroom import presenter
from classroom.dressing import END, FOLDED
from ui import frame

BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_app(AECORE_RUNS_DIR=str(tmp_path_factory.mktemp("runs"))) as (address, _):
        yield address


@pytest.mark.parametrize("path", ["", "music", "no-such-screen"])
def test_every_page_comes_dressed_and_whole(server, path):
    answer = requests.get(f"{server}/{path}", headers=BROWSER, timeout=30)
    assert answer.content.count(END) == 1 and int(answer.headers["content-length"]) == len(
        answer.content
    )
    style = f"{frame.style(path)}</style></body>"
    assert style in answer.text and presenter.STYLE in answer.text
    assert (".st-key-music-picture" in style) == (path == "music")
    assert "etag" not in answer.headers


def test_a_page_that_a_browser_has_kept_is_sent_again(server):
    asked = {**BROWSER, "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "If-None-Match": "*"}
    assert requests.get(server, headers=asked, timeout=30).status_code == 200


def test_beside_a_lesson_no_room_is_kept_for_the_sidebar(server):
    beside = requests.get(f"{server}/map?lesson=01-copying&step=1", headers=BROWSER, timeout=30)
    alone = requests.get(f"{server}/map?step=1", headers=BROWSER, timeout=30)
    assert FOLDED in beside.text and FOLDED not in alone.text


def test_what_is_no_page_stays_as_it_is(server):
    answer = requests.get(f"{server}/_stcore/health", headers=BROWSER, timeout=30)
    assert answer.text == "ok"
