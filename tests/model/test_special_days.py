"""Dates with hours of their own, in the contract's form, and what they do to "open now" and "opens"."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.model import OpeningHours
from wirelane_geo.model.opening_hours import WEEKDAYS, as_published, is_open, next_change, of_week, special_days, text

BERLIN = ZoneInfo("Europe/Berlin")
PUBLISHED = {"2020-12-24": [["0000", "0900"], ["0930", "1300"]], "*-12-25": [], "*-12-26": []}
"""The contract's own example."""
WEEKDAY = [["0900", "1230"], ["1330", "0000"]]


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=BERLIN)


def every_day(pairs: list[list[str]], exceptional: dict[str, object] | None = None) -> OpeningHours:
    return OpeningHours(**dict.fromkeys(WEEKDAYS, pairs), exceptionalOpenings=exceptional)  # type: ignore[arg-type]


@pytest.mark.parametrize("pairs", [[["0900", "1230"]], [["09:00", "12:30"]], [["9:00", "12:30"]], [["09:00:00", "12:30:00"]],
                                   [["900", "1230"]], [[" 0900", "1230 "]]])
def test_both_forms_are_read(pairs: list[list[str]]) -> None:
    hours = every_day(pairs)
    assert [is_open(hours, "Europe/Berlin", at(f"2023-11-22T{clock}")) for clock in ("08:59", "09:00", "12:29", "12:30")] == [
        False, True, True, False]
    assert text(hours) == "Mo-Su 09:00-12:30"
    assert as_published(hours) == every_day([["0900", "1230"]])


@pytest.mark.parametrize(("moment", "expected"), [
    ("2023-11-22T09:00", True), ("2023-11-22T13:00", False), ("2023-11-22T23:59", True), ("2023-11-23T00:00", False),
    ("2020-12-24T08:59", True), ("2020-12-24T09:15", False), ("2020-12-24T12:59", True), ("2020-12-24T20:00", False),
    ("2021-12-24T20:00", True), ("2020-12-25T10:00", False), ("2031-12-25T10:00", False), ("2031-12-26T23:00", False),
    ("2031-12-27T10:00", True),
])
def test_the_contracts_example(moment: str, expected: bool) -> None:
    assert is_open(every_day(WEEKDAY, PUBLISHED), "Europe/Berlin", at(moment)) is expected


@pytest.mark.parametrize(("moment", "change"), [
    ("2020-12-23T20:00", "2020-12-24T09:00"), ("2020-12-24T12:00", "2020-12-24T13:00"),
    ("2020-12-24T14:00", "2020-12-27T09:00"), ("2020-12-25T14:00", "2020-12-27T09:00"), ("2021-12-24T14:00", "2021-12-25T00:00"),
])
def test_the_next_change_knows_the_dates(moment: str, change: str) -> None:
    assert next_change(every_day(WEEKDAY, PUBLISHED), "Europe/Berlin", at(moment)) == at(change)


@pytest.mark.parametrize(("key", "day", "fits"), [
    ("*-12-25", "2025-12-25", True), ("*-12-25", "2025-12-26", False), ("2020-*-01", "2020-03-01", True),
    ("2020-*-01", "2021-03-01", False), ("2020-12-*", "2020-12-31", True), ("2020-12-*", "2020-11-30", False),
    ("*-*-01", "2033-05-01", True), ("*-2-*", "2025-02-10", True), ("2025-*-*", "2025-02-10", True),
    ("*-*-*", "2025-02-10", True),
    ("*-02-29", "2028-02-29", True), ("2025-1-5", "2025-01-05", True), ("PH", "2025-12-25", False),
    ("25.12.", "2025-12-25", False),
    ("*", "2025-12-25", False), ("12-25", "2025-12-25", False), ("2025-13-01", "2025-12-01", False),
])
def test_any_part_of_a_date_may_be_any(key: str, day: str, fits: bool) -> None:
    assert is_open(every_day(WEEKDAY, {key: []}), "Europe/Berlin", at(f"{day}T10:00")) is not fits
    assert is_open(OpeningHours(open247=True, exceptionalOpenings={key: []}), "Europe/Berlin", at(f"{day}T10:00")) is not fits


def test_of_several_keys_the_most_particular_counts() -> None:
    keys = ["*-*-*", "2025-*-*", "*-12-*", "*-*-24", "2025-12-*", "2025-*-24", "*-12-24", "2025-12-24"]
    for number in range(1, len(keys) + 1):
        given = {key: [["1000", "1100"]] if key == keys[number - 1] else [] for key in keys[:number]}
        for order in (given, dict(reversed(given.items()))):
            assert is_open(every_day(WEEKDAY, order), "Europe/Berlin", at("2025-12-24T10:30")) is True, keys[number - 1]


