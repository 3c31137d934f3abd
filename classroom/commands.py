"""What a page tells the server beside Streamlit: a POST with a few words in JSON.

Nothing of it is trusted. Before a byte of the body is read it is known that this is a class server,
that a page of ours sent it (its origin), whose browser that is (its cookie), that this visitor is
the teacher where only the teacher may, and that nobody sends much or often. Who floods the server
is told so late.
"""

import json
from collections.abc import Callable
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aecore.messages import N_, Problem
from aecore.ownership import Visitor
from classroom import visitors
from classroom.bodies import body
from classroom.pace import Pace, late
from ui import i18n

MOST_BYTES = 8000  # the longest text of a drawing has 1,500

Said = dict[str, Any]
"""What a page said, as JSON has it: unchecked."""

_pace = Pace(rate=10, burst=20)
# where the class's file has to be waited for, pages still find a thread of the server
_few = CapacityLimiter(8)


def command(path: str, do: Callable[[Visitor, Said], object], teacher: bool = False) -> Route:
    """A route below ``/class``: ``do`` in a thread of its own. 204, or why not.

    403: not from here, or not the teacher. 400: no JSON. 413: too large or too slow. 429: too
    often. 409: a Problem of ``do``, told as ``{"said": …}`` in the language that the address names.
    """

    async def answered(request: Request) -> Response:
        visitor = allowed(request, teacher)
        if visitor is None or not visitors.from_here(request):
            return Response(status_code=403)
        if not _pace.allows(visitor.id):
            await late(visitor.id)
            return Response(status_code=429)
        sent = await body(request, MOST_BYTES)
        if sent is None:
            return Response(status_code=413)
        try:
            said = json.loads(sent or b"{}", parse_constant=_no_number)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if not isinstance(said, dict):
            return Response(status_code=400)
        try:
            await to_thread.run_sync(do, visitor, said, limiter=_few)
        except Problem as problem:
            return JSONResponse({"said": tell(problem, language_of(request))}, status_code=409)
        return Response(status_code=204)

    return Route(f"{visitors.base()}/class/{path}", answered, methods=["POST"])


def allowed(request: Request, teacher: bool = False) -> Visitor | None:
    """Whose browser sent it; None unless this is a class server and that visitor may."""
    if not visitors.key():
        return None
    visitor = visitors.of(request)
    return visitor if visitor.id and (visitor.teacher or not teacher) else None


def whole(said: Said, name: str) -> int:
    """A whole number that a page said. Raises Problem."""
    value = said.get(name)
    if type(value) is not int or abs(value) >= 2**53:
        raise Problem(N_("The page said something that it should not. Load it anew."))
    return value


def text(said: Said, name: str, most: int) -> str:
    """A text of up to so many characters that a page said. Raises Problem."""
    value = said.get(name)
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise Problem(N_("The page said something that it should not. Load it anew."))
    return value


def language_of(request: Request) -> str:
    """The language that the address of a request names, "en" for one that we don't have."""
    code = request.query_params.get("lang", "")
    return code if code in i18n.LANGUAGES else "en"


def tell(problem: Problem, language: str) -> str:
    """A problem's sentence in a language, as plain text."""
    return i18n.translations(language).gettext(problem.sentence).format(**problem.values)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
