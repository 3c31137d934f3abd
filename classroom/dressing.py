"""What a browser asks for first brings the app's style: nothing moves when the first words come."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

END = b"</body>"  # there: of two rules that weigh the same, a page takes the later one
# the page as it is kept would be taken for unchanged when the style has changed
KEPT_BY = ("etag", "last-modified")
ASKED_IN_VAIN = ("if-none-match", "if-modified-since", "accept-encoding")


FOLDED = ":root { --sidebar: 0; }"  # ui/style.css keeps room for it elsewhere


class Dressed:
    """Puts a style into the page that Streamlit begins every screen with; ``style`` tells that of
    a screen by its name in the address, where the sidebar is folded if there is a ``folding``
    word."""

    def __init__(self, app: ASGIApp, style: Callable[[str], str], folding: str) -> None:
        self.app = app
        self.style = style
        self.folding = folding

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; of a page, the style with what comes back."""
        asks_for_page = (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and "text/html" in Headers(scope=scope).get("accept", "")
        )
        if asks_for_page:
            scope = {**scope, "headers": _without(scope["headers"], ASKED_IN_VAIN)}
            asked = HTTPConnection(scope)
            style = self.style(asked.url.path.rpartition("/")[2])
            send = _dressed(send, style + FOLDED * (self.folding in asked.query_params))
        await self.app(scope, receive, send)


def _dressed(send: Send, style: str) -> Send:
    """``send`` that waits for the whole page, if it is one of HTML."""
    start: Message = {}
    body: list[bytes] = []

    async def sent(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            if not _is_page(message):
                await send(message)
            return
        if message["type"] != "http.response.body" or not _is_page(start):
            await send(message)
            return
        body.append(message.get("body", b""))
        if message.get("more_body"):
            return
        page = b"".join(body).replace(END, f"<style>{style}</style>".encode() + END, 1)
        headers = _without(start["headers"], (*KEPT_BY, "content-length"))
        start = {**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]}
        await send(start)
        await send({"type": "http.response.body", "body": page})

    return sent


def _is_page(start: Message) -> bool:
    headers = Headers(raw=list(start["headers"]))
    return (
        start["status"] == 200
        and headers.get("content-type", "").startswith("text/html")
        and "content-encoding" not in headers
    )


def _without(
    headers: list[tuple[bytes, bytes]], names: tuple[str, ...]
) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.decode().lower() not in names]
