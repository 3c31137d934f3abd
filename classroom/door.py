"""Reruns of a class server enter in turn: a few compute at a time, the others wait at the door.

Every rerun is a thread, and threads share one interpreter. Thirty that run at once all end late,
and the loop that carries their messages waits behind each of them for the interpreter; one after
the other, the same work is done earlier for nearly everybody.
"""

import asyncio
import os

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

AT_ONCE = os.cpu_count() or 1
LONGEST = 0.3  # seconds at the door's cost; who computes longer goes on beside the others
SMALL = 100  # bytes: what tells the end of a rerun is smaller
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN  # another run follows at once


class Door:
    """Lets so many reruns in at a time, in the order in which they came."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)

    def connection(self, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """A websocket's two ends, with its reruns waiting for their turn."""
        visitor = _Visitor(self._places)

        async def received() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                visitor.leave()
            elif _asks_for_a_rerun(message):
                await visitor.enter()
            return message

        async def sent(message: Message) -> None:
            await send(message)
            if _ends_a_rerun(message):
                visitor.leave()

        return received, sent


class _Visitor:
    """One connection; it holds one place at most."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._until: asyncio.TimerHandle | None = None  # while it holds a place

    async def enter(self) -> None:
        """Return when there is a place. Who has one may ask again."""
        if self._until is None:
            await self._places.acquire()
            self._until = asyncio.get_running_loop().call_later(LONGEST, self.leave)

    def leave(self) -> None:
        """Give the place to the next, if one is held."""
        if self._until is not None:
            self._until.cancel()
            self._until = None
            self._places.release()


def _asks_for_a_rerun(message: Message) -> bool:
    asked = BackMsg()
    try:
        asked.ParseFromString(message.get("bytes") or b"")
    except DecodeError:  # Streamlit will say so
        return False
    return bool(asked.WhichOneof("type") == "rerun_script")


def _ends_a_rerun(message: Message) -> bool:
    told = message.get("bytes") or b""
    if message["type"] != "websocket.send" or len(told) > SMALL:
        return False
    forward = ForwardMsg.FromString(told)
    ended = forward.WhichOneof("type") == "script_finished"
    return ended and bool(forward.script_finished != EARLY)
