"""Which lands go under a country's code: files of a country have its territories overseas, which have codes of their own."""

_TERRITORIES = {
    "AU": "CC CX HM NF",
    "CN": "HK MO",
    "DK": "FO GL",
    "FI": "AX",
    "FR": "BL GF GP MF MQ NC PF PM RE TF WF YT",
    "GB": "AI BM FK GG GI GS IM IO JE KY MS PN SH TC VG",
    "NL": "AW BQ CW SX",
    "NO": "BV SJ",
    "NZ": "CK NU TK",
    "US": "AS GU MP PR UM VI",
}
"""ISO 3166-1 alpha-2 of states, and of what belongs to them."""


def lands(country: str) -> tuple[str, ...]:
    """The codes (alpha-2) of a country and of all that belongs to it, the country's own first."""
    return (country, *_TERRITORIES.get(country, "").split())
