"""Which of two records of one point counts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides: when a record was true (microseconds since 1970, UTC; None: not known), whether it says that its point
    is closed down, and which station it puts it into."""

    dated: int | None
    closed: bool
    station: str | None


def standing(dated: datetime | None, closed: bool, station: str | None) -> Standing:
    """Of a record by its date (aware)."""
    return Standing(None if dated is None else (dated - _EPOCH) // timedelta(microseconds=1), closed, station)


def moved(one: Standing, other: Standing) -> bool:
    """Whether one of two records of a point closes it down at one station, and the other one has it living at another one."""
    return one.closed != other.closed and one.station != other.station


def outdoes(new: Standing, old: Standing, *, tie: bool) -> bool:
    """Whether a record takes the place of one that was read before it.

    Of a point that has moved (`moved`) the record that lives counts, whatever the dates are. Else the newer one counts; a dated
    one goes before one without a date. Where the dates don't tell, `tie` does.
    """
    if moved(new, old):
        return old.closed
    if new.dated is None or old.dated is None:
        return tie if new.dated == old.dated else old.dated is None or tie
    return new.dated > old.dated or (tie and new.dated == old.dated)
