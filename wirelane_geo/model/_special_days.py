"""Days that have hours of their own: the dated keys of `exceptionalOpenings`."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

_KEY = re.compile(r"([0-9]{4}|\*)-([0-9]{1,2}|\*)-([0-9]{1,2}|\*)")
_NUMBERED = sorted(product((True, False), repeat=3), key=lambda kept: (-sum(kept), kept))
"""Which of year, month and day are numbers, in the order in which keys count."""


class SpecialDays:
    """Dates, or patterns of dates, with the hours that they have instead of their weekday's.

    A key is year, month and day, each a number or `*` for any: "2020-12-24", "*-12-25", "2020-*-01". Where several fit a
    date, the one with the most numbers counts; of two with as many, the one that says the day, then the month. A key that
    is no date ("PH") says nothing of a date.
    """

    def __init__(self, exceptional: Mapping[str, Any] | None) -> None:
        self._days = {tuple(None if part == "*" else int(part) for part in match.groups()): hours
                      for key, hours in (exceptional or {}).items() if (match := _KEY.fullmatch(key.strip()))}

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._days)

    def key_of(self, day: date) -> tuple[int | None, ...] | None:
        """The key that counts for a date, if any."""
        if not self._days:
            return None
        parts = (day.year, day.month, day.day)
        keys = (tuple(part if kept else None for part, kept in zip(parts, numbered, strict=True)) for numbered in _NUMBERED)
        return next((key for key in keys if key in self._days), None)

    def __getitem__(self, key: tuple[int | None, ...]) -> Any:
        """What is given under a key."""
        return self._days[key]
