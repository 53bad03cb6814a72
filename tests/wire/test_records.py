"""All records on the wire: what is written reads back the same, and whatever comes is a record or set aside."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from wirelane_geo.api import decode_event, encode, encode_page
from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargingSession, EventLog, Member, PaymentMethod, Subscription
from wirelane_geo.wire.lenient import count_all
from wirelane_geo.wire.records import EVENTS, MEMBERS, PAYMENT_METHODS, SESSIONS, SUBSCRIPTIONS

KINDS = {"sessions": (SESSIONS, ChargingSession), "members": (MEMBERS, Member), "events": (EVENTS, EventLog),
         "payment methods": (PAYMENT_METHODS, PaymentMethod), "subscriptions": (SUBSCRIPTIONS, Subscription)}
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
PLAIN = {
    inspect.StrType: st.text(st.characters(codec="utf-8"), max_size=8), inspect.BoolType: st.booleans(),
    inspect.IntType: st.integers(0, 2**31 - 1), inspect.FloatType: st.floats(0, 1e9),
    inspect.DecimalType: st.decimals(-10**9, 10**9, allow_nan=False, places=3),
    inspect.DateTimeType: st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=ZONES),
    inspect.DictType: st.dictionaries(st.text(max_size=3), st.integers(0, 9) | st.text(max_size=3), max_size=2),
}


def drawn(kind):
    """A strategy for a field's type."""
    if isinstance(kind, inspect.UnionType):
        return st.none() | st.one_of([drawn(part) for part in kind.types if not isinstance(part, inspect.NoneType)])
    if isinstance(kind, inspect.StructType):
        return record(kind.cls)
    if isinstance(kind, inspect.EnumType):
        return st.sampled_from(kind.cls)
    if isinstance(kind, inspect.VarTupleType):
        return st.lists(drawn(kind.item_type), max_size=2).map(tuple)
    return PLAIN[type(kind)]


@cache
def record(model):
    """A strategy for all of a record; made once, which takes longer than to draw from it."""
    fields = {field.name: drawn(field.type) for field in inspect.type_info(model).fields}
    if model is ChargingSession:
        fields["session_id"] = st.text("abc-1", min_size=1, max_size=6)
    return st.fixed_dictionaries(fields).map(lambda values: model(**values))


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_written_reads_back_the_same(name, data):
    kind, model = KINDS[name]
    records = data.draw(st.lists(record(model), max_size=3))
    batch = kind.decode_page(encode_page(records))
    assert (batch.records, batch.rejected, dict(batch.unknown)) == (records, [], {})
    for one in records:
        assert kind.decode(encode(one)) == one
        assert kind.decode(b"\xef\xbb\xbf" + encode(one)) == one


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_json_comes_every_record_is_one_or_set_aside(name, data):
    kind, model = KINDS[name]
    names = [field.name for field in inspect.type_info(model).fields]
    anything = st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=4) | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=5),
        max_leaves=12)
    value = data.draw(anything)
    try:
        batch = kind.decode_page(json.dumps(value).encode())
    except BadInput:
        assert not isinstance(value, list)
        return
    assert len(batch.records) + len(batch.rejected) == len(value)
    for one in batch.records:
        assert kind.decode(encode(one)) == one


def unreadable(kind):
    """Values that a type can't be read from."""
    if isinstance(kind, inspect.UnionType):
        [kind] = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
    objects = st.just({"date": "2017-10-15 16:44:45.000000", "timezone_type": 3})
    if isinstance(kind, inspect.StrType):
        return objects | st.just(True) | st.just(["a"])
    if isinstance(kind, inspect.DateTimeType):
        return objects | st.sampled_from(["0000-00-00", "soon", "-0001-11-30T00:00:00+00:00", "0001-01-01T00:00:00+02:00", [1]])
    if isinstance(kind, inspect.StructType | inspect.DictType):
        return st.sampled_from(["text", 5, True, [1]])
    return objects | st.sampled_from(["text", ["a", {}], {"a": "b"}])


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_field_that_can_not_be_read_costs_only_itself(name, data):
    kind, model = KINDS[name]
    whole = data.draw(record(model))
    fields = [field for field in inspect.type_info(model).fields if not field.required]
    field = data.draw(st.sampled_from([field for field in fields if field.name not in ("data", "core_data")]))
    odd = {**msgspec.json.decode(encode(whole)), field.name: data.draw(unreadable(field.type))}
    batch = kind.decode_page(json.dumps([odd]).encode())
    assert batch.records == [msgspec.structs.replace(whole, **{field.name: field.default})]
    assert not batch.rejected
    [counted] = {said.partition("=")[0] for said in batch.unknown}
    assert counted == field.name
    if field.name in model.PERSONAL:
        assert set(batch.unknown) == {f"{field.name}=***"}


