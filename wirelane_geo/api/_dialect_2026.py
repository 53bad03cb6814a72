"""The dialect of the Wirelane API as published in June 2026: stations with connectors, tariffs, members, sessions.

It has no list of charge points and no bounding box: the points of a box are those connectors of the stations around its middle
that lie in it.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from wirelane_geo.api import query, query_2026
from wirelane_geo.api._calls import Answer
from wirelane_geo.api._deadline import Deadline
from wirelane_geo.api._dialect import Dialect, DialectClient, Found, Operation, Pace, PointList
from wirelane_geo.api._paging import Page, page_of
from wirelane_geo.api._paths import fixed, member_path, numbered, session_path
from wirelane_geo.api._points import without_corners
from wirelane_geo.api._results import Records
from wirelane_geo.errors import ApiNotFound, BadInput, NotOffered
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.distance import distance_m_of_one
from wirelane_geo.model import ChargePoint, PaymentMethod
from wirelane_geo.model.dialect_2026 import ChargingStation
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.wire import records, records_2026
from wirelane_geo.wire.records_2026 import STATUSES, points_of

_STATION = "/stations/id/{station}"
_CONNECTOR = f"{_STATION}/connectors/id/{{connector}}"

_SESSION_ORDERS: Mapping[str, Callable[[Any], Any]] = {
    "sessionId": attrgetter("session_id"), "emp": attrgetter("emp"), "ownerId": attrgetter("owner"),
    "chargingStationId": attrgetter("charging_station_id"), "pointScmId": attrgetter("charging_point_id"),
    "evseid": attrgetter("evseid"), "status": attrgetter("status"), "sessionBegin": attrgetter("session_begin"),
    "sessionEnd": attrgetter("session_end"), "tariff": attrgetter("tariff"), "price": attrgetter("price"),
    "kwh": attrgetter("kwh"), "chargingType": attrgetter("charging_type"), "plugType": attrgetter("plug_type"),
    "country": attrgetter("country"), "city": attrgetter("city"), "zipCode": attrgetter("zip_code"),
    "creationDate": attrgetter("creation_date"), "updateDate": attrgetter("update_date"),
}
_MEMBER_ORDERS: Mapping[str, Callable[[Any], Any]] = {
    "created": lambda member: member.account and member.account.created, "email": attrgetter("email"),
    "status": attrgetter("status")}
_CASE_ORDERS: Mapping[str, Callable[[Any], Any]] = {
    "id": attrgetter("id"), "caseNumber": attrgetter("caseNumber"), "title": attrgetter("title"),
    "status": attrgetter("status"), "createdAt": attrgetter("createdAt")}
_TARIFF_ORDERS: Mapping[str, Callable[[Any], Any]] = {
    "priority": attrgetter("priority"), "name": lambda tariff: tariff.name[0].text if tariff.name else None,
    "active_from_date": attrgetter("active_from_date"), "active_until_date": attrgetter("active_until_date"),
    "tariff_type": attrgetter("tariff_type")}

OPERATIONS: Mapping[str, Operation] = {
    "members": Operation(fixed("/members"), records_2026.MEMBERS_AS_BEFORE, query_2026.MEMBERS, orders=_MEMBER_ORDERS,
                         order="created", direction="desc"),
    "member": Operation(member_path(), records_2026.MEMBERS_AS_BEFORE),
    "payment_method": Operation(member_path("/payment_method"), records_2026.PAYMENT_METHODS_AS_BEFORE),
    "subscription": Operation(member_path("/subscription"), records.SUBSCRIPTIONS),
    "group_tariffs": Operation(numbered("/point_groups/id/{group}/tariffs"), records_2026.TARIFFS, query_2026.GROUP_TARIFFS,
                               orders=_TARIFF_ORDERS, order="priority", direction="desc"),
    "sessions": Operation(fixed("/sessions"), records_2026.SESSIONS_AS_BEFORE, query_2026.SESSIONS,
                          orders=_SESSION_ORDERS),
    "session": Operation(session_path, records_2026.SESSIONS_AS_BEFORE),
    "stations": Operation(fixed("/stations"), records_2026.STATIONS, query_2026.STATIONS),
    "station": Operation(numbered(_STATION), records_2026.STATIONS),
    "cases": Operation(numbered(f"{_STATION}/cases"), records_2026.CASES, query_2026.CASES, orders=_CASE_ORDERS,
                       order="caseNumber"),
    "connection": Operation(numbered(f"{_STATION}/connection"), records_2026.CONNECTION),
    "connector_logs": Operation(numbered(f"{_CONNECTOR}/ocpp_logs"), records_2026.LOGS, query_2026.LOGS),
    "unlock_connector": Operation(numbered(f"{_CONNECTOR}/remote_control/unlock_connector"), records_2026.UNLOCKS,
                                  method="POST", repeatable=False),
    "maintenance": Operation(numbered(f"{_STATION}/maintenance"), records_2026.MAINTENANCE, query_2026.MAINTENANCE),
    "station_logs": Operation(numbered(f"{_STATION}/ocpp_logs"), records_2026.LOGS, query_2026.LOGS),
    "reset_station": Operation(numbered(f"{_STATION}/remote_control/reset"), records_2026.RESETS, method="POST",
                               repeatable=False),
    "tariffs": Operation(fixed("/tariffs"), records_2026.TARIFFS, query_2026.TARIFFS, orders=_TARIFF_ORDERS,
                         order="priority", direction="desc"),
    "tariff": Operation(numbered("/tariffs/id/{tariff}"), records_2026.TARIFFS),
    "price": Operation(numbered("/tariffs/id/{tariff}/prices/id/{price}"), records_2026.PRICES),
}

_ORDERS: Mapping[str, str] = {"updateDate": "status_update", "distance": "distance", "city": "address_city",
                              "zipCode": "address_zip_code"}
_ALIKE = ("page", "page_size", "search", "order_direction", "lat", "lon", "distance", "plug_types", "charging_type",
          "auth_type", "owner_id", "point_groups")
"""Parameters of a list of charge points that a list of stations has as well."""
_MOST_KW = 999
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""How new a station is that no connector of has ever reported: it comes last, and has no changes."""


