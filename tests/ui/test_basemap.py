"""The embedded basemap: it is the world, whole, in small files; and what is owed to whom is said."""

import gzip
import json
import re
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import pytest
import shapely

from wirelane_geo.geo.mercator import MAX_LATITUDE
from wirelane_geo.ui import assets, basemap, basemap_squares
from wirelane_geo.ui.basemap_squares import SIDE
from wirelane_geo.ui.palette import TONES
from wirelane_geo.web.headers import Policy, basemap_origins

PLACES = ("cities", "towns", "villages")
LEVELS = ("world", "region", "detail")
LAND = {"Berlin": (13.4, 52.5), "Paris": (2.35, 48.85), "Siberia": (100, 62), "Chukotka beyond 180": (-172, 66.5),
        "Fiji": (178.0, -17.8), "Antarctica": (20, -80), "Sahara": (10, 25), "Texas": (-99, 31), "Australia": (134, -25)}
SEA = {"North Sea": (3, 56), "Atlantic": (-35, 30), "Pacific": (-140, 0), "Mediterranean": (18, 34.5),
       "Arctic": (170, 80), "Southern Ocean": (0, -60)}


@cache
def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((assets.STATIC / f"{name}.json.gz").read_bytes()))
    return found


def positions(line: list[int]) -> np.ndarray:
    return np.cumsum(np.array(line).reshape(-1, 2), axis=0) / 1000


@cache
def land(name: str) -> shapely.Geometry:
    polygons = [shapely.Polygon(positions(rings[0]), [positions(ring) for ring in rings[1:] if len(ring) >= 8])
                for square in read(name)["squares"].values() for rings in square["land"]]
    return shapely.union_all([shapely.make_valid(polygon) for polygon in polygons])


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_land_is_land_and_sea_is_sea(level: str) -> None:
    ground = land(level)
    for name, place in LAND.items():
        assert shapely.intersects_xy(ground, *place), name
    for name, place in SEA.items():
        assert not shapely.intersects_xy(ground, *place), name


@pytest.mark.parametrize("level", LEVELS)
def test_a_square_holds_what_lies_in_it_and_nothing_beyond_its_seam(level: str) -> None:
    side, squares = read(level)["side"], read(level)["squares"]
    assert 360 % side == 180 % side == 0
    for place, square in squares.items():
        column, row = map(int, place.split(","))
        west, south = column * side - 180, row * side - 90
        for line in (*square["borders"], *(ring for rings in square["land"] for ring in rings)):
            lon, lat = positions(line).T
            assert lon.min() >= west - 0.03
            assert lon.max() <= west + side + 0.03
            assert lat.min() >= max(south - 0.03, -MAX_LATITUDE - 0.001)
            assert lat.max() <= south + side + 0.03


@pytest.mark.parametrize("level", LEVELS)
def test_germany_and_france_have_a_border(level: str) -> None:
    rhine = shapely.box(7.5, 47.6, 8.3, 49.0)
    lines = [shapely.LineString(positions(line)) for square in read(level)["squares"].values() for line in square["borders"]]
    assert shapely.intersects(lines, rhine).any()
    assert not shapely.intersects(lines, shapely.box(-45, 20, -25, 50)).any(), "none in the Atlantic"


@pytest.mark.slow
def test_detail_is_finer_than_the_world() -> None:
    points = [shapely.get_num_coordinates(land(level)) for level in LEVELS]
    assert points == sorted(points)
    assert points[0] * 3 < points[2]


def test_files_are_small_and_say_where_they_are_from() -> None:
    for name in (*LEVELS, *PLACES):
        assert (assets.STATIC / f"{name}.json.gz").stat().st_size < 500_000
        assert read(name)["credit"].startswith("GeoNames" if name in PLACES else "Natural Earth")


def test_great_cities_are_named_before_small_ones() -> None:
    files = [read(name) for name in PLACES]
    places = {key: list(chain.from_iterable(file[key] for file in files)) for key in ("names", "lon", "lat", "zoom", "size")}
    names = [name.split("|")[0] for name in places["names"]]
    assert len(names) == len(places["lon"]) == len(places["lat"]) == len(places["zoom"]) == len(places["size"])
    assert places["zoom"] == sorted(places["zoom"])
    first = dict(zip(reversed(names), reversed(places["zoom"]), strict=True))
    for great, small in (("Berlin", "Potsdam"), ("Hamburg", "Norderstedt"), ("Paris", "Versailles"), ("Vienna", "Mödling")):
        assert first[great] < first[small]
    assert "Munich|de=München" in places["names"]


