"""The network that the browser tests look at: Berlin with a grid of stations, one that means harm, and Paris."""

from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargingType,
    Conditions,
    PlugType,
    Status,
    opening_hours,
    with_conditions,
)

SECRET_OWNER, SECRET_SERIAL = "OWNER-SECRET-4711", "SERIAL-SECRET-4711"
HARM = "<script>window.harmed=1</script><img src=x onerror='window.harmed=1'>"
STATUSES = (Status.FREE, Status.IN_USE, Status.FREE, Status.FAULTED, Status.UNKNOWN)


def _point(station: int, connector: int, lon: float, lat: float, **changes: object) -> ChargePoint:
    fast = station % 2 == 0
    values: dict[str, object] = {
        "id": f"{station:016x}{connector:016x}", "charge_point_id": f"P{station}-{connector}",
        "charging_station_id": f"S{station}", "evseid": f"DE*TST*E{station:04}*{connector}",
        "display_id": f"{connector}", "owner": SECRET_OWNER,
        "serial_number": SECRET_SERIAL, "cpo": "Prüfstrom", "plug_types": (PlugType.CCS if fast else PlugType.TYPE_2,),
        "charging_type": ChargingType.DC if fast else ChargingType.AC, "power": 150.0 if fast else 22.0,
        "status": STATUSES[(station + connector) % len(STATUSES)], "authentication_types": (AuthenticationType.card,),
        "reservable": station % 5 == 0, "street": "Teststraße", "house_number": str(station), "zip_code": "10115",
        "city": "Berlin", "country": "DE", "longitude": lon, "latitude": lat, "timezone": "Europe/Berlin",
        "opening_hours": "24/7", "availability": opening_hours.parse("24/7"), "service_hotline": "+49 30 12345",
        "payment_url": "https://pay.example/",
    }
    said = {0: Conditions(free=True, wheelchair=True), 1: Conditions(free=False, public=True)}.get(station % 7, Conditions())
    return with_conditions(ChargePoint(**values | changes), said)  # type: ignore[arg-type]


BERLIN = [
    _point(row * 10 + column, connector, 13.30 + 0.02 * column, 52.47 + 0.012 * row)
    for row in range(10) for column in range(10) for connector in range(2)
]
HARMFUL = _point(
    900, 0, 13.405, 52.60, street=HARM, cpo=HARM, city=HARM,
    display_id=f"{HARM} **bold** [link](javascript:window.harmed=1)", payment_url="javascript:window.harmed=1",
    service_hotline=HARM, opening_hours=HARM, availability=None,
)
PARIS = [
    _point(1000 + i, 0, 2.30 + 0.01 * i, 48.85, city="Paris", country="FR", timezone="Europe/Paris") for i in range(10)
]
NETWORK = [*BERLIN, HARMFUL, *PARIS]
