"""Totals and two charts of what sessions come to, as the template `usage` draws them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor, log10

from wirelane_geo.model.opening_hours import WEEKDAYS
from wirelane_geo.operator.usage import Usage
from wirelane_geo.ui.operator.sessions import long
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

MOST_LABELS = 8
"""Days that are named beneath the bars: as many as fit on a phone."""


@dataclass(frozen=True)
class Bar:
    """A day: how high it stands (0 to 1 of the scale's top), what is said of it, and its name where that is written."""

    height: float
    said: str
    label: str


@dataclass(frozen=True)
class Cell:
    """An hour of the week: how much of the strongest colour (0 to 1), and what is said of it."""

    share: float
    said: str


def usage_html(usage: Usage, first: date, last: date, texts: Texts, zone: str, problem: str | None = None) -> str:
    """The tiles and the charts for the days from `first` to `last`; `zone` is the time zone's name."""
    days = list(usage.days(first, last))
    top = ceiling(max((kwh for _, kwh in days), default=Decimal(0)))
    most = max((n for row in usage.by_hour for n in row), default=0)
    return render("usage", t=texts, tiles=list(tiles(usage, texts)), bars=list(bars(days, top, texts)), top=top,
                  scale=[texts.number(float(top * step / 2), 1) for step in (2, 1, 0)], rows=list(cells(usage, most, texts)),
                  most=most, zone=zone, problem=problem)


def tiles(usage: Usage, texts: Texts) -> Iterator[tuple[str, list[str], str]]:
    """Name, figures and a remark for each total."""
    count = usage.sessions
    def each(value: str) -> str:
        return texts("usage.average", value=value) if count else ""
    yield texts("usage.sessions"), [texts.number(count)], ""
    remarks = [each(f"{texts.number(float(usage.kwh / max(1, count)), 1)} kWh")]
    if usage.unmeasured:
        remarks.append(texts("usage.unmeasured", n=texts.number(usage.unmeasured)))
    yield texts("usage.energy"), [f"{texts.number(float(usage.kwh))} kWh"], " · ".join(filter(None, remarks))
    money = [texts.money(amount, currency) for currency, amount in sorted(usage.revenue.items(), key=lambda one: -one[1])]
    unpriced = texts("usage.unpriced", n=texts.number(usage.unpriced)) if usage.unpriced else ""
    yield texts("usage.revenue"), money or [texts("usage.no_revenue")], unpriced
    minutes = usage.duration // timedelta(minutes=1)
    yield texts("usage.duration"), [f"{texts.number(minutes // 60)} h"], each(long(usage.duration / max(1, count)))


def bars(days: list[tuple[date, Decimal]], top: Decimal, texts: Texts) -> Iterator[Bar]:
    """A bar for each day."""
    step = max(1, ceil(len(days) / MOST_LABELS))
    for number, (day, kwh) in enumerate(days):
        name = f"{texts(f'day.{WEEKDAYS[day.weekday()]}')} {day:%Y-%m-%d}"
        said = texts("usage.per_day.value", day=name, kwh=texts.number(float(kwh), 1))
        yield Bar(float(kwh / top) if top else 0.0, said, f"{day:%m-%d}" if number % step == 0 else "")


def cells(usage: Usage, most: int, texts: Texts) -> Iterator[tuple[str, list[Cell]]]:
    """For each weekday its name and its 24 hours."""
    for name, row in zip(WEEKDAYS, usage.by_hour, strict=True):
        day = texts(f"day.{name}")
        yield day, [Cell(n / most if most else 0.0,
                         texts("usage.by_hour.value", day=day, hour=f"{hour:02}", n=texts.number(n)))
                    for hour, n in enumerate(row)]


def ceiling(value: Decimal) -> Decimal:
    """The next round number from a value: 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten. 0 for 0."""
    if value <= 0:
        return Decimal(0)
    power = Decimal(10) ** floor(log10(value))
    return next(power * step for step in (1, 2, 3, 4, 5, 6, 8, 10, 20) if power * step >= value)
