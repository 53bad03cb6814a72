"""A wall's tour: which stops a link says, what it is the turn of, and that a new fault comes first."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.networks import EmbeddedNetwork, a_point, embedded
from wirelane_geo import permalink
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargingType, Status
from wirelane_geo.permalink import MapState, View
from wirelane_geo.ui.viewport import MapEvent
from wirelane_geo.ui.wall import choice, faults, screen
from wirelane_geo.ui.wall.choice import WallChoice
from wirelane_geo.ui.wall.tour import Stop, Walk, read_stops

NOWHERE = MapEvent()
EAST = Bounds(52.015, 13.015, 52.2, 13.2)
"""Has p2 and p3 in it; p0 and p1 are west of it."""


@pytest.fixture
def network(tmp_path: Path) -> Iterator[EmbeddedNetwork]:
    kinds = (ChargingType.DC, ChargingType.AC)
    with embedded(tmp_path, points=[a_point(number, charging_type=kinds[number % 2]) for number in range(4)]) as made:
        yield made


def walk(stops: tuple[Stop, ...], jump_s: float = 20.0, origin: float = 0.0) -> Walk:
    return Walk(stops, jump_s, origin, heard=0)


def stops(*dwells: float) -> tuple[Stop, ...]:
    return tuple(Stop(str(number), MapState(), None, dwell) for number, dwell in enumerate(dwells))


def test_a_link_says_its_stops() -> None:
    asked = choice.read({
        "tour": "Berlin;North:9,53,11,55@60;all;Fast:kw=150-&plug=CCS;https://geo.example/?lat=52.5&lon=13.4&zoom=12&status=FREE",
        "dwell": "45", "current": "DC"})
    assert asked.state.ignored == ()
    berlin, north, everywhere, fast, saved = asked.tour
    assert (berlin.title, berlin.dwell_s) == ("Berlin", 45.0)
    assert isinstance(berlin.place, Bounds)
    assert berlin.place.contains(13.405, 52.52)
    assert (north.title, north.dwell_s, north.place) == ("North", 60.0, Bounds(53, 9, 55, 11))
    assert (everywhere.title, everywhere.place) == ("", None)
    assert (fast.title, permalink.format(fast.state)) == ("Fast", "plug=CCS&kw=150-&current=DC")
    assert saved.place == View(52.5, 13.4, 12.0)
    assert permalink.format(saved.state) == "status=FREE&current=DC", "the wall's own filters hold as well"


def test_a_redacted_tour_doesnt_jump_and_cant_ask_for_faults() -> None:
    asked = choice.read({"redacted": "1", "jump": "20", "tour": "status=FAULTED;status=FREE"})
    assert asked.jump_s == 0
    assert [stop.state.filters.statuses for stop in asked.tour] == [choice.NOT_AVAILABLE, {Status.FREE}]


@given(st.text(max_size=60))
def test_no_text_breaks_the_tour(text: str) -> None:
    found, ignored = read_stops(text, MapState(), 30.0)
    assert all(5 <= stop.dwell_s <= 3600 for stop in found)
    assert len(found) + len(ignored) >= bool(text.replace(";", "").strip())


@given(st.lists(st.integers(5, 600), min_size=1, max_size=8), st.integers(0, 10_000), st.floats(0, 1e9))
def test_each_stop_has_its_time_and_its_turn(dwells: list[int], start: int, origin: float) -> None:
    tour, cycle = walk(stops(*dwells), origin=float(int(origin))), sum(dwells)
    seen = [tour.look(float(start + second)) for second in range(cycle)]
    assert [seen.count(number) for number in range(len(dwells))] == dwells
    changes = [(a, b) for a, b in pairwise(seen) if a != b]
    assert all(b == (a + 1) % len(dwells) for a, b in changes)


def fault(network: EmbeddedNetwork, tour: Walk, **statuses: Status) -> None:
    network.after(1, **statuses)
    tour.hear(*faults.at_stops(tour.stops, tour.heard, network.watch, NOWHERE), network.clock.monotonic())


def test_a_new_fault_comes_first_and_then_the_tour_goes_on_where_it_was(network: EmbeddedNetwork) -> None:
    tour = walk(stops(30, 30), jump_s=20)
    tour.origin = -network.clock.monotonic()
    network.clock.go_on(9)
    assert (tour.look(network.clock.monotonic()), tour.fault) == (0, None)
    fault(network, tour, p2=Status.FAULTED)
    begun = network.clock.monotonic()
    assert tour.look(begun) == 0
    assert tour.fault is not None
    assert tour.fault.point is not None
    assert tour.fault.point.label == "DE*ABC*E0002"
    assert tour.look(begun + 19) == 0
    assert tour.fault is not None
    assert tour.look(begun + 20) == 0, "10 of its 30 seconds have passed"
    assert tour.fault is None
    assert tour.look(begun + 39) == 0
    assert tour.look(begun + 41) == 1


def test_faults_dont_keep_a_tour_from_going_on(network: EmbeddedNetwork) -> None:
    tour = walk(stops(30, 30), jump_s=10)
    fault(network, tour, p0=Status.FAULTED)
    fault(network, tour, p1=Status.FAULTED)
    now = network.clock.monotonic()
    shown = []
    for second in range(60):
        tour.look(now + second)
        shown.append(tour.fault.point.label[-1] if tour.fault and tour.fault.point else "-")
    assert "".join(shown) == "1" * 10 + "-" * 10 + "0" * 10 + "-" * 30, "the newest first, and the tour in between"


def test_what_was_so_before_or_is_no_fault_or_not_at_a_stop_is_not_jumped_to(network: EmbeddedNetwork) -> None:
    network.after(1, p0=Status.FAULTED)
    tour = Walk((Stop("", MapState(), EAST, 30), Stop("", choice.read({"current": "DC"}).state, None, 30)), 20, 0.0,
                heard=network.watch.status().number)
    fault(network, tour)
    fault(network, tour, p2=Status.IN_USE)
    fault(network, tour, p1=Status.FAULTED)
    tour.look(network.clock.monotonic())
    assert tour.fault is None, "p0 is old, p2 isn't out, p1 is AC and in the west"
    fault(network, tour, p3=Status.FAULTED)
    tour.look(network.clock.monotonic())
    assert tour.fault is not None
    assert tour.fault.point is not None
    assert tour.fault.point.id == "id-3"


def test_a_fault_pulses_for_a_minute_or_until_it_is_repaired(network: EmbeddedNetwork) -> None:
    def pulsing() -> list[float]:
        return [lon for _, lon, _, _ in faults.pulses(network.watch.faults(MapState()), network.clock.now())]
    network.after(10, p1=Status.FAULTED, p2=Status.UNAVAILABLE)
    assert pulsing() == [pytest.approx(13.01)]
    network.after(50, p3=Status.FAULTED)
    assert pulsing() == [pytest.approx(13.03), pytest.approx(13.01)]
    network.after(11)
    assert pulsing() == [pytest.approx(13.03)]
    network.after(5, p3=Status.FREE)
    assert pulsing() == []


@pytest.mark.parametrize("page", ["http://geo.example/wall", "https://geo.example:8443/base/wall?tour=x"])
def test_the_link_leads_to_the_same_view(page: str) -> None:
    asked = choice.read({"lat": "52.5", "lon": "13.4", "zoom": "11", "plug": "CCS", "lang": "de", "layout": "map"})
    said = urlsplit(link(asked, page=page))
    assert said.path == urlsplit(page).path.removesuffix("wall")
    assert permalink.parse(said.query) == asked.state
    redacted = choice.read({"lat": "52.5", "lon": "13.4", "zoom": "11", "redacted": "1"})
    said = urlsplit(link(redacted, page=page))
    assert said.path == urlsplit(page).path, "the map itself would tell faults"
    assert choice.read(dict(parse_qsl(said.query))) == choice.read({**dict(parse_qsl(said.query)), "redacted": "1"})
    assert choice.read(dict(parse_qsl(said.query))).state.view == redacted.state.view


def test_the_link_follows_the_tour_and_its_jumps(network: EmbeddedNetwork) -> None:
    asked = choice.read({"tour": "13,52,14,53;all;lat=52&lon=13&zoom=9&plug=CCS", "dwell": "30"})
    tour = walk(asked.tour)
    event = MapEvent(bounds=Bounds(51.9, 12.8, 53.1, 14.2), zoom=8.5, width=900, height=700)
    views = [permalink.parse(urlsplit(link(asked, tour, event, now)).query) for now in (0.0, 30.0, 60.0)]
    assert [state.view and state.view.zoom for state in views] == [8.5, None, 9.0]
    assert [permalink.format(MapState(filters=state.filters)) for state in views] == ["", "", "plug=CCS"]
    fault(network, tour, p1=Status.FAULTED)
    state = permalink.parse(urlsplit(link(asked, tour, event, network.clock.monotonic())).query)
    assert state.station == "id-1"
    assert state.view == View(52.01, 13.01, screen.FAULT_ZOOM)


def link(asked: WallChoice, tour: Walk | None = None, event: MapEvent = NOWHERE, now: float = 0.0,
         page: str = "http://geo.example/wall") -> str:
    return screen.link(asked, screen.view_at(asked, tour, event, now), event, page)
