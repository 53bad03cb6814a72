"""A database that is put back to an earlier state, while processes show it, is shown as it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.sources.test_point_lists import Both
from tests.store.points import point
from wirelane_geo.geo import WORLD
from wirelane_geo.model import Status
from wirelane_geo.store import PointQuery, open_store


def put(source: Path, target: Path) -> None:
    """A database's content into another file, as `sqlite3 TARGET '.restore SOURCE'` does."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def test_a_store_that_is_put_back_is_shown_as_it_is(tmp_path: Path) -> None:
    file, backup = tmp_path / "points.sqlite", tmp_path / "backup.sqlite"
    with closing(open_store(file)) as store:
        store.upsert([point(name, status=Status.FREE) for name in "abc"], "irve")
        both = Both(store)
        put(file, backup)
        [a, b, c] = both.ids()
        store.set_statuses({a: Status.IN_USE})
        both.source.refresh()
        shown = both.source.snapshot(WORLD, 0)
        assert sorted(shown.table.status.tolist()) == [Status.FREE.number] * 2 + [Status.IN_USE.number]
        store.set_statuses({b: Status.FAULTED})  # beside the table
        both.same(PointQuery(statuses=frozenset([Status.FAULTED])))

        put(backup, file)
        everything = PointQuery()
        assert both.lists.query(everything).bodies == store.query(everything).bodies, "before the table is read again, too"
        both.source.refresh()
        assert both.source.snapshot(WORLD, 0).table.status.tolist() == [Status.FREE.number] * 3
        store.set_statuses({c: Status.RESERVED})  # numbers go on from the earlier state's
        both.source.refresh()
        assert sorted(both.source.snapshot(WORLD, 0).table.status.tolist()) == [Status.FREE.number] * 2 + [Status.RESERVED.number]
        for status in Status:
            both.same(PointQuery(statuses=frozenset([status])))
