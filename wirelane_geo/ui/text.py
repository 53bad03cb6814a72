"""All words that a visitor reads, in English and German, and how numbers, distances and times are written in each."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wirelane_geo.model import Currency, Term
from wirelane_geo.model.opening_hours import WEEKDAYS
from wirelane_geo.ui.catalogue import TEXTS

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
"""Languages by code, each with its own name; the first is the one without a choice."""

_COLUMN = {lang: column for column, lang in enumerate(LANGUAGES)}
_MARKS = {"en": (",", "."), "de": (".", ",")}


class Texts:
    """The words and the spelling of numbers of one language: `texts("list.title")`, `texts.number(1234)`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._column = _COLUMN[lang]
        self._thousands, self._point = _MARKS[lang]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, its placeholders filled. KeyError where there is no such text."""
        return TEXTS[key][self._column].format(**values)

    def template(self, key: str) -> str:
        """The text of a key, placeholders as they stand: for JavaScript."""
        return TEXTS[key][self._column]

    def group(self, name: str) -> dict[str, str]:
        """The texts whose keys start with `name.`, by the rest of the key, placeholders as they stand: for JavaScript."""
        prefix = f"{name}."
        return {key.removeprefix(prefix): text[self._column] for key, text in TEXTS.items() if key.startswith(prefix)}

    def count(self, key: str, number: int) -> str:
        """ "1 station", "1,234 stations": the text of `key.one` or `key.many` with the number in it."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", n=self.number(number))

    def term(self, term: Term) -> str:
        """What a value of the API's vocabulary is called."""
        return self(f"{type(term).__name__}.{term}")

    def number(self, value: float, digits: int = 0) -> str:
        """A number with thousands separators and at most `digits` decimals, those that are 0 left out."""
        text = f"{value:,.{digits}f}"
        if digits:
            text = text.rstrip("0").rstrip(".")
        return text.translate({ord(","): self._thousands, ord("."): self._point})

    def power(self, kw: float | None) -> str:
        """ "22 kW", or that it isn't known."""
        return self("power.unknown") if kw is None or math.isnan(kw) else f"{self.number(kw, 1)} kW"

    def percentage(self, part: float, digits: int = 1) -> str:
        """ "97.4 %" of a part of 1; 100 % only where it is all, 0 % only where it is nothing."""
        whole = 100 * 10**digits
        parts = min(max(round(whole * part), 1), whole - 1) if 0 < part < 1 else round(whole * part)
        return f"{self.number(parts / 10**digits, digits)} %"

    def money(self, amount: Decimal, currency: Currency) -> str:
        """ "1,234.50 EUR": two decimals, or as many as there are."""
        places = max(2, -int(amount.normalize().as_tuple().exponent))
        text = f"{amount:,.{places}f} {currency}"
        return text.translate({ord(","): self._thousands, ord("."): self._point})

    def distance(self, metres: float) -> str:
        """ "350 m", "1.2 km", "1,234 km"."""
        if metres < 995:
            return f"{self.number(round(metres, -1 if metres >= 100 else 0))} m"
        return f"{self.number(metres / 1000, 1 if metres < 100_000 else 0)} km"

    def clock(self, when: datetime, timezone: str | None) -> str:
        """ "14:03" in a time zone (IANA name); UTC, and saying so, where the zone is not known."""
        try:
            return when.astimezone(ZoneInfo(timezone or "")).strftime("%H:%M")
        except (ValueError, ZoneInfoNotFoundError, OSError):
            return when.astimezone(ZoneInfo("UTC")).strftime("%H:%M UTC")

    def past(self, when: datetime, now: datetime, timezone: str | None) -> str:
        """ "14:03" in a time zone, as `clock`, with the date before it where that isn't today's."""
        try:
            zone = ZoneInfo(timezone or "UTC")
        except (ValueError, ZoneInfoNotFoundError, OSError):
            zone = ZoneInfo("UTC")
        day, today = when.astimezone(zone).date(), now.astimezone(zone).date()
        clock = self.clock(when, timezone)
        return clock if day == today else f"{self.date(day, today)} {clock}"

    def moment(self, when: datetime, now: datetime) -> str:
        """ "22:00", with the weekday before it where that isn't the day of `now`, and the date where it isn't within a week;
        both in one time zone."""
        clock = f"{when:%H:%M}"
        if when.date() == now.date():
            return clock
        if (when.date() - now.date()).days >= len(WEEKDAYS):
            return f"{self.date(when.date(), now.date())} {clock}"
        return f"{self(f'day.{WEEKDAYS[when.weekday()]}')} {clock}"

    def date(self, day: date, today: date) -> str:
        """ "Thu 25 Dec", with the year where it isn't this one."""
        month = self("date.months").split()[day.month - 1]
        year = "" if day.year == today.year else day.year
        weekday = self(f"day.{WEEKDAYS[day.weekday()]}")
        return self("date", weekday=weekday, day=day.day, month=month, year=year).rstrip()


def choose(lang: str | None, locale: str | None) -> str:
    """The language to speak: the one asked for, else the browser's (`de-AT`), else English."""
    wanted = lang or (locale or "").lower().partition("-")[0]
    return wanted if wanted in LANGUAGES else next(iter(LANGUAGES))
