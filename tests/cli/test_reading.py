"""The commands that read points: each filter finds what a plain look at all points does."""

import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import shapely

from tests.cli.command import all_points, geo, rows
from tests.contract.files import facts_of
from wirelane_geo import settings as reading
from wirelane_geo.cli import COMMANDS
from wirelane_geo.cli.exits import (
    MISUNDERSTOOD,
)
from wirelane_geo.cli.network import opened_client
from wirelane_geo.filters import FILTERS, Strip, shape_of
from wirelane_geo.model import PRIVATE_FIELDS, ChargePoint, Conditions, PlugType, Status, opening_hours, with_conditions
from wirelane_geo.model.access import access_of, answers
from wirelane_geo.permalink import parse
from wirelane_geo.store import Store
from wirelane_geo.store.schedules import hours_of, zone_of
from wirelane_geo.store.station_keys import station_keys

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(data: Path, command: str) -> None:
    assert re.search(rf"^  {command} +\S.*\.$", geo("--help").stdout, re.MULTILINE)
    shown = geo(command, "--help")
    assert shown.exit_code == 0
    assert re.search(rf"Examples:\n\s+.*wirelane-geo {command}", shown.stdout), shown.stdout


@pytest.mark.parametrize("command", ["points", "stations", "export"])
def test_every_filter_has_the_urls_name(data: Path, command: str) -> None:
    shown = geo(command, "--help").stdout
    for row in FILTERS:
        assert re.search(rf"--{row.key} {row.key.upper()} +{row.label}", shown)
    assert "--bbox" in shown


@pytest.mark.parametrize(("option", "value", "keeps"), [
    ("--plug", "CCS,SCHUKO", lambda p: {PlugType.CCS, PlugType.SCHUKO} & set(p.plug_types)),
    ("--kw", "50-150", lambda p: p.power is not None and 50 <= p.power <= 150),
    ("--status", "IN_USE", lambda p: p.status is Status.IN_USE),
    ("--current", "DC", lambda p: p.charging_type == "DC"),
    ("--auth", "nfc_terminal", lambda p: "nfc_terminal" in p.authentication_types),
    ("--reservable", "1", lambda p: p.reservable),
])
def test_points_are_those_that_meet_the_filter(store: Store, option: str, value: str, keeps) -> None:
    wanted = {p.id for p in all_points(store) if keeps(p)}
    assert wanted
    assert {row["id"] for row in rows(geo("points", "--csv", option, value))} == wanted
    link = geo("points", option, value, "--url").stdout.strip()
    assert parse(urlsplit(link).query).ignored == ()
    assert urlsplit(link).query == f"{option[2:]}={value}"


@pytest.mark.parametrize(("option", "value"), [
    ("--cost", "free"), ("--cost", "unknown"), ("--adhoc", "impossible,unknown"), ("--access", "restricted"),
    ("--vehicle", "two_wheeler"), ("--wheelchair", "accessible")])
def test_points_are_those_of_which_an_answer_is_known(store: Store, option: str, value: str) -> None:
    [row] = [row for row in FILTERS if f"--{row.key}" == option]
    wanted = {p.id for p in all_points(store) if set(answers(access_in(store, p), row.terms)) & set(value.split(","))}
    assert 0 < len(wanted) < len(all_points(store))
    assert {row["id"] for row in rows(geo("points", "--csv", option, value))} == wanted
    assert urlsplit(geo("points", option, value, "--url").stdout.strip()).query == f"{option[2:]}={value}"


def access_in(store: Store, point: ChargePoint) -> int:
    """What a store knows of a point's price and access, in the words of its record."""
    return access_of(with_conditions(point, store.conditions(point.id) or Conditions()))


def test_an_operator_is_chosen_or_left_out(store: Store) -> None:
    every = all_points(store)
    [(name, _)] = Counter(p.cpo for p in every if p.cpo).most_common(1)
    of_it = {p.id for p in every if p.cpo == name}
    assert {row["id"] for row in rows(geo("points", "--csv", "--cpo", name))} == of_it
    assert {row["id"] for row in rows(geo("points", "--csv", "--cpo", f"!{name}"))} == {p.id for p in every} - of_it


