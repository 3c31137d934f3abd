"""How far a training is, drawn for whoever types its command."""

import sys
from typing import Any

from tqdm import tqdm

from aecore.diagnosis import Finding
from aecore.training.run import Progress


class Bars(Progress):
    """A bar per epoch on a terminal; a line per epoch elsewhere, such as in log.txt."""

    def __enter__(self) -> "Bars":
        self._bar = tqdm(total=100, unit="%", disable=None, leave=False)
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def share(self, number: int, epochs: int, share: float) -> None:
        self._bar.set_description(f"epoch {number}/{epochs}")
        self._bar.update(round(100 * share) - self._bar.n)

    def epoch(self, epoch: Any, epochs: int) -> None:
        terms = "  ".join(f"{name} {value:.2f}" for name, value in epoch.test.items())
        rate = f"{epoch.images_per_second:,.0f} examples/s"
        self._bar.write(f"epoch {epoch.number}/{epochs}  test {terms}  {rate}", file=sys.stderr)

    def fault(self, finding: Finding) -> None:
        self._bar.write(f"aecore: {finding}", file=sys.stderr)
