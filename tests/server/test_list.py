"""The list of charge points: every parameter, both directions, against plain Python over the same points."""

import random
from datetime import datetime
from typing import Any

import pytest

from tests.contract.files import facts_of
from tests.server.network import Network, Predicate, distance_m
from tests.server.serving import Service
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.server._point_parameters import POINT_PARAMETERS

EVERYTHING = {"page_size": "1000000"}
HERE = (9.8, 48.8)

Case = tuple[dict[str, str], Predicate]


def listed(service: Service, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    answer = service.client.get(service.points, params={**EVERYTHING, **parameters})
    assert answer.status_code == 200, answer.text
    points = answer.json()
    assert answer.headers["X-Total-Count"] == str(len(points))
    assert answer.headers["X-Total-Pages"] == str(min(len(points), 1))
    return points


def labels(points: list[dict[str, Any]]) -> list[str]:
    return [point["charge_point_id"] for point in points]


def viewport(south: float, west: float, north: float, east: float) -> Case:
    def inside(p: ChargePoint) -> bool:
        if p.longitude is None or p.latitude is None or not south <= p.latitude <= north:
            return False
        return west <= p.longitude <= east if west <= east else p.longitude >= west or p.longitude <= east
    return {"south_west_lat": str(south), "south_west_lon": str(west), "north_east_lat": str(north),
            "north_east_lon": str(east)}, inside


def within(lon: float, lat: float, metres: int) -> Case:
    return {"lat": str(lat), "lon": str(lon), "distance": str(metres)}, lambda p: distance_m(p, lon, lat) <= metres


def any_of(names: str) -> Predicate:
    return lambda p: bool({plug.value for plug in p.plug_types} & set(names.split(",")))


def groups(p: ChargePoint) -> set[str]:
    return {str(group.id) for group in p.charging_group}


CASES: list[Case] = [
    ({}, lambda p: True),
    ({"plug_types": "CCS"}, any_of("CCS")),
    ({"plug_types": "TYPE_2,TYPE_2_ATCH"}, any_of("TYPE_2,TYPE_2_ATCH")),
    ({"plug_types": "UNKNOWN"}, any_of("UNKNOWN")),
    ({"plug_types": ""}, lambda p: True),
    ({"plug_types": ",SCHUKO,"}, any_of("SCHUKO")),
    *(({"status": status.value}, lambda p, status=status: p.status is status) for status in Status),
    ({"status": "FREE,RESERVED"}, lambda p: p.status in ("FREE", "RESERVED")),
    ({"status": "FREE", "plug_types": "CCS"}, lambda p: p.status == "FREE" and any_of("CCS")(p)),
    ({"charging_type": "AC"}, lambda p: p.charging_type == "AC"),
    ({"charging_type": "DC,AC"}, lambda p: p.charging_type is not None),
    ({"auth_type": "card"}, lambda p: "card" in p.authentication_types),
    ({"auth_type": "remote,direct"}, lambda p: bool({"remote", "direct"} & set(p.authentication_types))),
    ({"max_power": "22"}, lambda p: p.power is not None and p.power <= 22),
    ({"max_power": "150.4"}, lambda p: p.power is not None and p.power <= 150.4),
    ({"max_power": "9" * 400}, lambda p: p.power is not None),
    ({"reservable": "1"}, lambda p: p.reservable is True),
    ({"reservable": "0"}, lambda p: True),
    ({"infrastructure_only": "1"}, lambda p: True),
    ({"infrastructure_only": "0"}, lambda p: True),
    ({"point_groups": "30"}, lambda p: "30" in groups(p)),
    ({"point_groups": "01,444"}, lambda p: bool({"1", "444"} & groups(p))),
    ({"point_groups": "9" * 5000}, lambda p: False),
    ({"not_in_point_groups": "1,2"}, lambda p: not {"1", "2"} & groups(p)),
    ({"not_in_point_groups": "nothing"}, lambda p: True),
    ({"evseid": "DE*ABC*E00001*0,DE*ABC*E00002*1,DE*ABC*E00003*0,x"},
     lambda p: p.evseid in ("DE*ABC*E00001*0", "DE*ABC*E00002*1", "DE*ABC*E00003*0")),
    ({"owner_id": "WIRELANE-2"}, lambda p: p.owner == "WIRELANE-2"),
    ({"owner_id": "WIRELANE-1,WIRELANE-2"}, lambda p: p.owner is not None),
    ({"charging_station_id": "S5-5,S6-6,S7-7,S8-8"},
     lambda p: p.charging_station_id in ("S5-5", "S6-6", "S7-7", "S8-8")),
    ({"search": "gmund"}, lambda p: p.city == "Schwäbisch Gmünd"),
    ({"search": "HAUPTSTRASSE zür"}, lambda p: p.city == "Zürich"),
    ({"search": "de*abc*e0000"}, lambda p: (p.evseid or "").startswith("DE*ABC*E0000")),
    ({"search": "LEFT"}, lambda p: p.display_id == "LEFT"),
    ({"search": ""}, lambda p: True),
    ({"search": "***"}, lambda p: False),
    viewport(47.0, 8.0, 53.0, 14.0),
    viewport(-20.0, 178.0, -15.0, -179.0),
    viewport(-90.0, -180.0, 90.0, 180.0),
    viewport(48.8, 9.8, 48.8, 9.8),
    viewport(78.0, 15.0, 90.0, 16.0),
    within(*HERE, 20_000),
    within(179.99, -17.0, 150_000),
    within(*HERE, 0),
    within(0.0, 90.0, 2_000_000),
    ({"lat": "48.8", "lon": "9.8", "distance": ""}, lambda p: True),
    ({"lat": "-48.8", "lon": "+9.8", "distance": "9" * 500}, lambda p: p.longitude is not None),
    ({"page": "1", "page_size": "1000000"}, lambda p: True),
]


@pytest.mark.slow
def test_a_filter_keeps_what_it_says(listing: Service, known: Network) -> None:
    for parameters, fits in CASES:
        found = labels(listed(listing, parameters))
        assert found == known.expected(fits, whole_stations=bool(parameters.get("status"))), str(parameters)[:200]


@pytest.mark.slow
def test_filters_combine_on_one_point(listing: Service, known: Network) -> None:
    for seed in range(60):
        draw = random.Random(seed)
        parameters: dict[str, str] = {}
        predicates: list[Predicate] = []
        for given, fits in draw.sample(CASES, 4):
            if not given.keys() & parameters.keys():
                parameters |= given
                predicates.append(fits)
        found = labels(listed(listing, parameters))
        expected = known.expected(lambda p, every=tuple(predicates): all(fits(p) for fits in every),
                                  whole_stations=bool(parameters.get("status")))
        assert found == expected, str(parameters)[:200]


def test_most_filters_find_something(known: Network) -> None:
    """Otherwise the tests above would agree on nothing."""
    sizes = [sum(map(fits, known.points)) for _, fits in CASES]
    assert sum(0 < size < len(known.points) for size in sizes) > 25


def test_a_status_brings_whole_stations_whatever_else_is_asked(listing: Service, known: Network) -> None:
    """Of a station that reaches over the viewport's edge, or whose other points have other plugs, all is answered."""
    found = listed(listing, {"status": "FREE", "plug_types": "CCS"})
    assert any(point["status"] != "FREE" for point in found)
    assert any("CCS" not in point.get("plug_types", ()) for point in found)


KEYS = {
    "evseid": lambda p: p.evseid,
    "status": lambda p: p.status.value,
    "latitude": lambda p: p.latitude,
    "longitude": lambda p: p.longitude,
    "power": lambda p: p.power,
    "voltage": lambda p: p.voltage,
    "chargingType": lambda p: p.charging_type,
    "plugType": lambda p: [plug.value for plug in p.plug_types] or None,
    "country": lambda p: p.country,
    "city": lambda p: p.city,
    "zipCode": lambda p: p.zip_code,
    "creationDate": lambda p: p.creation_date,
    "updateDate": lambda p: p.update_date,
    "distance": lambda p: None if p.latitude is None else round(distance_m(p, *HERE), 4),
    None: lambda p: 0,
}


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["asc", "desc", "", None])
def test_the_order_is_what_is_asked_for(listing: Service, known: Network, direction: str | None) -> None:
    for order_by, key in KEYS.items():
        parameters = {"sort_lat": str(HERE[1]), "sort_lon": str(HERE[0])} if order_by == "distance" else {}
        given = {"order_by": order_by, "order_direction": direction, **parameters}
        found = labels(listed(listing, {name: value for name, value in given.items() if value is not None}))
        if order_by is None:
            expected = known.points[::-1] if direction == "desc" else known.points
        else:
            keys = {p.charge_point_id: key(p) for p in known.points}
            told = [p for p in known.points if keys[p.charge_point_id] is not None]
            # Equal ones stay in order of arrival in both directions: sorted() is stable with reverse, too.
            expected = [*sorted(told, key=lambda p, keys=keys: keys[p.charge_point_id], reverse=direction == "desc"),
                        *(p for p in known.points if keys[p.charge_point_id] is None)]
        assert found == [p.charge_point_id for p in expected], order_by


