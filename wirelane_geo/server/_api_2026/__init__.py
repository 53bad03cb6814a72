"""The embedded service in the dialect of 2026: its 19 operations on the same store, for the bearers of the same tokens."""

from typing import Any

from fastapi import FastAPI

from wirelane_geo.server import _errors
from wirelane_geo.server._api_2026._index import StationIndex
from wirelane_geo.server._api_2026._operations import DEFAULT
from wirelane_geo.server._api_2026._people import add_people
from wirelane_geo.server._api_2026._schemas import schemas
from wirelane_geo.server._api_2026._stations import add_stations
from wirelane_geo.server._api_2026._tariffs import add_tariffs
from wirelane_geo.server._api_2026._upkeep import add_upkeep, links
from wirelane_geo.server._operations import Operations
from wirelane_geo.server._schemas import webhooks
from wirelane_geo.store import Store

SCOPE = "admin"
"""What the document calls the scope of the password grant."""


def create_api_2026(store: Store, gate: Any, token_path: str = "/token") -> FastAPI:  # noqa: S107 - a path
    """The operations on a store; `gate` lets callers in. It publishes itself at `openapi.json`."""
    api = FastAPI(
        title="Wirelane API of 2026 (embedded)", version="2.0", docs_url=None, redoc_url=None, redirect_slashes=False,
        description="The Wirelane API 2.0 as of June 2026, served by Wirelane Geo.",
    )
    _errors.install(api)
    index = StationIndex(store)

    def operations(tag: str) -> Operations:
        return Operations(api, gate, f"Organizations {tag}", refusals=DEFAULT, scope=SCOPE)

    add_people(store, operations)
    add_stations(index, operations, links())
    add_upkeep(store, index, operations)
    add_tariffs(store, operations)
    described = api.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        document["webhooks"] = webhooks()
        grant = {"tokenUrl": token_path, "refreshUrl": token_path, "scopes": {SCOPE: "Administration"}}
        account = {"tokenUrl": token_path, "scopes": {"account": "Account", "domains": "Domains", "pois_search": "Search"}}
        document["components"] = {"schemas": schemas(), "securitySchemes": {
            "OAuth2Password": {"type": "oauth2", "flows": {"password": grant}},
            "OAuth2ClientCredential": {"type": "oauth2", "flows": {"clientCredentials": account}}}}
        return document

    api.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way of changing the document
    return api


