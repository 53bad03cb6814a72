"""What is known of price and access: a yes and a no where somebody says so, else neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.model import AuthenticationType, ChargePoint, Conditions, OfferedPoint, Price, Term
from wirelane_geo.model.access import (
    QUESTIONS,
    AdHoc,
    Admission,
    Cost,
    Vehicle,
    Wheelchair,
    access_of,
    all_bits,
    answers,
    bits_of,
)
from wirelane_geo.model.dialect_2026 import Accessibility, ConnectorPoint

ASKED = Price(per="kWh", amount=0.5)
NOTHING = Price(per="session", amount=0.0)


def of(conditions: Conditions | None = None, **fields: object) -> ChargePoint:
    return OfferedPoint(charge_point_id="P", conditions=conditions, **fields)


@pytest.mark.parametrize(("point", "expected"), [
    (ChargePoint(charge_point_id="P"), ("unknown",) * 5),
    (of(), ("unknown",) * 5),
    (of(Conditions(tariff="Free until noon", access="guests", green=True)), ("unknown",) * 5),
    (of(Conditions(free=True, public=True, wheelchair=True, vehicles=("car",))),
     ("free", "unknown", "public", "car", "accessible")),
    (of(Conditions(free=False, public=False, wheelchair=False, adhoc=False, vehicles=("lorry",))),
     ("paid", "impossible", "restricted", "other", "inaccessible")),
    (of(Conditions(prices=(ASKED,))), ("paid", "unknown", "unknown", "unknown", "unknown")),
    (of(Conditions(prices=(NOTHING,))), ("unknown",) * 5),
    (of(Conditions(free=True, prices=(Price(per="minute", amount=0.1, limited=True),))),
     ("paid", "unknown", "unknown", "unknown", "unknown")),
    (of(Conditions(free=True, prices=(NOTHING,))), ("free", "unknown", "unknown", "unknown", "unknown")),
    (of(Conditions(prices=(Price(per="kWh", amount=0.5, adhoc=True),))),
     ("paid", "possible", "unknown", "unknown", "unknown")),
    (of(Conditions(prices=(Price(per="kWh", amount=0.5, adhoc=False),))),
     ("paid", "unknown", "unknown", "unknown", "unknown")),
])
def test_what_is_said_is_known_and_nothing_else(point: ChargePoint, expected: tuple[str, ...]) -> None:
    assert [answers(access_of(point), question) for question in QUESTIONS] == [(each,) for each in expected]


@pytest.mark.parametrize(("fields", "expected"), [
    ({"authentication_types": (AuthenticationType.nfc_terminal,)}, AdHoc.possible),
    ({"authentication_types": (AuthenticationType.card, AuthenticationType.direct)}, AdHoc.possible),
    ({"authentication_types": (AuthenticationType.card, AuthenticationType.remote)}, AdHoc.unknown),
    ({"payment_url": "https://pay.example.com/1"}, AdHoc.possible),
    ({}, AdHoc.unknown),
])
def test_a_way_to_pay_at_once_is_a_way_to_pay_without_a_contract(fields: dict, expected: AdHoc) -> None:
    assert answers(access_of(ChargePoint(charge_point_id="P", **fields)), AdHoc) == (expected,)


@pytest.mark.parametrize(("said", "expected"), [
    (Accessibility.public, Admission.public), (Accessibility.private, Admission.restricted), (None, Admission.unknown)])
def test_a_connector_of_2026_says_who_may_drive_up(said: Accessibility | None, expected: Admission) -> None:
    assert answers(access_of(ConnectorPoint(charge_point_id="P", accessibility=said)), Admission) == (expected,)


@pytest.mark.parametrize(("kinds", "expected"), [
    (("car",), {"car"}), (("carOrLightVehicle", "motorScooter"), {"car", "two_wheeler"}), (("MOTORCYCLE",), {"two_wheeler"}),
    (("bicycle", "e-bike"), {"two_wheeler"}), (("lorry", "bus"), {"other"}), (("anyVehicle",), {"car", "two_wheeler", "other"}),
    (("unknown",), {"unknown"}), ((), {"unknown"}), (("hovercraft",), {"other"})])
def test_each_kind_of_vehicle_is_one_of_few(kinds: tuple[str, ...], expected: set[str]) -> None:
    assert set(answers(access_of(of(Conditions(vehicles=kinds))), Vehicle)) == expected


@given(st.lists(st.sampled_from([term for question in QUESTIONS for term in question])))
def test_bits_keep_every_answer_apart(terms: list[Term]) -> None:
    bits = bits_of(terms)
    assert 0 <= bits < 2**16
    for question in QUESTIONS:
        known = {term for term in terms if isinstance(term, question) and term != "unknown"}
        assert set(answers(bits, question)) == (known or {question("unknown")})
        assert bool(bits & all_bits(question)) is bool(known)


def test_no_two_questions_share_a_bit() -> None:
    shares = [all_bits(question) for question in QUESTIONS]
    assert sum(shares) == shares[0] | shares[1] | shares[2] | shares[3] | shares[4]
    assert {Cost, AdHoc, Admission, Vehicle, Wheelchair} == set(QUESTIONS)