def test_distance_can_be_sorted_from_the_centre(listing: Service) -> None:
    centre = {"lat": "52.5", "lon": "13.4"}
    near = [point["distance"] for point in listed(listing, {"order_by": "distance", **centre}) if "distance" in point]
    assert near == sorted(near)
    far = listed(listing, {"order_by": "distance", "sort_lat": "-18", "sort_lon": "178", "distance": "100000", **centre})
    assert [point["distance"] for point in far] == sorted(point["distance"] for point in far)


def test_every_documented_parameter_is_tested(listing: Service) -> None:
    tested = {name for parameters, _ in CASES for name in parameters} | {
        "order_by", "order_direction", "sort_lat", "sort_lon"}
    assert tested == {parameter.name for parameter in POINT_PARAMETERS}


def test_the_distance_from_the_centre_is_told(listing: Service, known: Network) -> None:
    by_label = {p.charge_point_id: p for p in known.points}
    for point in listed(listing, {"lat": "48.8", "lon": "9.8"}):
        expected = distance_m(by_label[point["charge_point_id"]], *HERE)
        assert point.get("distance") == (None if "latitude" not in point else pytest.approx(expected, abs=0.01))
    assert not any("distance" in point for point in listed(listing, {}))


def test_a_listed_point_is_whole(listing: Service, known: Network) -> None:
    by_label = {p.charge_point_id: p for p in known.points}
    for point in listed(listing, {}):
        given = by_label[point["charge_point_id"]]
        for name in ("city", "power", "owner", "charging_station_id", "longitude"):
            assert point.get(name) == getattr(given, name)
        assert point["status"] == given.status
        assert tuple(point.get("plug_types", ())) == given.plug_types
        assert datetime.fromisoformat(point["update_date"]) == given.update_date


