"""Charge points and statuses out of files: OCPI, DATEX II, IRVE, OICP and others.

`read(path)` tells the format from the content, whatever the name says, and gives charge points, rejected rows and what is to
be noted of the others.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from wirelane_geo.importers import _ocpi, _ocpi_identity, _ocpi_rows
from wirelane_geo.importers._ahead import ReaderAhead, worth_while
from wirelane_geo.importers._dates import parsed as parsed_date
from wirelane_geo.importers._formats import Unrecognised, format_of
from wirelane_geo.importers._notes import Noted, Notes
from wirelane_geo.importers._reader import Format, Reader, Rejected, Row, read_row
from wirelane_geo.importers.source import Source, members
from wirelane_geo.model import ChargePoint, StatusReport

__all__ = ["Noted", "Notes", "Reader", "ReaderAhead", "Rejected", "Unrecognised", "members", "parsed_date", "read", "read_ahead",
           "read_location"]


def read(path: str | Path, member: str | None = None, feed: str | None = None,
         passes_over: Callable[[Any], bool] | None = None) -> Reader:
    """A reader of a file's charge points; of a zip archive, of its file `member`, else of the first one. `feed`: whose points
    they are where nothing in it says so; what the file is called, if it isn't given. `passes_over`: says of each location of OCPI
    whether it is left out.

    Raises BadFile for a file that can't be opened or is none of the formats.
    """
    source = Source(Path(path), member)
    try:
        form = format_of(source, feed or _feed(member or Path(path).name))
        if passes_over is not None and form.rows is _ocpi_rows.rows:
            form = replace(form, rows=partial(_ocpi_rows.rows, passes_over=passes_over))
        return Reader(source, form)
    except BaseException:
        source.close()
        raise


def read_ahead(path: str | Path, member: str | None = None, feed: str | None = None) -> Reader | ReaderAhead:
    """As `read`; a large file is read by a child process, where there is a second core for it, while what was read is used."""
    reader = read(path, member, feed)
    return ReaderAhead(reader, member, feed) if worth_while(reader) else reader


def read_location(location: dict[str, Any], feed: str) -> Iterator[ChargePoint | Rejected]:
    """The charge points of one location of OCPI that is in memory, with the names that OCPI has; `feed` as in `read`."""
    form = Format("OCPI 2.2", _ocpi_identity.ORIGIN, lambda _: (), partial(_ocpi.point, feed=feed), _ocpi.name_of)
    notes = Notes()
    for entry in _ocpi_rows.of_location(location):
        found = read_row(form, entry, notes) if isinstance(entry, Row) else entry
        if not isinstance(found, StatusReport):
            yield found


def _feed(name: str) -> str:
    """What a file is called, without what only says how it is written."""
    return re.sub(r"(\.(csv|json|jsonl|ndjson|geojson|txt|gz|xz|zip))+$", "", Path(name).name, flags=re.I)
