"""What we publish, read again by our own readers, is the same network."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from tests.live.clocks import ManualClock
from tests.publish.drawn import networks
from tests.publish.networks import WEEK, point
from tests.publish.schemas import faults
from tests.strategies import charge_points
from wirelane_geo.importers import read, read_tariffs
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    Conditions,
    OfferedPoint,
    OpeningHours,
    PlaceReport,
    Price,
    StatusReport,
)
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.model.opening_hours import Schedule
from wirelane_geo.publish import Edition, Publication, Publisher, Selection, datex_status, datex_table, ocpi_locations
from wirelane_geo.publish.ocpi_tariffs import Tariffs
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store, open_store

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
PUBLISHER = Publisher("DE-NAP-Test", "DE*TST")
PLACE = ("city", "zip_code", "street")
"""What is a location's in OCPI, of which only what all its points say is told."""
SAME = ("cpo", "power", "voltage", "current", "charging_type", "reservable", "model", "country", "city", "zip_code", "street",
        "house_number", "timezone", "service_hotline", "longitude", "latitude", "charging_station_id", "evseid")


class Network:
    """One network after the other in a store, and what is published of it."""

    def __init__(self, store: Store) -> None:
        self._store, self._clock = store, ManualClock()
        self.publication = Publication(EmbeddedSource(store, self._clock), store, self._clock)

    def edition(self, points: Sequence[ChargePoint]) -> Edition:
        self._store.remove("api")
        self._store.upsert(points, "api")
        self._clock.go_on(1)
        return self.publication.edition()


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    store = open_store(tmp_path_factory.mktemp("network") / "points.sqlite")
    yield Network(store)
    store.close()


def datex_of(publication: Publication, edition: Edition) -> tuple[bytes, bytes]:
    """Table and status of everything."""
    def stations() -> Iterator[Any]:
        return publication.stations(edition, publication.positions(edition, Selection.of("")))

    first = next(stations()).points[0]
    table = b"".join([datex_table.head(PUBLISHER, "t", first, AT, demo=False),
                      *datex_table.sites(stations(), edition.names, "de", date(2026, 3, 2)), datex_table.TAIL])
    status = b"".join([datex_status.head(PUBLISHER, "t", first, AT, demo=False),
                       *datex_status.statuses(stations(), edition.names),
                       datex_status.tail(PUBLISHER, first, AT, delta=False)])
    return table, status


def read_again(body: bytes, *tariffs: dict[str, Any]) -> list[Any]:
    with TemporaryDirectory() as directory:
        path, prices = Path(directory) / "file.json", Path(directory) / "tariffs.json"
        path.write_bytes(body)
        prices.write_bytes(msgspec.json.encode({"data": tariffs, "status_code": 1000}))
        reader = read(path, tariffs=read_tariffs(prices))
        found = [entry for entry in reader if not isinstance(entry, PlaceReport)]
        assert all(isinstance(one, ChargePoint | StatusReport) for one in found), found
        return found


def check_same(point: OfferedPoint, again: ChargePoint, but: tuple[str, ...] = ()) -> None:
    for name in SAME:
        if name not in but:
            assert getattr(again, name) == getattr(point, name), name
    assert set(again.plug_types) == set(point.plug_types)
    said, found = (one.availability and Schedule(one.availability, one.timezone) for one in (point, again))
    assert (said is None) == (found is None)
    for ahead in range(0, 8 * 24 * 60, 105) if said and found else ():
        when = AT + timedelta(minutes=ahead)
        assert found.is_open(when) == said.is_open(when), when


def check_conditions(point: OfferedPoint, again: ChargePoint, names: tuple[str, ...]) -> None:
    said, found = point.conditions or Conditions(), getattr(again, "conditions", None) or Conditions()
    for name in names:
        assert getattr(found, name) == getattr(said, name), name
    assert set(found.prices) == set(said.prices)


@pytest.mark.slow
@settings(max_examples=30)
@given(networks("kWh", "minute", "session"))
def test_datex_read_again_is_the_same_network(network: Network, points: list[OfferedPoint]) -> None:
    table, status = datex_of(network.publication, network.edition(points))
    assert b"SECRET" not in table + status
    assert not faults("table", json.loads(table))
    assert not faults("status", json.loads(status))
    known = {point.evseid: point for point in points}
    again = read_again(table)
    assert sorted(one.evseid for one in again) == sorted(known)
    for one in again:
        check_same(known[one.evseid], one)
        check_conditions(known[one.evseid], one, ("public", "green", "vehicles", "wheelchair", "free"))
    reports = {report.ref: report for report in read_again(status)}
    assert {ref: (report.status, report.at) for ref, report in reports.items()} == {
        evseid: (point.status, point.update_date) for evseid, point in known.items()}
    assert {evse_key(ref) for ref in reports} == {evse_key(one.evseid) for one in again}


@pytest.mark.parametrize(("amount", "told"), [(3.0, 0.05), (0.6, 0.01), (0.0, 0.0), (1.0, None), (2.95, None)])
def test_a_price_by_the_hour_is_told_by_the_minute_where_that_is_the_same(network: Network, amount: float,
                                                                         told: float | None) -> None:
    table, _ = datex_of(network.publication, network.edition([point(2, conditions=Conditions(prices=(
        Price(per="hour", amount=amount, currency="EUR", adhoc=True, tax=True),)))]))
    assert not faults("table", json.loads(table))
    [again] = read_again(table)
    found = (getattr(again, "conditions", None) or Conditions()).prices
    assert [(price.per, price.amount) for price in found] == ([] if told is None else [("minute", told)])


