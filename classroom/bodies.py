"""What a request of a page carries, with a limit to its size and to the time that it takes."""

import asyncio

from starlette.requests import ClientDisconnect, Request

PATIENCE = 10.0  # seconds in which all of it must be here


async def body(request: Request, most: int) -> bytes | None:
    """What was sent; None for more than ``most`` bytes, which are not read to their end, and for
    what doesn't come."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:12]) > most:
        return None
    sent = b""
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                sent += part
                if len(sent) > most:
                    return None
    except (ClientDisconnect, TimeoutError):
        return None
    return sent
