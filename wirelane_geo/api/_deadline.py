"""A call's time is up when it is up, however slowly the other side sends.

httpx's own timeouts hold for one read each, so that a server which sends a byte now and then could keep a call for
ever. Here every read, write and connect gets no more time than the whole call still has. (Looking up a host name
can't be bounded this way; the resolver's own timeout holds.)
"""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from typing import Any

import httpcore
import httpx

Clock = Callable[[], float]
"""A monotonic clock, in seconds."""


class Deadline:
    """The moment at which a call must be over. It can be brought forward from any thread: `cancel`."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether somebody ended it before its time."""
        return self._cancelled.is_set()

    def remaining(self) -> float:
        """Seconds left, 0 when it has passed."""
        return 0.0 if self.cancelled else max(0.0, self._end - self._clock())

    def cancel(self) -> None:
        """Let no more time be left; whoever waits goes on at once."""
        self._cancelled.set()

    def wait(self, seconds: float) -> None:
        """Wait, until it is cancelled at most."""
        self._cancelled.wait(seconds)

    def part(self) -> "Deadline":
        """The same moment, for a part of the call; as a context it is cancelled at the end."""
        part = copy(self)
        part._cancelled = threading.Event()
        return part

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(self, *exc: object) -> None:
        self.cancel()

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Inside, the network operations of this thread end with the deadline."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def enforce(client: httpx.Client) -> None:
    """Let the connections of a client keep to the deadline that is applied. A transport that isn't httpx's own is left
    alone. httpx has no public place for this; the test of a server that trickles its headers guards it."""
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            pool = transport._pool
            pool._network_backend = _Backend(pool._network_backend)


def _left(timeout: float | None, passed: type[Exception]) -> float | None:
    deadline = _current.get()
    if deadline is None:
        return timeout
    remaining = deadline.remaining()
    if remaining <= 0:
        raise passed("the time of the whole call is up")
    return remaining if timeout is None else min(timeout, remaining)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, timeout, local_address, socket_options))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        timeout = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_unix_socket(path, timeout, socket_options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)
