"""How does a server of the web behave on a bad day? A real one, that can be told to."""

import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG, DROP, DRIP, ENDLESS, NONSENSE = "hang", "drop", "drip", "endless", "nonsense"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


class WebServer:
    """What it was asked, and what it answers next: (status, body), or a fault; usually 200."""

    def __init__(self, usual: tuple[int, str] = (200, "{}")) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.usual = usual
        self.answers: deque[Any] = deque()
        self.port = 0
        self.over = threading.Event()

    def then(self, *answers: tuple[int, str] | tuple[int, str, dict[str, str]] | str | None) -> "WebServer":
        """Answer so, one after the other; None is the usual answer in between."""
        self.answers.extend(answers)
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, web: WebServer) -> None:
        self.web = web
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients of these tests hang up as they like."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        self.web = self.server.web
        self.web.connections += 1
        self.number = self.web.connections
        super().setup()

    def do_POST(self) -> None:
        web = self.web
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        web.requests.append(Request(self.path, headers, body, self.number))
        answer = (web.answers.popleft() if web.answers else None) or web.usual
        if not isinstance(answer, str):
            self._say(*answer)
            return
        self.close_connection = True
        try:
            {
                DROP: self._drop,
                HANG: self._hang,
                DRIP: self._drip,
                ENDLESS: self._endless,
                NONSENSE: self._nonsense,
            }[answer]()
        except OSError:
            return  # the client has had enough

    def _say(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _drop(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def _hang(self) -> None:
        self.web.over.wait(60)

    def _drip(self) -> None:
        """A byte of a header now and then, for ever."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.web.over.wait(0.05):
            self.wfile.write(b"x")

    def _endless(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while not self.web.over.is_set():
            self.wfile.write(b"more " * 1000)

    def _nonsense(self) -> None:
        self.wfile.write(b"\x00\xff\xfe what is HTTP?\r\n" * 50)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@contextmanager
def serving(web: WebServer, tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """The server at work on this machine, at its `port`."""
    server = _Server(web)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
