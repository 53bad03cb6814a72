"""A small network with what data should not do: markup in names, private fields, links of all kinds."""

from datetime import UTC, datetime

import pytest

from tests.live.clocks import ManualClock
from wirelane_geo.filters import EVERYTHING
from wirelane_geo.map.service import MapService, StationDetails
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status, opening_hours
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

EVIL = "<script>alert(1)</script>"
NOON = datetime(2025, 7, 1, 12, 3, tzinfo=UTC)  # a Tuesday; 14:03 in Berlin


def a_point(number: int, **changes: object) -> ChargePoint:
    values: dict[str, object] = {
        "charge_point_id": f"P-{number}", "id": f"{number:032x}", "charging_station_id": "S-1",
        "evseid": f"DE*ABC*E{number}*1",
        "owner": "OWNER-SECRET", "serial_number": "SERIAL-SECRET", "cpo": "Ampera & Söhne", "plug_types": (PlugType.CCS,),
        "charging_type": ChargingType.DC, "power": 150.0, "status": Status.FREE, "country": "DE", "city": "Berlin",
        "zip_code": "10115", "street": "Torstraße", "house_number": "1", "longitude": 13.4, "latitude": 52.53,
        "authentication_types": (AuthenticationType.card,), "timezone": "Europe/Berlin",
        "opening_hours": "Mo-Fr 08:00-20:00", "availability": opening_hours.parse("Mo-Fr 08:00-20:00"),
        "service_hotline": "+49 (0)30 / 123-45", "payment_url": "https://pay.example/p?a=1&b=2",
    }
    return ChargePoint(**values | changes)  # type: ignore[arg-type]


NETWORK = [
    a_point(1),
    a_point(2, status=Status.FAULTED),
    a_point(3, plug_types=(PlugType.TYPE_2,), charging_type=ChargingType.AC, power=22.0, reservable=True),
    a_point(4, charging_station_id="S-2", street=EVIL, cpo='"><img src=x onerror=alert(2)>', city="=1+1", longitude=13.41,
            display_id="**bold** [x](javascript:alert(3))", payment_url="javascript:alert(4)", service_hotline="call me",
            opening_hours="by appointment", availability=None, status=Status.UNKNOWN),
    a_point(5, charging_station_id="S-3", longitude=2.35, latitude=48.85, status=Status.IN_USE),
]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> MapService:
    store = open_store(tmp_path_factory.mktemp("network") / "points.sqlite")
    store.upsert(NETWORK, "irve")
    clock = ManualClock(NOON)
    return MapService(EmbeddedSource(store, clock), clock)


@pytest.fixture(scope="session")
def station(service: MapService) -> StationDetails:
    found = service.station(NETWORK[0].id or "", EVERYTHING)
    assert found is not None
    return found
