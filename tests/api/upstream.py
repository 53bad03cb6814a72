"""An upstream on a real socket that answers whatever a test wants, well-formed or not."""

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlsplit

Rule = Callable[["Request"], "bytes | Iterator[bytes]"]


@dataclass(frozen=True)
class Request:
    """A request, as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    nth: int
    target: str = ""

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), keep_blank_values=True)


def reply(body: object = b"", status: int = 200, **headers: object) -> bytes:
    """A whole HTTP answer; what isn't bytes is sent as JSON. Underscores in header names stand for hyphens."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-type": "application/json", "content-length": len(raw), "connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + raw


def points(*ids: str) -> list[dict[str, object]]:
    return [{"id": id, "charge_point_id": f"CP-{id}", "latitude": 52.5, "longitude": 13.4} for id in ids]


@dataclass
class Upstream:
    """`api` and `token` are the rules by which it answers; `asked` is what it was asked of the API, `forms` of tokens."""

    url: str
    api: Rule = lambda asked: reply([])
    token: Rule = lambda asked: reply({"access_token": f"token-{asked.nth}", "expires_in": 3600, "token_type": "Bearer"})
    asked: list[Request] = field(default_factory=list)
    forms: list[Request] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> "bytes | Iterator[bytes]":
        url = urlsplit(target)
        is_token = url.path == "/token"
        log, rule = (self.forms, self.token) if is_token else (self.asked, self.api)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        with self._lock:
            asked = Request(method, url.path, query, headers, body, len(log) + 1, target)
            log.append(asked)
        return rule(asked)

    def drip(self, start: bytes, forever: bytes = b" ") -> Iterator[bytes]:
        """Some bytes, then one byte at a time for as long as the test runs."""
        yield start
        while not self.gone.wait(0.001):
            yield forever


class _Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with suppress(OSError, ValueError):
            method, target, _ = self.rfile.readline().decode("latin-1").split(" ", 2)
            headers = {}
            while line := self.rfile.readline().decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            answer = self.server.upstream.answer(method, target, headers, body)
            for part in [answer] if isinstance(answer, bytes) else answer:
                self.wfile.write(part)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
            self.connection.shutdown(socket.SHUT_RDWR)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    upstream: Upstream


@contextmanager
def serving() -> Iterator[Upstream]:
    """An upstream on a free port of this machine."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        upstream = server.upstream = Upstream(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield upstream
        finally:
            upstream.gone.set()
            server.shutdown()
            thread.join()
