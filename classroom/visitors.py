"""A server that a class shares: who visits it, and who of them is the teacher.

With a key in ``AECORE_TEACHER_KEY`` this is such a server. Every browser gets a cookie with a
random token; a visitor's id is made from it, so that what is kept on the disk doesn't tell the
token. Who enters the key gets another cookie, signed with the key, for this visitor and for half a
day. Both are out of reach for scripts of a page, and neither stands in an address. Without a key
nobody is told apart and everything is allowed.
"""

import hashlib
import hmac
import os
import re
import secrets
import threading
import time
from collections import deque

import streamlit as st
from itsdangerous import BadData, TimestampSigner
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from aecore.messages import N_, Problem
from aecore.ownership import Visitor
from classroom.bodies import body

KEY = "AECORE_TEACHER_KEY"
LEAST_KEY = 8  # letters: with TRIES a minute nobody guesses it
VISITOR, TEACHER = "explorer-visitor", "explorer-teacher"  # cookies
SCHOOL_YEAR, HALF_A_DAY = 365 * 86_400, 12 * 3600  # seconds that they last
TRIES, ALL_TRIES = 5, 60  # wrong keys a minute, of a visitor and of all together

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_wrong: deque[tuple[float, str]] = deque()  # when and by whom, in the last minute
_lock = threading.Lock()


def key() -> str:
    """The teacher's key; "" where this is no class server. Raises Problem for one too short, and
    for one that can't be entered."""
    said = os.environ.get(KEY, "")
    if 0 < len(said) < LEAST_KEY:
        raise Problem(
            N_("The key in {name} has {found} letters; it must have {least} or more."),
            name=KEY,
            found=len(said),
            least=LEAST_KEY,
        )
    if not said.isprintable():  # nor are the bytes of another encoding
        raise Problem(
            N_("The key in {name} has signs that nobody can type; write it in UTF-8."), name=KEY
        )
    return said


def visitor() -> Visitor | None:
    """Whose page this is; None where nobody is told apart."""
    if not key():
        return None
    cookies = st.context.cookies
    return _visitor(cookies.get(VISITOR, ""), cookies.get(TEACHER, ""))


def of(request: HTTPConnection) -> Visitor:
    """Whose browser sent it, on a class server; one without a token has the id ""."""
    cookies = request.cookies
    return _visitor(cookies.get(VISITOR, ""), cookies.get(TEACHER, ""))


def _visitor(token: str, signed: str) -> Visitor:
    if not _TOKEN.fullmatch(token):
        return Visitor("")
    name = hashlib.sha256(token.encode()).hexdigest()[:16]
    try:
        said, when = _signer().unsign(signed, return_timestamp=True)
    except BadData:  # none, forged, or signed with an older key
        return Visitor(name)
    # a clock that was set back meanwhile takes nobody's class away
    lasts = abs(time.time() - when.timestamp()) <= HALF_A_DAY
    return Visitor(name, teacher=lasts and hmac.compare_digest(said.decode(), name))


def _signer() -> TimestampSigner:
    return TimestampSigner(key(), salt="teacher", digest_method=hashlib.sha256)


class GivesTokens:
    """Gives every browser that asks for a page and has none a token of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what answers it with a page gets the cookie."""
        if scope["type"] != "http" or not key():
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if _TOKEN.fullmatch(request.cookies.get(VISITOR, "")):
            await self.app(scope, receive, send)
            return

        async def send_with_token(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    given = Response()
                    _set_cookie(given, request, VISITOR, secrets.token_urlsafe(32), SCHOOL_YEAR)
                    headers.append("set-cookie", given.headers["set-cookie"])
            await send(message)

        await self.app(scope, receive, send_with_token)


async def enter(request: Request) -> Response:
    """Whoever sends the key becomes the teacher: 204, else 403, or 429 after too many tries."""
    if not key() or not from_here(request):
        return Response(status_code=403)
    who = _visitor(request.cookies.get(VISITOR, ""), "")
    if not who.id:
        return Response(status_code=403)
    sent = await body(request, 1000)
    with _lock:  # looked at and counted in one go: of a thousand tries at once, too
        if _too_many(who.id):
            return Response(status_code=429)
        if sent is None or not hmac.compare_digest(sent, key().encode()):
            _wrong.append((time.monotonic(), who.id))
            return Response(status_code=403)
    answer = Response(status_code=204)
    _set_cookie(answer, request, TEACHER, _signer().sign(who.id).decode(), HALF_A_DAY)
    return answer


async def leave(request: Request) -> Response:
    """The teacher's browser becomes one like the others."""
    answer = Response(status_code=204 if from_here(request) else 403)
    if answer.status_code == 204:
        answer.delete_cookie(TEACHER, path=base() or "/")
    return answer


def routes() -> list[Route]:
    """Where a browser enters the key and takes it back."""
    path = f"{base()}/teacher"
    return [Route(path, enter, methods=["POST"]), Route(path, leave, methods=["DELETE"])]


def base() -> str:
    """What stands before the paths of all pages: "" or "/class"."""
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def from_here(request: Request) -> bool:
    """Whether a page of ours sent it; a browser names the origin of what it sends."""
    host = request.headers.get("x-forwarded-host") or request.headers.get("host", "")
    return request.headers.get("origin", "").partition("://")[2] == host != ""


def _too_many(who: str) -> bool:
    while _wrong and time.monotonic() - _wrong[0][0] > 60:
        _wrong.popleft()
    return len(_wrong) >= ALL_TRIES or sum(name == who for _, name in _wrong) >= TRIES


def _set_cookie(answer: Response, request: Request, name: str, value: str, lasts: int) -> None:
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme)
    answer.set_cookie(
        name,
        value,
        max_age=lasts,
        path=base() or "/",
        secure=scheme == "https",
        httponly=True,
        samesite="lax",
    )
