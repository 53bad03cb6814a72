"""What is published of the embedded network, and where."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.publish import Publication, Publisher
from wirelane_geo.server._datex2 import datex2_routes
from wirelane_geo.web.rates import Rates

PATHS = ("/datex2/table", "/datex2/status")


def publishing_routes(publication: Publication | None, publisher: Publisher, directory: Path, a_second: float) -> list[BaseRoute]:
    """The routes of DATEX II. publication: None of a Wirelane account, whose points are not ours to publish; directory: where
    files are made; a_second: requests that one address may make."""
    if publication is None:
        return [Route(path, _nothing) for path in PATHS]
    rates = Rates(a_second)
    return datex2_routes(publication, publisher, directory, rates)


def _nothing(_: Request) -> Response:
    return JSONResponse({"error": "This map shows a Wirelane account. What is published is the network of this installation: "
                                  "WIRELANE_ENVIRONMENT=embedded."}, 404)