@pytest.mark.parametrize("bad", [
    b"1", b"null", b"[]", b"{}", b'{"session_id":""}', b'{"session_id":"\xff"}', b'{"session_id":["a"]}', b'{"session_id":true}'])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_record_costs_only_itself(bad, place):
    sound = [b'{"session_id":"x"}', b'{"session_id":"y"}']
    batch = SESSIONS.decode_page(b"[" + b",".join([*sound[:place], bad, *sound[place:]]) + b"]")
    assert [session.session_id for session in batch.records] == ["x", "y"]
    [rejected] = batch.rejected
    assert rejected.index == place
    assert rejected.reason


def one(**values):
    [session] = SESSIONS.decode_page(json.dumps([{"session_id": "a", **values}]).encode()).records
    return session


@pytest.mark.parametrize(("field", "written", "meant"), [
    ("zip_code", 73525, "73525"), ("house_number", 21, "21"), ("house_number", 21.5, "21.5"), ("kwh", "17.46", 17.46),
    ("session_duration", "68", 68), ("session_duration", 68.0, 68), ("session_duration", -1, None), ("kwh", -0.5, None),
    ("cpo_created", "true", True), ("price", 0.1, Decimal("0.1")), ("price", "1.70", Decimal("1.70")), ("price", "", None),
    ("currency", "GBP", None), ("currency", None, None), ("plug_type", "TYPE_9", "TYPE_9"), ("meter_start", 2**63, None),
    ("session_begin", "2017-10-15T16:44:40", datetime(2017, 10, 15, 16, 44, 40, tzinfo=UTC)),
    ("session_begin", 1508078680, datetime(2017, 10, 15, 14, 44, 40, tzinfo=UTC)), ("session_begin", "", None),
])
def test_what_is_odd_is_understood(field, written, meant):
    assert getattr(one(**{field: written}), field) == meant
    assert getattr(one(**{field: written, "city": None, "status": ""}), field) == meant


def test_the_list_of_unknown_values_does_not_grow_without_end():
    unknown = Counter()
    count_all(unknown, {f"status=s{number}": 2 for number in range(1500)})
    assert unknown.total() == 3000
    assert len(unknown) == 1001
    assert (unknown["status=s0"], unknown["other values"]) == (2, 1000)


def test_an_event_whose_data_is_an_object_keeps_it_as_text():
    event = decode_event(b'{"id":"1","data":{"price":1.10},"core_data":[1],"event_date":"2017-10-15T16:44:45+0200"}')
    assert (event.data, event.core_data) == ('{"price":1.10}', "[1]")
    assert event.event_date == datetime(2017, 10, 15, 14, 44, 45, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"<xml/>", b"\xff", b"[1" * 100_000, b'{"event_date":'])
def test_an_event_that_is_none_is_refused(body):
    with pytest.raises(BadInput):
        decode_event(body)


def test_what_is_personal_is_not_said_where_it_can_not_be_read():
    account = {"first_name": {"a": "Ada"}, "address": ["Ada's"]}
    odd = [{"id": "M", "email": ["ada@example.org"], "status": "x", "account": account},
           {"id": "N", "account": "ada@example.org"}, [{"email": "ada@example.org"}]]
    batch = MEMBERS.decode_page(json.dumps(odd).encode())
    assert [member.id for member in batch.records] == ["M", "N"]
    assert batch.unknown == {"email=***": 1, "status=x": 1, "first_name=***": 1, "address=***": 1, "account=***": 1}
    assert "ada" not in repr(batch).lower()
    assert [rejected.index for rejected in batch.rejected] == [2]


def test_all_kinds_are_here():
    assert {model for _, model in KINDS.values()} == {ChargingSession, Member, EventLog, PaymentMethod, Subscription}
    assert msgspec.json.decode(encode(one(price=1.1)))["price"] == 1.1
