"""Every field and every word of both documents goes over real HTTP, and is in the typed record that the client answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.api.upstream import Upstream, reply, serving
from tests.contract.calls import CALLS
from tests.contract.examples import examples, reached
from tests.contract.files import Operation, contract
from wirelane_geo.api import Hosts, WirelaneClient, decode_event
from wirelane_geo.errors import ApiServerFault
from wirelane_geo.model import ChargePoint, EventLog, Record, Term, dialect_2026

DIALECTS = ("2023", "2026")
OPERATIONS = [(name, operation) for name in DIALECTS for operation in contract(name).operations]


@contextmanager
def asking(name: str) -> Iterator[tuple[Upstream, WirelaneClient]]:
    """An upstream of the test's own, and a client that asks it in a dialect."""
    with serving() as upstream, WirelaneClient(
            f"{upstream.url}/apis/emc", f"{upstream.url}/token", "DEMO", "client", "secret", "ada", "pw", dialect=name,
            hosts=Hosts(rate=1e9), sleep=lambda _: None) as client:
        yield upstream, client


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=str)
def test_every_field_and_every_word_of_an_answer_arrives(name: str, operation: Operation) -> None:
    bodies = examples(contract(name), operation.answers)
    with asking(name) as (upstream, client):
        for body in bodies:
            upstream.api = lambda asked, body=body: reply([body] if operation.listed else body, x_total_count=1, x_total_pages=1)
            got = list(CALLS[name][operation.method, operation.path](client, {}))
            assert said(got[0], body) == plain(body)
        assert not client.unknown


def test_no_schema_is_left_out() -> None:
    """Those that others extend are in these; errors, bodies and events are tested by themselves."""
    for name in DIALECTS:
        document = contract(name)
        tested = {schema for operation in document.operations for schema in reached(document, operation.answers)}
        bodies = {operation.body for operation in document.operations if operation.body}
        fields = {field for schema in tested | bodies | {document.webhook, "HttpError"} for field in document.schemas[schema]}
        for schema, told in document.schemas.items():
            assert set(told) <= fields, schema


@pytest.mark.parametrize("name", DIALECTS)
def test_every_field_of_an_error_is_told(name: str) -> None:
    [body, *_] = examples(contract(name), "HttpError")
    for operation in contract(name).operations:
        with asking(name) as (upstream, client):
            upstream.api = lambda asked: reply(body, 500)
            with pytest.raises(ApiServerFault) as refused:
                list(CALLS[name][operation.method, operation.path](client, {}))
        assert {"error_code": refused.value.error_code, "error_message": refused.value.error_message} == body


@pytest.mark.parametrize("name", DIALECTS)
def test_every_field_of_an_event_is_read(name: str) -> None:
    for body in examples(contract(name), contract(name).webhook):
        assert set(EventLog.__struct_fields__) == set(body)
        assert said(decode_event(json.dumps(body).encode()), body) == plain(body)


def test_a_record_of_2026_has_no_field_that_the_document_has_not() -> None:
    document = contract("2026")
    for schema, fields in document.schemas.items():
        kind = getattr(dialect_2026, schema, None)
        if kind is not None:
            assert set(kind.__struct_fields__) == set(fields), schema
            for field in msgspec.structs.fields(kind):
                if "default" in fields[field.name].said and not issubclass(type(field.default), type(None)):
                    assert field.default == fields[field.name].said["default"], (schema, field.name)


def said(record: Any, body: Any) -> Any:
    """What a record says of everything that a body says, in plain values; a record of the other dialect's its original."""
    if isinstance(record, ChargePoint) and not isinstance(record, dialect_2026.ConnectorPoint):
        return {name: plain(getattr(record, name)) for name in body}
    record = getattr(record, "original", record)
    return {name: plain(getattr(record, name)) for name in body}


def plain(value: Any) -> Any:
    """A value that can be compared: as JSON has it, times as moments, numbers as decimals."""
    if isinstance(value, Record):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Term):
        return value.value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, str) and value.endswith("Z") and value[:2] == "20":
        return datetime.fromisoformat(value)
    return value


