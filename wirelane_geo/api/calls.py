"""One call to an upstream: sent with a deadline, repeated where that is safe, answered or failed in words.

Redirects are not followed, so that nothing secret ever reaches another host than the one that was asked.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from wirelane_geo.api.deadline import Deadline
from wirelane_geo.api.retry import REFUSED_FOR_NOW, Retry, retry_after
from wirelane_geo.errors import (
    ApiBadAnswer,
    ApiBadRequest,
    ApiError,
    ApiForbidden,
    ApiNotFound,
    ApiRefused,
    ApiServerFault,
    ApiTooMany,
    ApiUnauthorized,
    ApiUnreachable,
)

_ERROR_BYTES = 64 * 1024
_JSON = re.compile(r"(application/([\w.-]+\+)?json|text/json)\s*(;.*)?")
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

REFUSALS: Mapping[int, tuple[type[ApiRefused], str]] = {
    400: (ApiBadRequest, "A parameter or the body isn't right."),
    401: (ApiUnauthorized, "The credentials or the token are not accepted."),
    403: (ApiForbidden, "The account's scope or organization doesn't reach this."),
    404: (ApiNotFound, "There is no such thing."),
    429: (ApiTooMany, "Ask less often."),
}
"""Error and what it means, by HTTP status; any 5xx is an ApiServerFault, any other 4xx a plain ApiRefused."""


@dataclass(frozen=True)
class Call:
    """What is asked. `repeatable`: asking twice does no more than asking once. `secrets` never appear in an error."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    repeatable: bool = True
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        """"METHOD url", to be shown to a person: without headers, without body, not endless."""
        url = str(httpx.URL(self.url, params=self.params) if self.params else self.url)
        return f"{self.method} {url if len(url) <= 300 else url[:299] + '…'}"

    def bad_answer(self, what: str) -> ApiBadAnswer:
        """The error that says what is wrong with the answer."""
        return ApiBadAnswer(f"{self} {what}", request=str(self))

    def without_secrets(self, text: str) -> str:
        """A text of the upstream's, fit to be shown: one line, not endless, secrets struck out."""
        for secret in self.secrets:
            if len(secret) > 2:
                text = text.replace(secret, "***")
        text = " ".join(text.split())
        return text if len(text) <= 500 else text[:499] + "…"


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (names in lower case), body."""

    call: Call
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json_body(self) -> bytes:
        """The body, if it claims to be JSON (or nothing). Raises ApiBadAnswer."""
        kind = self.headers.get("content-type", "")
        if kind and not _JSON.fullmatch(kind.lower()):
            raise self.call.bad_answer(f"answered {kind[:80]!r} instead of JSON. Check the URL.")
        return self.body


@dataclass(frozen=True)
class _NoAnswer:
    """Why there is no answer, and whether the same call may well work in a moment."""

    error: ApiError
    passing: bool
    never_sent: bool = False


class Caller:
    """Sends calls. Thread-safe. `sleep(seconds)` stands in for waiting between attempts."""

    def __init__(
        self, client: httpx.Client, *, timeout: float, max_bytes: int, retry: Retry,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._client = client
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._retry = retry
        self._sleep = sleep
        self._lock = threading.Lock()
        self._closed = False
        self._under_way: list[Deadline] = []

    def close(self) -> None:
        """Send nothing any more, wait for nothing any more, hang up."""
        with self._lock:
            self._closed = True
            for deadline in self._under_way:
                deadline.cancel()
        self._client.close()

    def answer(self, call: Call, deadline: Deadline) -> Answer:
        """The answer, always of status 200 or 201. Raises ApiError."""
        with self._lock:
            if self._closed:
                raise ApiUnreachable(f"{call} was not sent: the client is closed", request=str(call))
            self._under_way.append(deadline)
        try:
            return self._repeated(call, deadline)
        finally:
            with self._lock:
                self._under_way.remove(deadline)

    def _repeated(self, call: Call, deadline: Deadline) -> Answer:
        attempt = 0
        while True:
            outcome = self._attempt(call, deadline)
            if isinstance(outcome, Answer) and outcome.status in (200, 201):
                return outcome
            attempt += 1
            if attempt >= self._retry.attempts or not _worth_repeating(call, outcome):
                raise _error(outcome)
            wait = self._retry.wait(attempt - 1, outcome.headers if isinstance(outcome, Answer) else {})
            if wait >= deadline.remaining():
                raise _error(outcome)
            (self._sleep or deadline.wait)(wait)

    def _attempt(self, call: Call, deadline: Deadline) -> Answer | _NoAnswer:
        try:
            with deadline.applied():
                return self._exchange(call, deadline)
        except ApiBadAnswer as error:
            return _NoAnswer(error, passing=False)
        except httpx.HTTPError as error:
            failed = error
        except RuntimeError:  # httpx's word for a client that was closed a moment ago
            if not self._closed:
                raise
            failed = httpx.PoolTimeout("the client is closed")
        return _no_answer(call, failed, deadline)

    def _exchange(self, call: Call, deadline: Deadline) -> Answer:
        request = self._client.build_request(
            call.method, call.url, params=call.params or None, headers=dict(call.headers), content=call.body,
            timeout=max(0.001, min(self._timeout, deadline.remaining())),
        )
        if deadline.remaining() <= 0:
            raise httpx.PoolTimeout("the time of the whole call is up")
        response = self._client.send(request, stream=True)
        try:
            body = self._body(call, response, deadline)
        finally:
            response.close()
        return Answer(call, response.status_code, response.headers, body)

    def _body(self, call: Call, response: httpx.Response, deadline: Deadline) -> bytes:
        """The body; of an error, what is worth reading of it. Raises ApiBadAnswer where it is too large."""
        is_error = response.status_code >= 300
        limit = _ERROR_BYTES if is_error else self._max_bytes
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > limit:
                if is_error:
                    return b""
                raise call.bad_answer(f"answered more than {limit:,} bytes. Ask for less at a time (page_size).")
            if deadline.remaining() <= 0:
                raise httpx.ReadTimeout("the time of the whole call is up")
            chunks.append(chunk)
        return b"".join(chunks)


def _worth_repeating(call: Call, outcome: Answer | _NoAnswer) -> bool:
    """What was answered 429 or never sent did nothing yet, so may be sent again whatever it is."""
    if isinstance(outcome, _NoAnswer):
        return outcome.passing and (call.repeatable or outcome.never_sent)
    return outcome.status == 429 or (call.repeatable and outcome.status in REFUSED_FOR_NOW)


def _no_answer(call: Call, error: httpx.HTTPError, deadline: Deadline) -> _NoAnswer:
    text = call.without_secrets(str(error)) or type(error).__name__
    if isinstance(error, httpx.DecodingError):
        return _NoAnswer(call.bad_answer(f"answered a body that can't be unpacked: {text}"), passing=False)
    if deadline.cancelled:
        why = "was given up: nobody waits for it any more"
    elif deadline.remaining() <= 0:
        why = f"had no complete answer within the {deadline.seconds:g} s that the whole call may take"
    elif isinstance(error, httpx.TimeoutException):
        why = f"had no answer in time ({text})"
    elif isinstance(error, _NEVER_SENT):
        why = f"could not be sent: {text}"
    else:
        why = f"was cut off: {text}"
    passing = not isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol)
    return _NoAnswer(ApiUnreachable(f"{call} {why}", request=str(call)), passing, isinstance(error, _NEVER_SENT))


def _error(outcome: Answer | _NoAnswer) -> ApiError:
    if isinstance(outcome, _NoAnswer):
        return outcome.error
    return refusal(outcome) if outcome.status >= 400 else _unexpected(outcome)


def _unexpected(answer: Answer) -> ApiBadAnswer:
    if not 300 <= answer.status < 400:
        return answer.call.bad_answer(f"answered {answer.status}, not 200")
    place = answer.call.without_secrets(answer.headers.get("location", "").partition("?")[0]) or "nowhere"
    return answer.call.bad_answer(
        f"answered {answer.status}, a redirect to {place}. Redirects are not followed, so that no token reaches "
        "another host; if the API has moved, set its new URL."
    )


def refusal(answer: Answer) -> ApiRefused:
    """The error for an answer of status 400 or above."""
    code, message = _said(answer)
    kind, meaning = REFUSALS.get(answer.status, (ApiRefused, ""))
    if answer.status >= 500:
        kind, meaning = ApiServerFault, "The upstream has failed."
    said = ": ".join(part for part in (code, message) if part)
    text = f"{answer.call} answered {answer.status}{f' ({said})' if said else ''}. {meaning}".rstrip()
    if (asked := retry_after(answer.headers)) is not None:
        text += f" It asks to wait {asked:,.0f} s."
    return kind(text, request=str(answer.call), status=answer.status, error_code=code, error_message=message)


def _said(answer: Answer) -> tuple[str | None, str | None]:
    """error_code and error_message of a body: the API's, or what OAuth calls error and error_description."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(body, dict):
        return None, None
    code = body.get("error_code") or body.get("error")
    message = body.get("error_message") or body.get("error_description")
    return tuple(  # type: ignore[return-value]
        answer.call.without_secrets(str(part)) if isinstance(part, str | int) else None for part in (code, message)
    )
