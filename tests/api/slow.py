"""Servers that take their time, and clocks for which it passes in a moment."""

import threading
import time

from wirelane_geo.errors import ApiError

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
STALLS = {
    "in the body": (HEAD + b"Content-Length: 100000000\r\n\r\n[", b" "),
    "in a body without end": (HEAD + b"\r\n[", b" "),
    "in chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "in the headers": (HEAD + b"X-Slow: ", b"x"),
    "in the status line": (b"HTTP/1.1 200 ", b"O"),
    "in interim answers": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
}


class FastClock:
    """A clock that goes on by a second each time somebody looks, so that a minute passes in a moment."""

    def __init__(self):
        self.now, self.lock = 0.0, threading.Lock()

    def __call__(self):
        with self.lock:
            self.now += 1.0
            return self.now


class Late:
    """The real clock, which can be put forward."""

    late = 0.0

    def __call__(self):
        return time.monotonic() + self.late


def outcome_of(client):
    try:
        return client.points()
    except ApiError as error:
        return error
