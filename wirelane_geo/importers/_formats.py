"""Which format a file is of, told from its first bytes: one table, of those that are read and those that are named."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import (
    _binary,
    _bnetza,
    _datex,
    _datex_rows,
    _irve,
    _irve_rows,
    _irve_status,
    _ocm,
    _ocpi,
    _ocpi_identity,
    _ocpi_rows,
    _oicp,
    _refusals,
    _tables,
)
from wirelane_geo.importers._csv_lines import delimiter_of
from wirelane_geo.importers._encoding import utf8
from wirelane_geo.importers._json import has_nothing
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._reader import Format, Reject, Row
from wirelane_geo.importers.source import Source, is_workbook

MOST_EMPTY = 10_000
"""Letters of a file that may have nothing in it."""

_SCRIPT = re.compile(r"(?:(?:var|let|const|window\.)?\s*)?[A-Za-z_$][\w$.]*\s*(?:=|\()\s*[\[{]|/\*\*/\s*[A-Za-z_$][\w$.]*\s*\(")
_COMMENT = re.compile(r"(?:(?://|#)[^\n]*\n\s*|/\*.*?\*/\s*)+[\[{]", re.S)
_JSON_NAME = re.compile(r'"([^"\\]{1,60})"\s*:')


class Unrecognised(BadFile):
    """A file is whole, but has no charge points that are read: of another format, be that known by name or not."""


@dataclass(frozen=True)
class Head:
    """The beginning of a file. `names` are the names in it, of a table's columns or of JSON's fields, without case and
    separators; `kind` is "json", "xml", "csv", "workbook" or, for anything else, ""."""

    text: str
    kind: str
    names: frozenset[str]

    @classmethod
    def of(cls, source: Source) -> "Head":
        """Of an open file."""
        if is_workbook(source.path):
            text = _tables.head_of_workbook(source)
            return cls(text, "workbook", frozenset(_irve_rows.folded(line) for line in text.splitlines()))
        given = utf8(source.head) or (source.head, True)
        text = given[0].decode("utf-8", "replace").lstrip(" \t\r\n\x1e")
        if text.startswith(("{", "[")):
            return cls(text, "json", frozenset(_irve_rows.folded(name) for name in _JSON_NAME.findall(text)))
        if text.startswith("<"):
            return cls(text, "xml", frozenset(_irve_rows.folded(name) for name in re.findall(r"<([A-Za-z][\w:.-]*)", text)))
        lines = [line for line in text.splitlines()[:_irve_rows.MOST_AHEAD] if not re.fullmatch(r"\W*sep=.\s*", line)]
        header = next(filter(_irve_rows.is_header, lines), lines[0] if lines else "")
        columns = header.split(delimiter_of(header))
        return cls(text, "csv" if len(columns) > 1 else "", frozenset(_irve_rows.folded(name) for name in columns))

    def has(self, *names: str) -> bool:
        """Whether all of these names occur."""
        return self.names.issuperset(names)

    def first(self, *names: str) -> str | None:
        """Which of these names comes first in a JSON text."""
        return next((found for name in _JSON_NAME.findall(self.text) if (found := _irve_rows.folded(name)) in names), None)

    def has_any(self, *names: str) -> bool:
        """Whether one of these names occurs."""
        return not self.names.isdisjoint(names)


@dataclass(frozen=True)
class Kind:
    """A format: its name, whether a head is of it, how it is read (None: it is named only), and what to do about it."""

    name: str
    recognised: Callable[[Head], bool]
    read: Callable[[Head, str], Format] | None = None
    advice: str = ""


def format_of(source: Source, feed: str) -> Format:
    """How a file is read. `feed` is what it is called, for points of which nothing else says whose they are.

    Raises BadFile for a file that is empty, or of no format that is read; it is named where it is known. One that is whole is
    Unrecognised: beside others in an archive it is nobody's loss.
    """
    if not source.head.strip(b"\x00 \t\r\n\f"):
        raise BadFile(f"{source} is empty." if not source.head.strip(b" \t\r\n\f") else
                      f"{source} is damaged: it begins with nothing but zero bytes. Get it again.")
    if not is_workbook(source.path) and (binary := _binary.named(source.head)):
        refused = BadFile if binary[1] == _binary.UNPACK else Unrecognised  # there may be charge points in what is packed
        raise refused(f"{source} is {binary[0]}, which can't be imported. {binary[1]}")
    head = Head.of(source)
    if (why := _refusals.said(head.text)) is not None:
        raise BadFile(f"{source} has no data, but says what went wrong: {why}.")
    kind = next((kind for kind in KINDS if kind.recognised(head)), None)
    if kind is None:
        if head.kind == "workbook":
            raise BadFile(f"{source} is a workbook, but neither of IRVE nor of BNetzA's register. Save the table as CSV, and "
                          "import that.")
        raise Unrecognised(f"{source} is neither IRVE (JSON, GeoJSON, or CSV with a column id_pdc_itinerance) nor OCPI Locations "
                           "(JSON), nor DATEX II, OICP, Open Charge Map or BNetzA's register.")
    if kind.read is None:
        raise Unrecognised(f"{source} is {kind.name}, which can't be imported.{' ' + kind.advice if kind.advice else ''}")
    return kind.read(head, feed)


def _irve_of(head: Head, feed: str) -> Format:
    rows = _irve_rows_of(head)
    name = ("CSV" if head.kind == "csv" else "workbook" if head.kind == "workbook"
            else "GeoJSON" if head.has("geometry", "properties")
            else "JSON lines" if head.text.startswith("{") and not head.has_any("data", "items", "content") else "JSON")
    if head.has_any(*_DYNAMIC):
        return Format(f"IRVE, {name}, with statuses", _irve.ORIGIN, partial(_irve_status.rows_of_both, rows=rows),
                      partial(_irve_status.read_both, point=partial(_irve.point, feed=feed)), _irve_status.name_of)
    return Format(f"IRVE, {name}", _irve.ORIGIN, rows, partial(_irve.point, feed=feed), _irve.name_of)


def _ocpi_of(head: Head, feed: str) -> Format:
    """2.2 brought "publish" and "party_id" with it, 3.0 stations around the EVSEs."""
    new = head.first("chargingstations", "evses") == "chargingstations"
    version = "3.0" if new else "2.2" if head.has_any("publish", "partyid") else "2.1"
    return Format(f"OCPI {version}", _ocpi_identity.ORIGIN, _ocpi_rows.rows, partial(_ocpi.point, feed=feed), _ocpi.name_of)


def _irve_rows_of(head: Head) -> Callable[[Source], Iterable[Row | Reject | Note]]:
    return {"csv": _irve_rows.csv_rows, "workbook": _irve_rows.workbook_rows}.get(head.kind, _irve_rows.json_rows)


def _irve_status_of(head: Head, feed: str) -> Format:  # noqa: ARG001 - the EVSE ID says whose it is
    return Format("IRVE dynamic", _irve.ORIGIN, _irve_rows_of(head), _irve_status.read, _irve_status.name_of)


def _datex_of(head: Head, feed: str) -> Format:
    given = head.text.lower()
    what = "statuses" if "statuspublication" in given or "energyinfrastructuresitestatus" in given else "table"
    name = f"DATEX II, {'XML' if head.kind == 'xml' else 'JSON'}, {what}"
    return Format(name, _datex.ORIGIN, _datex_rows.rows, partial(_datex.read, feed=feed), _datex.name_of)


def _oicp_of(head: Head, feed: str) -> Format:
    statuses = head.has_any("evsestatuses", "evsestatusrecord") or (head.has("evsestatus") and not head.has("geocoordinates"))
    name = "OICP, statuses" if statuses else "OICP"
    return Format(name, _oicp.ORIGIN, _oicp.rows, partial(_oicp.read, feed=feed), _oicp.name_of)


def _ocm_of(head: Head, feed: str) -> Format:  # noqa: ARG001 - as all of them
    return Format("Open Charge Map", _ocm.ORIGIN, _ocm.rows, partial(_ocm.point, feed=feed), _ocm.name_of)


def _bnetza_of(head: Head, feed: str) -> Format:
    name = f"BNetzA, {'workbook' if head.kind == 'workbook' else 'CSV'}"
    return Format(name, _bnetza.ORIGIN, _bnetza.rows, partial(_bnetza.point, feed=feed), _bnetza.name_of)


_NOT_READ = "Its format isn't read. Where its operators have OCPI, import that."
_ASK = "In the EU and the EEA the same points are published as DATEX II: import that."

_DYNAMIC = ("etatpdc", "occupationpdc")
_LONGITUDES = [_irve_rows.folded(name) for name in _irve_rows.POSITIONS["consolidated_longitude"] if len(name) > 1]


def _is_datex(head: Head) -> bool:
    """A publication of whatever kind, or the container of an exchange, be there something in it or not."""
    return ("datex2.eu" in head.text or any("energyinfrastructure" in name for name in head.names)
            or head.has("messagecontainer") or head.has("exchangeinformation")
            or (head.has("publicationtime") and any(name.endswith("publication") for name in head.names)))


def _is_bnetza(head: Head) -> bool:
    """By the names of columns, wherever among the first rows they stand."""
    return head.has("ladeeinrichtungsid") or "Nennleistung Ladeeinrichtung" in head.text or (
        head.kind != "json" and "Breitengrad" in head.text and "Betreiber" in head.text
        and (head.kind == "workbook" or "Steckertyp" in head.text))


def _is_irve(head: Head) -> bool:
    return head.has("idpdcitinerance") and (
        head.has_any("coordonneesxy", "consolidatedlongitude", "geometry", *_LONGITUDES) or head.has("x", "y"))


def _is_ocpi(head: Head) -> bool:
    """Locations; or a list that has nothing in it, or an answer that says what went wrong."""
    if head.kind != "json":
        return False
    return head.has_any("evses", "partyid", "chargingstations", "statuscode") or head.has("id", "coordinates")


def _has_nothing(head: Head) -> bool:
    """JSON that is a list without anything in it, in whatever envelope."""
    return head.kind == "json" and len(head.text) < MOST_EMPTY and has_nothing(head.text)


def _nothing_of(head: Head, feed: str) -> Format:
    found = _ocpi_of(head, feed)
    return found if _is_ocpi(head) else replace(found, name="JSON")


KINDS = (
    Kind("a list without anything in it", _has_nothing, _nothing_of),
    Kind("JSON in JavaScript (JSONP)", lambda head: bool(_SCRIPT.match(head.text)),
         advice="Ask for it without a callback, or remove what stands around the JSON."),
    Kind("JSON with comments, which JSON doesn't have", lambda head: bool(_COMMENT.match(head.text)),
         advice="Remove the lines with // and what is between /* and */."),
    Kind("JSON with a guard before it", lambda head: bool(re.match(r"""\)\]\}'|while\s*\(1\)|for\s*\(;;\)""", head.text)),
         advice="Remove what stands before the first { or [."),
    Kind("DATEX II", _is_datex, _datex_of),
    Kind("OICP", lambda head: head.kind != "xml" and (
        head.has_any("evsedata", "evsedatarecord", "evsestatuses", "evsestatusrecord")
        or (head.has("evseid") and head.has_any("geocoordinates", "evsestatus"))), _oicp_of),
    Kind("OICP in XML", lambda head: head.kind == "xml" and any(part in name for name in head.names for part in (
        "evsedatarecord", "evsestatusrecord", "eroaming")),
         advice="Ask for JSON, which OICP 2.3 has."),
    Kind("Open Charge Map", lambda head: head.has("addressinfo", "connections") or head.has("addressinfo", "id"),
         _ocm_of),
    Kind("NOBIL", lambda head: head.has("csmd") or (head.has("chargerstations") and "nobil" in head.text.lower())
         or head.has("nobilid"), advice=_ASK),
    Kind("OpenStreetMap's Overpass", lambda head: head.has("elements") and head.has_any("osm3s", "tags", "generator")),
    Kind("OpenStreetMap XML", lambda head: head.kind == "xml" and head.has("osm")),
    Kind("BNetzA's register (Ladesäulenregister)",
         _is_bnetza, _bnetza_of),
    Kind("IRVE static", _is_irve, _irve_of),
    Kind("IRVE dynamic", lambda head: head.has_any(*_DYNAMIC), _irve_status_of),
    Kind("a table that names charge points, but not where they are", lambda head: head.has("idpdcitinerance"),
         advice="It is no IRVE file of the static kind. Charging sessions are for `wirelane-geo replay`."),
    Kind("charge points as this program exports them", lambda head: head.has("chargepointid", "plugtypes"),
         advice="Import the file that they came from."),
    Kind("NREL's list of stations", lambda head: head.has_any("fuelstations", "fueltypecode"), advice=_NOT_READ),
    Kind("the United Kingdom's register (National Chargepoint Registry)",
         lambda head: head.has_any("chargedeviceid", "chargedevice", "chargedevices"), advice=_NOT_READ),
    Kind("Austria's register (E-Control)", lambda head: head.kind == "json" and head.has("points") and head.has_any(
        "energyinkw", "evsestationid", "evseoperatorid"), advice=_ASK),
    Kind("OpenStreetMap's GeoJSON", lambda head: head.has("features", "amenity") or '"overpass' in head.text),
    Kind("GBFS, vehicles to rent", lambda head: head.has("ttl", "lastupdated") and head.kind == "json"
         and not head.has("evses")),
    Kind("GeoJSON", lambda head: head.has("features") and head.has_any("geometry", "type") and not head.has("evses"),
         advice="Of GeoJSON, IRVE and OCPI are read."),
    Kind("OCPI, but no locations: tariffs", lambda head: head.has("elements", "pricecomponents") and not head.has("evses")),
    Kind("OCPI, but no locations: sessions or CDRs",
         lambda head: head.has_any("sessionid", "cdrtoken", "chargingperiods") and not head.has("evses")),
    Kind("OCPI, but no locations: tokens", lambda head: head.has("contractid", "whitelist")),
    Kind("OCPI, but no locations: its parties", lambda head: head.has_any("roles", "role") and head.has_any("partyid", "token")
         and not head.has_any("evses", "coordinates")),
    Kind("OCPI's list of versions or of endpoints",
         lambda head: head.has("version", "url") or head.has("endpoints", "identifier"),
         advice="The address of its locations is among them."),
    Kind("OCPI Locations", _is_ocpi, _ocpi_of),
    Kind("a web page", lambda head: bool(re.match(r"<!doctype html|<html", head.text, re.I)),
         advice="The address may want a token, or another path."),
    Kind("KML", lambda head: head.kind == "xml" and head.has("kml"), advice=_ASK),
    Kind("GPX", lambda head: head.kind == "xml" and head.has("gpx"), advice=_ASK),
    Kind("XML", lambda head: head.kind == "xml", advice="Of XML, DATEX II is read."),
)
"""In the order in which they are tried: the first that is recognised counts."""
