"""Price and access as a column: kept with each point, followed as they change, and looked at anew where an earlier version did
not."""

from pathlib import Path

from tests.store.earlier import leave_as
from tests.store.points import point
from wirelane_geo.model import AuthenticationType, ChargePoint, Conditions, with_conditions
from wirelane_geo.model.access import AdHoc, Cost, Vehicle, Wheelchair, access_of, bits_of
from wirelane_geo.store import Store, open_store


def of(name: str, conditions: Conditions | None = None, **fields: object) -> ChargePoint:
    return with_conditions(point(name, id=name, **fields), conditions or Conditions())


NETWORK = [of("a", Conditions(free=True, wheelchair=True)), of("b", Conditions(free=False, vehicles=("moped",))), of("c"),
           of("d", authentication_types=(AuthenticationType.nfc_terminal,))]
EXPECTED = {"a": bits_of([Cost.free, Wheelchair.accessible]), "b": bits_of([Cost.paid, Vehicle.two_wheeler]), "c": 0,
            "d": bits_of([AdHoc.possible])}


def access_in(store: Store) -> dict[str, int]:
    columns = store.columns()
    return {str(record.id): access
            for record, access in zip(store.records(columns.handle.tolist()), columns.access.tolist(), strict=True)}


def test_each_point_has_what_is_known_of_it(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert(NETWORK, "irve")
    assert access_in(store) == EXPECTED == {str(each.id): access_of(each) for each in NETWORK}
    seq = store.last_seq()
    store.upsert([of("a", Conditions(free=False)), *NETWORK[1:]], "irve")
    assert store.columns(since=seq).access.tolist() == [bits_of([Cost.paid])]
    store.close()


def test_a_database_from_before_learns_it(tmp_path: Path) -> None:
    path = tmp_path / "earlier.sqlite"
    store = open_store(path)
    store.upsert(NETWORK, "irve")
    store.close()
    leave_as(path, 13)
    store = open_store(path)
    assert access_in(store) == EXPECTED
    store.close()
