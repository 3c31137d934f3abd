"""A fair share: who asks for too much waits, and nobody else does."""

import asyncio
import random
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
import requests
from hostile import flood
from machine import running_app
from pupil import Browser
from serving import visit
from starlette.requests import Request
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg

from aecore import library, uploads
from aecore.signals import kept
from classroom import bodies, fair_share, pace
from classroom.fair_share import in_turn
from classroom.pace import Pace
from classroom.visitors import KEY, VISITOR
from ui import subject

SECRET = "apple cake 17"
T = TypeVar("T")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    """Nobody has asked for anything yet: three reruns at once, ten a second."""
    monkeypatch.setattr(fair_share, "_reruns", Pace(10, 3))
    monkeypatch.setattr(fair_share, "TURN", 0.01)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    with running_app(**{KEY: SECRET, "AECORE_RUNS_DIR": str(runs)}) as (address, _):
        yield address


def message(**asked) -> dict[str, object]:
    return {"type": "websocket.receive", "bytes": BackMsg(**asked).SerializeToString()}


def moved() -> dict[str, object]:
    return message(rerun_script={"fragment_id": "a"})


def awaited(work: Coroutine[None, None, T]) -> T:
    """What comes of it, in a thread of its own: in this one, Playwright's loop may run."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def received(who: str, sent: list[dict[str, object]]) -> list[tuple[float, dict[str, object]]]:
    """What comes of messages that are all sent at once, and after how many seconds."""
    coming = iter(sent)

    async def receive() -> dict[str, object]:
        return next(coming, {"type": "websocket.disconnect", "code": 1000})

    async def all_of_it() -> list[tuple[float, dict[str, object]]]:
        turn, began, found = in_turn(who, receive), time.monotonic(), []
        while not found or found[-1][1]["type"] == "websocket.receive":
            came = await turn()
            found.append((time.monotonic() - began, came))
        return found

    return awaited(all_of_it())


def test_a_quick_hand_is_not_held_up_and_a_flood_waits_for_its_turn():
    times = [at for at, _ in received("anna", [moved() for _ in range(6)])]
    assert times[2] < 0.15 and times[5] >= 0.25
    assert received("ben", [moved()])[0][0] < 0.15  # hers is not his


def test_windows_of_one_visitor_share():
    received("anna", [moved() for _ in range(3)])
    assert received("anna", [moved()])[0][0] > 0.05


def test_a_whole_page_counts_more():
    fair_share._reruns = Pace(10, 4)
    times = [at for at, _ in received("anna", [message(rerun_script={}), moved()])]
    assert times[0] < 0.05 < times[1]


def test_what_is_kept_for_all_is_not_cleared_by_one():
    found = received("anna", [message(clear_cache=True), moved()])
    assert [came["type"] for _, came in found] == ["websocket.receive", "websocket.disconnect"]


def test_who_never_stops_is_cut_off(monkeypatch):
    monkeypatch.setattr(fair_share, "_reruns", Pace(0.01, 3))
    monkeypatch.setattr(fair_share, "PATIENCE", 0.1)
    found = received("anna", [moved() for _ in range(9)])
    assert len(found) == 4
    assert found[-1][1] == {"type": "websocket.disconnect", "code": fair_share.TOO_MUCH}


def test_who_asks_too_often_over_many_connections_waits_the_longer(monkeypatch):
    monkeypatch.setattr(pace, "LATE", 0.05)

    async def told(name: str, connections: int) -> float:
        began = time.monotonic()
        await asyncio.gather(*(pace.late(name) for _ in range(connections)))
        return time.monotonic() - began

    async def both() -> list[float]:
        return await asyncio.gather(told("anna", 8 * pace.TOGETHER), told("ben", 1))

    anna, ben = awaited(both())
    assert ben < 0.2 < 0.4 < anna
    assert not pace._held


@pytest.mark.parametrize("length", ["10", "0", None])
def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch, length):
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    headers = [] if length is None else [(b"content-length", length.encode())]

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        raise AssertionError

    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    assert awaited(bodies.body(request, 100)) is None


def test_what_is_no_message_of_a_page_is_left_to_streamlit():
    nonsense = {"type": "websocket.receive", "bytes": b"\xff\xff"}
    assert received("anna", [nonsense])[0][1] == nonsense


def test_files_that_hide_their_size_or_never_end_are_not_taken_into_memory(server):
    address, cookies = f"{server}/_stcore/upload_file/session/file", {VISITOR: "A" * 43}
    hidden = requests.put(address, data=iter([b"some"]), cookies=cookies, timeout=10)
    assert hidden.status_code == 429
    small = requests.put(address, data=b"some", cookies=cookies, timeout=10)
    assert small.status_code != 429
    huge = requests.put(
        address, headers={"Content-Length": str(10**9)}, cookies=cookies, timeout=10
    )
    assert huge.status_code == 429


def test_the_server_takes_files_as_large_as_its_pages_promise():
    promised = (kept.MAX_UPLOAD, uploads.MAX_UPLOAD, library.MAX_UPLOAD / 1e6, subject.MAX_UPLOAD)
    assert config.get_option("server.maxUploadSize") >= max(promised)


def test_beside_a_flood_others_are_answered(server):
    async def gestures() -> list[float]:
        hostile = Browser(server)
        floods = [asyncio.create_task(flood(hostile, "denoise")) for _ in range(3)]
        async with Browser(server).streamlit() as socket:
            found = [
                seen.milliseconds
                async for seen in visit(socket, "denoise", 10, 0.2, random.Random(0))
            ]
        for one in floods:
            one.cancel()
        await asyncio.gather(*floods, return_exceptions=True)
        return found[1:]

    assert sorted(awaited(asyncio.wait_for(gestures(), 60)))[5] < 2000
