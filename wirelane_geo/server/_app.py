"""The embedded Wirelane API in both dialects as one ASGI application."""

import re
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount

from wirelane_geo.server import _errors
from wirelane_geo.server._api_2026 import create_api_2026
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._members import add_members
from wirelane_geo.server._point_pages import Lists
from wirelane_geo.server._points import add_points
from wirelane_geo.server._schemas import schemas, webhooks
from wirelane_geo.server._sessions import add_sessions
from wirelane_geo.server._tokens import ACCOUNT, ADMIN, access_of, token_route
from wirelane_geo.server.attempts import Attempts
from wirelane_geo.server.credentials import Credentials
from wirelane_geo.store import Store

API_PATHS = {"2023": "/apis/emc", "2026": "/apis/2026/emc"}
"""Where each dialect of the API is served."""


def embedded(store: Store, credentials: Credentials, attempts: Attempts | None = None, lists: Lists | None = None) -> Starlette:
    """The embedded service: the token endpoint at `/token`, the operations of 2023 below `/apis/emc`, those of 2026 below
    `/apis/2026/emc`. Wrong `attempts` to sign in are counted there; None: by nobody, where none can come from outside. `lists`
    of points are the store's, where None."""
    return Starlette(routes=[
        token_route(credentials, attempts), api_mount(create_api(store, credentials, lists=lists)),
        api_mount(create_api_2026(store, Gate(credentials)), API_PATHS["2026"])])


def create_api(store: Store, credentials: Credentials, token_path: str = "/token",  # noqa: S107 - a path
               lists: Lists | None = None) -> FastAPI:
    """The operations of the Wirelane API 2.0 on a store, for the bearer of a token of these credentials.

    It publishes itself at `openapi.json`; tokens come from `token_path` (see `tokens.token_route`).
    """
    api = FastAPI(
        title="Wirelane API (embedded)", version="2.0", docs_url=None, redoc_url=None, redirect_slashes=False,
        description="The Wirelane API 2.0, served by Wirelane Geo.",
    )
    _errors.install(api)
    gate = Gate(credentials)
    add_members(api, store, gate)
    add_points(api, store, gate, lists or store)
    add_sessions(api, store, gate)
    described = api.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        document["webhooks"] = webhooks()
        document["components"] = {"schemas": schemas(), "securitySchemes": _security(token_path)}
        return document

    api.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way of changing the document
    return api


def api_mount(api: FastAPI, path: str = "/apis/emc") -> Mount:
    """The mount of the API in an application. It takes every path below its own, those with a line break as well,
    which Starlette's would leave to the application around it."""
    mount = Mount(path, api)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


class Gate:
    """Lets in who may use an organization's operations: 401 without a valid token, 403 for another scope or organization."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, request: Request) -> None:
        """The dependency of all operations."""
        access = access_of(self._credentials, request.headers.get("authorization"))
        if access.scope != ADMIN:
            raise Refusal(403, "insufficient_scope", f"This needs a token of the scope {ADMIN}, by the password grant.",
                          {"WWW-Authenticate": f'Bearer realm="wirelane", error="insufficient_scope", scope="{ADMIN}"'})
        organization = request.path_params["organizationId"]
        if organization != access.organization:
            raise Refusal(403, "wrong_organization", f"The token is not for the organization {organization[:80]}.")


def _security(token_path: str) -> dict[str, Any]:
    return {
        "OAuth2Password": {"type": "oauth2", "flows": {"password": {
            "tokenUrl": token_path, "scopes": {ADMIN: "Account Admin"}}}},
        "OAuth2ClientCredential": {"type": "oauth2", "flows": {"clientCredentials": {
            "tokenUrl": token_path, "scopes": {ACCOUNT: "Account function"}}}},
    }
