"""Few schedules for many points: told apart, numbered for good, and evaluated once a minute."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.earlier import leave_as
from tests.store.points import point
from wirelane_geo.geo import PointTable
from wirelane_geo.model import ChargePoint, OpeningHours, Status, opening_hours
from wirelane_geo.store import Store, column_file, open_store
from wirelane_geo.store.schedules import NEVER, ClosedNow, hours_of, schedule_of, zone_of

SHOP = opening_hours.parse("Mo-Sa 07:00-20:00")
BERLIN = ZoneInfo("Europe/Berlin")


def shop(name: str, text: str = "Mo-Sa 07:00-20:00", **given: object) -> ChargePoint:
    return point(name, **{"opening_hours": text, "timezone": "Europe/Berlin", **given})


def closed_by(points: list[ChargePoint], *times: datetime) -> list[list[bool]]:
    """Which points are closed, at one time after the other."""
    texts = [schedule_of(each) for each in points]
    numbers = {text: number for number, text in enumerate(sorted({*texts} - {None}), NEVER + 1)}
    table = PointTable.from_arrays(*(np.zeros(len(points)) for _ in range(6)))
    kept = ClosedNow(np.array([numbers.get(text, NEVER) for text in texts], np.uint32),
                     {number: text for text, number in numbers.items()})
    answers = []
    for time in times:
        kept.apply(table, time)
        answers.append(table.closed_now[np.argsort(table.order)].tolist())
    return answers


# --- What a schedule is ------------------------------------------------------------------------------------------------

def test_points_that_open_and_close_together_have_one_schedule() -> None:
    labelled = msgspec.structs.replace(SHOP, label="Ask at the till")
    assert schedule_of(shop("a")) == schedule_of(shop("b", availability=SHOP)) == schedule_of(shop("c", availability=labelled))
    assert schedule_of(shop("d", timezone="Europe/Lisbon")) != schedule_of(shop("a"))
    assert schedule_of(shop("e", "Mo-Sa 07:00-20:01")) != schedule_of(shop("a"))


@pytest.mark.parametrize("text", [None, "", "24/7", "on request", "Apr-Oct 08:00-20:00"])
def test_what_is_never_known_to_be_closed_has_none(text: str | None) -> None:
    assert schedule_of(shop("a", text)) is None


def test_always_open_but_for_a_closing_has_one() -> None:
    closing = {"closings": [{"begin": "2025-07-01T00:00:00+02:00", "end": "2025-07-02T00:00:00+02:00"}]}
    always = shop("a", None, availability=OpeningHours(open247=True, exceptionalOpenings=closing))
    assert closed_by([always], datetime(2025, 7, 1, 12, tzinfo=BERLIN), datetime(2025, 7, 2, 12, tzinfo=BERLIN)) == [
        [True], [False]]


def test_structured_hours_go_before_the_operators_text() -> None:
    both = shop("a", "24/7", availability=SHOP)
    assert hours_of(both) == SHOP
    assert schedule_of(both) == schedule_of(shop("b"))


def test_a_point_without_a_time_zone_has_that_of_its_place() -> None:
    assert zone_of(point("a", longitude=-9.14, latitude=38.72)) == "Europe/Lisbon"
    assert zone_of(point("a", longitude=None, latitude=None)) is None
    assert zone_of(point("a", longitude=-9.14, latitude=38.72, timezone="Europe/Madrid")) == "Europe/Madrid"


# --- Closed at a minute ------------------------------------------------------------------------------------------------

def test_a_shop_closes_and_opens_to_the_minute() -> None:
    friday = datetime(2025, 7, 4, tzinfo=BERLIN)
    times = [friday + timedelta(minutes=minute) for minute in (0, 419, 420, 1199, 1200, 1439)]
    assert closed_by([shop("a"), shop("b", None), shop("c", "24/7")], *times) == [
        [closed, False, False] for closed in (True, True, False, False, True, True)]


def test_a_bar_is_open_over_midnight() -> None:
    saturday = datetime(2025, 7, 5, tzinfo=BERLIN)
    bar = shop("a", "Fr 18:00-02:00")
    times = [saturday + timedelta(minutes=minute) for minute in (-361, -360, -1, 0, 119, 120)]
    assert [closed for [closed] in closed_by([bar], *times)] == [True, False, False, False, False, True]


def test_each_point_goes_by_the_time_of_its_place() -> None:
    zones = ["Europe/Lisbon", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles"]
    points = [shop(zone, "Mo-Su 08:00-20:00", timezone=zone) for zone in zones]
    for hour in range(24):
        now = datetime(2025, 7, 4, hour, 29, tzinfo=UTC)
        assert closed_by(points, now) == [[not 8 <= now.astimezone(ZoneInfo(zone)).hour < 20 for zone in zones]]


@pytest.mark.parametrize("day", ["2025-03-30", "2025-10-26"])
def test_clocks_that_are_set_close_nothing_an_hour_off(day: str) -> None:
    """06:00 to 22:00 by the clock on the wall, on the day itself and on those around it."""
    points, noon = [shop("a", "Mo-Su 06:00-22:00")], datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)
    times = [noon + timedelta(minutes=30 * half) for half in range(-60, 60)]
    assert closed_by(points, *times) == [[not 6 <= time.astimezone(BERLIN).hour < 22] for time in times]


def test_nothing_is_evaluated_twice_in_a_minute_and_nothing_is_late() -> None:
    table = PointTable.from_arrays(*(np.zeros(1) for _ in range(6)))
    kept = ClosedNow(np.array([1], np.uint32), {1: schedule_of(shop("a")) or ""})
    evening = datetime(2025, 7, 4, 19, 59, tzinfo=BERLIN)
    assert not kept.apply(table, evening)
    state = table.closed_now
    assert not kept.apply(table, evening + timedelta(seconds=59.9))
    assert table.closed_now is state
    assert kept.apply(table, evening + timedelta(seconds=60))
    assert table.closed_now.all()
    assert kept.apply(table, evening), "a clock that is set back is believed"
    assert not table.closed_now.any()


def test_a_number_that_nobody_knows_is_not_closed() -> None:
    table = PointTable.from_arrays(*(np.zeros(3) for _ in range(6)))
    assert not ClosedNow(np.array([7, NEVER, 3], np.uint32), {}).apply(table, datetime(2025, 7, 4, tzinfo=UTC))
    assert not table.closed_now.any()


spans = st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda each: (each[0], each[0] + each[1])), max_size=3)
weeks = st.lists(spans, min_size=7, max_size=7).map(opening_hours.of_week)
zones = st.sampled_from(["Europe/Berlin", "Europe/London", "Asia/Kathmandu", "America/Santiago", "Pacific/Kiritimati", None])
hours = st.one_of(st.none(), weeks, st.just(OpeningHours(open247=True)), st.just(OpeningHours(label="?")))
moments = st.one_of(st.datetimes(datetime(2025, 1, 1), datetime(2026, 1, 1)),
                    st.integers(-300, 300).map(lambda minute: datetime(2025, 3, 30, 1) + timedelta(minutes=minute)),
                    st.integers(-300, 300).map(lambda minute: datetime(2025, 10, 26, 1) + timedelta(minutes=minute)))


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(hours, zones), min_size=1, max_size=12), st.lists(moments, min_size=1, max_size=6))
def test_every_point_is_closed_when_its_own_hours_say_so(
    drawn: list[tuple[OpeningHours | None, str | None]], times: list[datetime]
) -> None:
    points = [point(str(i), availability=each, timezone=zone) for i, (each, zone) in enumerate(drawn)] * 2
    aware = [time.replace(tzinfo=UTC) for time in times]
    assert closed_by(points, *aware) == [
        [opening_hours.is_open(each.availability, zone_of(each), time) is False for each in points] for time in aware]


# --- In the store ------------------------------------------------------------------------------------------------------

def test_each_schedule_is_kept_once_and_each_point_has_its_number(store: Store) -> None:
    store.upsert([shop("a"), shop("b"), shop("c", "24/7"), shop("d", "Su 10:00-12:00")], "irve")
    known, columns = store.schedules(), store.columns()
    said = {record.charge_point_id: known.get(number)
            for record, number in zip(store.records(columns.handle.tolist()), columns.schedule.tolist(), strict=True)}
    sunday = schedule_of(shop("d", "Su 10:00-12:00"))
    assert said == {"a": schedule_of(shop("a")), "b": schedule_of(shop("a")), "c": None, "d": sunday}
    assert len(known) == 2


def test_hours_that_change_change_the_number_and_a_status_does_not(store: Store) -> None:
    store.upsert([shop("a", id="a")], "irve")
    [before] = store.columns().schedule.tolist()
    store.set_statuses({"a": Status.FAULTED})
    assert store.columns().schedule.tolist() == [before]
    store.update("id", "a", shop("a", "Su 10:00-12:00"))
    [after] = store.columns().schedule.tolist()
    assert store.schedules()[after] == schedule_of(shop("a", "Su 10:00-12:00"))
    store.update("id", "a", shop("a", None))
    assert store.columns().schedule.tolist() == [NEVER]


def test_what_no_point_has_any_more_is_forgotten_and_its_number_never_given_again(store: Store) -> None:
    store.upsert([shop("a"), shop("b", "Su 10:00-12:00")], "irve")
    store.upsert([shop("c")], "ocpi")
    last = max(store.schedules())
    store.remove("irve")
    assert list(store.schedules().values()) == [schedule_of(shop("a"))]
    store.upsert([shop("d", "Tu 10:00-12:00")], "ocpi")
    assert max(store.schedules()) > last


def test_a_database_from_before_learns_its_schedules(tmp_path: Path) -> None:
    path = tmp_path / "points.sqlite"
    store = open_store(path)
    store.upsert([shop("a"), shop("b", "24/7"), shop("c", timezone=None)], "irve")
    known = store.schedules(), store.columns().schedule.tolist()
    store.close()
    leave_as(path, 3)
    store = open_store(path)
    assert sorted(store.schedules().values()) == sorted(known[0].values())
    assert [store.schedules().get(n) for n in store.columns().schedule.tolist()] == [known[0].get(n) for n in known[1]]
    store.close()


def test_what_an_earlier_version_wrote_beside_this_one_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_file, "LARGE", 2)
    path = tmp_path / "points.sqlite"
    store = open_store(path)
    store.upsert([shop("a"), shop("b")], "irve")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE points SET schedule = NULL WHERE charge_point_id = 'b'")
    kept = store.columns()
    assert sorted(kept.schedule.tolist()) == [NEVER, 1]
    assert path.with_suffix(".columns").exists()
    store.close()
    store = open_store(path)
    assert store.columns().schedule.tolist() == [1, 1]
    assert store.last_seq() == kept.seq, "of what the API tells nothing has changed"
    store.close()
