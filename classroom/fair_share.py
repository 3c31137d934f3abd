"""No visitor of a class server takes more than a fair share of it: ten windows are one visitor.

What a page asks of Streamlit comes as messages over its websocket. Those of a visitor who asks for
more than the others can spare wait for their turn; the connection that isn't read meanwhile holds
back who sends. Files that are handed over lie in memory until they are checked, so those are
counted by their size.
"""

import asyncio
from contextlib import suppress

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg

from classroom import visitors
from classroom.door import Door
from classroom.pace import Pace

# A fragment's rerun takes the server some 10 ms, a whole page 30 and more: a visitor has a tenth of
# a processor for good, and for a while what a quick hand asks for.
RERUNS, AT_ONCE = 8.0, 60.0  # of a fragment, a second
WHOLE_PAGE = 4.0  # reruns of a fragment
TURN = 0.1  # seconds between two looks whether it is one's turn
PATIENCE = 30.0  # seconds of waiting in a row after which a window is cut off
TOO_MUCH = 1008  # a websocket's code for what a server's policy refuses
UPLOADS = 1.0  # megabytes a second, and at once the largest file

_reruns = Pace(RERUNS, AT_ONCE)


class FairShare:
    """Lets each visitor's messages and files through at a pace that leaves room for others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._door = Door()
        self._uploads = Pace(UPLOADS, config.get_option("server.maxUploadSize") * 2**20 / 1e6 + 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or a websocket whose messages come in turn."""
        if visitors.key() and scope["type"] == "websocket":
            receive, send = self._door.connection(in_turn(_who(scope), receive), send)
        elif visitors.key() and scope["type"] == "http" and scope["method"] == "PUT":
            length = HTTPConnection(scope).headers.get("content-length", "")
            # one that hides its size could be of any
            if not length.isdecimal() or not self._uploads.allows(_who(scope), int(length) / 1e6):
                await Response(status_code=429)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def in_turn(who: str, receive: Receive) -> Receive:
    """What ``receive`` gives, at the pace of visitor ``who``; at last that it has gone."""
    waited = 0.0

    async def received() -> Message:
        nonlocal waited
        message = await receive()
        while message["type"] == "websocket.receive":
            asked = _asked(message)
            if asked.WhichOneof("type") == "clear_cache":  # of all visitors
                message = await receive()
            elif _reruns.allows(who, _cost(asked)):
                waited = 0.0
                break
            elif waited > PATIENCE:
                return {"type": "websocket.disconnect", "code": TOO_MUCH}
            else:
                await asyncio.sleep(TURN)
                waited += TURN
        return message

    return received


def _asked(message: Message) -> BackMsg:
    """What a page asks Streamlit for; nothing where it is none of its messages, as it will find."""
    asked = BackMsg()
    with suppress(DecodeError):
        asked.ParseFromString(message.get("bytes") or b"")
    return asked


def _cost(asked: BackMsg) -> float:
    whole = asked.WhichOneof("type") == "rerun_script" and not asked.rerun_script.fragment_id
    return WHOLE_PAGE if whole else 1.0


def _who(scope: Scope) -> str:
    """A visitor's id; of a browser that hides it, its address."""
    connection = HTTPConnection(scope)
    return visitors.of(connection).id or (connection.client.host if connection.client else "")
