"""The client and the embedded service, over real HTTP."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import msgspec
import pytest

from tests.server.network import Network, distance_m, network
from tests.server.serving import Service, serving
from wirelane_geo.api import ORDERS, POINT_ID_TYPES, WirelaneClient
from wirelane_geo.errors import ApiBadRequest, ApiError, ApiForbidden, ApiNotFound, ApiUnauthorized
from wirelane_geo.geo import Bounds
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargePointGroup,
    ChargingType,
    OpeningHours,
    PlugType,
    Status,
)

EVERYTHING = ChargePoint(
    charge_point_id="CP*1", charging_station_id="S1", evseid="DE*ABC*E1*1", display_id="LEFT", owner="WIRELANE-1", emp="emp",
    cpo="Ampera", plug_types=(PlugType.CCS, PlugType.TYPE_2_ATCH), charging_type=ChargingType.DC, model="M",
    serial_number="SN",
    current=125, power=50.5, voltage=400, reservable=True, status=Status.IN_USE, country="DE", city="Schwäbisch Gmünd",
    authentication_types=(AuthenticationType.card, AuthenticationType.nfc_terminal), zip_code="01067", street="Honiggasse",
    house_number="21 a", opening_hours="24/7", timezone="Europe/Berlin", service_hotline="+49 800 557788", latitude=48.8026,
    availability=OpeningHours(label="always", open247=True, monday=[["0000", "0000"]],
                              exceptionalOpenings={"2025-12-24": []}),
    longitude=9.79944, payment_url="https://pay.example.org/1", charging_provider="emc",
    charging_group=(ChargePointGroup(id=7, name="Seven", owner="WIRELANE-1"),),
)


@pytest.fixture(scope="module")
def known() -> Network:
    return network()


@pytest.fixture(scope="module")
def listing(known: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service to read from only."""
    with serving(tmp_path_factory.mktemp("embedded")) as service:
        service.store.upsert(known.points, "demo")
        yield service


@pytest.fixture
def service(tmp_path) -> Iterator[Service]:
    """A service of one's own, empty."""
    with serving(tmp_path) as service:
        yield service


@pytest.fixture
def sign_in() -> Iterator[Callable[..., WirelaneClient]]:
    """Make a client of a service; it is closed at the end."""
    with ExitStack() as stack:

        def make(service: Service, **changes) -> WirelaneClient:
            credentials = replace(service.credentials, **{k: v for k, v in changes.items() if k in EDITABLE})
            options = {name: value for name, value in changes.items() if name not in EDITABLE}
            return stack.enter_context(WirelaneClient(
                f"{service.url}/apis/emc", f"{service.url}/token", credentials.organization, credentials.client_id,
                credentials.client_secret, credentials.username, credentials.password, **options))

        yield make


EDITABLE = {"organization", "client_id", "client_secret", "username", "password"}


def names(points) -> list[str]:
    return sorted(point.charge_point_id for point in points)


@pytest.mark.parametrize("size", [1000, 50, 7])
def test_all_points_come_as_they_were_stored(listing, known, sign_in, size):
    found = sign_in(listing, page_size=size).points()
    assert found.complete
    assert found.total == len(found) == len(known.points)
    assert (found.rejected, dict(found.unknown)) == ([], {})
    given = {"id": None, "charging_point_id": None}
    assert sorted((msgspec.structs.replace(point, **given) for point in found), key=lambda point: point.charge_point_id) == (
        sorted((msgspec.structs.replace(point, **given) for point in known.points), key=lambda point: point.charge_point_id))


