"""What is asked for by place or id is looked up in an index, not searched for in all points."""

from pathlib import Path

import pytest

from wirelane_geo.geo import Bounds
from wirelane_geo.store import PointQuery
from wirelane_geo.store._queries import statement_of
from wirelane_geo.store._schema import STEPS
from wirelane_geo.store._sqlite_connection import SqliteConnection, register
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