def ocpi_of(publication: Publication, edition: Edition) -> bytes:
    """All locations in one answer."""
    names = edition.names.for_ocpi()
    stations = publication.stations(edition, publication.positions(edition, Selection.of("")), names)
    data = [ocpi_locations.location(station, names, PUBLISHER, AT.date()) for station in stations]
    return msgspec.json.encode({"data": data, "status_code": 1000})


@pytest.mark.slow
@settings(max_examples=30)
@given(networks(hours_together=True))
def test_ocpi_read_again_is_the_same_network(network: Network, points: list[OfferedPoint]) -> None:
    body = ocpi_of(network.publication, network.edition(points))
    assert b"SECRET" not in body
    known = {point.evseid: point for point in points}
    again = {one.evseid: one for one in read_again(body)}
    assert again.keys() == known.keys()
    for evseid, one in again.items():
        point = known[evseid]
        check_same(point, one, ("cpo", "reservable", "model", "service_hotline", *PLACE))
        assert (one.status, one.update_date) == (point.status, point.update_date)
        assert one.reservable in (point.reservable, None) or (point.reservable is None and not one.reservable)
        shared = [other for other in points if other.charging_station_id == point.charging_station_id]
        for name in ("cpo", *PLACE):
            said = {getattr(other, name) for other in shared}
            nobody = "DE*ABC" if name == "cpo" else None
            assert getattr(one, name) == (said.pop() or nobody if len(said) == 1 else nobody), name
        assert set(one.authentication_types) == set(point.authentication_types) - {AuthenticationType.direct}


@pytest.mark.slow
@settings(max_examples=30)
@given(networks("kWh", "minute", "hour", "session", "parking hour", hours_together=True))
def test_tariffs_of_ocpi_read_again_are_the_same_prices(network: Network, points: list[OfferedPoint]) -> None:
    edition = network.edition(points)
    tariffs = [tariff for _, tariff in Tariffs(network.publication, PUBLISHER).of(edition, Selection.of(""))]
    assert len({tariff["id"] for tariff in tariffs}) == len(tariffs)
    again = {one.evseid: one for one in read_again(ocpi_of(network.publication, edition), *tariffs)}
    for one in points:
        found = getattr(again[one.evseid], "conditions", None) or Conditions()
        assert set(found.prices) == {by_the_hour(price) for price in (one.conditions or Conditions()).prices}


def by_the_hour(price: Price) -> Price:
    """As OCPI has it: times by the hour; of what nobody has said whether the tax is in it, it is not."""
    if price.per == "minute":
        price = msgspec.structs.replace(price, per="hour", amount=round(price.amount * 60, 4))
    return msgspec.structs.replace(price, tax=bool(price.tax))


@pytest.mark.slow
@settings(max_examples=30)
@given(charge_points(max_size=8))
def test_whatever_a_network_has_is_published_once_and_rightly(network: Network, points: list[ChargePoint]) -> None:
    """Points that share places, station ids, and of which hardly anything is known."""
    edition = network.edition(points)
    placed = sum(point.longitude is not None for point in points)
    if not placed:
        return
    table, status = datex_of(network.publication, edition)
    assert not faults("table", json.loads(table))
    assert not faults("status", json.loads(status))
    for body in (table, status):
        named = re.findall(r'"aegiElectricChargingPoint(?:Status)?":\{[^{]*(?:"reference":\{[^}]*)?"idG":"([^"]*)"',
                           body.decode())
        assert len(named) == len(set(named)) == placed
    locations = json.loads(ocpi_of(network.publication, edition))["data"]
    assert len({location["id"] for location in locations}) == len(locations)
    assert sum(len(location["evses"]) for location in locations) == placed
    assert "OWNER" not in (said := str(locations) + table.decode() + status.decode())
    assert "SERIAL" not in said


@pytest.mark.parametrize(("kind", "hours"), [
    ("datex", OpeningHours(open247=True, exceptionalOpenings={"2026-03-05": [], "2026-03-06": []})),
    ("datex", msgspec.structs.replace(WEEK, exceptionalOpenings={"2026-03-03": []})),
    ("ocpi", OpeningHours(open247=True, exceptionalOpenings={"2026-03-05": [["0900", "1200"], ["1300", "1500"]]})),
    ("ocpi", msgspec.structs.replace(WEEK, saturday=[], exceptionalOpenings={
        "2026-03-03": [], "2026-03-08": [["2200", "0300"]]})),
])
def test_dates_with_hours_of_their_own_come_through(network: Network, kind: str, hours: OpeningHours) -> None:
    edition = network.edition([point(1, availability=hours)])
    body = datex_of(network.publication, edition)[0] if kind == "datex" else ocpi_of(network.publication, edition)
    [again] = read_again(body)
    said, found = Schedule(hours, "Europe/Berlin"), Schedule(again.availability, again.timezone)
    times = [AT + timedelta(minutes=ahead) for ahead in range(0, 8 * 24 * 60, 30)]
    assert [found.is_open(when) for when in times] == [said.is_open(when) for when in times]
