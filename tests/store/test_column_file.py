"""The copy of a large store's columns: never believed when it isn't true, and worth having when it is."""

import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.points import charge_points, point
from wirelane_geo.installation import Progress
from wirelane_geo.model import Status
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import PointColumns, Store, column_file, open_store
from wirelane_geo.store._columns import TYPES

MARK = 77.0
"""A power that is in the copy alone: who sees it has read the copy."""


@pytest.fixture(autouse=True)
def any_store_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_file, "LARGE", 1)
    monkeypatch.setattr("wirelane_geo.sources._embedded.LARGE", 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with_points = open_store(tmp_path / "points.sqlite")
    with_points.upsert([point(f"P{n}", longitude=9 + n / 10, power=11.0) for n in range(20)], "irve")
    yield with_points
    with_points.close()


def same(one: PointColumns, other: PointColumns) -> bool:
    return one.seq == other.seq and all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "power_kw") for name in TYPES)


def keep_marked(store: Store) -> None:
    columns = store.columns()
    store.keep(replace(columns, power_kw=np.full(len(columns), MARK, np.float32)))


def is_read_from_the_copy(store: Store) -> bool:
    return MARK in store.columns().power_kw


def test_a_copy_is_made_by_the_first_who_reads_it_all_and_read_by_the_next(store: Store, tmp_path: Path) -> None:
    first, copy = store.columns(), tmp_path / "points.columns"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert same(store.columns(), first)
    keep_marked(store)
    assert is_read_from_the_copy(store)
    assert [file.name for file in tmp_path.iterdir() if ".new" in file.name] == []


def test_a_small_store_keeps_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_file, "LARGE", 1000)
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([point("P")], "irve")
    store.keep(store.columns())
    assert not (tmp_path / "points.columns").exists()
    store.close()


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=st.lists(charge_points, max_size=12, unique_by=lambda p: (p.charge_point_id, p.evseid or "")),
       after=st.lists(charge_points, max_size=12, unique_by=lambda p: (p.charge_point_id, p.evseid or "")), data=st.data())
def test_what_changed_since_is_seen(tmp_path_factory: pytest.TempPathFactory, before, after, data) -> None:
    directory = tmp_path_factory.mktemp("store")
    store = open_store(directory / "points.sqlite")
    store.upsert(before, "irve")
    store.upsert([point("gone", id="gone")], "ocpi")
    store.columns()
    store.upsert(after, "irve")
    some = data.draw(st.lists(st.sampled_from(store.columns().handle.tolist()), max_size=5))
    store.set_statuses({one.id or "": Status.FAULTED for one in store.records(some)})
    store.remove("ocpi")
    from_copy = store.columns()
    (directory / "points.columns").unlink()
    assert same(from_copy, store.columns())
    store.close()


@pytest.mark.parametrize("damage", [
    lambda file: file[:-1], lambda file: file + b"\0", lambda file: b"", lambda file: b"\n", lambda file: file[:200],
    lambda file: file[:-9] + bytes([file[-9] ^ 1]) + file[-8:], lambda file: b"SQLite format 3\0" * 100,
    lambda file: b"[]\n" + file.partition(b"\n")[2], lambda file: b"[" * 5000, lambda file: b"\xff\xfe" + file,
    lambda file: changed(file, version=column_file.VERSION - 1), lambda file: changed(file, version=column_file.VERSION + 1),
    lambda file: changed(file, format="another"), lambda file: changed(file, rows=19), lambda file: changed(file, rows=-1),
    lambda file: changed(file, rows=10**18), lambda file: changed(file, rows="x"), lambda file: changed(file, rows=None),
    lambda file: changed(file, number=None), lambda file: changed(file, digest=None), lambda file: changed(file, stamp="x"),
    lambda file: changed(file, types={"rowid": "<i8"}), lambda file: changed(file, order="middle"),
])
def test_what_is_damaged_foreign_or_old_is_made_anew(store: Store, tmp_path: Path, damage) -> None:
    true, copy = store.columns(), tmp_path / "points.columns"
    keep_marked(store)
    copy.write_bytes(damage(copy.read_bytes()))
    assert same(store.columns(), true)
    assert same(store.columns(), true)
    assert copy.stat().st_size > 500, "and a new one is there"


