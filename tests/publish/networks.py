"""Points to publish."""

from typing import Any

from wirelane_geo.model import AuthenticationType, ChargingType, Conditions, OfferedPoint, OpeningHours, PlugType, Price, Status

WEEK = OpeningHours(**{day: [["0800", "1230"], ["1330", "2200"]] for day in ("monday", "tuesday", "wednesday", "thursday")},
                    friday=[["2000", "0200"]], saturday=[["0000", "0000"]], sunday=[])


def point(number: int, **given: Any) -> OfferedPoint:
    """A point of which everything is known."""
    known: dict[str, Any] = {
        "charge_point_id": f"cp{number}", "evseid": f"DE*ABC*E{number}", "charging_station_id": f"S{number // 2}",
        "cpo": "Ampera",
        "charging_provider": "Ampera Go", "plug_types": (PlugType.CCS,), "charging_type": ChargingType.DC, "power": 150.0,
        "voltage": 800, "current": 300, "authentication_types": (AuthenticationType.card, AuthenticationType.remote),
        "reservable": True, "status": Status.FREE, "country": "DE", "city": "Berlin", "zip_code": "10115",
        "street": "Invalidenstraße", "house_number": "1 a", "timezone": "Europe/Berlin", "service_hotline": "+49 30 123",
        "longitude": 13.38 + number / 1_000, "latitude": 52.53, "availability": WEEK, "model": "Säule 3",
        "owner": "SECRET-OWNER", "serial_number": "SECRET-SERIAL",
        "conditions": Conditions(prices=(Price(per="kWh", amount=0.59, currency="EUR", adhoc=True, tax=True),), public=True,
                                 vehicles=("car",), wheelchair=True, green=True)}
    return OfferedPoint(**{**known, **given})
