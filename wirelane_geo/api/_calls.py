"""One call to an upstream, its answer, and the words for a refusal."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from wirelane_geo.api._retry import retry_after
from wirelane_geo.errors import (
    ApiBadAnswer,
    ApiBadRequest,
    ApiForbidden,
    ApiNotFound,
    ApiRefused,
    ApiServerFault,
    ApiTooMany,
    ApiUnauthorized,
)

_JSON = re.compile(r"(application/([\w.-]+\+)?json|text/json)\s*(;.*)?")

_CODES = ("error_code", "error", "code")
_MESSAGES = ("error_message", "error_description", "message", "detail", "title")

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
    """What is asked. `operation`: its name where requests are counted. `repeatable`: asking twice does no more than asking
    once. `secrets` never appear in an error; `private` are the parameters that are not shown in one either, `shown` is
    the URL that is, where it is another than `url`."""

    operation: str
    method: str
    url: str
    params: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    repeatable: bool = True
    secrets: tuple[str, ...] = field(default=(), repr=False)
    private: frozenset[str] = frozenset()
    shown: str = ""

    def __str__(self) -> str:
        """"METHOD url", to be shown to a person: without headers, without body, without what is private, not endless."""
        open_to_all = {name: value for name, value in self.params.items() if name not in self.private}
        url = str(httpx.URL(self.shown or self.url, params=open_to_all) if open_to_all else self.shown or self.url)
        for name in self.params:
            if name in self.private:
                url += f"{'&' if '?' in url else '?'}{name}=***"
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


def unexpected(answer: Answer) -> ApiBadAnswer:
    """The error for an answer below 400 that is not the success that it should be."""
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
    """error_code and error_message of a body: the API's, what OAuth calls error and error_description, or the words that
    gateways have for it, also where they are an object of their own."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None, None
    if isinstance(body, dict) and isinstance(inner := body.get("error"), dict):
        body = {**body, "error": None, **inner}
    if not isinstance(body, dict):
        return None, None
    found = (next((part for name in names if type(part := body.get(name)) in (str, int) and part != ""), None)
             for names in (_CODES, _MESSAGES))
    return tuple(None if part is None else answer.call.without_secrets(str(part)) for part in found)  # type: ignore[return-value]
