"""Stations, their connectors, and what an operator asks of one: connection, maintenance, cases, logs, remote control."""
# ruff: noqa: N815 - the contract's spelling

from datetime import datetime

from wirelane_geo.model._accounts import Address
from wirelane_geo.model._points import ChargePointGroup, OpeningHours
from wirelane_geo.model._privacy import Record
from wirelane_geo.model._terms import AuthenticationType, ChargingType, PlugType
from wirelane_geo.model.dialect_2026._terms import (
    Accessibility,
    ChainItemStatus,
    ChainItemType,
    ConnectorStatus,
    EnergyResource,
    LocationType,
    OcppAction,
    OcppActor,
    OcppPairStatus,
    Onboarding,
    ResetType,
    SolutionType,
)


class Coordinates(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A position in degrees WGS 84. The contract requires both."""

    latitude: float | None = None
    longitude: float | None = None


class Connector(Record, kw_only=True, frozen=True, omit_defaults=True):
    """What a car is plugged into. Power is in kW, current in A, voltage in V; `scm_id` is its id, `label_code` what is printed
    on it, `connector_id` its number at the station; `status_update` says since when the status is known (an aware datetime)."""

    PERSONAL = frozenset({"serial_number", "charging_groups", "public_key", "asset_id", "sf_asset_id", "sf_cp_id"})

    evseid: str | None = None
    plug_types: tuple[PlugType, ...] = ()
    charging_type: ChargingType | None = None
    power: float | None = None
    status: ConnectorStatus | None = None
    payment_url: str | None = None
    label_code: str | None = None
    scm_id: str | None = None
    charging_groups: tuple[ChargePointGroup, ...] = ()
    dlm_role: str | None = None
    connector_id: int | None = None
    asset_id: str | None = None
    current: int | None = None
    voltage: int | None = None
    serial_number: str | None = None
    public_key: str | None = None
    sf_asset_id: str | None = None
    sf_cp_id: str | None = None
    status_update: datetime | None = None


class ChargingStation(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A station with its connectors. `id` is a number and what paths take, `station_id` its label, which may hold any
    character. `availability` is in `timezone`."""

    PERSONAL = frozenset({"owner", "favorite_id"})

    station_id: str | None = None
    charging_provider: str | None = None
    owner: str | None = None
    cpo: str | None = None
    cpo_name: str | None = None
    cpo_logo: str | None = None
    vendor: str | None = None
    model: str | None = None
    address: Address | None = None
    availability: OpeningHours | None = None
    timezone: str | None = None
    service_hotline: str | None = None
    coordinates: Coordinates | None = None
    roaming: bool | None = None
    accessibility: Accessibility | None = None
    accessibility_location_type: LocationType | None = None
    authentication_types: tuple[AuthenticationType, ...] = ()
    favorite_id: str | None = None
    connectors: tuple[Connector, ...] = ()
    energy_resource_type: EnergyResource | None = None
    id: int | None = None
    solution_type: SolutionType | None = None
    onboarding: Onboarding | None = None
    onboardingCompletedAt: datetime | None = None
    charging_site_id: str | None = None
    charging_site_name: str | None = None


class ConnectionChainItem(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A link of a station's connection, from the terminal to roaming."""

    type: ChainItemType | None = None
    label: str | None = None
    status: ChainItemStatus | None = None
    id: str | None = None
    tenant: str | None = None


class ChargingStationMaintenance(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Work on a station, planned from `start` to `end`, over at `actualEnd` (aware datetimes)."""

    stationId: int | None = None
    chargingStationId: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    actualEnd: datetime | None = None


class SalesforceCase(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Something that somebody takes care of. `status` is a text; lists are narrowed by the words of `CaseStatus`."""

    PERSONAL = frozenset({"caseOwnerName"})

    id: str | None = None
    url: str | None = None
    caseNumber: int | None = None
    caseOwnerName: str | None = None
    title: str | None = None
    status: str | None = None
    createdAt: datetime | None = None
    closedAt: datetime | None = None


class ChargingStationOcppLog(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A message between a station and the platform, and its answer. The contents may tell of a driver's card."""

    PERSONAL = frozenset({"request_content", "response_content"})

    id: str | None = None
    action: OcppAction | None = None
    actor: OcppActor | None = None
    request_date: datetime | None = None
    response_date: datetime | None = None
    status: OcppPairStatus | None = None
    json: bool | None = None
    request_content: str | None = None
    response_content: str | None = None


class RemoteControlUnlockConnector(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A wish to unlock a connector was handed on. `error_status`: whether that failed. The contract requires `evse`."""

    connector_id: int | None = None
    message_id: str | None = None
    evse: str | None = None
    message_pair: str | None = None
    id: str | None = None
    creation_date: datetime | None = None
    action: str | None = None
    error_status: bool | None = None


class RemoteControlReset(RemoteControlUnlockConnector, kw_only=True, frozen=True, omit_defaults=True):
    """A wish to reset a station was handed on. The contract requires `evse` and `type`."""

    type: ResetType | None = None


class RemoteControlResetRequest(Record, kw_only=True, frozen=True):
    """The wish: what kind of a reset."""

    type: ResetType
