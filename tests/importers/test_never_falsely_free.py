"""Records that say of a point that it is free, and something else beside it: it isn't shown as free."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.importers import datex
from tests.importers.files import CONNECTOR, EVSE, LOCATION, ocpi_file, split
from wirelane_geo.cli import main
from wirelane_geo.importers import read
from wirelane_geo.model import PlaceReport, StatusReport
from wirelane_geo.store import PointQuery, open_store


def imported(tmp_path: Path, *files: Path) -> dict[str, str]:
    """Statuses by what points are called, after an import."""
    result = CliRunner().invoke(main, ["import", *map(str, files)], env={"WIRELANE_GEO_DATA": str(tmp_path / "data")})
    assert result.exit_code == 0, result.output
    store = open_store(tmp_path / "data" / "points.sqlite")
    try:
        found = [json.loads(body) for body in store.query(PointQuery(page_size=100)).bodies]
    finally:
        store.close()
    return {point["charge_point_id"]: point["status"] for point in found}


@pytest.mark.parametrize(("words", "expected"), [
    (("AVAILABLE", "CHARGING"), "IN_USE"), (("CHARGING", "AVAILABLE"), "IN_USE"), (("AVAILABLE", "OUTOFORDER"), "FAULTED"),
    (("AVAILABLE", "INOPERATIVE", "AVAILABLE"), "UNAVAILABLE"), (("AVAILABLE", "UNKNOWN"), "FREE"),
    (("AVAILABLE", "AVAILABLE"), "FREE"), (("AVAILABLE", "REMOVED"), "FREE")])
@pytest.mark.parametrize("dated", [True, False])
def test_two_records_of_one_time(tmp_path: Path, words: tuple[str, ...], expected: str, dated: bool) -> None:
    dates = {} if dated else {"last_updated": None}
    locations = [LOCATION | dates | {"evses": [EVSE | dates | {"status": word}]} for word in words]
    for _ in range(2):
        assert imported(tmp_path, ocpi_file(tmp_path, *locations)) == {"7": expected}


def test_the_newer_of_two_records_counts_be_it_free_or_not(tmp_path: Path) -> None:
    for word, expected in (("AVAILABLE", "FREE"), ("CHARGING", "IN_USE")):
        older = "CHARGING" if word == "AVAILABLE" else "AVAILABLE"
        evses = [EVSE | {"status": older}, EVSE | {"status": word, "last_updated": "2025-06-21T09:00:00Z"}]
        directory = tmp_path / word
        directory.mkdir()
        assert imported(directory, ocpi_file(directory, *(LOCATION | {"evses": [evse]} for evse in evses))) == {"7": expected}


@pytest.mark.parametrize(("words", "expected"), [
    (["OUTOFORDER"], "FAULTED"), (["OUTOFORDER", "INOPERATIVE"], "UNAVAILABLE"), (["OUTOFORDER", "AVAILABLE"], "FREE"),
    (["CHARGING"], "IN_USE"), (["UNKNOWN"], "FREE"), (["AVAILABLE"], "FREE"), ([None], "FREE"), (["OUTOFORDER", None], "FREE")])
def test_connectors_that_have_statuses_of_their_own(tmp_path: Path, words: list[str | None], expected: str) -> None:
    evse = EVSE | {"connectors": [CONNECTOR | {"status": word} for word in words]}
    [point], _, notes = split(ocpi_file(tmp_path, LOCATION | {"evses": [evse]}))
    assert (str(point.status), sum("none of its connectors is" in note for note in notes)) == (expected, int(expected != "FREE"))


@pytest.mark.parametrize("state", [["hors_service"], 0, False, {"a": 1}, "peut-être"])
def test_a_state_of_irve_that_can_t_be_read(tmp_path: Path, state: Any) -> None:
    path = tmp_path / "irve.json"
    path.write_text(json.dumps([{"id_pdc_itinerance": "FRE1", "etat_pdc": state, "occupation_pdc": "libre"}]), encoding="utf-8")
    [report] = [entry for entry in read(path) if isinstance(entry, StatusReport)]
    assert str(report.status) == "UNKNOWN"


@pytest.mark.parametrize(("said", "expected", "noted"), [
    ("outOfOrder", "FAULTED", 0), ("OUT_OF_SERVICE", "UNAVAILABLE", 0), ("inoperative", "UNAVAILABLE", 0),
    ("removed", "CLOSED", 0), ("operational", "FREE", 0), ("unknown", "FREE", 0), ("occupied", "FREE", 1), ("asleep", "FREE", 1)])
def test_words_for_a_status_where_datex_has_words_of_its_own(tmp_path: Path, said: str, expected: str, noted: int) -> None:
    """Of a point, or of its station, which says so of all its points."""
    told = datex.point_status("E1", "available")["aegiRefillPointStatus"] | {"operationStatus": {"value": said}}
    reader = read(datex.file(tmp_path, datex.status({"aegiRefillPointStatus": told})))
    assert [str(entry.status) for entry in reader if isinstance(entry, StatusReport)] == [expected]
    assert reader.notes[f"operationStatus {said.upper()}, not read"] == noted
    content = datex.status(datex.point_status("E1", "available"))
    [publication] = content["messageContainer"]["payload"][0].values()
    publication["energyInfrastructureSiteStatus"][0]["operationStatus"] = said
    reader = read(datex.file(tmp_path, content))
    [place] = [entry for entry in reader if isinstance(entry, PlaceReport)]
    assert str(place.status) == ("UNKNOWN" if said in ("unknown", "occupied", "asleep") else expected)
    assert reader.notes[f"operationStatus {said.upper()}, not read"] == noted


@pytest.mark.parametrize("field", ["openingStatus", "operationStatus"])
def test_several_words_for_how_a_station_of_datex_is(tmp_path: Path, field: str) -> None:
    told = datex.point_status("E1", "available")["aegiRefillPointStatus"]
    words = {field: [{"value": "open"}, {"value": "closed" if field == "openingStatus" else "notInOperation"}]}
    [report] = [entry for entry in read(datex.file(tmp_path, datex.status({"aegiRefillPointStatus": told | words})))
                if isinstance(entry, StatusReport)]
    assert str(report.status) == "UNAVAILABLE"
