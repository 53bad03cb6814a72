"""The commands that list and show, on a demo network; what they print is what the service and the store have."""

import csv
import io
import json
import os
import pty
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
import yaml
from click.testing import Result

from tests.cli.command import COMMAND, geo
from tests.contract.files import API_2023
from wirelane_geo import settings as reading
from wirelane_geo.cli import COMMANDS
from wirelane_geo.cli.exits import (
    DONE,
    FAILED,
    INCOMPLETE,
    MEANINGS,
    MISUNDERSTOOD,
    NO_UPSTREAM,
    NOT_ALLOWED,
    NOT_READ,
    NOT_THERE,
    code_of,
)
from wirelane_geo.cli.network import opened_client
from wirelane_geo.cli.options import SCREEN, view_of
from wirelane_geo.demo import demo_members, demo_payment_methods, demo_points, demo_sessions, demo_subscription
from wirelane_geo.errors import ApiForbidden, ApiNotFound, ApiPaused, ApiServerFault, ApiUnauthorized, BadInput
from wirelane_geo.filters import FILTERS, Strip, shape_of
from wirelane_geo.geo import Bounds
from wirelane_geo.model import PRIVATE_FIELDS, ChargePoint, Conditions, PlugType, Status, opening_hours, with_conditions
from wirelane_geo.model.access import access_of, answers
from wirelane_geo.permalink import parse
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import Store, open_store
from wirelane_geo.store.schedules import hours_of, zone_of
from wirelane_geo.store.station_keys import station_keys

pytestmark = pytest.mark.slow

BERLIN = "13.0,52.3,13.8,52.7"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """A demo network with some members and sessions."""
    data.mkdir()
    store = open_store(data / DATABASE)
    store.upsert(demo_points(250), "demo")
    points = store.records(store.columns().handle[:20].tolist())
    members = list(demo_members("DEMOTENANT", 30))
    store.accounts.put([(m, demo_payment_methods(m), demo_subscription(m)) for m in members], "demo")
    store.sessions.put(demo_sessions(points, members), "demo")
    yield store
    store.close()


def all_points(store: Store) -> list[ChargePoint]:
    return store.records(store.columns().handle.tolist())


def rows(done: Result) -> list[dict[str, str]]:
    assert done.exit_code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


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
    ("a.json", '{"type": "LineString", "coordinates": [[1, 2], [500, 2]]}'),
    ("a.json", '{"type": "LineString", "coordinates": [[1, 2], [1, 2]]}'), ("a.bin", "\x00\x01")])
