"""Access tokens: how they are asked for (`POST /token`), what they carry, what they open.

The grants are the contract's: a user's password gives the scope account_admin, client_credentials gives the scope account, and a
refresh token, which comes with the first, what that gave. Every operation asks for account_admin (which the document of 2026
calls admin); `account` is for operations without a user account, of which none is documented: such a token is valid, and is
answered 403 everywhere.
"""

import asyncio
import hmac
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import jwt
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from wirelane_geo.errors import TooManyAttempts
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server.attempts import Attempts
from wirelane_geo.server.credentials import Credentials

logger = logging.getLogger(__name__)

LIFETIME_SECONDS = 3600
REFRESH_SECONDS = 24 * 3600
LEEWAY_SECONDS = 30
"""So much may the clock of the machine that issued a token be ahead of this one's."""
ADMIN, ACCOUNT, REFRESH = "account_admin", "account", "refresh"

_ISSUER = "wirelane-geo"
_ALGORITHM = "HS256"
_CHALLENGE = 'Bearer realm="wirelane"'
_LARGEST_FORM = 64 * 1024
NO_USER = "username and password are not those of a user."
"""What the token endpoint says of a wrong password, and no more than its code does."""
BODY_SECONDS = 30.0
"""So long a body may take to come."""


@dataclass(frozen=True)
class Access:
    """What a token opens."""

    subject: str
    scope: str
    organization: str


def issue(credentials: Credentials, scope: str, now: float | None = None, lifetime: int = LIFETIME_SECONDS) -> str:
    """A signed token (JWT) for this installation's user or client, from `now` (seconds since 1970) on, for so many seconds."""
    issued = int(time.time() if now is None else now)
    return jwt.encode(
        {
            "iss": _ISSUER,
            "sub": credentials.client_id if scope == ACCOUNT else credentials.username,
            "client_id": credentials.client_id,
            "organization": credentials.organization,
            "scope": scope,
            "iat": issued,
            "exp": issued + lifetime,
            "jti": secrets.token_hex(8),
        },
        _key(credentials),
        algorithm=_ALGORITHM,
    )


