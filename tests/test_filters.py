"""Filters: one table of them, checked row by row and against a plain reading of their meaning."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.files import facts_of
from tests.strategies import all_filters as any_filters
from wirelane_geo.filters import EVERYTHING, FILTERS, Filter, Filters, Unreadable, shape_of, upstream
from wirelane_geo.geo import PointTable
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, Conditions, OfferedPoint, PlugType, Status
from wirelane_geo.model.access import AdHoc, Admission, Cost, Vehicle, Wheelchair, bits_of
from wirelane_geo.model.operators import Operator, is_chosen
from wirelane_geo.permalink import KEYS
from wirelane_geo.store.schedules import schedule_in, schedule_of

ROOT = Path(__file__).parent.parent

HOURS = ("Mo-Fr 08:00-18:00", "Sa-Su 22:00-04:00")
SCHEDULES = (None, *(schedule_in(schedule_of(ChargePoint(
    charge_point_id="P", opening_hours=hours, timezone="Europe/Berlin")) or "") for hours in HOURS))
OPERATORS = (Operator(), Operator("Ampera"), Operator("Voltwerk AG", "DEXYZ"), Operator("Ampera Süd GmbH", "DEABC"))

said = st.tuples(
    st.sampled_from(Cost), st.sampled_from(AdHoc), st.sampled_from(Admission),
    st.sampled_from([(Vehicle.unknown,), (Vehicle.car,), (Vehicle.two_wheeler, Vehicle.other)]), st.sampled_from(Wheelchair))
"""What is known of price and access, a question each."""
points = st.lists(
    st.tuples(
        st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(Status), st.none() | st.floats(0, 500, width=32),
        st.frozensets(st.sampled_from(PlugType)), st.integers(0, 5), st.none() | st.sampled_from(ChargingType),
        st.frozensets(st.sampled_from(AuthenticationType)), st.booleans(),
        st.integers(0, len(OPERATORS) - 1), st.integers(0, len(SCHEDULES) - 1), st.booleans(),
        said,
    ),
    max_size=30,
)


def table_of(rows: list[tuple]) -> PointTable:
    lon, lat, status, power, plugs, station, kind, auth, reservable, operator, schedule, closed, access = (
        zip(*rows, strict=True) if rows else [()] * 13)
    table = PointTable.from_arrays(
        np.array(lon, float), np.array(lat, float), [s.number for s in status],
        [np.nan if p is None else p for p in power], [PlugType.mask(p) for p in plugs], list(station),
        charging_type=[255 if k is None else k.number for k in kind],
        authentication=[AuthenticationType.mask(a) for a in auth], reservable=list(reservable),
        handle=np.arange(len(rows)) + 1, access=[bits_of([*each[:3], *each[3], each[4]]) for each in access],
        operator=np.array(operator, int), operators=OPERATORS, schedule=np.array(schedule, int), schedules=SCHEDULES,
    )
    table.set_closed_now(np.array(closed, bool))
    return table


def is_named(operator: Operator, word: str) -> bool:
    """Whether a word means an operator, by hand."""
    name = (operator.name or "").lower().replace("ü", "u").split()
    return name[:len(word.split())] == word.split() or (operator.code or "").lower() == word


def meets_alone(filters: Filters, row: tuple) -> bool:
    """What the filters mean for a point, whatever else is at its station."""
    lon, lat, status, power, plugs, station, kind, auth, reservable, operator, schedule, closed, access = row
    cost, adhoc, admission, vehicles, wheelchair = access
    low, high = filters.power_kw
    wanted = {word for word in filters.operators if not word.startswith("!")}
    unwanted = {word[1:] for word in filters.operators} - {word[1:] for word in wanted}
    hours = SCHEDULES[schedule]
    return (
        (not filters.plugs or bool(filters.plugs & plugs))
        and ((low is None and high is None) or power is not None)
        and (low is None or np.float32(power) >= np.float32(low))
        and (high is None or np.float32(power) <= np.float32(high))
        and (not filters.statuses or status in filters.statuses)
        and (not filters.charging_types or kind in filters.charging_types)
        and (not filters.authentications or bool(filters.authentications & auth))
        and (filters.reservable is None or filters.reservable == reservable)
        and (not filters.costs or cost in filters.costs)
        and (not filters.adhoc or adhoc in filters.adhoc)
        and (not filters.admissions or admission in filters.admissions)
        and (not filters.vehicles or any(kind in filters.vehicles for kind in vehicles))
        and (not filters.wheelchair or wheelchair in filters.wheelchair)
        and (not wanted or any(is_named(OPERATORS[operator], word) for word in wanted))
        and not any(is_named(OPERATORS[operator], word) for word in unwanted)
        and (filters.open != "now" or not closed)
        and (not isinstance(filters.open, datetime) or hours is None
             or hours.is_open(filters.open.replace(tzinfo=ZoneInfo("Europe/Berlin"))) is not False)
        and (filters.stations is None or station in filters.stations)
        and (filters.area is None or shapely.make_valid(filters.area).intersects(shapely.Point(lon, lat)))
        and (filters.route is None or shape_of(filters.route).intersects(shapely.Point(lon, lat)))
    )


def matching(filters: Filters, rows: list[tuple]) -> list[int]:
    """The rows that are kept: by each alone, then by how many a station has of those."""
    named = {rows[handle - 1][5] for handle in filters.named if handle <= len(rows)}
    alone = [i for i, row in enumerate(rows) if meets_alone(filters, row) and (not filters.named or row[5] in named)]
    at = Counter(rows[i][5] for i in alone)
    free = Counter(rows[i][5] for i in alone if rows[i][2] is Status.FREE and not rows[i][11])
    return [i for i in alone
            if at[rows[i][5]] >= (filters.at_least or 0) and free[rows[i][5]] >= (filters.free_at_least or 0)]


areas = st.none() | st.sampled_from([shapely.box(-10, -10, 30, 40), shapely.Point(0, 0).buffer(50)])


@pytest.mark.slow
@given(points, any_filters, areas, st.none() | st.frozensets(st.integers(0, 5)))
def test_the_mask_is_what_the_words_mean(
    rows: list[tuple], chosen: Filters, area: object, stations: frozenset | None
) -> None:
    chosen = Filters(**{**vars(chosen), "area": area, "stations": stations})
    table = table_of(rows)
    kept = sorted(table.order[chosen.mask(table)].tolist())
    assert kept == matching(chosen, rows)


@given(points, any_filters)
def test_a_point_alone_is_kept_as_in_a_table(rows: list[tuple], chosen: Filters) -> None:
    for row in rows:
        lon, lat, status, power, plugs, _, kind, auth, reservable, operator, *_, access = row
        cost, adhoc, admission, vehicles, wheelchair = access
        name, code = OPERATORS[operator]
        conditions = Conditions(
            free={Cost.free: True, Cost.paid: False}.get(cost), adhoc={AdHoc.possible: True, AdHoc.impossible: False}.get(adhoc),
            public={Admission.public: True, Admission.restricted: False}.get(admission),
            vehicles=tuple({Vehicle.car: "car", Vehicle.two_wheeler: "moped", Vehicle.other: "lorry"}.get(kind, "unknown")
                           for kind in vehicles),
            wheelchair={Wheelchair.accessible: True, Wheelchair.inaccessible: False}.get(wheelchair))
        if auth & {AuthenticationType.nfc_terminal, AuthenticationType.direct}:
            row = (*row[:-1], (cost, AdHoc.possible, *access[2:]))
        point = OfferedPoint(charge_point_id="P", conditions=conditions, longitude=lon, latitude=lat, status=status, power=power,
                             charging_type=kind, plug_types=tuple(plugs), authentication_types=tuple(auth),
                             reservable=reservable or None, cpo=name, evseid=code and f"{code[:2]}*{code[2:]}*E1")
        assert chosen.meets(point) == meets_alone(chosen.without("open").without("area").without("route"), row)


@pytest.mark.parametrize(("when", "kept"), [
    (datetime(2026, 12, 24, 9), True), (datetime(2026, 12, 24, 18), False), (datetime(2026, 12, 26, 9), False)])
def test_a_point_alone_is_kept_by_its_own_clock(when: datetime, kept: bool) -> None:
    shop = ChargePoint(charge_point_id="P", opening_hours="Mo-Fr 08:00-18:00", timezone="America/Lima")
    assert Filters(open=when).meets(shop) is kept
    assert Filters(open=when).meets(ChargePoint(charge_point_id="P")), "nobody knows of hours"


@pytest.mark.parametrize(("said", "means"), [
    ("Ionity", {"Ionity GmbH", "IONITY"}), ("ionity gmbh", {"Ionity GmbH"}), ("Iön", set()), ("ion", set()),
    ("Stadtwerke Köln", {"Stadtwerke Koeln AG, Abt. 7", "STADTWERKE KÖLN"}), ("DE*ABC", {"coded"}), ("!ionity", {"*"}),
    ("Straßenlicht", {"STRASSENLICHT e.V."}),
])
def test_an_operator_is_meant_in_any_spelling(said: str, means: set[str]) -> None:
    [word] = row_of("cpo").read(said)
    there = [Operator(name) for name in ("Ionity GmbH", "IONITY", "Aral pulse", "STADTWERKE KÖLN", "STRASSENLICHT e.V.")]
    there += [Operator(None, "DEABC"), Operator()]
    found = {operator.name or operator.code for operator in there if is_chosen(operator, [word])}
    expected = {"DEABC" if name == "coded" else name for name in means} & {o.name or o.code for o in there}
    if means == {"*"}:
        expected = {"Aral pulse", "STADTWERKE KÖLN", "STRASSENLICHT e.V.", "DEABC", None}
    assert found == expected


@pytest.mark.parametrize(("key", "text"), [
    ("open", "tomorrow"), ("open", "2026-13-01T00:00"), ("open", "1999-12-31T23:59"), ("open", "20:00"), ("open", "2026-12-24"),
    ("min", "0"), ("min", "-1"), ("min", "1000"), ("min", "4.5"), ("free", "²"), ("free", ""), ("cpo", " , "), ("cpo", "!"),
    ("stations", "x"), ("stations", "0"), ("stations", "-1"), ("stations", "9007199254740992"), ("stations", ","),
    ("stations", ",".join(map(str, range(1, 102)))),
    ("area", "_p~iF~ps|U"), ("area", "é"), ("route", "_p~iF~ps|U_ulLnnqC"), ("route", "49:_p~iF~ps|U_ulLnnqC"),
    ("route", "500:?"), ("route", "500:_p~iF~ps|U"), ("cpo", "x" * 81), ("cpo", ",".join(f"a{i}" for i in range(51)))])
def test_what_cant_be_meant_is_refused(key: str, text: str) -> None:
    with pytest.raises(Unreadable):
        row_of(key).read(text)


def test_a_time_with_a_zone_says_what_would_be_right() -> None:
    with pytest.raises(Unreadable) as refused:
        row_of("open").read("2026-12-24T22:00:00+01:00")
    assert refused.value.instead == "2026-12-24T22:00"


def row_of(key: str) -> Filter:
    return next(row for row in FILTERS if row.key == key)


def test_everything_keeps_everything() -> None:
    assert not EVERYTHING
    assert Filters(statuses={"FREE"})


def test_equal_choices_are_one_cache_key() -> None:
    assert Filters(plugs=["CCS", "CCS"], power_kw=(50, None)) == Filters(plugs={PlugType.CCS}, power_kw=(50.0, None))
    assert len({Filters(plugs=[PlugType.CCS, PlugType.TYPE_2]), Filters(plugs=(PlugType.TYPE_2, PlugType.CCS))}) == 1


def test_a_word_that_is_no_plug_is_refused() -> None:
    with pytest.raises(ValueError, match="TESLA"):
        Filters(plugs={"TESLA"})


@pytest.mark.parametrize("row", FILTERS, ids=lambda row: row.name)
def test_each_filter_is_in_links_and_documented(row) -> None:
    assert row.key in KEYS
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"| `{row.key}` | {row.label} | {row.values}" in readme
    for term in row.terms or ():
        assert term in next(line for line in readme.splitlines() if line.startswith(f"| `{row.key}` "))


@given(any_filters)
def test_each_filter_reads_what_it_writes(chosen: Filters) -> None:
    for row in FILTERS:
        if (value := getattr(chosen, row.name)) != row.default:
            assert row.read(row.write(value)) == value
    assert chosen.without("plugs").plugs == frozenset()


@given(any_filters)
def test_the_upstream_query_is_within_the_contract(chosen: Filters) -> None:
    operations = facts_of("2023")["operations"]
    points = next(o for o in operations if o["method"] == "GET" and o["path"].endswith("/points"))
    known = {p["name"]: p for p in points["parameters"]}
    for name, value in upstream(chosen).items():
        values = value.split(",") if "array" in known[name] else [value]
        assert "enum" not in known[name] or set(values) <= set(known[name]["enum"])
    if AuthenticationType.nfc_terminal in chosen.authentications:
        assert "auth_type" not in upstream(chosen)
