"""Charging sessions in the database."""
# ruff: noqa: S608 - statements are put together from constants of this module; values are bound

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from wirelane_geo.model import ChargingSession
from wirelane_geo.store._clauses import one_of, page_of, searchable, words_match
from wirelane_geo.store._connection import Clause, Connection, Database
from wirelane_geo.store._people import Page, SessionQuery
from wirelane_geo.store._rows import microseconds
from wirelane_geo.wire.records import encode

SESSIONS_A_WRITE = 5_000
"""Sessions per transaction."""

COLUMNS = ("session_id", "begin", '"end"', "created", "updated", "status", "charging_point_id", "charge_point_id",
            "charging_station_id", "evseid", "owner", "emp", "membership_owner", "kwh", "price", "tariff", "session_type",
            "charging_type", "plug_type", "country", "city", "zip_code", "origin", "text")
"""Columns of `sessions` that a session fills."""
_ORDERS = {
    "sessionId": "session_id", "emp": "emp", "ownerId": "owner", "chargingStationId": "charging_station_id",
    "pointScmId": "charging_point_id", "evseid": "evseid", "status": "status", "sessionBegin": "begin",
    "sessionEnd": '"end"', "tariff": "tariff", "price": "price", "kwh": "kwh", "chargingSessionType": "session_type",
    "chargingType": "charging_type", "plugType": "plug_type", "country": "country", "city": "city", "zipCode": "zip_code",
    "creationDate": "created", "updateDate": "updated",
}


class SqlSessions:
    """Implements `Sessions`; see there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, sessions: Iterable[ChargingSession], origin: str) -> int:
        given, count = iter(sessions), 0
        while batch := list({session.session_id: session for session in islice(given, SESSIONS_A_WRITE)}.values()):
            self._database.write(partial(_put, sessions=batch, origin=origin))
            count += len(batch)
        return count

    def query(self, query: SessionQuery) -> Page:
        return self._database.read(lambda connection: page_of(
            connection, "sessions", "session_bodies", _clauses(connection, query), query.order_by and _ORDERS[query.order_by],
            query.descending, query.page, query.page_size))

    def get(self, session_id: str) -> bytes | None:
        row = self._database.ask(lambda connection: connection.execute(
            "SELECT body FROM sessions JOIN session_bodies USING (rowid) WHERE session_id = ?", (session_id,)).fetchone())
        return row and bytes(row[0])

    def count(self) -> int:
        return self._database.ask(lambda connection: int(connection.execute("SELECT count(*) FROM sessions").fetchone()[0]))


def _put(connection: Connection, sessions: Sequence[ChargingSession], origin: str) -> None:
    """Sessions keep their number, and so their place in the order of arrival, when they are replaced."""
    where, given = connection.one_of("session_id", [session.session_id for session in sessions])
    known = dict(connection.execute(f"SELECT session_id, rowid FROM sessions WHERE {where}", given))
    connection.delete("sessions", "rowid", list(known.values()))
    [last] = connection.execute("SELECT coalesce(max(rowid), 0) FROM session_bodies").fetchone()
    last = max(last, *known.values()) if known else last
    numbers = []
    for session in sessions:
        rowid = known.get(session.session_id)
        last += rowid is None
        numbers.append(rowid or last)
    connection.insert("sessions", ("rowid", *COLUMNS), [(rowid, *_values(session, origin))
                                                         for rowid, session in zip(numbers, sessions, strict=True)])
    connection.insert("session_bodies", ("rowid", "body"),
                      [(rowid, encode(session)) for rowid, session in zip(numbers, sessions, strict=True)])


def _values(session: ChargingSession, origin: str) -> tuple[Any, ...]:
    """What goes into `COLUMNS`."""
    return (
        session.session_id, _time(session.session_begin or session.process_begin or session.creation_date),
        _time(session.session_end), _time(session.creation_date), _time(session.update_date), session.status,
        session.charging_point_id, session.charge_point_id, session.charging_station_id, session.evseid, session.owner,
        session.emp, session.customer_membership_owner, session.kwh,
        None if session.price is None else float(session.price), session.tariff, session.charging_session_type,
        session.charging_type, session.plug_type, session.country, session.city, session.zip_code, origin,
        _text(session))


def _text(session: ChargingSession) -> str:
    """What a search looks through."""
    place = searchable(session.charge_point_id, session.evseid, session.charging_station_id, session.zip_code, session.city,
                       session.street)
    customer = searchable(session.customer_id, session.customer_email, session.card_number, session.card_short_reference)
    return f" {session.session_id.lower()} {(session.cpo_session_id or '').lower()}{customer}{place}"


def _time(time: datetime | None) -> int | None:
    return None if time is None else microseconds(time)


def _clauses(connection: Connection, query: SessionQuery) -> list[Clause | None]:
    return [
        one_of(connection, "charging_point_id", () if query.charging_point_id is None else (query.charging_point_id,)),
        one_of(connection, "charge_point_id", query.charge_point_ids),
        one_of(connection, "status", query.statuses),
        one_of(connection, "owner", query.owners),
        None if query.since is None else ("begin >= ?", (microseconds(query.since),)),
        None if query.until is None else ("begin <= ?", (microseconds(query.until),)),
        ("membership_owner = ?", (query.organization,)) if query.roles == {"emp"} else None,
        words_match(connection, query.search),
    ]
