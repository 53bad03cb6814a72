"""What is said about people does not come out of a record by accident."""

import logging
import pprint
import re

import pytest

from tests.model.records import RECORDS, filled, texts_in
from wirelane_geo.model import (
    PRIVATE_FIELDS,
    REDACTED,
    Account,
    ChargePoint,
    ChargingSession,
    Member,
    Record,
    personal_fields,
)

ABOUT_PEOPLE = re.compile(
    r"e?mail|name|phone|street|house|zip|address|card|customer|account|^vat|identification|owner|actor|label|avatar"
    r"|salutation|serial|unlock|secret|reason$")
NOT_ABOUT_PEOPLE = {
    "Plan": {"name"},
    "EventLog": {"event_name", "actor_tenant", "actor_type"},
    "ChargePointGroup": {"name"},
    "OpeningHours": {"label"},
    "ChargingSession": {"street", "house_number", "zip_code", "identification_type"},  # the station's
    "ChargePoint": {"street", "house_number", "zip_code"},
    "Member": {"account"},  # hides its own
}


def hidden_and_shown(record: Record) -> tuple[set[str], set[str]]:
    """The texts in personal fields, and in the others, however deep."""
    hidden: set[str] = set()
    shown: set[str] = set()
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if name in personal_fields(type(record)):
            hidden |= texts_in(value)
        elif isinstance(value, Record):
            deeper = hidden_and_shown(value)
            hidden, shown = hidden | deeper[0], shown | deeper[1]
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            deeper = hidden_and_shown(value[0])
            hidden, shown = hidden | deeper[0], shown | deeper[1]
        else:
            shown |= texts_in(value)
    return hidden, shown


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_record_prints_all_but_the_personal(kind: type[Record]) -> None:
    record = filled(kind)
    hidden, shown = hidden_and_shown(record)
    for text in (repr(record), str(record), f"{record}", "%s %r" % (record, record), pprint.pformat([{"a": record}])):  # noqa: UP031
        assert not {secret for secret in hidden if secret in text}
        assert all(word in text for word in shown)
    assert all(f"{name}={REDACTED}" in repr(record) for name in personal_fields(kind))


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_consoles_and_debuggers_see_no_more(kind: type[Record]) -> None:
    record = filled(kind)
    hidden, _ = hidden_and_shown(record)
    assert not {secret for secret in hidden if secret in repr(record.__rich_repr__())}


def test_logs_and_errors(caplog: pytest.LogCaptureFixture) -> None:
    member = Member(id="m-1", email="ada@example.com", account=Account(account_id="ACC-1", first_name="Ada"))
    logging.getLogger("test").warning("kept %s, %r", member, [member])
    with pytest.raises(ValueError) as error:
        raise ValueError(member)
    for text in (caplog.text, str(error.value), repr(error.value)):
        assert "m-1" in text
        assert not {secret for secret in ("ada@", "ACC-1", "Ada") if secret in text}


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_field_that_sounds_personal_is(kind: type[Record]) -> None:
    """A new field is marked, or said here not to be about people."""
    sounding = {name for name in kind.__struct_fields__ if ABOUT_PEOPLE.search(name)}
    assert sounding - personal_fields(kind) == NOT_ABOUT_PEOPLE.get(kind.__name__, set())


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_marks_name_fields(kind: type[Record]) -> None:
    assert personal_fields(kind) <= set(kind.__struct_fields__)


def test_the_marks_of_points_are_the_private_fields() -> None:
    assert {"owner", "serial_number"} <= PRIVATE_FIELDS == personal_fields(ChargePoint)


def test_what_is_not_set_is_not_printed() -> None:
    assert repr(ChargingSession(session_id="a1")) == "ChargingSession(session_id='a1')"
