"""The demo network: the same each time, and believable wherever one looks."""

import os
import re
import signal
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.children import children
from wirelane_geo.demo import demo_points, demo_points_ahead
from wirelane_geo.demo._network import MOMENT, TIMEZONES
from wirelane_geo.demo._operators import OPERATORS
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status, opening_hours
from wirelane_geo.places.gazetteer import nearest

DC_PLUGS = {PlugType.CCS, PlugType.CHADEMO}


pytestmark = pytest.mark.slow  # made for them all: a network of 60,000 points


@pytest.fixture(scope="module")
def points() -> list[ChargePoint]:
    return list(demo_points())


@pytest.fixture(scope="module")
def stations(points: list[ChargePoint]) -> list[list[ChargePoint]]:
    found: dict[str | None, list[ChargePoint]] = defaultdict(list)
    for point in points:
        found[point.charging_station_id].append(point)
    return list(found.values())


def test_its_size(points: list[ChargePoint], stations: list[list[ChargePoint]]) -> None:
    assert len(stations) == 25_000
    assert 58_000 < len(points) < 62_000


def test_it_is_the_same_each_time() -> None:
    assert list(demo_points(300)) == list(demo_points(300))
    assert list(demo_points(300)) != list(demo_points(300, seed=1))


def test_another_moment_moves_the_dates_and_nothing_else() -> None:
    later = timedelta(days=300, hours=7)
    for then, now in zip(demo_points(300), demo_points(300, now=MOMENT + later), strict=True):
        assert then.update_date is not None
        assert then.creation_date is not None
        dates = {"update_date": then.update_date + later, "creation_date": then.creation_date + later}
        assert now == msgspec.structs.replace(then, **dates)


