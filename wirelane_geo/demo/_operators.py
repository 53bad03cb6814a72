"""The demo network's operators. All of them, their operator codes and their tariffs are made up.

Hotlines are numbers that the German Federal Network Agency sets aside for films ("Drama Numbers"): nobody is rung up.
"""

from dataclasses import dataclass

from wirelane_geo.model import ChargePointGroup


@dataclass(frozen=True)
class Operator:
    """A fictional operator: name, operator code of its EVSE IDs, countries, share of the stations there, home town.

    With a home (lon, lat) its share falls off with the distance from it; `fast` operators also run motorway sites.
    """

    name: str
    code: str
    countries: tuple[str, ...]
    share: float
    hotline: str
    home: tuple[float, float] | None = None
    fast: bool = False

    @property
    def owner(self) -> str:
        """The account that owns its points (a private field)."""
        return f"DEMO-{self.code}"

    @property
    def emp(self) -> str:
        """The provider's code of its own drivers."""
        return self.code.lower()

    def group(self, power_kw: float, motorway: bool) -> tuple[ChargePointGroup, ...]:
        """The groups that it puts a point into, by speed and place; what is slowest is in none."""
        number = 10 * (1 + OPERATORS.index(self))
        speed = next((group for group in _GROUPS if power_kw >= group[0]), None)
        chosen = [] if speed is None else [speed[1:]]
        if motorway:
            chosen.append((9, "Motorway"))
        return tuple(ChargePointGroup(id=number + place, name=f"{self.name} {name}", owner=self.owner) for place, name in chosen)


_GROUPS = ((150.0, 3, "High power"), (43.0, 2, "Fast"), (11.0, 1, "AC"))
"""From how many kW on, with what number and name."""


OPERATORS = (
    Operator("Voltaria", "VQA", ("DE", "AT", "CH"), 3.0, "+49 30 23125 110", fast=True),
    Operator("Blitzhof", "BZQ", ("DE", "AT"), 2.5, "+49 69 90009 220", fast=True),
    Operator("Rastwatt", "RQW", ("DE", "AT", "CH"), 1.0, "+49 221 4710 330", fast=True),
    Operator("Ladekontor", "LKQ", ("DE",), 3.0, "+49 40 66969 140"),
    Operator("Parkstrom Mitte", "PQM", ("DE",), 1.5, "+49 30 23125 150"),
    Operator("Marktplatz Mobil", "MQM", ("DE", "AT"), 1.5, "+49 89 99998 160"),
    Operator("Nordlicht Energie", "NQE", ("DE",), 22.0, "+49 40 66969 210", (10.0, 54.0)),
    Operator("Weserwatt", "WQW", ("DE",), 22.0, "+49 40 66969 230", (8.8, 52.8)),
    Operator("Havelvolt", "HQV", ("DE",), 22.0, "+49 30 23125 240", (13.2, 52.5)),
    Operator("Elbaue Strom", "EQS", ("DE",), 22.0, "+49 30 23125 250", (13.0, 51.1)),
    Operator("Ruhrladen", "RQL", ("DE",), 22.0, "+49 221 4710 260", (7.3, 51.5)),
    Operator("Rheinstern", "RQS", ("DE",), 22.0, "+49 221 4710 270", (7.2, 50.6)),
    Operator("Mainfunke", "MQF", ("DE",), 22.0, "+49 69 90009 280", (9.2, 50.1)),
    Operator("Neckarkraft", "NQK", ("DE",), 22.0, "+49 69 90009 290", (9.1, 48.7)),
    Operator("Frankenladen", "FQL", ("DE",), 22.0, "+49 89 99998 310", (11.0, 49.5)),
    Operator("Isarvolt", "IQV", ("DE",), 22.0, "+49 89 99998 320", (11.7, 48.2)),
    Operator("Donauwatt", "DQW", ("AT",), 22.0, "+49 89 99998 410", (15.8, 48.2)),
    Operator("Tauernstrom", "TQS", ("AT",), 22.0, "+49 89 99998 420", (13.2, 47.4)),
    Operator("Innladen", "IQL", ("AT",), 22.0, "+49 89 99998 430", (11.0, 47.2)),
    Operator("Murkraft", "MQK", ("AT",), 22.0, "+49 89 99998 440", (15.3, 47.0)),
    Operator("Aareladen", "AQL", ("CH",), 22.0, "+49 69 90009 510", (7.5, 47.0)),
    Operator("Limmatvolt", "LQV", ("CH",), 22.0, "+49 69 90009 520", (8.6, 47.4)),
    Operator("Lémanwatt", "LQW", ("CH",), 22.0, "+49 69 90009 530", (6.6, 46.5)),
    Operator("Gotthard Mobil", "GQM", ("CH",), 22.0, "+49 69 90009 540", (8.8, 46.4)),
)