def changed(file: bytes, **fields: object) -> bytes:
    head, _, rest = file.partition(b"\n")
    return json.dumps(json.loads(head) | fields).encode() + b"\n" + rest


def test_a_backup_from_before_the_copy_does_not_believe_it(store: Store, tmp_path: Path) -> None:
    """Though its changes are numbered on, past the copy's number."""
    store.columns()
    with closing(sqlite3.connect(tmp_path / "points.sqlite")) as live, closing(sqlite3.connect(tmp_path / "backup")) as backup:
        live.backup(backup)
    ids = [one.id or "" for one in store.records(store.columns().handle.tolist())]
    store.set_statuses({ids[0]: Status.FREE})
    keep_marked(store)
    store.close()
    for ending in ("", "-wal", "-shm"):
        (tmp_path / f"points.sqlite{ending}").unlink(missing_ok=True)
    shutil.move(tmp_path / "backup", tmp_path / "points.sqlite")
    with closing(open_store(tmp_path / "points.sqlite")) as restored:
        for status in (Status.FAULTED, Status.CLOSED, Status.IN_USE):
            restored.set_statuses({ids[1]: status})
        assert not is_read_from_the_copy(restored)
        assert restored.records(restored.columns().handle[:1].tolist())[0].status is Status.UNKNOWN


def test_where_no_copy_can_be_written_the_columns_are_read_all_the_same(
        store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "points.columns").mkdir()
    assert len(store.columns()) == 20
    assert "no copy of the charge points could be kept" in caplog.text
    assert [file.name for file in tmp_path.iterdir() if ".new" in file.name] == []


def test_reading_says_how_far_it_is(store: Store) -> None:
    told: list[tuple[int, int]] = []
    store.columns(on_progress=lambda done, all: told.append((done, all)))
    assert told[-1] == (20, 20)


def test_a_source_that_is_kept_up_keeps_the_copy_up(store: Store, tmp_path: Path) -> None:
    """Else every start would read more changes than the one before."""
    source = EmbeddedSource(store)
    source.refresh()
    before = (tmp_path / "points.columns").read_bytes()
    ids = [one.id or "" for one in store.records(store.columns().handle.tolist())]
    store.set_statuses({ids[0]: Status.FAULTED})
    source.refresh()
    assert (tmp_path / "points.columns").read_bytes() == before, "not for one of twenty"
    store.set_statuses(dict.fromkeys(ids[:5], Status.IN_USE))
    store.remove("nobody")
    source.refresh()
    store.close()  # waits for it
    assert (tmp_path / "points.columns").read_bytes() != before
    with closing(sqlite3.connect(tmp_path / "points.sqlite", isolation_level=None)) as database:
        database.execute("UPDATE points SET status = 0")  # seen by nobody: the change has no number
    with closing(open_store(tmp_path / "points.sqlite")) as again:
        assert sum(again.columns().status == Status.IN_USE.number) == 5, "it is in the copy"


def test_loading_many_points_says_what_it_does_and_a_few_points_nothing(
        store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    seconds = iter([0.0, 0.1, 0.2, 0.3, 0.4])
    EmbeddedSource(store, report=Progress(out, clock=lambda: next(seconds))).refresh()
    assert out.getvalue().splitlines() == ["  Reading 20 charge points: 100%", "  Sorting 20 charge points",
                                           "  Comparing them with the history"]
    monkeypatch.setattr("wirelane_geo.sources._embedded.LARGE", 1000)
    EmbeddedSource(store, report=Progress(out, clock=lambda: next(seconds))).refresh()
    assert len(out.getvalue().splitlines()) == 3


def test_progress_is_told_once_a_second_and_at_the_end() -> None:
    out = io.StringIO()
    seconds = iter([0.0, 0.2, 0.9, 1.1, 1.2, 1.3])
    tell = Progress(out, clock=lambda: next(seconds))
    for done in (0.1, 0.2, 0.3, 0.4, 0.5, 1.0):
        tell("Reading", done)
    assert out.getvalue().split() == ["Reading:", "10%", "Reading:", "40%", "Reading:", "100%"]
