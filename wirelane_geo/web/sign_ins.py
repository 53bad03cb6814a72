"""Who is signed in, as this process knows it: a secret in a cookie that no script can read, and behind it what is the person's.

A browser gets its secret by HTTP alone, for a ticket that a page was given, each time a new one. Pages are asked over websockets
and never see it: they get its digest in a header that only this process writes (`SignInHeader`). What several processes have in
common is sealed with the secret itself (`sealed_sign_ins`); without that, a restart signs everybody out.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from wirelane_geo.web.sealed_sign_ins import SealedSignIns, digest

__all__ = ["COOKIE", "HEADER", "SignInHeader", "SignIns", "digest", "give", "key_of", "take_back"]

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
    clock is a monotonic one, in seconds; with `sealed`, what all processes have in common, one that they share, since 1970."""

    def __init__(self, idle: float, ended: Callable[[T], None], clock: Callable[[], float] = time.monotonic,
                 sealed: SealedSignIns[T] | None = None) -> None:
        self.idle = idle
        self._ended, self._clock, self._sealed = ended, clock, sealed
        self._lock = threading.Lock()
        self._open: dict[str, _Open[T]] = {}
        self._offered: dict[str, _Open[T]] = {}

    def offer(self, whose: T) -> str:
        """A ticket for who has just shown a password; good once, for TICKET_S."""
        ticket, now = secrets.token_urlsafe(32), self._clock()
        self.sweep()
        if self._sealed is not None:
            self._sealed.put("ticket", ticket, whose, now, now + TICKET_S)
        with self._lock:
            self._offered[digest(ticket)] = _Open(whose, now, now)
        return ticket

    def begin(self, ticket: str) -> str | None:
        """The secret of a new sign-in; None: the ticket is none, or none any more."""
        self.sweep()
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            offered = self._offered.pop(digest(ticket), None)
        whose = None if offered is None else offered.whose
        if self._sealed is not None:
            elsewhere = self._sealed.take("ticket", ticket)
            whose = None if elsewhere is None else whose or elsewhere
        if whose is None:
            return None
        if self._sealed is not None:
            self._sealed.put("sign-in", secret, whose, now, now + self.idle)
        with self._lock:
            self._open[digest(secret)] = _Open(whose, now, now)
        self.sweep()
        return secret

    def meet(self, secret: str) -> None:
        """A browser has come with a secret: what another process has kept for it is at hand from now on."""
        key = digest(secret)
        if self._sealed is None or key in self._open or (found := self._sealed.get("sign-in", secret)) is None:
            return
        with self._lock:
            known = self._open.setdefault(key, _Open(*found, self._clock()))
        if known.whose is not found[0]:  # another thread was first
            self._ended(found[0])

    def find(self, key: str | None) -> T | None:
        """What is kept for the digest of a secret, which is used by this; None: nobody is signed in by it."""
        self.sweep()
        with self._lock:
            found = self._open.get(key or "")
            if found is None:
                return None
            found.used = self._clock()
        if self._sealed is not None and not self._sealed.records.extend("sign-in", key or "", self._due(found)):
            self.end(key)
            return None
        return found.whose

    def left(self, key: str | None) -> float:
        """Seconds until this sign-in ends by itself; 0: it has. Asking is no use of it."""
        self.sweep()
        with self._lock:
            found = self._open.get(key or "")
        if self._sealed is None or key is None:
            return 0.0 if found is None else self._due(found) - self._clock()
        record = self._sealed.records.get("sign-in", key)
        return 0.0 if record is None else record[1] - self._clock()

    def end(self, key: str | None) -> None:
        """Sign out, everywhere."""
        if self._sealed is not None and key is not None:
            self._sealed.records.take("sign-in", key)
        with self._lock:
            found = self._open.pop(key or "", None)
        if found is not None:
            self._ended(found.whose)

    def sweep(self) -> None:
        """End what is over. Anything that is asked does that first; call it now and then where nobody asks."""
        now = self._clock()
        with self._lock:
            over = [key for key, one in self._open.items() if now >= self._due(one) and not self._is_used_elsewhere(key, one)]
            over += sorted(self._open, key=lambda key: self._open[key].used)[:max(0, len(self._open) - MOST)]
            late = [key for key, one in self._offered.items() if now >= one.began + TICKET_S]
            gone = [self._open.pop(key) for key in dict.fromkeys(over)] + [self._offered.pop(key) for key in late]
        for one in gone:
            self._ended(one.whose)

    def _is_used_elsewhere(self, key: str, one: _Open[T]) -> bool:
        record = None if self._sealed is None else self._sealed.records.get("sign-in", key)
        if record is None:
            return False
        one.used = record[1] - self.idle
        return True

    def _due(self, one: _Open[T]) -> float:
        return min(one.used + self.idle, one.began + LONGEST_S)


def key_of(scope: Scope) -> str | None:
    """The digest of the secret in a request's cookie; None where there is none, or more than one: another application of the
    same host may have put its own beside ours."""
    secret = _secret_of(scope)
    return None if secret is None else digest(secret)


def _secret_of(scope: Scope) -> str | None:
    name = _cookie(scope)
    pairs = [part.strip().partition("=") for line in Headers(scope=scope).getlist("cookie") for part in line.split(";")]
    found = [value for key, _, value in pairs if key == name]
    return found[0] if len(found) == 1 and found[0] else None


def give(response: Response, scope: Scope, secret: str) -> None:
    """Have the browser send the secret with requests of our own pages, until it is closed."""
    response.set_cookie(_cookie(scope), secret, path="/", secure=_by_tls(scope), httponly=True, samesite="strict")


def take_back(response: Response, scope: Scope) -> None:
    """Have the browser forget the secret."""
    response.delete_cookie(_cookie(scope), path="/", secure=_by_tls(scope), httponly=True, samesite="strict")


class SignInHeader:
    """Middleware that tells the application in HEADER whose request it is; what a client says there itself is dropped. `meet` is
    told of the secret of each page that comes, and of each question of one."""

    def __init__(self, app: ASGIApp, meet: Callable[[str], None] = lambda _: None) -> None:
        self._app, self._meet = app, meet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the application with the header as it ought to be."""
        if scope["type"] in ("http", "websocket"):
            name = HEADER.lower().encode()
            headers = [(key, value) for key, value in scope["headers"] if key.lower() != name]
            secret = _secret_of(scope)
            scope = {**scope, "headers": headers if secret is None else [*headers, (name, digest(secret).encode())]}
            if secret is not None and (scope["type"] == "websocket" or scope["path"].startswith("/operator/")):
                await to_thread.run_sync(self._meet, secret)
        await self._app(scope, receive, send)


def _by_tls(scope: Scope) -> bool:
    return scope["scheme"] in ("https", "wss")


def _cookie(scope: Scope) -> str:
    """By TLS under a name that only this host itself can set (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{COOKIE}" if _by_tls(scope) else COOKIE
