"""A store that several processes use, its files, and what can't be one."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from tests.store.points import point
from wirelane_geo.errors import BadSetting, StoreError
from wirelane_geo.model import ChargePoint, OpeningHours, Status
from wirelane_geo.store import PointQuery, Store, UpsertCounts, open_store
from wirelane_geo.store._sql_store import POINTS_A_WRITE


@pytest.mark.slow
def test_a_failing_source_keeps_whole_batches_only(store: Store) -> None:
    def source() -> Iterator[ChargePoint]:
        for n in range(POINTS_A_WRITE + 500):
            yield point(str(n))
        raise OSError("the file ends here")

    with pytest.raises(OSError, match="ends here"):
        store.upsert(source(), "irve")
    assert store.counts().points == POINTS_A_WRITE
    assert store.upsert([point("x")], "irve") == UpsertCounts(inserted=1), "the store goes on working"


@pytest.mark.slow
def test_another_process_is_seen(store: Store, url: str) -> None:
    store.upsert([point("A")], "demo")
    seq = store.last_seq()
    code = ("import sys; from wirelane_geo.store import open_store; from wirelane_geo.model import ChargePoint; "
            "open_store(sys.argv[1]).upsert([ChargePoint(charge_point_id='B', longitude=1.0, latitude=2.0)], 'irve')")
    subprocess.run([sys.executable, "-c", code, url], check=True)
    assert store.last_seq() == seq + 1
    assert store.columns(since=seq).lon.tolist() == [1.0]


@pytest.mark.slow
def test_who_follows_hears_of_what_others_change(store: Store, url: str) -> None:
    heard = threading.Semaphore(0)
    end = store.follow(heard.release)
    with closing(open_store(url)) as other:
        for n in range(3):
            other.upsert([point(str(n))], "irve")
            assert heard.acquire(timeout=30)
            while store.last_seq() <= n:
                assert heard.acquire(timeout=30)
    end()


@pytest.mark.slow
def test_readers_see_whole_changes_while_others_write(store: Store) -> None:
    """Four writers flip all points of a station together; whoever reads sees them equal."""
    store.upsert([point(str(n), charging_station_id="S") for n in range(8)], "demo")
    ids = [r.id for r in store.records(store.columns().handle.tolist())]
    failures: list[object] = []

    def write(kind: int) -> None:
        for n in range(25):
            store.set_statuses(dict.fromkeys(ids, tuple(Status)[(kind + n) % 7]))

    def read(done: threading.Event) -> None:
        last = 0
        while not done.is_set():
            columns = store.columns()
            if len(set(columns.status.tolist())) != 1 or columns.seq < last:
                failures.append(columns.status.tolist())
            last = columns.seq

    done = threading.Event()
    readers = [threading.Thread(target=read, args=(done,)) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(kind,)) for kind in range(4)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert failures == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_processes_may_open_a_new_store_at_once(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite" if kind == "sqlite" else request.getfixturevalue("postgres").create()
    code = ("import sys; from wirelane_geo.store import open_store; from wirelane_geo.model import ChargePoint; "
            "s = open_store(sys.argv[1]); s.upsert([ChargePoint(charge_point_id=sys.argv[2])], 'demo')")
    running = [subprocess.Popen([sys.executable, "-c", code, url, str(n)]) for n in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    with closing(open_store(url)) as store:
        assert store.counts().points == 4


def test_files_are_their_owners(tmp_path: Path) -> None:
    store = open_store(tmp_path / "data" / "points.sqlite")
    store.upsert([point("A", owner="WIRELANE-1")], "demo")
    assert {f.stat().st_mode & 0o777 for f in (tmp_path / "data").iterdir()} == {0o600}
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_url_names_the_same_store(tmp_path: Path) -> None:
    open_store(tmp_path / "a.sqlite").upsert([point("A")], "demo")
    assert open_store(f"sqlite:///{tmp_path}/a.sqlite").counts().points == 1
    with pytest.raises(BadSetting, match="mysql"):
        open_store("mysql://localhost/points")


def test_what_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"no\.sqlite"):
        open_store(tmp_path / "no.sqlite")
    open_store(tmp_path / "newer.sqlite").close()
    with sqlite3.connect(tmp_path / "newer.sqlite") as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version"):
        open_store(tmp_path / "newer.sqlite")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't be opened"):
        open_store(tmp_path / "file" / "points.sqlite")
    closed = open_store(tmp_path / "closed.sqlite")
    closed.close()
    with pytest.raises(StoreError, match="closed"):
        closed.counts()


def test_exceptional_closings_are_written_as_the_contracts_dates(store: Store) -> None:
    closed = {"closings": [{"begin": "2025-12-24T17:00:00+00:00", "end": "2025-12-26T05:00:00+00:00"}]}
    hours = OpeningHours(open247=True, exceptionalOpenings=closed)
    store.upsert([point("a", availability=hours, timezone="Europe/Berlin")], "ocpi")
    [body] = store.query(PointQuery()).bodies
    assert msgspec.json.decode(body)["availability"] == {"open247": True, "exceptionalOpenings": {
        "2025-12-24": [["0000", "1800"]], "2025-12-25": [], "2025-12-26": [["0600", "0000"]]}}


def test_hours_that_an_earlier_version_kept_are_written_in_the_contracts_form(tmp_path: Path) -> None:
    path = tmp_path / "points.sqlite"
    hours = OpeningHours(monday=[["0900", "0000"]], exceptionalOpenings={"*-12-25": [["1000", "1200"]]})
    with closing(open_store(path)) as store:
        store.upsert([point("hours", city='["09:00",', availability=hours), point("none"),
                      point("always", availability=OpeningHours(open247=True))], "irve")
        kept, seq = store.query(PointQuery()).bodies, store.last_seq()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:  # as the version before wrote them
        for new, old in (('"0900","0000"', '"09:00","23:59"'), ('"1000","1200"', '"10:00","12:00"')):
            database.execute("UPDATE bodies SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB)", (new, old))
            assert database.execute("SELECT count(*) FROM bodies WHERE instr(body, ?)", (old,)).fetchone() == (1,)
    with closing(open_store(path)) as store:
        assert store.query(PointQuery()).bodies == kept
        assert store.last_seq() == seq
