"""What is held of an account, when a tile of it is forgotten."""

import msgspec

from wirelane_geo.cache import Tile
from wirelane_geo.geo import quadkey
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.model.identity import handle_of
from wirelane_geo.sources._tile_contents import Contents, TileContents

POINT = ChargePoint(charge_point_id="a", id="a", latitude=50.1, longitude=8.7, status=Status.FREE)
HANDLE = handle_of("", "a")


def around(level: int) -> Tile:
    """The tile of a level in which the point lies."""
    return Tile(level, int(quadkey.prefix(quadkey.encode(POINT.longitude, POINT.latitude), level)))


def test_a_point_is_known_as_long_as_one_of_its_tiles_is_kept() -> None:
    held = TileContents()
    coarse = held.take_tile(around(4), Contents({HANDLE: POINT}, None, None), (), 1)
    fine = held.take_tile(around(9), Contents({HANDLE: POINT}, None, None), (), 2)
    assert held.point(HANDLE) == POINT
    del fine
    assert held.tile(around(9)) is None, "nobody keeps it"
    assert held.point(HANDLE) == POINT, "the other tile has it as well"
    reserved = msgspec.structs.replace(POINT, status=Status.RESERVED)
    held.take({HANDLE: reserved}, 3)
    assert held.point(HANDLE) == reserved
    del coarse
    assert held.point(HANDLE) is None


def test_what_was_gone_from_every_tile_is_not_known() -> None:
    held = TileContents()
    kept = [held.take_tile(around(level), Contents({HANDLE: POINT}, None, None), (), 1) for level in (4, 9)]
    held.take_tile(around(6), Contents({}, None, None), {HANDLE}, 2)
    assert held.point(HANDLE) is None
    assert [len(contents) for contents in kept] == [0, 0]
