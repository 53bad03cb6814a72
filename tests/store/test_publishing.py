"""What publishing asks of a store, over SQLite and over PostgreSQL."""

from datetime import UTC, datetime, timedelta

import msgspec

from tests.store.points import point
from wirelane_geo.model import ChargePoint, Conditions, Price, Status, with_conditions
from wirelane_geo.store import Store

DAY = datetime(2025, 1, 1, tzinfo=UTC)
OFFER = Conditions(prices=(Price(per="kWh", amount=0.4, currency="EUR"),), green=True)


def test_points_come_with_their_conditions(store: Store) -> None:
    given = [with_conditions(point("a", id="a", status=Status.FREE), OFFER), point("b", id="b", status=Status.IN_USE)]
    store.upsert(given, "api")
    handles = store.columns().handle.tolist()
    found = {str(one.id): one for one in store.offered([*handles, 12345]).values()}
    assert {id: (one.conditions, one.status) for id, one in found.items()} == {
        "a": (OFFER, Status.FREE), "b": (None, Status.IN_USE)}
    for one in store.records(handles):
        again = found[str(one.id)]
        assert all(getattr(again, name) == getattr(one, name) for name in ChargePoint.__struct_fields__)


def test_names_that_several_have_are_told(store: Store) -> None:
    def at(id: str, evseid: str | None, label: str, station: str | None, owner: str) -> ChargePoint:
        return msgspec.structs.replace(point(label, id=id, evseid=evseid), charging_station_id=station, owner=owner)

    store.upsert([at("1", "DE*ABC*E1", "x", "S", "one"), at("2", "deabce1", "y", "S", "other"),
                  at("3", "DE*ABC*E2", "x", "T", "one"),
                  at("4", None, "z", "T", "one"), at("5", None, "w", None, "one")], "api")
    assert store.shared_names() == ({"DEABCE1"}, {"x"}, {"S"})


def test_what_was_updated_since_is_told(store: Store) -> None:
    store.upsert([point(str(n), id=str(n), update_date=DAY + timedelta(days=n)) for n in range(4)], "api")
    ids = {handle: str(id) for handle, (id, _) in store.ids_and_dates(store.columns().handle.tolist()).items()}

    def since(moment: datetime) -> set[str]:
        return {ids[handle] for handle in store.updated_since(moment).tolist()}

    assert since(DAY + timedelta(days=2)) == {"2", "3"}
    assert since(DAY + timedelta(days=2, microseconds=1)) == {"3"}
    assert since(DAY + timedelta(days=9)) == set()
    store.set_statuses({store.get("id", "0").id: Status.FREE}, at=DAY + timedelta(days=10))  # type: ignore[union-attr, dict-item]
    assert since(DAY + timedelta(days=9)) == {"0"}
