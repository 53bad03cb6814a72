"""The dialect of the Wirelane API as published in November 2023: charge points, members, sessions."""

from collections.abc import Mapping, Sequence
from typing import Any

from wirelane_geo.api import query
from wirelane_geo.api._deadline import Deadline
from wirelane_geo.api._dialect import Dialect, DialectClient, Found, Operation, Pace, PointList
from wirelane_geo.api._paging import page_of
from wirelane_geo.api._paths import fixed, member_path, point_path, session_path
from wirelane_geo.api._points import boxed, key_of, point_in, points_of
from wirelane_geo.api._results import Records
from wirelane_geo.errors import NotOffered
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, PaymentMethod
from wirelane_geo.wire.records import MEMBERS, PAYMENT_METHODS, SESSIONS, SUBSCRIPTIONS

OPERATIONS: Mapping[str, Operation] = {
    "members": Operation(fixed("/members"), MEMBERS, query.MEMBERS),
    "member": Operation(member_path(), MEMBERS),
    "payment_methods": Operation(member_path("/payment_methods"), PAYMENT_METHODS),
    "subscription": Operation(member_path("/subscription"), SUBSCRIPTIONS),
    "points": Operation(fixed("/points"), table=query.POINTS),
    "create_point": Operation(fixed("/points"), method="POST", repeatable=False),
    "point": Operation(point_path),
    "update_point": Operation(point_path, method="PUT"),
    "sessions": Operation(fixed("/sessions"), SESSIONS, query.SESSIONS),
    "session": Operation(session_path, SESSIONS),
}


def _queries(parameters: Mapping[str, Any], bounds: Bounds | None) -> list[dict[str, Any]]:
    return boxed(parameters, bounds)


def _found(points: Sequence[ChargePoint], _: Bounds | None) -> Found:
    return Found(list(points), dates=[point.update_date for point in points])


def _point(client: DialectClient, id: str, kind: str, until: Deadline) -> ChargePoint:
    return point_in(client.ask("point", until, id, kind))


def _renewed(client: DialectClient, point: ChargePoint, until: Deadline) -> ChargePoint:
    return _point(client, point.id or "", "id", until)


def _station(_: DialectClient, id: str, __: Deadline) -> Found:
    raise NotOffered(f"The Wirelane API of 2023 has no operation for a station ({id}).")


def _payment_methods(client: DialectClient, account_id: str, until: Deadline) -> Records[PaymentMethod]:
    answer = client.ask("payment_methods", until, account_id)
    page = page_of(answer, 1, 1, PAYMENT_METHODS)
    return Records(page.records, page.size, page.rejected, page.unknown)


DIALECT = Dialect(
    name="2023",
    scope="account_admin",
    operations=OPERATIONS,
    pace=Pace(timeout=10.0, deadline=60.0, whole=60.0, page_size=1000, at_once=4, patience=10.0),
    points=PointList("points", _queries, points_of, key_of, _found),
    short_is_last=True,
    repeats_keys=True,
    point=_point,
    renewed=_renewed,
    station=_station,
    payment_methods=_payment_methods,
)
