"""The door: reruns enter in turn, and nobody who computes for long keeps the others out."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from classroom import door
from classroom.door import Door

GONE = {"type": "websocket.disconnect", "code": 1000}
ASKED = {"type": "websocket.receive", "bytes": BackMsg(rerun_script={}).SerializeToString()}
PING = {"type": "websocket.receive", "bytes": BackMsg(app_heartbeat=True).SerializeToString()}
NONSENSE = {"type": "websocket.receive", "bytes": b"\xff\xff"}


def ended(how: int = ForwardMsg.FINISHED_SUCCESSFULLY) -> dict[str, object]:
    told = ForwardMsg(script_finished=how).SerializeToString()
    return {"type": "websocket.send", "bytes": told}


class Window:
    """One connection through a door; ``sees`` are the messages that got through."""

    def __init__(self, through: Door) -> None:
        self.asks: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self.sees: list[dict[str, object]] = []
        self.told: list[dict[str, object]] = []

        async def send(message) -> None:
            self.told.append(message)

        self._receive, self.tell = through.connection(self.asks.get, send)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while not self.sees or self.sees[-1] != GONE:
            self.sees.append(await self._receive())

    async def ask(self, *messages: dict[str, object]) -> None:
        for message in messages:
            self.asks.put_nowait(message)
        await asyncio.sleep(0.01)

    async def gets_in(self) -> None:
        while not self.sees:
            await asyncio.sleep(0.01)


def played(scene: Coroutine[None, None, None]) -> None:
    """In a thread of its own: in this one, Playwright's loop may run."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, scene).result()


@pytest.mark.parametrize("leaves", ["ended", "gone"])
def test_who_waits_enters_when_a_rerun_has_ended_or_its_window_is_closed(leaves):
    async def scene() -> None:
        through = Door(1)
        anna, ben, carla = Window(through), Window(through), Window(through)
        for window in (anna, ben, carla):
            await window.ask(ASKED)
        assert (anna.sees, ben.sees, carla.sees) == ([ASKED], [], [])
        if leaves == "ended":
            await anna.tell(ended(ForwardMsg.FINISHED_EARLY_FOR_RERUN))
            await asyncio.sleep(0.01)
            assert not ben.sees  # another run of anna's follows at once
            await anna.tell(ended())
        else:
            await anna.ask(GONE)
        await asyncio.sleep(0.01)
        assert (ben.sees, carla.sees) == ([ASKED], [])

    played(scene())


def test_who_computes_for_long_does_not_keep_the_others_out(monkeypatch):
    async def scene() -> None:
        through = Door(1)
        anna, ben, carla = Window(through), Window(through), Window(through)
        monkeypatch.setattr(door, "LONGEST", 0.05)
        await anna.ask(ASKED)
        monkeypatch.setattr(door, "LONGEST", 600)  # of those who come after her
        await ben.ask(ASKED)
        await asyncio.wait_for(ben.gets_in(), 60)
        await anna.tell(ended())  # she has no place to give any more
        await carla.ask(ASKED)
        assert not carla.sees

    played(scene())


def test_what_is_no_rerun_goes_through_and_one_window_has_one_place():
    async def scene() -> None:
        through = Door(2)
        anna, ben, carla = Window(through), Window(through), Window(through)
        await anna.ask(ASKED, ASKED, ASKED)
        await ben.ask(PING, NONSENSE, ASKED)
        assert len(anna.sees) == len(ben.sees) == 3
        await carla.ask(PING, ASKED)
        assert carla.sees == [PING]
        await anna.tell(ended())
        await asyncio.sleep(0.01)
        assert carla.sees == [PING, ASKED]

    played(scene())
