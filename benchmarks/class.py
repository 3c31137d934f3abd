"""A class at work on a real server: what a gesture and a question cost with 30 and 100 pupils.

    python benchmarks/class.py [--pupils 30 100] [--seconds 60] [--think 2] [--servers 1]

Every pupil goes through all screens in an order of its own, makes a few of their gestures (moves a
slider, clicks the plane, draws a stroke) with a pause of about ``--think`` seconds after each, and
answers the teacher's questions, over the protocols of a browser; two pupils sit at real browsers
and move the slider of Denoise. Meanwhile one training runs. ``--servers`` share the runs folder and
the pupils, as behind nginx (docs/class-server.md).

Prints one JSON object: times in milliseconds, from sending to the end of the rerun as a client
sees it; those of the first ten seconds, in which all come in, apart. ``processor_ms``: what a
gesture costs the server, all else that it does in that time included; unlike the times, other work
on the machine hardly changes that.
"""

import argparse
import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from typing import Any

import numpy as np
from machine import describe_machine, processor_seconds, resident_mb, running_app
from pupil import Browser, Pupil, warm
from room import ARRIVE, PAGES, SECRET, at_work, one_training

from aecore.course import shelf
from classroom.visitors import KEY

ASKED = 4  # questions in the time
SETTLE = 2 * ARRIVE  # seconds in which all come in; what they feel is told apart


def quantiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """How many, the median, and what 95 and 99 of 100 stay below."""
    if not milliseconds:
        return {"n": 0}
    p50, p95, p99 = np.percentile(milliseconds, [50, 95, 99]).round(1).tolist()
    return {"n": len(milliseconds), "p50": p50, "p95": p95, "p99": p99}


async def teach(teacher: Browser, pupils: Sequence[Pupil], seconds: float) -> dict[str, Any]:
    """Ask questions, wait until all have answered, reveal; how long each took to reach them."""
    counted: dict[str, Any] = {}
    news = asyncio.Event()

    async def count() -> None:
        async for name, told in teacher.events():
            if name == "count":
                counted.update(told)
                news.set()
            elif name == "round" and told["round"]:
                counted["id"] = told["round"]["id"]
                news.set()

    ids = [f"{name}/{n}" for name in shelf.names()
           for n, step in enumerate(shelf.chapter(name, "en").steps, 1)
           if step.question and step.question.form in ("choose", "order", "number")]  # fmt: skip
    listening = asyncio.create_task(count())
    reached, revealed, answers = [], [], []
    try:
        for n in range(ASKED):
            await asyncio.sleep(seconds / (2 * ASKED))
            before, began = counted.get("id"), time.monotonic()
            await teacher.tell("/class/ask", question=ids[n % len(ids)])
            async with asyncio.timeout(60):
                while counted.get("id") == before or counted.get("answered", 0) < len(pupils):
                    news.clear()
                    await news.wait()
            number = counted["id"]
            reached += [pupil.told[number, "open"] - began for pupil in pupils]
            answers.append(counted["answered"])
            began = time.monotonic()
            await teacher.tell("/class/reveal", round=number)
            async with asyncio.timeout(60):
                while any((number, "revealed") not in pupil.told for pupil in pupils):
                    await asyncio.sleep(0.1)
            revealed += [pupil.told[number, "revealed"] - began for pupil in pupils]
            await teacher.tell("/class/stop", round=number)
            counted["answered"] = 0
    finally:
        listening.cancel()
    return {
        "asked": len(answers),
        "answers": answers,
        "slowest_to_a_pupil_s": round(max(reached), 2),
        "slowest_reveal_s": round(max(revealed), 2),
    }


async def lesson(
    servers: Mapping[str, Popen[bytes]], pupils: int, seconds: float, think: float
) -> dict[str, Any]:
    """All of it for ``seconds``, on the servers at these addresses."""
    addresses = list(servers)
    teacher = Browser(addresses[0])
    assert await teacher.post("/teacher", SECRET.encode()) == 204
    async with at_work(addresses, pupils, think) as room:
        await asyncio.sleep(SETTLE)
        arriving = room.forget()
        spent = -sum(processor_seconds(server.pid) for server in servers.values())
        began = time.monotonic()
        try:
            questions: dict[str, Any] = await teach(teacher, room.pupils, seconds)
        except TimeoutError:
            questions = {"failed": "within a minute somebody was not told, or didn't answer"}
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
    spent += sum(processor_seconds(server.pid) for server in servers.values())
    gestures = [one for times in room.gestures.values() for one in times]
    return {
        "pupils": pupils,
        "servers": len(servers),
        "gesture": quantiles(gestures),
        "gestures": {page: quantiles(times) for page, times in sorted(room.gestures.items())},
        "opened": quantiles(room.opened),
        "opened_when_all_came": quantiles(arriving),
        "in_browsers": quantiles(room.in_browsers),
        "processor_ms": round(1000 * spent / max(1, len(gestures)), 1),
        "questions": questions,
        "errors": room.wrong,
        "server_mb": [resident_mb(server.pid) for server in servers.values()],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, nargs="+", default=[30, 100])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=2.0)
    parser.add_argument("--servers", type=int, default=1)
    chosen = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.environ |= {KEY: SECRET, "AECORE_RUNS_DIR": f"{folder}/runs"}
        log = Path(folder) / "server.log"
        servers = dict(stack.enter_context(running_app(log)) for _ in range(chosen.servers))
        for address in servers:
            asyncio.run(warm(address, PAGES))
        stack.enter_context(one_training())
        for pupils in chosen.pupils:
            found.append(asyncio.run(lesson(servers, pupils, chosen.seconds, chosen.think)))
        said = re.findall(r"(?:ERROR|Traceback).*", log.read_text())
    print(json.dumps({"class": found, "log": said, **describe_machine()}))


if __name__ == "__main__":
    main()
