"""DATEX II as national access points write it: names, ids, addresses and hours that the profile's own example doesn't have."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.importers import datex
from tests.importers.datex import LOCATED, at, connector, refill, said_in_xml, station, status_in_xml, xml_file
from tests.importers.files import split
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Note, read
from wirelane_geo.model import ChargePoint, ChargingType, OpeningHours, PlugType, Status, StatusReport


def line(text: str) -> str:
    return ("<locx:addressLine><locx:type>generalTextLine</locx:type>"
            f"<locx:text>{said_in_xml(text)}</locx:text></locx:addressLine>")


def points(path: Path) -> list[ChargePoint]:
    found, rejected, _ = split(path)
    assert rejected == []
    return found


SPAIN = ('<fac:operatingHours id="24/7"><fac:label/></fac:operatingHours><fac:locationReference><loc:_locationReferenceExtension>'
         "<loc:facilityLocation><locx:address><locx:postcode>7011</locx:postcode>"
         f'{line("Provincia: Balears, Illes")}{line("Municipio: Palma")}{line("Dirección: Camí dels Reis 166")}'
         "</locx:address></loc:facilityLocation></loc:_locationReferenceExtension><loc:coordinatesForDisplay>"
         "<loc:latitude>39.5948</loc:latitude><loc:longitude>2.63586</loc:longitude></loc:coordinatesForDisplay>"
         "</fac:locationReference>")


def test_an_address_in_lines_with_labels_and_a_country_that_only_the_publisher_says(tmp_path: Path) -> None:
    inside = refill("77-A", f'<fac:name>{said_in_xml("ES*EMA*EMEL531")}</fac:name>' + connector("iec62196T2", "22000.0"))
    [point] = points(xml_file(tmp_path / "es.xml", station("2023000001_1", inside, SPAIN), creator="es"))

    assert (point.street, point.house_number, point.city, point.zip_code) == ("Camí dels Reis", "166", "Palma", "07011")
    assert (point.country, point.timezone, point.availability) == ("ES", "Europe/Madrid", OpeningHours(open247=True))
    assert (point.evseid, point.charge_point_id, point.power) == ("ES*EMA*EMEL531", "77-A", 22.0)


def test_a_publisher_s_country_is_not_that_of_a_point_abroad(tmp_path: Path) -> None:
    inside = refill("77-A", connector("iec62196T2", "22000.0"))
    [point] = points(xml_file(tmp_path / "es.xml", station("ST-1", inside, at(48.85, 2.35)), creator="es"))
    assert (point.country, point.timezone) == (None, "Europe/Paris")


@pytest.mark.parametrize(("names", "expected"), [
    (["ES*FCT*E1", "ES*FCT*E2"], ["ES*FCT*E1", "ES*FCT*E2"]),
    (["ES*FCT*E1", "ES*FCT*E1"], [None, None]),
    (["Mercado E1", "ES*INC*E JAUME I"], [None, None]),
])
def test_a_name_is_an_evse_id_where_it_is_written_as_one_and_is_one_point_s_alone(
        tmp_path: Path, names: list[str], expected: list[str | None]) -> None:
    inside = "".join(refill(f"R-{n}0", f"<fac:name>{said_in_xml(name)}</fac:name>" + connector("iec62196T2", "11000"))
                     for n, name in enumerate(names))
    found = points(xml_file(tmp_path / "es.xml", station("ST-1", inside, SPAIN)))
    assert [point.evseid for point in found] == expected


HOURS = ('<fac:operatingHours id="h"><fac:overallPeriod><com:validPeriod><com:recurringTimePeriodOfDay xsi:type='
         '"com:TimePeriodByHour"><com:startTimeOfPeriod>09:00:00</com:startTimeOfPeriod><com:endTimeOfPeriod>21:30:00'
         "</com:endTimeOfPeriod></com:recurringTimePeriodOfDay><com:recurringDayWeekMonthPeriod><com:applicableDay>monday"
         "</com:applicableDay></com:recurringDayWeekMonthPeriod></com:validPeriod></fac:overallPeriod></fac:operatingHours>")


@pytest.mark.parametrize(("given", "expected"), [
    (HOURS, "Mo 09:00-21:30"),
    ('<fac:operatingHours id="h"><fac:label>24 horas</fac:label></fac:operatingHours>', "24/7"),
    ('<fac:operatingHours id="h"><fac:label>Mo-Su 06:00-22:00</fac:label></fac:operatingHours>', "Mo-Su 06:00-22:00"),
    ('<fac:operatingHours id="h"><fac:label>según el comercio</fac:label></fac:operatingHours>', "según el comercio"),
    ('<fac:operatingHours id="h"/>', None),
])
def test_hours_of_a_kind_of_their_own(tmp_path: Path, given: str, expected: str | None) -> None:
    inside = refill("77-A", connector("iec62196T2", "22000"))
    [point] = points(xml_file(tmp_path / "es.xml", station("ST-1", inside, given + at(40.4, -3.7))))
    assert point.opening_hours == expected
    assert (point.availability is None) == (expected in (None, "según el comercio"))


def test_ids_that_only_count_are_told_apart_by_what_is_around_them_in_tables_and_in_statuses(tmp_path: Path) -> None:
    """Lithuania's points are 0 and 1 of every station, its places are a station's siteLocation, its powers in kW."""
    def place(id: str, lat: float) -> str:
        return station(id, at(lat, 25.27, "egi:siteLocation") + "<egi:energyProvider><fac:name>" + said_in_xml("Tinklas") +
                       "</fac:name></egi:energyProvider>" + refill("0", connector("Type 2", "22")) +
                       refill("1", connector("CCS", "150000")))

    def states(id: str, *words: str) -> str:
        inside = "".join(f'<egi:refillPointStatus id="{n}"><egi:status>{word}</egi:status></egi:refillPointStatus>'
                         for n, word in enumerate(words))
        return (f'<egi:energyInfrastructureSiteStatus id="S-{id}"><egi:energyInfrastructureStationStatus id="{id}">{inside}'
                "</egi:energyInfrastructureStationStatus></egi:energyInfrastructureSiteStatus>")

    found = points(xml_file(tmp_path / "lt.xml", place("ST-7", 54.70) + place("ST-8", 54.71)))
    reports = list(read(xml_file(tmp_path / "lts.xml", states("ST-7", "OUTOFORDER", "occupied") + states("ST-8", "available"))))

    assert [(p.power, p.plug_types, p.charging_type, p.cpo) for p in found] == 2 * [
        (22.0, (PlugType.TYPE_2,), ChargingType.AC, "Tinklas"), (150.0, (PlugType.CCS,), ChargingType.DC, "Tinklas")]
    assert len({p.charge_point_id for p in found}) == len({p.id for p in found}) == 4
    assert [report[:3] for report in reports if isinstance(report, StatusReport)] == [
        (found[0].charge_point_id, Status.FAULTED, None), (found[1].charge_point_id, Status.IN_USE, None),
        (found[2].charge_point_id, Status.FREE, None)]


def test_stations_that_only_count_within_a_site_are_no_one_station(tmp_path: Path) -> None:
    sites = "".join(f'<egi:energyInfrastructureSite id="X-{n}">{at(50.8 + n, 4.3)}<egi:energyInfrastructureStation id="1">'
                    f'{refill("1", connector("iec62196T2", "11000"))}</egi:energyInfrastructureStation>'
                    "</egi:energyInfrastructureSite>" for n in range(2))
    found = points(xml_file(tmp_path / "be.xml", sites))
    assert len({p.charging_station_id for p in found}) == len({p.id for p in found}) == 2


def test_place_and_address_of_an_entrance_and_a_brand_for_an_operator(tmp_path: Path) -> None:
    given = ('<egi:brand><com:values><com:value lang="en">EnergyVision</com:value></com:values></egi:brand><egi:entrance>'
             "<loc:_locationExtension><loc:afirFacilityLocation><fac:address><locx:postcode>1000</locx:postcode><locx:city>"
             f'{said_in_xml("Brussel")}</locx:city><locx:countryCode>BE</locx:countryCode><locx:addressLine><locx:type>street</locx:type>'
             f'<locx:text>{said_in_xml("Reperstraat")}</locx:text></locx:addressLine></fac:address></loc:afirFacilityLocation>'
             "</loc:_locationExtension><loc:pointByCoordinates><loc:pointCoordinates><loc:latitude>50.89</loc:latitude>"
             "<loc:longitude>4.34</loc:longitude></loc:pointCoordinates></loc:pointByCoordinates></egi:entrance>")
    [point] = points(xml_file(tmp_path / "be.xml", station("ST-1", refill("RP1", connector("iec62196T2", "7400")), given)))
    assert (point.longitude, point.latitude, point.country, point.city) == (4.34, 50.89, "BE", "Brussel")
    assert (point.street, point.zip_code, point.cpo) == ("Reperstraat", "1000", "EnergyVision")


def table(point: dict[str, Any], **site: Any) -> dict[str, Any]:
    place = {"pointLocation": {"coordinatesForDisplay": {"latitude": "48,2082", "longitude": "16,3738"}}}
    return {"energyInfrastructureSite": {"id": "S-1", "locationReference": place, "energyInfrastructureStation": {
        "id": "ST-1", "refillPoint": [point]}} | site}


@pytest.mark.parametrize("around", [
    lambda inside: {"payload": {"energyInfrastructureTablePublication": {"energyInfrastructureTable": inside}}},
    lambda inside: {"messageContainer": {"payload": [{"egiEnergyInfrastructureTablePublication": {
        "publicationCreator": {"country": "at"}, "energyInfrastructureTable": [inside]}}]}},
    lambda inside: {"publication": {"dynamicInformation": inside}},
    lambda inside: [{"energyInfrastructureTable": inside}],
])
@pytest.mark.parametrize("text", [
    "Halle", {"lang": "de", "value": "Halle"}, [{"lang": "de", "value": "Halle"}], {"value": [{"lang": "de", "value": "Halle"}]},
    {"values": [{"lang": "de", "value": "Halle"}]}, {"values": {"value": ["Halle"]}},
])
def test_json_in_any_container_with_texts_in_any_wrapping(tmp_path: Path, around: Any, text: Any) -> None:
    point = {"id": "AT*WIE*E1", "connector": {"connectorType": {"value": "iec62196T2"}, "maxPowerAtSocket": 11}}
    path = tmp_path / "at.json"
    path.write_text(json.dumps(around(table(point, operator={"name": text}))), encoding="utf-8")

    [found] = points(path)
    assert (found.cpo, found.power, found.plug_types, found.longitude) == ("Halle", 11.0, (PlugType.TYPE_2,), 16.3738)


@pytest.mark.parametrize("given", [
    {"identifier": "DE*EFL*E1*C1", "typeOfIdentifier": {"extendedValueG": "evseId"}},
    {"identifier": "DE*EFL*E1*C1", "typeOfIdentifier": {"value": "extendedG", "extendedValueG": "evseId"}},
    "DE*EFL*E1*C1", {"value": "DE*EFL*E1*C1"},
])
def test_an_evse_id_beside_the_publisher_s_own_id(tmp_path: Path, given: Any) -> None:
    point = {"idG": "fb27637c", "externalIdentifier": [given], "connector": [{"connectorType": "iec62196T2"}]}
    path = tmp_path / "de.json"
    path.write_text(json.dumps(table(point)), encoding="utf-8")
    [found] = points(path)
    assert (found.evseid, found.charge_point_id) == ("DE*EFL*E1*C1", "fb27637c")


def test_charge_points_in_a_form_of_their_own_are_named_and_an_empty_publication_is_none(tmp_path: Path) -> None:
    inside = f'<egi:chargingPoint>{at(34.9, 33.6, "location")}</egi:chargingPoint>'
    other = xml_file(tmp_path / "cy.xml", f"<egi:energyInfrastructureTablePublication>{inside}"
                "</egi:energyInfrastructureTablePublication>")
    with pytest.raises(BadFile, match="without energyInfrastructureSite"):
        list(read(other))
    assert list(read(xml_file(tmp_path / "empty.xml", "<egi:energyInfrastructureTablePublication/>"))) == []


POINTS = refill("BE*ABC*E1", connector("iec62196T2", "22000")) + refill("BE*ABC*E2", connector("iec62196T2", "22000"))


@pytest.mark.parametrize("inside", [
    station("S", LOCATED + POINTS),
    f'<egi:energyInfrastructureTable id="T">{station("S", LOCATED + POINTS)}</egi:energyInfrastructureTable>',
    f'<egi:energyInfrastructureStation id="S">{LOCATED}{POINTS}</egi:energyInfrastructureStation>',
    f'<egi:energyInfrastructureSite id="P">{LOCATED}{POINTS}</egi:energyInfrastructureSite>',
    POINTS.replace("<egi:connector>", f"{LOCATED}<egi:connector>")])
def test_points_without_what_is_around_them_elsewhere(tmp_path: Path, inside: str) -> None:
    found = points(xml_file(tmp_path / "be.xml", inside))
    assert [(point.evseid, point.longitude, point.power) for point in found] == [
        ("BE*ABC*E1", 4.35, 22.0), ("BE*ABC*E2", 4.35, 22.0)]


def reports(path: Path) -> dict[str, str]:
    return {report.ref: str(report.status) for report in read(path) if isinstance(report, StatusReport)}


STATUSES = status_in_xml("BE*ABC*E1", "available") + status_in_xml("BE*ABC*E2", "charging")


@pytest.mark.parametrize("inside", [
    f"<egi:energyInfrastructureSiteStatus><egi:energyInfrastructureStationStatus>{STATUSES}</egi:energyInfrastructureStationStatus>"
    "</egi:energyInfrastructureSiteStatus>",
    f"<egi:energyInfrastructureSiteStatus>{STATUSES}</egi:energyInfrastructureSiteStatus>",
    f"<egi:energyInfrastructureStationStatus>{STATUSES}</egi:energyInfrastructureStationStatus>", STATUSES])
def test_statuses_without_what_is_around_them_elsewhere(tmp_path: Path, inside: str) -> None:
    assert reports(xml_file(tmp_path / "be.xml", inside)) == {"BE*ABC*E1": "FREE", "BE*ABC*E2": "IN_USE"}
    path = tmp_path / "be.json"
    told = [{"aegiRefillPointStatus": {"reference": {"idG": f"BE*ABC*E{n}"}, "status": {"value": word}}}
            for n, word in ((1, "available"), (2, "charging"))]
    for given in ({"refillPointStatus": told}, {"energyInfrastructureStationStatus": [{"refillPointStatus": told}]},
                  {"energyInfrastructureSiteStatus": [{"refillPointStatus": told}]}):
        path.write_text(json.dumps({"aegiEnergyInfrastructureStatusPublication": given}), encoding="utf-8")
        assert reports(path) == {"BE*ABC*E1": "FREE", "BE*ABC*E2": "IN_USE"}


def planned(word: str, begin: str, end: str) -> str:
    return (f"<egi:plannedRefillPointStatus><egi:status>{word}</egi:status><egi:overallPeriod><com:overallStartTime>{begin}"
            f"</com:overallStartTime><com:overallEndTime>{end}</com:overallEndTime></egi:overallPeriod></egi:plannedRefillPointStatus>")


@pytest.mark.parametrize(("around", "beside", "expected"), [
    ("<egi:isAvailable>false</egi:isAvailable>", "", "UNAVAILABLE"), ("<egi:isAvailable>true</egi:isAvailable>", "", "FREE"),
    ("", planned("outOfOrder", "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"), "FAULTED"),
    ("", planned("inoperative", "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"), "FREE"),
    ("", planned("available", "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"), "FREE"),
    ("", planned("inoperative", "2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"), "FREE")])
def test_what_is_free_is_not_where_its_station_or_a_plan_says_otherwise(
        tmp_path: Path, around: str, beside: str, expected: str) -> None:
    for word, wanted in (("available", expected), ("charging", "IN_USE")):
        inside = (f"<egi:energyInfrastructureStationStatus>{around}{status_in_xml('E1', word, beside)}"
                  "</egi:energyInfrastructureStationStatus>")
        assert reports(xml_file(tmp_path / "be.xml", inside)) == {"E1": wanted}


def test_a_date_that_can_t_be_true_gives_way_to_the_publication_s(tmp_path: Path) -> None:
    inside = "<com:publicationTime>2026-03-01T00:00:00Z</com:publicationTime>" + status_in_xml(
        "E1", "available", "<fac:lastUpdated>0001-01-01T00:00:00Z</fac:lastUpdated>")
    reader = read(xml_file(tmp_path / "be.xml", inside))
    [report] = [entry for entry in reader if isinstance(entry, StatusReport)]
    assert (str(report.at), dict(reader.notes)) == (
        "2026-03-01 00:00:00+00:00", {"date can't be read or be true, another one counts": 1})


def test_hydrogen_is_no_charge_point_and_what_is_no_station_is_rejected(tmp_path: Path) -> None:
    place = {"locPointLocation": {"coordinatesForDisplay": {"latitude": 50.85, "longitude": 4.35}}}
    kinds = [{"egiHydrogenRefillPoint": {"idG": "H"}}, {"egiElectricChargingPoint": {"idG": "BE*ABC*E1"}}]
    stations = [None, "x", {"idG": "S", "refillPoint": kinds}]
    site = {"idG": "P", "locationReference": place, "energyInfrastructureStation": stations}
    path = tmp_path / "be.json"
    path.write_text(json.dumps({"egiEnergyInfrastructureTablePublication": {
        "energyInfrastructureTable": [{"energyInfrastructureSite": [site]}]}}), encoding="utf-8")
    found, rejected, _ = split(path)
    assert [point.evseid for point in found] == ["BE*ABC*E1"]
    assert sorted((reject.id or "", reject.reason) for reject in rejected) == [
        ("", "a value of the wrong kind"), ("", "a value of the wrong kind"), ("H", "not for electricity")]


def test_json_that_was_made_of_xml(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    place = {"@xsi:type": "loc:PointLocation", "coordinatesForDisplay": {"latitude": "52.5", "longitude": "13.4"}}
    point = {"@xsi:type": "egi:ElectricChargingPoint", "@id": "DE*ABC*E1", "currentType": "dc"}
    site = {"@id": "P", "locationReference": place, "energyInfrastructureStation": {"@id": "S", "refillPoint": point}}
    publication = {"@xsi:type": "egi:EnergyInfrastructureTablePublication"}
    path.write_text(json.dumps({"d2:payload": publication | {"energyInfrastructureTable": {"energyInfrastructureSite": site}}}),
                    encoding="utf-8")
    [found] = [entry for entry in read(path) if isinstance(entry, ChargePoint)]
    assert (found.evseid, found.charging_station_id, found.longitude) == ("DE*ABC*E1", "S", 13.4)


def test_when_a_publication_was_made_may_stand_behind_its_sites(tmp_path: Path) -> None:
    told = {"aegiRefillPointStatus": {"reference": {"idG": "DE*ABC*E1"}, "status": {"value": "available"}}}
    given = json.dumps(datex.status(told), sort_keys=True)
    assert given.index("publicationTime") > given.index("SiteStatus")
    path = tmp_path / "status.json"
    path.write_text(given, encoding="utf-8")
    [report] = read(path)
    assert isinstance(report, StatusReport)
    assert report.at == datetime(2026, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize("count", [2, 2_000])
def test_a_prefix_that_is_declared_nowhere_costs_nothing(tmp_path: Path, count: int) -> None:
    told = "".join(status_in_xml(f"BE*ABC*E{number}", "charging") for number in range(count))
    whole = xml_file(tmp_path / "be.xml", told).read_text(encoding="utf-8")
    path = tmp_path / "be.xml"
    for prefix in ("fac", "xsi"):
        path.write_text(whole.replace(f"xmlns:{prefix}=", "about="), encoding="utf-8")
        assert reports(path) == {f"BE*ABC*E{number}": "IN_USE" for number in range(count)}
        reader = read(path)
        assert [entry.reason for entry in reader if isinstance(entry, Note)] == [
            "XML with a prefix that is declared nowhere, read all the same"]
        for broken in (whole[:-40], whole.replace("</d2:payload>", "</d2:paylod>")):
            path.write_text(broken.replace(f"xmlns:{prefix}=", "about="), encoding="utf-8")
            with pytest.raises(BadFile, match=r"cut off|damaged"):
                list(read(path))


def test_statuses_that_stand_in_the_table(tmp_path: Path) -> None:
    def table(*words: str) -> str:
        return station("S", LOCATED + "<fac:operationStatus>inOperation</fac:operationStatus>" + "".join(refill(
            f"BE*ABC*E{n}", f"<egi:status>{word}</egi:status><fac:lastUpdated>2026-03-01T00:00:00Z</fac:lastUpdated>")
            for n, word in enumerate(words)))

    path = xml_file(tmp_path / "be.xml", table("available", "charging", "operational"))
    assert reports(path) == {"BE*ABC*E0": "FREE", "BE*ABC*E1": "IN_USE"}
    assert [str(point.status) for point in points(path)] == ["UNKNOWN"] * 3
    undated = xml_file(tmp_path / "undated.xml", table("available").replace("fac:lastUpdated", "fac:other"))
    assert reports(undated) == {}  # which would be of now, and newer than what a status says
    shut = xml_file(tmp_path / "shut.xml", table("available").replace("inOperation", "technicalDefect"))
    assert reports(shut) == {"BE*ABC*E0": "FAULTED"}


@pytest.mark.parametrize("place", [
    {"latitude": 50.85, "longitude": 4.35}, {"locPointLocation": {"latitude": "50.85", "longitude": "4.35"}},
    {"type": "Point", "coordinates": [4.35, 50.85]}, {"locPointLocation": {"type": "Point", "coordinates": [4.35, 50.85]}},
    [{"latitude": 50.85, "longitude": 4.35}]])
def test_positions_without_the_standard_s_names_around_them(tmp_path: Path, place: Any) -> None:
    site = {"idG": "P", "locationReference": place, "energyInfrastructureStation": [
        {"idG": "S", "refillPoint": [{"egiElectricChargingPoint": {"idG": "BE*ABC*E1"}}]}]}
    path = tmp_path / "be.json"
    path.write_text(json.dumps({"egiEnergyInfrastructureTablePublication": {
        "energyInfrastructureTable": [{"energyInfrastructureSite": [site]}]}}), encoding="utf-8")
    [point] = points(path)
    assert (point.longitude, point.latitude, point.country) == (4.35, 50.85, "BE")
