"""A list from the table in memory is what the database answers, whatever is asked and whatever was written a moment ago."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.points import charge_points
from tests.strategies import bounds as any_bounds
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status
from wirelane_geo.sources import EmbeddedSource, PointLists
from wirelane_geo.store import OrderBy, Page, PointQuery, Store, open_store

BY_TABLE = (None, "status", "latitude", "longitude", "power", "chargingType", "distance")


class PageCounter:
    """A store, and how often it was asked for a page."""

    def __init__(self, store: Store) -> None:
        self.store, self.pages = store, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def query(self, query: PointQuery, most: int | None = None) -> Page:
        self.pages += 1
        return self.store.query(query, most)


class Both:
    """The two ways to an answer."""

    def __init__(self, store: Store) -> None:
        self.store, self.source = store, EmbeddedSource(store)
        self.source.refresh()
        self.counted = PageCounter(store)
        self.lists = PointLists(self.source, self.counted)

    def same(self, query: PointQuery, most: int | None = None) -> None:
        """Both answer the same, to the byte, the table without a question to the database where it has the columns."""
        before = self.counted.pages
        quick, known = self.lists.query(query, most), self.store.query(query, most)
        assert (self.counted.pages == before) == (query.order_by in BY_TABLE)
        assert (quick.total, quick.bodies) == (known.total, known.bodies)
        assert (quick.rest is None) == (known.rest is None)
        if quick.rest is not None and known.rest is not None:
            assert quick.rest.numbers.tolist() == known.rest.numbers.tolist()
            assert self.store.objects(quick.rest) == self.store.objects(known.rest)

    def ids(self) -> list[str | None]:
        return [msgspec.json.decode(body, type=ChargePoint).id for body in self.store.query(PointQuery(page_size=1000)).bodies]


@contextmanager
def both_ways(points: Iterable[ChargePoint]) -> Iterator[Both]:
    with TemporaryDirectory() as directory:
        store = open_store(Path(directory) / "points.sqlite")
        store.upsert(points, "irve")
        yield Both(store)
        store.close()


places = st.tuples(st.one_of(st.floats(-180, 180), st.sampled_from([9.8, 9.80001, 13.4, 179.9999])),
                   st.one_of(st.floats(-90, 90), st.sampled_from([48.8, 48.80001, 52.5])))
distances = st.one_of(st.sampled_from([0.0, 1.0, 5_000.0, 100_000.0, 20_100_000.0]), st.floats(0, 2e7))


@st.composite
def queries(draw: st.DrawFn) -> PointQuery:
    center = draw(st.none() | places)
    order: OrderBy | None = draw(st.none() | st.sampled_from(get_args(OrderBy)))
    sort_at = draw(st.none() | places)
    if order == "distance" and center is None and sort_at is None:
        sort_at = (9.8, 48.8)
    return PointQuery(
        bounds=draw(st.none() | any_bounds()), center=center,
        distance_m=None if center is None else draw(st.none() | distances),
        plugs=draw(st.frozensets(st.sampled_from(PlugType), max_size=2)),
        statuses=draw(st.frozensets(st.sampled_from(Status), max_size=2)),
        charging_types=draw(st.frozensets(st.sampled_from(ChargingType), max_size=1)),
        authentications=draw(st.frozensets(st.sampled_from(AuthenticationType), max_size=2)),
        max_power=draw(st.none() | st.sampled_from([22.0, 22.1, 50.0, 150.4, 1e39, float("inf")]) | st.floats(0, 400)),
        reservable_only=draw(st.booleans()), infrastructure_only=draw(st.booleans()), order_by=order,
        descending=draw(st.booleans()), sort_at=sort_at,
        page=draw(st.sampled_from([1, 1, 2, 3, 10**30])), page_size=draw(st.sampled_from([1, 2, 5, 1000])))


networks = st.lists(charge_points, max_size=14, unique_by=lambda point: (point.charge_point_id, point.evseid or ""))
changes = st.lists(st.one_of(
    st.tuples(st.just("status"), st.integers(0, 13), st.sampled_from(Status)),
    st.tuples(st.just("put"), st.integers(0, 13), charge_points),
    st.tuples(st.just("add"), st.integers(0, 13), charge_points),
    st.tuples(st.just("remove"), st.integers(0, 13), st.none()),
    st.tuples(st.just("refresh"), st.just(0), st.none()),
), max_size=6)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks, changes, st.lists(queries(), min_size=1, max_size=8))
def test_whatever_is_asked_and_written_both_answer_the_same(points: list, written: list, asked: list) -> None:
    with both_ways(points) as both:
        for query in asked:
            both.same(query)
        for step in written:
            write(both, *step)
            for query in asked:
                both.same(query, most=2)


def write(both: Both, what: str, which: int, how: object) -> None:
    ids = both.ids()
    if what == "refresh":
        both.source.refresh()
    elif what == "add":
        both.store.upsert([msgspec.structs.replace(how, id=None)], "irve")
    elif ids and what == "status":
        both.store.set_statuses({ids[which % len(ids)]: how})
    elif ids and what == "put":
        both.store.upsert([msgspec.structs.replace(how, id=ids[which % len(ids)])], "irve")
    elif ids and what == "remove":
        both.store.remove("irve", but=[id for place, id in enumerate(ids) if place != which % len(ids)])
