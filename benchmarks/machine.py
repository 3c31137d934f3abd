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


def processor_seconds(pid: int) -> float:
    """The time for which a process has computed; that of others beside it hardly changes it."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_it_answers(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the app is ready for visitors. Raises RuntimeError when it has ended."""
    while True:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
            return
        except (urllib.error.URLError, OSError) as error:
            if server.poll() is not None:
                raise RuntimeError("the app did not start") from error
            time.sleep(0.05)


@contextmanager
def running_app(
    log: Path | None = None, script: Path = ROOT / "app.py", **environment: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real server on a free port of this machine, ready to answer; yields address, process.

    What it says goes to ``log``. ``script``: another one than ours. The address ends in the path
    below which the app lives, if ``environment`` names one.
    """
    port = free_port()
    said = log.open("ab") if log else subprocess.DEVNULL
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
         "--server.address", "127.0.0.1", "--server.headless", "true"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=said,
        stderr=said,
    )  # fmt: skip
    path = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    address = f"http://127.0.0.1:{port}/{path}".rstrip("/")
    try:
        wait_until_it_answers(address, server)
        yield address, server
    finally:
        server.terminate()
        server.wait()
        if log:
            said.close()
