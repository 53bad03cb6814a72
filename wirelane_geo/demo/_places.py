"""Where the demo network's stations stand: in and around real towns of Germany, Austria and Switzerland, and on the
way between them.

A station lies at some distance from a town's centre in the direction of a neighbouring town. So the network follows the
land: on a coast or a lake shore the neighbours are inland or along it. What would still come to lie nearer to a foreign
town, or in one of the great lakes, is moved close to its own town's centre.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from wirelane_geo.places.gazetteer import cities

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

SHARES = {"DE": 0.74, "AT": 0.14, "CH": 0.12}
"""Share of the stations in each country."""

LAKES = (
    ((8.96, 47.80), (9.05, 47.83), (9.18, 47.78), (9.30, 47.69), (9.48, 47.65), (9.60, 47.59), (9.70, 47.55),
     (9.74, 47.51), (9.66, 47.50), (9.55, 47.50), (9.48, 47.49), (9.41, 47.54), (9.36, 47.58), (9.20, 47.66)),
    ((8.86, 47.66), (9.00, 47.71), (9.12, 47.68), (9.00, 47.67)),
    ((6.15, 46.22), (6.25, 46.30), (6.45, 46.46), (6.62, 46.50), (6.85, 46.45), (6.91, 46.41), (6.82, 46.39),
     (6.50, 46.41), (6.35, 46.37), (6.22, 46.26)),
    ((8.55, 47.36), (8.60, 47.33), (8.70, 47.25), (8.85, 47.22), (8.78, 47.21), (8.66, 47.24), (8.57, 47.28)),
    ((6.64, 46.79), (6.75, 46.88), (6.90, 46.97), (7.02, 46.98), (6.95, 46.90), (6.80, 46.83)),
    ((7.64, 46.74), (7.70, 46.71), (7.82, 46.68), (7.78, 46.66), (7.68, 46.69)),
    ((8.32, 47.04), (8.40, 47.05), (8.47, 47.02), (8.60, 46.98), (8.55, 46.97), (8.44, 46.97), (8.37, 47.00)),
    ((12.40, 47.92), (12.50, 47.90), (12.53, 47.86), (12.45, 47.85), (12.38, 47.88)),
    ((11.31, 47.98), (11.35, 47.97), (11.34, 47.83), (11.29, 47.82)),
    ((11.10, 48.06), (11.14, 48.06), (11.16, 47.95), (11.11, 47.94)),
    ((12.62, 53.47), (12.75, 53.48), (12.72, 53.33), (12.62, 53.36)),
    ((16.70, 47.92), (16.83, 47.93), (16.76, 47.73), (16.70, 47.75)),
    ((10.06, 54.33), (10.15, 54.35), (10.20, 54.44), (10.27, 54.45), (10.17, 54.33)),
    ((8.10, 53.50), (8.16, 53.55), (8.30, 53.52), (8.28, 53.42), (8.16, 53.42)),
)
"""Rough outlines (lon, lat) of the great lakes and two bays, to keep charge points ashore."""


@dataclass(frozen=True, eq=False)
class Sites:
    """n stations: position in degrees, the row of their town in `gazetteer.cities()`, and whether on a motorway."""

    lon: Floats
    lat: Floats
    town: Ints
    motorway: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Towns:
    """The towns of the three countries; `around[start[i]:start[i + 1]]` are those near the i-th one."""

    row: Ints
    xy: Floats
    country: npt.NDArray[np.str_]
    spread_km: Floats
    weight: Floats
    around: Ints
    start: Ints


_KM_LAT, _KM_LON = 111.2, 111.3 * np.cos(np.radians(49.0))


def _plane(lon: Any, lat: Any) -> Floats:
    """Kilometres on a plane that is good enough between 46 and 55 degrees north, n x 2."""
    return np.stack([(np.asarray(lon) - 10) * _KM_LON, (np.asarray(lat) - 50) * _KM_LAT], axis=-1)


@cache
def _towns() -> _Towns:
    table = cities()
    row = np.flatnonzero(np.isin(table.country, list(SHARES)))
    xy, people, country = _plane(table.lon[row], table.lat[row]), table.population[row], table.country[row]
    spread = 0.8 * (people / 10_000) ** 0.35
    large = np.flatnonzero(people >= 5_000)
    tree = shapely.STRtree(shapely.points(xy[large]))
    mine, other = tree.query(shapely.points(xy), predicate="dwithin", distance=30.0)
    other = large[other]
    near = (mine != other) & (country[mine] == country[other])
    mine, other = mine[near], other[near]
    order = np.argsort(mine, kind="stable")
    start = np.searchsorted(mine[order], np.arange(len(row) + 1))
    weight = people.astype(np.float64)
    distance = np.hypot(*(xy[mine] - xy[other]).T)
    quarter = (people[other] > 8 * people[mine]) & (distance < 1.7 * spread[other])
    np.subtract.at(weight, other[quarter], people[mine[quarter]])  # a borough's people are counted in its city, too
    weight = np.maximum(weight, 0.3 * people) ** 0.85
    for code, share in SHARES.items():
        weight[country == code] *= share / weight[country == code].sum()
    return _Towns(row, xy, country, spread, weight / weight.sum(), other[order], start)


def sites(count: int, motorway: int, random: np.random.Generator) -> Sites:
    """`count` stations, the last `motorway` of them between towns rather than in one."""
    towns = _towns()
    town = random.choice(len(towns.row), count, p=towns.weight)
    town[count - motorway:] = random.choice(len(towns.row), motorway)
    neighbours = towns.start[town + 1] - towns.start[town]
    towards = towns.around[np.minimum(towns.start[town] + (random.random(count) * neighbours).astype(np.intp),
                                      len(towns.around) - 1)]
    way = np.where(neighbours[:, None] > 0, towns.xy[towards] - towns.xy[town], 0.5)
    length = np.hypot(way[:, 0], way[:, 1])
    angle = np.arctan2(way[:, 1], way[:, 0]) + random.normal(0, 0.45, count)
    reach = np.minimum(np.abs(random.normal(0, 1.25, count)) * towns.spread_km[town], 0.55 * length)
    reach[count - motorway:] = length[count - motorway:] * random.uniform(0.3, 0.7, motorway)
    angle[count - motorway:] = np.arctan2(way[count - motorway:, 1], way[count - motorway:, 0])
    step = reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    step[_astray(towns, town, towns.xy[town] + step)] *= 0.12
    xy = towns.xy[town] + step + random.normal(0, 0.06, (count, 2))
    on_motorway = np.arange(count) >= count - motorway
    lon, lat = np.round(xy[:, 0] / _KM_LON + 10, 6), np.round(xy[:, 1] / _KM_LAT + 50, 6)
    return Sites(lon, lat, towns.row[town], on_motorway)


def _astray(towns: _Towns, town: Ints, xy: Floats) -> npt.NDArray[np.bool_]:
    """Which positions are nearer to a foreign town than to their own, or in a lake."""
    astray = shapely.contains_xy(_water(), xy)
    own = np.hypot(*(xy - towns.xy[town]).T)
    for code in SHARES:
        mine = np.flatnonzero(towns.country[town] == code)
        _, distance = _foreign(code).query_nearest(shapely.points(xy[mine]), return_distance=True, all_matches=False)
        astray[mine] |= distance < own[mine]
    return np.asarray(astray, np.bool_)


@cache
def _water() -> shapely.Geometry:
    """The lakes, on the plane."""
    water = shapely.union_all([shapely.Polygon(_plane(*zip(*outline, strict=True))) for outline in LAKES])
    shapely.prepare(water)
    return water


@cache
def _foreign(code: int) -> shapely.STRtree:
    """The towns around that are not in a country, on the plane."""
    table = cities()
    around = (table.lat > 45) & (table.lat < 56) & (table.lon > 5) & (table.lon < 18)
    foreign = np.flatnonzero(around & (table.country != code))
    return shapely.STRtree(shapely.points(_plane(table.lon[foreign], table.lat[foreign])))


@cache
def names() -> dict[int, str]:
    """What an address calls a town, by its row in the gazetteer: a borough bears its city's name."""
    towns, table = _towns(), cities()
    called = {int(row): table.name(int(row), "local") for row in towns.row}
    people = table.population[towns.row]
    for i in range(len(towns.row)):
        around = towns.around[towns.start[i]:towns.start[i + 1]]
        distance = np.hypot(*(towns.xy[around] - towns.xy[i]).T)
        city = around[(people[around] > 8 * people[i]) & (distance < 1.7 * towns.spread_km[around])]
        if len(city):
            called[int(towns.row[i])] = table.name(int(towns.row[city[np.argmax(people[city])]]), "local")
    return called
