"""What a point costs, and who can use it, as a few bits: what the filters by price and access look at.

Each question has its answers as terms; the last one, `unknown`, is that nobody has said. It has no bit: where none of a
question's bits is set, the answer isn't known, which is neither a yes nor a no.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from wirelane_geo.model import AuthenticationType, ChargePoint, Conditions, OfferedPoint, Term
from wirelane_geo.model.dialect_2026 import Accessibility, ConnectorPoint


class Cost(Term):
    """What charging costs."""

    free = "free"
    paid = "paid"
    unknown = "unknown"


class AdHoc(Term):
    """Whether a driver can pay there and then, without a contract."""

    possible = "possible"
    impossible = "impossible"
    unknown = "unknown"


class Admission(Term):
    """Who may use it: anybody, or only some."""

    public = "public"
    restricted = "restricted"
    unknown = "unknown"


class Vehicle(Term):
    """What it is for; a point may be for several of them."""

    car = "car"
    two_wheeler = "two_wheeler"
    other = "other"
    unknown = "unknown"


class Wheelchair(Term):
    """Whether it can be used from a wheelchair."""

    accessible = "accessible"
    inaccessible = "inaccessible"
    unknown = "unknown"


QUESTIONS: tuple[type[Term], ...] = (Cost, AdHoc, Admission, Vehicle, Wheelchair)

_SHIFTS = {question: sum(len(before) - 1 for before in QUESTIONS[:place]) for place, question in enumerate(QUESTIONS)}
_NOTHING = Conditions()
_AT_ONCE = {AuthenticationType.nfc_terminal, AuthenticationType.direct}
"""Means to pay that need no contract."""
_CARS = frozenset({"car", "smallcar", "largecar", "passengercar", "carorlightvehicle", "fourwheeldrive", "carwithtrailer",
                   "carwithcaravan", "motorhome"})
_TWO_WHEELERS = frozenset({"motorcycle", "motorcyclewithsidecar", "moped", "motorscooter", "escooter", "bicycle", "ebike",
                           "twowheeledvehicle"})
_ALL_KINDS = (Vehicle.car, Vehicle.two_wheeler, Vehicle.other)


def bits_of(terms: Iterable[Term]) -> int:
    """The bits of some answers; `unknown` has none."""
    return sum({term: 1 << (_SHIFTS[type(term)] + term.number) for term in terms if term != "unknown"}.values())


def all_bits(question: type[Term]) -> int:
    """The bits of all answers to a question."""
    return ((1 << (len(question) - 1)) - 1) << _SHIFTS[question]


def access_of(point: ChargePoint) -> int:
    """What is known of a point's price and access: the bits of the answers."""
    known = (point.conditions if isinstance(point, OfferedPoint) else None) or _NOTHING
    accessibility = point.accessibility if isinstance(point, ConnectorPoint) else None
    at_once = bool(point.payment_url) or not _AT_ONCE.isdisjoint(point.authentication_types)
    return _access(known, at_once, accessibility)


@lru_cache(maxsize=10_000)
def _access(known: Conditions, at_once: bool, accessibility: Accessibility | None) -> int:
    """The bits of what is said of a point; a million points have few different ones. at_once: it can be paid there and then."""
    return bits_of([*_costs(known), *_adhoc(known, at_once), *_admission(known, accessibility), *_vehicles(known),
                    *_answer(known.wheelchair, Wheelchair.accessible, Wheelchair.inaccessible)])


def answers(access: int, question: type[Term]) -> tuple[Term, ...]:
    """The answers to a question that some bits stand for; `unknown` where there is none."""
    found = tuple(term for term in question if bits_of([term]) & access)
    return found or (question("unknown"),)


def _answer(said: bool | None, yes: Term, no: Term) -> tuple[Term, ...]:
    return () if said is None else (yes if said else no,)


def _costs(known: Conditions) -> tuple[Term, ...]:
    """Free of charge only where nothing else says that it costs something, be it at some times only."""
    if any(price.amount > 0 for price in known.prices):
        return (Cost.paid,)
    return _answer(known.free, Cost.free, Cost.paid)


def _adhoc(known: Conditions, at_once: bool) -> tuple[Term, ...]:
    if known.adhoc or at_once or any(price.adhoc for price in known.prices):
        return (AdHoc.possible,)
    return _answer(known.adhoc, AdHoc.possible, AdHoc.impossible)


def _admission(known: Conditions, accessibility: Accessibility | None) -> tuple[Term, ...]:
    public = known.public
    if public is None and accessibility is not None:
        public = accessibility is Accessibility.public
    return _answer(public, Admission.public, Admission.restricted)


def _vehicles(known: Conditions) -> Iterator[Term]:
    for kind in known.vehicles:
        plain = "".join(filter(str.isalnum, kind)).lower()
        if plain == "anyvehicle":
            yield from _ALL_KINDS
        elif plain not in ("", "unknown"):
            yield Vehicle.car if plain in _CARS else Vehicle.two_wheeler if plain in _TWO_WHEELERS else Vehicle.other
