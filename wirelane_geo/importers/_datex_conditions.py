"""Prices and access in DATEX II."""

from collections.abc import Iterator

from wirelane_geo.importers._datex_names import Object, everywhere, many, objects
from wirelane_geo.importers._fields import flag, text, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._prices import UNREADABLE, UNTRUE, amount, first_odd
from wirelane_geo.model import Conditions, Per, Price

MOST_PRICES = 20
_LIMITS = {"overallperiod", "timebasedapplicability", "energybasedapplicability"}
_PER: dict[str, Per] = {"PRICEPERKWH": "kWh", "PRICEPERMINUTE": "minute", "BASEPRICE": "session", "FLATRATE": "session"}
_FOR_WHEELCHAIRS = {"WHEELCHAIRACCESSIBLE", "BARRIERFREEACCESSIBLE", "DISABILITYACCESSIBLE"}


def conditions(row: Object, notes: Notes) -> Conditions:
    """Of a point with its station and site."""
    energies = [energy for part in ("point", "station") for energy in objects(row[part].get("electricenergy"))]
    found, odd = _prices(energies, notes)
    green = {said for energy in energies if (said := flag(energy.get("isgreenenergy"))) is not None}
    free = any(word(price.get("pricetype")) == "FREE" for energy in energies
               for given in everywhere(energy, "energyprice") for price in objects(given))
    return Conditions(
        prices=tuple(found)[:MOST_PRICES],
        free=False if odd else True if free else None,
        public=_public(row), access=_access(row, notes), vehicles=_vehicles(row), wheelchair=_wheelchair(row),
        green=None if len(green) != 1 else green.pop())


def _prices(energies: list[Object], notes: Notes) -> tuple[dict[Price, None], bool]:
    """Each price once, and whether there is a rate with one that can't be true: of such a rate none is believed."""
    found, odd = dict[Price, None](), False
    for rate in (rate for energy in energies for given in everywhere(energy, "energyrate") for rate in objects(given)):
        prices = list(_of_rate(rate, notes))
        if (price := first_odd(prices)) is not None:
            notes.add(UNTRUE, "energyPrice", price)
            odd = True
        else:
            found |= dict.fromkeys(prices)
    return found, odd


def _of_rate(rate: Object, notes: Notes) -> Iterator[Price]:
    policy = word(rate.get("ratepolicy"))
    currency = next((one for one in many(rate.get("applicablecurrency")) if isinstance(one, str)), None)
    for given in objects(rate.get("energyprice")):
        per, found = _PER.get(word(given.get("pricetype"))), amount(given.get("value"), currency)
        if per is None or found is None:
            if word(given.get("pricetype")) != "FREE":
                notes.add(UNREADABLE, "energyPrice", given)
            continue
        yield Price(per=per, amount=found.number, currency=found.currency, tax=flag(given.get("taxincluded")),
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


