"""What all operations have in common: who is let in, how they answer, how the published document tells of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Any

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from wirelane_geo.errors import StoreTimeout
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._parameters import Parameter
from wirelane_geo.server._schemas import reference
from wirelane_geo.store import Page
from wirelane_geo.web.turns import Busy, Left, Turns

NAME = "^[a-zA-Z0-9-_]+$"

_REFUSALS: Mapping[int | str, str] = {
    400: "A parameter or the body can't be used; the message names it.",
    401: "No access token, or one that is not valid any more.",
    403: "The token is for another scope or organization, or for one that this is not a part of.",
    404: "There is no such thing.",
    500: "The service failed.",
}

_SEARCHES: Turns[Response] = Turns(at_once=2, in_line=40, seconds=1.0)
_LISTS: Turns[Response] = Turns(at_once=8, in_line=400, seconds=30.0)
"""Who searches words waits for other searches, not for who reads a list, nor they for them."""

PIECE = 1_000
"""Records of a page that are sent at a time."""

Schema = dict[str, Any]


class Operations:
    """Adds the operations of one tag to an application. `gate` lets callers in, who need `scope`; `refusals`: the statuses that
    the contract has for what goes wrong, and what each means."""

    def __init__(self, api: FastAPI, gate: Callable[..., Any], tag: str, *,
                 refusals: Mapping[int | str, str] = _REFUSALS, scope: str = "account_admin") -> None:
        self._refusals, self._scope = refusals, scope
        self._add = partial(api.add_api_route, dependencies=[Depends(gate)], response_class=Response, tags=[tag])

    def add(self, method: str, path: str, endpoint: Callable[..., Response | Awaitable[Response]], summary: str,
            answer: Schema, *, parameters: Sequence[Schema] = (), body: Schema | None = None, but: Sequence[int] = (),
            links: Schema | None = None) -> None:
        """One operation below an organization's path. It refuses with every status of the contract `but` these. `links`:
        what can be asked for next with what it answers, by name."""
        answers: dict[int | str, Schema] = {200: {**answer, "links": links} if links else answer}
        for status, meaning in self._refusals.items():
            if status not in but:
                answers[status] = described(meaning, reference("HttpError"))
        organization = in_path("organizationId", "Organization of the account.", pattern=NAME)
        extra: Schema = {"parameters": [organization, *parameters], "security": [{"OAuth2Password": [self._scope]}],
                         "operationId": _id_of(endpoint)}
        if body is not None:
            extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        self._add(f"/organizations/id/{{organizationId}}{path}", endpoint, methods=[method], summary=summary,
                  responses=answers, openapi_extra=extra)


def in_turn(listing: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """A list as an operation: it waits for its turn, has a deadline, and ends when nobody waits for it any more."""
    @wraps(listing)
    async def endpoint(request: Request) -> Response:
        turns = _SEARCHES if request.query_params.get("search") else _LISTS
        try:
            return await turns.run(request, partial(listing, request))
        except Busy as error:
            raise Refusal(503, "busy", str(error), {"Retry-After": str(error.seconds)}) from None
        except StoreTimeout as error:
            raise Refusal(400, "too_broad", str(error)) from None
        except Left:
            return Response(status_code=499)  # nobody reads it
    return endpoint


def json(body: bytes, headers: dict[str, str] | None = None) -> Response:
    """200 with a body that is JSON already."""
    return Response(body, headers=headers, media_type="application/json")


def json_page(page: Page, **headers: int) -> Response:
    """200 with a page as an array, and X-Total-Count beside other headers."""
    if len(page.bodies) <= PIECE:
        return json(b"[" + b",".join(page.bodies) + b"]", page_headers(page, **headers))
    return StreamingResponse(_in_pieces(page.bodies), headers=page_headers(page, **headers), media_type="application/json")


def page_headers(page: Page, **headers: int) -> dict[str, str]:
    """X-Total-Count, and others with hyphens for their underscores."""
    return {"X-Total-Count": str(page.total), **{name.replace("_", "-"): str(value) for name, value in headers.items()}}


async def _in_pieces(bodies: Sequence[bytes]) -> AsyncIterator[bytes]:
    """An array, some records at a time: a large page is never there a second time, and goes as quickly as it is taken."""
    for start in range(0, len(bodies), PIECE):
        yield (b"," if start else b"[") + b",".join(bodies[start:start + PIECE])
    yield b"]"


def described(meaning: str, schema: Schema) -> Schema:
    """An answer of the document."""
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def described_page(meaning: str, name: str, **headers: str) -> Schema:
    """An answer that is an array of a schema, with the headers that count it."""
    counts = {"X-Total-Count": "In all.", **{name.replace("_", "-"): text for name, text in headers.items()}}
    return {**described(meaning, {"type": "array", "items": reference(name)}),
            "headers": {name: {"description": text, "schema": {"type": "integer"}} for name, text in counts.items()}}


def link(operation: Callable[..., Response], **parameters: str) -> Schema:
    """A link of the document: an operation that can be asked for with these parts of the answer, or these values."""
    return {"operationId": _id_of(operation), "parameters": {"organizationId": "$request.path.organizationId", **parameters}}


def in_path(name: str, meaning: str, **schema: Any) -> Schema:
    """A parameter in the path."""
    return {"name": name, "in": "path", "required": True, "description": meaning, "schema": {"type": "string", **schema}}


def in_query(table: Sequence[Parameter]) -> list[Schema]:
    """The parameters of a table."""
    return [parameter.published() for parameter in table]


def _id_of(endpoint: Callable[..., Any]) -> str:
    return endpoint.__qualname__.replace(".", "_").lower()
