"""Who is signed in, as this process knows it: a secret in a cookie that no script can read, and behind it what is the person's.

A browser gets its secret by HTTP alone, for a ticket that a page was given, each time a new one. Pages are asked over websockets
and never see it: they get its digest in a header that only this process writes (`SignInHeader`). Nothing is kept on disk, so
that a restart signs everybody out.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

T = TypeVar("T")

HEADER = "X-Wirelane-Geo-Sign-In"
"""What pages read the digest from; Streamlit lets no page be taken over by who doesn't send the same (.streamlit/config.toml)."""
COOKIE = "wirelane_geo_sign_in"
TICKET_S = 60.0
"""Seconds that a ticket is good for."""
LONGEST_S = 12 * 3600.0
"""Nobody stays signed in for longer, however busy."""
MOST = 1_000
"""Sign-ins at a time; the one that was used longest ago ends first."""


@dataclass
class _Open(Generic[T]):
    whose: T
    began: float
    used: float


class SignIns(Generic[T]):
    """Sign-ins that end when nobody has used them for `idle` seconds; `ended` is called with what was kept. Thread-safe; the
    clock is a monotonic one, in seconds."""

    def __init__(self, idle: float, ended: Callable[[T], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.idle = idle
        self._ended, self._clock = ended, clock
        self._lock = threading.Lock()
        self._open: dict[str, _Open[T]] = {}
        self._offered: dict[str, _Open[T]] = {}

    def offer(self, whose: T) -> str:
        """A ticket for who has just shown a password; good once, for TICKET_S."""
        ticket, now = secrets.token_urlsafe(32), self._clock()
        self.sweep()
        with self._lock:
            self._offered[digest(ticket)] = _Open(whose, now, now)
        return ticket

    def begin(self, ticket: str) -> str | None:
        """The secret of a new sign-in; None: the ticket is none, or none any more."""
        self.sweep()
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            offered = self._offered.pop(digest(ticket), None)
            if offered is None:
                return None
            self._open[digest(secret)] = _Open(offered.whose, now, now)
        self.sweep()
        return secret

    def find(self, key: str | None) -> T | None:
        """What is kept for the digest of a secret, which is used by this; None: nobody is signed in by it."""
        self.sweep()
        with self._lock:
            found = self._open.get(key or "")
            if found is None:
                return None
            found.used = self._clock()
            return found.whose

    def left(self, key: str | None) -> float:
        """Seconds until this sign-in ends by itself; 0: it has. Asking is no use of it."""
        self.sweep()
        with self._lock:
            found = self._open.get(key or "")
            return 0.0 if found is None else self._due(found) - self._clock()

    def end(self, key: str | None) -> None:
        """Sign out."""
        with self._lock:
            found = self._open.pop(key or "", None)
        if found is not None:
            self._ended(found.whose)

    def sweep(self) -> None:
        """End what is over. Anything that is asked does that first; call it now and then where nobody asks."""
        now = self._clock()
        with self._lock:
            over = [key for key, one in self._open.items() if now >= self._due(one)]
            over += sorted(self._open, key=lambda key: self._open[key].used)[:max(0, len(self._open) - MOST)]
            late = [key for key, one in self._offered.items() if now >= one.began + TICKET_S]
            gone = [self._open.pop(key) for key in dict.fromkeys(over)] + [self._offered.pop(key) for key in late]
        for one in gone:
            self._ended(one.whose)

    def _due(self, one: _Open[T]) -> float:
        return min(one.used + self.idle, one.began + LONGEST_S)


def digest(secret: str) -> str:
    """What a secret is known by where it need not be known itself."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def key_of(scope: Scope) -> str | None:
    """The digest of the secret in a request's cookie; None where there is none, or more than one: another application of the
    same host may have put its own beside ours."""
    name = _cookie(scope)
    pairs = [part.strip().partition("=") for line in Headers(scope=scope).getlist("cookie") for part in line.split(";")]
    found = [value for key, _, value in pairs if key == name]
    return digest(found[0]) if len(found) == 1 and found[0] else None


def give(response: Response, scope: Scope, secret: str) -> None:
    """Have the browser send the secret with requests of our own pages, until it is closed."""
    response.set_cookie(_cookie(scope), secret, path="/", secure=_by_tls(scope), httponly=True, samesite="strict")


def take_back(response: Response, scope: Scope) -> None:
    """Have the browser forget the secret."""
    response.delete_cookie(_cookie(scope), path="/", secure=_by_tls(scope), httponly=True, samesite="strict")


class SignInHeader:
    """Middleware that tells the application in HEADER whose request it is; what a client says there itself is dropped."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the application with the header as it ought to be."""
        if scope["type"] in ("http", "websocket"):
            name = HEADER.lower().encode()
            headers = [(key, value) for key, value in scope["headers"] if key.lower() != name]
            key = key_of(scope)
            scope = {**scope, "headers": headers if key is None else [*headers, (name, key.encode())]}
        await self._app(scope, receive, send)


def _by_tls(scope: Scope) -> bool:
    return scope["scheme"] in ("https", "wss")


def _cookie(scope: Scope) -> str:
    """By TLS under a name that only this host itself can set (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{COOKIE}" if _by_tls(scope) else COOKIE