def test_a_file_without_a_route_is_said(store: Store, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = geo("points", "--route", str(tmp_path / name))
    assert done.exit_code == MISUNDERSTOOD
    assert "Error: " in done.stderr


def of_contract() -> list[str]:
    operations = yaml.safe_load(API_2023.read_text(encoding="utf-8"))["operations"]
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


def test_points_in_an_area_in_every_form_without_private_fields(store: Store) -> None:
    box = Bounds(52.3, 13.0, 52.7, 13.8)
    wanted = {p.id: p for p in all_points(store) if box.contains(p.longitude or 0, p.latitude or 0)}
    assert wanted
    as_json = geo("points", "--bbox", BERLIN, "--json")
    found = json.loads(as_json.stdout)
    assert {point["id"] for point in found} == set(wanted)
    as_geojson = geo("points", "--bbox", BERLIN, "--geojson")
    features = json.loads(as_geojson.stdout)["features"]
    assert {feature["id"] for feature in features} == set(wanted)
    assert {row["id"] for row in rows(geo("points", "--bbox", BERLIN, "--csv"))} == set(wanted)
    table = geo("points", "--bbox", BERLIN, "--limit", "1000")
    assert len(table.stdout.splitlines()) == len(wanted) + 1
    assert all((p.evseid or "") in table.stdout for p in wanted.values())
    assert f"{len(wanted)} of {len(wanted)} points" in table.stderr
    for owner in {p.owner for p in wanted.values()}:
        assert all(str(owner) not in shown.stdout for shown in (as_json, as_geojson, table))
    assert not any(PRIVATE_FIELDS & set(point) for point in found)


def test_nothing_found_is_valid_in_every_form(store: Store) -> None:
    nowhere = ("--bbox", "-30,-30,-29,-29")
    for command in ("points", "stations"):
        assert json.loads(geo(command, "--json", *nowhere).stdout) == []
        assert json.loads(geo(command, "--geojson", *nowhere).stdout)["features"] == []
        assert rows(geo(command, "--csv", *nowhere)) == []
        assert geo(command, *nowhere).exit_code == 0


def test_no_silent_cap(store: Store) -> None:
    total = len(all_points(store))
    table = geo("points")
    assert len(table.stdout.splitlines()) == 51
    assert f"50 of {total} points" in table.stderr
    assert len(rows(geo("points", "--csv"))) == total
    some = geo("points", "--csv", "--limit", "7")
    assert len(rows(some)) == 7
    assert f"7 of {total} points" in some.stderr


def test_stations_are_counted_by_their_matching_points(store: Store) -> None:
    found = json.loads(geo("stations", "--json", "--status", "FREE", "--plug", "CCS").stdout)
    good = [p for p in all_points(store) if p.status is Status.FREE and PlugType.CCS in p.plug_types]
    assert sum(station["matching"] for station in found) == len(good)
    assert {station["title"] for station in found} == {" ".join(filter(None, (p.street, p.house_number))) for p in good}
    assert [s["distance_m"] for s in found] == sorted(s["distance_m"] for s in found)
    assert all("handle" not in station for station in found)
    assert len(rows(geo("stations", "--csv", "--status", "FREE", "--plug", "CCS"))) == len(found)
    as_geojson = json.loads(geo("stations", "--geojson", "--status", "FREE", "--plug", "CCS").stdout)
    assert [f["properties"]["title"] for f in as_geojson["features"]] == [s["title"] for s in found]
    assert [f["geometry"]["coordinates"] for f in as_geojson["features"]] == [[s["lon"], s["lat"]] for s in found]
    assert f"1 of {len(found)} stations" in geo("stations", "--limit", "1", "--status", "FREE", "--plug", "CCS").stderr


def test_a_point_by_any_of_its_ids(store: Store) -> None:
    point = all_points(store)[5]
    assert point.id
    for id in (point.id, point.evseid, point.charge_point_id):
        shown = geo("point", str(id))
        assert shown.exit_code == 0
        assert re.search(rf"^evseid +{re.escape(point.evseid or '')}$", shown.stdout, re.MULTILINE)
    assert json.loads(geo("point", point.id, "--json").stdout)["owner"] == point.owner
    assert "owner" not in geo("point", point.id, "--csv").stdout
    [feature] = json.loads(geo("point", point.id, "--geojson").stdout)["features"]
    assert feature["id"] == point.id
    state = parse(urlsplit(geo("point", point.id, "--url").stdout.strip()).query)
    assert (state.station, state.ignored) == (point.id, ())
    assert state.view is not None
    assert state.view.lat == pytest.approx(point.latitude, abs=1e-5)


@pytest.mark.parametrize("arguments", [("point", "nope"), ("session", "nope"), ("member", "nope"),
                                       ("point", "nope", "--type", "evseid")])
def test_what_is_not_there_is_3(store: Store, arguments: tuple[str, ...]) -> None:
    done = geo(*arguments)
    assert done.exit_code == NOT_THERE
    assert done.stderr.startswith("Error: ")
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [
    ("points", "--kw", "5"), ("points", "--kw", "5-", "--kw", "50-"), ("points", "--status", "FREE", "--status", "foo"),
    ("points", "--plug", "USB"), ("points", "--bbox", "1,2,3"), ("points", "--bbox", "0,9,1,2"),
    ("points", "--limit", "0"), ("export", "file.txt"), ("sessions", "--since", "soon"), ("sessions", "--order-by", "x")])
def test_what_cannot_be_asked_is_2(store: Store, arguments: tuple[str, ...]) -> None:
    assert geo(*arguments).exit_code == MISUNDERSTOOD


def test_without_a_network_it_is_said_how_to_get_one(data: Path) -> None:
    for command in (("points",), ("stations",), ("point", "x"), ("export", "x.csv"), ("sessions",), ("members",)):
        done = geo(*command)
        assert done.exit_code == FAILED
        assert "wirelane-geo import FILE" in done.stderr
    assert not data.exists()


def test_export_writes_a_whole_file_or_none(store: Store, tmp_path: Path) -> None:
    total = len(all_points(store))
    for name, count in (("a.csv", lambda text: len(text.splitlines()) - 1), ("a.json", lambda text: len(json.loads(text))),
                        ("a.geojson", lambda text: len(json.loads(text)["features"]))):
        done = geo("export", tmp_path / name)
        assert done.exit_code == 0
        assert done.stdout == ""
        assert count((tmp_path / name).read_text(encoding="utf-8")) == total
    assert geo("export", "-", "--format", "csv").stdout.splitlines() == (tmp_path / "a.csv").read_text().splitlines()
    gone = geo("export", tmp_path / "no" / "a.csv")
    assert gone.exit_code == FAILED
    assert "can't be written" in gone.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "a.json", "a.geojson", "data"}


@pytest.mark.parametrize("arguments", [("export", "a.csv"), ("stations", "--csv"), ("stations", "--geojson")])
def test_a_bar_on_a_terminal_and_none_in_a_pipe(store: Store, arguments: tuple[str, str]) -> None:
    command = [*COMMAND, *arguments]
    piped = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not re.search(r"[\x1b\r%#]", piped.stdout + piped.stderr)
    terminal, inside = pty.openpty()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=inside)
    os.close(inside)
    shown = b""
    with suppress(OSError):  # the terminal's end
        while part := os.read(terminal, 4_096):
            shown += part
    os.close(terminal)
    assert process.wait() == 0
    points = all_points(store)
    total = len({point.charging_station_id for point in points}) if arguments[0] == "stations" else len(points)
    assert f"{total}/{total}".encode() in shown


