"""What the map's page asks for beside Streamlit: names for a tooltip, search hits, and exports. No session, no secrets."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from itertools import chain, islice

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from wirelane_geo import permalink
from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.geo.bounds import read_bbox
from wirelane_geo.map import export
from wirelane_geo.map.service import MapService, SearchHit, StationDetails, StationSummary
from wirelane_geo.model import Handle, Status
from wirelane_geo.ui import text
from wirelane_geo.ui.address import ids_of
from wirelane_geo.ui.text import Texts
from wirelane_geo.web.turns import Busy, Left, Turns

MOST_TYPED = 200
"""Characters of a search text that are looked at."""
COUNTRY_ZOOM = 5.0
"""From here on a map shows one country rather than a continent."""
SEARCH_S = 1.0
"""Seconds that a search may take."""
NEAREST_S = 30.0
"""Seconds that finding the nearest station may take: an account has to be asked for wider and wider areas."""
FORMATS = {
    "csv": (export.as_csv, "text/csv; charset=utf-8"),
    "geojson": (export.as_geojson, "application/geo+json"),
}


def map_routes(service: Callable[[], MapService]) -> list[BaseRoute]:
    """`map/label`, `map/search`, `map/nearest`, `map/stations` and `map/export.{csv,geojson}`; `service` is asked at each
    request."""

    searches: Turns[list[SearchHit]] = Turns(at_once=2, in_line=20, seconds=SEARCH_S)
    states: Turns[list[StationDetails]] = Turns(at_once=2, in_line=50, seconds=NEAREST_S)
    looks: Turns[StationSummary | None] = Turns(at_once=2, in_line=20, seconds=NEAREST_S)

    def label(request: Request) -> Response:
        """`handle` -> title, place and operator of a station."""
        handle = request.query_params.get("handle", "")
        if not re.fullmatch(r"\d{1,16}", handle):
            return JSONResponse({"error": "handle is the number of a station"}, 400)
        found = service().summary(Handle(int(handle)))
        if found is None:
            return JSONResponse({"error": "no such station"}, 404)
        return JSONResponse({"title": found.title, "place": found.place, "cpo": found.cpo})

    async def search(request: Request) -> Response:
        """`q` -> [{"kind", "label", "detail", "lon", "lat", "zoom", "point_id", "cpo"}], best first; `lat`, `lon`, `zoom`:
        where the map is. What is there goes first, unless all of a continent is."""
        text = request.query_params.get("q", "")[:MOST_TYPED]
        view = permalink.parse({key: request.query_params.get(key, "") for key in ("lat", "lon", "zoom")}).view
        near = (view.lon, view.lat) if view and view.zoom >= COUNTRY_ZOOM else None
        hits = await searches.run(request, lambda: service().search(text, near=near))
        return JSONResponse([asdict(hit) for hit in hits])

    async def nearest(request: Request) -> Response:
        """A link's filters and `bbox` -> {"point_id", "title", "place", "cpo", "distance_m"} of the matching station that is
        nearest to the middle of the box, or null."""
        try:
            lon, lat = read_bbox(request.query_params.get("bbox", "")).center
        except ValueError as error:
            return JSONResponse({"error": f"bbox: {error}"}, 400)
        state = permalink.parse(request.url.query)
        found = await looks.run(request, lambda: service().nearest(state, lon, lat))
        return JSONResponse(found and {"point_id": found.id, "title": found.title, "place": found.place, "cpo": found.cpo,
                                       "distance_m": found.distance_m})

    async def stations(request: Request) -> Response:
        """`id` of a point, up to 50 times, and `lang` -> [{"id", "title", "place", "free", "closed_now", "unknown", "total",
        "words", "problem"}] of their stations, those that are there."""
        ids = ids_of(request.query_params.getlist("id"))
        found = await states.run(request, lambda: service().favourites(ids)) if ids else []
        texts = Texts(text.choose(request.query_params.get("lang"), None))
        return JSONResponse([_state_of(details, texts) for details in found], headers={"Cache-Control": "no-store"})

    def export_file(request: Request, kind: str) -> Response:
        """A link's filters and `bbox` (west,south,east,north in degrees) -> the matching points there as a file."""
        write, media_type = FORMATS[kind]
        try:
            bounds = read_bbox(request.query_params.get("bbox", ""))
        except ValueError as error:
            return JSONResponse({"error": f"bbox: {error}"}, 400)
        points = service().export(permalink.parse(request.url.query), bounds)
        first = list(islice(points, 1))  # what fails, fails before the answer has begun
        name = f"charge-points-{datetime.now():%Y-%m-%d}.{kind}"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(write(chain(first, points), service().now()), media_type=media_type, headers=disposition)

    return [
        Route("/map/label", _answering(label)),
        Route("/map/search", awaiting(search)),
        Route("/map/nearest", awaiting(nearest)),
        Route("/map/stations", awaiting(stations)),
        *(Route(f"/map/export.{kind}", _answering(partial(export_file, kind=kind))) for kind in FORMATS),
    ]


def _state_of(details: StationDetails, texts: Texts) -> dict[str, object]:
    """How a station is, whatever the filters are. `free` are those that aren't closed now."""
    summary = details.summary
    words = texts("details.free", free=texts.number(summary.free), total=texts.number(summary.total))
    return {"id": summary.id, "title": summary.title, "place": summary.place, "free": summary.free,
            "closed_now": summary.closed_now, "unknown": sum(point.status is Status.UNKNOWN for point in details.points),
            "total": summary.total, "words": words, "problem": details.problem}


def awaiting(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """As `_answering`; a full line is 503 with the time to come back."""
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Busy as error:
            return JSONResponse({"error": str(error)}, 503, headers={"Retry-After": str(error.seconds)})
        except WirelaneGeoError as error:
            return JSONResponse({"error": str(error)}, 503)
        except Left:
            return Response(status_code=499)
    return answer


def _answering(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """The handler, an error of ours told in its own words with status 503."""
    def answer(request: Request) -> Response:
        try:
            return handler(request)
        except WirelaneGeoError as error:
            return JSONResponse({"error": str(error)}, 503)
    return answer
