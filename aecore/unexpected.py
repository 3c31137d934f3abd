"""Exceptions that are no Problem, in a sentence: a machine's troubles, and our own mistakes."""

import errno
import os
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path

from aecore.messages import N_, Problem


def told(error: Exception, log: Path | None = None) -> Problem:
    """What to tell of it. Of a mistake of ours the traceback is kept at the end of ``log``.

    Without a ``log`` in a new file in the system's temporary folder.
    """
    if _lacks_memory(error):
        return Problem(
            N_(
                "The memory of this machine is not enough for this. Take fewer or smaller "
                "examples, a smaller model or smaller batches."
            )
        )
    if isinstance(error, OSError) and error.filename is not None and error.errno:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return Problem(
                N_("The disk is full: {path} could not be written. Free some space."),
                path=error.filename,
            )
        return Problem(
            N_("{path} cannot be read or written ({reason}). Allow it, or name another one."),
            path=error.filename,
            reason=os.strerror(error.errno),
        )
    return Problem(
        N_("Something went wrong that should not have ({error}); the details are in {log}."),
        error=type(error).__name__,
        log=_kept(error, log),
    )


def _kept(error: Exception, log: Path | None) -> Path:
    if log is None:
        handle, name = tempfile.mkstemp(prefix="aecore-", suffix=".log")
        os.close(handle)
        log = Path(name)
    with suppress(OSError), log.open("a", encoding="utf-8") as file:  # the sentence counts more
        file.writelines(traceback.format_exception(error))
    return log


def _lacks_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError):
        return True
    # PyTorch's for a GPU, and for a processor; it isn't imported only to be asked
    return isinstance(error, RuntimeError) and (
        type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in str(error)
    )
