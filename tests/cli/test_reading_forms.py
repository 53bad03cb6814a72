"""What the commands print: every form is whole and valid, stations, one point, and what is not there."""

import json
import os
import pty
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.command import BERLIN, COMMAND, all_points, geo, rows
from wirelane_geo.cli.exits import (
    FAILED,
    MISUNDERSTOOD,
    NOT_THERE,
)
from wirelane_geo.geo import Bounds
from wirelane_geo.model import PRIVATE_FIELDS, PlugType, Status
from wirelane_geo.permalink import parse
from wirelane_geo.store import Store

pytestmark = pytest.mark.slow


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


def test_export_writes_into_a_pipe_and_through_a_link_and_replaces_neither(store: Store, tmp_path: Path) -> None:
    pipe, link, target = tmp_path / "pipe", tmp_path / "link.csv", tmp_path / "target.csv"
    os.mkfifo(pipe)
    link.symlink_to(target)
    assert geo("export", link).exit_code == 0
    assert link.is_symlink()
    with (tmp_path / "read.csv").open("wb") as read:  # a pipe of its own would be full before anybody reads it
        reader = subprocess.Popen(["cat", pipe], stdout=read)
    done = geo("export", pipe, "--format", "csv")
    assert (done.exit_code, pipe.is_fifo()) == (0, True), "a device would be gone for all of the machine"
    assert reader.wait(60) == 0
    assert (tmp_path / "read.csv").read_bytes() == target.read_bytes() != b""


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
