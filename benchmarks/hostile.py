"""One visitor who asks for 200 reruns a second, beside ten polite ones.

    python benchmarks/hostile.py [--seconds 15] [--pages denoise map]

The polite move Denoise's slider once a second. The hostile one has opened a screen in three windows
and asks each to run again, the whole page, as fast as that and whatever comes back. Prints one JSON
object: times of the polite in milliseconds without and with the hostile one, and the share of one
processor that the server takes for the hostile one alone, which other work on the machine hardly
changes.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from contextlib import suppress

import numpy as np
import websockets
from machine import describe_machine, processor_seconds, running_app
from pupil import Browser, Pupil, warm
from streamlit.proto.BackMsg_pb2 import BackMsg

from classroom.visitors import KEY

POLITE, RERUNS, WINDOWS = 10, 200, 3


async def flood(browser: Browser, page: str) -> None:
    """Ask for reruns of a page in a window until cancelled."""
    message = BackMsg()
    message.rerun_script.page_name = page
    sent = message.SerializeToString()
    while True:
        with suppress(websockets.ConnectionClosed):
            async with browser.streamlit() as socket:
                reading = asyncio.create_task(drain(socket))
                try:
                    while True:
                        await socket.send(sent)
                        await asyncio.sleep(WINDOWS / RERUNS)
                finally:
                    reading.cancel()
                    # a server that holds back will not take what is still to be sent
                    socket.transport.abort()


async def drain(socket: websockets.ClientConnection) -> None:
    """Read all that comes, and look at nothing."""
    with suppress(websockets.ConnectionClosed):
        async for _ in socket:
            pass


async def polite(address: str, seconds: float) -> dict[str, float]:
    """How long the gestures of the polite take, in ``seconds``."""
    group = [Pupil(Browser(address), random.Random(n)) for n in range(POLITE)]
    tasks = [asyncio.create_task(one.explore(["denoise"], 1000, 1.0)) for one in group]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    times = [one for pupil in group for one in pupil.gestures.get("denoise", [])]
    if not times:  # none has come to an end
        return {"n": 0}
    p50, p95 = np.percentile(times, [50, 95]).round(1).tolist()
    return {"n": len(times), "p50": p50, "p95": p95}


async def measured(address: str, pid: int, page: str, seconds: float) -> dict[str, object]:
    """Both, without and with the hostile one."""
    alone = await polite(address, seconds)
    browser = Browser(address)
    floods = [asyncio.create_task(flood(browser, page)) for _ in range(WINDOWS)]
    await asyncio.sleep(seconds)  # until what may be spent at once is spent
    spent, began = processor_seconds(pid), time.monotonic()
    await asyncio.sleep(seconds)
    share = (processor_seconds(pid) - spent) / (time.monotonic() - began)
    beside = await polite(address, seconds)
    for one in floods:
        one.cancel()
    await asyncio.gather(*floods, return_exceptions=True)
    return {"page": page, "share": round(share, 2), "polite_alone": alone, "polite_beside": beside}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--pages", nargs="+", default=["denoise", "map"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {KEY: "apple cake 17", "AECORE_RUNS_DIR": folder}
        with running_app() as (address, server):
            asyncio.run(warm(address, ["denoise", *chosen.pages]))
            found = [
                asyncio.run(measured(address, server.pid, page, chosen.seconds))
                for page in chosen.pages
            ]
    print(json.dumps({"hostile": found, **describe_machine()}))


if __name__ == "__main__":
    main()
