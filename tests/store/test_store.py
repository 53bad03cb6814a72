"""What is put into a store comes out, is found, changed and removed."""

import math
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NewUrl
from tests.store.points import charge_points, point
from wirelane_geo.errors import AlreadyThere, BadInput
from wirelane_geo.geo import quadkey
from wirelane_geo.model import AuthenticationType, ChargePoint, Handle, PlugType, PointId, Status
from wirelane_geo.store import PointColumns, PointQuery, Store, UpsertCounts, open_store
from wirelane_geo.store.station_keys import station_keys

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def bare(given: ChargePoint) -> ChargePoint:
    """A point without what the store gives it."""
    return msgspec.structs.replace(given, id=None, charging_point_id=None, creation_date=None, update_date=None)


def handle_of(store: Store, given: ChargePoint) -> Handle:
    [(handle, _)] = store.places([given.id or PointId("")]).values()
    return handle


def row_of(columns: PointColumns, handle: int) -> int:
    [row] = np.flatnonzero(columns.handle == handle)
    return int(row)


@pytest.mark.slow
@quick
@given(points=st.lists(charge_points, max_size=12, unique_by=lambda p: (p.charge_point_id, p.evseid or "")))
def test_what_is_put_in_comes_out(new_url: NewUrl, points: list[ChargePoint]) -> None:
    store = open_store(new_url())
    assert store.upsert(points, "irve") == UpsertCounts(inserted=len(points))
    assert store.upsert(points, "irve") == UpsertCounts(unchanged=len(points))
    assert store.last_seq() == bool(points), "what changes nothing is no change"
    assert store.origins() == ({"irve": len(points)} if points else {})
    page = store.query(PointQuery(page_size=100))
    kept = [msgspec.json.decode(body, type=ChargePoint) for body in page.bodies]
    assert list(map(bare, kept)) == list(map(bare, points))
    assert all(k.id and k.charging_point_id and k.creation_date and k.update_date for k in kept)
    assert store.counts().stations == len(np.unique(station_keys(kept)))
    for one in kept:
        assert store.get("id", one.id or "") == one
        assert store.records([handle_of(store, one)]) == [one]
    columns = store.columns()
    assert len(columns) == sum(p.longitude is not None and p.latitude is not None for p in points)
    assert np.all(np.diff(quadkey.encode(columns.lon, columns.lat).astype(np.int64)) >= 0)
    for one, station in zip(kept, station_keys(kept), strict=True):
        if one.longitude is None or one.latitude is None:
            continue
        row = row_of(columns, handle_of(store, one))
        power = math.nan if one.power is None else one.power
        assert (columns.lon[row], columns.lat[row]) == (one.longitude, one.latitude)
        assert columns.status[row] == one.status.number
        assert columns.plugs[row] == PlugType.mask(one.plug_types)
        assert columns.authentication[row] == AuthenticationType.mask(one.authentication_types)
        assert columns.charging_type[row] == (255 if one.charging_type is None else one.charging_type.number)
        assert columns.reservable[row] == bool(one.reservable)
        assert columns.station[row] == station
        np.testing.assert_equal(columns.power_kw[row], power)
    store.close()


@pytest.mark.slow
@quick
@given(text=st.text(max_size=30))
def test_any_text_can_be_searched(store: Store, text: str) -> None:
    store.upsert([point("A-1", street="Torstraße", city="Gmünd")], "demo")
    assert store.search(text.encode("utf-8", "replace").decode(), 5) in ([], store.columns().handle.tolist())


@pytest.mark.parametrize("text", [
    "DE*ABC*E1234*1", "de*abc*e12", "DEABCE12341", "E1234", "Hub-7", "hub7", "RED_LEFT", "red left", "bahn", "BAHNHOFSTR",
    "gmund", "GMÜND", "schwäbisch gmünd", "73525", "735", "bahnhofstrasse 21", "st-9",
])
def test_a_point_is_found_by(store: Store, text: str) -> None:
    store.upsert([
        point("Hub-7", evseid="DE*ABC*E1234*1", display_id="RED_LEFT", charging_station_id="ST-9", street="Bahnhofstraße",
              house_number="21", zip_code="73525", city="Schwäbisch Gmünd"),
        point("Other", evseid="DE*XYZ*E9", street="Ring", house_number="2", zip_code="10115", city="Berlin"),
    ], "demo")
    [found] = store.records(store.search(text, 10))
    assert found.charge_point_id == "Hub-7"


