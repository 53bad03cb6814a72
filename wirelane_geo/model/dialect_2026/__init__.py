"""The records of the Wirelane API as published in June 2026, with its names: what is another than in the API of 2023.

What the two have in common (addresses, plans and subscriptions, events, opening hours) is in `wirelane_geo.model`. A schema
that extends another one is one record here.
"""

from wirelane_geo.model.dialect_2026._as_2023 import ConnectorPoint, MemberOf2026, PaymentMethodOf2026, SessionOf2026
from wirelane_geo.model.dialect_2026._people import (
    Account,
    ChargingSession,
    ChargingSessionCustomer,
    ChargingSessionLocation,
    Member,
    MemberGroup,
    OrganizationGroup,
    PaymentMethod,
    PriceInformation,
)
from wirelane_geo.model.dialect_2026._prices import (
    OrganizationList,
    PriceModel,
    PriceModelComponent,
    PriceModelElement,
    PriceModelRestriction,
    Tariff,
    TariffPlan,
)
from wirelane_geo.model.dialect_2026._stations import (
    ChargingStation,
    ChargingStationMaintenance,
    ChargingStationOcppLog,
    ConnectionChainItem,
    Connector,
    Coordinates,
    RemoteControlReset,
    RemoteControlResetRequest,
    RemoteControlUnlockConnector,
    SalesforceCase,
)
from wirelane_geo.model.dialect_2026._terms import (
    Accessibility,
    AccountStatus,
    AccountType,
    BlockedReason,
    CaseStatus,
    ChainItemStatus,
    ChainItemType,
    ConnectorStatus,
    EnergyResource,
    IdentificationType,
    LocationType,
    OcppAction,
    OcppActor,
    OcppPairStatus,
    Onboarding,
    PriceOf,
    ResetType,
    RoamingPlatform,
    Rounding,
    SolutionType,
    TariffType,
    Weekday,
)

__all__ = [
    "Accessibility", "Account", "AccountStatus", "AccountType", "BlockedReason", "CaseStatus", "ChainItemStatus",
    "ChainItemType", "ChargingSession", "ChargingSessionCustomer", "ChargingSessionLocation", "ChargingStation",
    "ChargingStationMaintenance", "ChargingStationOcppLog", "ConnectionChainItem", "Connector", "ConnectorPoint",
    "ConnectorStatus", "Coordinates", "EnergyResource", "IdentificationType", "LocationType", "Member", "MemberGroup",
    "MemberOf2026", "OcppAction", "OcppActor", "OcppPairStatus", "Onboarding", "OrganizationGroup", "OrganizationList",
    "PaymentMethod", "PaymentMethodOf2026", "PriceInformation", "PriceModel", "PriceModelComponent",
    "PriceModelElement", "PriceModelRestriction", "PriceOf", "RemoteControlReset", "RemoteControlResetRequest",
    "RemoteControlUnlockConnector", "ResetType", "RoamingPlatform", "Rounding", "SalesforceCase", "SessionOf2026",
    "SolutionType", "Tariff", "TariffPlan", "TariffType", "Weekday",
]
