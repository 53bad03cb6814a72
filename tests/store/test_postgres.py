"""What only the store in PostgreSQL has to do: be found again, end what nobody waits for, leave indexes alone."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Server
from tests.store.points import point
from wirelane_geo.errors import StoreError, StoreTimeout
from wirelane_geo.geo import Bounds
from wirelane_geo.model import PointId, Status
from wirelane_geo.store import PointQuery, Store, UpsertCounts, open_store
from wirelane_geo.store._queries import statement_of
from wirelane_geo.store.deadline import Deadline, within
from wirelane_geo.store.postgres import connection as _connection
from wirelane_geo.store.postgres._schema import STEPS

SOMEWHERE = Bounds(50, 8, 50.2, 8.2)


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.create()


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """One that may be killed."""
    server = Server()
    yield server
    server.stop()


class Link:
    """A way to a server that may be cut: before it has a statement, or before its answer comes back."""

    def __init__(self, server: Server) -> None:
        self._to = str(server.directory / ".s.PGSQL.5432")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.cut_at: tuple[bytes, bool] | None = None
        """The statement, and whether the server is to have it."""
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, of: str) -> str:
        """The URL of a database by this way."""
        return f"{of.partition('?')[0].replace('@/', f'@127.0.0.1:{self._listening.getsockname()[1]}/')}"

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, far = self._listening.accept()[0], socket.socket(socket.AF_UNIX)
                far.connect(self._to)
                for pair in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, forth: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if forth and self.cut_at and self.cut_at[0] in data:
                    _, has_it = self.cut_at
                    self.cut_at = None
                    if has_it:
                        source.shutdown(socket.SHUT_RDWR)  # no answer comes back
                        to.sendall(data)
                    break
                to.sendall(data)
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_WR if forth and end is to else socket.SHUT_RDWR)


@pytest.mark.slow
@pytest.mark.parametrize("committed", [True, False])
def test_a_change_whose_answer_is_lost_is_there_once(postgres: Server, url: str, committed: bool) -> None:
    with closing(Link(postgres)) as link, closing(open_store(link.url(url))) as store:
        store.upsert([point("A")], "irve")
        link.cut_at = b"COMMIT", committed
        assert store.upsert([point("A", city="Ulm"), point("B")], "irve") == UpsertCounts(inserted=1, updated=1)
        assert link.cut_at is None, "it was cut"
        assert (store.last_seq(), store.counts().points) == (2, 2)


def test_a_question_whose_connection_is_lost_is_asked_again(postgres: Server, url: str) -> None:
    with closing(Link(postgres)) as link, closing(open_store(link.url(url))) as store:
        store.upsert([point("A")], "irve")
        for statement in (b"FROM state", b"count(*)"):
            link.cut_at = statement, False
            assert (store.last_seq(), store.counts().points) == (1, 1)
            assert link.cut_at is None


@pytest.mark.slow
def test_a_server_that_comes_back_is_found_again_with_all_that_was_acknowledged(own_server: Server) -> None:
    with closing(open_store(own_server.create())) as store:
        store.upsert([point(str(n)) for n in range(100)], "irve")
        own_server.kill()
        starting = threading.Thread(target=own_server.start)
        starting.start()
        assert store.upsert([point("late")], "irve") == UpsertCounts(inserted=1)
        starting.join()
        assert (store.counts().points, store.last_seq()) == (101, 2)


@pytest.mark.slow
def test_while_the_server_is_away_that_is_said_and_afterwards_all_goes_on(own_server: Server) -> None:
    with closing(open_store(own_server.create())) as store:
        store.upsert([point("A")], "irve")
        own_server.kill()
        for _ in range(3):
            with pytest.raises(StoreError, match=r"can't be reached|could not be read"):
                store.counts()
        own_server.start()
        assert store.counts().points == 1
        assert store.upsert([point("B")], "irve") == UpsertCounts(inserted=1)


@pytest.mark.slow
def test_what_fails_in_a_transaction_of_several_changes_leaves_nothing(own_server: Server) -> None:
    def together(store: Store) -> None:
        with store.transaction():
            store.upsert([point("B")], "irve")
            own_server.kill()
            store.upsert([point("C")], "irve")

    with closing(open_store(own_server.create())) as store:
        store.upsert([point("A")], "irve")
        with pytest.raises(StoreError):
            together(store)
        own_server.start()
        assert (store.counts().points, store.last_seq()) == (1, 1)


def _wait_for_ever(store: Store) -> None:
    store.database.read(lambda connection: connection.execute("SELECT pg_sleep(600)"))  # type: ignore[attr-defined]


def test_a_question_past_its_deadline_ends(url: str) -> None:
    with closing(open_store(url)) as store:
        with within(Deadline(0.05)), pytest.raises(StoreTimeout, match=r"0\.05 s"):
            _wait_for_ever(store)
        with within(Deadline(60)):
            assert store.counts().points == 0, "the connection is as good as before"


@pytest.mark.slow
def test_what_nobody_waits_for_any_more_ends_at_once(url: str) -> None:
    with closing(open_store(url)) as store:
        for late in (False, True):
            deadline = Deadline(600)
            if late:
                deadline.cancel()
            else:
                threading.Timer(0.1, deadline.cancel).start()
            with within(deadline), pytest.raises((StoreTimeout, StoreError)):
                _wait_for_ever(store)
        assert store.counts().points == 0


@pytest.mark.parametrize(("query", "index"), [
    (PointQuery(bounds=SOMEWHERE), "points_quadkey"),
    (PointQuery(bounds=Bounds(-20, 179, -10, -179), order_by="city"), "points_quadkey"),
    (PointQuery(center=(8, 50), distance_m=500.0, order_by="distance"), "points_quadkey"),
    (PointQuery(evseids=frozenset(["DE*ABC*E1"])), "points_evse_key"),
    (PointQuery(station_ids=frozenset(["S1"]), page_size=1_000_000), "points_charging_station_id"),
    (PointQuery(search="berlin"), "words_text"),
])
def test_an_index_is_used(url: str, query: PointQuery, index: str) -> None:
    def plan(connection: _connection.PostgresConnection) -> str:
        connection.execute("SET LOCAL enable_seqscan = off")  # of a table without rows it would be the quickest
        statement, given = statement_of(connection, query)
        return "\n".join(row[0] for row in connection.execute(f"EXPLAIN {statement}", given))

    with closing(open_store(url)) as store:
        assert index in store.database.read(plan)  # type: ignore[attr-defined]


def test_a_status_touches_no_index(url: str) -> None:
    with closing(open_store(url)) as store:
        store.upsert([point(str(n), id=str(n)) for n in range(500)], "irve")

        def written(connection: _connection.PostgresConnection) -> tuple[int, int]:
            store.set_statuses({PointId(str(n)): Status.FAULTED for n in range(0, 500, 10)})
            return connection.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables "
                                      "WHERE relname = 'points'").fetchone()

        with store.transaction():
            assert store.database.write(written) == (50, 50)  # type: ignore[attr-defined]


def test_changes_that_the_log_has_no_more_are_found_in_the_points(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_connection, "MOST_LOGGED", 3)
    monkeypatch.setattr(_connection, "LOOKED_AT", 4)
    with closing(open_store(url)) as store:
        for n in range(1, 9):
            store.upsert([point(str(n), id=str(n))], "irve")
        assert [len(store.columns(since=seq)) for seq in range(9)] == list(range(8, -1, -1))
        assert [[one.seq for one in store.changed((seq, 2**62), 3)] for seq in (0, 4, 6)] == [[1, 2, 3], [5, 6, 7], [7, 8]]
        left = store.database.ask(  # type: ignore[attr-defined]
            lambda connection: connection.execute("SELECT count(*) FROM changed").fetchone())
        assert left == (3,)


@pytest.mark.parametrize("text", ["a\0b", "\0", "\x01", "\x01\x01", "\x01\x02", "\0\x01\x02"])
def test_any_sign_may_be_in_a_text(url: str, text: str) -> None:
    with closing(open_store(url)) as store:
        store.upsert([point(text, id=text, city=text), point("other")], "irve")
        assert list(store.places([PointId(text)])) == [text]
        assert store.get("charge_point_id", text).city == text


def test_texts_may_be_long(url: str) -> None:
    long = "x" * 100_000
    with closing(open_store(url)) as store:
        store.upsert([point(long, id=long, evseid=long, charging_station_id=long, display_id="short")], "irve")
        assert store.get("evseid", long).id == long
        assert len(store.search("short", 2)) == 1


def test_the_words_of_an_earlier_version_can_be_spelled_wrongly(url: str) -> None:
    with closing(open_store(url)) as store:
        store.upsert([point("A", street="Königsallee", evseid="DE*ABC*E1")], "demo")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE vocabulary")
        connection.execute("ALTER TABLE changed DROP COLUMN handle, DROP COLUMN status")
        connection.execute("DROP TABLE sites, place_reports")
        connection.execute("ALTER TABLE reports DROP COLUMN station, DROP COLUMN site")
        connection.execute("DELETE FROM schema_version")
        connection.execute("INSERT INTO schema_version VALUES (%s)", (len(STEPS) - 3,))
    with closing(open_store(url)) as store:
        assert store.respelled("Köngisallee") == ["konigsallee"]


def test_a_newer_versions_database_is_left_as_it_is(url: str) -> None:
    open_store(url).close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99)")
    with pytest.raises(StoreError, match="newer version"):
        open_store(url)


@pytest.mark.parametrize("wrong", [
    "postgresql://geo:secret@127.0.0.1:1/points", "postgresql://geo:secret@127.0.0.1:port/points",
    "postgresql://geo:secret@127.0.0.1/points?nonsense=1",
])
def test_what_cannot_be_reached_is_told_without_its_password(wrong: str) -> None:
    with pytest.raises(StoreError, match=r"points|URL") as told:
        open_store(wrong)
    assert "secret" not in str(told.value)


@pytest.mark.slow
def test_without_the_extra_it_is_named(url: str) -> None:
    code = ("import sys; sys.modules['psycopg'] = None; from wirelane_geo.store import open_store; "
            "from wirelane_geo.errors import BadSetting\n"
            "try: open_store(sys.argv[1])\nexcept BadSetting as error: print(error)")
    said = subprocess.run([sys.executable, "-c", code, url], check=True, capture_output=True, text=True).stdout
    assert "wirelane-geo[postgres]" in said


@pytest.mark.slow
def test_a_copy_is_believed_by_the_database_it_was_made_of_alone(
        postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wirelane_geo.store.column_file.LARGE", 1)
    urls, seen = [postgres.create(), postgres.create()], []
    for n, url in enumerate(urls):
        with closing(open_store(url, tmp_path)) as store:
            store.upsert([point(f"{n}", longitude=9.0 + n)], "irve")
            seen += [store.columns().lon.tolist(), store.columns().lon.tolist()]
    with closing(open_store(urls[1], tmp_path)) as store:
        store.upsert([point("late", longitude=20.0)], "irve")
        assert sorted(store.columns().lon.tolist()) == [10.0, 20.0]
    assert seen == [[9.0], [9.0], [10.0], [10.0]]
