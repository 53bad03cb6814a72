"""Prices as files have them: an amount with its currency, and whether it can be true.

What isn't known isn't guessed: a price that nobody asks, which is mostly one in cents, costs its tariff, and is noted.
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any, NamedTuple

from wirelane_geo.importers._fields import text
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._numbers import quantity
from wirelane_geo.model import Per, Price

MOST_EUR: dict[Per, float] = {"kWh": 5.0, "minute": 5.0, "hour": 300.0, "session": 100.0, "parking minute": 5.0,
                             "parking hour": 300.0}
"""More than this nobody asks."""
IN_A_EURO = {
    "EUR": 1, "GBP": 1, "CHF": 1, "USD": 1.5, "CAD": 2, "AUD": 2, "NZD": 2.5, "SGD": 2, "BGN": 2, "BAM": 2, "PLN": 5, "RON": 6,
    "DKK": 8, "SEK": 13, "NOK": 13, "CZK": 28, "HUF": 450, "ISK": 180, "TRY": 100, "RSD": 125, "MKD": 65, "ALL": 120, "MDL": 25,
    "UAH": 60, "GEL": 4, "AED": 5, "SAR": 5, "ILS": 5, "MYR": 6, "BRL": 8, "CNY": 10, "HKD": 11, "ZAR": 25, "MXN": 28, "THB": 50,
    "TWD": 45, "PHP": 75, "INR": 120, "JPY": 220}
"""Units of a currency that a euro has at most, in a year of ours; a price in any other one is taken as it is."""

_CURRENCY = {"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF"}
_CENTS = {"CT": "EUR", "CTS": "EUR", "CENT": "EUR", "CENTS": "EUR", "CENTIMES": "EUR", "EUROCENT": "EUR", "EURCENT": "EUR",
          "CTEUR": "EUR", "RP": "CHF", "RAPPEN": "CHF", "P": "GBP", "PENCE": "GBP", "GBX": "GBP", "ØRE": None, "ÖRE": None,
          "ORE": None, "C": None}
"""What a hundredth of a unit is called, and of which currency; None where several have it."""
_A_KWH = re.compile(r"(?:(\d[\d.,]{0,12})\s*([^\W\d]{1,5}|[€£$])|([€£$]|EUR|CHF)\s*(\d[\d.,]{0,12}))"
                    r"\s*(?:TTC|HT)?\s*(?:/|per|par|le|je|pro)\s*kWh", re.I)
_UNIT = re.compile(r"(?:/|\bper\b|\bje\b|\bpar\b).*", re.I)
_WORDS = re.compile(r"[^\d\s.,+'’-]+")

UNTRUE = "a price that can't be true, maybe in cents: its tariff left out"
UNREADABLE = "price can't be read, left out"


class Left(Enum):
    """Why a price is left out: it can't be read, or be true. One that can't be true costs something all the same."""

    UNREADABLE, ODD = range(2)


class Amount(NamedTuple):
    """An amount in the main unit of a currency, ISO 4217; None where it isn't said."""

    number: float
    currency: str | None


def amount(given: Any, currency: str | None) -> Amount | None:
    """Of a number, or of a text that may say its own currency ("0,49 €", "49 ct"); `currency`: what stands beside it. None where
    it can't be read."""
    unit, number = _said(currency), given
    if isinstance(given, str):
        bare = _UNIT.sub("", given)
        words = _WORDS.findall(bare)
        if words and not re.fullmatch(r"[eE]", words[0]):
            own, number = _said(words[0]), _WORDS.sub(" ", bare).strip()
            if len(words) > 1 or own is None:
                return None
            unit = own if own[1] is not None or unit is None else (own[0], unit[1])
    found = quantity(number)
    if found is None or found.unit or not 0 <= found.number < 1_000_000:
        return None
    cents, called = unit or (False, None)
    return Amount(round(found.number / 100 if cents else found.number, 4), called)


def _said(currency: str | None) -> tuple[bool, str | None] | None:
    """Whether a word stands for cents, and its currency; None where it stands for neither, the word itself for a currency."""
    known = _UNIT.sub("", currency or "").strip().upper()
    if known in _CENTS:
        return True, _CENTS[known]
    return (False, _CURRENCY.get(known, known)) if known in _CURRENCY or re.fullmatch("[A-Z]{3}", known) else None


def can_be(price: Price) -> bool:
    """Whether anybody asks so much. Without a currency it is judged as in euros."""
    rate = IN_A_EURO.get(price.currency or "EUR")
    return rate is None or price.amount <= MOST_EUR[price.per] * rate


def first_odd(prices: Sequence[Price]) -> str | None:
    """The first of a tariff's prices that can't be true, in words; None where there is none."""
    return next((f"{price.amount:g} {price.currency or ''} per {price.per}".replace("  ", " ") for price in prices
                 if not can_be(price)), None)


def words(given: Any, column: str, notes: Notes) -> str | None:
    """What an operator says of its prices in words; None, and noted, where a price a kWh in them can't be true, or they are a
    number alone that none can be."""
    said = text(given, column, notes)
    if said is None:
        return None
    read = (amount(f"{match[1] or match[4]} {match[2] or match[3]}", None) for match in _A_KWH.finditer(said))
    found = [one for one in read if one is not None and one.currency is not None]
    if (alone := quantity(said)) is not None and not alone.unit:
        found.append(Amount(alone.number, None))
    prices = [Price(per="kWh", amount=one.number, currency=one.currency) for one in found]
    if all(map(can_be, prices)):
        return said
    notes.add("a price that can't be true, maybe in cents: left out", column, said)
    return None
