"""The network that the benchmarks run on: made up, the same every time, clumped as real charge points are."""

from typing import Any

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import Bounds

SEED = 42
CITIES = 5_000
UNIFORM = 0.1
EUROPE = Bounds(36.0, -10.0, 62.0, 30.0)

ZOOMS = (4, 6, 8, 10, 12, 14)
WIDTH_PX, HEIGHT_PX = 1280, 800

Columns = dict[str, npt.NDArray[Any]]


def columns(points: int, seed: int = SEED) -> Columns:
    """Columns for `PointTable.from_arrays`: Gaussian cities of heavy-tailed weight over Europe, a tenth spread evenly."""
    rng = np.random.default_rng(seed)
    weight = rng.pareto(1.1, CITIES) + 1
    city = rng.choice(CITIES, points, p=weight / weight.sum())
    west, east, south, north = EUROPE.west, EUROPE.east, EUROPE.south, EUROPE.north
    radius = rng.uniform(0.01, 0.12, CITIES)[city]
    lon = rng.uniform(west, east, CITIES)[city] + rng.normal(0, 1.5, points) * radius
    lat = rng.uniform(south, north, CITIES)[city] + rng.normal(0, 1, points) * radius
    spread = rng.random(points) < UNIFORM
    lon[spread], lat[spread] = rng.uniform(west, east, spread.sum()), rng.uniform(south, north, spread.sum())
    return {
        "lon": lon,
        "lat": lat,
        "status": rng.choice(7, points, p=[0.55, 0.2, 0.04, 0.1, 0.05, 0.04, 0.02]).astype(np.uint8),
        "power_kw": rng.choice([3.7, 11, 22, 50, 150, 300], points).astype(np.float32),
        "plugs": (1 << rng.integers(0, 10, points)).astype(np.uint16),
        "station": np.arange(points, dtype=np.int64),
    }


def viewports(network: Columns, count: int, zoom: float, seed: int = SEED) -> list[Bounds]:
    """What a map of 1280 x 800 px shows, centred on points of the network taken at random."""
    rows = np.random.default_rng(seed + int(zoom)).integers(0, len(network["lon"]), count)
    return [Bounds.from_viewport(float(network["lon"][row]), float(network["lat"][row]), zoom, WIDTH_PX, HEIGHT_PX)
            for row in rows]