def test_what_is_out_has_been_so_for_hours_and_days(points: list[ChargePoint]) -> None:
    out = sorted(MOMENT - point.update_date for point in points
                 if point.update_date and point.status in (Status.FAULTED, Status.UNAVAILABLE))
    assert timedelta(hours=3) < out[len(out) // 2] < timedelta(hours=24)
    assert timedelta(days=3) < out[-1] < timedelta(days=14)


@pytest.mark.parametrize("count", [1, 2, 33])
def test_small_networks(count: int) -> None:
    assert len({point.charging_station_id for point in demo_points(count)}) == count


@pytest.mark.parametrize("name", ["charge_point_id", "evseid", "payment_url", "serial_number"])
def test_what_names_a_point_names_one(points: list[ChargePoint], name: str) -> None:
    named = [getattr(point, name) for point in points if getattr(point, name) is not None]
    assert len(set(named)) == len(named) > 0.8 * len(points)


def test_every_point_is_complete(points: list[ChargePoint]) -> None:
    unset = {"id", "charging_point_id", "distance"}
    wanted = set(ChargePoint.__struct_fields__) - unset - {"house_number", "charging_group", "payment_url"}
    missing = {name for point in points for name in wanted if getattr(point, name) in (None, "", ())}
    assert missing == set()


def test_ids_dates_and_addresses_are_well_formed(points: list[ChargePoint]) -> None:
    codes = {operator.code for operator in OPERATORS}
    digits = {"DE": 5, "AT": 4, "CH": 4}
    for point in points:
        match = re.fullmatch(r"(DE|AT|CH)\*([A-Z]{3})\*E\d+\*\d+", point.evseid or "")
        assert match, point
        assert match[1] == point.country
        assert match[2] in codes
        assert re.fullmatch(rf"\d{{{digits[match[1]]}}}", point.zip_code or ""), point
        assert point.timezone == TIMEZONES[match[1]]
        assert point.payment_url is None or point.payment_url.startswith("https://pay.example.com/")
        assert point.creation_date is not None
        assert point.update_date is not None
        assert point.creation_date < point.update_date <= MOMENT
        assert opening_hours.parse(point.opening_hours) == point.availability
        assert "ß" not in f"{point.street}" or point.country != "CH"


def test_hotlines_ring_nobody() -> None:
    """Numbers that the German Federal Network Agency keeps free for films."""
    free = re.compile(r"\+49 (30 23125|69 90009|40 66969|221 4710|89 99998) \d{3}")
    assert all(free.fullmatch(operator.hotline) for operator in OPERATORS)


def test_operators_are_told_apart() -> None:
    for name in ("name", "code", "hotline"):
        assert len({getattr(operator, name) for operator in OPERATORS}) == len(OPERATORS)


def test_plugs_agree_with_current_and_power(points: list[ChargePoint]) -> None:
    for point in points:
        assert (point.charging_type is ChargingType.DC) == bool(DC_PLUGS & set(point.plug_types)), point
        assert point.power is not None
        if point.charging_type is ChargingType.AC:
            assert point.power <= 43, point
        if set(point.plug_types) == {PlugType.SCHUKO}:
            assert point.power <= 3.7, point
        if point.power > 50:
            assert PlugType.CCS in point.plug_types, point


def test_all_words_of_the_filters_occur(points: list[ChargePoint]) -> None:
    assert {point.status for point in points} == set(Status)
    assert {plug for point in points for plug in point.plug_types} == set(PlugType)
    assert {word for point in points for word in point.authentication_types} == set(AuthenticationType)
    assert {point.reservable for point in points} == {True, False}


def test_rare_plugs_are_rare(points: list[ChargePoint]) -> None:
    rare = {PlugType.TYPE_1, PlugType.TYPE_1_ATCH, PlugType.TYPE_3, PlugType.TYPE_3_ATCH, PlugType.UNKNOWN}
    count = Counter(plug for point in points for plug in point.plug_types)
    assert all(20 <= count[plug] <= 100 for plug in rare)


def test_groups_are_the_owners(points: list[ChargePoint]) -> None:
    names: dict[int | None, set[tuple[str | None, str | None]]] = defaultdict(set)
    for point in points:
        assert all(group.owner == point.owner for group in point.charging_group)
        for group in point.charging_group:
            names[group.id].add((group.name, group.owner))
    assert len(names) > 2 * len(OPERATORS)
    assert all(len(called) == 1 for called in names.values())
    assert any(not point.charging_group for point in points)
    assert {point.emp for point in points} == {operator.emp for operator in OPERATORS}


def test_an_afternoon(points: list[ChargePoint]) -> None:
    share = {status: count / len(points) for status, count in Counter(point.status for point in points).items()}
    assert 0.6 < share[Status.FREE] < 0.8
    assert 0.1 < share[Status.IN_USE] < 0.25
    assert all(0 < share[status] < 0.07 for status in set(Status) - {Status.FREE, Status.IN_USE})
    recent = sum(MOMENT - point.update_date < timedelta(hours=1) for point in points if point.update_date)
    assert recent > len(points) / 4


def test_a_station_is_one_place_of_one_operator(stations: list[list[ChargePoint]]) -> None:
    for station in stations:
        common = {(p.longitude, p.latitude, p.cpo, p.owner, p.street, p.house_number, p.opening_hours) for p in station}
        assert len(common) == 1
        assert 1 <= len(station) <= 20
        assert [point.display_id for point in station] == [str(n) for n in range(1, len(station) + 1)]


def test_stations_stand_in_their_country_near_towns(stations: list[list[ChargePoint]]) -> None:
    """The closest town of any country is one of the station's own, but for a few close to a border."""
    away = abroad = 0
    for station in stations[::10]:
        lon, lat = station[0].longitude, station[0].latitude
        assert lon is not None
        assert lat is not None
        town = nearest(lon, lat)
        away += town.metres_to(lon, lat) > 12_000
        abroad += town.country != station[0].country
    assert away <= len(stations) / 10 * 0.01
    assert abroad <= len(stations) / 10 * 0.005


def test_parks_stand_between_the_towns(stations: list[list[ChargePoint]]) -> None:
    parks = [station for station in stations if station[0].house_number is None]
    assert len(parks) == 750
    assert all((station[0].power or 0) >= 150 for station in parks)
    assert max(map(len, parks)) == 20


def test_countries_get_their_share(stations: list[list[ChargePoint]]) -> None:
    count = Counter(station[0].country for station in stations)
    assert count["DE"] > 17_000
    assert count["AT"] > 3_000
    assert count["CH"] > 2_500


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find the child process")
@pytest.mark.parametrize("killed", [False, True])
def test_a_child_process_makes_the_same_network_whatever_becomes_of_it(killed: bool) -> None:
    stations, now, before = 5_500, datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), set(children())
    points = demo_points_ahead(stations, now)
    first = next(points)
    if killed and (made_by := set(children()) - before):  # none where there is one core only
        os.kill(made_by.pop(), signal.SIGKILL)
    assert [first, *points] == list(demo_points(stations, now=now))
