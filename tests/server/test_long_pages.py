"""Pages of any length: streamed in bounded memory, whole, with their headers; whoever leaves is read nothing more."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.serving import Service, serving
from tests.serving import TRUSTED
from tests.store.points import point
from wirelane_geo.server._point_pages import AT_ONCE
from wirelane_geo.store import PointNumbers

pytestmark = pytest.mark.slow

POINTS = 12 * AT_ONCE + 7
MUCH = "x" * 2_000
"""A text in each point, so that a page is many times larger than what is in memory of it."""


@pytest.fixture(scope="module", params=["database", "table"])
def many(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("many"), by_table=request.param == "table") as service:
        service.store.upsert((point(f"P{number}", id=f"{number:032x}", longitude=number / 1000, latitude=48.0, city=MUCH,
                                    power=float(number % 400)) for number in range(POINTS)), "irve")
        service.source.refresh()
        yield service


def numbers(answer: httpx.Response) -> list[int]:
    return [int(one["id"], 16) for one in answer.json()]


@pytest.mark.parametrize("size", [AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE, 1_000_000])
def test_a_long_page_is_whole(many: Service, size: int) -> None:
    answer = many.client.get(many.points, params={"page_size": size, "page": 1})
    assert answer.headers["content-type"] == "application/json"
    assert (answer.headers["X-Total-Count"], answer.headers["X-Total-Pages"]) == (str(POINTS), str(-(-POINTS // size)))
    assert numbers(answer) == list(range(min(size, POINTS)))


def test_a_long_page_has_its_order_and_distances(many: Service) -> None:
    answer = many.client.get(many.points, params={"page_size": 1_000_000, "order_by": "distance", "lat": 48, "lon": 0,
                                                  "order_direction": "desc", "infrastructure_only": 1})
    assert numbers(answer) == list(range(POINTS))[::-1]
    distances = [one["distance"] for one in answer.json()]
    assert distances == sorted(distances, reverse=True)
    assert not any("status" in one for one in answer.json())


def test_no_more_than_a_piece_of_it_is_in_memory(many: Service) -> None:
    received = 0
    tracemalloc.start()
    try:
        with many.client.stream("GET", many.points, params={"page_size": 1_000_000}) as answer:
            for piece in answer.iter_raw(65_536):
                received += len(piece)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert received > POINTS * len(MUCH)
    assert most < received * 0.6, "a piece, joined and on its way, but not all of them"


def test_who_leaves_is_read_nothing_more(tmp_path: Path, many: Service) -> None:
    read: list[int] = []
    objects = many.store.objects

    def counted(points: PointNumbers, **options: Any) -> Any:
        read.append(len(points))
        return objects(points, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many.store, "objects", counted)
        with (httpx.Client(headers=many.client.headers, verify=TRUSTED) as client,
              client.stream("GET", many.points, params={"page_size": 1_000_000}) as answer):
            next(answer.iter_raw(1_000))
        json.loads(many.client.get(many.points, params={"page_size": 1}).content)  # the server goes on
    assert sum(read) < POINTS


def test_what_goes_meanwhile_is_left_out_and_the_array_is_whole(tmp_path: Path) -> None:
    with serving(tmp_path, by_table=True) as service:
        service.store.upsert((point(f"P{number}", id=f"{number:032x}", city=MUCH) for number in range(9 * AT_ONCE)), "irve")
        service.source.refresh()
        with service.client.stream("GET", service.points, params={"page_size": 1_000_000}) as answer:
            pieces = answer.iter_raw(1_000)
            begin = next(pieces)
            service.store.remove("irve")
            listed = json.loads(begin + b"".join(pieces))
        assert answer.headers["X-Total-Count"] == str(9 * AT_ONCE)
        assert AT_ONCE <= len(listed) < 9 * AT_ONCE
        assert service.client.get(service.points).json() == []
