"""The pieces of the operator's pages: what is shown of sessions, members and points, and what is escaped."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.operator.sums import usage_of
from wirelane_geo.errors import (
    ApiBadAnswer,
    ApiForbidden,
    ApiNotFound,
    ApiPaused,
    ApiServerFault,
    ApiTooMany,
    ApiUnauthorized,
    ApiUnreachable,
    StoreBusy,
    StoreTimeout,
    WirelaneGeoError,
)
from wirelane_geo.model import Account, ChargePoint, ChargingSession, Currency, Member, PlugType, SessionStatus
from wirelane_geo.operator.editing import Change
from wirelane_geo.ui.operator import account, charts, members, point_form
from wirelane_geo.ui.operator.paging import ListPage
from wirelane_geo.ui.operator.session_table import table
from wirelane_geo.ui.operator.sessions import SESSION_COLUMNS, SessionFilters, as_csv, long, map_link
from wirelane_geo.ui.text import Texts

BERLIN = ZoneInfo("Europe/Berlin")
EVIL = "<script>alert(1)</script>"
ENGLISH, GERMAN = Texts("en"), Texts("de")
SESSION = ChargingSession(
    session_id="s1", street=EVIL, city="=1+1", charging_point_id="a" * 32, customer_email="jo@example.com",
    session_begin=datetime(2025, 7, 1, 22, 30, tzinfo=UTC), session_end=datetime(2025, 7, 1, 23, 38, tzinfo=UTC), kwh=12.5,
    price=Decimal("1234.5"), currency=Currency.EUR, status=SessionStatus.closed)


def rendered(opened: str | None) -> str:
    return table(ListPage([SESSION], 1, 1), ENGLISH, BERLIN, by="kwh", down=True, opened=opened)


def test_a_line_says_when_where_how_much_and_the_open_one_who_and_leads_to_the_map() -> None:
    closed, opened = rendered(None), rendered("s1")
    for said in ("2025-07-02 00:30", "12.5 kWh", "1:08 h", "1,234.50 EUR", "Billed", "1–1 of 1"):
        assert said in closed
    assert "jo@example.com" not in closed
    assert "jo@example.com" in opened
    assert f'href="./?station={"a" * 32}&amp;lang=en"' in opened
    assert 'aria-sort="descending"' in closed


def test_markup_in_a_record_is_text() -> None:
    member = Member(id="m1", account=Account(account_id="a-1", first_name=EVIL), email=EVIL)
    details = members.member_html(members.Details(member, None, ()), ENGLISH, UTC)
    pages = [
        rendered("s1"), members.members_html(ListPage([member], 1, 1), ENGLISH, opened="m1", details=details),
        point_form.changes_html([Change("street", EVIL, None)], [], ENGLISH)]
    for page in pages:
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_a_station_that_is_not_known_has_no_link() -> None:
    assert map_link(ChargingSession(session_id="x")) is None
    assert map_link(ChargingSession(session_id="x", charging_point_id="p1"), "de") == "./?station=p1&lang=de"


def test_the_file_has_every_field_and_no_formula() -> None:
    [row] = csv.DictReader(io.StringIO(as_csv([SESSION])))
    assert tuple(row) == SESSION_COLUMNS
    assert row["customer_email"] == "jo@example.com"
    assert row["city"] == "'=1+1"
    assert row["price"] == "1234.5"
    assert row["session_begin"] == "2025-07-01T22:30:00+00:00"


def test_a_range_of_days_is_asked_for_from_midnight_to_midnight_there() -> None:
    asked = SessionFilters(date(2025, 3, 30), date(2025, 3, 30), points=" A, B ,", search=" ").parameters(BERLIN)
    assert asked["until"] - asked["since"] == timedelta(hours=23, minutes=59, seconds=59)
    assert asked["until"].astimezone(UTC) - asked["since"].astimezone(UTC) == timedelta(hours=22, minutes=59, seconds=59)
    assert (asked["charge_point_id"], asked["search"]) == (["A", "B"], None)


def test_a_search_is_not_printed() -> None:
    assert "jo@example.com" not in repr(SessionFilters(date(2025, 1, 1), date(2025, 1, 2), search="jo@example.com"))


def test_the_charts_name_every_day_and_hour_as_each_language_does() -> None:
    usage = usage_of([SESSION, ChargingSession(session_id="2")], BERLIN)
    html = charts.usage_html(usage, date(2025, 7, 1), date(2025, 7, 3), GERMAN, "Europe/Berlin")
    assert html.count("<li>") == 3
    assert html.count('<td style="--share') == 7 * 24
    for said in ("Mi 2025-07-02: 12,5 kWh", "Mi 00:00–00:59 Uhr, 1", "1.234,50 EUR", "1 ohne Preis", "1 ohne Messwert"):
        assert said in html


@pytest.mark.parametrize(("value", "top"), [("0", "0"), ("0.7", "0.8"), ("1", "1"), ("47", "50"), ("51000", "60000")])
def test_a_scale_ends_at_a_round_number(value: str, top: str) -> None:
    assert charts.ceiling(Decimal(value)) == Decimal(top)


def test_hours_and_minutes() -> None:
    assert [long(timedelta(minutes=m)) for m in (0, 68, 6000)] == ["0:00 h", "1:08 h", "100:00 h"]
    assert long(None) == ""


def test_values_of_a_diff_are_words() -> None:
    assert point_form.value_text("plug_types", (PlugType.CCS, PlugType.TYPE_2), ENGLISH) == "CCS, Type 2"
    assert point_form.value_text("reservable", False, GERMAN) == "Nein"
    assert point_form.value_text("latitude", 52.5200066, ENGLISH) == "52.5200066"
    assert point_form.map_link(ChargePoint(charge_point_id="P", id="x1", latitude=52.5, longitude=13.4)) == (
        "./?lat=52.5&lon=13.4&zoom=17&station=x1")
    assert point_form.map_link(ChargePoint(charge_point_id="P", id="x1"), "de") == "./?station=x1&lang=de"


@pytest.mark.parametrize(("error", "said"), [
    (ApiUnauthorized("x", status=401), "Sign in again"),
    (ApiForbidden("x", status=403, error_message="insufficient"), "account_admin in the organization ORG. (insufficient)"),
    (ApiNotFound("x", status=404), "no such thing"),
    (ApiUnreachable("refused by upstream"), "can't be asked now. Try again in a moment. (refused by upstream)"),
])
def test_what_goes_wrong_is_said_plainly(error: WirelaneGeoError, said: str) -> None:
    assert said in account.words(error, ENGLISH, "ORG")


def test_a_database_that_is_busy_is_told_in_each_language_and_without_its_place() -> None:
    for error, words in [(StoreBusy("The database /srv/points.sqlite is busy."), ("is busy; nothing is wrong", "gerade belegt")),
                         (StoreTimeout(2.5), ("longer than 2.5 s", "länger als 2,5 s"))]:
        for texts, said in zip((ENGLISH, GERMAN), words, strict=True):
            told = account.words(error, texts, "ORG")
            assert said in told
            assert "/srv" not in told


@pytest.mark.parametrize(("error", "said"), [
    (ApiServerFault("GET https://api was refused", status=502), "die Gegenstelle antwortet 502"),
    (ApiPaused("left alone", cause=ApiTooMany("slower", status=429)), "die Gegenstelle antwortet 429"),
    (ApiUnreachable("timed out"), "die Gegenstelle ist nicht erreichbar"),
    (ApiBadAnswer("text/html instead of JSON"), "die Antwort der Gegenstelle ist nicht lesbar"),
])
def test_why_the_api_can_not_be_asked_is_said_in_german_words(error: WirelaneGeoError, said: str) -> None:
    assert account.words(error, GERMAN, "ORG").endswith(f"({said})")


@pytest.mark.parametrize(("code", "said"), [
    ("invalid_grant", "User name or password is not right"), ("invalid_client", "client id or secret"),
    ("invalid_scope", "account_admin"), ("unauthorized_client", "lets nobody sign in"),
    ("unsupported_grant_type", "lets nobody sign in"), ("account_locked", "User name or password is not right")])
def test_why_nobody_could_be_signed_in(code: str, said: str) -> None:
    assert said in account.refusal(ApiUnauthorized("x", status=401, error_code=code), ENGLISH, "ORG")
    reason = "Too many wrong attempts: write to support."
    told = ApiUnauthorized("x", status=401, error_code=code, error_message=reason)
    for texts in (ENGLISH, Texts("de")):
        assert account.refusal(told, texts, "ORG").endswith(f"({reason})"), "what the token endpoint says"
