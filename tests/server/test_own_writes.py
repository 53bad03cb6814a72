"""What was written is in the next answer, by whomever it was written, though lists come from a table in memory."""

from pathlib import Path
from typing import Any

import pytest

from tests.server.serving import Service, serving
from tests.store.points import point
from wirelane_geo.model import Status
from wirelane_geo.store import open_store

HERE = {"south_west_lat": 48, "south_west_lon": 9, "north_east_lat": 49, "north_east_lon": 10}


def labels(service: Service, **parameters: Any) -> list[str]:
    answer = service.client.get(service.points, params={**HERE, **parameters}).raise_for_status()
    assert answer.headers["X-Total-Count"] == str(len(answer.json()))
    return [one["charge_point_id"] for one in answer.json()]


@pytest.fixture
def two(tmp_path: Path) -> Any:
    """A service of three points whose table nobody refreshes."""
    with serving(tmp_path, by_table=True) as service:
        service.store.upsert([point(f"P{number}", id=f"id-{number}", charging_station_id=f"S{number}", status=Status.IN_USE)
                              for number in range(3)], "irve")
        service.source.refresh()
        yield service


def test_what_is_created_changed_and_moved_by_the_api(two: Service) -> None:
    new = {"charge_point_id": "NEW", "latitude": 48.5, "longitude": 9.5, "status": "FREE"}
    made = two.client.post(two.points, json=new).raise_for_status().json()
    assert labels(two) == ["P0", "P1", "P2", "NEW"]
    assert labels(two, status="FREE") == ["NEW"]
    one = f"{two.points}/id/{made['id']}"
    two.client.put(one, json={**new, "status": "FAULTED"}).raise_for_status()
    assert labels(two, status="FREE") == []
    assert labels(two, status="FAULTED", order_by="latitude") == ["NEW"]
    two.client.put(one, json={**new, "latitude": 50.5}).raise_for_status()
    assert labels(two) == ["P0", "P1", "P2"]
    two.client.put(one, json={"charge_point_id": "NEW", "charging_station_id": "S"}).raise_for_status()
    answer = two.client.get(two.points, params={"order_by": "latitude"}).json()
    assert [point["charge_point_id"] for point in answer] == ["P0", "P1", "P2", "NEW"]


def test_what_another_connection_writes(two: Service, tmp_path: Path) -> None:
    other = open_store(tmp_path / "points.sqlite")
    other.set_statuses({"id-1": Status.FREE})
    assert labels(two, status="FREE") == ["P1"]
    two.source.refresh()
    other.set_statuses({"id-1": Status.IN_USE, "id-2": Status.FREE})
    assert labels(two, status="FREE") == ["P2"]
    other.remove("irve", but=["id-0", "id-2"])
    assert labels(two) == ["P0", "P2"]
    other.upsert([point("P1", id="id-1", charging_station_id="S1")], "irve")
    assert labels(two) == ["P0", "P2", "P1"], "it has come anew"
    two.source.refresh()
    assert labels(two) == ["P0", "P2", "P1"]
    assert labels(two, order_direction="desc") == ["P1", "P2", "P0"]
    other.close()
