"""A database of any earlier version becomes the same as a new one, by steps that only add, whatever kind of database it is."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.store.earlier import leave_as
from tests.store.points import point
from wirelane_geo.errors import StoreError
from wirelane_geo.live import _history
from wirelane_geo.store import _schema, open_store
from wirelane_geo.store._migrations import bring_forward
from wirelane_geo.store.sqlite_file import connect, prepare

KINDS = {"database": _schema.STEPS, "history": _history.STEPS}
ONLY_ADDS = re.compile(r"CREATE (UNIQUE |VIRTUAL )?(TABLE|INDEX|TRIGGER)\b|ALTER TABLE \w+ ADD COLUMN\b|INSERT INTO\b")


def tables(path: Path) -> list[tuple[str, str]]:
    """What is in the file, columns as SQLite has them."""
    with closing(connect(path)) as database:
        names = [name for [name] in database.execute("SELECT name FROM sqlite_master ORDER BY name")]
        return [(name, str(database.execute(f"PRAGMA table_info({name})").fetchall())) for name in names]


@pytest.mark.parametrize(("kind", "version"), [(kind, n) for kind, steps in KINDS.items() for n in range(len(steps))])
def test_any_earlier_version_becomes_the_same_as_a_new_one(tmp_path: Path, kind: str, version: int) -> None:
    old, new, steps = tmp_path / "old", tmp_path / "new", KINDS[kind]
    prepare(old, steps[:version], kind)
    for _ in range(2):
        prepare(old, steps, kind)
        prepare(new, steps, kind)
    assert tables(old) == tables(new)


@pytest.mark.parametrize("kind", KINDS)
def test_steps_only_add(kind: str) -> None:
    for step in KINDS[kind]:
        plain = re.sub(r"BEGIN\b.*?\bEND;", ";", re.sub(r"--.*", "", step), flags=re.DOTALL)
        for statement in filter(None, map(str.strip, plain.split(";"))):
            assert ONLY_ADDS.match(statement), f"this takes away what an earlier version may know: {statement}"


def test_a_step_that_fails_leaves_nothing_of_any(tmp_path: Path) -> None:
    path = tmp_path / "file"
    prepare(path, ["CREATE TABLE first (a);"], "database")
    before = tables(path)
    with pytest.raises(StoreError, match="can't be used"):
        prepare(path, ["CREATE TABLE first (a);", "CREATE TABLE second (a);", "CREATE TABLE third (a); NONSENSE;"], "database")
    assert tables(path) == before
    prepare(path, ["CREATE TABLE first (a);", "CREATE TABLE second (a);"], "database")
    assert [name for name, _ in tables(path)] == ["first", "second"]


def test_the_words_of_an_earlier_version_can_be_spelled_wrongly(tmp_path: Path) -> None:
    path = tmp_path / "points.sqlite"
    with closing(open_store(path)) as store:
        store.upsert([point("A", street="Königsallee", evseid="DE*ABC*E1")], "demo")
    leave_as(path, 14)
    with closing(open_store(path)) as store:
        assert store.respelled("Köngisallee") == ["konigsallee"]


def test_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file"
    prepare(path, ["CREATE TABLE first (a);", "CREATE TABLE second (a);"], "history")
    before = tables(path)
    with pytest.raises(StoreError, match=r"history .*file is of a newer version .*schema 2, this one knows 1"):
        prepare(path, ["CREATE TABLE first (a);"], "history")
    assert tables(path) == before


@pytest.mark.slow
def test_of_processes_that_start_at_once_one_takes_a_step(tmp_path: Path) -> None:
    code = ("import sys; from pathlib import Path; from wirelane_geo.store.sqlite_file import prepare; "
            "prepare(Path(sys.argv[1]), ['CREATE TABLE n (a);', 'INSERT INTO n VALUES (1);'], 'database')")
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "file")]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    with closing(connect(tmp_path / "file")) as database:
        assert database.execute("SELECT count(*) FROM n").fetchone() == (1,)


class Elsewhere:
    """Another kind of database: it keeps the version in a table and takes a whole script."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._connection:
            yield

    def version(self) -> int:
        self._connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)")
        return int(self._connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0])

    def run(self, step: str) -> None:
        self._connection.executescript(step)

    def set_version(self, version: int) -> None:
        self._connection.execute("INSERT INTO schema_version VALUES (?)", (version,))


def test_another_kind_of_database_is_brought_forward_the_same_way() -> None:
    steps: Sequence[str] = ["CREATE TABLE a (x);", "CREATE TABLE b (x); CREATE INDEX b_x ON b (x);"]
    with closing(sqlite3.connect(":memory:")) as connection:
        database = Elsewhere(connection)
        for known in (steps[:1], steps, steps):
            bring_forward(database, known, "The other database")
        assert database.version() == 2
        assert {"a", "b", "b_x"} <= {name for [name] in connection.execute("SELECT name FROM sqlite_master")}
        with pytest.raises(StoreError, match="The other database is of a newer version"):
            bring_forward(database, steps[:1], "The other database")
