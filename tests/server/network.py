"""A small network with everything that a list can be asked for, and what it should answer, by plain Python."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wirelane_geo.model import AuthenticationType, ChargePoint, ChargePointGroup, ChargingType, PlugType, Status

Predicate = Callable[[ChargePoint], bool]

_PLACES = [("Berlin", "DE", 13.4, 52.5), ("Schwäbisch Gmünd", "DE", 9.8, 48.8), ("Zürich", "CH", 8.55, 47.4),
           ("Suva", "FJ", 178.4, -18.1), ("Taveuni", "FJ", -179.9, -16.8), ("Longyearbyen", "NO", 15.6, 78.2)]


@dataclass(frozen=True)
class Network:
    """Points in order of arrival, and the number of the station of each by its charge_point_id."""

    points: list[ChargePoint]
    station: dict[str, int]

    def expected(self, fits: Predicate, *, whole_stations: bool) -> list[str]:
        """charge_point_ids of what fits; of whole stations with one point that fits, where a status is asked for."""
        if not whole_stations:
            return [p.charge_point_id for p in self.points if fits(p)]
        stations = {self.station[p.charge_point_id] for p in self.points if fits(p)}
        return [p.charge_point_id for p in self.points if self.station[p.charge_point_id] in stations]


def network(stations: int = 160, seed: int = 7) -> Network:
    """Always the same network."""
    draw = random.Random(seed)
    points: list[ChargePoint] = []
    station_of: dict[str, int] = {}
    for station in range(stations):
        for point in _station(draw, station):
            station_of[point.charge_point_id] = station
            points.append(point)
    draw.shuffle(points)
    return Network(points, station_of)


def _station(draw: random.Random, number: int) -> list[ChargePoint]:
    city, country, lon, lat = draw.choice(_PLACES)
    lon, lat = round(lon + draw.uniform(-0.3, 0.3), 6), round(lat + draw.uniform(-0.3, 0.3), 6)
    lon = lon - 360 if lon > 180 else lon + 360 if lon < -180 else lon
    named, located = draw.random() < 0.7, draw.random() < 0.95
    owner = draw.choice(["WIRELANE-1", "WIRELANE-2", None])
    return [_point(draw, number, k, {
        "charging_station_id": f"S{number % 97}-{number}" if named or not located else None,
        "owner": owner, "cpo": f"cpo{number}", "city": city, "country": country,
        "street": f"Hauptstraße {number}", "zip_code": draw.choice([None, f"{10000 + number}"]),
        "longitude": lon if located else None, "latitude": lat if located else None,
    }) for k in range(draw.randint(1, 4))]


def _point(draw: random.Random, station: int, k: int, shared: dict) -> ChargePoint:
    plugs = tuple(draw.sample(list(PlugType), draw.randint(0, 3)))
    groups = draw.sample([1, 2, 30, 444], draw.randint(0, 2))
    date = datetime(2025, 1, 1, tzinfo=UTC)
    return ChargePoint(
        charge_point_id=f"CP-{station}-{k}", evseid=draw.choice([None, f"DE*ABC*E{station:05}*{k}"]),
        display_id=draw.choice([None, "LEFT", "RIGHT"]), plug_types=plugs,
        charging_type=draw.choice([None, *ChargingType]), power=draw.choice([None, 3.7, 11.0, 22.0, 50.0, 150.5]),
        voltage=draw.choice([None, 230, 400]), current=draw.choice([None, 16, 32]),
        reservable=draw.choice([None, True, False]), status=draw.choice(list(Status)),
        authentication_types=tuple(draw.sample(list(AuthenticationType), draw.randint(0, 3))),
        charging_group=tuple(ChargePointGroup(id=group, name=f"group {group}") for group in groups),
        creation_date=date + timedelta(days=draw.randint(0, 30)),
        update_date=date + timedelta(days=31, microseconds=draw.randint(0, 9) * 100_000),
        **shared,
    )


def distance_m(point: ChargePoint, lon: float, lat: float) -> float:
    """Along the great circle, by the angle between unit vectors; inf without a position."""
    if point.longitude is None or point.latitude is None:
        return math.inf
    a, b = (_unit(*position) for position in ((point.longitude, point.latitude), (lon, lat)))
    cross = math.dist((0, 0, 0), (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]))
    return 6_371_008.8 * math.atan2(cross, sum(x * y for x, y in zip(a, b, strict=True)))


def _unit(lon: float, lat: float) -> tuple[float, float, float]:
    lam, phi = math.radians(lon), math.radians(lat)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)
