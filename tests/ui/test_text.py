"""The catalogue is complete, in both languages, and numbers are written as each language writes them."""

import re
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wirelane_geo.filters import FILTERS
from wirelane_geo.model import (
    AccountStatus,
    AuthenticationType,
    BlockedReason,
    ChargingType,
    IdentificationType,
    MemberStatus,
    PlugType,
    SessionStatus,
    Status,
)
from wirelane_geo.ui import viewport
from wirelane_geo.ui.catalogue import TEXTS
from wirelane_geo.ui.text import LANGUAGES, Texts, choose

UI = Path(viewport.__file__).parent
SOURCES = [
    path
    for folder, pattern in (
        (UI, "*.py"), (UI / "operator", "*.py"), (UI / "wall", "*.py"), (UI / "templates", "*.html"),
        (UI.parent.parent / "pages", "*.py"))
    for path in folder.glob(pattern)
    if path.name not in ("catalogue.py", "texts.py")
]
CALL = re.compile(r"""\b(?:t|texts|self)(?:\.count)?\(\s*f?["']([\w.{}]+)["']""")


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_is_there_in_every_language_with_the_same_placeholders() -> None:
    for key, texts in TEXTS.items():
        assert len(texts) == len(LANGUAGES), key
        assert all(text.strip() for text in texts), key
        # A reason is English: there it is said as it is, in another language in that one's words.
        assert len({frozenset(placeholders(text)) for text in texts if text != "{reason}"}) == 1, key


def test_german_is_german() -> None:
    same = {key for key, (english, german) in TEXTS.items() if english == german}
    assert same <= {
        "app.name", "filter.statuses", "filters.most", "PlugType.CHADEMO", "PlugType.CCS", "PlugType.SCHUKO",
        "ChargingType.AC", "ChargingType.DC", "AuthenticationType.remote", "list.export", "details.hotline",
        "details.route", "map.kw", "wall.times",
        # of the operator's pages
        "operator.status", "usage.per_day.value", "usage.fewest", "session.station", "session.status", "member.name",
        "field.status", "field.service_hotline", "station.label", "ChainItemType.station", "ChainItemType.wan",
        "ChainItemType.router", "ChainItemType.roaming",
    }


def test_every_filter_and_every_term_has_a_name() -> None:
    texts = Texts("de")
    for row in FILTERS:
        assert texts(f"filter.{row.name}")
    for terms in (Status, PlugType, ChargingType, AuthenticationType, IdentificationType, SessionStatus, MemberStatus,
                  AccountStatus, BlockedReason):
        names = [texts.term(term) for term in terms]
        assert len(set(names)) == len(names)


def test_the_map_has_all_its_texts() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in (UI / "static").glob("*.js") if path.name != "wall.js")
    asked_for = set(re.findall(r"\btext\('(\w+)'", scripts)) | set(Status)
    there = Texts("en").group("map").keys()
    assert asked_for <= there
    assert [key for key in there - asked_for if not re.search(rf"'{key}'|\b{key}:", scripts)] == [], "nobody asks for these"


def test_no_text_is_asked_for_that_isnt_there() -> None:
    for path in SOURCES:
        for key in CALL.findall(path.read_text(encoding="utf-8")):
            if "{" not in key and not key.endswith("."):
                assert {key, f"{key}.one"} & TEXTS.keys(), f"{path.name} asks for {key}"


def test_no_text_is_left_over() -> None:
    literals = {text for path in SOURCES for text in re.findall(r"""["']([\w.]+)["']""", path.read_text(encoding="utf-8"))}
    computed = {"map", "filter", "flag", "day", "app.theme", "Status", "PlugType", "ChargingType", "AuthenticationType",
                "SessionStatus", "IdentificationType", "MemberStatus", "AccountStatus", "BlockedReason", "field", "invalid",
                "point.section", "streamlit", "list.heading", "list.order", "conditions.price", "vehicle", "feeds", "Cost",
                "AdHoc", "Admission", "Vehicle", "Wheelchair", "fold", "fold.access"}
    left = {key for key in TEXTS if key.rpartition(".")[0] not in computed}
    left -= literals | {f"{text}.{form}" for text in literals for form in ("one", "many")}
    left -= {"list.title", "share.title", "favourites.title"}  # tools.html names them by panel
    left -= {f"operator.{page}" for page in ("map", "sessions", "members", "points")}
    left -= {f"session.{column}" for column in ("begin", "station", "energy", "duration", "price", "status")}
    left -= {f"member.{column}" for column in ("name", "email", "city", "status")}
    assert left == set()


