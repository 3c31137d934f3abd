"""What a gesture costs on a real server: rerun times of every screen that names one.

    python benchmarks/serving.py [--pages denoise plane sketch] [--sessions 1 30] [--reruns 20]

Clients speak Streamlit's own protocol over a websocket, as browsers do: each opens the screen,
then moves the slider of Denoise, clicks another place of the plane, or draws a stroke, waits for
the end of the rerun, checks that another picture came, and thinks for a random time around
``--think`` seconds. While a pointer only moves over the plane, nothing is sent; see under_hand.py.
Prints one JSON object, times in milliseconds.
"""

import argparse
import asyncio
import hashlib
import json
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import numpy as np
import websockets
from machine import describe_machine, resident_mb, running_app  # finds the project, too
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pages import SCREENS
from ui.screens import Gesture

EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN  # another run follows at once


GESTURES = {screen.name: screen.gesture for screen in SCREENS if screen.gesture is not None}


def move(state: WidgetState, gesture: Gesture, number: int) -> None:
    """Another value of a slider, or what a component tells, as a browser sends it."""
    value = gesture.value(number)
    if isinstance(value, float):
        state.double_array_value.data.append(value)
    else:
        state.json_value = json.dumps(value)


@dataclass
class Rerun:
    """What one run of a script sent."""

    milliseconds: float = 0.0
    received: int = 0  # bytes
    widget: str = ""  # its id
    fragment: str = ""
    pictures: list[str] = field(default_factory=list)
    opening: bool = False  # it was a screen's first


async def rerun(socket: websockets.ClientConnection, message: BackMsg, key: str) -> Rerun:
    """Send ``message`` and read until the script has finished."""
    seen = Rerun()
    started = time.perf_counter()
    await socket.send(message.SerializeToString())
    while True:
        raw = await socket.recv()
        seen.received += len(raw)
        forward = ForwardMsg.FromString(raw)
        kind = forward.WhichOneof("type")
        if kind == "delta":
            element = forward.delta.new_element
            kind = element.WhichOneof("type")
            if key and kind in ("slider", "bidi_component"):
                widget = getattr(element, kind).id
                if widget.endswith(f"-{key}"):
                    seen.widget, seen.fragment = widget, forward.delta.fragment_id
            if kind == "bidi_component" and element.bidi_component.bytes:
                digest = hashlib.sha256(element.bidi_component.bytes)
                seen.pictures.append(digest.hexdigest())
            elif kind == "exception":
                raise RuntimeError(element.exception.message)
            elif kind == "html" and "data:image" in element.html.body:
                seen.pictures.append(element.html.body)
        elif kind == "ref_hash":  # a picture that this session has been sent before
            seen.pictures.append(forward.ref_hash)
        elif kind == "script_finished" and forward.script_finished != EARLY:
            seen.milliseconds = 1000 * (time.perf_counter() - started)
            return seen


async def session(url: str, page: str, reruns: int, think: float, start: float) -> list[Rerun]:
    """One visitor; the first entry is the first visit."""
    await asyncio.sleep(start)
    async with websockets.connect(url, subprotocols=["streamlit"], max_size=None) as socket:
        dice = random.Random(start)
        return [seen async for seen in visit(socket, page, reruns, think, dice)]


async def visit(
    socket: websockets.ClientConnection, page: str, reruns: int, think: float, dice: random.Random
) -> AsyncIterator[Rerun]:
    """Open a screen and, if it has a gesture, make it so often; yields first the opening."""
    gesture = GESTURES.get(page)
    key = gesture.widget if gesture else ""
    message = BackMsg()
    message.rerun_script.page_name = page
    first = await rerun(socket, message, key)
    yield replace(first, opening=True)
    if gesture is None:
        return
    if not first.widget:
        raise RuntimeError(f"no widget “{key}” came for /{page}")
    previous = [""]  # the first move may go to where the slider stands
    begin = dice.randrange(1000)
    for number in range(begin, begin + reruns):
        await asyncio.sleep(think * dice.uniform(0.5, 1.5))
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.fragment_id = first.fragment
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = first.widget
        move(widget, gesture, number)
        seen = await rerun(socket, message, key)
        if gesture.redrawn and seen.pictures == previous:
            raise RuntimeError(f"a gesture on /{page} changed no picture")
        previous = seen.pictures
        yield seen


async def visitors(url: str, page: str, sessions: int, reruns: int, think: float) -> dict:
    """``sessions`` visitors at once; percentiles over all their reruns."""
    tasks = [session(url, page, reruns, think, 0.1 * i) for i in range(sessions)]
    found = await asyncio.gather(*tasks)
    later = [seen.milliseconds for one in found for seen in one[1:]]
    return {
        "page": page,
        "sessions": sessions,
        "reruns": len(later),
        "p50_ms": round(float(np.percentile(later, 50)), 1),
        "p95_ms": round(float(np.percentile(later, 95)), 1),
        "first_visit_p50_ms": round(float(np.median([one[0].milliseconds for one in found]))),
        "kilobytes_per_rerun": round(
            float(np.mean([seen.received for one in found for seen in one[1:]])) / 1000, 1
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 30])
    parser.add_argument("--pages", nargs="+", choices=GESTURES, default=list(GESTURES))
    parser.add_argument("--reruns", type=int, default=20)
    parser.add_argument("--think", type=float, default=1.0)
    chosen = parser.parse_args()
    found = []
    with running_app() as (address, server):
        url = address.replace("http", "ws") + "/_stcore/stream"
        for page in chosen.pages:
            asyncio.run(visitors(url, page, 1, 3, 0.1))  # imports, caches
            for sessions in chosen.sessions:
                reruns = chosen.reruns * (5 if sessions == 1 else 1)
                think = min(chosen.think, 0.2) if sessions == 1 else chosen.think
                seen = asyncio.run(visitors(url, page, sessions, reruns, think))
                found.append({**seen, "server_mb": resident_mb(server.pid)})
    print(json.dumps({"screens": found, **describe_machine()}))


if __name__ == "__main__":
    main()
