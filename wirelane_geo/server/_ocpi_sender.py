"""`GET /ocpi/versions`, `/ocpi/2.2.1`, `/ocpi/2.2.1/locations` and `/tariffs`: OCPI's sender; docs/publish.md tells of them."""

import gzip
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.errors import StoreError, WirelaneGeoError
from wirelane_geo.publish import Edition, Publication, Publisher, Selection, ocpi_locations
from wirelane_geo.publish.ocpi_tariffs import Tariffs
from wirelane_geo.publish.selection import BadSelection
from wirelane_geo.server._ocpi_envelope import (
    BAD_PARAMETERS,
    CLIENT_ERROR,
    SERVER_ERROR,
    UNKNOWN_LOCATION,
    Refused,
    is_authorized,
    refusal,
    success,
    unauthorized,
)
from wirelane_geo.web.answers import LEAST_PACKED, takes
from wirelane_geo.web.rates import Rates
from wirelane_geo.web.turns import Busy, Left, Turns

VERSION = "2.2.1"
MOST = 1_000
"""Locations of a page, and how many come where nobody says how many."""
LONGEST_S = 60.0
"""Seconds that a page may take."""
FARTHEST = 2**53
_OWN = frozenset({"date_from", "date_to", "offset", "limit"})

Answer = Callable[[Request], Awaitable[Response]]


def sender_routes(publication: Publication, publisher: Publisher, token: str, rates: Rates) -> list[BaseRoute]:
    """The routes. token: what a reader has to know; rates: how much one address may ask for."""
    sender = _Sender(publication, publisher)

    def open_to_readers(answer: Answer) -> Answer:
        async def guarded(request: Request) -> Response:
            try:
                _admit(request, token, rates)
                return await answer(request)
            except Left:
                return Response(status_code=499)
            except (Refused, WirelaneGeoError) as error:
                return refusal(request, _refused(error))
        return guarded

    paths = (f"/ocpi/{VERSION}/locations/{{location}}{part}" for part in ("", "/{evse}", "/{evse}/{connector}"))
    return [Route("/ocpi/versions", open_to_readers(sender.versions)),
            Route(f"/ocpi/{VERSION}", open_to_readers(sender.details)),
            Route(f"/ocpi/{VERSION}/locations", open_to_readers(sender.page)),
            Route(f"/ocpi/{VERSION}/tariffs", open_to_readers(sender.tariffs)),
            *(Route(path, open_to_readers(sender.one)) for path in paths)]


def _admit(request: Request, token: str, rates: Rates) -> None:
    """Raises Refused."""
    wait = rates.take(request.client.host if request.client else None)
    if wait is not None:
        raise Refused(429, CLIENT_ERROR, "Too much was asked from your address. Try again in a moment.",
                      {"Retry-After": str(math.ceil(wait))})
    if not is_authorized(request, token):
        raise unauthorized()


def _refused(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, BadSelection):
        return Refused(400, BAD_PARAMETERS, str(error))
    seconds = error.seconds if isinstance(error, Busy) else 5
    return Refused(503 if isinstance(error, Busy | StoreError) else 500, SERVER_ERROR, str(error), {"Retry-After": str(seconds)})


@dataclass(frozen=True)
class _PageQuery:
    """Which points' locations or tariffs, of which time, and which page of them."""

    selection: Selection
    since: datetime | None
    until: datetime | None
    offset: int
    limit: int


