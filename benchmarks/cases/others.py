"""What is right for the cases in IRVE, and in formats that are named only."""

from benchmarks.cases.table import Case

_POWER = {1: 22.0, 2: 22.0, 3: 7.4, 4: 22.0, 5: 22.0, 6: 22.0, 7: 1200.0, 8: 1440.0, 9: 350.0, 10: None, 11: None, 12: None,
          13: None, 14: None, 15: None, 16: None, 17: None, 18: 22.0, 19: 22.0, 20: 22.0, 21: 22.0, 22: None, 23: 3.7, 24: None,
          25: 2.3}
_LOCAL = ("irve-local-id-a.csv", "irve-local-id-b.csv")
_SOUND = {"FRXYZE00011": {"power": 22.0, "city": "Rennes", "plug_types": "TYPE_2", "hours": "24/7"}}
_NAMED = {"nobil": "NOBIL", "overpass": "Overpass"}

CASES = (
    *(Case(imports=imports, points=2) for imports in (
        (_LOCAL,), (_LOCAL[:1], _LOCAL[1:]), (_LOCAL[1:], _LOCAL[:1]))),
    Case(imports=(("irve-non-concerne.csv",),), points=9, fields={f"A{number}": {"evseid": None} for number in range(7, 14)}),
    Case(imports=(("irve-duplicates.csv",),), points=2, rejected={"the same id": 2}, noted={"older record than a later row": 1},
         fields={"FRXYZE00011": {"power": 22.0}},
         asked=("FRXYZE00031", "FR*XYZ*E00031", "frxyze00031", "fr*xyz*e00031", "FR-XYZ-E00031")),
    Case(imports=(("irve-power.csv",),), points=25, fields={f"FRXYZE00{row:02}1": {"power": kw} for row, kw in _POWER.items()},
         noted={"can't be true": 6, "W rather than kW": 5, "can't be read": 4}),
    Case(imports=(("irve.zip",),), points=1, fields=_SOUND),
    Case(imports=(("irve.geojson",),), points=2, fields=_SOUND),
    Case(imports=(("irve-excel-sep.csv",),), points=2, fields=_SOUND),
    Case(imports=(("irve-typed.jsonl",),), points=8, noted={"not understood, kept as text": 1}, fields=_SOUND | {
        "FRXYZE00021": {"update_date": "2024-05-01 00:00:00+00:00"}, "FRXYZE00051": {"power": 22.0, "display_id": "7"},
        "FRXYZE00041": {"cpo": "123"}, "FRXYZE00071": {"opening_hours": "24"}}),
    Case(imports=(("irve-latin1-header.csv",),), points=2, noted={"Windows-1252": 3}, fields=_SOUND),
    Case(imports=(("irve-latin1-header.csv", "irve-excel-sep.csv"),), points=2, noted={"Windows-1252": 3}, fields=_SOUND),
    Case(imports=(("other-formats/irve.geojson",),), points=1,
         fields={"FRPD1ECORGLGSLM100013": {"power": 50.0, "charging_type": "DC"}}),
    Case(imports=(("other-formats/datex2.json",),), points=0, noted={"no charge point": 1}, said=("DATEX II", "nothing in it")),
    Case(imports=(("other-formats/ocm.json",),), points=1, said=("Open Charge Map",)),
    Case(imports=(("other-formats/oicp.json",),), points=1, said=("OICP",)),
    *(Case(imports=((f"other-formats/{name}.json",),), points=0, exits=(1,), said=(called,), unsaid=("OCPI", "cut off"))
      for name, called in _NAMED.items()),
)
