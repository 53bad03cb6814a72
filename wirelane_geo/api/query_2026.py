"""The query parameters of the lists of the API of 2026, and how each is written. The tables are the contract's.

Some lists of words the document wants in a parameter each. A server that keeps the last of a repeated parameter would answer
another list than was asked for, so that no key is ever repeated: of such words, each is asked for by itself (`_each.py`).
"""

from collections.abc import Iterable
from typing import TypedDict

from wirelane_geo.api._writing import Writer, flag, matching, moment, number, one_of, repeated, whole, words
from wirelane_geo.api.query import SESSION_ORDERS, ListParameters, MemberParameters, SessionParameters, Table, Words
from wirelane_geo.model import AuthenticationType, ChargingType, MemberStatus, PlugType, SessionStatus
from wirelane_geo.model.dialect_2026 import (
    AccountStatus,
    CaseStatus,
    ConnectorStatus,
    IdentificationType,
    OcppAction,
    OcppPairStatus,
    RoamingPlatform,
)

STATION_ORDERS = ("station_id", "distance", "status_update", "address_zip_code", "address_city")
MEMBER_ORDERS = ("created", "email", "status")
CASE_ORDERS = ("id", "caseNumber", "title", "status", "createdAt")
TARIFF_ORDERS = ("priority", "name", "active_from_date", "active_until_date")
GROUP_TARIFF_ORDERS = ("name", "priority", "active_from_date", "active_until_date", "tariff_type")
PROVIDERS = ("echs_delnd", "emc", "hubject", "wirelane")
TARIFFS_FOR = ("customer", "member", "marketplace", "cpo_roaming", "unregistered", "contactless_payment", "direct_charging_cpo")
"""What lists can be ordered by, and narrowed to."""


class StationParameters(ListParameters, total=False):
    """Every parameter of the stations list, by the API's own names: degrees WGS 84, `distance` in metres around `lat`/`lon`,
    `power_range` as "11-50" in kW. `order_by`: one of STATION_ORDERS."""

    lat: float | str | None
    lon: float | str | None
    distance: float | str | None
    auth_type: Words | None
    owner_id: Words | None
    charging_type: Words | None
    onboarded: bool | str | None
    include_roaming: bool | str | None
    charging_provider: Words | None
    plug_types: Words | None
    power_range: str | None
    status: Words | None
    point_groups: Iterable[int | str] | str | None
    has_point_group: bool | str | None
    charging_sites: Words | None


class SessionParametersOfBoth(SessionParameters, total=False):
    """Every parameter of the sessions list of either API; those from `evseid` on are of 2026."""

    evseid: Words | None
    identification_type: Words | None
    identification: str | None
    tariffId: str | None  # noqa: N815 - the contract's spelling
    priceModelId: str | None  # noqa: N815


class MemberParametersOfBoth(MemberParameters, total=False):
    """Every parameter of the members list of either API; those from `member_group_ids` on are of 2026."""

    member_group_ids: Words | None
    has_member_roles: bool | str | None
    account_status: Words | None


class _PageOrder(TypedDict, total=False):
    page: int | None
    page_size: int | None
    order_by: str | None
    order_direction: str | None


class CaseParameters(_PageOrder, total=False):
    """Every parameter of a station's cases. `status`: words of CaseStatus; `order_by`: one of CASE_ORDERS."""

    status: Words | None


class LogParameters(TypedDict, total=False):
    """Every parameter of a station's OCPP messages but the two that are required. Words of OcppAction and OcppPairStatus."""

    page: int | None
    page_size: int | None
    message_types: Words | None
    message_pair_status: Words | None


class GroupTariffParameters(_PageOrder, total=False):
    """Every parameter of a group's tariffs. `status`: active, inactive; `order_by`: one of GROUP_TARIFF_ORDERS."""

    status: Words | None


class TariffParameters(GroupTariffParameters, total=False):
    """Every parameter of the tariffs list. `language`: as in Accept-Language, "de" or "de-AT"; `order_by`: one of
    TARIFF_ORDERS."""

    types: Words | None
    marketplace_ids: Iterable[int | str] | str | None
    roaming_provider: str | None
    language: str | None


