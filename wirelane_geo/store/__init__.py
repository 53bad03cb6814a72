"""Charge points, members and sessions, kept: `open_store(url)`, in an SQLite file or in PostgreSQL."""

from pathlib import Path

from wirelane_geo.errors import BadSetting, StoreError
from wirelane_geo.store._columns import CHANGED, NewStatuses, PointChanges, PointColumns
from wirelane_geo.store._interface import (
    ChangedPoint,
    Counts,
    IdType,
    OrderBy,
    PointQuery,
    PointSources,
    Store,
    ToldCounts,
    UpsertCounts,
)
from wirelane_geo.store._people import (
    Accounts,
    MemberOrder,
    MemberQuery,
    OrganizationType,
    Page,
    PointNumbers,
    SessionOrder,
    SessionQuery,
    Sessions,
)
from wirelane_geo.store._rows import id_of
from wirelane_geo.store._sql_store import SqlStore
from wirelane_geo.store._sqlite import SqliteStore

__all__ = [
    "CHANGED",
    "Accounts",
    "ChangedPoint",
    "Counts",
    "IdType",
    "MemberOrder",
    "MemberQuery",
    "NewStatuses",
    "OrderBy",
    "OrganizationType",
    "Page",
    "PointChanges",
    "PointColumns",
    "PointNumbers",
    "PointQuery",
    "PointSources",
    "SessionOrder",
    "SessionQuery",
    "Sessions",
    "SqlStore",
    "Store",
    "ToldCounts",
    "UpsertCounts",
    "id_of",
    "open_any",
    "open_store",
]


def open_store(url: str | Path, copies: Path | None = None) -> Store:
    """The store at a path, `sqlite:///path` or `postgresql://...`, made where there is none.

    `copies`: a directory of this machine in which a store that is elsewhere keeps a copy of a large network, so that the next
    start is quick. Raises StoreError for a database that can't be used, BadSetting for a kind of it that isn't known.
    """
    store = open_any(url, copies)
    if store.unfinished:
        store.close()
        raise StoreError("A copy into this database was not finished. Do it again with `wirelane-geo copy`, which goes on where "
                         "it was.")
    return store


def open_any(url: str | Path, copies: Path | None = None) -> SqlStore:
    """As `open_store`, of a database that is being filled, too."""
    scheme, separator, rest = str(url).partition("://")
    if not separator:
        return SqliteStore(Path(url))
    if scheme == "sqlite":
        return SqliteStore(Path(rest.removeprefix("/")))
    if scheme in ("postgresql", "postgres"):
        return _postgres(str(url), copies)
    raise BadSetting(f"{scheme}:// is not a database that can be used here. Give a path, sqlite:///path or postgresql://...")


def _postgres(url: str, copies: Path | None) -> SqlStore:
    try:
        from wirelane_geo.store.postgres import PostgresStore
    except ImportError:
        raise BadSetting("For postgresql:// install the extra: pip install 'wirelane-geo[postgres]'.") from None
    return PostgresStore(url, copies)
