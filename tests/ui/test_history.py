"""A point's past in words and as a drawing."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import NETWORK, NOON
from wirelane_geo.filters import EVERYTHING
from wirelane_geo.live import Availability, Interval, PointHistory, RecordedSeconds
from wirelane_geo.map.service import StationDetails
from wirelane_geo.model import Status
from wirelane_geo.ui.details import details
from wirelane_geo.ui.history import HEIGHT, WIDTH, duration, in_words, past, strip
from wirelane_geo.ui.text import Texts

ENGLISH, GERMAN = Texts("en"), Texts("de")


def a_day(*hours: tuple[float, Status | None]) -> tuple[Interval, ...]:
    """The last 24 h: how many hours each status (None: a gap) lasted, oldest first."""
    ends = [NOON - timedelta(hours=24)]
    for length, _ in hours:
        ends.append(ends[-1] + timedelta(hours=length))
    return tuple(Interval(begin, end, status) for (begin, end), (_, status) in zip(pairwise(ends), hours, strict=True))


def a_history(strip: tuple[Interval, ...], *, exact: bool = True, flaps: int = 0,
              recorded: RecordedSeconds = RecordedSeconds(3600, 86_400, 0)) -> PointHistory:  # noqa: B008
    return PointHistory(point_id="1", handle=1, status=Status.FREE, since=NOON - timedelta(hours=2, minutes=5), since_exact=exact,
                        flaps_24h=flaps, availability=Availability(1.0, 0.982, None), recorded=recorded, strip=strip)


def drawn(html: str) -> list[tuple[str, float, float]]:
    """(status or "gap", left, width) of each bar in px."""
    return [(status or "gap", float(left), float(width)) for status, left, width in re.findall(
        r'<rect (?:class="wl-unrecorded"|data-status="(\w+)") x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', html)]


def test_a_gap_is_drawn_as_a_gap_and_everything_where_it_was() -> None:
    bars = drawn(strip(a_day((6, None), (12, Status.FREE), (6, Status.IN_USE)), ENGLISH))
    assert sorted(bars, key=lambda bar: bar[1]) == [("gap", 0.0, WIDTH / 4), ("FREE", WIDTH / 4, WIDTH / 2),
                                                    ("IN_USE", 3 * WIDTH / 4, WIDTH / 4)]


def test_a_time_in_which_nobody_said_its_status_is_drawn_as_a_gap() -> None:
    day = a_day((6, Status.FREE), (12, Status.UNKNOWN), (6, Status.CLOSED))
    assert sorted(drawn(strip(day, ENGLISH)), key=lambda bar: bar[1]) == [
        ("FREE", 0.0, WIDTH / 4), ("gap", WIDTH / 4, WIDTH / 2), ("CLOSED", 3 * WIDTH / 4, WIDTH / 4)]
    assert in_words(day, ENGLISH) == "Last 24 hours: Unknown 12 h, Free 6 h, Closed 6 h"


def test_a_fault_of_a_minute_is_seen_above_all_else() -> None:
    html = strip(a_day((23.98, Status.FREE), (0.02, Status.FAULTED)), ENGLISH)
    status, left, width = drawn(html)[-1]
    assert status == "FAULTED"
    assert width >= 1
    assert left + width <= WIDTH + 0.05
    assert f'height="{HEIGHT:.1f}" fill="#D55E00"' in html, "it stands out without its colour, too"


@given(st.lists(st.tuples(st.floats(0.1, 24), st.sampled_from([None, *Status])), min_size=1, max_size=8))
def test_the_day_is_covered_from_its_begin_to_its_end(hours: list[tuple[float, Status | None]]) -> None:
    scale = 24 / sum(length for length, _ in hours)
    bars = sorted(drawn(strip(a_day(*((length * scale, status) for length, status in hours)), ENGLISH)), key=lambda bar: bar[1])
    assert len(bars) == len(hours)
    assert bars[0][1] == 0
    for (_, left, width), (_, following, _) in pairwise(bars):
        assert following <= left + width + 0.2
    assert bars[-1][1] + bars[-1][2] == pytest.approx(WIDTH, abs=0.2)


def test_who_does_not_see_it_is_told() -> None:
    day = a_day((1, None), (18, Status.FREE), (5, Status.IN_USE))
    assert in_words(day, ENGLISH) == "Last 24 hours: Free 18 h, In use 5 h, not recorded 1 h"
    assert in_words(day, GERMAN) == "Letzte 24 Stunden: Frei 18 h, Belegt 5 h, nicht aufgezeichnet 1 h"
    assert 'role="img" aria-label="Last 24 hours: Free 18 h' in strip(day, ENGLISH)


def test_what_is_not_known_is_not_said() -> None:
    known = past(a_history(a_day((24, Status.FREE))), ENGLISH, NOON)
    assert known.since == "for 2 h 5 min"
    assert known.availability == [("1 h", "100 %"), ("24 h", "98.2 %"), ("7 d", "–")]
    assert known.flaps == ""
    unknown = past(a_history(a_day((24, None)), exact=False, flaps=3), GERMAN, NOON)
    assert unknown.since == "seit mindestens 2 h 5 min"
    assert unknown.availability == [("1 h", "100 %"), ("24 h", "98,2 %"), ("7 T", "–")]
    assert unknown.flaps == "In 24 h 3-mal ausgefallen"
    assert past(a_history(a_day((24, Status.FREE)), flaps=1), ENGLISH, NOON).flaps == "Went out once in 24 h"


def test_a_point_that_never_had_a_status_is_said_to_have_none(station: StationDetails) -> None:
    first, second = msgspec.structs.replace(NETWORK[0], status=Status.UNKNOWN), NETWORK[1]
    silent = replace(station, points=(first, second), matches=(True, True))

    def said(strip: tuple[Interval, ...], *, exact: bool) -> str:
        history = replace(a_history(strip, exact=exact), status=Status.UNKNOWN)
        return details(silent, EVERYTHING, ENGLISH, now=NOON, viewer_zone=None, histories={first.id or "": history})

    never = said(a_day((20, None), (4, Status.UNKNOWN)), exact=False)
    assert "No status is published" in never
    assert "wl-strip" not in never
    for once in (said(a_day((20, Status.FREE), (4, Status.UNKNOWN)), exact=False), said(a_day((24, Status.UNKNOWN)), exact=True)):
        assert "No status is published" not in once
        assert "wl-strip" in once


@pytest.mark.parametrize(("recorded", "said"), [
    (RecordedSeconds(300, 300, 300), ["5 min 100 %", "24 h –", "7 d –"]),
    (RecordedSeconds(3600, 5400, 5400), ["1 h 100 %", "24 h –", "7 d –"]),
    (RecordedSeconds(3600, 43_200, 43_200), ["1 h 100 %", "24 h 98.2 %", "7 d –"]),
    (RecordedSeconds(3600, 86_400, 302_400), ["1 h 100 %", "24 h 98.2 %", "7 d 97 %"]),
    (RecordedSeconds(0, 80_000, 302_400), ["1 h –", "24 h 98.2 %", "7 d 97 %"]),
])
def test_of_a_time_that_was_hardly_recorded_nothing_is_said(recorded: RecordedSeconds, said: list[str]) -> None:
    parts = Availability(1.0 if recorded.hour else None, 0.982, 0.97)
    history = replace(a_history(a_day((24, Status.FREE))), recorded=recorded, availability=parts)
    assert [" ".join(pair) for pair in past(history, ENGLISH, NOON).availability] == said


@pytest.mark.parametrize(("seconds", "words"), [
    (-5, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (7500, "2 h 5 min"), (86_400, "1 d"), (273_600, "3 d 4 h"),
    (90 * 86_400, "90 d"),
])
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds, ENGLISH) == words


def test_each_point_of_a_station_has_its_own(station: StationDetails) -> None:
    first = NETWORK[0].id or ""
    html = details(station, EVERYTHING, ENGLISH, now=NOON, viewer_zone=None,
                   histories={first: a_history(a_day((24, Status.FREE)), flaps=2)})
    assert html.count("wl-strip") == 1
    assert "for 2 h 5 min" in html
    assert "Went out 2 times in 24 h" in html
