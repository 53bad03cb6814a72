"""Who is let in before anything is done for them: known hosts, our own pages' requests, and so many open pages.

A page is open as long as its websocket is. Refusals are plain sentences.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from wirelane_geo.web._messages import Messages
from wirelane_geo.web.network import network_of

UNUSED = "/_stcore/upload_file"
"""Streamlit's endpoint for files that visitors send. No page of ours takes one."""
LONGEST_ADDRESS = 16_384
"""Bytes of a request's path and query together."""


@dataclass(frozen=True)
class Rules:
    """hosts: names that the service is asked for by, beside this machine's own; none: any. pages: open at a time, in total
    and for one address (of IPv6: one network of 64 bits)."""

    hosts: Collection[str] = ()
    pages: int = 2_000
    pages_per_address: int = 200


class Admission:
    """Middleware that refuses before the application is asked."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app, self._rules = app, rules
        self._open: Counter[str] = Counter()
        self._messages = Messages(rules.pages_per_address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or refuse in words."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(refusal, scope, receive, send)
        elif scope["type"] == "websocket":
            await self._page(_same_origin(scope), receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._rules.hosts and _name(host) not in (*self._rules.hosts, *_OWN):
            return PlainTextResponse("This service is not known by that name. WIRELANE_GEO_HOSTS has those it is known by.", 421)
        if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return PlainTextResponse(f"An address has {LONGEST_ADDRESS:,} bytes at most.", 414)
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return PlainTextResponse("An address has no NUL (%00): no database keeps it.", 400)
        if UNUSED in scope["path"]:
            return PlainTextResponse("There is nothing to send files to.", 404)
        asks = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if asks and origin is not None and not self._ours(origin, host):
            return PlainTextResponse("This was asked by a page of another site.", 403)
        if self._is_full(scope):
            return PlainTextResponse("Too many pages are open at the moment. Try again in a minute.", 503, {"Retry-After": "60"})
        return None

    def _ours(self, origin: str, host: str) -> bool:
        """Whether a page of this service asks: its origin is the host that is asked, or one that the setting names."""
        try:
            netloc = urlsplit(origin).netloc
        except ValueError:
            return False
        return bool(netloc) and (netloc == host or _name(netloc) in self._rules.hosts)

    def _is_full(self, scope: Scope) -> bool:
        accepted = Headers(scope=scope).get("accept", "")
        page = scope["type"] == "websocket" or (scope["method"] == "GET" and "text/html" in accepted)
        return page and (self._open.total() >= self._rules.pages
                         or self._open[_network(scope)] >= self._rules.pages_per_address)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        network = _network(scope)
        self._open[network] += 1
        try:
            await self._app(scope, *self._messages.of(network, receive, send))
        finally:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]


_OWN = ("localhost", "127.0.0.1", "[::1]")


def _name(netloc: str) -> str:
    """A host without its port."""
    name, colon, port = netloc.rpartition(":")
    return (name if colon and port.isdigit() else netloc).lower()


def _same_origin(scope: Scope) -> Scope:
    """The scope with its origin, which is ours, named as the host is: for another one Streamlit asks hosts on the internet for
    this machine's address."""
    headers = Headers(scope=scope)
    if "origin" not in headers or urlsplit(headers["origin"]).netloc == headers.get("host"):
        return scope
    named = [(name, value) for name, value in scope["headers"] if name != b"origin"]
    return {**scope, "headers": [*named, (b"origin", f"http://{headers.get('host', '')}".encode("latin-1"))]}


def _network(scope: Scope) -> str:
    client = scope.get("client")
    return network_of(client[0] if client else None)


async def _refuse(response: PlainTextResponse, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    socket = WebSocket(scope, receive, send)
    await socket.receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        await socket.send_denial_response(response)
    else:
        await socket.close(1008)
