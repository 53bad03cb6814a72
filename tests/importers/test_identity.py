"""Which point a record is of: one operator's is never another's, one in two spellings is one, and the newer record counts, in
whatever order they come."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NewUrl
from tests.importers.files import EVSE, IRVE, LOCATION, split
from tests.store.earlier import leave_as
from wirelane_geo.importers import Note, Reject, read
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.model.evse_ids import SEPARATORS, cpo_of, evse_key
from wirelane_geo.model.precedence import Standing, outdoes
from wirelane_geo.store import PointQuery, Store, open_store

NONE = "Non concerné"


def file(directory: Path, name: str, *records: dict[str, Any]) -> Path:
    path = directory / name
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture(autouse=True, params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> Iterator[None]:
    """All of this holds for a store of either kind."""
    if request.param == "postgresql":
        with request.getfixturevalue("postgres").lending() as lend:
            of_postgres.append(lend)
            yield
        of_postgres.clear()
    else:
        yield


of_postgres: list[NewUrl] = []
in_file_only = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
"""What is about files of earlier versions."""


@contextmanager
def store_in(directory: Path) -> Iterator[Store]:
    with closing(open_store(of_postgres[0]() if of_postgres else directory / "points.sqlite")) as store:
        yield store


def take(store: Store, *paths: Path) -> list[tuple[str, str]]:
    """Import files; what was kept back of them."""
    kept: list[tuple[str, str]] = []
    for path in paths:
        reader = read(path)
        points = (found for found in reader if isinstance(found, ChargePoint))
        store.take(points, reader.origin, lambda point, what: kept.append((point.charge_point_id, what)))
    return kept


def points(store: Store) -> list[ChargePoint]:
    return [msgspec.json.decode(body, type=ChargePoint) for body in store.query(PointQuery(page_size=10_000)).bodies]


def evse(**changes: Any) -> dict[str, Any]:
    return LOCATION | {"evses": [EVSE | changes]}


def elsewhere(**changes: Any) -> dict[str, Any]:
    place = {"latitude": "52.37", "longitude": "4.9"}
    return LOCATION | {"id": "L10", "coordinates": place, "evses": [EVSE | changes]}


# --- EVSE IDs --------------------------------------------------------------------------------------------------------

@given(st.text("ABC123", min_size=1).flatmap(lambda text: st.tuples(st.just(text), st.lists(st.sampled_from(SEPARATORS)))))
def test_separators_and_case_make_no_other_evse_id(given: tuple[str, list[str]]) -> None:
    text, separators = given
    spelled = "".join(letter + (separators[i] if i < len(separators) else "") for i, letter in enumerate(text.lower()))
    assert evse_key(spelled) == evse_key(text) == text


@pytest.mark.parametrize(("evseid", "cpo"), [("DE*ABC*E1*2", "DEABC"), ("frxyze00031", "FRXYZ"), ("DE-A1C-E-7", "DEA1C"),
                                             ("+49*123*456", None), ("hub", None), ("", None)])
def test_an_evse_id_says_whose_it_is(evseid: str, cpo: str | None) -> None:
    assert cpo_of(evseid) == cpo


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(st.lists(st.text("DEabc*-_ .:/+|~1", max_size=12), min_size=10, max_size=40, unique_by=evse_key))
def test_the_database_reads_spellings_as_we_do(tmp_path_factory: pytest.TempPathFactory, spelled: list[str]) -> None:
    with store_in(tmp_path_factory.mktemp("store")) as store:
        store.upsert([ChargePoint(charge_point_id=f"x{number}", evseid=one) for number, one in enumerate(spelled)], "api")
        for one in spelled:
            found = store.get("evseid", evse_key(one))
            assert found is not None
            assert found.evseid == one


@pytest.mark.parametrize("text", ["FR*XYZ*E00031", "FRXYZE00031", "frxyze00031", "fr-xyz-e00031", "FR XYZ E00031", "FR*XYZ*E000"])
@pytest.mark.parametrize("stored", ["FR*XYZ*E00031", "FRXYZE00031", "frxyze00031"])
def test_any_spelling_finds_it(tmp_path: Path, stored: str, text: str) -> None:
    with store_in(tmp_path) as store:
        take(store, file(tmp_path, "irve.jsonl", IRVE | {"id_pdc_itinerance": stored}, IRVE))
        assert [one.evseid for one in store.records(store.search(text, 5))] == [stored]
        if len(text) > 11:
            assert (store.get("evseid", text) or IRVE).evseid == stored  # type: ignore[union-attr]
            assert store.query(PointQuery(evseids=frozenset([text]))).total == 1


# --- one operator's are not another's --------------------------------------------------------------------------------

TWO_TOWNS = [IRVE | {"nom_amenageur": f"Mairie {town}", "nom_operateur": f"Borne {town}", "nom_enseigne": f"Borne {town}",
                     "id_pdc_itinerance": NONE, "id_station_itinerance": NONE, "id_station_local": "1", "id_pdc_local": "1",
                     "coordonneesXY": position} for town, position in (("A", "[-1.67,48.11]"), ("B", "[5.37,43.29]"))]
SAME_OPERATOR = [row | {"nom_operateur": "Borne", "nom_enseigne": "Borne"} for row in TWO_TOWNS]
SAME_NAMES = [row | {"nom_operateur": "Borne", "nom_enseigne": None, "nom_amenageur": None, "code_insee_commune": code}
              for row, code in zip(TWO_TOWNS, ("35238", "13055"), strict=True)]
BARE = {name: value for name, value in LOCATION.items() if name not in ("country_code", "party_id", "owner")}
TWO_NETS = [BARE | {"id": "1", "operator": {"name": f"Netz {net}"}, "evses": [EVSE | {"uid": "1", "evse_id": None}]}
            for net in "AB"]
TWO_PARTIES = [LOCATION | {"id": "1", "party_id": party, "evses": [EVSE | {"uid": "1", "evse_id": None}]}
               for party in ("AAA", "BBB")]
NAMELESS = [BARE | {"id": "1", "operator": None, "evses": [EVSE | {"uid": "1", "evse_id": None}]}] * 2


@pytest.mark.slow
@pytest.mark.parametrize("two", [TWO_TOWNS, SAME_OPERATOR, SAME_NAMES, TWO_NETS, TWO_PARTIES])
def test_two_operators_points_are_two(tmp_path: Path, two: list[dict[str, Any]]) -> None:
    a, b = (file(tmp_path, name, record) for name, record in zip("ab", two, strict=True))
    both, turned = file(tmp_path, "both", *two), file(tmp_path, "turned", *reversed(two))
    for number, paths in enumerate([(a, b), (b, a), (both,), (turned,), (a, b, a, both)]):
        (tmp_path / str(number)).mkdir()
        with store_in(tmp_path / str(number)) as store:
            take(store, *paths)
            assert len(points(store)) == 2
            assert {one.cpo for one in points(store)} == {one.cpo for one in split(both)[0]}


def test_where_nothing_says_whose_they_are_the_file_does(tmp_path: Path) -> None:
    a, b = (file(tmp_path, name, record) for name, record in zip(("a.json", "b.json"), NAMELESS, strict=True))
    (tmp_path / "c").mkdir()
    again = file(tmp_path / "c", "a.jsonl", NAMELESS[0])
    with store_in(tmp_path) as store:
        take(store, a, b, again)
        assert len(points(store)) == 2


@pytest.mark.parametrize("spelled", ["Non concerné", "Non concerne", "NON CONCERNÉ", "Non concernée", "Non concerne\u0301",
                                     "Non\u00a0concerné", " non-concerné ", "Nonconcerné", "N/A", "NC", "null", "-", "Néant"])
def test_no_evse_id_in_any_spelling(tmp_path: Path, spelled: str) -> None:
    path = file(tmp_path, "irve", *(IRVE | {"id_pdc_itinerance": spelled, "id_pdc_local": str(n)} for n in range(3)))
    found, rejected, _ = split(path)
    assert ([one.evseid for one in found], [one.charge_point_id for one in found]) == ([None] * 3, ["0", "1", "2"])
    assert rejected == []


# --- one is one ------------------------------------------------------------------------------------------------------

OLD = IRVE | {"id_pdc_itinerance": "FR*V75*E1", "date_maj": "2022-01-01", "puissance_nominale": "7.4"}
NEW = IRVE | {"id_pdc_itinerance": "frv75e1", "date_maj": "2025-06-01", "puissance_nominale": "22"}
UNDATED = IRVE | {"id_pdc_itinerance": "FRV75E1", "date_maj": None, "puissance_nominale": "11"}


@pytest.mark.parametrize("rows", list(permutations([OLD, NEW, UNDATED])))
def test_of_rows_in_one_file_the_newest_counts_and_all_are_told(tmp_path: Path, rows: tuple[dict[str, Any], ...]) -> None:
    found = list(read(path := file(tmp_path, "irve", *rows)))
    left = [one for one in found if isinstance(one, Reject | Note)]
    assert sorted(row for one in left if (row := one.row)) == [n for n, row in enumerate(rows, 1) if row is not NEW]
    with store_in(tmp_path) as store:
        take(store, path)
        [one] = points(store)
    assert one.power == 22.0


@pytest.mark.parametrize("rows", list(permutations([OLD, NEW])))
def test_an_older_record_never_overwrites_a_newer_one(tmp_path: Path, rows: tuple[dict[str, Any], ...]) -> None:
    paths = [file(tmp_path, str(n), row) for n, row in enumerate(rows)]
    with store_in(tmp_path) as store:
        assert take(store, *paths) == ([("FR*V75*E1", "record")] if rows[1] is OLD else [])
        [one] = points(store)
        assert one.power == 22.0
        seq = store.last_seq()
        take(store, paths[rows.index(NEW)])
        assert store.last_seq() == seq, "again, and nothing changes"


def test_a_newer_record_that_says_the_same_is_remembered_as_newer(tmp_path: Path) -> None:
    first, second, late = (file(tmp_path, date, NEW | {"date_maj": date, "puissance_nominale": power})
                           for date, power in (("2025-01-01", "22"), ("2025-03-01", "22"), ("2025-02-01", "7.4")))
    with store_in(tmp_path) as store:
        take(store, first, second, late)
        assert [one.power for one in points(store)] == [22.0]


REMOVED = evse(status="REMOVED", last_updated="2026-01-01T00:00:00Z")
LATE_REMOVED = evse(status="REMOVED", last_updated="2026-03-01T00:00:00Z")
LIVE = elsewhere(status="AVAILABLE", last_updated="2026-02-01T00:00:00Z")


@pytest.mark.parametrize("removed", [REMOVED, LATE_REMOVED])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_what_moved_lives_at_its_new_place(
        tmp_path: Path, removed: dict[str, Any], order: tuple[int, int], together: bool) -> None:
    records = [(removed, LIVE)[n] for n in order]
    apart = [file(tmp_path, str(n), one) for n, one in enumerate(records)]
    paths = [file(tmp_path, "both", *records)] if together else apart
    with store_in(tmp_path) as store:
        for _ in range(2):
            take(store, *paths)
            [one] = points(store)
            assert (one.status, one.charging_station_id, one.latitude) == (Status.FREE, "L10", 52.37)


def test_what_is_removed_where_it_is_is_gone(tmp_path: Path) -> None:
    removed = elsewhere(status="REMOVED", last_updated="2026-03-01T00:00:00Z")
    with store_in(tmp_path) as store:
        take(store, file(tmp_path, "a", LIVE), file(tmp_path, "b", removed))
        assert [one.status for one in points(store)] == [Status.CLOSED]


@pytest.mark.parametrize("first", ["2099-01-01T00:00:00Z", "0001-01-01T00:00:00+02:00", None, "soon"])
def test_a_date_in_the_future_or_none_freezes_nothing(tmp_path: Path, first: str | None) -> None:
    a = file(tmp_path, "a", evse(status="AVAILABLE", last_updated=first) | {"last_updated": None})
    b = file(tmp_path, "b", evse(status="OUTOFORDER", last_updated="2026-01-27T12:00:00Z"))
    with store_in(tmp_path) as store:
        take(store, a)
        [before] = points(store)
        take(store, b)
        [after] = points(store)
    assert (before.status, after.status) == (Status.FREE, Status.FAULTED)
    assert [one.update_date is not None and one.update_date <= datetime.now(UTC) for one in (before, after)] == [True, True]


@pytest.mark.parametrize("first", [None, "0001-01-01T00:00:00+02:00", "2099-01-01T00:00:00Z", "soon"])
@pytest.mark.parametrize("records", [
    lambda date: evse(last_updated=date) | {"last_updated": None}, lambda date: IRVE | {"date_maj": date}])
def test_a_record_that_was_repaired_brings_its_date(
        tmp_path: Path, records: Callable[[str | None], dict[str, Any]], first: str | None) -> None:
    broken, repaired = file(tmp_path, "a", records(first)), file(tmp_path, "b", records("2026-02-01T00:00:00Z"))
    with store_in(tmp_path) as store:
        take(store, broken)
        seq = store.last_seq()
        take(store, repaired)
        [point] = points(store)
        assert point.update_date == datetime(2026, 2, 1, tzinfo=UTC)
        assert store.last_seq() > seq, "who follows the changes hears of it"
        seq = store.last_seq()
        take(store, repaired, broken)
        assert points(store) == [point]
        assert store.last_seq() == seq
        changed = datetime(2026, 6, 1, tzinfo=UTC)
        store.set_statuses({point.id: Status.FAULTED for point in points(store)}, changed)
        take(store, repaired)
        [point] = points(store)
        assert (point.status, point.update_date) == (Status.FAULTED, changed)


def test_a_status_that_is_kept_back_is_told(tmp_path: Path) -> None:
    path = file(tmp_path, "a", evse(status="AVAILABLE"))
    with store_in(tmp_path) as store:
        take(store, path)
        store.set_statuses({id: Status.FAULTED for one in points(store) if (id := one.id)})
        assert take(store, path) == [("7", "status")]
        assert [one.status for one in points(store)] == [Status.FAULTED]
        assert take(store, file(tmp_path, "b", evse(status="UNKNOWN"))) == [], "it knows none"


def test_one_evse_id_on_several_evses_of_a_place_is_several_points(tmp_path: Path) -> None:
    several = LOCATION | {"evses": [EVSE | {"uid": uid} for uid in ("1", "2", "3")]}
    with store_in(tmp_path) as store:
        for record in (several, several | {"evses": several["evses"][::-1]}):
            take(store, file(tmp_path, "a", record))
            assert sorted(one.charge_point_id for one in points(store)) == ["1", "2", "3"]


@given(*[st.builds(Standing, st.none() | st.integers(0, 3), st.booleans(), st.sampled_from(["A", "B"]))] * 2)
def test_of_two_records_one_counts_whatever_their_order(a: Standing, b: Standing) -> None:
    if (a.dated, a.closed) != (b.dated, b.closed) and not (a.dated == b.dated and a.station == b.station):
        assert outdoes(a, b, tie=False) != outdoes(b, a, tie=False)
    assert outdoes(a, b, tie=True) >= outdoes(a, b, tie=False)


# --- data directories from before ------------------------------------------------------------------------------------

def old(store: Store, path: Path) -> None:
    """Import as earlier versions did: ids made of the labels as they stand there."""
    reader = read(path)
    found = [msgspec.structs.replace(one, id=None) for one in reader if isinstance(one, ChargePoint)]
    store.upsert(found, reader.origin)


@in_file_only
@pytest.mark.parametrize("records", [[IRVE, IRVE | {"id_pdc_itinerance": "FR*V75*E2"}], TWO_TOWNS[:1],
                                     [LOCATION, LIVE | {"evses": [EVSE | {"evse_id": None}]}],
                                     [LOCATION | {"evses": [EVSE | {"uid": uid} for uid in "123"]}], TWO_NETS[:1]])
def test_importing_again_into_an_older_directory_doubles_nothing(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    path = file(tmp_path, "a", *records)
    with store_in(tmp_path) as store:
        old(store, path)
        before = points(store)
    leave_as(tmp_path / "points.sqlite", 4)
    with store_in(tmp_path) as store:
        reader = read(path)
        ids = {one.id for one in reader if isinstance(one, ChargePoint) and one.id}
        for _ in range(2):
            take(store, path)
            assert points(store) == before, "ids and all"
        assert store.remove(reader.origin, ids) == 0
        assert store.remove(reader.origin) == len(before)


@in_file_only
def test_spellings_that_were_told_apart_become_one(tmp_path: Path) -> None:
    with store_in(tmp_path) as store:
        for name, row in (("a", OLD), ("b", NEW), ("c", UNDATED), ("d", IRVE | {"id_pdc_itinerance": "FRV75E2"})):
            old(store, file(tmp_path, name, row))
        first = points(store)[0]
    leave_as(tmp_path / "points.sqlite", 4)
    with store_in(tmp_path) as store:
        take(store, file(tmp_path, "e", UNDATED, OLD, NEW))
        assert [one.evseid for one in points(store)] == ["frv75e1", "FRV75E2"]
        assert points(store)[0].id in {first.id, *(one.id for one in points(store))}


@in_file_only
def test_what_an_older_version_kept_takes_no_list_down(tmp_path: Path) -> None:
    with store_in(tmp_path) as store:
        take(store, file(tmp_path, "a", LOCATION))
        [one] = points(store)
    for odd in (-62_135_604_000_000_000, 2**62, -(2**62)):
        with closing(sqlite3.connect(tmp_path / "points.sqlite", isolation_level=None)) as database:
            database.execute("UPDATE points SET updated = ?, created = ?, recorded = NULL, reported = NULL", (odd, odd))
        with store_in(tmp_path) as store:
            assert [kept.id for kept in points(store)] == [one.id]
            assert store.changed((0, 0), 10)[0].point.id == one.id  # type: ignore[arg-type]
            take(store, file(tmp_path, "b", evse(status="OUTOFORDER", last_updated="2025-02-01T00:00:00Z")))
            assert points(store)[0].status is Status.FAULTED
            take(store, file(tmp_path, "c", evse(last_updated="2025-03-01T00:00:00Z")))