BERLIN = Bounds(52.3, 13.2, 52.6, 13.5)
FIJI = Bounds(-18.0, 178.0, -16.0, -179.5)
CHOICES = {
    "plugs": ({"plug_types": [PlugType.CCS, PlugType.CHADEMO]},
              lambda p: bool({PlugType.CCS, PlugType.CHADEMO} & set(p.plug_types))),
    "status": ({"status": [Status.FREE]}, lambda p: p.status is Status.FREE),
    "current": ({"charging_type": ["DC"]}, lambda p: p.charging_type is ChargingType.DC),
    "authentication": ({"auth_type": ["card"]}, lambda p: AuthenticationType.card in p.authentication_types),
    "power": ({"max_power": 22}, lambda p: p.power is not None and p.power <= 22),
    "bounds": ({"bounds": BERLIN}, lambda p: p.latitude is not None and BERLIN.contains(p.longitude, p.latitude)),
    "antimeridian": ({"bounds": FIJI}, lambda p: p.latitude is not None and FIJI.contains(p.longitude, p.latitude)),
    "circle": ({"lat": 52.5, "lon": 13.4, "distance": 20_000}, lambda p: distance_m(p, 13.4, 52.5) <= 20_000),
    "owner": ({"owner_id": ["WIRELANE-2"]}, lambda p: p.owner == "WIRELANE-2"),
    "reservable": ({"reservable": True}, lambda p: p.reservable is True),
    "groups": ({"point_groups": [30, 444]}, lambda p: bool({30, 444} & {group.id for group in p.charging_group})),
    "no groups": ({"not_in_point_groups": [1]}, lambda p: 1 not in {group.id for group in p.charging_group}),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_a_choice_is_what_plain_python_chooses(listing, known, sign_in, choice):
    parameters, fits = CHOICES[choice]
    found = sign_in(listing, page_size=20).points(**parameters)
    expected = known.expected(fits, whole_stations="status" in parameters)
    assert expected
    assert names(found) == sorted(expected)
    assert found.complete


def test_ids_and_stations_can_be_asked_for_by_name(listing, known, sign_in):
    client = sign_in(listing)
    some = [point for point in known.points if point.evseid and point.charging_station_id][:3]
    assert names(client.points(evseid=[point.evseid for point in some])) == names(some)
    stations = {point.charging_station_id for point in some}
    assert names(client.points(charging_station_id=stations)) == names(
        point for point in known.points if point.charging_station_id in stations)
    assert names(client.points(search=some[0].evseid)) == names(some[:1])


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_is_taken_and_turned_round(listing, known, sign_in, order):
    client = sign_in(listing, page_size=60)
    place = {"sort_lat": 48.8, "sort_lon": 9.8} if order == "distance" else {}
    up, down = (client.points(order_by=order, order_direction=way, **place) for way in ("asc", "desc"))
    assert names(up) == names(down) == names(known.points)
    assert [point.id for point in up] != [point.id for point in down]
    assert up.complete


def test_one_page_and_a_limit(listing, known, sign_in):
    client = sign_in(listing)
    page = client.points(page=2, page_size=10, order_by="evseid")
    assert [point.id for point in page] == [point.id for point in client.points(order_by="evseid")][10:20]
    assert len(client.points(limit=5)) == 5


def test_a_point_by_each_of_its_ids(service, sign_in):
    client = sign_in(service)
    created = client.create_point(EVERYTHING)
    for type in POINT_ID_TYPES:
        assert client.point(getattr(created, type), type) == created


def test_every_field_is_created_and_updated_as_given(service, sign_in):
    client = sign_in(service)
    created = client.create_point(EVERYTHING)
    assert created.id
    assert created.creation_date is not None
    assert created.creation_date.tzinfo is not None
    own = {"id": created.id, "charging_point_id": created.charging_point_id, "creation_date": created.creation_date}
    assert created == msgspec.structs.replace(EVERYTHING, update_date=created.update_date, **own)
    changed = msgspec.structs.replace(created, status=Status.FREE, house_number="22", plug_types=(PlugType.SCHUKO,))
    updated = client.update_point(created.id, changed)
    assert updated == msgspec.structs.replace(changed, update_date=updated.update_date)
    assert list(client.points()) == [updated]


def test_what_is_not_there_is_not_found(listing, sign_in):
    client = sign_in(listing)
    for ask in (lambda: client.point("nothing"), lambda: client.point("DE*0", "evseid"),
                lambda: client.update_point("nothing", EVERYTHING)):
        with pytest.raises(ApiNotFound) as refused:
            ask()
        assert refused.value.status == 404
        assert refused.value.error_code


def test_a_point_that_can_not_be_is_refused_by_name(service, sign_in):
    with pytest.raises(ApiBadRequest, match="power") as refused:
        sign_in(service).create_point(msgspec.structs.replace(EVERYTHING, power=-1.0))
    assert refused.value.error_message
    assert sign_in(service).points().total == 0


@pytest.mark.parametrize("wrong", [{"client_secret": "wrong-one"}, {"password": "wrong-one"}, {"username": "nobody"},
                                   {"client_id": "nobody"}])
def test_wrong_credentials(listing, sign_in, wrong):
    with pytest.raises(ApiUnauthorized, match="credentials") as refused:
        sign_in(listing, **wrong).points()
    assert "wrong-one" not in str(refused.value)


def test_a_client_without_a_user_is_let_in_nowhere(listing, sign_in):
    with pytest.raises(ApiForbidden, match="account_admin"):
        sign_in(listing, username=None, password=None).points()


def test_another_organization_is_out_of_reach(listing, sign_in):
    with pytest.raises(ApiForbidden, match="ANOTHER"):
        sign_in(listing, organization="ANOTHER").points()


@pytest.mark.slow
def test_many_threads_share_a_client(listing, known, sign_in):
    client = sign_in(listing, page_size=40)
    with ThreadPoolExecutor(8) as pool:
        lists = list(pool.map(lambda _: client.points(), range(8)))
    assert all(names(found) == names(known.points) for found in lists)


def test_an_address_that_is_not_the_api_is_told(listing, sign_in):
    credentials = listing.credentials
    with WirelaneClient(listing.url, f"{listing.url}/apis/emc", credentials.organization, credentials.client_id,
                        credentials.client_secret) as client, pytest.raises(ApiError, match=r"POST .*/apis/emc"):
        client.points()
