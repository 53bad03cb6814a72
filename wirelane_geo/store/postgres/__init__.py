"""The store in PostgreSQL, 15 and newer, by psycopg 3: for any number of processes. Needs the extra `wirelane-geo[postgres]`."""

from wirelane_geo.store.postgres._store import PostgresStore

__all__ = ["PostgresStore"]
