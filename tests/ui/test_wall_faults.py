"""Faults can be followed: what is out now, by station, until it works again."""

import re
from pathlib import Path

import pytest

from tests.live.networks import EmbeddedNetwork, a_point, embedded
from tests.ui.walls import ENGLISH, GERMAN, parts, read, text
from wirelane_geo.model import ChargingType, Status
from wirelane_geo.permalink import MapState

FREE, FAULTED, UNAVAILABLE = Status.FREE, Status.FAULTED, Status.UNAVAILABLE


def stations(sizes: list[int]) -> list:
    """Stations with so many free points each, numbered on."""
    return [a_point(number, FREE, charging_station_id=f"S-{station}", charging_type=ChargingType.DC, street="Poststr.",
                    house_number=str(station), longitude=13.0 + station / 10, latitude=52.0)
            for number, station in enumerate(station for station, size in enumerate(sizes) for _ in range(size))]


def listed(network: EmbeddedNetwork, query: str = "") -> list[tuple[str, int]]:
    """Point that went out last and how many are out, line by line."""
    side = parts(network, f"feed=faults&{query}")["wall-side"].split("wl-worst")[0]
    return [(id, int(count)) for id, count in re.findall(r'data-point="([^"]*)" data-points="(\d+)"', side)]


@pytest.mark.slow
def test_what_is_out_is_listed_newest_first_until_it_works_again(tmp_path: Path) -> None:
    with embedded(tmp_path, points=stations([1, 1, 1])) as network:
        assert listed(network) == []
        network.after(10, p0=FAULTED)
        network.after(10, p2=UNAVAILABLE)
        assert listed(network) == [("id-2", 1), ("id-0", 1)]
        said = text(parts(network, "feed=faults")["wall-side"])
        assert "Out now 2 out at 2 stations" in said
        assert "DE*ABC*E0002 unavailable · 10115 Berlin, Poststr. 2 0 s" in said
        assert "DE*ABC*E0000 faulted · 10115 Berlin, Poststr. 0 10 s" in said
        network.pass_(3 * 86_400, every=28)
        assert listed(network) == [("id-2", 1), ("id-0", 1)], "days later, too"
        assert "3 d" in text(parts(network, "feed=faults")["wall-side"])
        network.after(10, p2=FREE)
        assert listed(network) == [("id-0", 1)]
        network.after(10, p0=FREE)
        assert listed(network) == []
        assert "Nothing is out" in text(parts(network, "feed=faults")["wall-side"])


def test_points_of_a_station_are_one_line(tmp_path: Path) -> None:
    with embedded(tmp_path, points=stations([6, 2])) as network:
        network.after(10, **{f"p{number}": FAULTED for number in range(3)})
        network.after(60, p6=FAULTED)
        network.after(60, p3=UNAVAILABLE, p4=FAULTED)
        assert listed(network) == [("id-3", 5), ("id-6", 1)]
        side = parts(network, "feed=faults")["wall-side"]
        assert "5 points out at Poststr. 0 4 faulted, 1 unavailable · 10115 Berlin 0 s" in text(side)
        assert "6 out at 2 stations" in text(side)
        assert "5 Punkte gestört: Poststr. 0" in text(parts(network, "feed=faults", GERMAN)["wall-side"])


@pytest.mark.parametrize(("query", "out"), [
    ("", [3]), ("status=FAULTED", [1]), ("status=UNAVAILABLE", [2]), ("status=FREE", []), ("current=AC", []),
    ("lat=52&lon=13&zoom=15", [3]), ("lat=52&lon=13.1&zoom=15", []),
])
def test_filters_and_place_hold_for_it(tmp_path: Path, query: str, out: list[int]) -> None:
    with embedded(tmp_path, points=stations([4, 2])) as network:
        network.after(10, p0=FAULTED)
        network.after(10, p1=UNAVAILABLE, p2=UNAVAILABLE)
        assert [count for _, count in listed(network, query)] == out


def test_a_status_filter_holds_for_all_lists(tmp_path: Path) -> None:
    with embedded(tmp_path, points=stations([1, 1, 1])) as network:
        network.after(10, p0=FAULTED)
        network.after(10, p1=UNAVAILABLE)
        network.after(10, p0=FREE)
        network.after(10, p0=FAULTED)
        faulted = text(parts(network, "status=FAULTED")["wall-side"])
        assert faulted.count("DE*ABC*E0000") == 4, "twice it went out, it is out, and it keeps going out"
        assert "DE*ABC*E0001" not in faulted
        assert "→ Free" not in faulted
        free = text(parts(network, "status=FREE")["wall-side"])
        assert "Faulted → Free" in free
        assert "Left out by the status filter" in free, "not: nothing is out"
        assert [item.change.point_id for item in network.watch.faults(read("status=FREE").state)] == ["id-0"], \
            "what pulses and what tours jump to are new faults, whatever the lists have"


def test_no_such_change_is_not_no_change(tmp_path: Path) -> None:
    with embedded(tmp_path, points=stations([2])) as network:
        network.after(10, p0=FAULTED)
        assert "No such change seen since 12:00" in text(parts(network, "status=FREE")["wall-side"])


def test_long_lists_say_how_many_there_are(tmp_path: Path) -> None:
    with embedded(tmp_path, points=stations([2] * 40)) as network:
        network.after(10, **{f"p{number}": FAULTED for number in range(80)})
        found = network.watch.open_faults(MapState(), limit=24)
        assert (len(found.shown), found.stations, found.points) == (24, 40, 80)
        assert all(item.statuses == {FAULTED: 2} for item in found.shown)


@pytest.mark.parametrize(("query", "layout"), [("redacted=1&layout=lists", "numbers"), ("redacted=x&layout=lists", "numbers"),
                                               ("layout=lists", "lists"), ("redacted=1", "full")])
def test_a_redacted_wall_of_lists_is_one_of_numbers(query: str, layout: str) -> None:
    assert read(query).layout == layout


def test_a_redacted_wall_has_no_feed_of_faults(tmp_path: Path) -> None:
    with embedded(tmp_path, points=stations([2])) as network:
        network.after(10, p0=FAULTED)
        made = parts(network, "redacted=1&layout=lists&feed=faults", ENGLISH)
        assert made.keys() == {"wall-head", "wall-numbers"}
        assert 'data-layout="numbers"' in made["wall-head"]


def test_one_point_far_away_does_not_make_the_picture_small_and_is_named(tmp_path: Path) -> None:
    near = [a_point(number, longitude=13 + number % 10 / 10, latitude=52 + number // 10 / 10) for number in range(60)]
    far = a_point(99, longitude=-21.9, latitude=64.1, city="Reykjavík")
    with embedded(tmp_path, points=[*near, far]) as network:
        picture = network.watch.extent()
        assert picture is not None
        assert not picture.contains(-21.9, 64.1)
        assert all(picture.contains(point.longitude or 0, point.latitude or 0) for point in near)
        outside = network.watch.outside(MapState(), picture)
        assert (outside.points, outside.cities) == (1, ("Reykjavík",))
        assert network.watch.outside(read("status=FAULTED").state, picture).points == 0
        assert network.watch.board(MapState()).points == 61, "it is counted"
