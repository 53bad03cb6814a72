"""Live status: one refresher per process, numbered status changes, and their history."""

from wirelane_geo.live._live import Live
from wirelane_geo.live.interface import (
    LATE,
    OUT,
    STALE,
    WORKING,
    Availability,
    Interval,
    Level,
    LiveStatus,
    NetworkHistory,
    Origin,
    Outage,
    PointHistory,
    PointsOut,
    RecordedSeconds,
    StatusChange,
    Worst,
)

__all__ = [
    "LATE",
    "OUT",
    "STALE",
    "WORKING",
    "Availability",
    "Interval",
    "Level",
    "Live",
    "LiveStatus",
    "NetworkHistory",
    "Origin",
    "Outage",
    "PointHistory",
    "PointsOut",
    "RecordedSeconds",
    "StatusChange",
    "Worst",
]
