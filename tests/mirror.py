"""A web server on this machine that sends files, and behaves badly when told to."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Mirror(BaseHTTPRequestHandler):
    """Serves ``server.files``; how well is said by the attributes of the server."""

    def do_GET(self):
        server = self.server
        name = self.path.rsplit("/", 1)[-1]
        asked = self.headers.get("Range")
        server.asked.append((name, asked))
        if server.status:
            self.send_error(server.status)
            return
        body = server.files[name]
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and server.ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        if server.length:
            self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        # a connection that breaks: fewer bytes than promised
        self.wfile.write(body[start:][: server.breaks_after])

    def log_message(self, *args):
        pass


@contextmanager
def mirror(
    files: Mapping[str, bytes],
    status: int | None = None,
    ranges: bool = True,
    length: bool = True,
    breaks_after: int | None = None,
) -> Iterator[ThreadingHTTPServer]:
    """A running server with the attribute ``url``; ``asked`` lists the names and ranges asked for.

    status: an error for all. ranges: whether it knows them. length: whether it tells one.
    breaks_after: bytes after which connections break.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Mirror)
    server.files, server.asked = files, []
    server.status, server.ranges, server.length = status, ranges, length
    server.breaks_after = breaks_after
    server.url = f"http://127.0.0.1:{server.server_port}/mnist/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
