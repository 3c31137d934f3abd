"""A class that stays: memory of the server and of two pages while thirty pupils work for an hour.

    python benchmarks/soak.py [--minutes 60] [--pupils 30] [--think 2]

The same pupils as in class.py, without a teacher. Prints one JSON object: megabytes of the server
and of the JavaScript heap of two real pages, after a garbage collection, and nodes of their
documents, sixty times; how much the last third is above the first after the time in which the
caches fill (ten minutes, or half of a shorter run), in per cent; and what went wrong in a script, a
page, the console or the server's log.
"""

import argparse
import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from machine import describe_machine, resident_mb, running_app
from playwright.async_api import CDPSession, ConsoleMessage
from pupil import warm
from room import ITS_OWN, PAGES, SECRET, at_work, one_training

from classroom.visitors import KEY

SAMPLES = 60
FILLING = 600.0  # seconds


async def heap(session: CDPSession) -> tuple[float, int]:
    """A page's JavaScript heap in megabytes, and the nodes of its document."""
    await session.send("HeapProfiler.collectGarbage")
    counted = (await session.send("Performance.getMetrics"))["metrics"]
    found = {one["name"]: one["value"] for one in counted}
    return round(found["JSHeapUsedSize"] / 1e6, 1), int(found["Nodes"])


async def watch(
    address: str, pid: int, pupils: int, think: float, seconds: float
) -> dict[str, Any]:
    """Let them work, and look at the memory again and again."""
    rows: list[dict[str, Any]] = []
    async with at_work([address], pupils, think) as room:

        def complain(message: ConsoleMessage) -> None:
            if message.type == "error" and not ITS_OWN.search(message.location["url"]):
                room.wrong.append(message.text)

        sessions = []
        for page in room.pages:
            page.on("console", complain)
            session = await page.context.new_cdp_session(page)
            await session.send("Performance.enable")
            sessions.append(session)
        began = time.monotonic()
        for n in range(1, SAMPLES + 1):
            await asyncio.sleep(max(0.0, began + n * seconds / SAMPLES - time.monotonic()))
            heaps = [await heap(session) for session in sessions]
            rows.append(
                {
                    "minutes": round((time.monotonic() - began) / 60, 2),
                    "server_mb": resident_mb(pid),
                    "page_mb": sum(size for size, _ in heaps),
                    "nodes": sum(nodes for _, nodes in heaps),
                }
            )
        gestures = sum(map(len, room.gestures.values()))
    later = [row for row in rows if row["minutes"] * 60 >= min(FILLING, seconds / 2)]
    growth = {
        name: grown([row[name] for row in later]) for name in ("server_mb", "page_mb", "nodes")
    }
    return {"gestures": gestures, "growth_percent": growth, "wrong": room.wrong, "samples": rows}


def grown(values: Sequence[float]) -> float:
    """How much the mean of the last third is above that of the first, in per cent."""
    third = max(1, len(values) // 3)
    first, last = np.mean(values[:third]), np.mean(values[-third:])
    return round(100 * float(last / first - 1), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--pupils", type=int, default=30)
    parser.add_argument("--think", type=float, default=2.0, help="seconds between two gestures")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {KEY: SECRET, "AECORE_RUNS_DIR": f"{folder}/runs"}
        log = Path(folder) / "server.log"
        with running_app(log) as (address, server):
            asyncio.run(warm(address, PAGES))
            with one_training():
                seen = watch(address, server.pid, chosen.pupils, chosen.think, 60 * chosen.minutes)
                found = asyncio.run(seen)
        said = re.findall(r"(?:ERROR|Traceback).*", log.read_text())
    print(
        json.dumps(
            {
                "pupils": chosen.pupils,
                "think": chosen.think,
                **found,
                "log": said,
                **describe_machine(),
            }
        )
    )


if __name__ == "__main__":
    main()
