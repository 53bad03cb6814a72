"""Databases as earlier versions left them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from wirelane_geo.store._schema import STEPS

_UNDONE = {
    2: ["DROP TABLE members", "DROP TABLE sessions", "DROP TABLE session_bodies"],
    3: ["DROP INDEX points_origin", "ALTER TABLE state DROP COLUMN stamp"],
    4: ["DROP TABLE schedules", "DROP INDEX points_unscheduled", "ALTER TABLE points DROP COLUMN schedule"],
    5: ["DROP INDEX points_identity", "DROP INDEX points_evse_key", "DROP TABLE earlier",
        *(f"ALTER TABLE points DROP COLUMN {name}" for name in ("identity", "recorded", "reported"))],
    6: ["DROP TRIGGER points_gone", "DROP TABLE gone", "DROP TABLE network", "DROP INDEX points_handle",
        "ALTER TABLE points DROP COLUMN handle"],
    7: ["DROP TABLE origins"],
    8: ["DROP TABLE readers"],
    9: ["DROP TRIGGER points_unreported", "DROP TABLE reports", "DROP TABLE feed_states"],
    10: ["DROP TABLE operators", "DROP INDEX points_without_operator", "ALTER TABLE points DROP COLUMN operator"],
    11: ["DROP INDEX points_unplaced"],
    12: ["DROP TABLE unfinished_copy"],
    13: ["DROP TABLE locations"],
    14: ["DROP INDEX points_without_access", "ALTER TABLE points DROP COLUMN access"],
    15: ["DROP TABLE vocabulary"],
    16: ["DROP TABLE sites", "DROP TABLE place_reports", "ALTER TABLE reports DROP COLUMN station",
         "ALTER TABLE reports DROP COLUMN site"],
}
"""What undoes each step."""


def leave_as(path: Path, version: int) -> None:
    """Take back what a database has beyond a version."""
    assert max(_UNDONE) == len(STEPS), "say here what undoes the newest step"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for step in range(len(STEPS), version, -1):
            for statement in _UNDONE[step]:
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {version}")
