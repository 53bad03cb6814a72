"""Calls on their way: in their turn, with a deadline, repeated where that is safe, answered or failed in words.

Redirects are not followed, so that nothing secret ever reaches another host than the one that was asked.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from wirelane_geo.api._calls import Answer, Call, refusal, unexpected
from wirelane_geo.api._deadline import Deadline
from wirelane_geo.api._hosts import Host, Hosts
from wirelane_geo.api._metrics import Exchange, Observe
from wirelane_geo.api._retry import REFUSED_FOR_NOW, Retry
from wirelane_geo.errors import ApiBadAnswer, ApiError, ApiPaused, ApiUnreachable

_ERROR_BYTES = 64 * 1024
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class _NoAnswer:
    """Why there is no answer, whether the same call may well work in a moment, and whether the host is to blame."""

    error: ApiError
    passing: bool
    never_sent: bool = False
    blamed: bool = False


class Transport:
    """Sends calls. Thread-safe. `at_once`: so many requests may be under way at a host, those of others counted; None: any
    number. `sleep(seconds)` stands in for waiting between attempts."""

    def __init__(
        self, client: httpx.Client, *, timeout: float, max_bytes: int, retry: Retry, hosts: Hosts,
        at_once: int | None = None, sleep: Callable[[float], object] | None = None, observe: Observe | None = None,
    ) -> None:
        self._client = client
        self._at_once = at_once
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._retry = retry
        self._hosts = hosts
        self._sleep = sleep
        self._observe = observe
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
            return self._guarded(call, deadline)
        finally:
            with self._lock:
                self._under_way.remove(deadline)

    def _guarded(self, call: Call, deadline: Deadline) -> Answer:
        """The call, if its host's circuit lets it through; the host learns what became of it."""
        host = self._hosts.of(call.url)
        try:
            host.enter(str(call))
        except ApiPaused:
            self._tell(call, host, ApiPaused.__name__, 0.0)
            raise
        outcome: Answer | _NoAnswer | None = None
        try:
            outcome = self._repeated(call, deadline, host)
        finally:
            if isinstance(outcome, Answer):
                host.failed(_error(outcome)) if outcome.status >= 500 else host.worked()
            elif isinstance(outcome, _NoAnswer) and isinstance(outcome.error, ApiBadAnswer):
                host.worked()
            elif outcome is not None and outcome.blamed:
                host.failed(outcome.error)
            else:
                host.left_open()
        if isinstance(outcome, Answer) and outcome.status in (200, 201):
            return outcome
        raise _error(outcome)

    def _repeated(self, call: Call, deadline: Deadline, host: Host) -> Answer | _NoAnswer:
        """What came of the call in the end, with its repetitions."""
        attempt = 0
        while True:
            outcome = self._attempt(call, deadline, host)
            if isinstance(outcome, Answer) and outcome.status in (200, 201):
                return outcome
            attempt += 1
            if attempt >= self._retry.attempts or not _worth_repeating(call, outcome):
                return outcome
            wait = self._retry.wait(attempt - 1, outcome.headers if isinstance(outcome, Answer) else {})
            if wait >= deadline.remaining():
                return outcome
            (self._sleep or deadline.wait)(wait)

    def _attempt(self, call: Call, deadline: Deadline, host: Host) -> Answer | _NoAnswer:
        wait = host.turn(deadline.remaining())
        if wait is None:
            why = f"was not sent: {host.name} is asked as often as it may be, and the call's time is up before its turn"
            return _NoAnswer(ApiUnreachable(f"{call} {why}", request=str(call)), passing=False, never_sent=True)
        if wait > 0:
            (self._sleep or deadline.wait)(wait)
        if self._at_once is None:
            return self._told(call, deadline, host)
        with host.place(self._at_once, deadline) as taken:
            if taken:
                return self._told(call, deadline, host)
        why = f"was not sent: {host.name} stands {self._at_once} requests at a time, and the call's time is up before its turn"
        return _NoAnswer(ApiUnreachable(f"{call} {why}", request=str(call)), passing=False, never_sent=True)

    def _told(self, call: Call, deadline: Deadline, host: Host) -> Answer | _NoAnswer:
        began = time.perf_counter()
        outcome = self._sent(call, deadline)
        what = str(outcome.status) if isinstance(outcome, Answer) else type(outcome.error).__name__
        self._tell(call, host, what, time.perf_counter() - began)
        return outcome

    def _tell(self, call: Call, host: Host, outcome: str, seconds: float) -> None:
        if self._observe is not None:
            self._observe(Exchange(call.operation, host.name, outcome, seconds))

    def _sent(self, call: Call, deadline: Deadline) -> Answer | _NoAnswer:
        had = deadline.remaining()
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
        return self._no_answer(call, failed, deadline, had)

    def _no_answer(self, call: Call, error: httpx.HTTPError, deadline: Deadline, had: float) -> _NoAnswer:
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
        hasty = deadline.remaining() <= 0 and had < self._timeout  # says more of who asked than of the host
        return _NoAnswer(ApiUnreachable(f"{call} {why}", request=str(call)), passing, isinstance(error, _NEVER_SENT),
                         blamed=passing and not hasty and not deadline.cancelled and not self._closed)

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


def _error(outcome: Answer | _NoAnswer) -> ApiError:
    if isinstance(outcome, _NoAnswer):
        return outcome.error
    return refusal(outcome) if outcome.status >= 400 else unexpected(outcome)
