"""Every parameter of both documents, with every word that it may have: it goes out as the document says, and the embedded service
takes it; and every header comes back. Over real HTTP."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.api.upstream import Request, reply
from tests.contract.calls import CALLS, IDS
from tests.contract.examples import examples
from tests.contract.files import Operation, contract
from tests.contract.test_records import DIALECTS, OPERATIONS, asking
from tests.server.fuzz import populate
from tests.server.serving import Service, serving
from wirelane_geo.api import WirelaneClient
from wirelane_geo.server import API_PATHS
from wirelane_geo.store import PointQuery
from wirelane_geo.wire.points import decode_point

PARAMETERS = [(name, operation, parameter) for name, operation in OPERATIONS for parameter, said in operation.parameters.items()
              if said["in"] != "path"]
SAMPLES: Mapping[str, Any] = {
    "page": 1, "page_size": 7, "search": "Ulm", "lat": 48.5, "lon": 9.5, "distance": 500, "sort_lat": 48.5, "sort_lon": 9.5,
    "south_west_lat": 48.25, "south_west_lon": 9.25, "north_east_lat": 49.25, "north_east_lon": 10.25, "max_power": 22.5,
    "infrastructure_only": True, "reservable": True, "point_groups": ["11", "12"], "evseid": ["DE*A*E1", "DE*A*E2"],
    "charging_station_id": ["S1", "S2"], "owner_id": ["O-1", "O-2"], "not_in_point_groups": ["3", "4"],
    "charging_point_id": "DE*1+a", "charge_point_id": ["CP-1", "CP-2"], "date_picker_since": datetime.fromisoformat(
        "2026-06-08T08:00:00+00:00"), "date_picker_until": datetime.fromisoformat("2026-06-09T08:00:00+00:00"),
    "status": ["FREE", "IN_USE"], "member_group_ids": ["a-1", "b_2"], "has_member_roles": True, "onboarded": True,
    "include_roaming": True, "power_range": "11-150", "has_point_group": True, "marketplace_ids": ["1", "2"],
    "charging_sites": ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"],
    "identification": "card-1", "tariffId": "10", "priceModelId": "100", "Accept-Language": "de-AT",
}
"""Values of those that have no words of their own."""
SESSION_STATUSES = ["closed", "error"]
TOGETHER = (("lat", "lon"), ("sort_lat", "sort_lon"),
            ("south_west_lat", "south_west_lon", "north_east_lat", "north_east_lon"))
"""Those of which the embedded service takes none without the others."""


def values_of(operation: Operation, parameter: str) -> list[Any]:
    """The values to try: each word by itself, and several where that may be."""
    said = operation.parameters[parameter]
    sample = SESSION_STATUSES if parameter == "status" and "session" in operation.path else SAMPLES.get(parameter)
    words = [word for word in said.get("enum", ()) if word]
    singles: list[Any] = words or ([sample] if not isinstance(sample, list) else sample)
    return [*singles, *([words[:3] or sample] if "array" in said else ())]


def written(value: Any, said: Mapping[str, Any]) -> str:
    """One value as the document wants it."""
    if isinstance(value, bool):
        return str(value).lower() if said["type"] == "boolean" else str(int(value))
    return value.strftime("%Y-%m-%dT%H:%M:%S%z") if isinstance(value, datetime) else str(value)


def texts_of(asked: list[Request], parameter: str, said: Mapping[str, Any]) -> list[list[str]]:
    """The texts of a parameter in each request."""
    if said["in"] == "header":
        return [[one.headers[parameter.lower()]] for one in asked]
    pairs = [parse_qsl(urlsplit(one.target).query, keep_blank_values=True) for one in asked]
    return [[text for name, text in one if name == parameter] for one in pairs]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "operation", "parameter"), PARAMETERS, ids=str)
def test_a_parameter_goes_out_as_the_document_says(name: str, operation: Operation, parameter: str) -> None:
    said = operation.parameters[parameter]
    for value in values_of(operation, parameter):
        several = [written(one, said) for one in (value if isinstance(value, list) else [value])]
        with asking(name) as (upstream, client):
            upstream.api = lambda asked: reply([], x_total_count=0, x_total_pages=0)
            list(CALLS[name][operation.method, operation.path](client, {parameter: value}))
            sent = texts_of(upstream.asked, parameter, said)
        if said.get("array") == "comma-separated":
            assert sent == [[",".join(several)]]
        elif name == "2023":
            assert sent == [several]
        else:
            assert sorted(sent) == sorted([one] for one in several), "no key is repeated: a request a word"


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=str)
def test_an_operation_goes_out_as_the_document_says(name: str, operation: Operation) -> None:
    shown = {"accountId": IDS["account"], "sessionId": IDS["session"], "pointTypeId": "evseid", "pointId": IDS["point"],
             "stationId": IDS["station"], "scmId": IDS["connector"], "groupId": IDS["group"], "tariffId": IDS["tariff"],
             "priceModelId": IDS["price"], "organizationId": "DEMO"}
    [body, *_] = examples(contract(name), operation.answers)
    with asking(name) as (upstream, client):
        upstream.api = lambda asked: reply([body] if operation.listed else body, x_total_count=1, x_total_pages=1)
        list(CALLS[name][operation.method, operation.path](client, {}))
        asked = upstream.asked[0]
    assert asked.method == operation.method
    assert asked.path == "/apis/emc" + re.sub(r"\{(\w+)\}", lambda part: str(shown[part[1]]), operation.path)
    assert set(re.findall(r"\{(\w+)\}", operation.path)) <= {"organizationId", *operation.parameters}


def test_no_operation_is_left_out_and_none_is_made_up() -> None:
    for name in DIALECTS:
        assert set(CALLS[name]) == {(operation.method, operation.path) for operation in contract(name).operations}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    directory: Path = tmp_path_factory.mktemp("parameters")
    with serving(directory) as service:
        populate(service)
        yield service


@pytest.fixture(scope="module", params=DIALECTS)
def connected(service: Service, request: pytest.FixtureRequest) -> Iterator[tuple[str, WirelaneClient, dict[str, Any]]]:
    """A dialect, a client of the embedded service in it, and ids that are there."""
    account, path = service.credentials, API_PATHS[request.param]
    with WirelaneClient(f"{service.url}{path}", f"{service.url}/token", account.organization, account.client_id,
                        account.client_secret, account.username, account.password, dialect=request.param) as client:
        paying = next(member.account.account_id for member in client.members()
                      if member.account and member.account.account_id and paid(client, member.account.account_id))
        ids = {**IDS, "account": paying, "session": next(client.sessions(limit=1)).session_id}
        if client.offers("stations"):
            station = client.stations(page=1, page_size=1)[0]
            ids |= {"station": station.id, "connector": station.connectors[0].scm_id}
        else:
            point = next(point for body in service.store.query(PointQuery(page_size=60)).bodies
                         if (point := decode_point(body)).evseid)
            ids |= {"point": point.evseid}
        yield request.param, client, ids


Connected = tuple[str, WirelaneClient, dict[str, Any]]


def paid(client: WirelaneClient, account: str) -> bool:
    try:
        return bool(client.payment_methods(account))
    except Exception:
        return False


@pytest.mark.slow
def test_the_embedded_service_takes_every_parameter_with_every_word(connected: Connected) -> None:
    name, client, ids = connected
    for operation in contract(name).operations:
        call = CALLS[name][operation.method, operation.path]
        if operation.method == "GET":
            list(call(client, {"ids": ids}))
        for parameter, said in operation.parameters.items():
            if said["in"] == "path":
                continue
            for value in values_of(operation, parameter):
                given = {parameter: value, **beside(operation, parameter, value)}
                list(call(client, {"ids": ids, **given}))
    assert not client.unknown


def beside(operation: Operation, parameter: str, value: Any) -> dict[str, Any]:
    """What has to be given with a parameter."""
    needs = next((group for group in TOGETHER if parameter in group), ())
    if parameter == "distance" or value == "distance":
        needs = ("lat", "lon")
    return {name: SAMPLES[name] for name in needs if name != parameter and name in operation.parameters}


def test_the_embedded_service_sends_every_header(service: Service, connected: Connected) -> None:
    name, _, ids = connected
    shown = {"accountId": ids["account"], "stationId": ids["station"], "scmId": ids["connector"], "groupId": ids["group"],
             "organizationId": service.credentials.organization}
    for operation in contract(name).operations:
        if operation.headers:
            path = re.sub(r"\{(\w+)\}", lambda part: str(shown[part[1]]), operation.path)
            required = {key: written(SAMPLES[key], said) for key, said in operation.parameters.items() if said.get("required")
                        and said["in"] == "query"}
            answer = service.client.get(f"{service.url}{API_PATHS[name]}{path}",
                                        params={"page": "1", "page_size": "3", **required}).raise_for_status()
            counts = {header: int(answer.headers[header]) for header in operation.headers}
            assert counts["X-Total-Count"] >= len(answer.json())
            assert counts.get("X-Total-Pages", -(-counts["X-Total-Count"] // 3)) == -(-counts["X-Total-Count"] // 3)
            assert counts.get("X-Per-Page", 3) == 3
            assert counts.get("X-Page", 1) == 1


def test_the_client_reads_the_headers_that_count() -> None:
    for name, operation in OPERATIONS:
        if operation.headers:
            [body, *_] = examples(contract(name), operation.answers)
            with asking(name) as (upstream, client):
                upstream.api = lambda asked, body=body: reply([body], x_total_count=1234, x_total_pages=1234)
                listing = CALLS[name][operation.method, operation.path](client, {"page": 1})
                next(iter(listing))
                assert listing.total == 1234


def test_the_body_of_a_reset_has_every_word() -> None:
    [operation] = [one for one in contract("2026").operations if one.body == "RemoteControlResetRequest"]
    [answer, *_] = examples(contract("2026"), operation.answers)
    with asking("2026") as (upstream, client):
        upstream.api = lambda asked: reply(answer)
        kinds = contract("2026").schemas["RemoteControlResetRequest"]["type"].enum
        for kind in kinds:
            list(CALLS["2026"][operation.method, operation.path](client, {"kind": kind}))
        assert [json.loads(asked.body) for asked in upstream.asked] == [{"type": kind} for kind in kinds]
