"""A `PointQuery` as SQL."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

import math
from collections.abc import Iterable

import numpy as np

from wirelane_geo.geo import Bounds, quadkey
from wirelane_geo.model import AuthenticationType, PlugType, Status, Term
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.store._connection import Clause, Connection
from wirelane_geo.store._interface import PointQuery
from wirelane_geo.store._people import Page, PointNumbers
from wirelane_geo.store._rows import object_of, wanted_words
from wirelane_geo.store._schema import EVSE_KEY

_BY_NAME = {status: place for place, status in enumerate(sorted(Status))}
_ORDERS = {
    "evseid": "evseid",
    "status": "CASE status " + " ".join(f"WHEN {s.number} THEN {_BY_NAME[s]}" for s in Status) + " END",
    "latitude": "lat",
    "longitude": "lon",
    "power": "power",
    "voltage": "voltage",
    "chargingType": "charging_type",
    "plugType": "plug_types",
    "country": "country",
    "city": "city",
    "zipCode": "zip_code",
    "creationDate": "created",
    "updateDate": "updated",
    "distance": "distance",
}

_FOUND = np.dtype([("number", "<i8"), ("distance", "<f8")])

_ALL = "TRUE"
POINTS = "points"


def answer(connection: Connection, query: PointQuery, most: int | None = None) -> Page:
    """The page that a query asks for, with no more than `most` bodies."""
    source = _source(connection, query)
    where, parameters = _where(connection, query, source)
    offset = (query.page - 1) * query.page_size
    found = _numbers(connection.execute(*statement_of(connection, query, source)) if offset < 2**62 else ())
    if 0 < len(found) < query.page_size or (not len(found) and offset == 0):
        total = offset + len(found)
    else:
        [total] = connection.execute(f"SELECT count(*) FROM {_outer(query, source)} WHERE {where}", parameters).fetchone()
    bodies = objects_of(connection, found.part(0, most), status=not query.infrastructure_only)
    return Page(total, bodies, None if most is None or len(found) <= most else found.part(most, None))


def objects_of(connection: Connection, points: PointNumbers, *, status: bool) -> list[bytes]:
    """See `Store.objects`."""
    numbers = points.numbers.tolist()
    where, given = connection.one_of("rowid", numbers)
    rows = {number: row for number, *row in connection.execute(
        f"SELECT rowid, body, created, updated, status FROM points JOIN bodies USING (rowid) WHERE {where}", given)}
    there = [(rows[number], distance) for number, distance in zip(numbers, points.distance_m.tolist(), strict=True)
             if number in rows]
    return [object_of(body, created, updated, known if status else None, None if math.isnan(distance) else distance)
            for (body, created, updated, known), distance in there]


def _numbers(rows: Iterable[tuple[int, float | None]]) -> PointNumbers:
    """Of a million points, no more than their numbers."""
    found = np.fromiter(((number, math.nan if distance is None else distance) for number, distance in rows), _FOUND)
    return PointNumbers(found["number"], found["distance"])


def statement_of(connection: Connection, query: PointQuery, source: str = POINTS) -> Clause:
    """The statement that a page is asked for with: number and distance of its points."""
    where, parameters = _where(connection, query, source)
    measured, from_ = _distance(query)
    statement = (f"SELECT rowid, {measured} AS distance FROM {_outer(query, source)} WHERE {where} "
                 f"ORDER BY {_order(query, where, source)} LIMIT ? OFFSET ?")
    return statement, (*from_, *parameters, query.page_size, (query.page - 1) * query.page_size)


def _source(connection: Connection, query: PointQuery) -> str:
    """Where the points of a place are looked for, as what stands behind FROM, if nothing but the place leads to them."""
    bounds = query.bounds or _around(query)
    led = query.evseids or query.station_ids or query.point_groups or query.search.strip()
    return POINTS if bounds is None or led else connection.points_in(quadkey.ranges(bounds))


def _outer(query: PointQuery, source: str) -> str:
    """Where stations were found, their points are looked for by an index."""
    return POINTS if query.statuses else source


def _where(connection: Connection, query: PointQuery, source: str) -> Clause:
    clauses = [clause for clause in (
        _in_bounds(query.bounds) if query.bounds else None,
        _near(query),
        _any_bit("plugs", query.plugs, PlugType),
        _any_bit("authentication", query.authentications, AuthenticationType),
        _number("charging_type", query.charging_types),
        _number("status", query.statuses),
        None if query.max_power is None else ("power <= ?", (query.max_power,)),
        ("reservable = 1", ()) if query.reservable_only else None,
        _one_of(connection, EVSE_KEY, map(evse_key, query.evseids)),
        _one_of(connection, "owner", query.owners),
        _one_of(connection, "charging_station_id", query.station_ids),
        _groups(connection, "rowid IN", query.point_groups),
        _groups(connection, "rowid NOT IN", query.not_in_point_groups),
        connection.found_by(query.search) if wanted_words(query.search) else ("FALSE", ()) if query.search.strip() else None,
    ) if clause]
    where = " AND ".join(sql for sql, _ in clauses) or _ALL
    parameters = tuple(parameter for _, values in clauses for parameter in values)
    if query.statuses:
        where = f"station IN (SELECT station FROM {source} WHERE {where})"
    return where, parameters


def _in_bounds(bounds: Bounds) -> Clause:
    """Coarse by ranges of the index, then exact; as `Bounds.contains`."""
    spans = quadkey.ranges(bounds)
    coarse = " OR ".join(["quadkey BETWEEN ? AND ?"] * len(spans))
    across = "OR" if bounds.crosses_antimeridian else "AND"
    return (f"({coarse}) AND lat BETWEEN ? AND ? AND (lon >= ? {across} lon <= ?)",
            (*(key for span in spans for key in span), bounds.south, bounds.north, bounds.west, bounds.east))


def _around(query: PointQuery) -> Bounds | None:
    """The box of a query's circle, a little wider: what is exactly on the circle must not be lost to rounding."""
    if query.center is None or query.distance_m is None:
        return None
    return Bounds.around(*query.center, query.distance_m * 1.001 + 1.0)


