"""What is asked for by place or id is looked up in an index, not searched for in all points."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests.store.points import point
from wirelane_geo.geo import Bounds, quadkey
from wirelane_geo.model import Status
from wirelane_geo.store import PointQuery, open_store
from wirelane_geo.store._queries import statement_of
from wirelane_geo.store._schema import STEPS
from wirelane_geo.store._sqlite_connection import FEW, SqliteConnection, register
from wirelane_geo.store.sqlite_file import connect, prepare

SOMEWHERE = Bounds(50, 8, 50.2, 8.2)


@pytest.mark.parametrize(("query", "index"), [
    (PointQuery(bounds=SOMEWHERE), "points_quadkey"),
    (PointQuery(bounds=Bounds(-20, 179, -10, -179), order_by="city"), "points_quadkey"),
    (PointQuery(center=(8, 50), distance_m=500.0, order_by="distance"), "points_quadkey"),
    (PointQuery(evseids=frozenset(["DE*ABC*E1"])), "points_evse_key"),
    (PointQuery(station_ids=frozenset(["S1"]), page_size=1_000_000), "points_charging_station_id"),
    (PointQuery(search="berlin"), "words"),
])
def test_an_index_is_used(tmp_path: Path, query: PointQuery, index: str) -> None:
    prepare(tmp_path / "points.sqlite", STEPS, "database")
    connection = connect(tmp_path / "points.sqlite")
    register(connection)
    statement, given = statement_of(SqliteConnection(connection), query)
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)]
    assert any(index in step for step in steps)
    assert not any(step.startswith("SCAN points") for step in steps)
    connection.close()


@pytest.mark.parametrize("statuses", [frozenset(), frozenset([Status.FREE])])
def test_of_many_in_the_bounds_all_points_are_looked_at(tmp_path: Path, statuses: frozenset[Status]) -> None:
    """A country by an index is a page of the file for each point: it took seconds."""
    store = open_store(tmp_path / "points.sqlite")
    store.upsert((point(f"P{number}", id=f"{number:032x}", longitude=8 + number % 7 / 100, latitude=50.1, status=Status.FREE,
                        charging_station_id=f"S{number}") for number in range(FEW + 300)), "irve")
    here, nowhere = PointQuery(bounds=Bounds(50, 8, 50.2, 8.05), statuses=statuses, page=3), PointQuery(bounds=Bounds(1, 1, 2, 2))
    inside = [number for number in range(FEW + 300) if number % 7 <= 5]
    page = store.query(here)
    assert page.total == len(inside)
    assert [int(msgspec.json.decode(body)["id"], 16) for body in page.bodies] == inside[100:150]
    [last] = store.query(replace(here, page=page.total, page_size=1)).bodies
    assert store.query(replace(here, page=1, descending=True)).bodies[0] == last
    store.close()
    connection = connect(tmp_path / "points.sqlite")
    places = SqliteConnection(connection)
    assert places.points_in(quadkey.ranges(Bounds(50, 8, 50.2, 8.2))) == "points NOT INDEXED"
    assert places.points_in(quadkey.ranges(nowhere.bounds)) == "points"
    connection.close()
