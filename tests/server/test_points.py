"""One charge point: read by any id, create, update; and what the service says of itself."""

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.serving import Service
from wirelane_geo.server._point_parameters import POINT_PARAMETERS
from wirelane_geo.wire.points import decode_point

SAMPLE: dict[str, Any] = {
    "charging_station_id": "98fd4f3a554f33c12eca9b5e2e4b369a",
    "charge_point_id": "00eb08a9b45c69a4f9f14982a0095e12",
    "evseid": "DESGDE000801",
    "display_id": "RED_LEFT",
    "owner": "WIRELANE-2500781",
    "emp": "desgd",
    "cpo": "desgd",
    "plug_types": ["TYPE_2"],
    "charging_type": "AC",
    "model": "string",
    "serial_number": "string",
    "current": 0,
    "power": 22,
    "voltage": 230,
    "reservable": True,
    "authentication_types": ["card"],
    "status": "FREE",
    "country": "DE",
    "city": "Schwäbisch Gmünd",
    "zip_code": "73525",
    "street": "Honiggasse",
    "house_number": "21",
    "opening_hours": "Mo-Fr 09:00 - 20:00",
    "availability": {"label": "string", "open247": True, "monday": [["0800", "2000"]]},
    "timezone": "Europe/Berlin",
    "service_hotline": 800557788,
    "longitude": 9.79944,
    "latitude": 48.8026,
    "distance": 1002.23,
    "charging_group": [{"id": 0, "name": "string", "owner": "string"}],
}
"""The contract's own sample of a request."""


def created(service: Service, **changes: Any) -> dict[str, Any]:
    answer = service.client.post(service.points, json={**SAMPLE, **changes})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_contracts_sample_is_created(service: Service) -> None:
    point = created(service)
    given_here = {name: point.pop(name) for name in ("id", "charging_point_id", "creation_date", "update_date")}
    assert given_here["id"] == given_here["charging_point_id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", given_here["creation_date"])
    expected = {**SAMPLE, "service_hotline": "800557788"}
    del expected["distance"]
    assert point == expected


def test_hours_are_read_in_both_forms_and_written_in_the_contracts(service: Service) -> None:
    old, new = ({"monday": [[nine, half_past]], "sunday": [],
                 "exceptionalOpenings": {"2020-12-24": [[midnight, nine]], "*-12-25": []}}
                for midnight, nine, half_past in (("00:00", "09:00", "12:30"), ("0000", "0900", "1230")))
    point = created(service, availability=old)
    assert point["availability"] == new
    address = f"{service.points}/id/{point['id']}"
    assert service.client.get(address).json() == point
    assert [listed["availability"] for listed in service.client.get(service.points).json()] == [new]
    for same in (old, new):  # the same hours are no change
        assert service.client.put(address, json={**SAMPLE, "availability": same}).json() == point


@pytest.mark.parametrize("id_type", ["id", "evseid", "charging_point_id", "charge_point_id"])
def test_a_point_is_read_by_any_id(service: Service, id_type: str) -> None:
    created(service, charge_point_id="other", evseid="DE*XX*E1")
    point = created(service, evseid="DE*ABC*E1*2")
    answer = service.client.get(f"{service.points}/{id_type}/{point[id_type]}")
    assert (answer.status_code, answer.json()) == (200, point)
    unknown = service.client.get(f"{service.points}/{id_type}/nobody")
    assert unknown.status_code == 404
    assert "nobody" in unknown.json()["error_message"]


@pytest.mark.parametrize("id_type", ["id", "evseid", "charging_point_id", "charge_point_id"])
def test_a_point_is_updated_by_any_id(service: Service, id_type: str) -> None:
    point = created(service)
    changed = {"charge_point_id": "new label", "status": "FAULTED", "longitude": 1.5, "latitude": 2.5}
    answer = service.client.put(f"{service.points}/{id_type}/{point[id_type]}", json=changed)
    assert answer.status_code == 200
    after = answer.json()
    assert after == {**changed, **{name: point[name] for name in ("id", "charging_point_id", "creation_date")},
                     "update_date": after["update_date"]}
    assert after["update_date"] > point["update_date"]
    assert service.client.get(f"{service.points}/id/{point['id']}").json() == after
    assert service.client.get(service.points).json() == [after]
    assert service.client.put(f"{service.points}/{id_type}/nobody", json=changed).status_code == 404


