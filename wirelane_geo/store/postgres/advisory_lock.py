"""A lock between processes that use one PostgreSQL database: one of them has it until it lets go, or its connection ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

import psycopg

from wirelane_geo.errors import StoreError
from wirelane_geo.store.postgres.database import first_line, name_of, with_defaults


def key_of(name: str) -> int:
    """The number that stands for a lock's name in a database."""
    return int.from_bytes(blake2b(f"wirelane-geo {name}".encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def held_lock(url: str, name: str) -> Iterator[None]:
    """Inside, this process has the lock of a name; it waits for it. Raises StoreError where the database can't be reached."""
    try:
        connection = psycopg.connect(with_defaults(url), autocommit=True)
        connection.execute("SELECT pg_advisory_lock(%s)", (key_of(name),))
    except psycopg.Error as error:
        raise StoreError(f"The database {name_of(url)} can't be used: {first_line(error)}") from None
    with connection:
        yield
