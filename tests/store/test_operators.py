"""Few operators for many points: numbered for good, and looked at anew where an earlier version did not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.earlier import leave_as
from tests.store.points import point
from wirelane_geo.model import ChargePoint
from wirelane_geo.model.operators import Operator, operator_of
from wirelane_geo.store import Store, open_store


def of(name: str, cpo: str | None, evseid: str | None = None) -> ChargePoint:
    return point(name, cpo=cpo, evseid=evseid, id=name)


NETWORK = [of("a", "Ionity", "DE*ABC*E1"), of("b", "Ionity", "DEABCE2"), of("c", "Ionity"), of("d", None, "DE*XYZ*E1"),
           of("e", None), of("f", "Two\nlines, and a comma")]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "points.sqlite")
    opened.upsert(NETWORK, "irve")
    yield opened
    opened.close()


def operators_of(store: Store) -> dict[str, Operator]:
    known, columns = store.operators(), store.columns()
    return {str(record.id): Operator.of_text(known[number]) if number else Operator()
            for record, number in zip(store.records(columns.handle.tolist()), columns.operator.tolist(), strict=True)}


def test_each_operator_is_kept_once_and_each_point_has_its_number(store: Store) -> None:
    assert operators_of(store) == {str(each.id): operator_of(each) for each in NETWORK}
    assert sorted(store.operators().values()) == sorted({each.text for each in map(operator_of, NETWORK) if each.text})


def test_a_point_that_changes_hands_has_another_number(store: Store) -> None:
    seq = store.last_seq()
    store.update("id", "a", of("a", "Aral", "DE*ABC*E1"))
    assert operators_of(store)["a"] == Operator("Aral", "DEABC")
    assert len(store.columns(since=seq)) == 1


def test_an_operator_without_points_is_forgotten_and_its_number_never_given_again(store: Store) -> None:
    store.upsert([of("z", "Zappy")], "ocpi")
    last = max(store.operators())
    store.remove("ocpi")
    assert "Zappy" not in "".join(store.operators().values())
    store.upsert([of("y", "Yonder")], "ocpi")
    assert max(store.operators()) > last


def test_a_database_from_before_learns_its_operators(tmp_path: Path) -> None:
    path = tmp_path / "earlier.sqlite"
    store = open_store(path)
    store.upsert(NETWORK, "irve")
    store.close()
    leave_as(path, 9)
    store = open_store(path)
    assert operators_of(store) == {str(each.id): operator_of(each) for each in NETWORK}
    store.close()
