"""A locked database is busy, a damaged, empty or foreign one is called what it is; none of them is touched, none made anew."""

import gzip
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.store.locks import ALONE, WRITES, held
from tests.store.points import point
from wirelane_geo.errors import StoreBusy, StoreError
from wirelane_geo.live.history_place import open_history
from wirelane_geo.store import PointQuery, Store, open_store, sqlite_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with some points, closed."""
    path = tmp_path / "points.sqlite"
    with closing(open_store(path)) as store:
        store.upsert([point(f"p{number}", city="Ulm " * 100) for number in range(200)], "irve")
    return path


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who finds a lock doesn't wait long for it."""
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)


READS: dict[str, Callable[[Store], object]] = {
    "counts": Store.counts, "origins": Store.origins, "columns": Store.columns, "last_seq": Store.last_seq,
    "query": lambda store: store.query(PointQuery(search="ulm")), "get": lambda store: store.get("charge_point_id", "p1"),
    "schedules": Store.schedules, "heard": Store.heard, "members": lambda store: store.accounts.count(),
}


@pytest.mark.slow
@pytest.mark.usefixtures("hurried")
def test_who_reads_waits_for_nobody_who_writes(path: Path) -> None:
    with closing(open_store(path)) as store:
        before = {name: str(read(store)) for name, read in READS.items()}
    with held(path, *WRITES), closing(open_store(path)) as store:
        assert {name: str(read(store)) for name, read in READS.items()} == before
        with pytest.raises(StoreBusy, match="busy"):
            store.upsert([point("new")], "irve")
        assert {name: str(read(store)) for name, read in READS.items()} == before
    with closing(open_store(path)) as store:
        store.upsert([point("new")], "irve")
        assert store.counts().points == 201


@pytest.mark.slow
@pytest.mark.usefixtures("hurried")
def test_a_locked_file_is_busy_and_stays_what_it_is(path: Path) -> None:
    before = path.read_bytes()
    with held(path, *ALONE):
        with pytest.raises(StoreBusy, match=r"busy.*Try again") as told:
            open_store(path)
        assert not any(word in str(told.value) for word in ("remove", "Restore", "damaged", "afresh"))
    assert path.read_bytes() == before
    with closing(open_store(path)) as store:
        assert store.counts().points == 200


@pytest.mark.slow
@pytest.mark.usefixtures("hurried")
def test_a_file_of_before_that_is_locked_is_busy(path: Path) -> None:
    """A backup comes without the write-ahead log, an earlier version's file without all tables: both wait for their turn."""
    backup, earlier = path.with_name("backup.sqlite"), path.with_name("earlier.sqlite")
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM INTO ?", (str(backup),))
    sqlite_file.prepare(earlier, ["CREATE TABLE state (seq);\nINSERT INTO state VALUES (0);"], "database")
    with held(backup, *WRITES), pytest.raises(StoreBusy):
        open_store(backup)
    with held(earlier, *WRITES), pytest.raises(StoreBusy):
        sqlite_file.prepare(earlier, ["CREATE TABLE state (seq);", "CREATE TABLE more (a);"], "database")
    with closing(open_store(backup)) as store:
        assert store.counts().points == 200


@pytest.mark.slow
@pytest.mark.usefixtures("hurried")
def test_a_history_that_is_busy_is_not_set_aside(tmp_path: Path) -> None:
    path, now = tmp_path / "history.sqlite", datetime(2026, 1, 2, tzinfo=UTC)
    open_history(path, now).close()
    names = {file.name for file in tmp_path.iterdir()}
    with held(path, *ALONE), pytest.raises(StoreBusy, match="history"):
        open_history(path, now)
    assert {file.name for file in tmp_path.iterdir()} - {"history.sqlite-wal", "history.sqlite-shm"} == names
    path.write_bytes(b"")
    open_history(path, now).close()
    assert [file.name for file in tmp_path.glob("*.old.sqlite")] == ["history-20260102T000000.old.sqlite"]


def damaged(path: Path, how: str) -> str:
    """Do harm to the file; what is to be said of it."""
    content = path.read_bytes()
    if how == "foreign":
        path.unlink()
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE wp_posts (a)")
        return "another program's: it has tables like wp_posts"
    if how == "foreign of some version":
        path.unlink()
        with closing(sqlite3.connect(path)) as other:
            other.executescript("CREATE TABLE bookmarks (a); PRAGMA user_version = 3;")
        return "another program's: it has tables like bookmarks"
    if how == "a table lost":
        with closing(sqlite3.connect(path)) as database:
            database.execute("DROP TABLE bodies")
        return "damaged: it has no table bodies"
    bytes_, said = {
        "empty": (b"", "is an empty file"),
        "cut off": (content[:8_192], "is damaged: database disk image is malformed"),
        "cut off in a page": (content[:len(content) // 2 - 1_000], "is damaged"),
        "zeros": (bytes(len(content)), "damaged: it begins with nothing but zero bytes"),
        "header": (content[:16] + bytes(84) + content[100:], "damaged: its header makes no sense"),
        "text": (b"# notes of mine\n" * 200, "no database, but some other file"),
        "packed": (gzip.compress(content), "no database, but packed with gzip"),
        "a byte": (b"\xff", "no database, but some other file"),
        "schema": (content[:100] + b"\xff" * 3_996 + content[4_096:], "is damaged"),
    }[how]
    path.write_bytes(bytes_)
    return said


@pytest.mark.parametrize("how", ["empty", "cut off", "cut off in a page", "zeros", "header", "text", "packed", "a byte", "schema",
                                 "foreign", "foreign of some version", "a table lost"])
def test_what_is_no_good_is_called_what_it_is_and_stays(path: Path, how: str) -> None:
    said = damaged(path, how)
    before = path.read_bytes()
    with pytest.raises(StoreError) as told:
        open_store(path)
    assert not isinstance(told.value, StoreBusy)
    assert f"The database {path} " in str(told.value)
    assert said in str(told.value)
    assert any(word in str(told.value) for word in ("Restore it", "Move it away", "move it away", "Unpack it"))
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".")] == []


def test_damage_that_is_met_later_is_called_so(path: Path) -> None:
    """A page in the middle: the file can be opened, and what lies elsewhere be read."""
    with closing(sqlite3.connect(path)) as database:
        [root] = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'bodies'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4_096)
        file.write(os.urandom(4_096))
    with closing(open_store(path)) as store:
        assert store.counts().points == 200
        with pytest.raises(StoreError, match=r"The database .* is damaged: .*Restore it from a backup"):
            store.query(PointQuery())


def test_a_link_to_where_it_is_to_be_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "points.sqlite").symlink_to(tmp_path / "elsewhere" / "points.sqlite")
    with closing(open_store(tmp_path / "points.sqlite")) as store:
        store.upsert([point("p")], "irve")
    assert [file.name for file in (tmp_path / "elsewhere").iterdir()] == ["points.sqlite"]
    assert (tmp_path / "points.sqlite").is_symlink()


def test_one_who_is_killed_while_it_is_made_leaves_no_half(tmp_path: Path) -> None:
    """The file gets its name with its tables; until then it isn't there."""
    seen: list[list[str]] = []

    class Watched(list[str]):
        def __getitem__(self, key: object) -> object:  # a step is about to be taken
            seen.append([file.name for file in tmp_path.iterdir() if not file.name.startswith(".")])
            return super().__getitem__(key)  # type: ignore[index]

    sqlite_file.prepare(tmp_path / "one", Watched(["CREATE TABLE a (b);"]), "database")
    assert seen[0] == []
    assert [file.name for file in tmp_path.iterdir()] == ["one"]
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
