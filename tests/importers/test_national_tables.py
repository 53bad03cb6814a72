"""OICP and Open Charge Map in the spellings of their services, and national files that are named only."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.importers.files import split
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import read
from wirelane_geo.model import ChargingType, PlugType, Status, StatusReport


def file(directory: Path, content: Any) -> Path:
    path = directory / "given.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def record(id: str, **fields: Any) -> dict[str, Any]:
    return {"EvseID": id, "Address": {"Country": "DEU", "City": "Berlin", "Street": "Hauptstr.", "HouseNum": "3"},
            "GeoCoordinates": {"DecimalDegree": {"Longitude": "13.4", "Latitude": "52.52"}}, "Plugs": ["Type 2 Outlet"],
            "ChargingFacilities": [{"Power": 22, "PowerType": "AC_3_PHASE"}], "OperatorID": "DE*ABC", "OperatorName": "Strom AG"
            } | fields


@pytest.mark.parametrize("wrap", [
    lambda one: {"EvseData": {"OperatorEvseData": [{"EvseDataRecord": [one], "OperatorName": "Strom AG"}]}},
    lambda one: {"EVSEData": [{"OperatorName": "Strom AG", "EVSEDataRecord": [one]}]},
    lambda one: {"content": [one], "number": 0, "size": 1, "totalElements": 1},
    lambda one: [{name[0].lower() + name[1:]: value for name, value in one.items()}],
])
def test_oicp_of_a_hub_in_its_own_spelling(tmp_path: Path, wrap: Any) -> None:
    [point], rejected, _ = split(file(tmp_path, wrap(record("DE*ABC*E1"))))
    assert rejected == []
    assert (point.evseid, point.cpo, point.power, point.city) == ("DE*ABC*E1", "Strom AG", 22.0, "Berlin")
    assert (point.longitude, point.latitude, point.plug_types) == (13.4, 52.52, (PlugType.TYPE_2,))


@pytest.mark.parametrize("given", [
    {"DegreeMinuteSeconds": {"Longitude": "13°24'00.0\"", "Latitude": "52°31'12.0\""}}, {"Google": {"Coordinates": "52.52 13.4"}},
    {"Google": "52.52 13.4"}, {"DecimalDegree": {"Longitude": "13.4", "Latitude": "52.52"}},
])
def test_the_three_coordinates_of_oicp(tmp_path: Path, given: Any) -> None:
    [point], rejected, _ = split(file(tmp_path, {"EvseData": [{"EvseDataRecord": [record("DE*ABC*E1", GeoCoordinates=given)]}]}))
    assert (rejected, point.longitude, point.latitude) == ([], 13.4, 52.52)


def statuses(path: Path) -> list[StatusReport]:
    found, rejected = list(read(path)), split(path)[1]
    assert rejected == []
    return [entry for entry in found if isinstance(entry, StatusReport)]


@pytest.mark.parametrize("wrap", [
    lambda all: {"EvseStatuses": {"OperatorEvseStatus": [{"OperatorID": "DE*ABC", "EvseStatusRecord": all}]}},
    lambda all: {"EvseStatusRecords": {"EvseStatusRecord": all}}, lambda all: all,
])
def test_statuses_of_a_hub_and_one_that_was_deleted_is_not_free(tmp_path: Path, wrap: Any) -> None:
    given = [{"EvseID": "DE*ABC*E1", "EvseStatus": "Available"}, {"EvseID": "DE*ABC*E2", "EvseStatus": "OutOfService"},
             {"EvseID": "DE*ABC*E3", "EvseStatus": "Available", "deltaType": "delete"}]
    assert statuses(file(tmp_path, wrap(given))) == [
        StatusReport("DE*ABC*E1", Status.FREE), StatusReport("DE*ABC*E2", Status.UNAVAILABLE),
        StatusReport("DE*ABC*E3", Status.UNKNOWN)]


def test_an_evse_that_was_deleted_is_closed(tmp_path: Path) -> None:
    points, _, notes = split(file(tmp_path, {"EvseData": [{"EvseDataRecord": [
        record("DE*ABC*E1"), record("DE*ABC*E2", deltaType="delete")]}]}))
    assert [point.status for point in points] == [Status.UNKNOWN, Status.CLOSED]
    assert notes["an EVSE that was deleted, CLOSED"] == 1


PLACE: dict[str, Any] = {
    "ID": 7, "AddressInfo": {"AddressLine1": "1 High St", "Town": "London", "Latitude": 51.5, "Longitude": -0.1},
    "Connections": [{"ID": 5, "ConnectionTypeID": 33, "PowerKW": 50, "Quantity": 2}, {"ConnectionTypeID": 25, "PowerKW": 7.0},
                    {"ConnectionTypeID": 25, "PowerKW": 22}, {"ConnectionTypeID": 2, "PowerKW": 50}]}


def camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {"id" if name == "ID" else name[0].lower() + name[1:]: camel(inner) for name, inner in value.items()}
    return [camel(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("spell", [lambda place: place, camel])
def test_every_connection_of_a_place_is_there_with_ids_or_without_in_either_spelling(tmp_path: Path, spell: Any) -> None:
    points, rejected, _ = split(file(tmp_path, [spell(PLACE)]))
    assert rejected == []
    assert [(point.power, point.charging_type) for point in points] == [
        (50.0, ChargingType.DC), (50.0, ChargingType.DC), (7.0, ChargingType.AC), (22.0, ChargingType.AC),
        (50.0, ChargingType.DC)]
    assert len({point.id for point in points}) == 5


@pytest.mark.parametrize(("content", "name"), [
    (json.dumps({"Provider": "NOBIL.no", "chargerstations": [{"csmd": {"id": 1}, "attr": {}}]}), "NOBIL"),
    (json.dumps([{"nobilId": "NOR_1", "evseUid": "NO*ABC*E1", "status": "AVAILABLE"}]), "NOBIL"),
    ('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>', "KML"),
])
def test_what_is_named_only_says_what_to_do(tmp_path: Path, content: str, name: str) -> None:
    path = tmp_path / "given"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadFile, match=rf"{name}, which can't be imported\. .*published as DATEX II"):
        read(path)
