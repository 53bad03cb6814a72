"""OCPI 2.2.1's receiver of locations: `PUT`, `PATCH` and `GET /ocpi/2.2.1/receiver/locations/{country}/{party}/{location}` and of
its EVSEs and connectors. Which feed it is says the token.
"""

from typing import Any

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.errors import BadInput, StoreError
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.ocpi_push import LARGEST_LOCATION, Done, NotKept, OtherParty, Place, PushedLocations
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._ocpi_envelope import (
    BAD_PARAMETERS,
    CLIENT_ERROR,
    SERVER_ERROR,
    UNKNOWN_LOCATION,
    Refused,
    refusal,
    success,
    tokens_of,
    unauthorized,
)
from wirelane_geo.server._tokens import read_body

PATH = "/ocpi/2.2.1/receiver/locations/{country_code}/{party_id}/{location_id}"
AT_ONCE = 4
"""Objects that are taken at a time."""


def receiver_routes(locations: PushedLocations) -> list[BaseRoute]:
    """As OCPI answers: 201 for what is new, 200 for what was there, be it that nothing has changed; 404 for a part of what isn't
    there; 200 with 2001 for what is JSON and no such object; 400 for what is no JSON, 413 and 408 for too much or too slow; 401
    without a feed's token; 403 for another party's; 503 where the store can't be written now."""
    working = CapacityLimiter(AT_ONCE)

    async def answer(request: Request) -> Response:
        try:
            feed = locations.admits(list(tokens_of(request.headers.get("authorization", ""))))
            if feed is None:
                raise unauthorized()
            if request.method in ("GET", "HEAD"):
                return success(request, await to_thread.run_sync(locations.get, feed, place_of(request)))
            given = _object(await read_body(request, LARGEST_LOCATION))
            done = await to_thread.run_sync(_taken, locations, request.method, feed, place_of(request), given, limiter=working)
            return success(request, http=201 if done.created else 200, message=done.said)
        except (BadInput, StoreError, Refusal, Refused) as error:
            return refusal(request, _refused(error))

    places = (PATH, PATH + "/{evse_uid}", PATH + "/{evse_uid}/{connector_id}")
    return [Route(path, answer, methods=["GET", "PUT", "PATCH"]) for path in places]


def place_of(request: Request) -> Place:
    """Which object a request is about."""
    given = request.path_params
    ids = (given[name] for name in ("evse_uid", "connector_id") if name in given)
    return Place(given["country_code"], given["party_id"], given["location_id"], tuple(ids))


def _taken(locations: PushedLocations, method: str, feed: Feed, place: Place, given: dict[str, Any]) -> Done:
    return (locations.put if method == "PUT" else locations.patch)(feed, place, given)


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(400, BAD_PARAMETERS, "The body is not JSON.") from None
    if not isinstance(given, dict):
        raise Refused(200, BAD_PARAMETERS, "The body is not an object.")
    return given


def _refused(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, Refusal):  # of the body: too much of it, too slow, or cut off
        return Refused(error.status, CLIENT_ERROR, error.message, error.headers)
    if isinstance(error, NotKept):
        return Refused(404, UNKNOWN_LOCATION, str(error))
    if isinstance(error, OtherParty):
        return Refused(403, CLIENT_ERROR, str(error))
    if isinstance(error, BadInput):
        return Refused(200, BAD_PARAMETERS, str(error))
    return Refused(503, SERVER_ERROR, str(error), {"Retry-After": "5"})
