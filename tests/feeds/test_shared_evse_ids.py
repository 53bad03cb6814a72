"""Several EVSEs of a location under one EVSE ID: each has its own status, or none of them one that may be another's."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.feeds.server import FeedServer, location
from tests.feeds.test_ocpi_receiver import Replica, at, replica  # noqa: F401 - a fixture
from tests.importers import datex
from wirelane_geo.cli import main
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.store import PointQuery, Store, open_store


def two(first: str, second: str, *, minutes: tuple[int, int] = (0, 0)) -> dict[str, Any]:
    """A location with the EVSEs "1" and "b", which have one EVSE ID."""
    [evse] = location(1, first, at(minutes[0]))["evses"]
    other = evse | {"uid": "b", "evse_id": "de-abc-e1", "status": second, "last_updated": at(minutes[1])}
    return location(1, first, at(max(minutes))) | {"evses": [evse, other]}


def statuses(store: Store) -> dict[str, str]:
    """By what the operator calls each point."""
    found = [json.loads(body) for body in store.query(PointQuery(page_size=100)).bodies]
    return {point["charge_point_id"]: point["status"] for point in found}


def test_a_feed_of_ocpi_gives_each_its_own_status(server: FeedServer, store: Store, follow: Callable[..., Puller]) -> None:
    puller = follow(kind="ocpi", url="/locations")
    for minute, given, expected in ((0, ("CHARGING", "AVAILABLE"), ("IN_USE", "FREE")),
                                    (1, ("AVAILABLE", "OUTOFORDER"), ("FREE", "FAULTED"))):
        server.answers["/locations"] = {"data": [two(*given, minutes=(minute, minute))], "status_code": 1000}
        puller.pull(static=True, live=True)
        assert statuses(store) == dict(zip(("1", "b"), expected, strict=True))


def test_an_evse_that_others_come_to_share_its_id_with_is_not_left_free(
        server: FeedServer, store: Store, follow: Callable[..., Puller]) -> None:
    """Until all is read again it may be there twice."""
    puller, both = follow(kind="ocpi", url="/locations"), two("CHARGING", "AVAILABLE", minutes=(2, 1))
    first = location(1, "AVAILABLE", at(0))
    server.answers["/locations"] = {"data": [first], "status_code": 1000}
    puller.pull(static=True, live=True)
    server.answers["/locations"] = {"data": [both], "status_code": 1000}
    puller.pull(static=False, live=True)
    found = [json.loads(body) for body in store.query(PointQuery(page_size=100)).bodies]
    assert sorted((point["charge_point_id"], point["status"]) for point in found) == [
        ("1", "IN_USE"), ("1", "UNKNOWN"), ("b", "FREE")]
    puller.pull(static=True, live=True, accept=True)
    assert statuses(store) == {"1": "IN_USE", "b": "FREE"}
    assert store.counts().points == 2


def test_what_is_pushed_of_one_is_not_the_other_s(store: Store, replica: Replica) -> None:  # noqa: F811
    sender = replica()
    assert sender.put("L1", two("CHARGING", "CHARGING")) == (201, 1000)
    assert statuses(store) == {"1": "IN_USE", "b": "IN_USE"}
    assert sender.patch("L1/b", 1, status="AVAILABLE") == (200, 1000)
    assert statuses(store) == {"1": "IN_USE", "b": "FREE"}
    assert sender.patch("L1/1", 2, status="OUTOFORDER") == (200, 1000)
    assert statuses(store) == {"1": "FAULTED", "b": "FREE"}


def test_one_that_comes_under_another_s_evse_id_leaves_that_one_there(store: Store, replica: Replica) -> None:  # noqa: F811
    sender, both = replica(), two("CHARGING", "AVAILABLE", minutes=(0, 1))
    sender.put("L1", both | {"evses": both["evses"][:1]})
    assert statuses(store) == {"1": "IN_USE"}
    sender.put("L1/b", both["evses"][1])
    assert statuses(store) == {"1": "IN_USE", "b": "FREE"}


def shared(*ids: str) -> dict[str, Any]:
    """A site with points that have ids of their own and one EVSE ID."""
    kind = {"extendedValueG": "evseId", "value": "extendedG"}
    evse = {"externalIdentifier": [{"identifier": "DE*ABC*E9", "typeOfIdentifier": kind}]}
    points = [{"aegiElectricChargingPoint": datex.POINT | evse | {"idG": id}} for id in ids]
    return datex.SITE | {"energyInfrastructureStation": [datex.STATION | {"refillPoint": points}]}


def test_statuses_of_files_of_datex(tmp_path: Path) -> None:
    table, status = datex.file(tmp_path, datex.table(shared("left-side", "right-side"))), tmp_path / "status.json"
    for told, expected in (
            ([("DE*ABC*E9", "available")], ("FREE", "FREE")),
            ([("DE*ABC*E9", "charging")], ("IN_USE", "IN_USE")),
            ([("DE*ABC*E9", "charging"), ("DE*ABC*E9", "available")], ("UNKNOWN", "UNKNOWN")),
            ([("left-side", "available"), ("right-side", "charging")], ("FREE", "IN_USE")),
            ([("left-side", "available")], ("FREE", "UNKNOWN"))):
        data = tmp_path / f"data-{len(told)}-{told[0][0]}-{told[0][1]}"
        status.write_text(json.dumps(datex.status(*(datex.point_status(ref, word) for ref, word in told))), encoding="utf-8")
        result = CliRunner().invoke(main, ["import", str(table), str(status)], env={"WIRELANE_GEO_DATA": str(data)})
        assert result.exit_code == 0, result.output
        assert ("several statuses of an EVSE ID that points share" in result.output) == (expected == ("UNKNOWN", "UNKNOWN"))
        store = open_store(data / "points.sqlite")
        try:
            assert statuses(store) == dict(zip(("left-side", "right-side"), expected, strict=True))
        finally:
            store.close()
