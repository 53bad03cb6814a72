"""Access tokens: fetched once however many threads ask, used until shortly before they expire, renewed when refused."""

import base64
import json
import re
import threading
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as WaitedTooLong
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from wirelane_geo.api._calls import Answer, Call
from wirelane_geo.api._deadline import Clock, Deadline
from wirelane_geo.api._retry import server_time
from wirelane_geo.api._transport import Transport
from wirelane_geo.errors import ApiRefused, ApiUnauthorized, ApiUnreachable

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,16384}")
_SHORTEST, _UNSAID = 30.0, 300.0

_MEANINGS = {
    "invalid_client": "The client's credentials are not accepted: check client id and client secret.",
    "invalid_grant": "The credentials are not accepted: check user and password.",
    "access_denied": "The credentials are not accepted: check user and password.",
    "unauthorized_client": "This client gets no token by the {grant} grant: whoever gave out the client id can allow it.",
    "unsupported_grant_type": "It gives no token by the {grant} grant: check the token URL.",
    "invalid_scope": "It doesn't give this client the scope {scope}: whoever gave out the client id can allow it.",
    "invalid_request": "It doesn't understand how the token is asked for: check the token URL.",
}
"""What OAuth's words for a refused token mean for who has to put it right."""
_OTHERWISE = "The credentials are not accepted: check client id, client secret, user and password."


@dataclass(frozen=True)
class Grant:
    """How an access token is got: with username and password by the password grant (whose scope is called `scope`), else by
    client_credentials (scope account)."""

    client_id: str
    client_secret: str = field(repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    scope: str = "account_admin"

    def form(self, refresh: str | None = None) -> dict[str, str]:
        """The fields that the token endpoint wants; `refresh` is a refresh token to be used up."""
        client = {"client_id": self.client_id, "client_secret": self.client_secret}
        if refresh is not None:
            return {"grant_type": "refresh_token", **client, "refresh_token": refresh}
        if self.username is None or self.password is None:
            return {"grant_type": "client_credentials", **client, "scope": "account"}
        user = {"username": self.username, "password": self.password}
        return {"grant_type": "password", **client, **user}


@dataclass(frozen=True)
class Token:
    """An access token, the seconds it lives from when it was asked for, and the refresh token that came with it."""

    value: str = field(repr=False)
    lifetime: float
    refresh: str | None = field(default=None, repr=False)


class Tokens:
    """The access token of one grant at one token endpoint. Thread-safe."""

    def __init__(self, caller: Transport, token_url: str, grant: Grant, clock: Clock) -> None:
        self._caller = caller
        self._token_url = token_url
        self._grant = grant
        self._clock = clock
        self._lock = threading.Lock()
        self._current: tuple[str, float] | None = None
        self._pending: Future[str] | None = None
        self._refresh: str | None = None

    def get(self, deadline: Deadline, refused: str | None = None) -> str:
        """A token to use now, another one than `refused`, which an API has answered with 401. Raises ApiError."""
        while True:
            with self._lock:
                if self._current is not None:
                    value, renew_at = self._current
                    if value != refused and self._clock() < renew_at:
                        return value
                pending, mine = self._pending, self._pending is None
                if pending is None:
                    pending = self._pending = Future()
            if mine:
                return self._fetch_into(pending, deadline)
            try:
                return pending.result(deadline.remaining())
            except CancelledError:  # who fetched had no more time; we may have
                continue
            except WaitedTooLong:
                pass
            name = f"POST {self._token_url}"
            raise ApiUnreachable(f"{name} had no answer in the time that the whole call may take", request=name)

    def _fetch_into(self, pending: "Future[str]", deadline: Deadline) -> str:
        asked = self._clock()
        try:
            token = self._fetch(deadline)
        except BaseException as error:
            with self._lock:
                self._pending = None
            if deadline.remaining() > 0:
                pending.set_exception(error)
            else:
                pending.cancel()
            raise
        with self._lock:
            self._pending = None
            self._current = token.value, asked + token.lifetime - min(60.0, token.lifetime / 10)
            self._refresh = token.refresh
        pending.set_result(token.value)
        return token.value

    def _fetch(self, deadline: Deadline) -> Token:
        """A new token: by the refresh token of the last one, where it had one and that is taken, else by the grant."""
        if self._refresh is not None:
            refresh, self._refresh = self._refresh, None
            with suppress(ApiUnauthorized):
                return self._asked(self._grant.form(refresh), deadline)
        return self._asked(self._grant.form(), deadline)

    def _asked(self, form: dict[str, str], deadline: Deadline) -> Token:
        call = Call(
            "token", "POST", self._token_url, body=urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            secrets=tuple(form[name] for name in ("client_secret", "password", "refresh_token") if name in form),
        )
        try:
            return read_token(self._caller.answer(call, deadline))
        except ApiRefused as error:
            if error.status not in (400, 401, 403):
                raise
            refused = error
        meaning = _MEANINGS.get(refused.error_code or "", _OTHERWISE).format(
            grant=form["grant_type"], scope=form.get("scope", self._grant.scope))
        said = ": ".join(part for part in (refused.error_code, refused.error_message) if part)
        raise ApiUnauthorized(
            f"{call} answered {refused.status}{f' ({said})' if said else ''}. {meaning}", request=refused.request,
            status=refused.status, error_code=refused.error_code, error_message=refused.error_message,
        )


def read_token(answer: Answer) -> Token:
    """The token in a token endpoint's answer. Raises ApiBadAnswer where there is none that could be sent.

    It lives for expires_in. Without that, until the JWT's exp, by the server's own clock or counted from its iat; without
    that, or where it is less than 30 s, for a time that is worth trying: an API that doesn't accept it any more says so.
    """
    try:
        body = json.loads(answer.json_body())
    except (ValueError, RecursionError):
        body = None
    value = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise answer.call.bad_answer("answered no usable access_token. Check the token URL.")
    kind = body.get("token_type") or "Bearer"
    if str(kind).lower() != "bearer":
        shown = answer.call.without_secrets(str(kind))[:40]
        raise answer.call.bad_answer(f"answered a token of the type {shown!r}, not Bearer")
    lifetime = _seconds(body.get("expires_in"))
    if lifetime is None and (expires := _seconds((claims := _claims(value)).get("exp"))) is not None:
        issued = None if "date" in answer.headers else _seconds(claims.get("iat"))
        lifetime = expires - (server_time(answer.headers) if issued is None else issued)
    refresh = body.get("refresh_token")
    return Token(value, _UNSAID if lifetime is None else max(_SHORTEST, lifetime),
                 refresh if isinstance(refresh, str) and _TOKEN.fullmatch(refresh) else None)


def _seconds(value: object) -> float | None:
    """A finite number of seconds, also where it is written as text."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    return seconds if seconds is not None and abs(seconds) < 1e12 else None


def _claims(token: str) -> dict[str, Any]:
    """What a JWT says of itself; nothing where it isn't one. It isn't verified: the API does that."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
