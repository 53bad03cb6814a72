"""Some publish a country as one site of DATEX II: it is read in parts, and each has what is said of the whole."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.importers.datex import LOCATED, refill, said_in_xml, status_in_xml, xml_file
from wirelane_geo.importers import _datex_texts, _json_text, _xml_text, read
from wirelane_geo.model import ChargePoint, PlaceReport, Status, StatusReport

Content = Callable[[int], dict[str, Any] | str]
"""Of a publication with so many stations."""


def of_json(count: int) -> dict[str, Any]:
    """A country as one site, in a table and in statuses."""
    place = {"locPointLocation": {"coordinatesForDisplay": {"latitude": 50.85, "longitude": 4.35}}}
    ids = [f"BE*ABC*E{number}" for number in range(count)]
    stations = [{"idG": f"S{id}", "refillPoint": [{"egiElectricChargingPoint": {"idG": id}}]} for id in ids]
    told = [{"reference": {"idG": f"S{id}"}, "refillPointStatus": [{"status": {"value": "available"}, "reference": {"idG": id}}]}
            for id in ids]
    return {"payload": [
        {"egiEnergyInfrastructureTablePublication": {"energyInfrastructureTable": [{"energyInfrastructureSite": [
            {"idG": "P", "locationReference": place, "energyInfrastructureStation": stations}]}]}},
        {"egiEnergyInfrastructureStatusPublication": {"energyInfrastructureSiteStatus": [{
            "reference": {"idG": "P"}, "operationStatus": {"value": "technicalDefect"},
            "energyInfrastructureStationStatus": told}]}}]}


def of_xml(count: int) -> str:
    ids = [f"BE*ABC*E{number}" for number in range(count)]
    stations, told = ("".join(f"<egi:energyInfrastructureStation{kind}>{inside(id)}</egi:energyInfrastructureStation{kind}>"
                              for id in ids) for kind, inside in (
        ("", lambda id: refill(id, "")), ("Status", lambda id: status_in_xml(id, "available"))))
    return (f'<egi:energyInfrastructureSite id="P">{LOCATED}{stations}</egi:energyInfrastructureSite>'
            "<com:publicationTime>2026-03-01T00:00:00Z</com:publicationTime><egi:energyInfrastructureSiteStatus>"
            f"<fac:operationStatus>technicalDefect</fac:operationStatus>{told}</egi:energyInfrastructureSiteStatus>")


def in_alphabet(content: dict[str, Any]) -> dict[str, Any]:
    """The same with what stands around stations behind them."""
    found = json.loads(json.dumps(content), object_pairs_hook=lambda pairs: dict(sorted(pairs)))
    assert isinstance(found, dict)
    return found


def behind(content: str) -> str:
    told = "<fac:operationStatus>technicalDefect</fac:operationStatus>"
    for what, end in ((LOCATED, "</egi:energyInfrastructureSite>"), (told, "</egi:energyInfrastructureSiteStatus>")):
        content = content.replace(what, "").replace(end, what + end)
    return content


def written(path: Path, content: dict[str, Any] | str) -> Path:
    if isinstance(content, str):
        return xml_file(path, content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def broken(whole: list[Any]) -> int:
    """How many points are, where all are: as is told of their site once, where that has a name, else of each."""
    told = [entry.status for entry in whole if isinstance(entry, StatusReport)]
    if places := [entry for entry in whole if isinstance(entry, PlaceReport) and entry.field]:
        assert [(place.place, place.status) for place in places] == [("P", Status.FAULTED)]
        assert {entry.places[1] for entry in whole if isinstance(entry, StatusReport)} <= {"P"}
        return told.count(Status.FREE)
    return told.count(Status.FAULTED)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 7, 700])
@pytest.mark.parametrize("content", [of_json, of_xml])
def test_a_country_as_one_site_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Content,
                                                count: int) -> None:
    """And each of its stations has what is said of the site, wherever the file's bytes are cut."""
    path = written(tmp_path / "be", content(count))
    whole = list(read(path))
    assert broken(whole) == sum(isinstance(entry, ChargePoint) for entry in whole) == count
    for module in (_json_text, _xml_text):
        monkeypatch.setattr(module, "PART", 1_000)
    for together in (1, 3):
        monkeypatch.setattr(_datex_texts, "MOST_TOGETHER", together)
        assert list(read(path)) == whole


