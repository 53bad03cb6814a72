"""The map over HTTP: tiles, counts, operators. No session, no cookie; docs/api.md tells of them.

A tile is columns of the layers "stations" and "clusters" (`layers.columns`, `web.columns`), the same that a page's map is drawn
from. Answers are kept for everybody by what is asked for, and made anew once the points have changed.
"""

import math
import re
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo import permalink
from wirelane_geo.errors import ApiError, OtherDialect, StoreError, WirelaneGeoError, cause_of
from wirelane_geo.filters import FILTERS, LONGEST_NAME, Filters
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.bounds import read_bbox
from wirelane_geo.map.operators import operators
from wirelane_geo.map.tiles import SPAN, BadTile, MapTile, TileService, counts, tile_content
from wirelane_geo.model import Status
from wirelane_geo.numbers import read_number
from wirelane_geo.permalink import MAX_ZOOM, MapState
from wirelane_geo.sources import Snapshot
from wirelane_geo.ui import layers
from wirelane_geo.ui.wall import redact
from wirelane_geo.web import columns
from wirelane_geo.web.answers import Answer, Answers
from wirelane_geo.web.rates import Rates
from wirelane_geo.web.turns import Busy, Left, Turns

KEPT_BYTES = 64 * 2**20
"""Memory for answers."""
FRESH = "public, max-age=2, stale-while-revalidate=30"
"""So long any cache may answer without asking, and so long while it asks; an open page hears of a change at once."""
LONGEST_QUERY = 2 * permalink.LONGEST
"""Characters of a query: of the longest link, with a route in it, quoted."""
WAIT_S = 30.0
"""Seconds that an answer may take whose points an account has to be asked for."""
SEQ_HEADER = "Seq"
"""The last change (`live/news?seq=`) that an answer can know of."""
TIME_HEADER = "Fetched-At"
"""Up to when the data is known to be true (UTC). Not in the body, so that what hasn't changed stays the same answer."""


class BadRequest(WirelaneGeoError):
    """What is asked for can't be understood, in words."""


@dataclass(frozen=True)
class Access:
    """Who may ask. origins: of the pages of other sites that may read the answers, ("*",) for any; a_second: requests that
    one address may make, on average."""

    origins: Collection[str] = ()
    a_second: float = 2_000.0


@dataclass(frozen=True)
class Choice:
    """What is asked for: filters, whether opening hours count, whether faults are told apart, and all of it as a canonical
    link."""

    filters: Filters
    by_hours: bool
    redacted: bool
    link: str


def tile_routes(service: Callable[[], TileService], access: Access) -> list[BaseRoute]:
    """The routes; `service` is asked at each request."""
    asked = _TileRequests(service)
    door = _Door(access)
    return [Route("/map/tiles/{zoom}/{x}/{y}", door.guarding(asked.tile)), Route("/map/counts", door.guarding(asked.counts)),
            Route("/map/operators", door.guarding(asked.operators))]


