"""Members in the database."""

from collections.abc import Iterable

from wirelane_geo.errors import BadInput
from wirelane_geo.model import Account, Member, PaymentMethod, PostalAddress, Subscription
from wirelane_geo.store._clauses import one_of, page_of, searchable, words_match
from wirelane_geo.store._connection import Connection, Database
from wirelane_geo.store._people import MemberQuery, Page
from wirelane_geo.wire.records import encode, encode_page

COLUMNS = ("id", "account_id", "email", "status", "origin", "text", "body", "payment_methods", "subscription")
"""Columns of `members` that a member fills."""
_PUT = (f"INSERT INTO members ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS[1:])}")
_GET = {part: f"SELECT {part} FROM members WHERE account_id = ?"  # noqa: S608 - names of columns
        for part in ("body", "payment_methods", "subscription")}


class SqlAccounts:
    """Implements `Accounts`; see there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, members: Iterable[tuple[Member, Iterable[PaymentMethod], Subscription]], origin: str) -> int:
        rows = [_row(member, list(methods), subscription, origin) for member, methods, subscription in members]
        self._database.write(lambda connection: connection.executemany(_PUT, rows))
        return len(rows)

    def query(self, query: MemberQuery) -> Page:
        def work(connection: Connection) -> Page:
            clauses = [one_of(connection, "status", query.statuses),
                       words_match(connection, query.search, "text || ' ' || coalesce(status, '')")]
            return page_of(connection, "members", "members", clauses, query.order_by, query.descending, query.page,
                           query.page_size)

        return self._database.read(work)

    def member(self, account_id: str) -> bytes | None:
        return self._part("body", account_id)

    def payment_methods(self, account_id: str) -> bytes | None:
        return self._part("payment_methods", account_id)

    def subscription(self, account_id: str) -> bytes | None:
        return self._part("subscription", account_id)

    def count(self) -> int:
        return self._database.ask(lambda connection: int(connection.execute("SELECT count(*) FROM members").fetchone()[0]))

    def _part(self, part: str, account_id: str) -> bytes | None:
        row = self._database.ask(lambda connection: connection.execute(_GET[part], (account_id,)).fetchone())
        return row and bytes(row[0])


def _row(member: Member, methods: list[PaymentMethod], subscription: Subscription, origin: str) -> tuple[object, ...]:
    if not member.id:
        raise BadInput("A member can't be kept without an id.")
    account, address = member.account or Account(), (member.account and member.account.address) or PostalAddress()
    text = searchable(member.id, member.email, account.account_id, account.email, account.first_name, account.last_name,
                      account.company_name, address.city)
    return (member.id, account.account_id, member.email, member.status, origin, text, encode(member), encode_page(methods),
            encode(subscription))