@pytest.mark.parametrize(("lang", "locale", "chosen"), [
    (None, None, "en"), (None, "de-AT", "de"), (None, "fr-FR", "en"), ("de", "en-GB", "de"), ("en", "de-DE", "en"),
])
def test_the_link_chooses_the_language_before_the_browser(lang: str | None, locale: str | None, chosen: str) -> None:
    assert choose(lang, locale) == chosen


def test_numbers_and_units() -> None:
    english, german = Texts("en"), Texts("de")
    assert english.number(1234567) == "1,234,567"
    assert german.number(1234567) == "1.234.567"
    assert english.power(7.4) == "7.4 kW"
    assert german.power(7.4) == "7,4 kW"
    assert english.power(22.0) == "22 kW"
    assert english.power(None) == english.power(float("nan")) == "power unknown"
    assert [english.distance(m) for m in (4, 347, 999, 1234, 123_456)] == ["4 m", "350 m", "1 km", "1.2 km", "123 km"]
    assert german.distance(1234) == "1,2 km"


def test_one_and_many() -> None:
    assert Texts("en").count("stations", 1) == "1 station"
    assert Texts("en").count("stations", 2310) == "2,310 stations"
    assert Texts("de").count("stations", 0) == "0 Stationen"


def test_a_clock_is_the_viewers_and_says_so_where_it_is_not_known() -> None:
    when = datetime(2025, 7, 1, 12, 3, tzinfo=UTC)
    assert Texts("en").clock(when, "Europe/Berlin") == "14:03"
    assert Texts("en").clock(when, None) == Texts("en").clock(when, "No/Where") == "12:03 UTC"


@pytest.mark.parametrize(("when", "clock"), [
    ("2026-03-29T00:59:59", "01:59"), ("2026-03-29T01:00:00", "03:00"),
    ("2026-10-25T00:59:59", "02:59"), ("2026-10-25T01:00:00", "02:00"),
    ("2026-03-28T22:59:59", "23:59"), ("2026-03-28T23:00:00", "00:00"), ("2026-10-24T21:59:59", "23:59"),
])
def test_a_clock_at_midnight_and_when_clocks_are_set(when: str, clock: str) -> None:
    assert Texts("de").clock(datetime.fromisoformat(f"{when}+00:00"), "Europe/Berlin") == clock


def test_a_moment_after_midnight_names_the_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 3, 28, 23, 50, tzinfo=berlin)
    later = [(now.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(berlin) for minutes in (5, 10, 130, 190)]
    assert [Texts("en").moment(when, now) for when in later] == ["23:55", "Sun 00:00", "Sun 03:00", "Sun 04:00"]


def test_a_moment_on_another_day_names_it() -> None:
    now = datetime(2025, 7, 1, 12, 3, tzinfo=UTC)
    assert Texts("de").moment(now.replace(hour=22), now) == "22:03"
    assert Texts("de").moment(now.replace(day=2), now) == "Mi 12:03"


def test_a_moment_farther_than_a_week_has_its_date() -> None:
    now = datetime(2025, 12, 24, 12, 3, tzinfo=UTC)
    assert Texts("en").moment(now + timedelta(days=6), now) == "Tue 12:03"
    assert Texts("en").moment(now + timedelta(days=7), now) == "Wed 31 Dec 12:03"
    assert Texts("en").moment(now + timedelta(days=8), now) == "Thu 1 Jan 2026 12:03"
    assert Texts("de").moment(now + timedelta(days=8), now) == "Do 1.1.2026 12:03"
