"""What every benchmark says of the machine it ran on, and how it starts the app."""

import os
import platform
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # benchmarks run from anywhere


def describe_machine() -> dict[str, object]:
    """Processor count, platform and the versions that matter."""
    packages = ("torch", "streamlit", "openTSNE", "scikit-learn")
    return {
        "cpus": os.cpu_count(),
        "platform": platform.platform(),
        "versions": {name: version(name) for name in packages},
    }


def resident_mb(pid: int) -> int | None:
    """Memory that a process holds, in megabytes; None where the system doesn't tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


@contextmanager
def running_app(**environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real server on a free port of this machine, ready to answer; yields address, process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
         "--server.address", "127.0.0.1", "--server.headless", "true"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except (urllib.error.URLError, OSError) as error:
                if server.poll() is not None:
                    raise RuntimeError("the app did not start") from error
                time.sleep(0.05)
        yield address, server
    finally:
        server.terminate()
        server.wait()
