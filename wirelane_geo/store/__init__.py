"""Charge points, members and sessions, kept: `open_store(url)`. SQLite now; the seam for another database is `Store`."""

from pathlib import Path

from wirelane_geo.errors import BadSetting
from wirelane_geo.store._columns import PointColumns
from wirelane_geo.store._interface import ChangedPoint, Counts, IdType, OrderBy, PointQuery, Store, ToldCounts, UpsertCounts
from wirelane_geo.store._people import (
    Accounts,
    MemberOrder,
    MemberQuery,
    OrganizationType,
    Page,
    SessionOrder,
    SessionQuery,
    Sessions,
)
from wirelane_geo.store._rows import id_of
from wirelane_geo.store._sqlite import SqliteStore

__all__ = [
    "Accounts",
    "ChangedPoint",
    "Counts",
    "IdType",
    "MemberOrder",
    "MemberQuery",
    "OrderBy",
    "OrganizationType",
    "Page",
    "PointColumns",
    "PointQuery",
    "SessionOrder",
    "SessionQuery",
    "Sessions",
    "Store",
    "ToldCounts",
    "UpsertCounts",
    "id_of",
    "open_store",
]


def open_store(url: str | Path) -> Store:
    """The store at a path or `sqlite:///path`, made where there is none.

    Raises StoreError for a file that can't be used, BadSetting for a kind of database that isn't known.
    """
    scheme, separator, rest = str(url).partition("://")
    if not separator:
        return SqliteStore(Path(url))
    if scheme == "sqlite":
        return SqliteStore(Path(rest.removeprefix("/")))
    raise BadSetting(f"{scheme}:// is not a database that can be used here. Give a path, or sqlite:///path.")