def _near(query: PointQuery) -> Clause | None:
    if query.center is None or (bounds := _around(query)) is None:
        return None
    coarse, parameters = _in_bounds(bounds)
    return f"{coarse} AND distance_m(lon, lat, ?, ?) <= ?", (*parameters, *query.center, query.distance_m)


def _distance(query: PointQuery) -> Clause:
    """What the answer's `distance` is measured from."""
    point = query.sort_at if query.order_by == "distance" and query.sort_at else query.center or query.sort_at
    return ("NULL", ()) if point is None else ("distance_m(lon, lat, ?, ?)", point)


def _order(query: PointQuery, where: str, source: str) -> str:
    direction = "DESC" if query.descending else "ASC"
    if query.order_by is None:
        in_turn = where == _ALL or _outer(query, source) != POINTS
        return f"rowid {direction}" if in_turn else f"+rowid {direction}"  # the + has the filters choose the index
    return f"{_ORDERS[query.order_by]} {direction} NULLS LAST, rowid"


def _any_bit(column: str, terms: Iterable[Term], kind: type[Term]) -> Clause | None:
    mask = kind.mask(terms)
    return (f"{column} & ? <> 0", (mask,)) if mask else None


def _number(column: str, terms: Iterable[Term]) -> Clause | None:
    numbers = [term.number for term in terms]
    return (f"{column} IN ({','.join('?' * len(numbers))})", tuple(numbers)) if numbers else None


def _one_of(connection: Connection, column: str, values: Iterable[str]) -> Clause | None:
    wanted = sorted(values)
    return connection.one_of(column, wanted) if wanted else None


def _groups(connection: Connection, test: str, names: Iterable[str]) -> Clause | None:
    if not (wanted := sorted(names)):
        return None
    where, given = connection.one_of("name", wanted)
    return f"{test} (SELECT point FROM point_groups WHERE {where})", given
