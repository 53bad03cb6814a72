"""IRVE rows to charge points: each rule of docs/import.md."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.importers.files import IRVE, irve_file, split
from wirelane_geo.importers import Reject, _address
from wirelane_geo.importers._reader import Notes
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, Conditions, OfferedPoint, PlugType, Status

DIRECT, TERMINAL = AuthenticationType.direct, AuthenticationType.nfc_terminal


def one(directory: Path, **changes: Any) -> tuple[ChargePoint, Notes]:
    points, rejected, notes = split(irve_file(directory, IRVE | changes))
    assert rejected == []
    [point] = points
    return point, notes


def refused(directory: Path, **changes: Any) -> Reject:
    points, rejected, _ = split(irve_file(directory, IRVE | changes))
    assert points == []
    [only] = rejected
    return only


def test_a_whole_row(tmp_path: Path) -> None:
    point, notes = one(tmp_path)
    week = point.availability
    assert week is not None
    assert week.monday == [["0800", "1800"]]
    assert week.sunday == []
    assert point == OfferedPoint(
        id=point.id, charge_point_id="FRV75E1", charging_station_id="FRV75P1", evseid="FRV75E1", display_id="L1", owner="Ville",
        cpo="Power Dot France", charging_provider="Belib'", plug_types=(PlugType.TYPE_2, PlugType.SCHUKO),
        charging_type=ChargingType.AC, power=22.08, reservable=False, authentication_types=(DIRECT,),
        status=Status.UNKNOWN, country="FR", city="Paris", zip_code="75019", street="Rue Haute", house_number="12 bis",
        opening_hours="Mo-Fr 08:00-18:00", availability=week, timezone="Europe/Paris",
        service_hotline="+33 1 76 31 06 84", longitude=2.3735, latitude=48.9003,
        creation_date=datetime(2023, 1, 18, tzinfo=UTC), update_date=datetime(2025, 3, 28, tzinfo=UTC),
        conditions=Conditions(free=False, public=True),
    )
    assert not notes


@pytest.mark.parametrize(("changes", "expected"), [
    ({"gratuit": "True", "condition_acces": "Accès réservé"}, Conditions(free=True, public=False)),
    ({"gratuit": None, "condition_acces": None, "accessibilite_pmr": "Accessible mais non réservé PMR"},
     Conditions(wheelchair=True)),
    ({"accessibilite_pmr": "Réservé PMR", "tarification": "0,40€/kWh"},
     Conditions(free=False, public=True, wheelchair=True, tariff="0,40€/kWh")),
    ({"accessibilite_pmr": "Non accessible", "restriction_gabarit": "Hauteur 2m"},
     Conditions(free=False, public=True, wheelchair=False, access="Hauteur 2m")),
    ({"accessibilite_pmr": "Accessibilité inconnue", "station_deux_roues": "true"},
     Conditions(free=False, public=True, vehicles=("motorcycle",))),
    ({"station_deux_roues": "false", "paiement_acte": "false"},
     Conditions(free=False, public=True, adhoc=False, vehicles=("car",))),
    ({"gratuit": "true", "paiement_acte": "false"}, Conditions(free=True, public=True)),
    ({"paiement_cb": "true", "paiement_acte": "false"}, Conditions(free=False, public=True))])
def test_what_is_not_said_of_prices_and_access_is_not_known(tmp_path: Path, changes: dict[str, Any],
                                                            expected: Conditions) -> None:
    point, _ = one(tmp_path, **changes)
    assert isinstance(point, OfferedPoint)
    assert point.conditions == expected


@pytest.mark.parametrize(("changes", "plugs", "current"), [
    ({"cable_t2_attache": "True"}, ["TYPE_2_ATCH", "SCHUKO"], "AC"),
    ({"prise_type_2": "False", "prise_type_ef": "False", "cable_t2_attache": "true"}, ["TYPE_2_ATCH"], "AC"),
    ({"prise_type_ef": "0", "prise_type_2": "1"}, ["TYPE_2"], "AC"),
    ({"prise_type_combo_ccs": True, "prise_type_ef": False}, ["TYPE_2", "CCS"], "DC"),
    ({"prise_type_2": "False", "prise_type_ef": "False", "prise_type_chademo": "VRAI"}, ["CHADEMO"], "DC"),
    ({"prise_type_2": "False", "prise_type_autre": "True"}, ["SCHUKO", "UNKNOWN"], "AC"),
    ({"prise_type_2": "False", "prise_type_ef": None}, ["UNKNOWN"], None),
    ({"prise_type_2": "False", "prise_type_ef": None, "puissance_nominale": "150"}, ["UNKNOWN"], "DC"),
])
def test_plugs(tmp_path: Path, changes: dict[str, Any], plugs: list[str], current: str | None) -> None:
    point, notes = one(tmp_path, **changes)
    assert (list(point.plug_types), point.charging_type) == (plugs, current)
    assert notes.total() == ("prise_type_ef" in changes and changes["prise_type_ef"] is None)


@pytest.mark.parametrize(("given", "power", "noted"), [
    ("22.0", 22.0, 0), ("50,5", 50.5, 0), ("2.299999952316284", 2.3, 0), ("22000", 22.0, 1), (300, 300.0, 0),
    ("1000", None, 1), ("0", None, 1), ("-3", None, 1), ("5000000000", None, 1), (None, None, 0)])
def test_power(tmp_path: Path, given: Any, power: float | None, noted: int) -> None:
    point, notes = one(tmp_path, puissance_nominale=given)
    assert (point.power, notes.total()) == (power, noted)


@pytest.mark.parametrize(("given", "expected"), [
    ("Freshmile | FR*FR1", "Freshmile"), ("E-Totem", "E-Totem"), ("A | B", "A | B"), ("Freshmile |FRFR1", "Freshmile")])
def test_operators_lose_their_suffix(tmp_path: Path, given: str, expected: str) -> None:
    assert one(tmp_path, nom_operateur=given)[0].cpo == expected


@pytest.mark.parametrize(("changes", "means"), [
    ({"paiement_cb": "True"}, (TERMINAL, DIRECT)), ({"paiement_acte": "False"}, ()),
    ({"paiement_acte": "False", "gratuit": "True"}, (DIRECT,)), ({"paiement_cb": None}, (DIRECT,))])
def test_payment(tmp_path: Path, changes: dict[str, Any], means: tuple[AuthenticationType, ...]) -> None:
    assert one(tmp_path, **changes)[0].authentication_types == means


@pytest.mark.parametrize(("given", "position"), [
    ("[2.3735, 48.9003]", (2.3735, 48.9003)), ("2.3735,48.9003", (2.3735, 48.9003)), ([2.3735, 48.9003], (2.3735, 48.9003)),
    ("[55.45, -20.88]", (55.45, -20.88)), ("[48.9003, 2.3735]", (2.3735, 48.9003))])
def test_positions(tmp_path: Path, given: Any, position: tuple[float, float]) -> None:
    point, notes = one(tmp_path, coordonneesXY=given)
    assert (point.longitude, point.latitude) == position
    assert point.timezone == ("Indian/Reunion" if position[0] > 50 else "Europe/Paris")
    assert bool(notes) == (given == "[48.9003, 2.3735]")


@pytest.mark.parametrize(("given", "reason"), [
    (None, "no coordinates"), ("", "no coordinates"), ("somewhere", "coordinates can't be read"),
    ("[0, 0]", "coordinates are a placeholder"), ("[200, 48.9]", "coordinates are not on Earth"),
    ("[13.4, 52.5]", "coordinates are not in the country"), ("[.]", "coordinates can't be read")])
def test_positions_that_cannot_be(tmp_path: Path, given: Any, reason: str) -> None:
    found = refused(tmp_path, coordonneesXY=given)
    assert (found.row, found.id, found.reason) == (1, "FRV75E1", reason)
    assert found.raw == IRVE | {"coordonneesXY": given}


def test_consolidated_columns_help_out(tmp_path: Path) -> None:
    point, _ = one(tmp_path, coordonneesXY=None, consolidated_longitude="2.37", consolidated_latitude="48.9",
                   adresse_station="Rue Haute", consolidated_commune="SAINT-DENIS", consolidated_code_postal="93200")
    assert (point.longitude, point.latitude, point.city, point.zip_code) == (2.37, 48.9, "Saint-Denis", "93200")


def test_an_insee_code_is_no_postcode(tmp_path: Path) -> None:
    point, _ = one(tmp_path, adresse_station="Rue Haute", coordonneesXY="[2.3522, 48.8566]")
    assert (point.street, point.zip_code) == ("Rue Haute", None)
    assert "Paris" in (point.city or "")


def test_ids(tmp_path: Path) -> None:
    point, _ = one(tmp_path, id_pdc_itinerance="Non concerné", id_station_itinerance="Non concerné", id_station_local="S1")
    assert (point.charge_point_id, point.evseid, point.charging_station_id) == ("L1", None, "S1")
    assert refused(tmp_path, id_pdc_itinerance="Non concerné", id_pdc_local=None).reason == "no identifier"


def test_hours_that_are_not_understood_stay_as_text(tmp_path: Path) -> None:
    point, notes = one(tmp_path, horaires="Selon la mairie")
    assert (point.opening_hours, point.availability, notes.total()) == ("Selon la mairie", None, 1)


def test_a_number_of_zeros_is_none(tmp_path: Path) -> None:
    assert one(tmp_path, telephone_operateur="tel:+33-1-00-00-00-00")[0].service_hotline is None


def test_bad_rows_stop_no_good_ones(tmp_path: Path) -> None:
    path = irve_file(tmp_path, IRVE, IRVE | {"puissance_nominale": {"kW": 3}}, IRVE, IRVE | {"id_pdc_itinerance": "FRV75E2"})
    path.write_bytes(path.read_bytes() + b'\n{"id_pdc_itin\n[1]\n\xff\xfe\n' + json.dumps(IRVE | {
        "id_pdc_itinerance": "FRV75E3"}).encode())
    points, rejected, _ = split(path)
    assert [point.charge_point_id for point in points] == ["FRV75E1", "FRV75E2", "FRV75E3"]
    assert [(bad.row, bad.reason) for bad in rejected] == [
        (2, "the same id as an earlier row"), (3, "the same id as an earlier row"), (6, "not a JSON object"),
        (7, "not a JSON object"), (8, "not a JSON object")]
    assert rejected[1].detail == "row 1"
    assert rejected[2].raw == '{"id_pdc_itin'


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_the_official_csv_says_the_same(tmp_path: Path, separator: str, bom: str) -> None:
    rows = [IRVE, IRVE | {"id_pdc_itinerance": "FRV75E2", "adresse_station": 'A "b"\n1 Rue, 75019 Paris'}]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(IRVE), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "irve.csv"
    path.write_bytes((bom + text.getvalue()).encode())
    points, rejected, _ = split(path)
    assert rejected == []
    assert points == split(irve_file(tmp_path, *rows))[0]


def test_csv_rows_of_another_length(tmp_path: Path) -> None:
    path = tmp_path / "irve.csv"
    path.write_bytes(b"id_pdc_itinerance,coordonneesXY\nFRV75E1,\"[2.4,48.9]\"\nFRV75E2\n\nFRV75\xff,\"[2.4,48.9]\"\n")
    points, rejected, _ = split(path)
    assert [point.charge_point_id for point in points] == ["FRV75E1"]
    assert [(bad.row, bad.reason) for bad in rejected] == [(3, "another number of values than the header"), (5, "not UTF-8")]


def test_a_json_list(tmp_path: Path) -> None:
    path = tmp_path / "irve.json"
    path.write_text(json.dumps([IRVE]))
    assert [point.charge_point_id for point in split(path)[0]] == ["FRV75E1"]


@pytest.mark.parametrize(("text", "expected"), [
    ("12 Rue Haute, 68720 ILLFURTH (68) Grand Est FRANCE", ("Rue Haute", "12", "68720", "Illfurth")),
    ("1 Rue Jean Viollis 31300 Toulouse", ("Rue Jean Viollis", "1", "31300", "Toulouse")),
    ("Rte nationale 30, 59300 Valenciennes", ("Rte nationale 30", None, "59300", "Valenciennes")),
    ("Rue du 8 Mai 1945 24400 Ville", ("Rue du 8 Mai 1945", None, "24400", "Ville")),
    ("8 rue du 4 septembre 92130 ISSY LES MOULINEAUX", ("rue du 4 septembre", "8", "92130", "Issy les Moulineaux")),
    ("Parc, 1 Av. Haute, 72700 SAINT GEORGES DU BOIS", ("Av. Haute", "1", "72700", "Saint Georges du Bois")),
    ("46 46 Boulevard Haut 49000 Angers", ("Boulevard Haut", "46", "49000", "Angers")),
    ("Route de Royan, 114, Saint-Yrieix", ("Route de Royan", "114", None, None)),
    ("Av. Haute 66 63170 Aubière", ("Av. Haute", "66", "63170", "Aubière")),
    ("95712 ROISSY-EN-FRANCE CEDEX", (None, None, "95712", "Roissy-en-France")),
    ("A8 - AIRE SUD", ("A8 - AIRE SUD", None, None, None)), (", ,", (None,) * 4), (None, (None,) * 4)])
def test_french_addresses(text: str | None, expected: tuple[str | None, ...]) -> None:
    read = _address.french(text)
    assert (read.street, read.house_number, read.zip_code, read.city) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("Utrechtseweg 310", ("Utrechtseweg", "310")), ("ул. Орджоникидзе, 32", ("ул. Орджоникидзе", "32")),
    ("ул. Гвардейская, дом 58/5", ("ул. Гвардейская", "58/5")), ("Straße 10a", ("Straße", "10a")), ("A15", ("A15", None)),
    ("Fustweg-Oudeweg", ("Fustweg-Oudeweg", None)), ("3 Rue Haute", ("Rue Haute", "3")), ("", (None, None))])
def test_streets_and_numbers(text: str, expected: tuple[str | None, str | None]) -> None:
    assert _address.street_and_number(text) == expected
