"""The history's file: what is in it outlives the process, however that ends."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.live.clocks import ManualClock
from tests.live.networks import a_point, embedded
from wirelane_geo.live._history import KNOWN_STATUS_TYPES, History
from wirelane_geo.live._history_interface import Entry
from wirelane_geo.live._known_status import KnownStatus
from wirelane_geo.live.curve import DAY
from wirelane_geo.live.history_place import open_history
from wirelane_geo.model import PointId, Status
from wirelane_geo.store import column_file, open_store

FREE, IN_USE, FAULTED = Status.FREE, Status.IN_USE, Status.FAULTED
ROOT = Path(__file__).parent.parent.parent

CHANGING = """
import sys
from pathlib import Path
from wirelane_geo.live import Live
from wirelane_geo.model import PointId, Status
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

directory = Path(sys.argv[1])
store = open_store(directory / "points.sqlite")
live = Live(EmbeddedSource(store), directory / "history.sqlite")
live.refresh()
number = 0
while True:
    for status in (Status.IN_USE, Status.FREE, Status.FAULTED):
        store.set_statuses({f"id-{point}": status for point in range(4)})
        live.refresh()
        for change in reversed(live.changes(since=number)):
            number = change.number
            print(change.number, change.point_id, change.after, flush=True)
"""


@pytest.mark.slow
def test_kill_9_during_changes_loses_none_that_was_shown(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "points.sqlite")) as store:
        store.upsert([a_point(number) for number in range(4)], "irve")
    process = subprocess.Popen([sys.executable, "-c", CHANGING, str(tmp_path)], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                               env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert process.stdout is not None
    shown = [process.stdout.readline().split() for _ in range(100)]
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()  # by the same reader, which may have taken more than those lines from the pipe
    assert process.wait(30) == -signal.SIGKILL
    shown += [line.split() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    assert [int(number) for number, *_ in shown] == list(range(1, len(shown) + 1))
    with embedded(tmp_path, ManualClock(datetime.now(UTC) + timedelta(hours=1))) as here:
        kept = {str(change.number): (change.point_id, str(change.after)) for change in here.live.changes(limit=100_000)}
        assert {number: (id, status) for number, id, status in shown}.items() <= kept.items()
        number = here.live.status().number
        assert sorted(map(int, kept)) == list(range(1, number + 1))
        assert here.shown() == {point.id: point.status for point in here.store.records(here.store.columns().handle.tolist())}
        here.after(1, p0=Status.RESERVED)
        assert here.live.changes()[0].number == number + 1, "numbers go on"
        gaps = [interval for interval in here.live.point("id-1").strip if interval.status is None]
        assert len(gaps) == 2, "before it was started, and while it was dead"


def test_of_two_on_one_directory_the_first_keeps_the_history(tmp_path: Path) -> None:
    with embedded(tmp_path) as first, embedded(tmp_path, first.clock) as second:
        assert (first.live.keeps_history, second.live.keeps_history) == (True, False)
        second.after(1, p0=FAULTED)
        first.live.refresh()
        first.after(1, p1=FAULTED)
        second.live.refresh()
        for here in (first, second):
            assert [change.point_id for change in here.live.changes()] == ["id-1", "id-0"]
            assert [here.live.point(f"id-{number}").status for number in range(2)] == [FAULTED] * 2
            assert here.live.point("id-0").strip[-1].status is FAULTED
    with embedded(tmp_path, first.clock) as later:
        assert later.live.keeps_history
        assert [change.number for change in later.live.changes()] == [2, 1]


def test_the_history_of_another_network_is_set_aside(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.after(1, p0=FAULTED)
    for file in tmp_path.glob("points.sqlite*"):
        file.unlink()
    with embedded(tmp_path, points=[a_point(number, id=f"other-{number}") for number in range(4)]) as here:
        assert here.live.status().number == 0
        assert here.live.changes() == ()
    assert len(list(tmp_path.glob("history-*.old.sqlite"))) == 1


def test_a_network_made_anew_with_the_same_points_keeps_its_history(tmp_path: Path) -> None:
    clock = ManualClock()
    with embedded(tmp_path, clock) as here:
        here.after(1, p0=FAULTED)
    for file in tmp_path.glob("points.sqlite*"):
        file.unlink()
    with embedded(tmp_path, clock) as here:
        assert [(c.number, c.point_id, c.after) for c in here.live.changes()] == [(2, "id-0", FREE), (1, "id-0", FAULTED)]


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" + bytes(2000)])
def test_a_file_that_cannot_be_read_is_set_aside_and_the_map_starts(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "history.sqlite").write_bytes(content)
    with embedded(tmp_path) as here:
        here.after(1, p0=FAULTED)
        assert here.live.status().number == 1
    [aside] = tmp_path.glob("history-*.old.sqlite")
    assert aside.read_bytes() == content


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    with embedded(tmp_path):
        assert (tmp_path / "history.sqlite").stat().st_mode & 0o077 == 0


def test_after_some_days_only_failures_and_repairs_are_kept_and_later_nothing(tmp_path: Path) -> None:
    history, now = open_history(tmp_path / "history.sqlite", ManualClock().now()), 100 * DAY
    days = (95, 89, 9, 7)
    entries = []
    for day in days:
        for hour, (before, after) in enumerate([(FREE, IN_USE), (IN_USE, FAULTED), (FAULTED, Status.UNAVAILABLE),
                                                (Status.UNAVAILABLE, FREE)]):
            entries.append((len(entries) + 1, 7, now - day * DAY + hour * 1000, before.number, after.number, 0))
    history.write(Entry(added=[(7, 0, 0, False, 0)], changes=entries, ids=[("id-7", 7)],
                        watched=[(0, 1, now - 95 * DAY, now - 92 * DAY), (0, 1, now - 89 * DAY, now)]))
    assert history.compact(now, keep_days=90) == 4 + 2 + 2
    left = [(at, before, after) for at, before, after in history.pasts({7: PointId("id-7")}, 0)[7].changes]
    outage = [(IN_USE.number, FAULTED.number), (Status.UNAVAILABLE.number, FREE.number)]
    assert [change[1:] for change in left] == outage + outage + [entry[3:5] for entry in entries[12:]]
    assert history.watched(0) == [(0, 1, now - 89 * DAY, now)]
    assert history.last_number() == 16, "numbers are never used again"
    assert history.compact(now, keep_days=90) == 0
    assert history.compact(now, keep_days=1) == 8
    history.close()


def test_compaction_gives_the_space_back(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    history = History(path)
    history.write(Entry(added=[(7, 0, 0, False, 0)], changes=[(n, 7, n, 0, 1, 0) for n in range(1, 30_001)]))
    history.compact(2, keep_days=1)
    before = path.stat().st_size
    history.compact(100 * DAY, keep_days=1)
    assert path.stat().st_size < before / 5
    history.close()


def test_upkeep_comes_by_itself_and_keeps_what_is_shown(tmp_path: Path) -> None:
    with embedded(tmp_path, history_days=3.0) as here:
        for _ in range(20):
            here.pass_(6 * 3600, every=3600)
            here.after(0, p0=FAULTED)
            here.after(0, p0=FREE)
        with sqlite3.connect(tmp_path / "history.sqlite") as connection:
            [oldest] = connection.execute("SELECT min(at) FROM changes").fetchone()
            [kept] = connection.execute("SELECT count(*) FROM changes").fetchone()
        age = here.clock.now().timestamp() - oldest / 1000
        assert 2.5 * 86400 <= age <= 3.5 * 86400
        assert kept < 40
        day = [change for change in here.live.changes() if change.at >= here.clock.now() - timedelta(hours=24)]
        assert len(day) == 2 * 5, "four times a day, both ends included"
        assert here.live.point("id-0").flaps_24h == 5
        assert here.live.status().number == 40


def test_a_large_book_is_kept_at_a_clean_end_and_never_believed_after_a_change(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_file, "LARGE", 1)
    path, now = tmp_path / "history.sqlite", datetime(2025, 10, 9, tzinfo=UTC)
    history = History(path)
    history.write(Entry(added=[(1, FREE.number, 5, False, 0), (2, FAULTED.number, 6, True, 0)]))
    book = history.known_status()
    history.keep(book)
    assert (tmp_path / "history.book").stat().st_mode & 0o777 == 0o600
    assert same(history.known_status(), book)
    marked = replace(book, since=book.since + 1000)
    history.keep(marked)
    history.close()

    history = open_history(path, now)
    assert same(history.known_status(), marked), "read from the copy"
    history.write(Entry(watched=[(0, 9, 1, 2)]))
    assert same(history.known_status(), marked), "what was watched is nothing of it"
    for entry in (Entry(changes=[(1, 1, 7, FREE.number, IN_USE.number, 0)], ids=[("id-1", 1)]),
                  Entry(added=[(3, FREE.number, 8, False, 0)]), Entry(gone=[2])):
        history.keep(marked)
        history.write(entry)
        assert not set(history.known_status().since.tolist()) & set(marked.since.tolist()), "read from the tables"
    assert history.known_status().handles.tolist() == [1, 3]
    history.keep(marked)
    copy = tmp_path / "history.book"
    copy.write_bytes(copy.read_bytes()[:-1])
    assert history.known_status().handles.tolist() == [1, 3], "it is damaged"
    history.close()


def test_a_history_of_the_first_version_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    history = History(path)
    history.write(Entry(added=[(1, FREE.number, 5, False, 0)]))
    history.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for column in ("book", "network"):
            database.execute(f"ALTER TABLE numbers DROP COLUMN {column}")
        database.execute("PRAGMA user_version = 1")
    history = open_history(path, datetime(2025, 10, 9, tzinfo=UTC))
    assert history.known_status().handles.tolist() == [1]
    history.close()
    assert [file.name for file in tmp_path.iterdir() if ".old" in file.name] == []


def same(one: KnownStatus, other: KnownStatus) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in KNOWN_STATUS_TYPES)
