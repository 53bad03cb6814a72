"""Filters: one table of them, checked row by row and against a plain reading of their meaning."""

from pathlib import Path

import numpy as np
import pytest
import shapely
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.files import API_2023
from tests.strategies import filters as any_filters
from wirelane_geo.filters import EVERYTHING, FILTERS, Filters, upstream
from wirelane_geo.geo import PointTable
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status
from wirelane_geo.permalink import KEYS

ROOT = Path(__file__).parent.parent

points = st.lists(
    st.tuples(
        st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(Status), st.none() | st.floats(0, 500, width=32),
        st.frozensets(st.sampled_from(PlugType)), st.integers(0, 5), st.none() | st.sampled_from(ChargingType),
        st.frozensets(st.sampled_from(AuthenticationType)), st.booleans(),
    ),
    max_size=30,
)


def table_of(rows: list[tuple]) -> PointTable:
    lon, lat, status, power, plugs, station, kind, auth, reservable = zip(*rows, strict=True) if rows else [()] * 9
    return PointTable.from_arrays(
        np.array(lon, float), np.array(lat, float), [s.number for s in status],
        [np.nan if p is None else p for p in power], [PlugType.mask(p) for p in plugs], list(station),
        charging_type=[255 if k is None else k.number for k in kind],
        authentication=[AuthenticationType.mask(a) for a in auth], reservable=list(reservable),
    )


def meets(filters: Filters, row: tuple) -> bool:
    """What the filters mean, a point at a time."""
    lon, lat, status, power, plugs, station, kind, auth, reservable = row
    low, high = filters.power_kw
    return (
        (not filters.plugs or bool(filters.plugs & plugs))
        and ((low is None and high is None) or power is not None)
        and (low is None or np.float32(power) >= np.float32(low))
        and (high is None or np.float32(power) <= np.float32(high))
        and (not filters.statuses or status in filters.statuses)
        and (not filters.charging_types or kind in filters.charging_types)
        and (not filters.authentications or bool(filters.authentications & auth))
        and (filters.reservable is None or filters.reservable == reservable)
        and (filters.stations is None or station in filters.stations)
        and (filters.area is None or filters.area.intersects(shapely.Point(lon, lat)))
    )


areas = st.none() | st.sampled_from([shapely.box(-10, -10, 30, 40), shapely.Point(0, 0).buffer(50)])


@given(points, any_filters, areas, st.none() | st.frozensets(st.integers(0, 5)))
def test_the_mask_is_what_the_words_mean(
    rows: list[tuple], chosen: Filters, area: object, stations: frozenset | None
) -> None:
    chosen = Filters(**{**vars(chosen), "area": area, "stations": stations})
    table = table_of(rows)
    kept = sorted(table.order[chosen.mask(table)].tolist())
    assert kept == [i for i, row in enumerate(rows) if meets(chosen, row)]


@given(points, any_filters)
def test_a_point_alone_is_kept_as_in_a_table(rows: list[tuple], chosen: Filters) -> None:
    for row in rows:
        lon, lat, status, power, plugs, _, kind, auth, reservable = row
        point = ChargePoint(charge_point_id="P", longitude=lon, latitude=lat, status=status, power=power, charging_type=kind,
                            plug_types=tuple(plugs), authentication_types=tuple(auth), reservable=reservable or None)
        assert chosen.meets(point) == meets(chosen, row)


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
    operations = yaml.safe_load(API_2023.read_text(encoding="utf-8"))["operations"]
    points = next(o for o in operations if o["method"] == "GET" and o["path"].endswith("/points"))
    known = {p["name"]: p for p in points["parameters"]}
    for name, value in upstream(chosen).items():
        values = value.split(",") if "array" in known[name] else [value]
        assert "enum" not in known[name] or set(values) <= set(known[name]["enum"])
    if AuthenticationType.nfc_terminal in chosen.authentications:
        assert "auth_type" not in upstream(chosen)