def test_infrastructure_only_says_nothing_of_the_status(listing: Service) -> None:
    full, still = listed(listing, {}), listed(listing, {"infrastructure_only": "1"})
    assert [{name: value for name, value in point.items() if name != "status"} for point in full] == still
    assert all("status" in point for point in full)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 17, 50, 163, 1_000_000])
def test_pages_neither_overlap_nor_leave_gaps(listing: Service, size: int) -> None:
    for parameters in ({}, {"order_by": "city"}, {"order_by": "power", "order_direction": "desc"}, {"status": "FREE"},
                       {"plug_types": "CCS", "order_by": "updateDate"}):
        whole = labels(listed(listing, parameters))
        pages, found = -(-len(whole) // size), list[str]()
        step = max(1, pages // 5)
        for page in range(1, pages + 2):
            if size == 1 and page % step and page < pages:
                found += whole[page - 1:page]  # of the many pages of one, every fifth part is enough
                continue
            answer = listing.client.get(listing.points, params={**parameters, "page": page, "page_size": size})
            assert answer.headers["X-Total-Count"] == str(len(whole)), parameters
            assert answer.headers["X-Total-Pages"] == str(pages), parameters
            found += labels(answer.json())
        assert found == whole, parameters


def test_without_page_size_there_are_fifty(listing: Service) -> None:
    assert len(listing.client.get(listing.points).json()) == 50


@pytest.mark.parametrize("page", ["99", "9" * 30, "9" * 5000])
def test_a_page_after_the_last_is_empty(listing: Service, known: Network, page: str) -> None:
    answer = listing.client.get(listing.points, params={"page": page})
    assert (answer.status_code, answer.json()) == (200, [])
    assert answer.headers["X-Total-Count"] == str(len(known.points))


def test_a_list_may_be_repeated_instead_of_separated(listing: Service) -> None:
    joined = listed(listing, {"plug_types": "CCS,CHADEMO"})
    assert joined == listed(listing, {"plug_types": ["CCS", "CHADEMO"]}) != []


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"page": "0"}, "page"),
    ({"page": "-1"}, "page"),
    ({"page": "one"}, "page"),
    ({"page": ""}, "page"),
    ({"page": "١"}, "page"),
    ({"page": ["1", "2"]}, "page"),
    ({"page_size": "0"}, "page_size"),
    ({"page_size": "1000001"}, "page_size"),
    ({"page_size": "5.0"}, "page_size"),
    ({"order_by": "price"}, "order_by"),
    ({"order_by": ""}, "order_by"),
    ({"order_by": "distance"}, "order_by"),
    ({"order_direction": "up"}, "order_direction"),
    ({"lat": "48.8"}, "lon"),
    ({"lon": "9.8"}, "lat"),
    ({"lat": "91", "lon": "9.8"}, "lat"),
    ({"lat": "48.8", "lon": "-180.1"}, "lon"),
    ({"lat": "48,8", "lon": "9.8"}, "lat"),
    ({"lat": "1e1", "lon": "9.8"}, "lat"),
    ({"lat": "nan", "lon": "9.8"}, "lat"),
    ({"lat": "", "lon": ""}, "lat"),
    ({"distance": "100"}, "distance"),
    ({"lat": "48.8", "lon": "9.8", "distance": "-1"}, "distance"),
    ({"lat": "48.8", "lon": "9.8", "distance": "1.5"}, "distance"),
    ({"south_west_lat": "48"}, "south_west_lon"),
    ({"south_west_lat": "48", "south_west_lon": "9", "north_east_lat": "49"}, "north_east_lon"),
    ({"south_west_lat": "49", "south_west_lon": "9", "north_east_lat": "48", "north_east_lon": "10"}, "south_west_lat"),
    ({"south_west_lat": "-91", "south_west_lon": "9", "north_east_lat": "48", "north_east_lon": "10"}, "south_west_lat"),
    ({"sort_lat": "1"}, "sort_lon"),
    ({"sort_lon": "1"}, "sort_lat"),
    ({"plug_types": "TYPE_9"}, "plug_types"),
    ({"plug_types": "CCS, TYPE_2"}, "plug_types"),
    ({"plug_types": "ccs"}, "plug_types"),
    ({"status": "FREE,BROKEN"}, "status"),
    ({"charging_type": "AD"}, "charging_type"),
    ({"auth_type": "nfc_terminal"}, "auth_type"),
    ({"max_power": "0"}, "max_power"),
    ({"max_power": "-22"}, "max_power"),
    ({"max_power": "much"}, "max_power"),
    ({"reservable": "2"}, "reservable"),
    ({"reservable": "true"}, "reservable"),
    ({"reservable": ""}, "reservable"),
    ({"infrastructure_only": "01"}, "infrastructure_only"),
    ({"point_groups": "a"}, "point_groups"),
    ({"point_groups": "1,-1"}, "point_groups"),
    ({"point_groups": "1,"}, "point_groups"),
    ({"point_groups": ""}, "point_groups"),
    ({"plug_type": "CCS"}, "plug_type"),
]


def test_what_is_wrong_is_named(listing: Service) -> None:
    for parameters, named in WRONG:
        answer = listing.client.get(listing.points, params=parameters)
        assert answer.status_code == 400, parameters
        error = answer.json()
        assert error.keys() == {"error_code", "error_message"}, parameters
        assert error["error_code"] == "invalid_parameter", parameters
        assert named in error["error_message"].partition(":")[0].split(", "), parameters


def test_the_parameters_are_the_contracts() -> None:
    operations = facts_of("2023")["operations"]
    [operation] = [o for o in operations if o["path"].endswith("/points") and o["method"] == "GET"]
    theirs = {p["name"]: p for p in operation["parameters"] if p["in"] == "query"}
    assert {p.name for p in POINT_PARAMETERS} == set(theirs)
    for parameter in POINT_PARAMETERS:
        contracted = theirs[parameter.name]
        assert parameter.listed == ("array" in contracted), parameter.name
        if "enum" in contracted:
            assert parameter.schema["enum"] == contracted["enum"], parameter.name
        assert parameter.default == contracted.get("default", parameter.default)
        for limit in {"minimum", "maximum"} & contracted.keys():
            assert parameter.schema[limit] == contracted[limit], parameter.name
