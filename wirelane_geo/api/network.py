"""The network that the client's calls go over: every operation on it ends with the call's deadline.

httpx's own timeouts hold for one read each, so that a server which sends a byte now and then could keep a call for
ever. httpcore, on which httpx stands, lets its user say how the network is used (`NetworkBackend`), but httpx has no way
to hand one through. So this is a transport of its own: httpx makes the request and reads the response, httpcore carries
both, and in between every read, write and connect gets no more time than the whole call still has. (Looking up a host
name can't be bounded this way; the resolver's own timeout holds.)
"""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from wirelane_geo.api._deadline import left
from wirelane_geo.errors import BadSetting

CONNECTIONS = 100
KEPT = 20
"""Connections that are kept open after use, of all."""
KEPT_S = 5.0
"""For so long."""


class Network(httpx.BaseTransport):
    """HTTP/1.1 over TCP and TLS, through the proxies that the environment names (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY,
    NO_PROXY). Thread-safe. Raises BadSetting for a proxy that can't be used, else httpx's exceptions."""

    def __init__(self, connections: int = CONNECTIONS, kept: int = KEPT) -> None:
        self._options: dict[str, Any] = {
            "ssl_context": trusted(), "max_connections": connections, "max_keepalive_connections": kept,
            "keepalive_expiry": KEPT_S, "network_backend": _Backend(httpcore.SyncBackend())}
        self._direct = httpcore.ConnectionPool(**self._options)
        self._proxied = {scheme: self._through(proxy) for scheme, proxy in getproxies().items()
                         if scheme in ("http", "https", "all") and proxy}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read."""
        asked = httpcore.Request(
            request.method, _url(request.url), headers=request.headers.raw, content=request.stream, extensions=request.extensions)
        with _as_httpx():
            answer = self._pool(request.url).handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """Hang up."""
        for pool in (self._direct, *self._proxied.values()):
            pool.close()

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        pool = self._proxied.get(url.scheme) or self._proxied.get("all")
        if pool is None or proxy_bypass(url.host) or proxy_bypass(url.netloc.decode("ascii")):
            return self._direct
        return pool

    def _through(self, url: str) -> httpcore.ConnectionPool:
        try:
            proxy = httpx.Proxy(url if "://" in url else f"http://{url}")
            if proxy.url.scheme.startswith("socks"):
                return httpcore.SOCKSProxy(_url(proxy.url), proxy_auth=proxy.raw_auth, **self._options)
            return httpcore.HTTPProxy(_url(proxy.url), proxy_auth=proxy.raw_auth, **self._options)
        except (ValueError, httpx.InvalidURL, RuntimeError):  # the last: no package for SOCKS
            raise BadSetting("The proxy that the environment names can't be used: expected http://host:port or "
                             "https://host:port; for socks5://host:port install socksio.") from None


@cache
def trusted() -> ssl.SSLContext:
    """Whom all clients of this process trust: to read the certificates takes longer than most calls."""
    return httpx.create_ssl_context()


def _url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


@contextmanager
def _as_httpx() -> Iterator[None]:
    """httpcore's exceptions as httpx's, which have the same names."""
    try:
        yield
    except Exception as error:
        for kind in type(error).__mro__:
            if kind.__module__.partition(".")[0] == "httpcore" and (same := getattr(httpx, kind.__name__, None)):
                raise same(str(error)) from error
        raise


class _Body(httpx.SyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        timeout = left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, timeout, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)