def _queries(parameters: Mapping[str, Any], bounds: Bounds | None) -> list[dict[str, Any]]:
    """What stations are asked for, where charge points were. Raises NotOffered for what can't be asked."""
    given, box = without_corners(parameters, bounds)
    asked: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or value == "":
            continue
        if name == "order_by":
            asked |= {"order_by": _ORDERS[value]} if value in _ORDERS else _unknown("order of charge points", value, _ORDERS)
        elif name == "max_power":
            asked |= {"power_range": f"0-{min(math.floor(float(value)), _MOST_KW)}"}
        elif name == "status":
            asked |= {"status": _said(value)}
        else:
            asked |= {name: value} if name in _ALIKE else _unknown("parameter of charge points", name, (*_ALIKE, "status"))
    if box is None or not _bounded(box):
        return [asked]
    if any(name in asked for name in ("lat", "lon", "distance")):
        raise BadInput(f"bounds={box} and lat, lon, distance can't both be given: this API knows circles only.")
    return [asked | _circle(part) for part in box.split()]


def _unknown(what: str, name: object, known: Iterable[str]) -> dict[str, Any]:
    raise NotOffered(f"The Wirelane API of 2026 has no {what} {name!r}. It has {', '.join(known)}.")


def _said(statuses: Iterable[str] | str) -> list[str]:
    """Every word that means one of these statuses."""
    wanted = set(query.POINTS.writers["status"](statuses).split(","))   # type: ignore[union-attr]
    return [word for word, status in STATUSES.items() if status in wanted]


def _bounded(box: Bounds) -> bool:
    """Whether a circle around the bounds leaves anything out."""
    return box.width < 180


def _circle(box: Bounds) -> dict[str, Any]:
    """The circle around a box: a corner is what is farthest from its middle, or, near a pole, the middle of an edge."""
    lon, lat = box.west + box.width / 2, (box.south + box.north) / 2
    edges = [(box.west, box.south), (box.west, box.north), (lon, box.south), (lon, box.north), (box.west, lat)]
    metres = max(distance_m_of_one(x, y, lon, lat) for x, y in edges)
    return {"lat": lat, "lon": lon, "distance": math.ceil(metres) + 1}


def _page(answer: Answer, number: int) -> Page[ChargingStation]:
    return page_of(answer, number, int(str(answer.call.params["page_size"])), records_2026.STATIONS)


def _found(stations: Sequence[ChargingStation], bounds: Bounds | None) -> Found:
    found = Found([])
    for index, station in enumerate(stations):
        points, rejected = points_of(station, index)
        if bounds is not None and not _lies_in(station, bounds):
            continue
        found.points.extend(points)
        found.rejected.extend(rejected)
        found.dates.append(_newest(point.update_date for point in points) or NEVER)
    return found


def _lies_in(station: ChargingStation, bounds: Bounds) -> bool:
    place = station.coordinates
    return place is None or place.latitude is None or place.longitude is None or bool(
        bounds.contains(place.longitude, place.latitude))


def _newest(dates: Iterable[datetime | None]) -> datetime | None:
    return max(filter(None, dates), default=None)


def _point(client: DialectClient, id: str, kind: str, until: Deadline) -> ChargePoint:
    """A search for the id, and what it found that has it."""
    same = evse_key if kind == "evseid" else str
    for text in dict.fromkeys((id, _station_part(id))):
        for station in client.whole("stations", {"search": text}, until):
            for point in points_of(station)[0]:
                if same(str(getattr(point, kind, None) or "")) == same(id):
                    return point
    raise ApiNotFound(f"No connector of a station has the {kind} {id!r}.", request="GET stations", status=404)


def _station_part(id: str) -> str:
    """The beginning of an id, where that may be its station's: a search may know no others."""
    return id.rpartition("*")[0] or id.rpartition("-")[0] or id


def _renewed(client: DialectClient, point: ChargePoint, until: Deadline) -> ChargePoint:
    number = getattr(point, "station", None)
    if number is None:
        return _point(client, point.id or "", "id", until)
    for now in _station(client, str(number), until).points:
        if now.id == point.id:
            return now
    raise ApiNotFound(f"Station {number} has no connector {point.id!r} any more.", request="GET stations", status=404)


def _station(client: DialectClient, id: str, until: Deadline) -> Found:
    return _found([client.one("station", until, id)], None)


def _payment_methods(client: DialectClient, account_id: str, until: Deadline) -> Records[PaymentMethod]:
    return Records([client.one("payment_method", until, account_id)], 1)


DIALECT = Dialect(
    name="2026",
    scope="admin",
    operations=OPERATIONS,
    pace=Pace(timeout=60.0, deadline=180.0, whole=3600.0, page_size=1000, at_once=2, patience=180.0, exclusive=True),
    points=PointList("stations", _queries, _page, records_2026.STATIONS.key, _found, circles=True, whole_below=20_000,
                     records="stations", most_tiles=6, told=False),
    short_is_last=False,
    repeats_keys=False,
    point=_point,
    renewed=_renewed,
    station=_station,
    payment_methods=_payment_methods,
)
