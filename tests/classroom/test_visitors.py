"""A server that a class shares: tokens that can't be forged, a key that can't be guessed."""

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from itsdangerous import TimestampSigner
from machine import running_app

from aecore.messages import Problem
from classroom import visitors
from classroom.visitors import HALF_A_DAY, KEY, TEACHER, TRIES, VISITOR

SECRET = "apple cake 17"
TOKEN, OTHER = "A" * 43, "B" * 43


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    with running_app(**{KEY: SECRET, "AECORE_RUNS_DIR": str(runs)}) as (address, _):
        yield address


@pytest.fixture
def keyed(monkeypatch):
    monkeypatch.setenv(KEY, SECRET)


def sent(server: str, key: str = SECRET, **headers: str) -> requests.Response:
    told = {"Origin": server, "Cookie": f"{VISITOR}={TOKEN}", **headers}
    return requests.post(f"{server}/teacher", data=key.encode(), headers=told, timeout=10)


def teachers_cookie(token: str, key: str = SECRET) -> str:
    signer = TimestampSigner(key, salt="teacher", digest_method=hashlib.sha256)
    return signer.sign(visitors._visitor(token, "").id).decode()


def test_every_browser_gets_one_token_of_its_own(server):
    first, second = (requests.get(f"{server}/denoise", timeout=10) for _ in range(2))
    tokens = [answer.cookies[VISITOR] for answer in (first, second)]
    assert len(set(tokens)) == 2 and all(len(token) == 43 for token in tokens)
    said = first.headers["set-cookie"].lower()
    assert "httponly" in said and "samesite=lax" in said and "secure" not in said
    again = requests.get(f"{server}/", cookies={VISITOR: tokens[0]}, timeout=10)
    assert VISITOR not in again.cookies
    assert VISITOR not in requests.get(f"{server}/_stcore/health", timeout=10).cookies


def test_behind_tls_cookies_are_for_tls_only(server):
    answer = requests.get(server, headers={"X-Forwarded-Proto": "https"}, timeout=10)
    assert "secure" in answer.headers["set-cookie"].lower()


def test_who_knows_the_key_is_the_teacher(server, keyed):
    answer = sent(server)
    assert answer.status_code == 204 and "HttpOnly" in answer.headers["set-cookie"]
    assert visitors._visitor(TOKEN, answer.cookies[TEACHER]).teacher
    left = requests.delete(
        f"{server}/teacher", headers={"Origin": server}, cookies=answer.cookies, timeout=10
    )
    assert left.status_code == 204 and 'explorer-teacher=""' in left.headers["set-cookie"]


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://elsewhere.example"}, {"Origin": ""}, {"Cookie": ""},
     {"Cookie": f"{VISITOR}=short"}],
)  # fmt: skip
def test_the_key_is_taken_from_pages_of_ours_alone(server, headers):
    assert sent(server, **headers).status_code == 403


def test_nobody_tries_many_keys(server):
    guess = {"Cookie": f"{VISITOR}={'G' * 43}"}
    seen = [sent(server, f"guess {n}", **guess).status_code for n in range(TRIES + 1)]
    assert seen == [403] * TRIES + [429]
    assert sent(server, SECRET, **guess).status_code == 429  # not even the right one
    assert sent(server).status_code == 204  # others aren't held up by it
    assert sent(server, "x" * 5000).status_code == 403


def test_keys_that_are_tried_all_at_once_are_counted_too(server):
    told = {"Origin": server, "Cookie": f"{VISITOR}={'R' * 43}"}
    both = threading.Barrier(12)

    def slowly(n: int) -> Iterator[bytes]:
        yield b"gue"
        both.wait(timeout=30)  # until all tries have begun
        yield f"ss {n}".encode()

    def tried(n: int) -> int:
        return requests.post(
            f"{server}/teacher", data=slowly(n), headers=told, timeout=30
        ).status_code

    with ThreadPoolExecutor(12) as pool:
        seen = list(pool.map(tried, range(12)))
    assert sorted(seen) == [403] * TRIES + [429] * (12 - TRIES)


def test_tokens_that_are_forged_stolen_or_old_are_worth_nothing(keyed, monkeypatch):
    good, begun = teachers_cookie(TOKEN), time.time()
    said, _, sign = good.rpartition(".")  # of its last sign two bits say nothing
    assert visitors._visitor(TOKEN, good).teacher
    for token, signed in (
        (OTHER, good),  # stolen from another browser
        (TOKEN, teachers_cookie(TOKEN, key="another key")),
        (TOKEN, f"{said}.{'B' if sign[0] == 'A' else 'A'}{sign[1:]}"),
        (TOKEN, good.partition(".")[0]),
        (TOKEN, ""),
    ):
        assert not visitors._visitor(token, signed).teacher
    assert visitors._visitor("", good).id == ""
    # a clock that is set back by hours takes nobody's class away
    for later, lasts in ((HALF_A_DAY + 10, False), (-HALF_A_DAY - 10, False), (-3600, True)):
        monkeypatch.setattr("time.time", lambda then=begun + later: then)
        assert visitors._visitor(TOKEN, good).teacher is lasts


def test_an_id_does_not_tell_the_token(keyed):
    name = visitors._visitor(TOKEN, "").id
    assert len(name) == 16 and name not in TOKEN and TOKEN[:8] not in name


def test_without_a_key_nobody_is_told_apart(monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    assert visitors.visitor() is None


def test_a_key_that_can_be_guessed_is_refused(monkeypatch):
    monkeypatch.setenv(KEY, "1234")
    with pytest.raises(Problem, match="has 4 letters; it must have 8 or more"):
        visitors.key()
    for key in (b"Schl\xfcssel 17", b"apple cake\n17"):  # Latin-1, and a line too many
        monkeypatch.setenv(KEY, os.fsdecode(key))
        with pytest.raises(Problem, match="nobody can type"):
            visitors.key()