def test_what_was_read_can_be_written_back(service: Service) -> None:
    point = created(service)
    answer = service.client.put(f"{service.points}/id/{point['id']}", json=point)
    assert (answer.status_code, answer.json()) == (200, point)


def test_there_is_one_point_of_an_evse_id(service: Service) -> None:
    created(service)
    answer = service.client.post(service.points, json=SAMPLE)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "already_exists"
    assert answer.json()["error_message"].startswith("evseid: ")


@pytest.mark.parametrize(("path", "status"), [
    ("name/x", 400), ("id/a%20b", 400), ("id/%F0%9F%94%8C", 400), ("id/a.b", 400), ("id/", 404), ("id", 404),
    ("id/a/b", 404), ("id%0A/a", 400), ("id/a%0A", 400)])
def test_a_path_that_leads_nowhere(service: Service, path: str, status: int) -> None:
    for answer in (service.client.get(f"{service.points}/{path}"),
                   service.client.put(f"{service.points}/{path}", json=SAMPLE)):
        assert answer.status_code == status
        assert answer.json().keys() == {"error_code", "error_message"}


@pytest.mark.parametrize(("changes", "named"), [
    ({"charge_point_id": None}, "charge_point_id"),
    ({"charge_point_id": ""}, "charge_point_id"),
    ({"charge_point_id": 5}, "charge_point_id"),
    ({"status": "BROKEN"}, "status"),
    ({"status": None}, "status"),
    ({"plug_types": "CCS"}, "plug_types"),
    ({"plug_types": ["TYPE_9"]}, "plug_types"),
    ({"plug_types": ["CCS"] * 5}, "plug_types"),
    ({"charging_type": "XC"}, "charging_type"),
    ({"authentication_types": ["cash"]}, "authentication_types"),
    ({"power": "22"}, "power"),
    ({"power": -1}, "power"),
    ({"power": True}, "power"),
    ({"voltage": 10**30}, "voltage"),
    ({"voltage": 230.5}, "voltage"),
    ({"current": -1}, "current"),
    ({"latitude": 90.1}, "latitude"),
    ({"longitude": -181}, "longitude"),
    ({"latitude": None}, "latitude"),
    ({"reservable": "True"}, "reservable"),
    ({"city": 5}, "city"),
    ({"availability": []}, "availability"),
    ({"availability": {"monday": [[8]]}}, "availability.monday"),
    ({"availability": {"open247": None}}, "availability.open247"),
    ({"charging_group": [{"id": "1"}]}, "charging_group"),
    ({"creation_date": 5}, "creation_date"),
    ({"update_date": "yesterday"}, "update_date"),
    ({"distance": "far"}, "distance"),
    ({"availability": {"exceptionalOpenings": {"a": 10**25}}}, "availability.exceptionalOpenings.a"),
    ({"availability": {"exceptionalOpenings": None}}, "availability.exceptionalOpenings"),
    ({"id": 5}, "id"),
])
def test_what_is_wrong_in_a_body_is_named(service: Service, changes: dict[str, Any], named: str) -> None:
    point = created(service)
    for answer in (service.client.post(service.points, json={**SAMPLE, "evseid": "DE2", **changes}),
                   service.client.put(f"{service.points}/id/{point['id']}", json={**SAMPLE, **changes})):
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "invalid_body"
        assert answer.json()["error_message"].startswith(named)
    assert service.client.get(service.points).json() == [point], "nothing of it was stored"


def test_exceptional_openings_are_kept_as_they_are(service: Service) -> None:
    hours = {"open247": False, "exceptionalOpenings": {"2026-12-24": None, "x": [[1.5, {"deep": [None, True, -2**62]}]]}}
    point = created(service, availability=hours)
    assert service.client.get(f"{service.points}/id/{point['id']}").json()["availability"] == hours


def test_fields_that_nobody_knows_are_passed_over(service: Service) -> None:
    assert "colour" not in created(service, colour={"a": None, "b": [[["deep"]]]})


def test_a_position_needs_both_its_numbers(service: Service) -> None:
    body = {name: value for name, value in SAMPLE.items() if name != "latitude"}
    assert "latitude" in service.client.post(service.points, json=body).json()["error_message"]