class _Sender:
    def __init__(self, publication: Publication, publisher: Publisher) -> None:
        self._publication, self._publisher = publication, publisher
        self._tariffs = Tariffs(publication, publisher)
        self._turns: Turns[Response] = Turns(at_once=2, in_line=200, seconds=LONGEST_S)

    async def versions(self, request: Request) -> Response:
        """Which versions there are."""
        return success(request, [{"version": VERSION, "url": f"{_home(request)}/{VERSION}"}])

    async def details(self, request: Request) -> Response:
        """What a version has."""
        at = f"{_home(request)}/{VERSION}"
        endpoints = [{"identifier": "locations", "role": "SENDER", "url": f"{at}/locations"},
                     {"identifier": "tariffs", "role": "SENDER", "url": f"{at}/tariffs"},
                     {"identifier": "locations", "role": "RECEIVER", "url": f"{at}/receiver/locations"}]
        return success(request, {"version": VERSION, "endpoints": endpoints})

    async def page(self, request: Request) -> Response:
        """A page of the locations: all, those that a filter link's query selects, those that changed in a time."""
        asked = _asked(request)
        return await self._turns.run(request, lambda: self._page(request, asked))

    async def tariffs(self, request: Request) -> Response:
        """A page of what charging costs: all tariffs, or those of the points that a filter link's query selects."""
        asked = _asked(request)
        return await self._turns.run(request, lambda: self._tariffs_page(request, asked))

    async def one(self, request: Request) -> Response:
        """A location, an EVSE of it, or one of that's connectors."""
        return await self._turns.run(request, lambda: self._one(request))

    def _page(self, request: Request, asked: _PageQuery) -> Response:
        edition = self._publication.edition()
        numbers = self._publication.in_turn(edition, asked.selection, asked.since, asked.until)
        shown = numbers[asked.offset:asked.offset + asked.limit]
        names, today = edition.names.for_ocpi(), self._publication.now().date()
        data = [ocpi_locations.location(station, names, self._publisher, today)
                for station in self._publication.of_numbers(edition, asked.selection, shown, names)]
        return _paged(request, asked, data, len(numbers), "locations")

    def _tariffs_page(self, request: Request, asked: _PageQuery) -> Response:
        found = [tariff for at, tariff in self._tariffs.of(self._publication.edition(), asked.selection)
                 if (asked.since is None or at >= asked.since) and (asked.until is None or at < asked.until)]
        return _paged(request, asked, found[asked.offset:asked.offset + asked.limit], len(found), "tariffs")

    def _one(self, request: Request) -> Response:
        edition, given = self._publication.edition(), request.path_params
        found: Any = self._location(edition, given["location"])
        if found is None:
            raise Refused(404, UNKNOWN_LOCATION, f"There is no location {given['location'][:100]}.")
        for name, inner, id in (("evse", "evses", "uid"), ("connector", "connectors", "id")):
            if name in given:
                found = next((one for one in found[inner] if one[id] == given[name]), None)
                if found is None:
                    raise Refused(404, UNKNOWN_LOCATION, f"There is no {name} {given[name][:100]} there.")
        return success(request, found)

    def _location(self, edition: Edition, name: str) -> dict[str, Any] | None:
        names = edition.names.for_ocpi()
        station = self._publication.named(edition, name, names)
        if station is None:
            return None
        return ocpi_locations.location(station, names, self._publisher, self._publication.now().date())


def _asked(request: Request) -> _PageQuery:
    given: dict[str, str] = {}
    for key, value in parse_qsl(request.url.query, keep_blank_values=True):
        given.setdefault(key, value)
    return _PageQuery(Selection.of(request.url.query, _OWN), _moment(given, "date_from"), _moment(given, "date_to"),
                  _number(given, "offset", 0, 0), min(_number(given, "limit", MOST, 1), MOST))


def _moment(given: dict[str, str], name: str) -> datetime | None:
    """OCPI's DateTime, which is in UTC with or without saying so."""
    if not (text := given.get(name, "")):
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))  # a plus that wasn't written as %2B
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Refused(400, BAD_PARAMETERS, f"{name}: expected a time such as 2026-04-14T12:00:00Z.") from None


def _number(given: dict[str, str], name: str, usual: int, least: int) -> int:
    text = given.get(name, "") or str(usual)
    if not (text.isascii() and text.isdigit() and len(text) < 17 and least <= int(text) <= FARTHEST):
        raise Refused(400, BAD_PARAMETERS, f"{name}: expected a whole number from {least} on.")
    return int(text)


def _home(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/ocpi"


def _paged(request: Request, asked: _PageQuery, data: list[dict[str, Any]], total: int, module: str) -> Response:
    """The objects of a page of a module, with where the next one is."""
    headers = {"X-Total-Count": str(total), "X-Limit": str(MOST)}
    if (following := asked.offset + asked.limit) < total:
        headers["Link"] = f'<{_at(request, module, following, asked.limit)}>; rel="next"'
    return _packed(request, success(request, data, headers=headers))


def _at(request: Request, module: str, offset: int, limit: int) -> str:
    """The address of another page."""
    kept = [(key, value) for key, value in parse_qsl(request.url.query, keep_blank_values=True) if key not in ("offset", "limit")]
    return f"{_home(request)}/{VERSION}/{module}?{urlencode([*kept, ('offset', str(offset)), ('limit', str(limit))])}"


def _packed(request: Request, answer: Response) -> Response:
    """The answer, packed for whoever takes it so."""
    body = bytes(answer.body)
    answer.headers["Vary"] = "Accept-Encoding"
    if len(body) < LEAST_PACKED or not takes(request.headers.get("accept-encoding", ""), "gzip"):
        return answer
    answer.body = gzip.compress(body, 1, mtime=0)
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Content-Length"] = str(len(answer.body))
    return answer
