"""Charge points out of files: IRVE (French static data) and OCPI Locations.

`read(path)` tells the format from the content, whatever the name says, and gives charge points, rejected rows and what is to
be noted of the others.
"""

import re
from pathlib import Path

from wirelane_geo.importers._formats import format_of
from wirelane_geo.importers._notes import Noted, Notes
from wirelane_geo.importers._reader import Reader, Rejected
from wirelane_geo.importers.source import Source, members

__all__ = ["Noted", "Notes", "Reader", "Rejected", "members", "read"]


def read(path: str | Path, member: str | None = None) -> Reader:
    """A reader of a file's charge points; of a zip archive, of its file `member`, else of the first one.

    Raises BadFile for a file that can't be opened or is none of the formats.
    """
    source = Source(Path(path), member)
    try:
        return Reader(source, format_of(source, _feed(member or Path(path).name)))
    except BaseException:
        source.close()
        raise


def _feed(name: str) -> str:
    """What a file is called, without what only says how it is written."""
    return re.sub(r"(\.(csv|json|jsonl|ndjson|geojson|txt|gz|xz|zip))+$", "", Path(name).name, flags=re.I)