def test_the_browser_reads_the_files_that_are_there() -> None:
    script = (assets.STATIC / "basemap.js").read_text() + (assets.STATIC / "places.js").read_text()
    whole, cut = re.findall(r"'(\w+)\.json\.gz'", script), re.findall(r"new Squares\('(\w+)'", script)
    assert {*whole, *cut} == {*LEVELS, *PLACES}
    assert set(cut) == {"detail", "villages"}
    assert f"SIDE = {SIDE};" in (assets.STATIC / "packed.js").read_text()


def every(name: str) -> dict[tuple[int, int], dict[str, Any]]:
    places = [(column, row) for column in range(360 // SIDE) for row in range(180 // SIDE)]
    found = {place: basemap_squares.square(assets.STATIC, "{}/{},{}.json".format(name, *place)) for place in places}
    return {place: json.loads(body.data()) for place, body in found.items() if body}


def test_the_squares_together_are_the_file() -> None:
    outlines = {f"{column},{row}": part for (column, row), part in every("detail").items() if part}
    assert outlines == read("detail")["squares"]
    columns = ("names", "lon", "lat", "zoom", "size")
    villages = [row for part in every("villages").values() if part for row in zip(*(part[name] for name in columns), strict=True)]
    assert sorted(villages) == sorted(zip(*(read("villages")[name] for name in columns), strict=True))


def test_a_square_has_the_villages_that_lie_in_it_first_those_that_are_named_from_afar() -> None:
    for (column, row), part in every("villages").items():
        if part:
            west, south = column * SIDE - 180, row * SIDE - 90
            assert west <= min(part["lon"]) / 1000 <= max(part["lon"]) / 1000 < west + SIDE
            assert south <= min(part["lat"]) / 1000 <= max(part["lat"]) / 1000 < south + SIDE
            assert part["zoom"] == sorted(part["zoom"])


@pytest.mark.parametrize("name", ["detail/24,0.json", "detail/0,12.json", "detail/-1,0.json", "detail/1,1", "towns/1,1.json",
                                  "detail/1,1.json/", "../detail/1,1.json", "villages/001,1.json"])
def test_what_is_no_square_is_none(name: str) -> None:
    assert basemap_squares.square(assets.STATIC, name) is None


def test_layers_have_the_tones_of_the_theme() -> None:
    for theme in ("light", "dark"):
        layers = {layer.id: layer for layer in basemap.embedded_layers(theme)}
        assert layers["land"].get_fill_color == basemap.rgb(TONES[theme].land)
        assert layers["labels"].get_color == basemap.rgb(TONES[theme].label)


def test_everybody_is_credited_who_is_shown() -> None:
    def names(credit: tuple[tuple[str, str], ...]) -> set[str]:
        return {name for name, _ in credit}

    assert names(basemap.credits("embedded")["embedded"]) == {"Natural Earth", "GeoNames"}
    assert names(basemap.credits("carto")["embedded"]) == {"Natural Earth", "GeoNames"}
    assert names(basemap.credits("carto")["remote"]) == {"CARTO", "OpenStreetMap"}
    assert basemap.credits("none") == {"embedded": (), "remote": ()}


def test_openfreemap_is_asked_for_light_and_dark_and_credited_as_it_asks() -> None:
    urls = [basemap.remote_style(theme, "openfreemap") for theme in TONES]
    assert urls == ["https://tiles.openfreemap.org/styles/positron", "https://tiles.openfreemap.org/styles/dark"]
    assert {name for name, _ in basemap.credits("openfreemap")["remote"]} == {"OpenFreeMap", "© OpenMapTiles", "OpenStreetMap"}
    policy = Policy(basemap=basemap_origins(urls[0])).of("/")
    for part in ("img-src", "connect-src"):
        [line] = [line for line in policy.split("; ") if line.startswith(part)]
        assert line.endswith(" https://tiles.openfreemap.org")
    assert "cartocdn" not in policy
    assert "openfreemap" not in Policy(basemap=basemap_origins(basemap.remote_style("light", "carto"))).of("/")