@pytest.mark.parametrize("content", [lambda count: in_alphabet(of_json(count)), lambda count: behind(of_xml(count))])
@pytest.mark.parametrize("count", [1, 499, 500, 501, 1_000, 1_001])
def test_what_is_said_of_a_site_behind_its_stations_is_of_all_of_them(tmp_path: Path, content: Content, count: int) -> None:
    """Where it is, and that nobody can charge there; JSON in the alphabet's order has both there."""
    whole = list(read(written(tmp_path / "be", content(count))))
    assert broken(whole) == sum(isinstance(entry, ChargePoint) for entry in whole) == count


def evse_ids(path: Path, given: Sequence[str], *, named: bool) -> Path:
    """A site, in JSON or XML, with a station for each of some EVSE IDs, whose point has an id of its own; `named`: the EVSE ID is
    its name."""
    if path.suffix == ".xml":
        inside = "".join(f"<egi:energyInfrastructureStation id='S{number}'>" + refill(f"own-{number}", (
            f"<fac:name>{said_in_xml(id)}</fac:name>" if named else
            f"<egi:externalIdentifier><com:identifier>{id}</com:identifier></egi:externalIdentifier>"))
            + "</egi:energyInfrastructureStation>" for number, id in enumerate(given))
        return xml_file(path, f'<egi:energyInfrastructureSite id="P">{inside}{LOCATED}</egi:energyInfrastructureSite>')
    stations = [{"idG": f"S{number}", "refillPoint": [{"aegiElectricChargingPoint": {"idG": f"own-{number}"} | (
        {"name": {"values": [{"lang": "de", "value": id}]}} if named else {"externalIdentifier": [{"identifier": id}]})}]}
        for number, id in enumerate(given)]
    place = {"locPointLocation": {"coordinatesForDisplay": {"latitude": 50.85, "longitude": 4.35}}}
    publication = {"energyInfrastructureTable": [{"energyInfrastructureSite": [
        {"idG": "P", "energyInfrastructureStation": stations, "locationReference": place}]}]}
    return written(path, {"payload": {"aegiEnergyInfrastructureTablePublication": publication}})


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("name", ["be.json", "be.xml"])
def test_points_of_several_parts_that_have_one_evse_id_are_as_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str,
                                                                  named: bool) -> None:
    """Each by its own id, as in one part; a name that another part has, too, is no EVSE ID."""
    given = [f"BE*ABC*E{number % 6}" for number in range(8)]
    path = evse_ids(tmp_path / name, given, named=named)
    whole = [entry for entry in read(path) if isinstance(entry, ChargePoint)]
    assert len({point.id for point in whole}) == 8
    assert [point.evseid for point in whole] == [
        None if named and given.count(id) > 1 else id for id in given]
    for together in (1, 3, 4, 8):
        monkeypatch.setattr(_datex_texts, "MOST_TOGETHER", together)
        assert [entry for entry in read(path) if isinstance(entry, ChargePoint)] == whole


@pytest.mark.parametrize("count", [1, 700])
def test_xml_that_says_of_sites_and_stations_what_they_are(tmp_path: Path, count: int) -> None:
    given = of_xml(count)
    for name in ("Site", "Station", "SiteStatus", "StationStatus"):
        element = f"egi:energyInfrastructure{name}"
        given = given.replace(f"<{element}>", f'<{element} xsi:type="{element.replace("energy", "Energy")}">').replace(
            f"<{element} id", f'<{element} xsi:type="{element.replace("energy", "Energy")}" id')
    assert given.count("xsi:type") >= 2 * count + 2
    whole = list(read(xml_file(tmp_path / "be.xml", given)))
    assert whole == list(read(xml_file(tmp_path / "bare.xml", of_xml(count))))
    assert sum(isinstance(entry, ChargePoint) for entry in whole) == count


@pytest.mark.parametrize("content", [of_json, of_xml])
def test_a_country_as_one_site_isn_t_in_memory_as_a_whole(tmp_path: Path, content: Content) -> None:
    reader = read(written(tmp_path / "be", content(5_000)))
    entries = iter(reader)
    assert any(isinstance(entry, ChargePoint) for entry in entries)
    assert reader.position < reader.size / 2
