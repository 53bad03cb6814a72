"""The query parameters of the lists, and how each is written. The tables are the contract's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from wirelane_geo.api._writing import Writer, Written, flag, matching, moment, number, one_of, repeated, whole, words
from wirelane_geo.errors import BadQuestion
from wirelane_geo.model import ChargingType, MemberStatus, PlugType, SessionStatus, Status

ORDERS = ("evseid", "status", "latitude", "longitude", "power", "voltage", "chargingType", "plugType", "country", "city",
          "zipCode", "creationDate", "updateDate", "distance")
"""What a list of points can be ordered by."""

SESSION_ORDERS = ("sessionId", "emp", "ownerId", "chargingStationId", "pointScmId", "evseid", "status", "sessionBegin",
                  "sessionEnd", "tariff", "price", "kwh", "chargingSessionType", "chargingType", "plugType", "country",
                  "city", "zipCode", "creationDate", "updateDate")
"""What a list of sessions can be ordered by."""

MEMBER_ORDERS = ("email", "status")
"""What a list of members can be ordered by."""

Words = Iterable[str] | str
"""Several words, or one text in which commas separate them. An empty text among them is sent where the contract has it."""


class ListParameters(TypedDict, total=False):
    """The parameters that every list has. None and empty mean: not asked for.

    `page` (from 1) asks for that page alone; without it all pages are read, `page_size` (1 to 1,000,000) records at a
    time. `order_direction`: asc or desc.
    """

    page: int | None
    page_size: int | None
    search: str | None
    order_by: str | None
    order_direction: str | None


class PointParameters(ListParameters, total=False):
    """Every parameter of the points list, by the API's own names.

    Coordinates in degrees WGS 84, `distance` in metres around `lat`/`lon`, `max_power` in kW. `status` chooses stations:
    all points of a station in which one matches are answered. `order_by`: one of ORDERS; "distance" goes by
    `sort_lat`/`sort_lon`.
    """

    lat: float | str | None
    lon: float | str | None
    distance: float | str | None
    south_west_lat: float | str | None
    south_west_lon: float | str | None
    north_east_lat: float | str | None
    north_east_lon: float | str | None
    plug_types: Words | None
    status: Words | None
    charging_type: Words | None
    auth_type: Words | None
    max_power: float | str | None
    infrastructure_only: bool | str | None
    point_groups: Iterable[int | str] | str | None
    evseid: Words | None
    sort_lat: float | str | None
    sort_lon: float | str | None
    reservable: bool | str | None
    charging_station_id: Words | None
    owner_id: Words | None
    not_in_point_groups: Iterable[int | str] | str | None


class SessionParameters(ListParameters, total=False):
    """Every parameter of the sessions list.

    `since` and `until` are aware datetimes, and stand for the API's own `date_picker_since` and `date_picker_until`, which
    can be given as well. `charging_point_id` is the `id` of one charge point, `charge_point_id` the labels of several.
    `status`: words of SessionStatus; `organization_type`: in what part the organization had in it, of emp, cpo, owner.
    `order_by`: one of SESSION_ORDERS.
    """

    charging_point_id: str | None
    charge_point_id: Words | None
    status: Words | None
    since: datetime | None
    until: datetime | None
    date_picker_since: datetime | None
    date_picker_until: datetime | None
    organization_type: Words | None
    owner_id: Words | None


class MemberParameters(ListParameters, total=False):
    """Every parameter of the members list. `member_status`: words of MemberStatus; `order_by`: one of MEMBER_ORDERS."""

    member_status: Words | None


@dataclass(frozen=True)
class Table:
    """The parameters of one list: its name, how each is written, other names for some, which a log must not show, and which are
    headers."""

    name: str
    writers: Mapping[str, Writer]
    private: frozenset[str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    headers: frozenset[str] = frozenset()


def written(parameters: Mapping[str, Any], table: Table) -> dict[str, Written]:
    """The parameters as the query string has them; a list of texts is a parameter that is repeated.

    Raises BadQuestion, which says what would be right.
    """
    query: dict[str, Written] = {}
    for given, value in parameters.items():
        name = table.aliases.get(given, given)
        write = table.writers.get(name)
        if write is None:
            raise BadQuestion(f"The {table.name} list has no parameter {given!r}. It has {', '.join(table.writers)}.")
        if value is None:
            continue
        if name in query:
            raise BadQuestion(f"{given} and {name} are the same: give one of them.")
        try:
            text = write(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise BadQuestion(f"{given}={value!r} can't be asked for: it is {error}.") from None
        if text:
            query[name] = text
    return query


def _listing(orders: Iterable[str]) -> dict[str, Writer]:
    return {
        "page": whole(1, 2**31 - 1, "a whole number from 1"),
        "page_size": whole(1, 1_000_000, "a whole number, 1 to 1,000,000"),
        "search": str,
        "order_by": one_of(*orders),
        "order_direction": one_of("asc", "desc", ""),
    }


_LATITUDE = number(-90, 90, "a latitude in degrees, -90 to 90")
_LONGITUDE = number(-180, 180, "a longitude in degrees, -180 to 180")

POINTS = Table("points", {
    **_listing(ORDERS),
    "lat": _LATITUDE,
    "lon": _LONGITUDE,
    "distance": whole(0, 2**31 - 1, "a distance in metres, from 0"),
    "south_west_lat": _LATITUDE,
    "south_west_lon": _LONGITUDE,
    "north_east_lat": _LATITUDE,
    "north_east_lon": _LONGITUDE,
    "plug_types": words(PlugType, blank=True),
    "status": words(Status),
    "charging_type": words(ChargingType, blank=True),
    "auth_type": words(("card", "remote", "direct"), blank=True),
    "max_power": number(1e-6, 1e9, "a power in kW, greater than 0"),
    "infrastructure_only": flag,
    "point_groups": words(pattern="[0-9]+", meaning="numbers of groups"),
    "evseid": words(),
    "sort_lat": _LATITUDE,
    "sort_lon": _LONGITUDE,
    "reservable": flag,
    "charging_station_id": words(),
    "owner_id": words(),
    "not_in_point_groups": words(),
}, private=frozenset({"owner_id"}))

SESSIONS = Table("sessions", {
    **_listing(SESSION_ORDERS),
    "charging_point_id": matching(r"[A-Za-z0-9_*+-]+", "letters, digits, -, _, * and +"),
    "charge_point_id": repeated(),
    "status": repeated(SessionStatus, blank=True),
    "date_picker_since": moment(up=False),
    "date_picker_until": moment(up=True),
    "organization_type": repeated(("emp", "cpo", "owner"), blank=True),
    "owner_id": words(),
}, private=frozenset({"search", "owner_id"}), aliases={"since": "date_picker_since", "until": "date_picker_until"})

MEMBERS = Table("members", {
    **_listing(MEMBER_ORDERS),
    "member_status": repeated(MemberStatus),
}, private=frozenset({"search"}))
