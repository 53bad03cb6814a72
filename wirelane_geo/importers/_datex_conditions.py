"""Prices and access in DATEX II."""

from collections.abc import Iterator

from wirelane_geo.importers._datex_names import Object, everywhere, many, objects
from wirelane_geo.importers._fields import flag, text, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._numbers import quantity
from wirelane_geo.model import Conditions, Per, Price

MOST_PRICES = 20
_LIMITS = {"overallperiod", "timebasedapplicability", "energybasedapplicability"}
_PER: dict[str, Per] = {"PRICEPERKWH": "kWh", "PRICEPERMINUTE": "minute", "BASEPRICE": "session", "FLATRATE": "session"}
_FOR_WHEELCHAIRS = {"WHEELCHAIRACCESSIBLE", "BARRIERFREEACCESSIBLE", "DISABILITYACCESSIBLE"}


def conditions(row: Object, notes: Notes) -> Conditions:
    """Of a point with its station and site."""
    energies = [energy for part in ("point", "station") for energy in objects(row[part].get("electricenergy"))]
    prices = [price for energy in energies for price in _prices(energy, notes)]
    green = {said for energy in energies if (said := flag(energy.get("isgreenenergy"))) is not None}
    return Conditions(
        prices=tuple(dict.fromkeys(prices))[:MOST_PRICES],
        free=True if any(word(price.get("pricetype")) == "FREE" for energy in energies
                         for given in everywhere(energy, "energyprice") for price in objects(given)) else None,
        public=_public(row), access=_access(row, notes), vehicles=_vehicles(row), wheelchair=_wheelchair(row),
        green=None if len(green) != 1 else green.pop())


def _prices(energy: Object, notes: Notes) -> Iterator[Price]:
    for rate in (rate for given in everywhere(energy, "energyrate") for rate in objects(given)):
        policy = word(rate.get("ratepolicy"))
        currency = next((one for one in many(rate.get("applicablecurrency")) if isinstance(one, str)), None)
        for given in objects(rate.get("energyprice")):
            per, amount = _PER.get(word(given.get("pricetype"))), quantity(given.get("value"))
            if per is None or amount is None or not 0 <= amount.number < 10_000:
                if word(given.get("pricetype")) != "FREE":
                    notes.add("price can't be read, left out", "energyPrice", given)
                continue
            yield Price(per=per, amount=round(amount.number, 4), currency=currency, tax=flag(given.get("taxincluded")),
                        adhoc={"ADHOC": True, "CONTRACT": False}.get(policy), limited=not _LIMITS.isdisjoint(given))


def _public(row: Object) -> bool | None:
    """Whether all users are said to be welcome."""
    said = {word(user) for part in ("point", "station", "site") for user in many(row[part].get("exclusiveusers"))}
    return None if not said else "ALLUSERS" in said


def _access(row: Object, notes: Notes) -> str | None:
    users = [str(user) for part in ("station", "site") for user in many(row[part].get("exclusiveusers"))
             if isinstance(user, str) and word(user) != "ALLUSERS"]
    said = [found for part in ("station", "site") for given in many(row[part].get("accessrestriction"))
            if (found := text(given, "accessRestriction", notes))]
    return ", ".join(dict.fromkeys([*users, *said])) or None


def _vehicles(row: Object) -> tuple[str, ...]:
    """Of the point, else its station; of a site only where all its places are for the same."""
    for part in ("point", "station"):
        found = [kind for given in many(row[part].get("applicableforvehicles")) for kinds in everywhere(given, "vehicletype")
                 for kind in many(kinds) if isinstance(kind, str)]
        if found:
            return tuple(dict.fromkeys(found))[:10]
    spaces = [tuple(kind for kinds in everywhere(space, "vehicletype") for kind in many(kinds) if isinstance(kind, str))
              for space in objects(row["site"].get("dedicatedparkingspaces"))]
    return tuple(dict.fromkeys(spaces[0])) if spaces and len(set(spaces)) == 1 else ()


def _wheelchair(row: Object) -> bool | None:
    for part in ("point", "station", "site"):
        said = {word(one) for one in many(row[part].get("accessibility"))}
        if said & _FOR_WHEELCHAIRS:
            return True
        if "NONE" in said:
            return False
    return None


