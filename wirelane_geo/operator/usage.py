"""What charging sessions come to: energy, money, time, and when it was.

A `Usage` takes one session after another and keeps sums only, so that any number of sessions fits. Energy and money are
decimals: the sum is exact, whatever the order. A session counts for the local day and hour in which it began.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from decimal import Decimal

from wirelane_geo.model import ChargingSession, Currency

DAYS, HOURS = 7, 24


@dataclass
class Usage:
    """Sums over sessions; `zone` says what a day and an hour are.

    `kwh`: energy in kWh. `duration`: of the sessions that say how long they took. `revenue`: by currency, as the upstream
    writes prices. `unpriced`, `unmeasured`, `undated`: sessions that lack a price, an energy or a begin, and so are not in
    these sums. `by_day`: kWh by local day. `by_hour`: sessions begun, by weekday (0 is Monday) and hour, 7 x 24.
    """

    zone: tzinfo
    sessions: int = 0
    kwh: Decimal = Decimal(0)
    duration: timedelta = timedelta(0)
    revenue: dict[Currency, Decimal] = field(default_factory=dict)
    unpriced: int = 0
    unmeasured: int = 0
    undated: int = 0
    by_day: dict[date, Decimal] = field(default_factory=dict)
    by_hour: list[list[int]] = field(default_factory=lambda: [[0] * HOURS for _ in range(DAYS)])

    def take(self, session: ChargingSession) -> None:
        """Count one session."""
        self.sessions += 1
        kwh = Decimal(0) if session.kwh is None else Decimal(str(session.kwh))
        self.kwh += kwh
        self.unmeasured += session.kwh is None
        self.duration += session.duration or timedelta(0)
        if (money := session.money) is None:
            self.unpriced += 1
        else:
            self.revenue[money.currency] = self.revenue.get(money.currency, Decimal(0)) + money.amount
        if session.session_begin is None:
            self.undated += 1
            return
        begin = session.session_begin.astimezone(self.zone)
        self.by_day[begin.date()] = self.by_day.get(begin.date(), Decimal(0)) + kwh
        self.by_hour[begin.weekday()][begin.hour] += 1

    def days(self, first: date, last: date) -> Iterator[tuple[date, Decimal]]:
        """Every day from `first` to `last` with its energy in kWh, those without any too."""
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            yield day, self.by_day.get(day, Decimal(0))
