"""The first start: a demo network that is whole, or not there; and nobody else may look into the data directory."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.postgres import Server
from wirelane_geo.installation import make_demo, past_beside
from wirelane_geo.live import Live
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.model import ChargePoint, PointId, SessionStatus, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.sources.demo_past import make_past
from wirelane_geo.store import MemberQuery, PointQuery, SessionQuery, open_store
from wirelane_geo.wire.points import decode_points
from wirelane_geo.wire.records import MEMBERS, SESSIONS

pytestmark = pytest.mark.slow

STARTING = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
import wirelane_geo.installation as start
from wirelane_geo.store import open_store

def dying(makes, after):
    def made(*arguments, **options):
        for number, one in enumerate(makes(*arguments, **options)):
            if number == after:
                print("half-way", flush=True)
                sys.stdin.read()
            yield one
    return made

what, after = sys.argv[2], int(sys.argv[3])
setattr(start, what, dying(getattr(start, what), after))
start.make_demo(open_store(Path(sys.argv[1])), int(sys.argv[4]), "DEMO")
"""


@pytest.mark.parametrize(("what", "after", "stations"), [("demo_points_ahead", 2_100, 1_000), ("demo_sessions", 5_100, 150)])
def test_a_first_start_that_was_killed_leaves_no_half_of_a_network(
        tmp_path: Path, what: str, after: int, stations: int) -> None:
    path = tmp_path / "points.sqlite"
    process = subprocess.Popen([sys.executable, "-c", STARTING, str(path), what, str(after), str(stations)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "half-way\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    store = open_store(path)
    left = store.counts().points
    assert (left > 0) == (what == "demo_sessions")
    assert (store.accounts.count(), store.sessions.count()) == (0, 0)
    make_demo(store, 60, "DEMO")
    whole = store.counts().points
    assert left in (0, whole)
    assert store.accounts.count() == 400
    check_sessions(store.query(PointQuery(page_size=whole)).bodies,
                   store.sessions.query(SessionQuery(statuses=frozenset({SessionStatus.started}), page_size=whole)).bodies)
    sessions, seq = store.sessions.count(), store.last_seq()
    make_demo(store, 60, "DEMO")
    assert (store.sessions.count(), store.last_seq()) == (sessions, seq), "made once"
    store.close()


def test_a_new_demo_is_of_today(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    store = open_store(tmp_path / "points.sqlite")
    make_demo(store, 60, "DEMO")
    points = store.records(store.columns().handle.tolist())
    dates = [point.update_date for point in points if point.update_date]
    assert before - timedelta(hours=1) < max(dates) <= datetime.now(UTC)
    sessions = [SESSIONS.decode(body) for body in store.sessions.query(SessionQuery(page_size=100_000)).bodies]
    begun = [session.session_begin for session in sessions if session.session_begin]
    assert before - timedelta(hours=6) < max(begun) <= datetime.now(UTC)
    assert min(begun) > before - timedelta(weeks=6, days=1)
    store.close()


def test_a_new_demo_has_a_past_that_agrees_with_its_sessions_and_statuses(tmp_path: Path) -> None:
    store, history = open_store(tmp_path / "points.sqlite"), tmp_path / "history.sqlite"
    make_demo(store, 60, "DEMO")
    made = make_past(store, history)
    assert made is not None
    assert made > 500
    source = EmbeddedSource(store)
    live = Live(source, history)
    live.refresh()
    board = WallService(source, live).board(MapState())
    assert live.status().number == 0, "nothing is seen to change at the first look"
    assert not board.history.gap.any()
    assert board.history.since is not None
    assert timedelta(days=7.9) < datetime.now(UTC) - board.history.since < timedelta(days=8.1)
    assert None not in (board.history.availability.hour, board.history.availability.day, board.history.availability.week)
    assert board.history.counts[-1].tolist() == board.history.now.tolist()
    checked = 0
    yesterday = datetime.now(UTC) - timedelta(hours=23)
    for body in store.sessions.query(SessionQuery(since=yesterday, page_size=1_000)).bodies:
        session = SESSIONS.decode(body)
        past = live.point(PointId(session.charging_point_id or ""))
        assert past is not None
        used = [interval for interval in past.strip if interval.status is Status.IN_USE]
        ends = [interval.end for interval in used if interval.begin == session.session_begin]
        assert ends
        assert session.session_end in (None, *ends), session
        checked += 1
    assert checked > 20
    live.stop()
    assert make_past(store, history) is None, "it is made once"
    store.close()


def test_a_demo_that_has_lived_gets_no_other_past(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    make_demo(store, 30, "DEMO")
    some = decode_points(b"[" + store.query(PointQuery(page_size=1)).bodies[0] + b"]").points[0]
    store.set_statuses({some.id or PointId(""): Status.UNAVAILABLE}, at=datetime.now(UTC) + timedelta(seconds=60))
    assert make_past(store, tmp_path / "history.sqlite") is None
    store.upsert([ChargePoint(charge_point_id="own", longitude=9.8, latitude=48.8)], "irve")
    store.remove("demo")
    assert make_past(store, tmp_path / "other.sqlite") is None
    store.close()


def test_demos_of_two_moments_have_the_same_ids(tmp_path: Path) -> None:
    def ids(number: int, now: datetime) -> tuple[set[str | None], set[str | None]]:
        store = open_store(tmp_path / f"{number}.sqlite")
        make_demo(store, 30, "DEMO", now)
        points = store.records(store.columns().handle.tolist())
        members = [MEMBERS.decode(body) for body in store.accounts.query(MemberQuery(page_size=400)).bodies]
        store.close()
        return {point.id for point in points}, {member.account and member.account.account_id for member in members}

    assert ids(1, datetime(2025, 1, 1, tzinfo=UTC)) == ids(2, datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def check_sessions(points: list[bytes], started: list[bytes]) -> None:
    """The points in use are those with a session that goes on."""
    in_use = {point.id for point in decode_points(b"[" + b",".join(points) + b"]").points if point.status is Status.IN_USE}
    assert in_use == {SESSIONS.decode(body).charging_point_id for body in started}


def test_the_data_directory_is_its_owners(tmp_path: Path) -> None:
    data = tmp_path / "below" / "data"
    subprocess.run([sys.executable, "-c", "from wirelane_geo.installation import installation; installation().stop()"],
                   check=True, capture_output=True, cwd=tmp_path,
                   env={**os.environ, "WIRELANE_GEO_DATA": str(data), "WIRELANE_GEO_DEMO_STATIONS": "50"})
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "points.sqlite").stat().st_mode & 0o777 == 0o600


def test_who_ends_lets_go_of_what_its_processes_have_in_common(tmp_path: Path, postgres: Server) -> None:
    code = ("import threading; from wirelane_geo.installation import installation; here = installation();"
            "named = lambda: [one.name for one in threading.enumerate() if one.name.startswith('shared')];"
            "before = named(); here.stop(); print(bool(before), named())")
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path, env={
        **os.environ, "WIRELANE_GEO_DATA": str(tmp_path / "data"), "WIRELANE_GEO_DATABASE": postgres.create(),
        "WIRELANE_GEO_DEMO_STATIONS": "50"})
    assert ended.stdout.split() == ["True", "[]"]


def test_points_that_somebody_imported_get_no_made_up_members(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    make_demo(store, 20, "DEMO")
    store.upsert([ChargePoint(charge_point_id="own", longitude=9.8, latitude=48.8)], "irve")
    store.remove("demo")
    make_demo(store, 20, "DEMO")
    assert (store.counts().points, store.accounts.count(), store.sessions.count()) == (1, 0, 0)
    store.close()


def test_past_and_sessions_agree_whichever_is_there_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are made at the same time, by two processes; one that is killed in between leaves the one or the other."""
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path))

    def changes(name: str) -> list[tuple[int, ...]]:
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            return connection.execute("SELECT handle, at, before, after FROM changes ORDER BY number").fetchall()

    store, now = open_store(tmp_path / "points.sqlite"), datetime.now(UTC).replace(microsecond=0)
    make_demo(store, 60, "DEMO", now, beside=past_beside)
    assert make_past(store, tmp_path / "history.sqlite") is None, "it is there already"
    made = make_past(store, tmp_path / "after.sqlite")
    assert made is not None
    assert made > 500
    assert changes("history.sqlite") == changes("after.sqlite")
    store.close()
