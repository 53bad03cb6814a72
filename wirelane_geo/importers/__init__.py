"""Charge points and statuses out of files: OCPI, DATEX II, IRVE, OICP and others.

`read(path)` tells the format from the content, whatever the name says, and gives charge points, rejected rows and what is to
be noted of the others.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import _json, _ocpi, _ocpi_identity, _ocpi_rows
from wirelane_geo.importers._ahead import ReaderAhead, worth_while
from wirelane_geo.importers._dates import parsed as parsed_date
from wirelane_geo.importers._fields import plain
from wirelane_geo.importers._formats import Unrecognised, format_of
from wirelane_geo.importers._notes import Note, Notes
from wirelane_geo.importers._ocpi_conditions import tariff_key
from wirelane_geo.importers._ocpi_rows import shared_evse_keys
from wirelane_geo.importers._ocpi_versions import (
    OLDER,
    Version,
    feed_of,
    location_key,
    newest_in_files,
    newest_versions,
    rows_of_newest,
    version_of,
)
from wirelane_geo.importers._reader import Format, Reader, Reject, Row, RowsOfPoints, read_row
from wirelane_geo.importers.source import Source, members
from wirelane_geo.model import ChargePoint, PlaceReport, StatusReport

__all__ = ["OLDER", "Note", "Notes", "Reader", "ReaderAhead", "Reject", "RowsOfPoints", "Unrecognised", "Version",
           "count_records", "ends_of", "location_key", "members", "newest_in_files", "newest_versions", "parsed_date", "read",
           "read_ahead", "read_location", "read_tariffs", "shared_evse_keys", "version_of"]


MOST_TARIFFS = 100_000
"""Of one answer."""


def read(path: str | Path, member: str | None = None, feed: str | None = None,
         passes_over: Callable[[Any], bool] | None = None, tariffs: Mapping[str, dict[str, Any]] | None = None,
         seen: RowsOfPoints | None = None, newest: Mapping[str, Version] | None = None) -> Reader:
    """A reader of a file's charge points; of a zip archive, of its file `member`, else of the first one. `feed`: whose points
    they are where nothing in it says so; what the file is called, if it isn't given. `passes_over`: says of each location of OCPI
    whether it is left out. `tariffs`: those of `read_tariffs`, which locations of OCPI may name. `seen`: the points of other
    files of the same answer, and then of this one. `newest`: as `newest_in_files` gives it; older versions of these locations
    are left out, and noted.

    Raises BadFile for a file that can't be opened or is none of the formats.
    """
    source = Source(Path(path), member)
    try:
        called = feed or feed_of(member or Path(path).name)
        form = format_of(source, called)
        if tariffs and form.rows is _ocpi_rows.rows:
            form = replace(form, point=partial(_ocpi.point, feed=called, tariffs=tariffs))
        if passes_over is not None and form.rows is _ocpi_rows.rows:
            form = replace(form, rows=partial(_ocpi_rows.rows, passes_over=passes_over))
        if newest and form.rows is _ocpi_rows.rows:
            form = replace(form, rows=partial(rows_of_newest, newest=newest, called=called))
        return Reader(source, form, seen)
    except BaseException:
        source.close()
        raise


def count_records(path: str | Path) -> int:
    """How many records there are in a file of JSON. Raises BadFile."""
    with Source(Path(path), None) as source:
        return sum(isinstance(entry, tuple) for entry in _json.records(source))


ENDS = 8_192
"""Bytes that `ends_of` gives of either end."""


def ends_of(path: str | Path, member: str | None = None) -> bytes:
    """The beginning and the end of a file, unpacked and in UTF-8. Raises BadFile."""
    with Source(Path(path), member) as source:
        if source.packed or source.recoded:
            end = b""
            for part in source.parts(1 << 18):
                end = (end + part)[-ENDS:]
            return source.head[:ENDS] + end
        head = source.head[:ENDS]
    with Path(path).open("rb") as file:
        file.seek(max(0, source.size - ENDS))
        return head + file.read(ENDS)


def read_tariffs(path: str | Path) -> dict[str, dict[str, Any]]:
    """The tariffs of an answer of OCPI, by country, party and id, for `read`. Raises BadFile."""
    source, found = Source(Path(path), None), dict[str, dict[str, Any]]()
    try:
        for entry in _json.records(source):
            tariff = plain(entry[1]) if isinstance(entry, tuple) else None
            if isinstance(tariff, dict) and "elements" in tariff:
                found[tariff_key(tariff, tariff.get("id"))] = tariff
            if len(found) > MOST_TARIFFS:
                raise BadFile(f"{path} has more than {MOST_TARIFFS:,} tariffs.")
    finally:
        source.close()
    return found


def read_ahead(path: str | Path, member: str | None = None, feed: str | None = None,
               newest: Mapping[str, Version] | None = None) -> Reader | ReaderAhead:
    """As `read`; a large file is read by a child process, where there is a second core for it, while what was read is used."""
    reader = read(path, member, feed, newest=newest)
    return ReaderAhead(reader, member, feed, newest) if worth_while(reader) else reader


def read_location(location: dict[str, Any], feed: str, uids: Container[str] | None = None) -> Iterator[ChargePoint | Reject]:
    """The charge points of one location of OCPI that is in memory, with the names that OCPI has; `feed` as in `read`. `uids`: of
    which of its EVSEs, None for all."""
    form = Format("OCPI 2.2", _ocpi_identity.ORIGIN, lambda _: (), partial(_ocpi.point, feed=feed), _ocpi.name_of)
    notes = Notes()
    for entry in _ocpi_rows.of_location(location):
        if uids is not None and isinstance(entry, Row) and str(entry.fields["evse"].get("uid")) not in uids:
            continue
        found = read_row(form, entry, notes) if isinstance(entry, Row) else entry
        if not isinstance(found, StatusReport | PlaceReport):
            yield found