@pytest.mark.parametrize(("text", "right"), [
    ("Bahnhfostraße 21", ["bahnhofstrasse 21"]), ("bahnhfostr.", ["bahnhofstr"]), ("73525 Gmünt", ["73525 gmund"]),
    ("Bahnhofstraße 99", []), ("ring", []), ("Bern", ["berg", "born"]), ("Hbu-7", []), ("qqqqqq", []), ("", []), ("*\"", []),
    ("wrong wrongs wrongly", [])])
def test_a_text_is_spelled_as_the_words_that_there_are(store: Store, text: str, right: list[str]) -> None:
    store.upsert([point("Hub-7", evseid="DE*ABC*E1234*1", street="Bahnhofstraße", house_number="21", zip_code="73525",
                        city="Schwäbisch Gmünd"), point("B", street="Ring"), point("C", city="Berg"), point("D", city="Born")],
                 "demo")
    assert sorted(store.respelled(text)) == right
    store.upsert([point("D", street="Unter den Linden")], "demo")
    assert store.respelled("Untre den Lidnen") == ["unter den linden"]


@pytest.mark.parametrize("text", ["", " ", "*", '"', "munich", "hnhof", "gmünd berlin", "NEAR(a b)", "text:Ring"])
def test_nothing_is_found_by(store: Store, text: str) -> None:
    store.upsert([point("Hub-7", street="Bahnhofstraße", city="Gmünd"), point("B", street="Ring", city="Berlin")], "demo")
    assert store.search(text, 10) == []


def test_a_changed_point_is_updated_and_keeps_its_handle(store: Store) -> None:
    store.upsert([point("A", city="Berlin"), point("B")], "ocpi")
    before = store.get("charge_point_id", "A")
    handle = handle_of(store, before)
    seq = store.last_seq()
    assert store.upsert([point("A", city="Köln"), point("B"), point("C")], "ocpi") == UpsertCounts(1, 1, 1)
    after = store.get("charge_point_id", "A")
    assert after == msgspec.structs.replace(before, city="Köln", update_date=after.update_date)
    assert after.update_date > before.update_date
    assert handle_of(store, after) == handle
    assert [len(store.search(city, 9)) for city in ("berlin", "köln")] == [0, 1]
    changed = store.columns(since=seq)
    assert sorted(changed.handle) == sorted([handle, handle_of(store, store.get("charge_point_id", "C"))])
    assert changed.seq == store.last_seq() == seq + 1


def test_of_two_with_one_id_the_last_stays(store: Store) -> None:
    done = store.upsert([point("A", city="Berlin"), point("A", city="Köln"), point("A", city="Köln")], "irve")
    assert done == UpsertCounts(1, 1, 1)
    assert store.get("charge_point_id", "A").city == "Köln"
    assert store.counts().points == 1


def test_dates_alone_are_no_change(store: Store) -> None:
    one, other = (point("A", update_date=datetime(2025, 1, day, tzinfo=UTC)) for day in (1, 2))
    store.upsert([one], "ocpi")
    assert store.upsert([other], "ocpi") == UpsertCounts(unchanged=1)


def test_a_status_alone_is_a_change(store: Store) -> None:
    store.upsert([point("A", status=Status.FREE)], "ocpi")
    assert store.upsert([point("A", status=Status.FAULTED)], "ocpi") == UpsertCounts(updated=1)
    assert store.get("charge_point_id", "A").status is Status.FAULTED


def test_statuses_are_set_by_id(store: Store) -> None:
    store.upsert([point(name, status=Status.FREE) for name in "ABC"], "demo")
    a, b, c = (store.get("charge_point_id", name) for name in "ABC")
    seq, at = store.last_seq(), datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    assert store.set_statuses({a.id: Status.IN_USE, b.id: Status.FREE, "no such": Status.CLOSED}, at) == 1
    assert store.get("id", a.id) == msgspec.structs.replace(a, status=Status.IN_USE, update_date=at)
    assert store.get("id", b.id) == b
    changed = store.columns(since=seq)
    assert (changed.handle.tolist(), changed.status.tolist()) == ([handle_of(store, a)], [Status.IN_USE.number])
    assert store.set_statuses({c.id: Status.FREE}) == 0
    assert store.last_seq() == changed.seq == seq + 1


