"""The rows of an IRVE file: the official CSV, a workbook, a JSON object a line, a JSON list, or GeoJSON."""

import csv
import re
from collections.abc import Iterator
from datetime import date, time
from functools import lru_cache
from typing import Any

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import _json, _tables
from wirelane_geo.importers._csv_lines import CsvLines, CsvRecords, delimiter_of
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._reader import Reject, Row
from wirelane_geo.importers.source import Source

Fields = dict[str, Any]

_WRAPPINGS = ("properties", "fields", "attributes")
MOST_AHEAD = 30
"""Lines that stand above the header."""

SCHEMA_COLUMNS = """
    nom_amenageur siren_amenageur nom_operateur nom_enseigne telephone_operateur id_station_itinerance id_station_local
    nom_station adresse_station code_insee_commune coordonneesXY id_pdc_itinerance id_pdc_local puissance_nominale
    prise_type_ef prise_type_2 prise_type_combo_ccs prise_type_chademo prise_type_autre gratuit paiement_acte paiement_cb
    reservation horaires date_mise_en_service date_maj cable_t2_attache consolidated_longitude consolidated_latitude
    consolidated_commune consolidated_code_postal etat_pdc occupation_pdc horodatage
    etat_prise_type_2 etat_prise_type_combo_ccs etat_prise_type_chademo etat_prise_type_ef
    condition_acces accessibilite_pmr restriction_gabarit tarification station_deux_roues"""
"""Names of the columns that are read."""


def json_rows(source: Source) -> Iterator[Row | Reject | Note]:
    """Each object of a JSON file; of GeoJSON its properties, with the geometry where they have no position."""
    for entry in _json.records(source):
        if not isinstance(entry, tuple):
            yield entry
        elif isinstance(entry[1], dict):
            number, raw = entry
            yield Row(number, raw, _usual(_properties(raw)))
        else:
            yield Reject(entry[0], None, "not a JSON object", "", entry[1])


def workbook_rows(source: Source) -> Iterator[Row | Reject | Note]:
    """Each row of a workbook's sheet below the one that has the names of the columns."""
    header: list[str] | None = None
    for entry in _tables.rows(source):
        if not isinstance(entry, tuple):
            yield entry
            continue
        number, values = entry
        if header is None:
            names = [column_of(str(value or "")) for value in values]
            if "id_pdc_itinerance" in names:
                header = names
            elif number > MOST_AHEAD:
                break
            continue
        fields = _fields(header, [value.isoformat() if isinstance(value, date | time) else value for value in values])
        yield Row(number, fields, fields)
    if header is None:
        raise _without_header(source)


def csv_rows(source: Source) -> Iterator[Row | Reject | Note]:
    """Each row of the official CSV; one with more or fewer values than the header is rejected. The header is the first line that
    is like one; what stands above it is passed over."""
    lines = CsvLines(source)
    ahead, header_line, separator = 0, "", ""
    for line in lines:
        ahead += 1
        if match := re.fullmatch(r"\W*sep=(.)\s*", line):  # Excel's own first line
            separator = match[1]
        elif is_header(line):
            header_line = line
            break
        elif ahead > MOST_AHEAD:
            break
    if not header_line:
        raise _without_header(source)
    delimiter = separator or delimiter_of(header_line)
    header = list(map(column_of, next(csv.reader((header_line,), delimiter=delimiter))))
    yield from lines.noted(ahead)
    records = CsvRecords(lines, delimiter, lambda values: len(_whole(header, values)) == len(header), before=ahead)
    for number, values in records:
        yield from lines.noted(number)
        if any(values):
            yield _row(number, header, values)


def _without_header(source: Source) -> BadFile:
    return BadFile(f"{source} is IRVE, but has no row with the names of the columns (id_pdc_itinerance) among its first "
                   f"{MOST_AHEAD}. Add that column, or remove what stands above it.")


def is_header(line: str) -> bool:
    """Whether a line has the names of the columns."""
    return "idpdcitinerance" in folded(line)


def _whole(header: list[str], values: list[str]) -> list[str]:
    """Without what is empty behind the last column."""
    return values if any(values[len(header):]) else values[:len(header)]


def _row(number: int, header: list[str], values: list[str]) -> Row | Reject:
    shown = [value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for value in values]
    if shown != values:
        return Reject(number, None, "not UTF-8", "", dict(zip(header, shown, strict=False)))
    values = _whole(header, values)
    if len(values) != len(header):
        detail = f"{len(values)} values for {len(header)} columns"
        return Reject(number, None, "another number of values than the header", detail, values)
    fields = _fields(header, [value or None for value in values])
    return Row(number, fields, fields)


def _fields(header: list[str], values: list[Any]) -> Fields:
    """Values by column; of several columns with one name the last that has anything in it counts."""
    fields = dict(zip(header, values, strict=False))
    if len(fields) < len(header):
        fields |= {name: value for name, value in zip(header, values, strict=False) if value is not None}
    return fields


def _properties(record: Fields) -> Fields:
    """A GeoJSON feature's properties, or the fields of a record as Opendatasoft or Esri wraps it; any other record itself."""
    properties = next((inner for name in _WRAPPINGS if isinstance(inner := record.get(name), dict)), None)
    if properties is None:
        return record
    geometry = record.get("geometry")
    position = geometry.get("coordinates", geometry if "x" in geometry else None) if isinstance(geometry, dict) else None
    return properties if position is None else {"coordonneesXY": position} | {
        name: value for name, value in properties.items() if value is not None}


def _usual(fields: Fields) -> Fields:
    """With the columns called as the schema calls them."""
    if "id_pdc_itinerance" in fields and "coordonneesXY" in fields:
        return fields
    return {column_of(str(name)): value for name, value in fields.items()}


@lru_cache(maxsize=10_000)
def column_of(name: str) -> str:
    """A column's name as the schema has it; as it is where the schema has none like it."""
    return _COLUMNS.get(folded(name), name.strip())


def folded(name: str) -> str:
    """A column's name without case and signs."""
    return re.sub(r"[\W_]", "", name).lower()


POSITIONS = {"consolidated_longitude": ("longitude", "lon", "lng", "x", "xlongitude", "coordonnee_x"),
             "consolidated_latitude": ("latitude", "lat", "y", "ylatitude", "coordonnee_y")}
"""What tables call the columns of a position that is in two of them."""

_COLUMNS = {folded(other): name for name, others in POSITIONS.items() for other in others} | {
    folded(name): name for name in SCHEMA_COLUMNS.split()}