def test_a_date_may_last_into_the_night_and_ends_the_night_before() -> None:
    hours = every_day([["2000", "0400"]], {"2025-12-24": [["2200", "0100"]], "2025-12-26": []})
    for moment, expected in (("24T21:00", False), ("24T23:00", True), ("25T00:30", True), ("25T02:00", False),
                             ("25T21:00", True), ("26T01:00", False), ("26T23:00", False), ("27T01:00", False),
                             ("27T21:00", True)):
        assert is_open(hours, "Europe/Berlin", at(f"2025-12-{moment}")) is expected, moment


@pytest.mark.parametrize("pairs", ["closed", None, 5, [["x", "y"]], ["0900"], [[9.5, 12]], [[True, 1200]], {"a": 1}])
def test_what_can_not_be_read_is_not_known_and_never_closed(pairs: object) -> None:
    hours = every_day(WEEKDAY, {"2025-12-24": pairs})
    assert is_open(hours, "Europe/Berlin", at("2025-12-24T10:00")) is None
    assert is_open(hours, "Europe/Berlin", at("2025-12-23T10:00")) is True
    assert next_change(hours, "Europe/Berlin", at("2025-12-23T20:00")) is None
    assert special_days(hours, "Europe/Berlin", at("2025-12-24T10:00"), 2) == [(date(2025, 12, 24), None)]
    assert as_published(hours) == hours


def test_a_weekday_of_which_nothing_is_said_is_not_known() -> None:
    hours = OpeningHours(monday=WEEKDAY, sunday=[])
    assert [is_open(hours, "Europe/Berlin", at(f"2025-10-{day:02}T10:00")) for day in (5, 6, 7)] == [False, True, None]
    unreadable = OpeningHours(monday=[["9 am", "noon"]])
    assert is_open(unreadable, "Europe/Berlin", at("2025-10-06T10:00")) is None


def test_always_open_needs_no_time_zone_but_where_a_date_is_near() -> None:
    hours = OpeningHours(open247=True, exceptionalOpenings={"*-12-25": []})
    assert is_open(hours, None, at("2025-12-20T10:00")) is True
    assert is_open(hours, None, at("2025-12-25T10:00")) is None


def test_a_month_that_is_closed_ends() -> None:
    hours = every_day(WEEKDAY, {"2026-01-*": [], "2026-02-*": []})
    assert next_change(hours, "Europe/Berlin", at("2026-01-02T12:00")) == at("2026-03-01T09:00")
    assert next_change(every_day([], {"*-*-*": []}), "Europe/Berlin", at("2026-01-02T12:00")) is None


@pytest.mark.parametrize(("begin", "end"), [
    ("2025-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"), ("0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00")])
def test_a_closing_without_end_is_no_date_to_wait_for(begin: str, end: str) -> None:
    hours = every_day(WEEKDAY, {"closings": [{"begin": begin, "end": end}]})
    assert is_open(hours, "Europe/Berlin", at("2026-01-02T10:00")) is False
    assert next_change(hours, "Europe/Berlin", at("2026-01-02T10:00")) is None


def test_numbers_that_lost_their_zeros_are_times() -> None:
    hours = every_day(WEEKDAY, {"2025-12-24": [[0, 900], [930, 1300]]})
    assert is_open(hours, "Europe/Berlin", at("2025-12-24T09:15")) is False
    assert as_published(hours) == every_day(WEEKDAY, {"2025-12-24": [["0000", "0900"], ["0930", "1300"]]})


def test_the_special_days_to_come() -> None:
    found = special_days(every_day(WEEKDAY, PUBLISHED), "Europe/Berlin", at("2020-12-24T00:30"), 7)
    assert found == [(date(2020, 12, 24), [["00:00", "09:00"], ["09:30", "13:00"]]), (date(2020, 12, 25), []),
                     (date(2020, 12, 26), [])]
    assert special_days(None, None, at("2020-12-24T00:30"), 7) == []


def test_the_contracts_form_is_written_everywhere() -> None:
    old = OpeningHours(open247=True, monday=[["08:00", "23:59"], ["x"]],
                       exceptionalOpenings={"*-12-25": [["10:00", "24:00"]], "PH": [["10:00", "12:00"]], "closings": "x"})
    new = OpeningHours(open247=True, monday=[["0800", "0000"], ["x"]],
                       exceptionalOpenings={"*-12-25": [["1000", "0000"]], "PH": [["1000", "1200"]], "closings": "x"})
    assert as_published(old) == new
    assert as_published(new) is new


def test_closings_and_openings_are_written_as_dates() -> None:
    given = {"closings": [{"begin": "2025-12-24T13:00:00+00:00", "end": "2025-12-26T23:00:00+00:00"}],
             "openings": [{"begin": "2025-12-31T21:00:00+00:00", "end": "2026-01-01T01:00:00+00:00"}], "PH": [["10:00", "12:00"]]}
    assert as_published(every_day([["09:00", "18:00"]], given), "Europe/Berlin") == every_day([["0900", "1800"]], {
        "PH": [["1000", "1200"]], "2025-12-24": [["0900", "1400"]], "2025-12-25": [], "2025-12-26": [],
        "2025-12-31": [["0900", "1800"], ["2200", "0000"]], "2026-01-01": [["0000", "0200"], ["0900", "1800"]]})


