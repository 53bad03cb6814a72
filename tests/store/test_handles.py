"""A store's handles: each is one point's, made from the network's id, kept for ever."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.model.test_identity import TWINS
from tests.store.points import point
from wirelane_geo.model import ChargePoint, Handle
from wirelane_geo.model.identity import handle_of
from wirelane_geo.store import Store, open_store


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "points.sqlite")) as store:
        yield store


def with_ids(*ids: str) -> list[ChargePoint]:
    return [point(id, id=id, charging_point_id=id) for id in ids]


def handles(store: Store) -> dict[str, Handle]:
    return {record.id: handle for handle in store.columns().handle.tolist() for record in store.records([handle])}


def test_every_process_and_every_copy_has_the_same(in_file: Store, tmp_path: Path) -> None:
    store = in_file
    store.upsert(with_ids("a", "b"), "irve")
    assert handles(store) == {id: handle_of(store.network, id) for id in "ab"}
    with closing(sqlite3.connect(tmp_path / "points.sqlite")) as database, \
            closing(sqlite3.connect(tmp_path / "copy.sqlite")) as copy:
        database.backup(copy)
    for path in ("points.sqlite", "copy.sqlite"):
        with closing(open_store(tmp_path / path)) as other:
            assert (other.network, handles(other)) == (store.network, handles(store))
    with closing(open_store(tmp_path / "another.sqlite")) as another:
        another.upsert(with_ids("a", "b"), "irve")
        assert another.network != store.network
        assert set(handles(another).values()).isdisjoint(handles(store).values())


@pytest.mark.parametrize("together", [True, False])
def test_two_points_with_one_handle_are_never_taken_for_each_other(store: Store, url: str, together: bool) -> None:
    one, other = TWINS
    assert handle_of(store.network, one) == handle_of(store.network, other)
    for batch in [TWINS] if together else [[one], [other]]:
        store.upsert(with_ids(*batch), "irve")
    expected = {one: handle_of(store.network, one), other: handle_of(store.network, other, attempt=1)}
    assert handles(store) == expected
    assert {id: handle for id, (handle, _) in store.places(list(TWINS)).items()} == expected
    assert [store.search(id, 5) for id in TWINS] == [[expected[id]] for id in TWINS]
    store.remove("irve", [other])
    store.upsert(with_ids("a"), "irve")
    assert handles(store)[other] == expected[other], "it keeps what it has"
    with closing(open_store(url)) as again:
        assert handles(again) == handles(store)


def test_what_an_earlier_version_writes_beside_this_one_gets_handles(in_file: Store, tmp_path: Path) -> None:
    store = in_file
    store.upsert(with_ids(*TWINS, "a"), "irve")
    expected = handles(store)
    with closing(sqlite3.connect(tmp_path / "points.sqlite", isolation_level=None)) as database:  # which knows of none
        database.execute("UPDATE points SET handle = NULL")
    assert handles(store) == expected
    with closing(open_store(tmp_path / "points.sqlite")) as again:
        assert handles(again) == expected


def test_what_is_deleted_and_comes_back_between_two_looks_was_never_gone(store: Store) -> None:
    store.upsert(with_ids("a", "b"), "irve")
    seq, before = store.last_seq(), handles(store)
    store.remove("irve")
    store.upsert(with_ids("a"), "irve")
    changed = store.columns(since=seq)
    assert changed.handle.tolist() == [before["a"]]
    assert changed.deleted.tolist() == [before["b"]]
    merged = store.columns()
    assert merged.handle.tolist() == [before["a"]]
