"""Files that people hand over: kept under a name of theirs when they have been checked."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aecore import ownership, quota
from aecore.files import replacing
from aecore.job import writing_to
from aecore.messages import Problem


@contextmanager
def taking_in(path: Path, content: bytes, owners_name: str) -> Iterator[Path]:
    """Yield a file of ``content`` to be checked; it comes to ``path`` if nothing is raised.

    It waits under its own name in a folder that vanishes, so that nothing else is left behind.
    Problems speak of it by ``owners_name``. What is new belongs to who hands it over. Raises
    Problem.
    """
    quota.check_intake(len(content))
    with writing_to(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as folder:
            waiting = Path(folder) / path.name
            waiting.write_bytes(content)
            try:
                yield waiting
            except Problem as problem:
                here = (str(waiting), waiting.name)
                values = {
                    name: owners_name if value in here else value
                    for name, value in problem.values.items()
                }
                raise Problem(problem.sentence, **values) from problem
            if not path.exists():
                ownership.claim(path)
            with replacing(path) as beside:
                waiting.rename(beside)


def remove(path: Path) -> None:
    """Delete a file that was handed over. Raises Problem for somebody else's."""
    ownership.check(path)
    with writing_to(path.parent):
        path.unlink(missing_ok=True)
    ownership.disown(path)
