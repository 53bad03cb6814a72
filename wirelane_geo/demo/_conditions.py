"""What the demo network says of prices and access: much of it, as operators do, and not all."""

from wirelane_geo.model import Conditions

WITHOUT_PAGE = (0, 1)
"""Of each twelve stations that take no payment there and then: one whose drivers need a contract, and one that doesn't say."""


def conditions_of(number: int, *, nothing_to_pay: bool, in_garage: bool, for_lorries: bool, at_once: bool) -> Conditions:
    """Of the station with a number. `at_once`: it has a terminal, or asks for nothing."""
    guests = in_garage and number % 3 == 0
    return Conditions(
        free=True if nothing_to_pay else None if number % 9 == 0 else False,
        adhoc=False if not at_once and number % 12 == 0 else None,
        public=False if guests else None if number % 11 == 3 else True,
        access="Nur für Kunden" if guests else None,
        vehicles=_vehicles(number, nothing_to_pay, for_lorries),
        wheelchair={0: True, 1: False}.get(number % 6),
        green=True if number % 4 else None)


def has_payment_page(number: int, *, at_once: bool) -> bool:
    """Whether drivers can pay with their telephone, without a contract."""
    return at_once or number % 12 not in WITHOUT_PAGE


def _vehicles(number: int, nothing_to_pay: bool, for_lorries: bool) -> tuple[str, ...]:
    if for_lorries:
        return ("car", "lorry")
    if nothing_to_pay and number % 3 == 0:
        return ("bicycle", "motorcycle")
    return () if number % 5 == 0 else ("car",)
