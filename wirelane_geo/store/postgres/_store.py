"""The store in a PostgreSQL database."""

from pathlib import Path

from wirelane_geo.store._sql_store import SqlStore
from wirelane_geo.store.postgres._schema import STEPS
from wirelane_geo.store.postgres.database import PostgresDatabase
from wirelane_geo.store.postgres.preparation import prepare


class PostgresStore(SqlStore):
    """Implements `Store`; see there. `copies`: a directory of this process for its copy of all columns, None: it keeps none."""

    def __init__(self, url: str, copies: Path | None = None) -> None:
        prepare(url, STEPS, "database")
        super().__init__(PostgresDatabase(url), None if copies is None else copies / "points.columns")
        self._derive(("access",))
