"""Who publishes: what a publication says of itself."""

import re
from dataclasses import dataclass

from wirelane_geo.model import ChargePoint
from wirelane_geo.model.evse_ids import cpo_of

NOT_SAID = "XXX"
"""What stands for a party that nobody has named: no operator has it."""

_LANGUAGES = {
    "DE": "de", "AT": "de", "CH": "de", "LI": "de", "FR": "fr", "LU": "fr", "NL": "nl", "BE": "nl", "IT": "it", "ES": "es",
    "PL": "pl", "PT": "pt", "DK": "da", "SE": "sv", "FI": "fi", "NO": "no", "CZ": "cs", "HU": "hu", "RO": "ro",
}


@dataclass(frozen=True)
class Publisher:
    """name: the identifier at the national access point, "DE-NAP-Stadtwerke"; party: country and party of who sends OCPI,
    "DE*SWB". None: nobody has said so."""

    name: str | None = None
    party: str | None = None

    def country(self, first: ChargePoint | None) -> str:
        """Alpha-2: of the identifier, else of the first point that is published."""
        match = re.match(r"([A-Z]{2})\b", self.name or "")
        return match[1] if match else (first and first.country) or (self.party or "")[:2] or "ZZ"

    def language(self, first: ChargePoint | None) -> str:
        """ISO 639-1: what is most spoken in its country."""
        return _LANGUAGES.get(self.country(first), "en")

    def identifier(self, first: ChargePoint | None) -> str:
        """What the publication says that it is from."""
        return self.name or f"{self.country(first)}-NAP-unnamed"

    def party_of(self, point: ChargePoint) -> tuple[str, str]:
        """Country and party of a point's operator: as its EVSE ID says, else the publisher's own."""
        code = cpo_of(point.evseid or "")
        if code:
            return code[:2], code[2:5]
        country, _, party = (self.party or "").partition("*")
        return country or point.country or "ZZ", party or NOT_SAID
