"""In a demo network of the usual size every choice that map and API offer has something to show."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.serving import Service, serving
from wirelane_geo.filters import FILTERS, Filters
from wirelane_geo.geo import WORLD, PointTable
from wirelane_geo.installation import make_demo
from wirelane_geo.server._members import MEMBER_PARAMETERS
from wirelane_geo.server._point_parameters import POINT_PARAMETERS
from wirelane_geo.server._sessions import SESSION_PARAMETERS
from wirelane_geo.settings import Settings
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.wire.points import decode_points

pytestmark = pytest.mark.slow
LISTS = {"points": POINT_PARAMETERS, "sessions": SESSION_PARAMETERS, "members": MEMBER_PARAMETERS}
CHOICES = [(path, parameter.name, value) for path, parameters in LISTS.items() for parameter in parameters
           for value in parameter.schema.get("enum", ()) if value and parameter.name not in ("order_by", "order_direction")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("demo")
    with serving(data) as service:
        make_demo(service.store, Settings(data=data).demo_stations, service.credentials.organization)
        yield service


@pytest.fixture(scope="module")
def table(demo: Service) -> PointTable:
    return EmbeddedSource(demo.store).snapshot(WORLD, 3).table


def total(demo: Service, path: str, **parameters: Any) -> int:
    answer = demo.client.get(demo.points.removesuffix("points") + path, params={"page_size": 1, **parameters})
    assert answer.status_code == 200, answer.text
    return int(answer.headers["X-Total-Count"])


@pytest.mark.parametrize(("path", "name", "value"), CHOICES)
def test_every_word_that_the_api_can_be_asked_for_finds_something(demo: Service, path: str, name: str, value: str) -> None:
    assert total(demo, path, **{name: value}) > 0
    if name not in ("infrastructure_only", "organization_type") and (name, value) != ("reservable", "0"):
        assert total(demo, path, **{name: value}) < total(demo, path), "and not everything"


def test_every_other_filter_of_points_finds_some(demo: Service) -> None:
    points = decode_points(demo.client.get(demo.points, params={"page_size": 2_000}).content).points
    everything = total(demo, "points")
    for point in points[::400]:
        assert point.emp
        for name, field in (("evseid", "evseid"), ("owner_id", "owner"), ("charging_station_id", "charging_station_id")):
            assert 0 < total(demo, "points", **{name: getattr(point, field)}) < everything, name
    groups = {group.id for point in points for group in point.charging_group}
    assert len(groups) > 20
    for group in groups:
        assert 0 < total(demo, "points", point_groups=group) < everything
        assert 0 < total(demo, "points", not_in_point_groups=group) < everything
    assert 0 < total(demo, "points", max_power=11) < everything


@pytest.mark.parametrize("row", [row for row in FILTERS if row.terms], ids=lambda row: row.key)
def test_every_choice_of_the_map_shows_something(table: PointTable, row: Any) -> None:
    for term in row.terms:
        shown = int(Filters(**{row.name: {term}}).mask(table).sum())
        assert 0 < shown < len(table), term


def test_reservable_and_power_show_some_and_not_all(table: PointTable) -> None:
    powers = [Filters(power_kw=bounds) for bounds in ((None, 5), (350, None))]
    for filters in (Filters(reservable=True), Filters(reservable=False), *powers):
        assert 0 < int(filters.mask(table).sum()) < len(table)
