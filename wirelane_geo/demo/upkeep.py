"""The demo network's cases and maintenance: they follow from a station's number and the day, so that who asks again is told the
same."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.model.dialect_2026 import CaseStatus, ChargingStationMaintenance, SalesforceCase

EVERY_DAYS = 120
"""Each station is looked after so often."""
AHEAD = timedelta(days=30)
"""What is planned farther ahead is not told yet."""
_BEGIN, _LASTS = timedelta(hours=8), timedelta(hours=4)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_OPEN = (CaseStatus.New, CaseStatus.electrician, CaseStatus.timeframe, CaseStatus.waiting)


def demo_maintenance(number: int, label: str, now: datetime) -> list[ChargingStationMaintenance]:
    """The last work on a station, and the next where it is planned already."""
    offset = number % EVERY_DAYS
    turn = ((now - _EPOCH).days - offset) // EVERY_DAYS
    found = []
    for day in (offset + turn * EVERY_DAYS, offset + (turn + 1) * EVERY_DAYS):
        start = _EPOCH + timedelta(days=day) + _BEGIN
        end = start + _LASTS
        over = end + timedelta(minutes=30 * (number % 4 - 1))
        if start - now < AHEAD:
            found.append(ChargingStationMaintenance(stationId=number, chargingStationId=label, start=start, end=end,
                                                    actualEnd=over if over <= now else None))
    return found


def demo_cases(number: int, points: Sequence[ChargePoint], now: datetime) -> list[SalesforceCase]:
    """An open case for each point that is faulted; for one station of four a closed one, too."""
    found = [SalesforceCase(
        id=f"{number}-{place}", caseNumber=10_000_000 + (number + 7 * place) % 90_000_000, caseOwnerName="Demo Service",
        title=f"Connector {place} is out of order", status=_OPEN[(number + place) % len(_OPEN)].value,
        createdAt=point.update_date) for place, point in enumerate(points, 1) if point.status is Status.FAULTED]
    if number % 4 == 0:
        day = now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=(now - _EPOCH).days % 30 + 31)
        found.append(SalesforceCase(
            id=f"{number}-0", caseNumber=10_000_000 + number % 90_000_000, caseOwnerName="Demo Service",
            title="The display can't be read", status=CaseStatus.Closed.value, createdAt=day, closedAt=day + timedelta(days=3)))
    return found
