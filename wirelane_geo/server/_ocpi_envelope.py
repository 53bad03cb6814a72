"""What all answers of OCPI 2.2.1 have around them, and who may ask: OCPI transport and format, sections 4 and 16."""

import base64
import binascii
import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

SUCCESS = 1000
CLIENT_ERROR, BAD_PARAMETERS, UNKNOWN_LOCATION = 2000, 2001, 2003
SERVER_ERROR = 3000

_ECHOED = ("x-request-id", "x-correlation-id")
LONGEST_ID = 100
"""Characters of a request's id that are sent back."""


class Refused(Exception):
    """A request is answered with an error: `http` is the HTTP status, `code` OCPI's, and the message is for a person."""

    def __init__(self, http: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.http, self.code, self.headers = http, code, dict(headers or {})


def success(request: Request, data: Any = None, *, http: int = 200, message: str | None = None,
            headers: Mapping[str, str] | None = None) -> Response:
    """`data` (anything that msgspec encodes; None: there is none) in the envelope of what went well. `message`: what else is to
    be said."""
    return _answer(request, http, SUCCESS, message or "Success", data, headers)


def refusal(request: Request, error: Refused) -> Response:
    """An error in the envelope."""
    return _answer(request, error.http, error.code, str(error), None, error.headers)


def timestamp(moment: datetime) -> str:
    """OCPI's DateTime: UTC, to the second, "Z" behind it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def is_authorized(request: Request, token: str) -> bool:
    """Whether a request has a token, in base64 as 2.2.1 has it, or as it is, as earlier versions have it; in constant time."""
    return any(hmac.compare_digest(given, token.encode()) for given in tokens_of(request.headers.get("authorization", "")))


def tokens_of(header: str) -> Iterator[bytes]:
    """All that the token in an `Authorization` header may be; none where it has no token."""
    kind, _, given = header.strip().partition(" ")
    given = given.strip()
    if kind.lower() != "token" or not given:
        return
    yield given.encode("utf-8", "replace")
    try:
        yield base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return


def unauthorized() -> Refused:
    """Without the right token."""
    return Refused(401, CLIENT_ERROR, "A token is asked for: Authorization: Token, and the token in base64.",
                   {"WWW-Authenticate": "Token"})


def envelope(code: int, message: str, data: Any) -> dict[str, Any]:
    """The object that OCPI answers are."""
    body = {"status_code": code, "status_message": message, "timestamp": timestamp(datetime.now(UTC))}
    return body if data is None else {"data": data, **body}


def _answer(request: Request, http: int, code: int, message: str, data: Any, headers: Mapping[str, str] | None) -> Response:
    echoed = {name: value[:LONGEST_ID] for name in _ECHOED if (value := request.headers.get(name))}
    return Response(msgspec.json.encode(envelope(code, message, data)), http, {"Cache-Control": "no-store", **echoed,
                    **(headers or {})}, media_type="application/json")
