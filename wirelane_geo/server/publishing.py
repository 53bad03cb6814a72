"""What is published of the embedded network, where, and to whom."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.errors import StoreError
from wirelane_geo.publish import Publication, Publisher
from wirelane_geo.server._datex2 import datex2_routes
from wirelane_geo.server._ocpi_sender import sender_routes
from wirelane_geo.store.shared_state import SharedState
from wirelane_geo.web.rates import Rates

TOKEN_FILE = "ocpi-token"  # noqa: S105 - its name
_PATHS = ("/datex2/table", "/datex2/status", "/ocpi/versions", "/ocpi/2.2.1", "/ocpi/2.2.1/locations",
          "/ocpi/2.2.1/tariffs")


def publishing_routes(publication: Publication | None, publisher: Publisher, directory: Path, a_second: float,
                      token: str) -> Sequence[BaseRoute]:
    """The routes of DATEX II, for anybody, and of OCPI's sender, for who has the token. publication: None of a Wirelane account,
    whose points are not ours to publish; directory: where files are made; a_second: requests that one address may make."""
    if publication is None:
        return [Route(path, _nothing) for path in _PATHS]
    rates = Rates(a_second)
    return [*datex2_routes(publication, publisher, directory, rates), *sender_routes(publication, publisher, token, rates)]


def load_or_create_token(state: SharedState) -> str:
    """This installation's token for readers of OCPI, made where there is none yet. Raises StoreError."""
    body = state.secret(TOKEN_FILE, lambda: f"{secrets.token_urlsafe(32)}\n".encode(), "token for readers of OCPI")
    token = body.strip().decode("ascii", "ignore")
    if not token or not body.isascii():
        raise StoreError(f"{TOKEN_FILE} holds no token. Remove it to have a new one made.")
    return token


def _nothing(_: Request) -> Response:
    return JSONResponse({"error": "This map shows a Wirelane account. What is published is the network of this installation: "
                                  "WIRELANE_ENVIRONMENT=embedded."}, 404)