@pytest.mark.parametrize(("body", "kind"), [
    (b"", "application/json"),
    (b"{", "application/json"),
    (b"[]", "application/json"),
    (b"null", "application/json"),
    (b'"text"', "application/json"),
    (b'{"charge_point_id": "\xff"}', "application/json"),
    (b'{"charge_point_id": "\\ud800"}', "application/json"),
    (b'{"charge_point_id": "a", "power": 1e999}', "application/json"),
    (b'{"charge_point_id": "a", "power": NaN}', "application/json"),
    *((b'{"charge_point_id": "a", "availability": {"exceptionalOpenings": {"a":%b}}}' % (b"[" * n + b"1" + b"]" * n),
       "application/json") for n in (40, 900, 940, 960, 980, 9000)),
    (b'{"charge_point_id": "' + b"x" * (2**20 - 30) + b'"}', "application/json"),
    (json.dumps(SAMPLE).encode(), "text/plain"),
    (json.dumps(SAMPLE).encode(), ""),
])
def test_a_body_that_is_none(service: Service, body: bytes, kind: str) -> None:
    answer = service.client.post(service.points, content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json()["error_message"]


def test_other_methods_and_paths_are_told(service: Service) -> None:
    for method, path, allowed in (("DELETE", service.points, "GET, POST"), ("OPTIONS", service.points, "GET, POST"),
                                  ("POST", f"{service.points}/id/x", "GET, PUT"), ("GET", f"{service.points}/", None),
                                  ("GET", f"{service.url}/apis/emc/", None)):
        answer = service.client.request(method, path)
        assert answer.status_code == (405 if allowed else 404)
        assert answer.json().keys() == {"error_code", "error_message"}
        assert answer.headers.get("Allow") == allowed


def test_a_failure_is_an_http_error_without_details(tmp_path: Path, service: Service) -> None:
    created(service)
    service.store.close()
    answer = service.client.get(service.points)
    assert (answer.status_code, answer.json()["error_code"]) == (500, "internal_error")
    assert str(tmp_path) not in answer.text


@pytest.mark.slow
def test_many_callers_at_once(service: Service) -> None:
    failures: list[str] = []

    def call(n: int) -> None:
        for k in range(5):
            evseid = f"DE{n}x{k}"
            made = service.client.post(service.points, json={**SAMPLE, "evseid": evseid})
            read = service.client.get(f"{service.points}/evseid/{evseid}")
            if made.status_code != 200 or read.json() != made.json():
                failures.append(made.text + read.text)

    threads = [threading.Thread(target=call, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert service.client.get(service.points).headers["X-Total-Count"] == "40"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(sorted(SAMPLE)), anything, max_size=4))
def test_any_body_is_stored_as_it_was_given_or_refused(service: Service, changes: dict[str, Any]) -> None:
    answer = service.client.post(service.points, json={"charge_point_id": "A", **changes})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        point = answer.json()
        given = {"charge_point_id": "A", **changes}
        plain = {name: str(value) if name in ("service_hotline", "zip_code", "house_number") else value
                 for name, value in given.items() if name != "distance" and isinstance(value, str | int | float)}
        assert plain.items() <= point.items()
        decode_point(answer.content, strict=True)


queries = st.dictionaries(
    st.sampled_from([parameter.name for parameter in POINT_PARAMETERS]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.integers().map(str) | st.floats().map(str),
    max_size=3)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parameters=queries)
def test_any_query_is_answered_or_refused(listing: Service, parameters: dict[str, str]) -> None:
    answer = listing.client.get(listing.points, params={"page_size": "3", **parameters})
    assert answer.status_code in (200, 400)
    assert isinstance(answer.json(), list if answer.status_code == 200 else dict)


@pytest.mark.parametrize("more", [
    {"current": 2.0}, {"voltage": 230.0, "charging_group": [{"id": 3.0}]},
    {"nonsense": None, "availability": {"open247": True, "nonsense": {"deep": None}}, "charging_group": [{"nonsense": None}]},
])
def test_whole_numbers_may_have_a_point_and_strange_fields_any_value(service: Service, more: dict) -> None:
    answer = service.client.post(service.points, json={"charge_point_id": "CP-new", **more})
    assert answer.status_code == 200, answer.text
    assert "nonsense" not in answer.text
