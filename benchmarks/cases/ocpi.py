"""What is right for the cases in OCPI."""

from benchmarks.cases.table import Case

_MONDAY: dict[str, str | None] = {"hours": "Mo 08:00-18:00"}
_HOURS: dict[str, dict[str, str | None]] = {
    "A-past-midnight": {"hours": "Tu 08:00-02:00"},
    "B-split": {"hours": "Tu 08:00-00:00; We 00:00-02:00"},
    "C-0000-0000": {"hours": "24/7"},
    "D-0000-2359": {"hours": "24/7"},
    "E-0000-2400": {"hours": "24/7"},
    "F-sunday0": {"hours": "Mo 08:00-18:00; Su 08:00-18:00"},
    **{name: {"hours": None, "opens": "not known"} for name in (
        "G-empty", "H-false-only", "I-null", "P-nullend", "T-regnull", "U-objempty")},
    "J-both": {"hours": "24/7"},
    **dict.fromkeys(("K-str-false", "L-seconds", "N-1digit", "O-ampm", "Q-strday", "R-dayname"), _MONDAY),
    "M-zeros": {"hours": "Mo-Fr 08:00-18:00; Sa-Su 00:00-00:00"},
    "S-text": {"hours": "only text", "opening_hours": "Mo-Fr 8-18", "opens": "not known"},
    "V-excl": {"hours": "24/7", "opens": "open"},
    "W-excl-bad": {"hours": "24/7", "opens": "open"},
    "X-excl-noend": {"hours": "24/7", "opens": "until further notice"},
    "Y-2.2-list": {"hours": "only text", "opening_hours": "Mo 08:00-18:00; …", "opens": "not known"},
}
_POWER: dict[str, float | None] = {
    **dict.fromkeys(("a-max_power_kw", "b-watts", "c-kw", "f-str", "g-comma", "h-old-names", "i-new-names", "j-400", "k-neg",
                     "r-str-va", "s-va-22kw-cur"), 22.0),
    "d-600kW-in-kw": 600.0, "e-mcs": 1200.0, "l-zero": None, "m-null": None, "n-noptype": 7.4, "o-dc-kw": 499.0,
    "p-1phase": 3.7, "q-dc-va": 500.0, "t-gw": None,
}
_ZONES = {
    "R00": "America/Miquelon", "R01": "Pacific/Wallis", "R02": "Pacific/Marquesas",
    "R05": "Arctic/Longyearbyen", "R07": "Atlantic/Faroe", "R11": "Pacific/Guam",
    "R14": "America/Kralendijk", "R18": "Pacific/Easter", "R25": "America/Nuuk",
    "R28": "Atlantic/Canary", "R29": "Europe/London",
    "R30": "Indian/Reunion", "R31": "America/Cayenne",
}
_LIVE = {"DE*ABC*E77": {"status": "FREE", "charging_station_id": "NEW", "city": "München"}}
_PARTY = {"R05": "NO", "R07": "DK", "R11": "US", "R14": "NL", "R18": "CL", "R25": "DK", "R28": "ES", "R29": "UK"}
_TWO_OPERATORS = ("ocpi-two-operators-a.json", "ocpi-two-operators-b.json")
_REMOVED, _ALIVE = "ocpi-relocated-2.json", "ocpi-relocated-1.json"

