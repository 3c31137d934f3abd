"""A pupil of a class without a browser: opens screens, moves what is there, answers what is asked.

Over the same protocols as a browser: Streamlit's websocket for the screens, the class's stream of
events and its POSTs for questions.
"""

import asyncio
import json
import random
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import websockets
from serving import Rerun, session, visit

from classroom.visitors import VISITOR

LONGEST_LINE = 2**20  # bytes of an event
FIRST_VISITORS = 12


@dataclass
class Browser:
    """What a browser keeps of a server: its address and cookies."""

    address: str
    cookies: dict[str, str] = field(
        default_factory=lambda: {VISITOR: secrets.token_urlsafe(32)}
    )  # fmt: skip

    @property
    def headers(self) -> dict[str, str]:
        """What it sends with every request from a page of this server."""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": kept, "Origin": self.address}

    def streamlit(self) -> websockets.connect:
        """A window's connection to Streamlit, to be entered."""
        return websockets.connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            open_timeout=60,
            additional_headers=self.headers,
        )

    async def post(self, path: str, body: bytes) -> int:
        """Send a body; the status of the answer, whose cookies are kept."""
        async with self._asking("POST", path, body) as (reader, status):
            while (line := await reader.readline()).strip():
                name, _, value = line.decode("latin-1").partition(": ")
                if name.lower() == "set-cookie":
                    cookie, _, token = value.partition(";")[0].partition("=")
                    self.cookies[cookie] = token
            return status

    async def tell(self, path: str, **said: Any) -> int:
        """Send words as JSON; the status of the answer."""
        return await self.post(path, json.dumps(said).encode())

    async def events(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """What the class's stream tells, as it comes: an event's name and words."""
        async with self._asking("GET", "/class/events", b"") as (reader, status):
            if status != 200:
                raise RuntimeError(f"the stream of events answers {status}")
            name = ""
            while line := await reader.readline():
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: "):
                    yield name, json.loads(line[6:])
        raise RuntimeError("the stream of events has ended")

    @asynccontextmanager
    async def _asking(
        self, method: str, path: str, body: bytes
    ) -> AsyncIterator[tuple[asyncio.StreamReader, int]]:
        at = urlsplit(self.address)
        reader, writer = await asyncio.open_connection(at.hostname, at.port, limit=LONGEST_LINE)
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        writer.write(
            f"{method} {at.path}{path} HTTP/1.1\r\nHost: {at.netloc}\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n{head}\r\n".encode()
            + body
        )
        try:
            await writer.drain()
            status = int((await reader.readline()).split()[1])
            yield reader, status
        finally:
            writer.close()
            with suppress(OSError):  # the server has gone
                await writer.wait_closed()


@dataclass
class Pupil:
    """One visitor with a browser of its own; what it has seen is kept in lists."""

    browser: Browser
    dice: random.Random
    opened: list[float] = field(default_factory=list)  # milliseconds until a screen was there
    gestures: dict[str, list[float]] = field(default_factory=dict)  # the same, by screen
    told: dict[tuple[int, str], float] = field(default_factory=dict)  # when, by round and state
    answered: set[int] = field(default_factory=set)  # rounds
    refused: list[int] = field(default_factory=list)  # statuses that were none of 2xx

    async def explore(self, pages: Sequence[str], moves: int, think: float) -> None:
        """Go through the screens again and again, each with so many gestures, until cancelled."""
        async with self.browser.streamlit() as socket:
            while True:
                for page in self.dice.sample(pages, len(pages)):
                    async for seen in visit(socket, page, moves, think, self.dice):
                        self._keep(page, seen)
                    await asyncio.sleep(think * self.dice.uniform(0.5, 1.5))

    def _keep(self, page: str, seen: Rerun) -> None:
        if seen.opening:
            self.opened.append(seen.milliseconds)
        else:
            self.gestures.setdefault(page, []).append(seen.milliseconds)

    async def take_part(self, hesitate: float) -> None:
        """Listen to what the class is asked, and answer each question once, until cancelled."""
        async for name, told in self.browser.events():
            if name != "round" or told["round"] is None:
                continue
            number, state = told["round"]["id"], told["round"]["state"]
            self.told.setdefault((number, state), time.monotonic())
            if state == "open" and number not in self.answered:
                self.answered.add(number)
                await asyncio.sleep(hesitate * self.dice.random())
                answer = answer_to(told["question"], self.dice)
                status = await self.browser.tell("/class/answer", round=number, answer=answer)
                if status != 204:
                    self.refused.append(status)


def answer_to(question: dict[str, Any], dice: random.Random) -> Any:
    """Some answer that a page could send."""
    options = range(len(question["options"]))
    match question["form"]:
        case "choose":
            return [dice.choice(options)]
        case "order":
            return dice.sample(options, len(options))
        case "number":
            return dice.uniform(question["from"], question["to"])
        case "point":
            left, top, right, bottom = question["picture"]["box"]
            return [dice.uniform(left, right), dice.uniform(top, bottom)]
    raise ValueError(f"no answer to a question of the form {question['form']}")


async def warm(address: str, pages: Sequence[str]) -> None:
    """Let a server import, read and compute what the first visitors of each screen wait for.

    Denoise's chart is the longest: it grows at every opening until all of it is there.
    """
    for page in pages:
        for _ in range(FIRST_VISITORS):
            await session(address.replace("http", "ws", 1) + "/_stcore/stream", page, 1, 0.05, 0)
