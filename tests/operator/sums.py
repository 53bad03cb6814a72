"""What many sessions come to, taken one by one."""

from collections.abc import Iterable
from datetime import tzinfo

from wirelane_geo.model import ChargingSession
from wirelane_geo.operator.usage import Usage


def usage_of(sessions: Iterable[ChargingSession], zone: tzinfo) -> Usage:
    """The sums over some sessions."""
    usage = Usage(zone)
    for session in sessions:
        usage.take(session)
    return usage
