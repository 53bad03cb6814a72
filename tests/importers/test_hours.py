"""OCPI's opening times as feeds write them: read, or not known; never a closed door that nobody spoke of."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._ocpi_hours import MOST_EXCEPTIONS, Hours, hours
from wirelane_geo.model import OpeningHours, opening_hours

ALWAYS = Hours(OpeningHours(open247=True), "24/7")
MONDAY = {"weekday": 1, "period_begin": "08:00", "period_end": "18:00"}


def regular(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"twentyfourseven": False, "regular_hours": list(entries)} | more


def every_day(begin: str, end: str) -> dict[str, Any]:
    return regular(*({"weekday": day, "period_begin": begin, "period_end": end} for day in range(1, 8)))


def text_of(given: Any) -> tuple[str | None, int]:
    notes = Notes()
    found = hours(given, notes)
    assert found.known is None or found.text == opening_hours.text(found.known)
    return found.text, notes.total()


@pytest.mark.parametrize(("given", "text", "noted"), [
    (regular(MONDAY), "Mo 08:00-18:00", 0), (regular(MONDAY | {"period_end": "02:00"}), "Mo 08:00-02:00", 0),
    (regular(MONDAY | {"period_end": "00:00"}), "Mo 08:00-00:00", 0), (every_day("00:00", "00:00"), "24/7", 0),
    (every_day("00:00", "23:59"), "24/7", 0), (every_day("00:00", "24:00"), "24/7", 0),
    (regular(MONDAY | {"weekday": 0}, MONDAY), "Mo 08:00-18:00; Su 08:00-18:00", 0),
    (regular(MONDAY | {"weekday": 7}), "Su 08:00-18:00", 0), (regular(MONDAY | {"weekday": "1"}), "Mo 08:00-18:00", 0),
    (regular(MONDAY | {"weekday": "MONDAY"}), "Mo 08:00-18:00", 0), (regular(MONDAY | {"weekday": "Sun"}), "Su 08:00-18:00", 0),
    (regular(MONDAY | {"period_begin": "08:00:00"}), "Mo 08:00-18:00", 0),
    (regular(MONDAY | {"period_begin": "8:00"}), "Mo 08:00-18:00", 0),
    (regular(MONDAY | {"period_begin": "08:00 AM", "period_end": "06:00 PM"}), "Mo 08:00-18:00", 0),
    (regular(MONDAY | {"period_begin": "12:00 AM", "period_end": "12:30 p.m."}), "Mo 00:00-12:30", 0),
    (regular(MONDAY, twentyfourseven="false"), "Mo 08:00-18:00", 0), (regular(MONDAY, twentyfourseven=True), "24/7", 1),
    ({"twentyfourseven": "true"}, "24/7", 0), ({"twentyfourseven": 1}, "24/7", 0),
    (regular(MONDAY, MONDAY | {"weekday": 6, "period_begin": "00:00", "period_end": "00:00"}),
     "Mo 08:00-18:00; Sa 00:00-00:00", 1),
])
def test_a_spelling_that_is_read(given: Any, text: str, noted: int) -> None:
    assert text_of(given) == (text, noted)


@pytest.mark.parametrize("given", [{"text": "Mo-Fr 8-18"}, {"monday": "08:00-18:00"}, {"open": True}, 7, True])
def test_hours_of_another_shape_are_noted(given: Any) -> None:
    assert text_of(given) == (None, 1)


@pytest.mark.parametrize("entry", [
    MONDAY | {"period_begin": "08:00Z"}, MONDAY | {"period_begin": "08:00:00Z", "period_end": "18:00:00Z"},
    MONDAY | {"period_end": "18:00 z"}, MONDAY | {"period_begin": "08:00:00.000Z"}])
def test_a_z_behind_a_time_is_noted_and_the_time_the_place_s_own(entry: dict[str, Any]) -> None:
    """OCPI has these times in local time, and the contract's are too: nobody opens by Greenwich."""
    notes = Notes()
    assert hours(regular(entry, MONDAY | {"weekday": 2}), notes).text == "Mo-Tu 08:00-18:00"
    assert notes == {"opening hours with a Z behind them, read as the place's own time": 1}


@pytest.mark.parametrize("given", [None, {}, [], "", {"twentyfourseven": False}, regular(), {"twentyfourseven": "false"},
                                   {"twentyfourseven": False, "regular_hours": None}])
def test_nothing_said_is_not_known(given: Any) -> None:
    assert hours(given, Notes()) == Hours(None, None)


@pytest.mark.parametrize("given", [
    regular(MONDAY | {"weekday": 8}), regular(MONDAY | {"period_end": None}), regular(MONDAY | {"period_end": "x"}),
    regular(MONDAY | {"weekday": None}), regular(MONDAY | {"weekday": True}), regular(MONDAY | {"weekday": 1.5}), {
        "regular_hours": 3}, {"regular_hours": ["Mo"]}, 3, True, [3]])
def test_a_spelling_that_cannot_be_read_costs_the_hours(given: Any) -> None:
    notes = Notes()
    assert hours(given, notes) == Hours(None, None)
    assert notes == {"opening hours can't be read, left out": 1}


