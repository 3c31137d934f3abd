"""How often somebody may do something: so many at once, and so many a second."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

LATE = 1.0  # seconds until who asks too often is told
TOGETHER = 20  # requests that wait for that; with as many more of a visitor, it is a second later
MOST_HELD = 1000  # of all visitors; more are told at once

_held: Counter[str] = Counter()


@dataclass
class _Left:
    tokens: float
    at: float


class Pace:
    """A bucket of ``burst`` tokens for each name; ``rate`` a second come back."""

    MOST = 10_000  # names that are remembered

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._left: dict[str, _Left] = {}

    def allows(self, name: str, cost: float = 1.0) -> bool:
        """Whether ``name`` may do now what costs so many tokens; it counts if so."""
        now = time.monotonic()
        left = self._left.get(name)
        if left is None:
            if len(self._left) >= self.MOST:
                self._forget(now)
            left = self._left[name] = _Left(self.burst, now)
        left.tokens = min(self.burst, left.tokens + (now - left.at) * self.rate)
        left.at = now
        if left.tokens < cost:
            return False
        left.tokens -= cost
        return True

    def _forget(self, now: float) -> None:
        """Those whose bucket is full again are as good as new."""
        full = self.burst / self.rate
        self._left = {name: left for name, left in self._left.items() if now - left.at < full}
        if len(self._left) >= self.MOST:  # a flood under invented names
            self._left.clear()


async def late(name: str) -> None:
    """Wait before ``name`` is told that it was too often.

    Waiting costs the server nothing, and it slows down who waits for the answer: with however many
    connections, hardly more than TOGETHER come in a second.
    """
    if _held.total() >= MOST_HELD:
        return
    _held[name] += 1
    try:
        await asyncio.sleep(LATE * (1 + _held[name] // TOGETHER))
    finally:
        _held[name] -= 1
        if not _held[name]:
            del _held[name]