def test_sessions(store: Store) -> None:
    total = store.sessions.count()
    found = json.loads(geo("sessions", "--json").stdout)
    assert len({session["session_id"] for session in found}) == len(found) == total
    begins = [session["session_begin"] for session in found if "session_begin" in session]
    assert [*begins] == sorted(begins, reverse=True)
    table = geo("sessions", "--limit", "3", "--status", "closed")
    assert len(table.stdout.splitlines()) == 4
    assert re.search(r"3 of [\d,]+ sessions; these took [\d.]+ kWh for [\d.]+ ", table.stderr)
    closed = rows(geo("sessions", "--status", "closed", "--csv"))
    assert {row["status"] for row in closed} == {"closed"}
    assert len(closed) == sum(session["status"] == "closed" for session in found)
    since = datetime(2025, 10, 1, tzinfo=UTC)
    late = rows(geo("sessions", "--since", "2025-10-01", "--csv"))
    assert len(late) == sum(datetime.fromisoformat(session["session_begin"]) >= since for session in found)
    one = found[0]
    assert json.loads(geo("session", one["session_id"], "--json").stdout) == one
    assert one["session_id"] in geo("session", one["session_id"]).stdout
    link = geo("session", one["session_id"], "--url").stdout.strip()
    assert parse(urlsplit(link).query).station == one["charging_point_id"]


@pytest.mark.parametrize(("command", "said"), [
    (("point", "nope"), "There is no charge point whose id, evseid, charging_point_id or charge_point_id is nope."),
    (("point", "nope", "--type", "evseid"), "There is no charge point whose evseid is nope."),
    (("session", "nope"), "There is no session nope."), (("member", "nope"), "There is no member with the account nope.")])
def test_what_is_not_there_is_said_in_a_sentence(store: Store, command: tuple[str, ...], said: str) -> None:
    done = geo(*command)
    assert (done.exit_code, done.stdout) == (NOT_THERE, "")
    assert done.stderr.startswith(f"Error: {said}")
    assert "://" not in done.stderr


@pytest.mark.parametrize("arguments", [["points"], ["points", "--geojson"], ["sessions", "--csv"],
                                       ["export", "-", "--format", "csv"]])
def test_who_reads_may_stop(store: Store, arguments: list[str]) -> None:
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert (process.wait(), process.stderr.read()) == (NOT_READ, "")
    process.stderr.close()


def test_members(store: Store) -> None:
    found = json.loads(geo("members", "--json").stdout)
    assert len(found) == 30
    active = rows(geo("members", "--status", "active", "--csv"))
    assert [row["account_id"] for row in active] == [m["account"]["account_id"] for m in found if m["status"] == "active"]
    assert all("@" in row["email"] for row in active)
    id = active[0]["account_id"]
    whole = json.loads(geo("member", id, "--json").stdout)
    assert whole["member"]["account"]["account_id"] == id
    assert whole["payment_methods"]
    assert whole["subscription"]["plan_key"] in geo("member", id).stdout
    assert f"{len(active)} of {len(active)} members" in geo("members", "--status", "active").stderr


def test_nothing_that_somebody_wrote_steers_the_terminal_or_a_spreadsheet(store: Store) -> None:
    store.create(ChargePoint(charge_point_id="x", evseid="E\x1b[2J", street="=cmd()", city="\rOslo", longitude=10.0,
                             latitude=60.0))
    shown = geo("points", "--bbox", "9,59,11,61").stdout
    assert "=cmd()" in shown
    assert not re.search(r"[\x1b\r]", shown)
    assert rows(geo("points", "--csv", "--bbox", "9,59,11,61"))[0]["street"] == "'=cmd()"


@pytest.mark.parametrize("box", [(52.3, 13.0, 52.7, 13.8), (-85, -180, 85, 180), (-10, 170, 10, -170), (60, 5, 71, 31),
                                 (50, 10, 50, 10)])
def test_a_links_view_shows_all_of_the_area(box: tuple[float, float, float, float]) -> None:
    bounds = Bounds(*box)
    view = view_of(bounds)
    seen = Bounds.from_viewport(view.lon, view.lat, view.zoom, *SCREEN)
    if bounds.width < 180:
        assert seen.contains(np.array([bounds.west, bounds.east]), np.array([bounds.south, bounds.north])).all()
        closer = Bounds.from_viewport(view.lon, view.lat, min(view.zoom + 0.2, 20.2), *SCREEN)
        assert not closer.contains(bounds.west, bounds.south) or view.zoom == 20
    else:
        assert view.zoom == pytest.approx(0, abs=1)


def test_exit_codes_tell_errors_apart() -> None:
    refused = {"status": 0}
    assert code_of(ApiNotFound("", **refused)) == NOT_THERE
    assert code_of(ApiUnauthorized("", **refused)) == code_of(ApiForbidden("", **refused)) == NOT_ALLOWED
    assert code_of(ApiPaused("")) == code_of(ApiServerFault("", **refused)) == NO_UPSTREAM
    assert code_of(BadInput("")) == FAILED
    assert set(MEANINGS) == {DONE, FAILED, MISUNDERSTOOD, NOT_THERE, NOT_ALLOWED, NO_UPSTREAM, INCOMPLETE, 130, 141}
