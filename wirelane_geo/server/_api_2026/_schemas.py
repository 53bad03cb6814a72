"""The schemas of the document of 2026, made from the model."""

from typing import Any

from wirelane_geo.model import EventLog, Subscription, dialect_2026
from wirelane_geo.server._schemas import HTTP_ERROR, published_schemas

RECORDS = (
    dialect_2026.ChargingStation, dialect_2026.ConnectionChainItem, dialect_2026.ChargingStationMaintenance,
    dialect_2026.SalesforceCase, dialect_2026.ChargingStationOcppLog, dialect_2026.RemoteControlReset,
    dialect_2026.RemoteControlUnlockConnector, dialect_2026.RemoteControlResetRequest, dialect_2026.Tariff,
    dialect_2026.Member, dialect_2026.PaymentMethod, dialect_2026.ChargingSession, Subscription, EventLog)

_DEFAULTS: dict[str, dict[str, Any]] = {
    "Account": {"billable": True, "transactional_invoicing": False, "account_type": "personal", "language": "en"},
    "Tariff": {"active": True, "for_unregistered_customers": False},
    "PriceInformation": {"currency": "EUR"}, "Plan": {"default_tax_rate": 19.0, "subscription_count": 0},
    "SubscriptionPeriod": {"quantity": 1}, "ChargingStation": {"onboarding": "done"},
}
_REQUIRED = {"RemoteControlReset": ["evse", "type"], "RemoteControlUnlockConnector": ["evse"],
             "RemoteControlResetRequest": ["type"], "Tariff": ["name", "priority"], "Coordinates": ["latitude", "longitude"]}


def schemas() -> dict[str, Any]:
    """All schemas by the contract's names."""
    found = published_schemas(RECORDS)
    for name, defaults in _DEFAULTS.items():
        for field, value in defaults.items():
            found[name]["properties"][field]["default"] = value
    for name, required in _REQUIRED.items():
        found[name]["required"] = required
    return {**found, "HttpError": HTTP_ERROR}


