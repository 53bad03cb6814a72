"""A station of many points is a few lines: equal points together, each to be had."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from tests.ui.conftest import NOON, a_point
from tests.ui.test_details import ENGLISH, SUMMARY, Page
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.map.service import StationDetails
from wirelane_geo.model import ChargePoint, ChargingType, PlugType, Status
from wirelane_geo.ui.details import details
from wirelane_geo.ui.palette import CLOSED_NOW
from wirelane_geo.ui.point_groups import point_groups
from wirelane_geo.ui.text import Texts

FAST = {"power": 250.0, "availability": None, "opening_hours": None}


def station_of(points: list[ChargePoint], matches: list[bool] | None = None) -> StationDetails:
    return StationDetails(summary=replace(SUMMARY, total=len(points), matching=len(points)), points=tuple(points),
                          matches=tuple(matches or [True] * len(points)), timezone="Europe/Berlin", fetched_at=NOON, problem=None)


def fast(count: int, **counts: int) -> list[ChargePoint]:
    """So many CCS points of 250 kW; of them some of other statuses, the rest free."""
    statuses = [Status[name] for name, many in counts.items() for _ in range(many)]
    statuses += [Status.FREE] * (count - len(statuses))
    return [a_point(i, status=status, **FAST) for i, status in enumerate(statuses, 1)]


def shown(station: StationDetails, texts: Texts = ENGLISH, filtered: bool = False, **kwargs: object) -> str:
    filters = Filters(statuses={Status.FREE}) if filtered else EVERYTHING
    return details(station, filters, texts, now=NOON, viewer_zone=None, histories={}, **kwargs)  # type: ignore[arg-type]


def test_seventy_three_equal_points_are_one_line() -> None:
    html = shown(station_of(fast(73, IN_USE=30, FAULTED=3)))
    assert "73 × CCS 250 kW, 40 free" in Page(html).text
    assert "30 in use, 3 faulted" in Page(html).text
    assert html.count("<li") == 1
    assert "DE*ABC*E17*1" not in html
    german = Page(shown(station_of(fast(73, IN_USE=30, FAULTED=3)), Texts("de"))).text
    assert "73 × CCS 250 kW, 40 frei" in german
    assert "30 belegt, 3 gestört" in german


def test_a_group_unfolds_to_each_of_its_evse_ids_and_no_other_does() -> None:
    slow = [a_point(i, plug_types=(PlugType.TYPE_2,), charging_type=ChargingType.AC, power=22.0) for i in range(80, 84)]
    station = station_of(fast(10) + slow)
    first = station.points[0].id or ""
    html = shown(station, unfolded={first})
    assert html.count('aria-expanded="true"') == html.count('aria-expanded="false"') == 1
    assert all((point.evseid or "") in html for point in station.points[:10])
    assert not any((point.evseid or "") in html for point in slow)
    assert f'data-action="unfold:{first}"' in html


def test_points_are_equal_by_what_a_driver_tells_them_apart_by() -> None:
    base = fast(1)[0]
    other = [msgspec.structs.replace(base, id=str(i), **change) for i, change in enumerate((
        {"power": 50.0}, {"power": None}, {"plug_types": (PlugType.CHADEMO,)}, {"charging_type": None}, {"reservable": True},
        {"authentication_types": ()}))]
    same = msgspec.structs.replace(base, id="same", status=Status.FAULTED, evseid="DE*ABC*E9", display_id="9")
    groups = point_groups(station_of([base, *other, same]), ENGLISH, NOON, {}, ())
    assert [len(group.lines) for group in groups] == [2, *[1] * len(other)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_points_are_each_shown(count: int) -> None:
    html = shown(station_of(fast(count)))
    assert html.count("<li") == count
    assert "aria-expanded" not in html


def test_a_group_shows_the_best_of_its_statuses_and_none_is_called_free_where_none_is_known() -> None:
    def only(**counts: int) -> tuple[str, str]:
        [group] = point_groups(station_of(fast(4, **counts)), ENGLISH, NOON, {}, ())
        return group.look, group.title
    assert only(FAULTED=3) == (Status.FREE, "4 × CCS 250 kW, 1 free")
    assert only(FAULTED=3, IN_USE=1) == (Status.IN_USE, "4 × CCS 250 kW, 0 free")
    assert only(UNKNOWN=4) == (Status.UNKNOWN, "4 × CCS 250 kW")


def test_what_is_closed_now_is_not_counted_as_free_and_opens() -> None:
    night = NOON + timedelta(hours=8)
    points = [a_point(i) for i in range(4)]
    [group] = point_groups(station_of(points), ENGLISH, night, {}, ())
    assert (group.look, group.title, group.statuses) == (CLOSED_NOW, "4 × CCS 150 kW, 0 free", "4 closed now")
    assert {(line.status, line.closed) for line in group.lines} == {("Free", "Closed now, opens Wed 08:00")}
    assert group.closed == "Closed now, opens Wed 08:00"
    assert {line.look for line in group.lines} == {CLOSED_NOW}
    [day] = point_groups(station_of(points), ENGLISH, NOON, {}, ())
    assert (day.look, day.title, day.lines[0].status, day.closed) == (Status.FREE, "4 × CCS 150 kW, 4 free", "Free", "")


def test_a_group_says_how_many_of_it_meet_the_filters() -> None:
    station = station_of(fast(5, IN_USE=3), [False] * 3 + [True] * 2)
    html = shown(station, filtered=True)
    assert "2 of 5 meet the filters" in Page(html).text
    assert html.count("wl-meets") == 1
    none = shown(station_of(fast(5, IN_USE=5), [False] * 5), filtered=True)
    assert "meet the filters" not in Page(none).text.replace("No point of this station meets the filters", "")
    assert none.count("wl-other") == 1


def test_route_and_hotline_are_outside_of_what_scrolls() -> None:
    html = shown(station_of(fast(73)))
    scrolls, foot = html.split('<div class="wl-reach">')
    assert "wl-scroll" in scrolls
    assert scrolls.count("<div") - scrolls.count("</div") == 0, "what scrolls ends before"
    for link in ("geo:", "https://www.openstreetmap.org/", "tel:", "https://pay.example/"):
        assert link in foot
        assert link not in scrolls