def test_text_and_a_bare_list_are_kept_as_text() -> None:
    assert (hours("Mo-Fr 8-18", Notes()), text_of("Mo-Fr 8-18")) == (Hours(None, "Mo-Fr 8-18"), ("Mo-Fr 8-18", 1))
    assert hours([MONDAY], notes := Notes()) == Hours(None, "Mo 08:00-18:00; …")
    assert notes.total() == 1
    assert hours("24/7", Notes()) == ALWAYS


# --- exceptions ------------------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def closed(*spans: dict[str, Any], **more: Any) -> tuple[OpeningHours, Notes]:
    notes = Notes()
    found = hours({"twentyfourseven": True, "exceptional_closings": list(spans)} | more, notes).known
    assert found is not None
    return found, notes


@pytest.mark.parametrize("span", [
    {"period_begin": "2026-11-01T00:00:00Z", "period_end": "9999-12-31T23:59:59Z"},
    {"period_begin": "2026-11-01T00:00:00Z", "period_end": "9999-12-31T23:59:59-11:00"},
    {"period_begin": "2026-11-01T00:00:00Z"}, {"period_begin": "2026-11-01T00:00:00Z", "period_end": None},
    {"period_begin": "0001-01-01T00:00:00+02:00", "period_end": "2099-01-01T00:00:00Z"}])
def test_a_closing_without_an_end_that_can_be_meant_lasts_until_further_notice(span: dict[str, Any]) -> None:
    found, notes = closed(span)
    for zone in ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati"):
        assert opening_hours.is_open(found, zone, NOW) is False
        assert opening_hours.next_change(found, zone, NOW) is None
        assert opening_hours.until_further_notice(found, zone, NOW)
    assert not opening_hours.until_further_notice(OpeningHours(open247=True), "Europe/Berlin", NOW)
    assert not notes


def test_a_closing_since_ever_ends_when_it_ends() -> None:
    found, _ = closed({"period_begin": "0001-01-01T00:00:00Z", "period_end": "2026-12-31T23:00:00Z"})
    change = opening_hours.next_change(found, "Europe/Berlin", NOW)
    assert change == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert not opening_hours.until_further_notice(found, "Europe/Berlin", NOW)


def test_an_endless_closing_to_come_is_none_yet() -> None:
    found, _ = closed({"period_begin": (NOW + timedelta(days=3)).isoformat()})
    assert opening_hours.is_open(found, "Europe/Berlin", NOW) is True
    assert opening_hours.next_change(found, "Europe/Berlin", NOW) == NOW + timedelta(days=3)
    assert not opening_hours.until_further_notice(found, "Europe/Berlin", NOW)


@pytest.mark.parametrize("span", [
    {"period_begin": "2026-12-31T00:00:00Z", "period_end": "2026-11-01T00:00:00Z"}, {}, 3, "now", {"period_begin": "soon"},
    {"period_begin": "2026-11-01T00:00:00Z", "period_end": "later"}, {"period_begin": None, "period_end": None},
    {"period_begin": "2026-11-01T00:00:00Z", "period_end": "0001-01-01T00:00:00Z"},
    {"period_begin": "9999-11-01T00:00:00Z"}])
def test_what_makes_no_sense_is_noted(span: Any) -> None:
    found, notes = closed(span)
    assert found == OpeningHours(open247=True)
    assert notes == {"an exception that makes no sense, left out": 1}


def test_a_date_as_people_write_it() -> None:
    found, notes = closed({"period_begin": "24.12.2026 12:00", "period_end": "26.12.2026 23:00"})
    assert not notes
    assert opening_hours.is_open(found, "Europe/Berlin", datetime(2026, 12, 25, tzinfo=UTC)) is False
    assert opening_hours.is_open(found, "Europe/Berlin", datetime(2026, 12, 27, tzinfo=UTC)) is True


def test_a_closing_is_known_where_the_week_is_not() -> None:
    notes = Notes()
    given = {"exceptional_closings": [{"period_begin": "2026-11-01T00:00:00Z"}],
             "exceptional_openings": [{"period_begin": "2026-10-01T00:00:00Z", "period_end": "2026-10-02T00:00:00Z"}]}
    found = hours(given, notes).known
    assert opening_hours.is_open(found, "Europe/Berlin", NOW) is False
    assert opening_hours.is_open(found, "Europe/Berlin", NOW - timedelta(days=60)) is None
    assert notes.total() == 1


def test_there_is_an_end_to_exceptions() -> None:
    spans = [{"period_begin": f"2027-01-01T00:00:{n % 60:02}Z", "period_end": "2027-01-02T00:00:00Z"} for n in range(5_000)]
    found, notes = closed(*spans)
    assert found.exceptionalOpenings is not None
    assert len(found.exceptionalOpenings["closings"]) == MOST_EXCEPTIONS
    assert notes.total() == 1


@pytest.mark.parametrize(("days", "said"), [([1], "Mo 08:00-18:00; …"), ([1, 2, 3], "Mo-We 08:00-18:00; …"),
                                            (range(1, 8), "Mo-Su 08:00-18:00")])
def test_days_that_a_bare_list_leaves_out_are_not_closed(days: Sequence[int], said: str) -> None:
    found = hours([{"weekday": day, "period_begin": "08:00", "period_end": "18:00"} for day in days], Notes())
    assert (found.known, found.text) == (None, said)
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)
    open_then = opening_hours.is_open(opening_hours.parse(found.text), "Europe/Berlin", sunday)
    assert open_then is (True if len(days) == 7 else None)
