"""A PostgreSQL database is brought forward to the tables that this program needs."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from wirelane_geo.errors import StoreError
from wirelane_geo.store._migrations import bring_forward
from wirelane_geo.store.postgres.database import first_line, name_of, quoted, with_defaults

OLDEST = 15
"""The oldest version that is used."""
_LOCK = 0x776C67656F
"""One process at a time brings a database forward."""


def prepare(url: str, steps: Sequence[str], name: str, schema: str | None = None) -> None:
    """Give a database the tables that it lacks, in a schema of its own or in the first one of the search path. `name`: what
    the tables are called ("database", "history").

    Raises StoreError where it can't be reached, is too old, not in UTF-8, or was made by a newer version.
    """
    where = name_of(url)
    try:
        with psycopg.connect(with_defaults(url), autocommit=True) as connection:
            if connection.info.server_version < OLDEST * 10_000:
                raise StoreError(f"The database {where} is PostgreSQL {connection.info.server_version // 10_000}. "
                                 f"Use version {OLDEST} or newer.")
            if (encoding := connection.info.parameter_status("server_encoding")) != "UTF8":
                raise StoreError(f"The database {where} keeps text as {encoding}. Make one with ENCODING 'UTF8'.")
            bring_forward(_PostgresDatabase(connection, schema), steps, f"The {name} {where}")
    except psycopg.Error as error:
        raise StoreError(f"The database {where} can't be used: {first_line(error)} Is it running, and is "
                         "WIRELANE_GEO_DATABASE right?") from None


class _PostgresDatabase:
    """Implements `Database` of `_migrations`: the version is in a table."""

    def __init__(self, connection: psycopg.Connection[Any], schema: str | None) -> None:
        self._connection, self._schema = connection, schema
        if schema is not None:
            connection.execute(f"SET search_path TO {quoted(schema)}".encode())

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        with self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            if self._schema is not None:
                self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(self._schema)}".encode())
            self._connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
            yield

    def version(self) -> int:
        there = self._connection.execute("SELECT to_regclass('schema_version')").fetchone()
        if there is None or there[0] is None:
            return 0
        row = self._connection.execute("SELECT max(version) FROM schema_version").fetchone()
        return (row and row[0]) or 0

    def run(self, step: str) -> None:
        self._connection.execute(step.encode())

    def set_version(self, version: int) -> None:
        self._connection.execute("INSERT INTO schema_version VALUES (%s)", (version,))
