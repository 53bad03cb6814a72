"""Points that are read while a process still starts are shown as the store has them when it has started."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.points import point
from wirelane_geo.errors import StoreError
from wirelane_geo.geo import WORLD
from wirelane_geo.model import PointId, Status
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store, open_store


def nothing(store: Store) -> None:
    """The store stays as it is."""


def status(store: Store) -> None:
    store.set_statuses({ids(store)[0]: Status.FAULTED})


def another(store: Store) -> None:
    store.upsert([point("d", latitude=51.0)], "irve")


def fewer(store: Store) -> None:
    store.remove("irve", ids(store)[1:])


def ids(store: Store) -> list[PointId]:
    return [one.id for name in "abc" if (one := store.get("charge_point_id", point(name).charge_point_id)) and one.id]


def seen(source: EmbeddedSource) -> list[tuple[int, int, float]]:
    shown = source.snapshot(WORLD, 0)
    return sorted(zip(shown.handles.tolist(), shown.table.status.tolist(), shown.table.lat.tolist(), strict=True))


def wait() -> None:
    """Until all is read."""
    for thread in threading.enumerate():
        if thread.name.startswith("read-ahead"):
            thread.join()


@pytest.mark.parametrize("change", [nothing, status, another, fewer])
def test_what_changed_since_is_read_as_well(tmp_path: Path, change: Callable[[Store], None]) -> None:
    with closing(open_store(tmp_path / "points.sqlite")) as store:
        store.upsert([point(name) for name in "abc"], "irve")
        source = EmbeddedSource(store)
        source.read_ahead()
        wait()
        before = seen(EmbeddedSource(store))
        change(store)
        source.refresh()
        assert seen(source) == seen(EmbeddedSource(store))
        assert (seen(source) == before) == (change is nothing)
        status(store)
        source.refresh()
        assert seen(source) == seen(EmbeddedSource(store)), "and what comes later"


def test_what_could_not_be_read_is_said_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "points.sqlite"
    with closing(open_store(file)) as store, closing(sqlite3.connect(file)) as beside:
        store.upsert([point("a")], "irve")
        source = EmbeddedSource(store)
        beside.execute("ALTER TABLE points RENAME TO elsewhere")
        source.read_ahead()
        wait()
        beside.execute("ALTER TABLE elsewhere RENAME TO points")
        with pytest.raises(StoreError):
            source.refresh()
        source.refresh()
        assert len(seen(source)) == 1