CASES = (
    Case(imports=(("ocpi-year-1.json",),), points=1, noted={"date can't be true": 1}, asked=("DE*ABC*Ez3",)),
    Case(imports=(("ocpi-year-1.json",), ("ocpi-year-1-repaired.json",)), points=1, noted={"date can't be true": 1},
         fields={"DE*ABC*Ez3": {"status": "FREE", "update_date": "2026-02-01 00:00:00+00:00"}}),
    Case(imports=(("ocpi-year-1-repaired.json",),), points=1),
    Case(imports=(("ocpi-future-date.json",),), points=1, noted={"date in the future": 1},
         fields={"DE*ABC*E1": {"status": "FREE"}}),
    Case(imports=(("ocpi-future-date.json",), ("ocpi-future-date-then-now.json",)), points=1, noted={"date in the future": 1},
         fields={"DE*ABC*E1": {"status": "FAULTED"}}),
    Case(imports=(("ocpi-future-date-then-now.json",),), points=1, fields={"DE*ABC*E1": {"status": "FAULTED"}}),
    Case(imports=(("ocpi-endless-closing.json",),), points=5, noted={"makes no sense": 1},
         fields={"DE*ABC*Ec1": {"opens": "until further notice"}, "DE*ABC*Ec2": {"opens": "2027-01-01 00:59"},
                 "DE*ABC*Ec3": {"opens": "open", "hours": "24/7"}, "DE*ABC*Ec4": {"opens": "open"},
                 "DE*ABC*Ec5": {"opens": "until further notice"}}),
    Case(imports=(("ocpi-hours.json",),), points=25, fields={f"DE*ABC*E{name}": hours for name, hours in _HOURS.items()},
         noted={"around the clock and regular hours": 1, "read as the whole day": 1, "can't be read, left out": 1,
                "not understood, kept as text": 1, "bare list": 1}),
    Case(imports=(("ocpi-weekday-0.json",),), points=1, fields={"DE*PFG*E1": {"hours": "Su 08:00-23:30"}}),
    Case(imports=(("ocpi-overseas-time-zone.json",),), points=5, noted={"time zone UTC": 1}, fields={
        "FR*ABC*ERE1": {"timezone": "Indian/Reunion"}, "FR*ABC*EGF1": {"timezone": "America/Cayenne"},
        "FR*ABC*ERE2": {"timezone": "Indian/Reunion"}, "FR*ABC*ENC1": {"timezone": "Pacific/Noumea"}}),
    Case(imports=(("ocpi-remote-places.json",),), points=32, fields={f"{_PARTY.get(label, 'FR')}*ABC*E{label}": {"timezone": zone}
                                                                       for label, zone in _ZONES.items()}),
    *(Case(imports=imports, points=2) for imports in (
        (_TWO_OPERATORS,), (_TWO_OPERATORS[:1], _TWO_OPERATORS[1:]), (_TWO_OPERATORS[1:], _TWO_OPERATORS[:1]))),
    Case(imports=(("ocpi-relocated.json",),), points=1, noted={"older record than a later row": 1}, fields=_LIVE),
    Case(imports=((_ALIVE,), (_REMOVED,)), points=1, noted={"older record than what is known": 1}, fields=_LIVE),
    Case(imports=((_REMOVED,), (_ALIVE,)), points=1, fields=_LIVE),
    Case(imports=((_ALIVE, _REMOVED),), points=1, noted={"older record than what is known": 1}, fields=_LIVE),
    Case(imports=((_REMOVED, _ALIVE),), points=1, fields=_LIVE),
    Case(imports=(("ocpi-power.json",),), points=20, fields={
        f"DE*ABC*E{name}": {"power": kw} | ({"voltage": 230, "current": 32} if name == "r-str-va" else {})
        for name, kw in _POWER.items()},
         noted={"kW rather than W": 5, "can't be true": 2, "plug MCS": 1, "number of phases not known": 1}),
    Case(imports=(("ocpi-22kw-from-volts.json",),), points=1,
         fields={"DE*PFG*E1": {"power": 22.0, "voltage": 230, "current": 32}}),
    Case(imports=(("ocpi-words-in-other-case.json",),), points=2, fields={
        "DE*PFG*E1": {"plug_types": "TYPE_2", "charging_type": "AC", "power": 22.0, "status": "IN_USE"},
        "DE*PFG*E2": {"plug_types": "TYPE_2", "charging_type": "AC", "power": 22.0, "status": "FREE"}}),
    Case(imports=(("ocpi-camel-case.json",),), points=1, fields={"RO*ABC*E1": {
        "zip_code": "600305", "timezone": "Europe/Bucharest", "charging_type": "AC", "power": 22.0, "status": "FREE",
        "update_date": "2025-06-01 00:00:00+00:00"}}),
    Case(imports=(("ocpi-ccs-said-to-be-ac.json",),), points=1, noted={"DC connector said to be AC": 1}, fields={
        "DE*PFG*E1": {"charging_type": "DC", "power": 60.0, "plug_types": "CCS"}}),
    Case(imports=(("ocpi-in-items.json",),), points=2),
    Case(imports=(("ocpi-a-line-each.jsonl",),), points=2),
    Case(imports=(("ocpi-3.0.json",),), points=1, said=("OCPI 3.0",), fields={"DE*ABC*E30": {"power": 11.0, "status": "FREE"}}),
    Case(imports=(("ocpi-empty-page.json",),), points=0, said=("nothing in it",)),
    Case(imports=(("ocpi-error-answer.json",),), points=0, exits=(1,), said=("Invalid token",)),
    Case(imports=(("ocpi-locations-without-points.json",),), points=1, unsaid=("OCPI 3.0",),
         noted={"without EVSEs": 2, "a page in the list": 1, "3.0 among": 1}),
)
