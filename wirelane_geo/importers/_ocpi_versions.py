"""Versions of a location of OCPI: which of two is newer, where an answer has it twice or has told of it before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import _json
from wirelane_geo.importers._dates import EARLIEST, parsed
from wirelane_geo.importers._fields import entries, plain
from wirelane_geo.importers._ocpi_rows import IS_EVSE, unwrapped
from wirelane_geo.importers.source import Source, members

Object = dict[str, Any]


class Version(NamedTuple):
    """A location as of its own date, and of the newest one of it and its EVSEs, as not everybody brings the first along (aware;
    `EARLIEST` where there is none); with what its EVSEs are called."""

    dated: datetime
    newest: datetime
    evses: frozenset[str]

    def outdoes(self, other: "Version") -> bool:
        """Whether it is newer, of all of the location: what has none of the other's EVSEs, but some, is another part of it."""
        part = self.evses and self.evses.isdisjoint(other.evses)
        return self.dated > other.dated and self.newest >= other.newest and not part


def location_key(record: Any) -> str | None:
    """What a location is known by: country, party and id; None for what has no id."""
    if not isinstance(record, dict) or not isinstance(record.get("id"), str | int):
        return None
    return f"{record.get('country_code')}*{record.get('party_id')}*{record['id']}"


def version_of(record: Any) -> Version:
    """Of a location as it stands in an answer."""
    location = plain(unwrapped(record))
    found = entries(location.get("evses"), IS_EVSE) if isinstance(location, dict) else None
    evses = [evse for evse in found or () if isinstance(evse, dict)]
    own = _date(location) if isinstance(location, dict) else EARLIEST
    newest = max([own, *map(_date, evses)])
    return Version(newest if own == EARLIEST else own, newest, frozenset(
        str(evse.get("uid") or evse.get("evse_id")).casefold() for evse in evses))


def newest_versions(paths: Sequence[Path]) -> dict[str, Version]:
    """The newest version of each location that the files of one answer have more than once; of two of the same dates, both. Where
    a file can't be read is said where it is read."""
    counts = Counter(key for record in _records(paths) if (key := location_key(record)) is not None)
    twice = {key for key, count in counts.items() if count > 1}
    newest = dict[str, Version]()
    for record in _records(paths) if twice else ():
        if (key := location_key(record)) in twice and key is not None:
            found, known = version_of(record), newest.get(key)
            if known is not None and found[:2] == known[:2]:
                found = found._replace(evses=found.evses | known.evses)
            newest[key] = found if known is None or found[:2] >= known[:2] else known
    return newest


def _records(paths: Sequence[Path]) -> Iterator[Any]:
    """Up to where a file breaks off."""
    with suppress(BadFile):
        for path in paths:
            for member in members(path) or (None,):
                with Source(path, member) as source:
                    yield from (entry[1] for entry in _json.records(source) if isinstance(entry, tuple))


def _date(given: Object) -> datetime:
    """A date in the future counts as now."""
    said = given.get("last_updated")
    moment = _parsed(said) if isinstance(said, str | int | float) else None
    return EARLIEST if moment is None else min(moment, datetime.now(UTC))


_parsed = lru_cache(maxsize=1_000)(parsed)
"""What is around an EVSE has its date, mostly."""
