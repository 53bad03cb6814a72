"""Publications in DATEX II, in JSON and XML, and the point that is in them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

from click.testing import CliRunner

from wirelane_geo.cli import main
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
from wirelane_geo.store import PointQuery, open_store


def said(text: str) -> dict[str, Any]:
    return {"values": [{"lang": "de", "value": text}]}


ADDRESS = {"postcode": "73117", "city": said("Wangen"), "countryCode": "DE", "addressLine": [
    {"order": 1, "type": {"value": "street"}, "text": said("Siemensstraße")},
    {"order": 2, "type": {"value": "houseNumber"}, "text": said("10")}]}
POINT: dict[str, Any] = {
    "idG": "DE*ABC*E1*2", "versionG": "1", "currentType": {"value": "dc"}, "availableChargingPower": [150_000.0],
    "lastUpdated": "2026-02-10T10:00:00+01:00",
    "connector": [{"connectorType": {"value": "iec62196T2COMBO"}, "maxPowerAtSocket": 150_000.0}],
    "electricEnergy": [{"isGreenEnergy": True, "energyRate": [{
        "idG": "r", "ratePolicy": {"value": "adHoc"}, "applicableCurrency": ["EUR"], "energyPrice": [
            {"priceType": {"value": "pricePerKWh"}, "value": 0.59, "taxIncluded": True}]}]}],
}
STATION: dict[str, Any] = {
    "idG": "S1", "versionG": "1", "operatingHours": {"afacOpenAllHours": {}},
    "accessibility": [{"value": "wheelChairAccessible"}],
    "locationReference": {"locPointLocation": {
        "coordinatesForDisplay": {"latitude": 48.718544, "longitude": 9.611829},
        "locLocationExtensionG": {"FacilityLocation": {"timeZone": "Europe/Berlin", "address": ADDRESS}}}},
    "operator": {"afacAnOrganisation": {"name": said("Strom AG"), "externalIdentifier": [
        {"identifier": "ABC", "typeOfIdentifier": {"value": "extendedG", "extendedValueG": "operatorId"}}]}},
    "authenticationAndIdentificationMethods": [{"value": "rfid"}, {"value": "apps"}, {"value": "creditCard"}],
    "refillPoint": [{"aegiElectricChargingPoint": POINT}],
}
SITE: dict[str, Any] = {"idG": "P1", "versionG": "1", "energyInfrastructureStation": [STATION]}


def table(*sites: Any) -> dict[str, Any]:
    publication = {"lang": "de", "publicationTime": "2026-03-19T00:00:00Z",
                   "energyInfrastructureTable": [{"idG": "T", "energyInfrastructureSite": list(sites)}]}
    return {"versionG": "3.6", "aegiEnergyInfrastructureTablePublication": publication}


def status(*points: Any) -> dict[str, Any]:
    publication = {"publicationTime": "2026-03-12T01:00:00+01:00", "energyInfrastructureSiteStatus": [{
        "reference": {"idG": "P1"}, "energyInfrastructureStationStatus": [{
            "reference": {"idG": "S1"}, "refillPointStatus": list(points)}]}]}
    return {"messageContainer": {"payload": [{"aegiEnergyInfrastructureStatusPublication": publication}]}}


def point_status(ref: str, word: str, at: str | None = "2026-03-12T06:51:57+01:00") -> dict[str, Any]:
    return {"aegiRefillPointStatus": {"reference": {"targetClass": "FacilityObject", "idG": ref}, "status": {"value": word}}
            | ({} if at is None else {"lastUpdated": at})}


def shown(directory: Path, *contents: Path) -> dict[str, str]:
    """What points are, by their EVSE IDs, once files were imported, one after the other, into a store of their own."""
    data = directory / "".join(path.stem for path in contents)
    result = CliRunner().invoke(main, ["import", *map(str, contents)], env={"WIRELANE_GEO_DATA": str(data)})
    assert result.exit_code == 0, result.output
    store = open_store(data / "points.sqlite")
    try:
        found = [json.loads(body) for body in store.query(PointQuery(page_size=10_000)).bodies]
    finally:
        store.close()
        rmtree(data)
    return {point["evseid"]: point["status"] for point in found}


def file(directory: Path, content: Any) -> Path:
    path = directory / "datex.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def with_point(**fields: Any) -> dict[str, Any]:
    return SITE | {"energyInfrastructureStation": [STATION | {"refillPoint": [{"aegiElectricChargingPoint": POINT | fields}]}]}


EXPECTED = OfferedPoint(
    charge_point_id="DE*ABC*E1*2", charging_station_id="S1", evseid="DE*ABC*E1*2", cpo="Strom AG", plug_types=(PlugType.CCS,),
    charging_type=ChargingType.DC, power=150.0, status=Status.UNKNOWN, country="DE", city="Wangen", zip_code="73117",
    street="Siemensstraße", house_number="10", opening_hours="24/7", availability=OpeningHours(open247=True),
    authentication_types=(AuthenticationType.card, AuthenticationType.remote, AuthenticationType.nfc_terminal),
    timezone="Europe/Berlin", longitude=9.611829, latitude=48.718544, update_date=datetime(2026, 2, 10, 9, tzinfo=UTC),
    conditions=Conditions(prices=(Price(per="kWh", amount=0.59, currency="EUR", tax=True, adhoc=True),), wheelchair=True,
                          green=True))


XML = """<?xml version="1.0" encoding="UTF-8"?>
<d2:payload xmlns:d2="http://datex2.eu/schema/3/d2Payload" xmlns:com="http://datex2.eu/schema/3/common"
  xmlns:egi="http://datex2.eu/schema/3/energyInfrastructure" xmlns:fac="http://datex2.eu/schema/3/facilities"
  xmlns:loc="http://datex2.eu/schema/3/locationReferencing" xmlns:locx="http://datex2.eu/schema/3/locationExtension"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="egi:EnergyInfrastructureTablePublication" lang="de">
 <com:publicationTime>2026-03-19T00:00:00Z</com:publicationTime>
 <egi:energyInfrastructureTable id="T" version="1">
  <egi:energyInfrastructureSite id="P1" version="1">
   <egi:energyInfrastructureStation id="S1" version="1">
    <fac:accessibility>wheelChairAccessible</fac:accessibility>
    <fac:operatingHours xsi:type="fac:OpenAllHours"/>
    <fac:locationReference xsi:type="loc:PointLocation">
     <loc:coordinatesForDisplay><loc:latitude>48.718544</loc:latitude><loc:longitude>9.611829</loc:longitude>
     </loc:coordinatesForDisplay>
     <loc:_locationReferenceExtension><loc:facilityLocation><locx:timeZone>Europe/Berlin</locx:timeZone>
      <locx:address><locx:postcode>73117</locx:postcode>
       <locx:city><com:values><com:value lang="de">Wangen</com:value></com:values></locx:city>
       <locx:countryCode>DE</locx:countryCode>
       <locx:addressLine order="1"><locx:type>street</locx:type>
        <locx:text><com:values><com:value lang="de">Siemensstraße</com:value></com:values></locx:text></locx:addressLine>
       <locx:addressLine order="2"><locx:type>houseNumber</locx:type>
        <locx:text><com:values><com:value lang="de">10</com:value></com:values></locx:text></locx:addressLine>
      </locx:address></loc:facilityLocation></loc:_locationReferenceExtension>
    </fac:locationReference>
    <fac:operator xsi:type="fac:AnOrganisation">
     <fac:name><com:values><com:value lang="de">Strom AG</com:value></com:values></fac:name>
    </fac:operator>
    <egi:authenticationAndIdentificationMethods>rfid</egi:authenticationAndIdentificationMethods>
    <egi:authenticationAndIdentificationMethods>apps</egi:authenticationAndIdentificationMethods>
    <egi:authenticationAndIdentificationMethods>creditCard</egi:authenticationAndIdentificationMethods>
    <egi:refillPoint xsi:type="egi:ElectricChargingPoint" id="DE*ABC*E1*2" version="1">
     <fac:lastUpdated>2026-02-10T10:00:00+01:00</fac:lastUpdated>
     <egi:currentType>dc</egi:currentType>
     <egi:availableChargingPower>150000</egi:availableChargingPower>
     <egi:connector><egi:connectorType>iec62196T2COMBO</egi:connectorType>
      <egi:maxPowerAtSocket>150000</egi:maxPowerAtSocket></egi:connector>
     <egi:electricEnergy><egi:isGreenEnergy>true</egi:isGreenEnergy><egi:energyRate id="r">
      <egi:ratePolicy>adHoc</egi:ratePolicy><egi:applicableCurrency>EUR</egi:applicableCurrency>
      <egi:energyPrice><egi:priceType>pricePerKWh</egi:priceType><egi:value>0.59</egi:value>
       <egi:taxIncluded>true</egi:taxIncluded></egi:energyPrice></egi:energyRate></egi:electricEnergy>
    </egi:refillPoint>
   </egi:energyInfrastructureStation>
  </egi:energyInfrastructureSite>
 </egi:energyInfrastructureTable>