def _listing(*orders: str) -> dict[str, Writer]:
    pages: dict[str, Writer] = {"page": whole(1, 2**31 - 1, "a whole number from 1"),
                                "page_size": whole(1, 1_000_000, "a whole number, 1 to 1,000,000")}
    return {**pages, "order_by": one_of(*orders), "order_direction": one_of("asc", "desc")} if orders else pages


_LATITUDE = number(-90, 90, "a latitude in degrees, -90 to 90")
_LONGITUDE = number(-180, 180, "a longitude in degrees, -180 to 180")
_NAMES = ((), "[A-Za-z0-9_-]+", "letters, digits, - and _")
_NUMBERS = ((), "[0-9]+", "whole numbers")
_UUIDS = ((), "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUIDs in small letters")
_ALIASES = {"since": "date_picker_since", "until": "date_picker_until"}
_STATES = ("active", "inactive")


def yes_no(value: bool | int | str) -> str:
    """Yes or no, as true or false."""
    return "true" if str(value) == "true" or (str(value) != "false" and flag(value) == "1") else "false"


STATIONS = Table("stations", {
    **_listing(*STATION_ORDERS),
    "lat": _LATITUDE,
    "lon": _LONGITUDE,
    "distance": whole(0, 2**31 - 1, "a distance in metres, from 0"),
    "auth_type": words(AuthenticationType),
    "owner_id": words(),
    "charging_type": words(ChargingType),
    "onboarded": yes_no,
    "include_roaming": yes_no,
    "charging_provider": repeated(PROVIDERS),
    "plug_types": words(PlugType),
    "power_range": matching("[0-9]{1,3}-[0-9]{1,3}", "two powers in kW, 0 to 999, as 11-50"),
    "status": words(ConnectorStatus),
    "search": str,
    "point_groups": words(*_NUMBERS),
    "has_point_group": yes_no,
    "charging_sites": repeated(*_UUIDS),
}, private=frozenset({"owner_id"}))

SESSIONS = Table("sessions", {
    **_listing(*SESSION_ORDERS),
    "order_direction": one_of("asc", "desc", ""),
    "search": str,
    "charging_point_id": matching(r"[A-Za-z0-9_*+-]+", "letters, digits, -, _, * and +"),
    "status": repeated(SessionStatus),
    "date_picker_since": moment(up=False),
    "date_picker_until": moment(up=True),
    "organization_type": repeated(("emp", "cpo", "owner")),
    "charge_point_id": repeated(),
    "evseid": words(),
    "owner_id": words(),
    "identification_type": repeated(IdentificationType),
    "identification": matching(".{1,50}", "a text of at most 50 characters"),
    "tariffId": str,
    "priceModelId": str,
}, private=frozenset({"search", "owner_id", "identification"}), aliases=_ALIASES)

MEMBERS = Table("members", {
    **_listing(*MEMBER_ORDERS),
    "search": str,
    "member_group_ids": repeated(*_NAMES),
    "member_status": repeated(MemberStatus),
    "has_member_roles": yes_no,
    "account_status": repeated(AccountStatus),
}, private=frozenset({"search"}))

CASES = Table("cases", {**_listing(*CASE_ORDERS), "status": repeated(CaseStatus)}, private=frozenset())

MAINTENANCE = Table("maintenance", _listing(), private=frozenset())

LOGS = Table("OCPP messages", {
    **_listing(),
    "date_picker_since": moment(up=False),
    "date_picker_until": moment(up=True),
    "message_types": repeated(OcppAction),
    "message_pair_status": repeated(OcppPairStatus),
}, private=frozenset(), aliases=_ALIASES)

TARIFFS = Table("tariffs", {
    **_listing(*TARIFF_ORDERS),
    "types": repeated(TARIFFS_FOR),
    "marketplace_ids": repeated(*_NUMBERS),
    "roaming_provider": one_of(*RoamingPlatform),
    "status": repeated(_STATES),
    "Accept-Language": matching("[A-Za-z]{2}(-[A-Za-z]{2})?", "a language such as de or de-AT"),
}, private=frozenset(), aliases={"language": "Accept-Language"}, headers=frozenset({"Accept-Language"}))

GROUP_TARIFFS = Table("tariffs of a group", {**_listing(*GROUP_TARIFF_ORDERS), "status": repeated(_STATES)},
                      private=frozenset())
