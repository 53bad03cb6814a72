"""The cookie that a browser is signed in by: no script reads it, no other site's page sends it, no other host sets it by TLS."""

import hashlib

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "wirelane_geo_sign_in"
HEADER = "X-Wirelane-Geo-Secret"
"""What pages read the cookie's secret from, as they are asked over websockets."""
DIGEST = "X-Wirelane-Geo-Sign-In"
"""Its digest: Streamlit lets no page be taken over by who doesn't send the same (.streamlit/config.toml)."""


def digest(secret: str) -> str:
    """What a secret is known by where it need not be known itself."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def secret_of(scope: Scope) -> str | None:
    """The secret in a request's cookie; None where there is none, or more than one: another application of the same host may
    have put its own beside ours."""
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


class SignInHeaders:
    """Middleware that tells the application in HEADER and DIGEST whose request it is; what a client says there itself is
    dropped."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the application with the headers as they ought to be."""
        if scope["type"] in ("http", "websocket"):
            names = [name.lower().encode() for name in (HEADER, DIGEST)]
            headers = [(key, value) for key, value in scope["headers"] if key.lower() not in names]
            if (secret := secret_of(scope)) is not None:
                headers += zip(names, (secret.encode("latin-1"), digest(secret).encode()), strict=True)
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)


def _by_tls(scope: Scope) -> bool:
    return scope["scheme"] in ("https", "wss")


def _cookie(scope: Scope) -> str:
    """By TLS under a name that only this host itself can set (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{COOKIE}" if _by_tls(scope) else COOKIE
