"""A client for a person who signs in with a Wirelane account: to the account's own upstream, or to the embedded network."""

from dataclasses import replace
from functools import cache

from starlette.applications import Starlette

from wirelane_geo.api import Hosts, WirelaneClient
from wirelane_geo.in_process import InProcess
from wirelane_geo.server import Credentials, api_mount, create_api, token_route
from wirelane_geo.start import Installation
from wirelane_geo.store import Store

EMBEDDED = "http://embedded"
"""What the embedded service is called by a client in the same process; nothing is looked up."""


def sign_in(here: Installation, username: str, password: str) -> WirelaneClient:
    """A client with the password grant of this person, tried with one request. The caller closes it.

    Raises ApiUnauthorized for wrong credentials, ApiForbidden where the account may not use the organization's operations,
    another ApiError where the upstream doesn't answer.
    """
    client = _client(here, username, password)
    try:
        client.points(limit=1)
    except BaseException:
        client.close()
        raise
    return client


def _client(here: Installation, username: str, password: str) -> WirelaneClient:
    if not here.settings.embedded:
        return WirelaneClient.from_settings(replace(here.settings, username=username, password=password))
    own = here.credentials
    return WirelaneClient(
        f"{EMBEDDED}/apis/emc", f"{EMBEDDED}/token", own.organization, own.client_id, own.client_secret, username, password,
        hosts=_hosts(), transport=InProcess(_embedded(here.store, own)))


def _embedded(store: Store, credentials: Credentials) -> Starlette:
    """The embedded service as the application mounts it."""
    return Starlette(routes=[token_route(credentials), api_mount(create_api(store, credentials))])


@cache
def _hosts() -> Hosts:
    """Shared by all who sign in to the embedded network."""
    return Hosts()
