"""Stations of the API of 2026 as an operator reads them: a line of the list, and the tables about one of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from wirelane_geo.model import Address, Status
from wirelane_geo.model.dialect_2026 import (
    ChainItemStatus,
    ChargingStation,
    ChargingStationMaintenance,
    ChargingStationOcppLog,
    ConnectionChainItem,
    Connector,
    OcppPairStatus,
    SalesforceCase,
)
from wirelane_geo.operator.audit import Entry
from wirelane_geo.ui.details import web_address
from wirelane_geo.ui.operator.paging import ListPage
from wirelane_geo.ui.operator.sessions import moment
from wirelane_geo.ui.palette import in_order
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts
from wirelane_geo.wire.records_2026 import STATUSES

_TONES = {ChainItemStatus.connected: "good", ChainItemStatus.disconnected: "bad", ChainItemStatus.unknown: "off"}
_BAD = frozenset({OcppPairStatus.ERROR, OcppPairStatus.EXCEPTION, OcppPairStatus.TIMED_OUT})


@dataclass(frozen=True)
class Cell:
    """What is in a cell of a table: text, smaller text beneath; before it the mark of a status, or a spot of a tone; or a
    link."""

    text: str = ""
    small: str = ""
    status: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the list; how many connectors have each status."""

    number: str
    label: str
    street: str
    place: str
    statuses: Sequence[tuple[str, str]]
    updated: str


def label_of(station: ChargingStation) -> str:
    """What a station is called."""
    return station.station_id or str(station.id or "?")


def place_of(station: ChargingStation) -> str:
    """Its address in a line."""
    address = station.address or Address()
    street = " ".join(filter(None, (address.street, address.house_number)))
    return ", ".join(filter(None, (street, " ".join(filter(None, (address.zip_code, address.city))))))


def status_of(connector: Connector) -> Status:
    """A connector's status as the map has it."""
    return Status.UNKNOWN if connector.status is None else STATUSES[connector.status]


def status_text(connector: Connector, texts: Texts) -> str:
    """A connector's status, with the upstream's word for it where that says more."""
    status, said = status_of(connector), connector.status
    known = said is None or said in Status.__members__
    return texts.term(status) if known or said is None else f"{texts.term(status)}: {texts.term(said)}"


def stations_html(shown: ListPage[ChargingStation], texts: Texts, zone: tzinfo) -> str:
    """The list."""
    return render("stations", t=texts, shown=shown, rows=[_row(station, texts, zone) for station in shown.records])


def connectors_html(station: ChargingStation, texts: Texts) -> str:
    """The connectors."""
    rows = [(Cell(connector.label_code or connector.scm_id or "?", connector.evseid or ""),
             Cell(texts.power(connector.power), ", ".join(map(texts.term, connector.plug_types))),
             Cell(status_text(connector, texts), status=status_of(connector))) for connector in station.connectors]
    return _table(texts, "connectors", ("station.connector", "station.power", "operator.status"), rows)


def connection_html(links: Iterable[ConnectionChainItem], texts: Texts) -> str:
    """The links of the connection."""
    rows = [(Cell(texts.term(link.type) if link.type else link.label or "", link.label or "" if link.type else ""),
             Cell(texts.term(link.status or ChainItemStatus.unknown), tone=_TONES[link.status or ChainItemStatus.unknown]))
            for link in links]
    return _table(texts, "connection", ("station.link", "operator.status"), rows)


def maintenance_html(works: Iterable[ChargingStationMaintenance], texts: Texts, zone: tzinfo) -> str:
    """What was planned, and when it was over."""
    rows = [(Cell(moment(work.start, zone)), Cell(moment(work.end, zone)),
             Cell(moment(work.actualEnd, zone) or texts("station.not_over"))) for work in works]
    return _table(texts, "maintenance", ("station.planned_from", "station.planned_until", "station.over"), rows)


def cases_html(cases: Iterable[SalesforceCase], texts: Texts, zone: tzinfo) -> str:
    """The cases."""
    rows = [(Cell(str(case.caseNumber or case.id or "?"), url=web_address(case.url) or ""),
             Cell(case.title or "", case.caseOwnerName or ""), Cell(case.status or ""), Cell(moment(case.createdAt, zone)),
             Cell(moment(case.closedAt, zone))) for case in cases]
    columns = ("station.case", "station.case.title", "operator.status", "station.case.created", "station.case.closed")
    return _table(texts, "cases", columns, rows)


def logs_html(logs: Sequence[ChargingStationOcppLog], total: int | None, texts: Texts, zone: tzinfo) -> str:
    """The messages, and that there are more of them."""
    rows = [(Cell(moment(log.request_date, zone)), Cell(log.action or "?"),
             Cell(texts.term(log.actor) if log.actor else ""),
             Cell(log.status or "", tone="bad" if log.status in _BAD else "good"),
             Cell(log.request_content or "", log.response_content or "")) for log in logs]
    more = total is not None and total > len(logs)
    note = texts("station.more", n=texts.number(len(logs)), total=texts.number(total or 0)) if more else ""
    columns = ("station.when", "station.message", "station.from", "station.outcome", "station.content")
    return _table(texts, "logs", columns, rows, note)


def audit_html(entries: Iterable[Entry], texts: Texts, zone: tzinfo) -> str:
    """Who asked what, and what came of it."""
    rows = [(Cell(moment(entry.when, zone)), Cell(entry.who), Cell(_what(entry, texts)),
             Cell(entry.answer or texts("audit.open"), tone="bad" if entry.failed else "good" if entry.answer else "off"))
            for entry in entries]
    return _table(texts, "remote", ("station.when", "audit.who", "audit.what", "audit.answer"), rows)


def _what(entry: Entry, texts: Texts) -> str:
    kind, _, connector = entry.what.partition(" ")
    return " ".join(filter(None, (texts(f"remote.what.{kind}"), connector)))


def _table(texts: Texts, section: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], note: str = "") -> str:
    return render("station_section", t=texts, title=texts(f"station.section.{section}"), columns=columns, rows=rows, note=note)


def _row(station: ChargingStation, texts: Texts, zone: tzinfo) -> Row:
    address = station.address or Address()
    counts = Counter(status_of(connector) for connector in station.connectors)
    statuses = [(name, f"{counts[Status(name)]} × {texts.term(Status(name))}" if len(station.connectors) > 1 else
                 texts.term(Status(name))) for name in in_order() if name in Status.__members__ and counts[Status(name)]]
    dates = [connector.status_update for connector in station.connectors if connector.status_update]
    return Row(str(station.id or ""), label_of(station), " ".join(filter(None, (address.street, address.house_number))),
               " ".join(filter(None, (address.zip_code, address.city))), statuses, moment(max(dates, default=None), zone))
