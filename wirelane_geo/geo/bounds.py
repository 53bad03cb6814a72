"""A box on the map, in degrees; the antimeridian is handled here, once, at the door."""

import math
from dataclasses import dataclass
from typing import Self, overload

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import mercator
from wirelane_geo.geo.distance import METRES_PER_DEGREE
from wirelane_geo.numbers import read_number


@dataclass(frozen=True)
class Bounds:
    """South, west, north, east in degrees (WGS 84), edges included. West > east: it crosses the antimeridian.

    Longitudes outside +-180, as a map reports them when it was panned around the world, are wrapped; a width of 360
    or more is the whole world. ValueError: a number is not finite, a latitude is beyond +-90, or south > north.
    """

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        south, west, north, east = (float(edge) for edge in (self.south, self.west, self.north, self.east))
        if not all(map(math.isfinite, (south, west, north, east))):
            raise ValueError(f"bounds need four finite numbers, not {(south, west, north, east)}")
        if not -90 <= south <= north <= 90:
            raise ValueError(f"bounds need -90 <= south <= north <= 90, not south {south}, north {north}")
        if east - west >= 360:
            west, east = -180.0, 180.0
        for name, edge in (("south", south), ("west", _wrap(west)), ("north", north), ("east", _wrap(east))):
            object.__setattr__(self, name, edge)

    @property
    def crosses_antimeridian(self) -> bool:
        """Whether the box reaches over 180 degrees east."""
        return self.west > self.east

    @property
    def width(self) -> float:
        """Degrees from west to east, 0 to 360."""
        return self.east - self.west + (360.0 if self.crosses_antimeridian else 0.0)

    @property
    def height(self) -> float:
        """Degrees from south to north."""
        return self.north - self.south

    @property
    def center(self) -> tuple[float, float]:
        """(lon, lat) of the middle as a map shows it, that is in Mercator's."""
        lon = _wrap(self.west + self.width / 2)
        lat = mercator.lat_of((mercator.y_of(self.south) + mercator.y_of(self.north)) / 2)
        return lon, min(max(float(lat), self.south), self.north)

    def split(self) -> tuple["Bounds", ...]:
        """The same area as one box, or as two where it crosses the antimeridian."""
        if not self.crosses_antimeridian:
            return (self,)
        return (Bounds(self.south, self.west, self.north, 180.0), Bounds(self.south, -180.0, self.north, self.east))

    @overload
    def contains(self, lon: float, lat: float) -> bool: ...
    @overload
    def contains(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]: ...
    def contains(
        self, lon: float | npt.NDArray[np.float64], lat: float | npt.NDArray[np.float64]
    ) -> bool | npt.NDArray[np.bool_]:
        """Whether points lie inside or on an edge; of arrays, an array."""
        x, y = np.asarray(lon), np.asarray(lat)
        east, west = x <= self.east, x >= self.west
        inside = ((east | west) if self.crosses_antimeridian else (east & west)) & (y >= self.south) & (y <= self.north)
        return inside if np.ndim(inside) else bool(inside)

    def padded(self, fraction: float) -> "Bounds":
        """Grown on every side by a fraction of its width and height."""
        over, up = self.width * fraction, self.height * fraction
        if self.width + 2 * over >= 360:
            west, east = -180.0, 180.0
        else:
            west, east = self.west - over, self.east + over
        return Bounds(max(self.south - up, -90.0), west, min(self.north + up, 90.0), east)

    def holds(self, other: "Bounds") -> bool:
        """Whether all of another box lies in this one."""
        return all(
            any(mine.west <= part.west and part.east <= mine.east for mine in self.split())
            and self.south <= part.south and part.north <= self.north
            for part in other.split()
        )

    def union(self, other: "Bounds") -> "Bounds":
        """The smallest box that holds both."""
        south, north = min(self.south, other.south), max(self.north, other.north)
        boxes = [Bounds(south, west, north, east)
                 for west in (self.west, other.west) for east in (self.east, other.east)]
        both = [box for box in boxes if box.holds(self) and box.holds(other)]
        return min(both, key=lambda box: (box.width, box.west, box.east), default=Bounds(south, -180.0, north, 180.0))

    @classmethod
    def of(cls, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Self:
        """The smallest box that holds all points (degrees, at least one); it may cross the antimeridian."""
        x, y = np.sort(np.asarray(lon, np.float64), axis=None), np.asarray(lat, np.float64)
        if not x.size:
            raise ValueError("no points, no bounds")
        west, east = x[0], x[-1]
        if x.size > 1:
            widest = int(np.argmax(gaps := np.diff(x)))
            if gaps[widest] > 360.0 - (east - west):
                west, east = x[widest + 1], x[widest]
        return cls(float(y.min()), float(west), float(y.max()), float(east))

    @classmethod
    def around(cls, lon: float, lat: float, metres: float) -> Self:
        """The box around all points within a distance (great circle, mean radius of the Earth)."""
        angle = metres / METRES_PER_DEGREE
        south, north = lat - angle, lat + angle
        if south <= -90 or north >= 90:
            return cls(max(south, -90.0), -180.0, min(north, 90.0), 180.0)
        side = math.degrees(math.asin(math.sin(math.radians(angle)) / math.cos(math.radians(lat))))
        return cls(south, lon - side, north, lon + side)

    @classmethod
    def from_viewport(cls, lon: float, lat: float, zoom: float, width_px: float, height_px: float) -> Self:
        """What a map shows: its centre in degrees, zoom as deck.gl counts it (512 px tiles), size in CSS pixels."""
        world_px = mercator.TILE_PX * 2.0**zoom
        side, middle = width_px / world_px / 2, float(mercator.y_of(lat))
        top, bottom = max(middle - height_px / world_px / 2, 0.0), min(middle + height_px / world_px / 2, 1.0)
        south, north = float(mercator.lat_of(bottom)), float(mercator.lat_of(top))
        return cls(south, lon - side * 360.0, north, lon + side * 360.0)


def _wrap(lon: float) -> float:
    """The same meridian within [-180, 180]; what is there already stays as it is."""
    return lon if -180.0 <= lon <= 180.0 else (lon + 180.0) % 360.0 - 180.0


WORLD = Bounds(-90.0, -180.0, 90.0, 180.0)


def read_bbox(text: str) -> Bounds:
    """Bounds from "west,south,east,north" in degrees; ValueError says what would be right."""
    try:
        west, south, east, north = map(read_number, text.split(","))
        return Bounds(south, west, north, east)
    except ValueError:
        raise ValueError("expected west,south,east,north in degrees") from None


def write_bbox(bounds: Bounds) -> str:
    """The inverse of `read_bbox`."""
    return ",".join(f"{value:.6f}" for value in (bounds.west, bounds.south, bounds.east, bounds.north))