@pytest.mark.parametrize("by_the_api", [(), ("--order-by", "evseid")])
def test_so_many_points_at_a_station(store: Store, by_the_api: tuple[str, ...]) -> None:
    every = all_points(store)
    ccs = [p for p in every if PlugType.CCS in p.plug_types]
    at = Counter(station_keys(ccs).tolist())
    wanted = {p.id for p, key in zip(ccs, station_keys(ccs).tolist(), strict=True) if at[key] >= 4}
    assert 0 < len(wanted) < len(ccs)
    assert {row["id"] for row in rows(geo("points", "--csv", "--plug", "CCS", "--min", "4", *by_the_api))} == wanted
    free = Counter(key for p, key in zip(ccs, station_keys(ccs).tolist(), strict=True) if p.status is Status.FREE)
    few = {row["id"] for row in rows(geo("points", "--csv", "--plug", "CCS", "--free", "2", *by_the_api))}
    assert few
    assert few <= {p.id for p, key in zip(ccs, station_keys(ccs).tolist(), strict=True) if free[key] >= 2}


def test_what_is_known_to_be_closed_then_is_left_out(store: Store) -> None:
    when = datetime(2026, 12, 26, 3, 0)
    wanted = {p.id for p in all_points(store)
              if opening_hours.is_open(hours_of(p), zone_of(p), when.replace(tzinfo=ZoneInfo(zone_of(p) or "UTC"))) is not False}
    assert {row["id"] for row in rows(geo("points", "--csv", "--open", f"{when:%Y-%m-%dT%H:%M}"))} == wanted
    assert len(wanted) < len(all_points(store))


GPX = """<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="52.4" lon="13.2"/><trkpt lat="52.52" lon="13.405"><ele>34</ele></trkpt>
<trkpt lat="52.6" lon="13.6"/></trkseg></trk></gpx>"""


