"""Debian's nginx with the configuration of docs/nginx.conf, before servers of a test."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lacking import lacking

SHIPPED = Path(__file__).resolve().parent.parent / "docs" / "nginx.conf"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
{user}
events {{}}
http {{
    include /etc/nginx/mime.types;
    log_format visits "$visitor $upstream_addr $request_uri";
    access_log {folder}/access.log visits;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/explorer.conf;
}}
"""


@contextmanager
def running_nginx(folder: Path, first: str, second: str) -> Iterator[str]:
    """nginx over TLS before the servers at two addresses, until the block ends; yields its own.

    ``folder`` keeps its files; in error.log stands what it complained of.
    """
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        lacking("nginx is not installed (apt-get install nginx-light): nothing to stand behind")
    secure, plain = _free_port(), _free_port()
    own = SHIPPED.read_text()
    for theirs, ours in (
        ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("/etc/ssl/explorer.crt", f"{folder}/explorer.crt"),
        ("/etc/ssl/explorer.key", f"{folder}/explorer.key"),
        ("127.0.0.1:8501", _host(first)),
        ("127.0.0.1:8502", _host(second)),
    ):
        assert own.count(theirs) == 1, f"{theirs} stands {own.count(theirs)} times in {SHIPPED}"
        own = own.replace(theirs, ours)
    (folder / "explorer.conf").write_text(own)
    user = "user root;" if os.geteuid() == 0 else ""  # whose folder it is
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=explorer.school.example",
         "-keyout", folder / "explorer.key", "-out", folder / "explorer.crt"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    process = subprocess.Popen(
        [nginx, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    )
    try:
        while not _listens(secure):
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield f"https://127.0.0.1:{secure}"
    finally:
        process.terminate()
        process.wait()


def _host(address: str) -> str:
    return address.removeprefix("http://").partition("/")[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
