"""Versions of a location of OCPI: which of two is newer, where an answer has it twice or has told of it before."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import _json
from wirelane_geo.importers._dates import EARLIEST, parsed
from wirelane_geo.importers._fields import entries, plain, word
from wirelane_geo.importers._formats import format_of
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._ocpi_identity import operator_name
from wirelane_geo.importers._ocpi_rows import IS_EVSE, rows, unwrapped
from wirelane_geo.importers._reader import Reject, Row
from wirelane_geo.importers.source import Source, members

Object = dict[str, Any]
PEEK = 1_000
"""Bytes in which a file's first sign is."""
OLDER = "an older version of a location that is there twice, left out"


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


def location_key(record: Any, called: str = "") -> str | None:
    """What a location is known by: country, party and id, and, where it doesn't say country and party, its operator's name or
    else what its file is `called`; None for what has no id."""
    if not isinstance(record, dict) or not isinstance(record.get("id"), str | int):
        return None
    country, party = record.get("country_code"), record.get("party_id")
    whose = "" if country and party else f"{word(operator_name(record)) or called}*"
    return f"{whose}{country}*{party}*{record['id']}"


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
    return {} if _each_once(paths) else _newest(lambda: ((location_key(record), record) for record in _records(paths)))


def newest_in_files(paths: Sequence[Path]) -> dict[str, Version]:
    """The same of files that are imported together, by `_key_in_file`, as far as they are of OCPI."""
    return {} if _each_once(paths) else _newest(lambda: _records_of_files(paths))


def rows_of_newest(source: Source, newest: Mapping[str, Version], called: str) -> Iterator[Row | Reject | Note]:
    """As `_ocpi_rows.rows`, without older versions of locations, which are noted. `newest`: as `newest_in_files` gives them."""
    older: list[Note] = []

    def outdone(record: Any) -> bool:
        key = _key_in_file(record, called)
        known = None if key is None else newest.get(key)
        if known is None or not known.outdoes(version_of(record)):
            return False
        older.append(Note(None, str(plain(unwrapped(record))["id"]), "", OLDER))
        return True

    for row in rows(source, outdone):
        yield from older
        older.clear()
        yield row
    yield from older


class _Head(msgspec.Struct):
    """What a location is known by, as OCPI spells it."""

    country_code: str
    party_id: str
    id: str


class _Answer(msgspec.Struct):
    data: list[_Head]


def _each_once(paths: Sequence[Path]) -> bool:
    """Whether each location is there once, as far as that is seen at a glance: of files of plain OCPI, in a tenth of the
    time that going through their records takes."""
    seen, count = set[tuple[str, str, str]](), 0
    for path in paths:
        try:
            with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
                listed = text[:PEEK].lstrip().startswith(b"[")
                heads = msgspec.json.decode(text, type=list[_Head]) if listed else msgspec.json.decode(text, type=_Answer).data
        except (OSError, ValueError):  # or in another spelling, packed, or no JSON
            return False
        if not all(head.country_code and head.party_id for head in heads):
            return False
        seen.update((head.country_code, head.party_id, head.id) for head in heads)
        count += len(heads)
    return len(seen) == count


def _newest(records: Callable[[], Iterable[tuple[str | None, Any]]]) -> dict[str, Version]:
    """Of records by what their locations are known by, which are gone through twice."""
    counts = Counter(key for key, _ in records() if key is not None)
    twice = {key for key, count in counts.items() if count > 1}
    newest = dict[str, Version]()
    for key, record in records() if twice else ():
        if key is not None and key in twice:
            found, known = version_of(record), newest.get(key)
            if known is not None and found[:2] == known[:2]:
                found = found._replace(evses=found.evses | known.evses)
            newest[key] = found if known is None or found[:2] >= known[:2] else known
    return newest


def feed_of(name: str) -> str:
    """What a file is called, without what only says how it is written."""
    return re.sub(r"(\.(csv|json|jsonl|ndjson|geojson|txt|gz|xz|zip))+$", "", Path(name).name, flags=re.I)


def _records(paths: Sequence[Path]) -> Iterator[Any]:
    """Up to where a file breaks off."""
    with suppress(BadFile):
        for path in paths:
            for member in members(path) or (None,):
                with Source(path, member) as source:
                    yield from (entry[1] for entry in _json.records(source) if isinstance(entry, tuple))


def _records_of_files(paths: Sequence[Path]) -> Iterator[tuple[str | None, Any]]:
    """Of each file by itself, up to where it breaks off."""
    for path in paths:
        with suppress(BadFile):
            for member in members(path) or (None,):
                with suppress(BadFile), Source(path, member) as source:
                    called = feed_of(member or path.name)
                    if format_of(source, called).rows is rows:
                        yield from ((_key_in_file(entry[1], called), entry[1]) for entry in _json.records(source)
                                    if isinstance(entry, tuple))


def _key_in_file(record: Any, called: str) -> str | None:
    """As `location_key`, however its names are spelled, and whatever it is wrapped in."""
    location = unwrapped(record)
    if not isinstance(location, dict):
        return None
    told = {name: value for name, value in location.items() if not isinstance(value, dict | list) or name.lower() == "operator"}
    return location_key(plain(told), called)


def _date(given: Object) -> datetime:
    """A date in the future counts as now."""
    said = given.get("last_updated")
    moment = _parsed(said) if isinstance(said, str | int | float) else None
    return EARLIEST if moment is None else min(moment, datetime.now(UTC))


_parsed = lru_cache(maxsize=1_000)(parsed)
"""What is around an EVSE has its date, mostly."""