def test_what_lies_along_a_route_of_a_file(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "trip.gpx"
    file.write_text(GPX, encoding="utf-8")
    strip = Strip(((13.2, 52.4), (13.405, 52.52), (13.6, 52.6)), 3000)
    wanted = {p.id for p in all_points(store) if shape_of(strip).contains(shapely.Point(p.longitude, p.latitude))}
    assert wanted
    assert {row["id"] for row in rows(geo("points", "--csv", "--route", f"3000:{file}"))} == wanted
    link = geo("points", "--route", f"3000:{file}", "--url").stdout.strip()
    assert parse(urlsplit(link).query).filters.route == strip


def test_what_lies_in_an_area_of_a_file(store: Store, tmp_path: Path) -> None:
    file, area = tmp_path / "area.geojson", shapely.box(13.2, 52.4, 13.6, 52.6)
    file.write_text(json.dumps({"type": "Feature", "geometry": shapely.geometry.mapping(area)}), encoding="utf-8")
    wanted = {p.id for p in all_points(store) if area.contains(shapely.Point(p.longitude, p.latitude))}
    assert wanted
    for command in ("points", "stations"):
        assert geo(command, "--csv", "--area", str(file)).exit_code == 0
    assert {row["id"] for row in rows(geo("points", "--csv", "--area", str(file)))} == wanted


@pytest.mark.parametrize(("name", "text"), [
    ("a.gpx", "<gpx>"), ("a.gpx", "<gpx/>"), ("a.gpx", '<gpx><trkpt lat="x" lon="1"/></gpx>'), ("a.json", "{"), ("a.json", "[]"),
    ("a.json", '{"type": "Point", "coordinates": [1, 2]}'),
    ("a.json", json.dumps({"type": "LineString", "coordinates": [[10 ** 400, 1], [2, 2], [3, 3]]})),
    ("a.json", '{"type": "LineString", "coordinates": [[1, 2], [500, 2]]}'),
    ("a.json", '{"type": "LineString", "coordinates": [[1, 2], [1, 2]]}'), ("a.bin", "\x00\x01")])
def test_a_file_without_a_route_is_said(store: Store, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = geo("points", "--route", str(tmp_path / name))
    assert done.exit_code == MISUNDERSTOOD
    assert "Error: " in done.stderr


def of_contract() -> list[str]:
    operations = facts_of("2023")["operations"]
    [points] = [one for one in operations if one["method"] == "GET" and one["path"].endswith("{organizationId}/points")]
    return [parameter["name"] for parameter in points["parameters"] if parameter["in"] == "query"]


def test_points_have_every_parameter_of_the_contract(data: Path) -> None:
    shown = geo("points", "--help").stdout
    for name in of_contract():
        assert re.search(rf"^  --{name.replace('_', '-')} ", shown, re.MULTILINE), name


def samples(point: ChargePoint) -> dict[str, dict[str, str]]:
    """Each parameter with a value that fits a point, and what it needs beside it."""
    lat, lon = f"{point.latitude}", f"{point.longitude}"
    box = {"south_west_lat": "52.3", "south_west_lon": "13", "north_east_lat": "52.7", "north_east_lon": "13.8"}
    near = {"lat": lat, "lon": lon, "distance": "20000"}
    return {
        "search": {"search": point.city or ""}, "evseid": {"evseid": point.evseid or ""},
        "charging_station_id": {"charging_station_id": point.charging_station_id or ""},
        "owner_id": {"owner_id": point.owner or ""}, "plug_types": {"plug_types": "CCS,CHADEMO"},
        "point_groups": {"point_groups": str(point.charging_group[0].id)}, "charging_type": {"charging_type": "DC"},
        "not_in_point_groups": {"not_in_point_groups": str(point.charging_group[0].id)}, "auth_type": {"auth_type": "direct"},
        "max_power": {"max_power": "11"}, **dict.fromkeys(near, near), **dict.fromkeys(box, box),
        "infrastructure_only": {"infrastructure_only": "1", "owner_id": point.owner or ""},
        "reservable": {"reservable": "1"}, "status": {"status": "FAULTED", "search": "berlin"},
        "order_by": {"order_by": "city", "order_direction": "desc"},
        "order_direction": {"order_by": "evseid", "order_direction": "asc"},
        **{name: {"sort_lat": lat, "sort_lon": lon, "order_by": "distance"} for name in ("sort_lat", "sort_lon")},
        "page": {"page": "2", "page_size": "7", "order_by": "evseid"}, "page_size": {"page_size": "7", "order_by": "evseid"},
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", of_contract())
def test_points_are_those_that_the_api_answers(store: Store, name: str) -> None:
    point = next(one for one in all_points(store) if one.charging_group and one.city == "Berlin")
    given = samples(point)[name]
    options = [text for key, value in given.items() for text in (f"--{key.replace('_', '-')}", value)]
    found = json.loads(geo("points", "--json", *options).stdout)
    with opened_client(reading.load()) as client:
        answered = client.points(**given)
    wanted = [one for one in answered if name != "status" or one.status is Status.FAULTED]
    assert [one["id"] for one in found] == [one.id for one in wanted] or "order_by" not in given
    assert sorted(one["id"] for one in found) == sorted(one.id or "" for one in wanted)
    assert found
    assert not any(PRIVATE_FIELDS & set(one) for one in found)


def test_the_maps_filters_and_the_apis_hold_together(store: Store) -> None:
    wanted = {p.id for p in all_points(store) if p.owner == "DEMO-VQA" and (p.power or 0) >= 100 and PlugType.CCS in p.plug_types}
    assert wanted
    both = ("--owner-id", "DEMO-VQA", "--kw", "100-", "--plug", "CCS", "--plug-types", "CCS,TYPE_2")
    assert {row["id"] for row in rows(geo("points", "--csv", *both))} == wanted
    table = geo("points", *both, "--limit", "2")
    assert len(table.stdout.splitlines()) == 3
    assert f"2 of {len(wanted)} points" in table.stderr


def test_what_the_api_counts_is_said(store: Store) -> None:
    owned = [point for point in all_points(store) if point.owner == "DEMO-VQA"]
    assert f"2 of {len(owned):,} points" in geo("points", "--owner-id", "DEMO-VQA", "--limit", "2").stderr
    assert f"50 of {len(all_points(store)):,} points" in geo("points", "--order-by", "power").stderr


@pytest.mark.parametrize("arguments", [("--max-power", "0"), ("--lat", "91"), ("--plug-types", "USB"), ("--page", "0"),
                                       ("--order-by", "price"), ("--point-groups", "x"), ("--search", "x", "--url")])
def test_what_the_api_can_not_be_asked_is_said_before_it_is_asked(store: Store, arguments: tuple[str, ...]) -> None:
    done = geo("points", *arguments)
    assert done.exit_code == MISUNDERSTOOD
    assert "Error: " in done.stderr


def test_an_option_given_twice_means_both(store: Store) -> None:
    both = ("--status", "FREE", "--plug", "ccs", "--status", "faulted", "--plug", "CHADEMO")
    assert urlsplit(geo("points", *both, "--url").stdout.strip()).query == "plug=CHADEMO,CCS&status=FREE,FAULTED"
    wanted = {p.id for p in all_points(store)
              if p.status in (Status.FREE, Status.FAULTED) and {PlugType.CCS, PlugType.CHADEMO} & set(p.plug_types)}
    assert {row["id"] for row in rows(geo("points", "--csv", *both))} == wanted
