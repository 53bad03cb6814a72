"""What is closed now, in the tables that views are drawn from: kept up by the minute, whatever the source."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.live.clocks import ManualClock
from tests.live.networks import a_point, embedded
from tests.server.serving import Service, serving
from wirelane_geo.api import WirelaneClient
from wirelane_geo.geo import WORLD
from wirelane_geo.map.service import MapService
from wirelane_geo.model import Status, opening_hours
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import ApiSource, EmbeddedSource, PointSource
from wirelane_geo.store import open_store

SHOP = {"opening_hours": "Mo-Sa 07:00-20:00", "timezone": "Europe/Berlin"}
EVENING = datetime(2025, 7, 4, 17, 59, 30, tzinfo=UTC)
POINTS = [a_point(0, **SHOP), a_point(1, Status.IN_USE, **SHOP), a_point(2, opening_hours="24/7"),
          a_point(3, timezone="Europe/Berlin"), a_point(4, Status.UNKNOWN, **SHOP),
          a_point(5, **SHOP | {"timezone": "Europe/Lisbon"})]


def closed(source: PointSource) -> set[str]:
    """Ids of the points that are known to be closed."""
    snapshot = source.snapshot(WORLD, 3)
    handles = snapshot.handles[snapshot.table.closed_now]
    return {str(point.id) for point in source.records(handles.tolist())}


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path) as service:
        service.store.upsert(POINTS, "api")
        yield service


def account(service: Service, clock: ManualClock) -> ApiSource:
    secret = service.credentials
    client = WirelaneClient(f"{service.url}/apis/emc", f"{service.url}/token", secret.organization, secret.client_id,
                            secret.client_secret, secret.username, secret.password, transport=httpx.HTTPTransport())
    return ApiSource(client, cache_bytes=2**24, cache_seconds=3600, clock=clock)


def test_the_embedded_network_closes_as_time_passes(tmp_path: Path) -> None:
    with embedded(tmp_path, ManualClock(EVENING), POINTS) as here:
        assert closed(here.source) == set()
        here.after(29)
        assert closed(here.source) == set()
        here.after(1)
        assert closed(here.source) == {"id-0", "id-1", "id-4"}
        here.after(3600)
        assert closed(here.source) == {"id-0", "id-1", "id-4", "id-5"}, "an hour later in Lisbon, too"
        here.after(10 * 3600)
        assert closed(here.source) == {"id-5"}


def test_a_source_that_nobody_follows_closes_too(tmp_path: Path) -> None:
    clock, store = ManualClock(EVENING), open_store(tmp_path / "points.sqlite")
    store.upsert(POINTS, "irve")
    source = EmbeddedSource(store, clock)
    assert closed(source) == set()
    clock.go_on(60)
    assert closed(source) == {"id-0", "id-1", "id-4"}
    store.close()


def test_an_account_closes_as_time_passes(upstream: Service) -> None:
    clock = ManualClock(EVENING)
    source = account(upstream, clock)
    assert closed(source) == set()
    clock.go_on(60)
    assert closed(source) == {"id-0", "id-1", "id-4"}
    source.close()


def test_a_closing_is_no_change_of_status(tmp_path: Path) -> None:
    with embedded(tmp_path, ManualClock(EVENING), POINTS) as here:
        number, statuses = here.live.status().number, here.shown()
        here.after(60)
        assert (here.live.status().number, here.live.changes(), here.shown()) == (number, (), statuses)
        view = MapService(here.source).view(MapState(), WORLD, 3)
        assert view.by_status[Status.FREE.number] == 4


def test_hours_that_change_in_the_store_are_taken_over_at_once(tmp_path: Path) -> None:
    with embedded(tmp_path, ManualClock(EVENING), POINTS) as here:
        here.after(60)
        hours = opening_hours.parse("Mo-Su 06:00-23:00")
        here.store.update("id", "id-0", a_point(0, availability=hours, timezone="Europe/Berlin"))
        here.after(1)
        assert closed(here.source) == {"id-1", "id-4"}


def test_a_status_that_changes_while_it_is_closed_stays_closed(tmp_path: Path) -> None:
    with embedded(tmp_path, ManualClock(EVENING), POINTS) as here:
        here.after(60, p1=Status.FREE)
        snapshot = here.source.snapshot(WORLD, 3)
        assert snapshot.table.totals(WORLD).closed_now == 2
        assert closed(here.source) == {"id-0", "id-1", "id-4"}