def access_of(credentials: Credentials, authorization: str | None) -> Access:
    """What the header `Authorization` opens. Raises Refusal (401) without a token that is ours and still valid."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthorized("no_token", "An access token is needed: Authorization: Bearer TOKEN.", error=None)
    try:
        claims = jwt.decode(token.strip(), _key(credentials), algorithms=[_ALGORITHM], issuer=_ISSUER,
                            leeway=LEEWAY_SECONDS, options={"require": ["exp", "iat", "sub", "scope", "organization"]})
        if claims["exp"] <= time.time():  # the leeway is for clocks that are ahead, and lengthens no token's life
            raise jwt.ExpiredSignatureError
    except jwt.ExpiredSignatureError:
        raise _unauthorized("token_expired", "The access token has expired. Ask for a new one.") from None
    except jwt.ImmatureSignatureError:
        raise _unauthorized("invalid_token", f"The access token was issued more than {LEEWAY_SECONDS} s ahead of this "
                            "server's clock. Set the clocks right.") from None
    except jwt.InvalidTokenError:
        raise _unauthorized("invalid_token", "The access token is not valid here.") from None
    return Access(str(claims["sub"]), str(claims["scope"]), str(claims["organization"]))


def _key(credentials: Credentials) -> bytes:
    """What tokens are signed with: another key as soon as any of the credentials changes, so that older tokens end."""
    parts = (credentials.client_id, credentials.client_secret, credentials.username, credentials.password,
             credentials.organization)
    return hmac.digest(credentials.signing_key.encode(), "\0".join(parts).encode(), "sha256")


def _unauthorized(code: str, message: str, error: str | None = "invalid_token") -> Refusal:
    challenge = _CHALLENGE + (f', error="{error}"' if error else "")
    return Refusal(401, code, message, {"WWW-Authenticate": challenge})


def token_route(credentials: Credentials, attempts: Attempts | None = None, path: str = "/token") -> Route:
    """The route of the token endpoint, for a Starlette application. Without `attempts` any number is heard."""
    return Route(path, TokenEndpoint(credentials, attempts))


class TokenEndpoint:
    """`POST /token`, form encoded; every answer is JSON, errors are HttpError bodies with OAuth's `error` beside. 429 with
    Retry-After after too many wrong attempts."""

    def __init__(self, credentials: Credentials, attempts: Attempts | None = None) -> None:
        self._credentials = credentials
        self._attempts = attempts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        request = Request(scope, receive)
        try:
            granted = self._grant(await _form(request), request.client.host if request.client else None)
        except Refusal as refusal:
            response = _refused(refusal)
        else:
            body = {"access_token": issue(self._credentials, granted), "token_type": "Bearer",
                    "expires_in": LIFETIME_SECONDS, "scope": granted}
            if granted == ADMIN:
                body["refresh_token"] = issue(self._credentials, REFRESH, lifetime=REFRESH_SECONDS)
            response = _json(200, body)
        await response(scope, receive, send)

    def _grant(self, form: dict[str, str], address: str | None) -> str:
        """The scope that a form from an address is granted. Raises Refusal."""
        grant = form.get("grant_type", "")
        if grant not in _SCOPES:
            raise Refusal(400, "unsupported_grant_type" if grant else "invalid_request",
                          "grant_type: expected password, client_credentials or refresh_token.")
        needed = ("client_id", "client_secret", *_NEEDED.get(grant, ()))
        missing = [name for name in needed if name not in form]
        if missing:
            raise Refusal(400, "invalid_request", f"{', '.join(missing)}: missing from the form.")
        if not self._match(address, form, "client_id", "client_secret"):
            raise Refusal(401, "invalid_client", "client_id and client_secret are not those of a client.",
                          {"WWW-Authenticate": _CHALLENGE})
        if grant == "password" and not self._match(address, form, "username", "password"):
            raise Refusal(401, "invalid_grant", NO_USER,
                          {"WWW-Authenticate": _CHALLENGE})
        if grant == "refresh_token":
            self._refreshed(form["refresh_token"])
        scope = _SCOPES[grant]
        if form.get("scope", scope) != scope:
            raise Refusal(400, "invalid_scope", f"scope: this grant gives {scope}.")
        return scope

    def _refreshed(self, token: str) -> None:
        try:
            fresh = access_of(self._credentials, f"Bearer {token}").scope == REFRESH
        except Refusal:
            fresh = False
        if not fresh:
            raise Refusal(401, "invalid_grant", "The refresh token is not valid here, or not any more.",
                          {"WWW-Authenticate": _CHALLENGE})

    def _match(self, address: str | None, form: dict[str, str], *names: str) -> bool:
        """Whether a name and its secret are ours, in a time that tells nothing of how much of them is. Raises Refusal (429)."""
        try:
            attempt = self._attempts.begin(form[names[0]], address) if self._attempts else None
        except TooManyAttempts as error:
            raise Refusal(429, "too_many_attempts", str(error), {"Retry-After": str(error.seconds)}) from None
        same = [hmac.compare_digest(form[name].encode(), str(getattr(self._credentials, name)).encode()) for name in names]
        if attempt and all(same):
            attempt.right()
        return all(same)


_SCOPES = {"password": ADMIN, "client_credentials": ACCOUNT, "refresh_token": ADMIN}
_NEEDED = {"password": ("username", "password"), "refresh_token": ("refresh_token",)}
"""What each grant's form needs beside the client's."""


async def _form(request: Request) -> dict[str, str]:
    if request.method != "POST":
        raise Refusal(405, "method_not_allowed", "Tokens are asked for with POST.", {"Allow": "POST"})
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refusal(400, "invalid_request", "The body has to be application/x-www-form-urlencoded.")
    body = await read_body(request, _LARGEST_FORM)
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    form = dict(pairs)
    if len(form) < len(pairs):
        raise Refusal(400, "invalid_request", "A field is given twice.")
    return form


async def read_body(request: Request, largest: int) -> bytes:
    """The body of a request. Raises Refusal: 413 where it has more than `largest` bytes, 408 where it is slow, 400 where it is
    cut off."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > largest:
                    raise Refusal(413, "body_too_large", f"The body is larger than {largest:,} bytes.")
    except TimeoutError:
        raise Refusal(408, "body_too_slow", f"The body was not there after {BODY_SECONDS:g} s.",
                      {"Connection": "close"}) from None
    except ClientDisconnect:
        logger.info("%s %s: the client left before its body was there", request.method, request.url.path)
        raise Refusal(400, "body_cut_off", "The body was cut off.") from None
    return bytes(body)


def _refused(refusal: Refusal) -> Response:
    body = {"error_code": refusal.code, "error_message": refusal.message,
            "error": refusal.code, "error_description": refusal.message}
    return _json(refusal.status, body, refusal.headers)


def _json(status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json",
                    headers={"Cache-Control": "no-store", **(headers or {})})
