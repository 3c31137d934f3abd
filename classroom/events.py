"""The stream of events that a page listens to: what the class is asked, and how far it is.

Server-sent events (WHATWG HTML, section 9.2), JSON each:

==========  ====================================================================================
``round``   to everybody: the question in the page's language, and the state of its round; with
            the answer of that visitor when it comes first, and with what is right once revealed
``count``   to the teacher: how many have answered, of how many, and their answers counted
``follow``  to everybody: the address that the teacher's page shows, "" for none
``wall``    to everybody: how many drawings hang on the wall, whenever those are others
==========  ====================================================================================
"""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from aecore.asking import rounds
from aecore.asking.class_file import ClassFile
from aecore.messages import N_, Problem
from aecore.ownership import Visitor
from classroom import visitors
from classroom.asked import asked, facts, revealed
from classroom.commands import allowed, language_of, tell
from classroom.listening import Seen, Watcher
from classroom.pace import Pace, late
from ui import i18n

MOST_PAGES = 12  # of a visitor that listen at a time
AGAIN = 1000  # milliseconds until a page that was cut off asks again
HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events back
}

_LOG = logging.getLogger(__name__)
_WRONG = N_(
    "Something went wrong that should not have. "
    "Reload the page; the details are in the server's log."
)
_pace = Pace(rate=2, burst=2 * MOST_PAGES)
# what is right may be computed by models: for a whole class at once, that must not stop all else
_one = CapacityLimiter(1)


def route(watcher: Watcher) -> Route:
    """``GET /class/events?lang=de``: 404 where this is no class server, 429 for too many pages."""

    async def events(request: Request) -> Response:
        visitor = allowed(request)
        if visitor is None:
            return Response(status_code=403 if visitors.key() else 404)
        if watcher.listeners(visitor) >= MOST_PAGES or not _pace.allows(visitor.id):
            await late(visitor.id)
            return Response(status_code=429)
        lines = _lines(watcher, visitor, language_of(request))
        return StreamingResponse(lines, media_type="text/event-stream", headers=HEADERS)

    return Route(f"{visitors.base()}/class/events", events)


async def _lines(watcher: Watcher, visitor: Visitor, language: str) -> AsyncIterator[str]:
    yield f"retry: {AGAIN}\n\n"
    last: dict[str, object] = {}
    async for seen in watcher.news(visitor):
        if seen is None:
            yield ": quiet\n\n"
            continue
        for name, known in _known(seen, visitor).items():
            if name in last and last[name] == known:
                continue
            last[name] = known
            if name == "round":
                told = await to_thread.run_sync(
                    _round, watcher.file, seen, visitor, language, limiter=_one
                )
            elif name == "count":
                told = _count(seen, language)
            elif name == "wall":
                told = {"n": len(seen.wall)}
            else:
                told = {"address": seen.address}
            yield f"event: {name}\ndata: {json.dumps(told)}\n\n"


def _known(seen: Seen, visitor: Visitor) -> dict[str, object]:
    """The events of a visitor, each with what it is news of: the same again isn't sent."""
    known: dict[str, object] = {"round": seen.round, "follow": seen.address, "wall": seen.wall}
    if visitor.teacher:
        known["count"] = (len(seen.answers), seen.tallies, seen.present, seen.problem)
    return known


def _round(file: ClassFile, seen: Seen, visitor: Visitor, language: str) -> dict[str, Any]:
    if seen.round is None:
        return {"round": None}
    told: dict[str, Any] = {
        "round": {"id": seen.round.id, "turn": seen.round.turn, "state": seen.round.state},
        "answer": seen.answers.get(visitor.id),
        "question": None,
        "revealed": None,
        "rounds": [],
        "said": "",
    }
    try:
        with i18n.speaking(language):
            question = asked(seen.round.question)
            told["question"] = facts(question)
            if seen.round.state == "revealed":
                told["rounds"] = _rounds(seen)
                drawn = rounds.drawing(file, seen.round.id, visitor.id)
                told["revealed"] = revealed(question, told["answer"], drawn)
    except Problem as problem:
        told["said"] = tell(problem, language)
    except Exception:  # the stream goes on, and the log gets the traceback
        _LOG.exception("A question can't be shown")
        told["said"] = tell(Problem(_WRONG), language)
    return told


def _count(seen: Seen, language: str) -> dict[str, Any]:
    return {
        "answered": len(seen.answers),
        "present": seen.present,
        "rounds": _rounds(seen),
        "said": tell(seen.problem, language) if seen.problem else "",
    }


def _rounds(seen: Seen) -> list[dict[str, Any]]:
    return [{"n": n, "tally": counted} for n, counted in seen.tallies]
