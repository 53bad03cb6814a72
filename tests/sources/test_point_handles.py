"""The handles of an account's points."""

from tests.model.test_identity import TWINS
from wirelane_geo.cache import Tile
from wirelane_geo.model import ChargePoint
from wirelane_geo.model.identity import handle_of
from wirelane_geo.sources._point_handles import PointHandles
from wirelane_geo.sources._tile_contents import Contents, TileContents

WORLD = Tile(0, 0)


def point(id: str | None, longitude: float = 8.7) -> ChargePoint:
    return ChargePoint(charge_point_id=id or "", id=id, latitude=50.1, longitude=longitude)


def test_points_without_an_id_have_none_and_of_several_with_one_id_the_last_counts() -> None:
    handles = PointHandles("account", lambda _: {})
    last = point("a", longitude=9.0)
    assert handles.by_handle([point("a"), point(None), point("b"), last]) == {
        handle_of("account", "a"): last, handle_of("account", "b"): point("b")}


def test_two_points_with_one_handle_are_never_taken_for_each_other() -> None:
    one, other = TWINS
    for batches in ([TWINS], [[one], [other]], [[other], [one]]):
        held = TileContents("account")
        points = {}
        for batch in batches:
            points |= held.handles.by_handle(map(point, batch))
            kept = held.take_tile(WORLD, Contents(points, None, None), (), 1)
        assert len(kept) == 2
        assert {id: held.find(id) for id in TWINS} == {id: point(id) for id in TWINS}
        assert {held.point(held.handles.of(id)).id for id in TWINS} == set(TWINS)
        assert held.handles.by_handle(map(point, TWINS)) == points, "each keeps its own"


def test_a_point_that_is_not_held_is_not_its_twin() -> None:
    one, other = TWINS
    held = TileContents("account")
    kept = held.take_tile(WORLD, Contents(held.handles.by_handle([point(one)]), None, None), (), 1)
    assert held.find(one) == point(one)
    assert held.find(other) is None
    assert len(kept) == 1
