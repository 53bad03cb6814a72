"""Opening hours: text to week, and open or not, against a minute-by-minute reading of the week."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.model import OpeningHours, opening_hours
from wirelane_geo.model.opening_hours import is_open, next_change, of_week, parse, text, week

BERLIN = ZoneInfo("Europe/Berlin")
SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda s: (s[0], s[0] + s[1]))
WEEKS = st.lists(st.lists(SPANS, max_size=3), min_size=7, max_size=7)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def days(given: OpeningHours | None) -> list[list[list[str]]]:
    assert given is not None
    return week(given)


def at(clock: str) -> datetime:
    """A moment in the week of Monday, 6 October 2025, in Berlin: "Tu 13:00"."""
    day, time = clock.split()
    number = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su").index(day)
    return datetime.fromisoformat(f"2025-10-{6 + number:02}T{time}:00").replace(tzinfo=BERLIN)


@pytest.mark.parametrize("always", ["24/7", " 24/7 ", "24h/24, 7j/7", "7j/7 24h/24", "24/24 7/7", "Mo-Su 00:00-24:00",
                                    "00:00-00:00", "Mo-Fr 00:00-23:59, Sa,Su 00:00-24:00", "24h"])
def test_always(always: str) -> None:
    assert parse(always) == OpeningHours(open247=True)


NINE, LATE, NONE = [["09:00", "12:00"], ["14:00", "18:30"]], [["22:00", "04:00"]], list[list[str]]()


@pytest.mark.parametrize(("given", "expected"), [
    ("Mo 09:00-12:00,Mo 14:00-18:30", [NINE, *[NONE] * 6]),
    ("Mo-Tu 09:00-12:00,14:00-18:30", [NINE, NINE, *[NONE] * 5]),
    ("Monday - Tuesday 9:00 - 12:00, 14h-18h30", [NINE, NINE, *[NONE] * 5]),
    ("Sa 14:00-18:30, Sa 09:00-12:00", [*[NONE] * 5, NINE, NONE]),
    ("Fr-Mo 22:00-04:00", [LATE, NONE, NONE, NONE, LATE, LATE, LATE]),
    ("Fr-Mo 22:00-28:00", [LATE, NONE, NONE, NONE, LATE, LATE, LATE]),
    ("Mo-Fr 08:00-19:30, Mo-Fr 08:00-23:00", [*[[["08:00", "23:00"]]] * 5, NONE, NONE]),
    ("Mo-Fr 08:00-18:00; We off; Sa closed", [*[[["08:00", "18:00"]]] * 2, NONE, *[[["08:00", "18:00"]]] * 2, NONE, NONE]),
    ("08:30-20:30", [[["08:30", "20:30"]]] * 7),
    ("Mo 00:00-00:01", [[["00:00", "00:01"]], *[NONE] * 6]),
])
def test_weeks(given: str, expected: list[list[list[str]]]) -> None:
    assert days(parse(given)) == expected


def test_public_holidays_are_kept_apart() -> None:
    read = parse("Mo-Su 08:00-18:00; PH off")
    assert days(read) == [[["08:00", "18:00"]]] * 7
    assert read is not None
    assert read.exceptionalOpenings == {"PH": []}


@pytest.mark.parametrize("given", ["", None, "Mo", "Apr-Oct 10:00-12:00", "sunrise-sunset", "on request", "25:00-26:99",
                                   "Mo through Fr 08:00-12:00", 'Mo 08:00-12:00 "by phone"', "PH off", "Mo 08:00", ";",
                                   "Mo-Fr 09:00-20:00 Sa 10:00-12:00", "Di 08:00-12:00", "08:00-12:00 18:00"])
def test_what_is_not_understood_is_not_guessed(given: str | None) -> None:
    assert parse(given) is None


@given(st.text(st.sampled_from("MoTuWeFrSa-,;: 0123456789h/"), max_size=30))
def test_no_text_breaks_it(given: str) -> None:
    parse(given)


@given(WEEKS)
def test_text_reads_back(given: list[list[tuple[int, int]]]) -> None:
    made = of_week(given)
    if any(week(made)):
        assert parse(text(made)) == made
    else:
        assert text(made) == "off"


@pytest.mark.parametrize(("rules", "moment", "expected"), [
    ("Mo-Fr 08:00-18:00", "Tu 08:00", True), ("Mo-Fr 08:00-18:00", "Tu 07:59", False),
    ("Mo-Fr 08:00-18:00", "Tu 18:00", False), ("Mo-Fr 08:00-18:00", "Sa 12:00", False),
    ("Fr 22:00-04:00", "Sa 03:59", True), ("Fr 22:00-04:00", "Fr 03:00", False), ("Su 22:00-04:00", "Mo 01:00", True),
    ("Mo 08:00-23:59", "Mo 23:59", True), ("Mo 08:00-23:59", "Tu 00:00", False), ("24/7", "We 03:00", True),
])
def test_open_or_not(rules: str, moment: str, expected: bool) -> None:
    assert is_open(parse(rules), "Europe/Berlin", at(moment)) is expected


@given(WEEKS, MOMENTS)
def test_open_against_the_clock(given: list[list[tuple[int, int]]], moment: datetime) -> None:
    """Minute by minute: it is open if a span of today, or the rest of one of yesterday, has this minute."""
    local = moment.astimezone(BERLIN)
    minute = local.hour * 60 + local.minute
    today, yesterday = given[local.weekday()], given[local.weekday() - 1]
    ends = [(start, end + 1 if end % 1440 == 1439 else end) for start, end in today]
    ended = [end + 1 if end % 1440 == 1439 else end for _, end in yesterday]
    expected = any(start <= minute < end for start, end in ends) or any(minute < end - 1440 for end in ended)
    assert is_open(of_week(given), "Europe/Berlin", moment) is expected


@given(WEEKS, MOMENTS)
def test_the_next_change_is_the_next(given: list[list[tuple[int, int]]], moment: datetime) -> None:
    made, change = of_week(given), next_change(of_week(given), "Europe/Berlin", moment)
    now = is_open(made, "Europe/Berlin", moment)
    if change is None:
        assert all(is_open(made, "Europe/Berlin", moment + timedelta(hours=h)) is now for h in range(0, 7 * 24, 5))
        return
    assert change > moment
    assert is_open(made, "Europe/Berlin", change) is not now
    middle = moment + (change - moment) / 2
    assert is_open(made, "Europe/Berlin", middle) is now


def test_the_clock_is_the_stations() -> None:
    opens = parse("Mo-Su 08:00-18:00")
    moment = datetime(2025, 1, 15, 7, 30, tzinfo=UTC)
    assert is_open(opens, "Europe/Berlin", moment) is True
    assert is_open(opens, "Europe/London", moment) is False
    assert next_change(opens, "Europe/London", moment) == datetime(2025, 1, 15, 8, 0, tzinfo=UTC)


def test_a_night_with_a_change_of_clocks() -> None:
    opens = parse("Mo-Su 08:00-18:00")
    before = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert next_change(opens, "Europe/Berlin", before) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)


def test_unknown_stays_unknown() -> None:
    moment = at("Mo 12:00")
    for unknown, zone in ((None, "Europe/Berlin"), (OpeningHours(), "Europe/Berlin"), (parse("Mo 08:00-18:00"), None),
                          (parse("Mo 08:00-18:00"), "Mars/Olympus"), (parse("Mo 08:00-18:00"), "../etc/passwd")):
        assert is_open(unknown, zone, moment) is None
        assert next_change(unknown, zone, moment) is None
    assert is_open(parse("24/7"), None, moment) is True


def test_exceptions_go_before_the_week() -> None:
    closed = [{"begin": "2025-10-07T00:00:00+00:00", "end": "2025-10-08T00:00:00+00:00"}]
    opened = [{"begin": "2025-10-05T10:00:00+00:00", "end": "2025-10-05T12:00:00+00:00"}]
    made = of_week([[(480, 1080)]] * 6 + [[]], {"closings": closed, "openings": opened})
    assert is_open(made, "Europe/Berlin", at("Tu 12:00")) is False
    assert is_open(made, "Europe/Berlin", at("We 12:00")) is True
    assert is_open(made, "Europe/Berlin", datetime(2025, 10, 5, 11, tzinfo=UTC)) is True
    assert next_change(made, "Europe/Berlin", datetime(2025, 10, 5, 9, tzinfo=UTC)) == datetime(2025, 10, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("odd", [{"closings": "x"}, {"closings": [{"begin": "?"}]}, {"closings": [3]},
                                 {"openings": [{"begin": "2025-10-05", "end": "2025-10-06"}]}, {"other": 1}])
def test_foreign_exceptions_are_passed_over(odd: dict[str, object]) -> None:
    assert is_open(OpeningHours(open247=True, exceptionalOpenings=odd), "Europe/Berlin", at("Mo 12:00")) is True


def test_malformed_pairs_are_passed_over() -> None:
    made = OpeningHours(monday=[["08:00"], ["x", "y"], ["12:00", "13:00", "14:00"], ["09:00", "10:00"]])
    assert is_open(made, "Europe/Berlin", at("Mo 09:30")) is True
    assert is_open(made, "Europe/Berlin", at("Mo 12:30")) is False


def test_weekdays_are_the_models() -> None:
    assert set(opening_hours.WEEKDAYS) <= set(OpeningHours.__struct_fields__)
