"""What hypothesis draws: networks as operators have them, of which any part may not be known."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from wirelane_geo.model import (
    AuthenticationType,
    ChargingType,
    Conditions,
    OfferedPoint,
    OpeningHours,
    PlugType,
    Price,
    Status,
)
from wirelane_geo.model.opening_hours import of_week

_LETTERS = st.characters(categories=["Ll"], max_codepoint=0x17F)
names = st.text(_LETTERS, min_size=2, max_size=12).map(lambda text: f"A{text}")
"""Names as people have them: the readers' own tidying leaves them alone."""
_KINDS = {ChargingType.AC: [PlugType.TYPE_1, PlugType.TYPE_2, PlugType.TYPE_2_ATCH, PlugType.TYPE_3, PlugType.SCHUKO],
          ChargingType.DC: [PlugType.CCS, PlugType.CHADEMO]}
_POWERS = {ChargingType.AC: [3.7, 7.4, 11.0, 22.0, 43.0], ChargingType.DC: [20.0, 50.0, 62.5, 150.0, 400.0]}
_QUARTERS = st.integers(0, 95).map(lambda quarter: quarter * 15)
_spans = st.lists(st.tuples(_QUARTERS, st.integers(1, 40).map(lambda quarters: quarters * 15)), max_size=2).map(
    lambda given: [(begin, begin + length) for begin, length in given])
weeks = st.lists(_spans, min_size=7, max_size=7).filter(any).map(of_week)
hours = st.none() | st.just(OpeningHours(open247=True)) | weeks
_amounts = st.integers(1, 499).map(lambda cents: cents / 100)


def prices(*units: str) -> st.SearchStrategy[tuple[Price, ...]]:
    """Prices of some units, each once, with what tells them apart."""
    if not units:
        return st.just(())
    one = st.builds(Price, per=st.sampled_from(units), amount=_amounts, currency=st.sampled_from(["EUR", "SEK"]),
                    adhoc=st.sampled_from([None, True, False]), tax=st.sampled_from([None, True, False]))
    return st.lists(one, max_size=3, unique=True).map(tuple)


@st.composite
def points(draw: st.DrawFn, units: tuple[str, ...]) -> OfferedPoint:
    """A point; `networks` gives it its ids, station and whom it is for."""
    kind = draw(st.sampled_from([ChargingType.AC, ChargingType.DC]))
    power = draw(st.none() | st.sampled_from(_POWERS[kind]))
    electric: dict[str, Any] = {} if power is None else {"voltage": draw(st.sampled_from([None, 230, 400, 800])),
                                                        "current": draw(st.sampled_from([None, 16, 32, 500]))}
    conditions = Conditions(
        prices=draw(prices(*units)), green=draw(st.none() | st.booleans()),
        vehicles=draw(st.sampled_from([(), ("car",), ("lorry", "bus"), ("something new",)])),
        wheelchair=draw(st.none() | st.booleans()))
    return OfferedPoint(
        charge_point_id="", charging_type=kind, power=power, status=draw(st.sampled_from(Status)),
        plug_types=tuple(draw(st.lists(st.sampled_from(_KINDS[kind]), min_size=1, max_size=2, unique=True))),
        reservable=draw(st.none() | st.booleans()),
        model=draw(st.none() | names), cpo=draw(st.sampled_from([None, "Ampera", "Voltwerk AG"])),
        city=draw(st.none() | names),
        zip_code=draw(st.sampled_from([None, "10115"])),
        street=draw(st.none() | names), timezone="Europe/Berlin", availability=draw(hours),
        service_hotline=draw(st.sampled_from([None, "+49 30 1"])), owner="SECRET-OWNER", serial_number="SECRET-SERIAL",
        authentication_types=tuple(draw(st.sets(st.sampled_from(AuthenticationType)))),
        longitude=draw(st.integers(700_000_0, 800_000_0)) / 1e6, latitude=draw(st.integers(48_500_000, 49_000_000)) / 1e6,
        update_date=draw(st.datetimes(datetime(2020, 1, 1), datetime(2025, 1, 1))).replace(microsecond=0, tzinfo=UTC),
        conditions=conditions, **electric)


def networks(*units: str, hours_together: bool = False) -> st.SearchStrategy[list[OfferedPoint]]:
    """Points with EVSE IDs of their own in a few stations of a country, all for everybody or nobody has said so; `units`: of
    their prices; hours_together: all points of a station have the same."""
    def named(given: list[OfferedPoint], public: bool | None, country: str) -> list[OfferedPoint]:
        return [msgspec.structs.replace(
            one, charge_point_id=f"c{number}", id=f"id{number}", charging_station_id=f"S{number % 3}", country=country,
            availability=given[number % 3 if hours_together else number].availability, evseid=f"DE*ABC*E{number}",
            conditions=msgspec.structs.replace(one.conditions or Conditions(), public=public))
            for number, one in enumerate(given)]
    return st.builds(named, st.lists(points(units), min_size=1, max_size=6), st.sampled_from([None, True]),
                     st.sampled_from(["DE", "FR"]))
