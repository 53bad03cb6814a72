"""The model holds what the contract says: every schema, every field, every word. Nothing is missing, nothing is added."""

import typing
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import pytest

from tests.contract.files import facts_of
from tests.model.records import RECORDS, filled, plain_type
from wirelane_geo import model
from wirelane_geo.model import ChargingSession, Record, Term
from wirelane_geo.server._errors import HttpError

CALLED = {"ChargingPoint": "ChargePoint", "ChargingPointGroup": "ChargePointGroup"}
MONEY = {("ChargingSession", "price"), ("ChargingSession", "tax_rate"), ("SubscriptionPeriod", "amount"),
         ("SubscriptionPeriod", "tax_rate"), ("UpcomingSubscription", "tax_rate"), ("Plan", "default_tax_rate")}
"""Numbers that are decimals here; all other numbers are floats."""


@cache
def schemas() -> dict[str, Any]:
    return dict(facts_of("2023")["schemas"])


def properties(name: str) -> dict[str, Any]:
    """A schema's properties, those of what it extends first."""
    schema = schemas()[name]
    found: dict[str, Any] = {}
    for part in schema.get("all_of", [schema]):
        found |= properties(part) if isinstance(part, str) else part["properties"]
    return found


def record(name: str) -> type[Any]:
    return HttpError if name == "HttpError" else getattr(model, CALLED.get(name, name))


FIELDS = [(name, field) for name in schemas() for field in properties(name)]


@pytest.mark.parametrize("name", schemas())
def test_a_schema_has_its_fields_and_no_other(name: str) -> None:
    assert set(record(name).__struct_fields__) == set(properties(name))


def test_no_record_is_made_up() -> None:
    assert {kind.__name__ for kind in RECORDS} == {CALLED.get(name, name) for name in schemas()} - {"HttpError"}


@pytest.mark.parametrize(("name", "field"), [pair for pair in FIELDS if pair[0] != "HttpError"],
                         ids=lambda part: str(part))
def test_a_field_has_its_type_words_and_default(name: str, field: str) -> None:
    said = properties(name)[field]
    here = {f.name: f for f in msgspec.structs.fields(record(name))}[field]
    assert agrees(said, plain_type(here.type), (name, field)), f"{name}.{field}: {said} is {here.type}"
    if isinstance(said, dict) and "default" in said:
        assert here.default == said["default"]


def agrees(said: Any, here: Any, field: tuple[str, str]) -> bool:
    said = said if isinstance(said, dict) else {"type": said}
    if "array_of" in said:
        return typing.get_origin(here) in (tuple, list) and agrees(said["array_of"], typing.get_args(here)[0], field)
    if "enum" in said:
        return issubclass(here, Term) and [term.value for term in here] == said["enum"]
    if said["type"] in schemas():
        return here is record(said["type"])
    if said.get("format") == "date-time":
        return here is datetime
    if said["type"] == "number":
        return here is (Decimal if field in MONEY else float)
    simple = {"string": str, "integer": int, "boolean": bool}
    return typing.get_origin(here) is dict if said["type"] == "object" else here is simple[said["type"]]


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_the_wire_and_back(kind: type[Record]) -> None:
    """With decimals as numbers, the way the contract has them."""
    there = filled(kind)
    body = msgspec.json.Encoder(decimal_format="number").encode(there)
    assert msgspec.json.decode(body, type=kind) == there
    assert set(msgspec.json.decode(body)) == set(kind.__struct_fields__) - {"billable"}  # which is True unless said


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_what_is_not_known_is_not_sent(kind: type[Record]) -> None:
    required = {field.name: "x" for field in msgspec.structs.fields(kind) if field.required}
    assert msgspec.json.decode(msgspec.json.encode(kind(**required))) == required


def test_a_price_is_read_to_the_digit() -> None:
    session = msgspec.json.decode(b'{"session_id": "a", "price": 0.10, "tax_rate": 0.19}', type=ChargingSession)
    assert (str(session.price), str(session.tax_rate)) == ("0.10", "0.19")


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_record_is_explained(kind: type[Record]) -> None:
    assert kind.__doc__
    assert len(kind.__doc__) > 20
