"""What a browser gets to draw: columns without a loss that one could see, small, and layers whose names never change."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from wirelane_geo.geo import Bounds, PointTable
from wirelane_geo.map.service import MapService, MapView, Marks
from wirelane_geo.permalink import MapState
from wirelane_geo.ui import layers
from wirelane_geo.web import columns

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
WORLD = Bounds(-90, -180, 90, 180)
METRES_A_DEGREE = 111_319.5


def tables(view: MapView, zoom: float) -> dict[str, dict[str, np.ndarray]]:
    """The columns of the layers."""
    return layers.columns(view.marks, view.clusters, view.sites, zoom)


def column(table: dict[str, np.ndarray], name: str) -> np.ndarray:
    """A column as JavaScript sees it: row by row."""
    return table[name].ravel()


def marks(n: int) -> Marks:
    rng = np.random.default_rng(0)
    matching = rng.integers(1, 9, n).astype("u2")
    return Marks(
        lon=rng.uniform(5, 15, n), lat=rng.uniform(47, 55, n), handle=rng.integers(1, 1 << 31, n),
        status=rng.integers(0, 8, n).astype("u1"), matching=matching, free=matching // 2, closed_now=matching // 4,
        total=matching, power_kw=rng.choice([np.nan, 3.7, 22, 150, 350], n).astype("f4"),
    )


def seen(stations: Marks, points: int = 0) -> MapView:
    """A view of these marks and of the clusters of some random points."""
    rng = np.random.default_rng(1)
    table = PointTable.from_arrays(
        rng.uniform(5, 15, points), rng.uniform(47, 55, points), rng.integers(0, 7, points), np.full(points, 22.0),
        np.ones(points, int), np.arange(points))
    table.set_closed_now(rng.random(points) < 0.3)
    clusters = table.clusters(WORLD, 6.0)
    return MapView(marks=stations, clusters=clusters, stations=0, points=points, by_status=np.zeros(7, "i8"),
                   fetched_at=NOON, problem=None, demo=False)


def test_stations_arrive_as_they_are() -> None:
    given = marks(500)
    table = tables(seen(given), 12.0)[layers.STATIONS]
    assert np.array_equal(column(table, "handle"), given.handle)
    for name in ("status", "matching", "free", "total"):
        assert np.array_equal(column(table, name), getattr(given, name)), name
    assert np.array_equal(column(table, "closed"), given.closed_now)
    power = column(table, "deciKW")
    unknown = np.isnan(given.power_kw)
    assert np.array_equal(power == layers.UNKNOWN_POWER, unknown)
    assert np.allclose(power[~unknown] / 10, given.power_kw[~unknown], atol=0.05)


def test_clusters_arrive_as_they_are() -> None:
    view = seen(marks(0), points=3000)
    table = tables(view, 6.0)[layers.CLUSTERS]
    assert len(table["closed"]) == len(view.clusters) > 10
    assert np.array_equal(column(table, "byStatus").reshape(-1, 7), view.clusters.by_status)
    assert np.array_equal(column(table, "stations"), view.clusters.stations)
    assert np.array_equal(column(table, "closed"), view.clusters.closed_now)
    assert column(table, "closed").any()
    assert np.allclose(column(table, "bounds").reshape(-1, 4), view.clusters.bounds, atol=1e-4)


@given(arrays.arrays("f8", st.integers(0, 50), elements=st.floats(-180, 180)), st.floats(0, 20))
def test_positions_are_as_precise_as_the_zoom_can_show(lon: np.ndarray, zoom: float) -> None:
    lat = lon / 2.2
    got = np.asarray(layers.positions(lon, lat, zoom).flatten()).reshape(-1, 2)
    metres_a_pixel = METRES_A_DEGREE * 360 / 512 / 2**zoom
    error = np.abs(got - np.column_stack([lon, lat])).max(initial=0) * METRES_A_DEGREE
    assert error < metres_a_pixel, "less than a pixel"


@given(st.lists(st.integers(0, 1 << 40)))
def test_counts_are_narrow_and_exact(counts: list[int]) -> None:
    narrow = layers.narrow(np.array(counts, "i8"))
    assert narrow.tolist() == counts
    assert narrow.dtype.itemsize == (1 if max(counts, default=0) < 256 else np.min_scalar_type(max(counts)).itemsize)


def test_a_handle_beyond_32_bits_is_exact_too() -> None:
    given = marks(3)
    given.handle[:] = [1, 2, (1 << 53) - 1]
    assert column(tables(seen(given), 3.0)[layers.STATIONS], "handle").tolist() == given.handle.tolist()


def test_where_nothing_is_there_are_the_same_columns() -> None:
    none, some = tables(seen(marks(0)), 5.0), tables(seen(marks(3), points=9), 5.0)
    for name in (layers.STATIONS, layers.CLUSTERS):
        assert {len(values) for values in none[name].values()} == {0}
        assert none[name].keys() == some[name].keys()


def test_the_most_stations_that_are_drawn_weigh_less_than_100_kilobytes() -> None:
    assert len(columns.encode({}, tables(seen(marks(5000)), 14.0))) < 100_000


def test_a_real_view_is_drawn_whole(service: MapService) -> None:
    extent = service.extent()
    assert extent is not None
    view = service.view(MapState(), extent.padded(0.1), 3.0)
    drawn = tables(view, 3.0)
    points = column(drawn[layers.CLUSTERS], "byStatus").sum() + column(drawn[layers.STATIONS], "matching").sum()
    assert points == view.points > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("basemap", ["carto", "embedded", "none", "https://maps.example/style.json"])
def test_layers_keep_their_ids_whatever_is_set(theme: str, basemap: str) -> None:
    spec = layers.spec(theme, basemap)  # type: ignore[arg-type]
    ids = [layer["id"] for layer in spec["layers"]]
    beneath = [] if basemap == "none" else ["land", "borders", "labels"]
    assert ids == [*beneath, layers.STATIONS, layers.CLUSTERS, layers.SELECTED]
    assert "initialViewState" not in spec, "the camera is the browser's"
    json.dumps(spec)


def test_only_a_remote_style_is_asked_for() -> None:
    assert "cartocdn" in layers.spec("light", "carto")["mapStyle"]
    assert layers.spec("light", "carto")["mapStyle"] != layers.spec("dark", "carto")["mapStyle"]
    assert layers.spec("dark", "https://maps.example/s.json")["mapStyle"] == "https://maps.example/s.json"
    for basemap in ("embedded", "none"):
        spec = layers.spec("light", basemap)
        assert spec["mapStyle"] is None
        assert spec.get("mapProvider") is None
        assert "http" not in json.dumps(spec)

