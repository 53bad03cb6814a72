"""A running embedded service: real uvicorn on a free port, real store, real credentials."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.serving import TRUSTED
from tests.serving import serving as application_serving
from wirelane_geo.server import Attempts, Credentials, embedded, load_or_create
from wirelane_geo.sources import EmbeddedSource, PointLists
from wirelane_geo.store import Store, open_store


@dataclass(frozen=True)
class Service:
    """Where it is, what it stands on, the table beside that, a client that is signed in, and one that is nobody."""

    url: str
    store: Store
    source: EmbeddedSource
    credentials: Credentials
    client: httpx.Client
    nobody: httpx.Client

    @property
    def points(self) -> str:
        return f"{self.url}/apis/emc/organizations/id/{self.credentials.organization}/points"

    def form(self, **changes: str | None) -> dict[str, str]:
        """The form of the password grant, with some fields changed, or left out where None."""
        known = {"grant_type": "password", "client_id": self.credentials.client_id,
                 "client_secret": self.credentials.client_secret, "username": self.credentials.username,
                 "password": self.credentials.password}
        return {name: value for name, value in {**known, **changes}.items() if value is not None}


@contextmanager
def serving(directory: Path, url: str | None = None, *, by_table: bool = False) -> Iterator[Service]:
    """A service with its data in a directory, or its store elsewhere; `by_table`: its lists come from a table in memory."""
    store, credentials = open_store(url or directory / "points.sqlite"), load_or_create(directory)
    source = EmbeddedSource(store)
    app = embedded(store, credentials, Attempts(), PointLists(source, store) if by_table else None)
    try:
        with (application_serving(app, log_level="critical") as url,
              httpx.Client(timeout=30, verify=TRUSTED) as client, httpx.Client(timeout=30, verify=TRUSTED) as nobody):
            service = Service(url, store, source, credentials, client, nobody)
            token = client.post(f"{url}/token", data=service.form()).raise_for_status().json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            source.refresh()
            yield service
    finally:
        store.close()