class _TileRequests:
    """Answers requests. What is at hand is answered in the event loop: a thread costs three times as much."""

    def __init__(self, service: Callable[[], TileService]) -> None:
        self._service, self._kept = service, Answers(KEPT_BYTES)
        self._turns: Turns[tuple[Answer, Snapshot]] = Turns(at_once=8, in_line=200, seconds=WAIT_S)

    async def tile(self, request: Request) -> Response:
        """`{zoom}/{x}/{y}?{filters}` -> columns."""
        query = _query(request)
        tile = replace(_tile(*(request.path_params[name] for name in ("zoom", "x", "y"))), farther=_farther(query))
        choice = _choice(query)

        def make(snapshot: Snapshot) -> Answer:
            content = tile_content(snapshot, tile, choice.filters, by_hours=choice.by_hours)
            if choice.redacted:
                content = redact.tile(content)
            head = {"tile": str(tile), "problem": content.problem}
            tables = layers.columns(content.marks, content.clusters, content.sites, tile.drawn_at)
            return Answer.of(columns.encode(head, tables), columns.MEDIA_TYPE)

        return await self._answer(request, choice, tile, lambda: self._service().around(tile), make)

    async def counts(self, request: Request) -> Response:
        """`bbox` (west,south,east,north in degrees), `zoom` and filters -> JSON."""
        query = _query(request)
        choice, bounds, zoom = _choice(query), _bounds(query), _zoom(query)

        def make(snapshot: Snapshot) -> Answer:
            found = counts(snapshot, bounds, choice.filters, by_hours=choice.by_hours)
            by_status = {str(status): int(found.by_status[status.number]) for status in Status}
            body = msgspec.json.encode({"stations": found.stations, "points": found.points, "by_status": by_status,
                                        "free": found.free, "closed_now": found.closed_now, "problem": snapshot.problem,
                                        "cause": snapshot.cause})
            return Answer.of(body, "application/json")

        return await self._answer(request, choice, bounds, lambda: self._service().within(bounds, zoom), make)

    async def operators(self, request: Request) -> Response:
        """`bbox`, `zoom`, filters and `q`, the beginning of a word of its name -> JSON: who has points there, most first."""
        query = _query(request)
        choice, bounds, zoom, text = _choice(query), _bounds(query), _zoom(query), (_first(query, "q") or "")[:LONGEST_NAME]

        def make(snapshot: Snapshot) -> Answer:
            return Answer.of(msgspec.json.encode(operators(snapshot, bounds, choice.filters, text)), "application/json")

        return await self._answer(request, choice, (bounds, text), lambda: self._service().within(bounds, zoom), make)

    async def _answer(self, request: Request, choice: Choice, what: Hashable, look: Callable[[], Snapshot],
                      make: Callable[[Snapshot], Answer]) -> Response:
        before = self._service().seq  # than the points are looked at: what changes meanwhile is told

        def work() -> tuple[Answer, Snapshot]:
            snapshot = look()
            version = (snapshot.table.version, snapshot.problem)
            return self._kept.get((what, choice.link), version, lambda: make(snapshot)), snapshot

        ready = self._service().is_ready(choice.filters)
        answer, snapshot = work() if ready else await self._turns.run(request, work)
        seq = min(before, self._service().seq)  # a store's numbers are known once it was read
        return answer.response(request, {
            TIME_HEADER: f"{snapshot.fetched_at:%Y-%m-%dT%H:%M:%SZ}", SEQ_HEADER: str(seq), "Cache-Control": FRESH})