@pytest.mark.parametrize("kept", [
    {"closings": [{"begin": "2025-12-24T13:00:00+00:00", "end": "9999-12-31T23:59:59+00:00"}]},
    {"openings": [{"begin": "0001-01-01T00:00:00+02:00", "end": "2025-12-31T23:59:59+00:00"}]},
])
def test_what_has_no_end_can_not_be_written_as_dates(kept: dict[str, object]) -> None:
    hours = every_day([["0900", "1800"]], kept)
    assert as_published(hours, "Europe/Berlin") is hours
    nowhere = every_day([["0900", "1800"]], {"closings": [{"begin": "2025-12-24T13:00:00Z", "end": "2025-12-24T14:00:00Z"}]})
    assert as_published(nowhere, None) is nowhere


def test_a_date_that_no_calendar_can_count_on_from_is_passed_over() -> None:
    last = "9999-12-31T{}:00:00+00:00"
    hours = every_day(WEEKDAY, {"closings": [{"begin": last.format("00"), "end": last.format("23")}]})
    assert is_open(hours, "Europe/Berlin", at("2026-01-02T10:00")) is True
    assert as_published(hours, "Europe/Berlin") == every_day(WEEKDAY)


SPANS = st.tuples(st.integers(0, 1438), st.integers(1, 1440)).map(lambda s: (s[0], s[0] + s[1]))
DATES = st.dates(date(2025, 12, 20), date(2026, 1, 5))


@given(st.lists(st.lists(SPANS, max_size=2), min_size=7, max_size=7), st.dictionaries(DATES, st.lists(SPANS, max_size=2)),
       st.datetimes(datetime(2025, 12, 19), datetime(2026, 1, 6), timezones=st.just(UTC)))
def test_dates_against_the_clock(week: list[list[tuple[int, int]]], dates: dict[date, list[tuple[int, int]]],
                                 moment: datetime) -> None:
    """Minute by minute: a date's own spans are all of that date's, but for what is left of a night that is special too."""
    own = {f"{day}": of_week([spans, *[[]] * 6]).monday for day, spans in dates.items()}
    made = of_week(week, own)
    local = moment.astimezone(BERLIN)
    minute, today = local.hour * 60 + local.minute, local.date()
    spans, before = ([(begin, end + 1 if end % 1440 == 1439 else end) for begin, end in
                      dates.get(day, week[day.weekday()])] for day in (today, today - timedelta(days=1)))
    expected = any(begin <= minute < end for begin, end in spans) or (
        today not in dates and any(minute < end - 1440 for _, end in before))
    assert is_open(made, "Europe/Berlin", moment) is expected
    if (change := next_change(made, "Europe/Berlin", moment)) is not None:
        assert change > moment
        assert is_open(made, "Europe/Berlin", change) is not expected
        assert is_open(made, "Europe/Berlin", moment + (change - moment) / 2) is expected


INSTANTS = st.integers(0, 12 * 1440).map(lambda minute: datetime(2025, 12, 21, tzinfo=UTC) + timedelta(minutes=minute))
EXCEPTIONS = st.lists(st.tuples(INSTANTS, st.integers(-60, 3000)).map(lambda span: {
    "begin": span[0].isoformat(), "end": (span[0] + timedelta(minutes=span[1])).isoformat()}), max_size=3)


@given(st.lists(st.lists(SPANS, max_size=2), min_size=7, max_size=7), st.dictionaries(DATES, st.lists(SPANS, max_size=2)),
       EXCEPTIONS, EXCEPTIONS, st.lists(INSTANTS, min_size=20, max_size=20))
def test_written_as_dates_they_say_the_same(
    week: list[list[tuple[int, int]]], dates: dict[date, list[tuple[int, int]]], closings: list[dict[str, str]],
    openings: list[dict[str, str]], moments: list[datetime],
) -> None:
    own = {f"{day}": of_week([spans, *[[]] * 6]).monday for day, spans in dates.items()}
    hours = of_week(week, {**own, "closings": closings, "openings": openings})
    written = as_published(hours, "Europe/Berlin")
    assert {"closings", "openings"}.isdisjoint(written.exceptionalOpenings or {})
    edges = [datetime.fromisoformat(exception[edge]) for exception in closings + openings for edge in ("begin", "end")]
    midnights = [at(f"2025-12-{day:02}T00:00") for day in range(22, 32)]
    for moment in [one - timedelta(minutes=back) for one in (*moments, *edges, *midnights) for back in (0, 1)]:
        if f"{moment.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" == "23:59":
            continue  # an end of 23:59 is midnight: no date can say that its last minute alone is another
        assert is_open(written, "Europe/Berlin", moment) is is_open(hours, "Europe/Berlin", moment), moment
