"""Small IRVE and OCPI files to bend, and the real ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from wirelane_geo.importers import Notes, Reject, read
from wirelane_geo.model import ChargePoint

SHARED = Path(__file__).parents[3] / "shared" / "data"

IRVE: dict[str, Any] = {
    "nom_amenageur": "Ville", "nom_operateur": "Power Dot France", "nom_enseigne": "Belib&#039;",
    "telephone_operateur": "tel:+33-1-76-31-06-84", "id_station_itinerance": "FRV75P1", "id_station_local": None,
    "nom_station": "Paris | Rue Haute", "adresse_station": "12 bis Rue Haute, 75019 PARIS 19EME ARRONDISSEMENT",
    "code_insee_commune": "75119", "coordonneesXY": "[2.3735, 48.9003]", "nbre_pdc": "99",
    "id_pdc_itinerance": "FRV75E1", "id_pdc_local": "L1", "puissance_nominale": "22.08", "prise_type_ef": "True",
    "prise_type_2": "True", "prise_type_combo_ccs": "False", "prise_type_chademo": "False", "prise_type_autre": "False",
    "gratuit": "False", "paiement_acte": "True", "paiement_cb": "False", "condition_acces": "Accès libre",
    "reservation": "False", "horaires": "Mo-Fr 08:00-18:00", "date_mise_en_service": "2023-01-18",
    "date_maj": "2025-03-28", "cable_t2_attache": None,
}

CONNECTOR: dict[str, Any] = {"id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE",
                             "max_voltage": 230, "max_amperage": 32, "max_electric_power": 22_000}
EVSE: dict[str, Any] = {"uid": "7", "evse_id": "NL*ABC*E7", "status": "AVAILABLE", "physical_reference": "B2",
                        "capabilities": ["RFID_READER", "RESERVABLE"], "connectors": [CONNECTOR],
                        "last_updated": "2025-06-21T08:03:25.101Z"}
LOCATION: dict[str, Any] = {
    "id": "L9", "country_code": "NL", "party_id": "ABC", "publish": True, "address": "Utrechtseweg 310", "city": "Arnhem",
    "postal_code": "6812AR", "country": "NLD", "coordinates": {"latitude": "51.984240", "longitude": "5.870263"},
    "operator": {"name": "Stroom"}, "owner": {"name": "Gemeente"}, "time_zone": "Europe/Amsterdam",
    "opening_times": {"twentyfourseven": True}, "last_updated": "2025-06-20T00:00:00Z", "evses": [EVSE],
}


def irve_file(directory: Path, *rows: dict[str, Any]) -> Path:
    path = directory / "irve.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def ocpi_file(directory: Path, *locations: Any) -> Path:
    path = directory / "ocpi.json"
    path.write_text(json.dumps({"data": list(locations), "status_code": 1000}, ensure_ascii=False), encoding="utf-8")
    return path


def split(path: Path) -> tuple[list[ChargePoint], list[Reject], Notes]:
    """All of a file: points, rejected rows, notes."""
    reader = read(path)
    found = list(reader)
    points = [entry for entry in found if isinstance(entry, ChargePoint)]
    return points, [entry for entry in found if isinstance(entry, Reject)], reader.notes


def real(name: str) -> Path:
    """A file of the shared data."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the real data file {path} is not there")
    return path
