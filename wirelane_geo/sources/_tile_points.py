"""The points of one map tile, asked of the upstream."""

from collections.abc import Iterable

from wirelane_geo.api import Points, WirelaneClient
from wirelane_geo.cache import Tile
from wirelane_geo.geo import quadkey
from wirelane_geo.model import ChargePoint
from wirelane_geo.sources._tile_contents import within

PAGE = 5_000
"""Points of a tile that are asked for at a time: an upstream has to count from the start for every page."""


def points_of_tile(client: WirelaneClient, tile: Tile, most: int | None) -> Points:
    """The points of a tile's square, of the world those of no more than `most` records, where that is given. Raises ApiError."""
    if most is None:
        return client.points(bounds=quadkey.square(tile.prefix, tile.level), page_size=PAGE)
    return client.points(page_size=PAGE, most=most)


def inside(tile: Tile, points: Iterable[ChargePoint]) -> list[ChargePoint]:
    """The points of a tile alone: the upstream answers what lies on an edge for both its neighbours."""
    located = [p for p in points if p.id and p.longitude is not None and p.latitude is not None]
    return [point for point, here in zip(located, within(tile, located), strict=True) if here]