def test_an_origin_is_removed_and_its_handles_are_told(store: Store) -> None:
    store.upsert([point("A", city="Berlin"), point("B")], "demo")
    store.upsert([point("C")], "irve")
    seq, gone = store.last_seq(), sorted(handle_of(store, store.get("charge_point_id", name)) for name in "AB")
    assert store.remove("demo") == 2
    assert store.origins() == {"irve": 1}
    assert store.search("berlin", 5) == []
    assert store.records(gone) == []
    changed = store.columns(since=seq)
    assert (len(changed), sorted(changed.deleted)) == (0, gone)
    assert store.remove("demo") == 0
    store.upsert([point("A"), point("D")], "demo")
    again, new = (handle_of(store, store.get("charge_point_id", name)) for name in "AD")
    assert again in gone, "a point that comes back is the same one"
    assert new not in gone, "another point has another handle"
    changed = store.columns(since=seq)
    assert set(changed.handle) == {again, new}
    assert set(changed.deleted) == set(gone) - {again}


def test_a_point_that_loses_its_position_is_gone_from_the_columns(store: Store) -> None:
    store.upsert([point("A"), point("B")], "demo")
    handle, seq = handle_of(store, store.get("charge_point_id", "A")), store.last_seq()
    store.upsert([point("A", longitude=None, latitude=None)], "demo")
    changed = store.columns(since=seq)
    assert (changed.deleted.tolist(), len(changed), len(store.columns())) == ([handle], 0, 1)


def test_records_come_in_the_order_asked_for(store: Store) -> None:
    store.upsert([point(str(n)) for n in range(20)], "demo")
    handles = store.columns().handle.tolist()[::-1]
    asked = [*handles[::2], 10**6, *handles[1::2]]
    assert [r.id for r in store.records(asked)] == [store.records([n])[0].id for n in asked if n != 10**6]
    assert store.records([]) == []


def test_ids_lead_to_the_point(store: Store) -> None:
    store.upsert([point("A", id="1", charging_point_id="one", evseid="DE*A*E1"), point("B", id="2", evseid="DE*A*E2")],
                 "api")
    assert store.get("charging_point_id", "one").id == "1"
    assert store.get("charging_point_id", "1") is None
    assert store.get("charging_point_id", "2").id == "2", "its id serves where it has no other"
    assert store.get("evseid", "DE*A*E2").id == "2"
    assert store.get("charge_point_id", "A").id == "1"
    assert [store.get(kind, "?") for kind in ("id", "evseid", "charge_point_id", "charging_point_id")] == [None] * 4


def test_create_and_update(store: Store) -> None:
    made = store.create(point("A", id="mine", evseid="DE*A*E1", creation_date=datetime(1999, 1, 1, tzinfo=UTC)))
    assert made.id != "mine"
    assert made.creation_date.year > 2000
    assert store.get("id", made.id) == made
    assert store.origins() == {"api": 1}
    changed = store.update("evseid", "DE*A*E1", point("A", id="other", evseid="DE*A*E2", city="Köln"))
    assert (changed.id, changed.creation_date, changed.city) == (made.id, made.creation_date, "Köln")
    assert store.get("evseid", "DE*A*E2") == changed
    assert store.get("evseid", "DE*A*E1") is None
    seq = store.last_seq()
    assert store.update("id", made.id, changed) == changed
    assert store.last_seq() == seq
    assert store.update("id", "nobody", changed) is None


def test_there_is_one_point_of_an_evse_id(store: Store) -> None:
    store.create(point("A", evseid="DE*A*E1"))
    store.create(point("A", evseid="DE*A*E2"))
    store.create(point("A"))
    for twin in (point("B", evseid="DE*A*E1"), point("A")):
        with pytest.raises(AlreadyThere, match=r"evseid|charge_point_id"):
            store.create(twin)
    with pytest.raises(AlreadyThere, match="evseid"):
        store.update("evseid", "DE*A*E2", point("A", evseid="DE*A*E1"))
    assert store.counts().points == 3


@pytest.mark.parametrize(("lon", "lat"), [(181.0, 0.0), (0.0, -90.5), (math.nan, 1.0), (1.0, math.inf)])
def test_a_position_that_is_nowhere_is_refused(store: Store, lon: float, lat: float) -> None:
    with pytest.raises(BadInput, match="XY"):
        store.upsert([point("XY", longitude=lon, latitude=lat)], "demo")
    assert store.counts().points == 0
