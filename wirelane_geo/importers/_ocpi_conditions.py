"""Prices and access in OCPI, as far as a location says them itself, or tariffs that came with it: an id alone says nothing."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from wirelane_geo.importers._fields import flag, text, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._prices import UNREADABLE, UNTRUE, Left, amount, first_odd, words
from wirelane_geo.model import Conditions, Per, Price

Object = dict[str, Any]

MOST_PRICES = 20
_MOST_LETTERS = 200
_NOTHING = Conditions()
NO_TARIFFS: Mapping[str, Object] = {}
PER: dict[str, Per] = {"ENERGY": "kWh", "TIME": "hour", "FLAT": "session", "PARKINGTIME": "parking hour"}


def tariff_key(owner: Object, id: Any) -> str:
    """What a tariff is known by: country and party, its own or those of a location that names it, and its id, in any case."""
    return f"{owner.get('country_code')}*{owner.get('party_id')}*{id}".upper()


def conditions(location: Object, evse: Object, notes: Notes, known: Mapping[str, Object] = NO_TARIFFS) -> Conditions:
    """Of an EVSE; `known`: tariffs by their key."""
    mix = location.get("energy_mix")
    restrictions = [one for one in _list(evse.get("parking_restrictions")) if isinstance(one, str)]
    tariffs = _tariffs(evse) + (_named(location, evse, known) if known else [])
    if not (mix or restrictions or tariffs):
        return _NOTHING
    green = flag(mix.get("is_green_energy")) if isinstance(mix, dict) else None
    if not tariffs and sum(map(len, restrictions)) < _MOST_LETTERS:
        return _of_restrictions(tuple(restrictions), green)
    return _read(restrictions, green, tariffs, notes)


@lru_cache(maxsize=10_000)
def _of_restrictions(restrictions: tuple[str, ...], green: bool | None) -> Conditions:
    """Of the many that have no tariffs, and few different restrictions; of so few letters there is nothing to note."""
    return _read(restrictions, green, [], Notes())


def _read(restrictions: Sequence[str], green: bool | None, tariffs: list[Object], notes: Notes) -> Conditions:
    prices, left_out = _prices(tariffs, notes)
    priced = [price for price in prices if not price.limited]
    nothing = priced and not any(price.amount for price in prices) and not left_out
    return Conditions(
        prices=tuple(price for price in prices if price.amount)[:MOST_PRICES],
        free=True if nothing else False if Left.ODD in left_out else None,
        public=False if any(word(one) == "CUSTOMERS" for one in restrictions) else None,
        vehicles=("motorcycle",) if any(word(one) == "MOTORCYCLES" for one in restrictions) else (),
        access=text(", ".join(one.replace("_", " ").lower() for one in restrictions), "parking_restrictions", notes),
        tariff=next((said for given in tariffs for one in _list(given.get("tariff_alt_text")) if isinstance(one, dict)
                     and (said := words(one.get("text"), "tariff_alt_text", notes))), None),
        green=green)


def _tariffs(evse: Object) -> list[Object]:
    """Tariffs that stand in an EVSE or its connectors, as some feeds have them."""
    places = [evse, *(one for one in _list(evse.get("connectors")) if isinstance(one, dict))]
    return [one for place in places for one in _list(place.get("tariffs")) if isinstance(one, dict)]


def _named(location: Object, evse: Object, known: Mapping[str, Object]) -> list[Object]:
    """Tariffs whose ids stand at its connectors (2.1.1 has one id there); each once."""
    ids = [id for one in _list(evse.get("connectors")) if isinstance(one, dict)
           for id in (*_list(one.get("tariff_ids")), one.get("tariff_id"))]
    return [known[key] for id in dict.fromkeys(map(str, ids)) if (key := tariff_key(location, id)) in known]


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _prices(tariffs: list[Object], notes: Notes) -> tuple[list[Price], set[Left]]:
    """Each price once, and why others were left out. A tariff with one that can't be true has none that is believed."""
    found, left_out = dict[Price, None](), set[Left]()
    for tariff in tariffs:
        prices = list(_of_tariff(tariff, left_out, notes))
        if (odd := first_odd(prices)) is not None:
            notes.add(UNTRUE, "price_components", odd)
            left_out.add(Left.ODD)
        else:
            found |= dict.fromkeys(prices)
    return list(found), left_out


def _of_tariff(tariff: Object, left_out: set[Left], notes: Notes) -> Iterator[Price]:
    currency = text(tariff.get("currency"), "currency", notes)
    kind = word(tariff.get("type"))
    adhoc = True if kind == "ADHOCPAYMENT" else False if kind == "REGULAR" or kind.startswith("PROFILE") else None
    tax = {"YES": True, "NA": None}.get(word(tariff.get("tax_included")), False)  # of 2.3; before it prices are without tax
    for element in (one for one in _list(tariff.get("elements")) if isinstance(one, dict)):
        for given in (one for one in _list(element.get("price_components")) if isinstance(one, dict)):
            per, found = PER.get(word(given.get("type"))), amount(given.get("price"), currency)
            if per is None or found is None:
                notes.add(UNREADABLE, "price_components", given)
                left_out.add(Left.UNREADABLE)
                continue
            yield Price(per=per, amount=found.number, currency=found.currency, adhoc=adhoc, tax=tax,
                        limited=bool(element.get("restrictions")))
