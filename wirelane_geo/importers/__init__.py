"""Charge points out of files: IRVE (French static data) and OCPI Locations.

`read(path)` tells the format from the content, whatever the name says, and gives charge points and rejected rows.
"""

from pathlib import Path

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import _irve, _ocpi
from wirelane_geo.importers._reader import Format, Notes, Reader, Rejected
from wirelane_geo.importers.source import Source

__all__ = ["Notes", "Reader", "Rejected", "read"]

IRVE_COLUMN = b"id_pdc_itinerance"


def read(path: str | Path) -> Reader:
    """A reader of a file's charge points. Raises BadFile for a file that can't be opened or is none of the formats."""
    source = Source(Path(path))
    try:
        return Reader(source, _format(source))
    except BaseException:
        source.close()
        raise


def _format(source: Source) -> Format:
    head = source.head.lstrip()
    if not head:
        raise BadFile(f"{source.path} is empty.")
    if IRVE_COLUMN in head and b"coordonneesXY" not in head:
        raise BadFile(f"{source.path} names charge points, but not where they are: it is no IRVE file of the static kind. "
                      "Charging sessions are for `wirelane-geo replay`.")
    if IRVE_COLUMN in head:
        name, rows = {b"{": ("JSON lines", _irve.json_lines), b"[": ("JSON", _irve.json_list)}.get(
            head[:1], ("CSV", _irve.csv_rows))
        return Format(f"IRVE, {name}", "irve", rows, _irve.point, _irve.name_of)
    if head.startswith((b"{", b"[")):
        return Format(_ocpi_version(head), "ocpi", _ocpi.rows, _ocpi.point, _ocpi.name_of)
    raise BadFile(
        f"{source.path} is neither IRVE (JSON lines, or CSV with a column {IRVE_COLUMN.decode()}) "
        "nor OCPI Locations (JSON)."
    )


def _ocpi_version(head: bytes) -> str:
    """2.2 brought "publish" and "party_id" with it."""
    return "OCPI 2.2" if b'"publish"' in head or b'"party_id"' in head else "OCPI 2.1"