class _Door:
    """Lets so many requests of an address in, tells what is wrong in words, and says which sites' pages may read the answers."""

    def __init__(self, access: Access) -> None:
        self._origins, self._rates = frozenset(access.origins), Rates(access.a_second)

    def guarding(self, handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """The handler behind the door."""
        async def answer(request: Request) -> Response:
            wait = self._rates.take(request.client.host if request.client else None)
            if wait is None:
                response = await _worded(handler, request)
            else:
                response = _error("Too much was asked from your address. Try again in a moment.", 429,
                                  {"Retry-After": str(math.ceil(wait))})
            response.headers.update(self._for_pages_of(request.headers.get("origin")))
            return response
        return answer

    def _for_pages_of(self, origin: str | None) -> dict[str, str]:
        exposed = {"Access-Control-Expose-Headers": f"ETag, {SEQ_HEADER}, {TIME_HEADER}, Retry-After"}
        if "*" in self._origins:
            return {"Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*"} | exposed
        if not self._origins:
            return {"Vary": "Accept-Encoding"}
        vary = {"Vary": "Accept-Encoding, Origin"}
        return vary | {"Access-Control-Allow-Origin": origin} | exposed if origin in self._origins and origin else vary


async def _worded(handler: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """The handler's answer, or what went wrong."""
    try:
        return await handler(request)
    except (BadRequest, BadTile) as error:
        return _error(str(error), 400)
    except Busy as error:
        return _error(str(error), 503, {"Retry-After": str(error.seconds)})
    except OtherDialect as error:
        return _error(str(error), 503, more={"dialect": {"spoken": error.spoken, "asked": error.asked}})
    except (ApiError, StoreError) as error:
        return _error(str(error), 503, more={"cause": cause_of(error)})
    except WirelaneGeoError as error:
        return _error(str(error), 503)
    except Left:
        return Response(status_code=499)


def _error(words: str, status: int, headers: dict[str, str] | None = None, more: dict[str, object] | None = None) -> Response:
    """What is wrong in words, and what it takes to say so in another language."""
    return JSONResponse({"error": words, **(more or {})}, status, {"Cache-Control": "no-store", **(headers or {})})


def _tile(*parts: str) -> MapTile:
    if not all(re.fullmatch(r"[0-9]{1,7}", part) for part in parts):
        raise BadRequest("A tile is map/tiles/{zoom}/{x}/{y}, three whole numbers.")
    return MapTile(*map(int, parts))


def _query(request: Request) -> str:
    query: str = request.scope["query_string"].decode("latin-1")
    if len(query) > LONGEST_QUERY:
        raise BadRequest(f"A query has {LONGEST_QUERY:,} characters at most.")
    return query


_OWN = frozenset({"bbox", "zoom", "at", "hours", "redacted", "q"})
_FILTER_KEYS = frozenset(row.key for row in FILTERS)
_LINK_KEYS = frozenset(permalink.KEYS)


@lru_cache(2_000)
def _choice(query: str) -> Choice:
    """The filters of a query. A link's other parts say nothing here; what can't be read is refused, since nobody would see that
    it was left out."""
    pairs = [(key.strip().lower(), value) for key, value in parse_qsl(query, keep_blank_values=True)]
    given: dict[str, list[str]] = {}
    for key, value in pairs:
        if key not in _OWN and (key in _FILTER_KEYS or key not in _LINK_KEYS):
            given.setdefault(key, []).append(value)
    state = permalink.parse(given)
    if state.ignored:
        raise BadRequest("; ".join(f"{part.key[:40]}={part.value[:40]}: {part.reason}" for part in state.ignored[:5]) + ".")
    by_hours = _either(pairs, "hours", "on", "off") == "on"
    redacted = _either(pairs, "redacted", "0", "1") == "1"
    link = permalink.format(MapState(filters=state.filters))
    return Choice(state.filters, by_hours, redacted, f"{link}&hours={by_hours}&redacted={redacted}")


def _either(pairs: Sequence[tuple[str, str]], name: str, usual: str, other: str) -> str:
    value = next((value for key, value in pairs if key == name), usual)
    if value not in (usual, other):
        raise BadRequest(f"{name}: expected {usual} or {other}.")
    return value


def _farther(query: str) -> int:
    """How many zooms farther out than usual the tile of the whole world is to be drawn for: at=0 or 1."""
    text = _first(query, "at") or str(SPAN)
    if not re.fullmatch(r"[0-9]{1,2}", text):
        raise BadRequest("at: expected 0, 1 or 2.")
    return SPAN - int(text)


def _first(query: str, name: str) -> str | None:
    return next((value for key, value in parse_qsl(query, keep_blank_values=True) if key == name), None)


def _bounds(query: str) -> Bounds:
    try:
        return read_bbox(_first(query, "bbox") or "")
    except ValueError as error:
        raise BadRequest(f"bbox: {error}.") from None


def _zoom(query: str) -> float | None:
    """The zoom that a map looks with, None where that isn't said."""
    text = _first(query, "zoom")
    try:
        zoom = None if text is None else read_number(text)
    except ValueError:
        zoom = math.nan
    if zoom is not None and not 0 <= zoom <= MAX_ZOOM:
        raise BadRequest(f"zoom: expected 0 to {MAX_ZOOM:g}.")
    return zoom
