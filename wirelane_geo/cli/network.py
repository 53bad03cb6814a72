"""What the reading commands read from: the account of the settings, or the embedded network, running or not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from wirelane_geo.api import WirelaneClient
from wirelane_geo.api.in_process import InProcess
from wirelane_geo.api.network import Network
from wirelane_geo.errors import BadInput
from wirelane_geo.map.service import MapService
from wirelane_geo.server import API_PATHS, embedded, load_or_create
from wirelane_geo.settings import Settings
from wirelane_geo.sources import ApiSource, EmbeddedSource
from wirelane_geo.store import Store, open_store
from wirelane_geo.store.shared_state import open_shared_state

HERE = "http://embedded.localhost"
"""Stands for this process in the URLs of the embedded service."""
DEADLINE_S = 600.0
"""Seconds for a list of points: nobody waits in front of a page here."""


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The embedded network's store. Raises BadInput where there is none yet."""
    none = BadInput(f"There is no network in {'the database' if settings.in_postgres else settings.data} yet. `wirelane-geo run` "
                    "makes a demo network, `wirelane-geo import FILE` one of your own.")
    if isinstance(settings.database, Path) and not settings.database.exists():
        raise none
    with closing(open_store(settings.database, settings.data)) as store:
        if settings.in_postgres and not store.holds():
            raise none
        yield store


@contextmanager
def opened_service(settings: Settings) -> Iterator[MapService]:
    """The service that answers the map, on the network of the settings."""
    with ExitStack() as stack:
        if settings.embedded:
            yield MapService(EmbeddedSource(stack.enter_context(opened_store(settings))))
            return
        client = stack.enter_context(WirelaneClient.from_settings(settings, deadline=DEADLINE_S))
        source = ApiSource(client, network=settings.account, cache_bytes=settings.cache_bytes,
                           cache_seconds=settings.cache_seconds, refresh_seconds=DEADLINE_S)
        stack.callback(source.close)
        yield MapService(source)


@contextmanager
def opened_client(
    settings: Settings, around: Callable[[httpx.BaseTransport], httpx.BaseTransport] | None = None, **options: Any
) -> Iterator[WirelaneClient]:
    """The API's client on the network of the settings. `around` is put around its transport."""
    with ExitStack() as stack:
        if settings.embedded:
            store = stack.enter_context(opened_store(settings))
            with closing(open_shared_state(settings.database, settings.data)) as shared:
                credentials = load_or_create(shared)
            settings = replace(
                settings, api_url=f"{HERE}{API_PATHS[settings.dialect]}", token_url=f"{HERE}/token",
                organization=credentials.organization, client_id=credentials.client_id,
                client_secret=credentials.client_secret, username=credentials.username,
                password=credentials.password)
            options["transport"] = InProcess(embedded(store, credentials))
        if around:
            options["transport"] = around(options.get("transport") or Network())
        yield stack.enter_context(WirelaneClient.from_settings(settings, **options))