</d2:payload>
"""


NAMESPACES = "".join(f' xmlns:{name}="http://datex2.eu/schema/3/{name}"' for name in ("egi", "fac", "loc", "com", "locx")) + (
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"')


def xml_file(path: Path, inside: str, creator: str = "") -> Path:
    publisher = f"<com:publicationCreator><com:country>{creator}</com:country></com:publicationCreator>" if creator else ""
    path.write_text(f'<d2:payload xmlns:d2="http://datex2.eu/schema/3/d2Payload"{NAMESPACES}>{publisher}{inside}</d2:payload>',
                    encoding="utf-8")
    return path


def said_in_xml(text: str) -> str:
    return f'<com:values><com:value lang="es">{text}</com:value></com:values>'


def at(lat: float, lon: float, field: str = "fac:locationReference") -> str:
    return (f"<{field}><loc:pointByCoordinates><loc:pointCoordinates><loc:latitude>{lat}</loc:latitude>"
            f"<loc:longitude>{lon}</loc:longitude></loc:pointCoordinates></loc:pointByCoordinates></{field}>")


def connector(kind: str, power: str) -> str:
    return (f"<egi:connector><egi:connectorType>{kind}</egi:connectorType><egi:maxPowerAtSocket>{power}</egi:maxPowerAtSocket>"
            "</egi:connector>")


def refill(id: str, inside: str) -> str:
    return f'<egi:refillPoint xsi:type="egi:ElectricChargingPoint" id="{id}">{inside}</egi:refillPoint>'


def station(id: str, inside: str, site: str = "") -> str:
    return (f'<egi:energyInfrastructureSite id="S-{id}">{site}<egi:energyInfrastructureStation id="{id}">{inside}'
            "</egi:energyInfrastructureStation></egi:energyInfrastructureSite>")


def status_in_xml(ref: str, word: str, more: str = "") -> str:
    return (f'<egi:refillPointStatus xsi:type="egi:ElectricChargingPointStatus"><fac:reference id="{ref}"/>{more}'
            f"<egi:status>{word}</egi:status></egi:refillPointStatus>")


LOCATED = at(50.85, 4.35)
