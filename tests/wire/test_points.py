"""Charge points on the wire: what is understood, what is counted, what is set aside."""

import gc
import json
import string
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.api import decode_point, decode_points, encode_point
from wirelane_geo.errors import BadInput
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargePointGroup,
    ChargingType,
    OpeningHours,
    PlugType,
    Status,
)

text = st.none() | st.text(st.characters(codec="utf-8"), max_size=12)
small = st.none() | st.integers(0, 2**31 - 1)
amount = st.none() | st.floats(0, 1e9)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.none() | st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=zones)
day = st.none() | st.lists(st.lists(st.sampled_from(["0000", "0930", "2345", "?"]), max_size=2), max_size=2)
days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), day)
hours = st.builds(OpeningHours, label=text, open247=st.none() | st.booleans(),
                  exceptionalOpenings=st.none() | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), **days)
groups = st.builds(ChargePointGroup, id=small, name=text, owner=text)
FIELDS = {
    "id": text, "charging_point_id": text, "charging_station_id": text, "evseid": text, "display_id": text, "owner": text,
    "emp": text, "cpo": text, "model": text, "serial_number": text, "country": text, "city": text, "zip_code": text,
    "street": text, "house_number": text, "opening_hours": text, "timezone": text, "service_hotline": text,
    "payment_url": text, "charging_provider": text, "current": small, "voltage": small, "power": amount,
    "distance": amount, "creation_date": times, "update_date": times, "reservable": st.none() | st.booleans(),
    "longitude": st.none() | st.floats(-180, 180), "latitude": st.none() | st.floats(-90, 90),
    "plug_types": st.lists(st.sampled_from(PlugType), max_size=4).map(tuple),
    "authentication_types": st.lists(st.sampled_from(AuthenticationType), max_size=4).map(tuple),
    "charging_type": st.none() | st.sampled_from(ChargingType), "status": st.sampled_from(Status),
    "availability": st.none() | hours, "charging_group": st.lists(groups, max_size=2).map(tuple),
    "charge_point_id": st.text(string.ascii_letters + "-*ä\"\\", min_size=1, max_size=12),
}
charge_points = st.fixed_dictionaries(FIELDS).map(lambda values: ChargePoint(**values))


def page(*records: object) -> bytes:
    return json.dumps(records).encode()


def one(**values: object) -> ChargePoint:
    [point] = decode_points(page({"charge_point_id": "CP", **values})).points
    return point


def reason(**values: object) -> str:
    decoded = decode_points(page({"charge_point_id": "CP", **values}, {"charge_point_id": "sound"}))
    assert [point.charge_point_id for point in decoded.points] == ["sound"]
    [rejected] = decoded.rejected
    assert (rejected.index, rejected.id) == (0, "CP")
    return rejected.reason


def test_every_field_of_a_charge_point_is_drawn():
    assert set(FIELDS) == set(ChargePoint.__struct_fields__)


@given(charge_points)
def test_what_is_written_reads_back_the_same(point):
    assert decode_point(encode_point(point), strict=True) == point


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 59)), min_size=2, max_size=2))
def test_hours_are_written_as_the_contract_has_them(times):
    old, new = ([[f"{hour:02}{colon}{minute:02}" for hour, minute in times]] for colon in (":", ""))
    until_midnight = times[1] == (23, 59) != times[0]
    expected = {"monday": [[new[0][0], "0000"]] if until_midnight else new}
    for written in (old, new):
        assert json.loads(encode_point(one(availability={"monday": written})))["availability"] == expected


@given(st.lists(charge_points, max_size=4), st.integers(0, 4), st.sampled_from(
    [b"1", b"null", b"[]", b"{}", b'{"charge_point_id":""}', b'{"charge_point_id":"a","latitude":91}',
     b'{"charge_point_id":["a"]}', b'{"charge_point_id":true}', b'{"charge_point_id":"\xff"}', b'{"charge_point_id":NaN}']))
def test_a_bad_record_costs_only_itself(points, place, bad):
    place = min(place, len(points))
    records = [encode_point(point) for point in points]
    decoded = decode_points(b"[" + b",".join([*records[:place], bad, *records[place:]]) + b"]")
    assert decoded.points == points
    assert [rejected.index for rejected in decoded.rejected] == [place]
    assert decoded.rejected[0].reason
    assert not decoded.unknown


@given(st.lists(charge_points, min_size=1, max_size=4))
def test_a_page_is_its_records(points):
    decoded = decode_points(b"[" + b",".join(map(encode_point, points)) + b"]")
    assert (decoded.points, decoded.rejected, dict(decoded.unknown)) == (points, [], {})


def test_status_is_always_said():
    assert json.loads(encode_point(ChargePoint(charge_point_id="a"))) == {"charge_point_id": "a", "status": "UNKNOWN"}
    assert json.loads(encode_point(ChargePoint(charge_point_id="a", status=Status.FREE)))["status"] == "FREE"


@pytest.mark.parametrize(("written", "meant"), [
    ("2017-10-15T16:44:45+0200", datetime(2017, 10, 15, 14, 44, 45, tzinfo=UTC)),
    ("2017-10-15T16:44:45+02:00", datetime(2017, 10, 15, 14, 44, 45, tzinfo=UTC)),
    ("2017-10-15T14:44:45Z", datetime(2017, 10, 15, 14, 44, 45, tzinfo=UTC)),
    ("2017-10-15T14:44:45.250-0130", datetime(2017, 10, 15, 16, 14, 45, 250000, tzinfo=UTC)),
    (1508078685, datetime(2017, 10, 15, 14, 44, 45, tzinfo=UTC)),
    ("", None),
    (None, None),
])
def test_times(written, meant):
    assert one(creation_date=written).creation_date == meant


@pytest.mark.parametrize("among", [0, 1, 30])
@pytest.mark.parametrize(("field", "written", "meant"), [
    ("zip_code", 73525, "73525"), ("house_number", 21, "21"), ("service_hotline", 800557788, "800557788"),
    ("house_number", 21.5, "21.5"), ("zip_code", 73525.0, "73525"), ("evseid", 8, "8"), ("zip_code", "01067", "01067"),
    ("power", "22", 22.0), ("power", "11.5", 11.5), ("voltage", "230", 230), ("current", 32.0, 32), ("current", "32.0", 32),
    ("latitude", "48.8", 48.8), ("longitude", "9", 9.0), ("reservable", "true", True), ("reservable", 0, False),
    ("plug_types", None, ()), ("authentication_types", None, ()), ("charging_group", None, ()),
    ("status", None, Status.UNKNOWN), ("status", "", Status.UNKNOWN), ("charging_type", "", None), ("power", "", None),
    ("availability", [], None), ("availability", None, None), ("city", None, None), ("city", "", ""),
    ("city", "null", "null"),
    ("availability", {"open247": True, "exceptionalOpenings": []}, OpeningHours(open247=True)),
])
def test_what_is_odd_but_plain_is_understood_wherever_it_stands(field, written, meant, among):
    records = [{"charge_point_id": str(number)} for number in range(among)]
    decoded = decode_points(page(*records, {"charge_point_id": "CP", field: written}))
    assert getattr(decoded.points[among], field) == meant
    assert len(decoded.points) == among + 1
    assert not decoded.unknown
    assert not decoded.rejected


def test_a_postal_code_written_as_a_number_gets_its_zeros_back():
    assert one(zip_code=1067, country="DE").zip_code == "01067"
    assert one(zip_code=1010, country="AT").zip_code == "1010"


def test_texts_that_look_like_fields_stay_texts():
    tricky = '"zip_code": 73525, "status": null, "plug_types":null'
    decoded = decode_points(page({"charge_point_id": "a", "zip_code": 73525, "city": tricky, "status": None}))
    assert (decoded.points[0].city, decoded.points[0].zip_code) == (tricky, "73525")


@pytest.mark.parametrize(("field", "written", "meant", "counted"), [
    ("status", "PAUSED", Status.UNKNOWN, "status=PAUSED"),
    ("plug_types", ["CCS", "NACS", "MCS"], (PlugType.CCS, PlugType.UNKNOWN), "plug_types=NACS"),
    ("plug_types", ["UNKNOWN", "NACS"], (PlugType.UNKNOWN,), "plug_types=NACS"),
    ("charging_type", "HVDC", None, "charging_type=HVDC"),
    ("authentication_types", ["card", "iris"], (AuthenticationType.card,), "authentication_types=iris"),
    ("power", -1, None, "power=-1.0"),
    ("power", "nan", None, "power=nan"),
    ("distance", "inf", None, "distance=inf"),
    ("current", 10**20, None, "current=100000000000000000000"),
    ("voltage", -230, None, "voltage=-230"),
    ("creation_date", "2017-10-15T14:44:45", datetime(2017, 10, 15, 14, 44, 45, tzinfo=UTC),
     "creation_date=time without zone"),
])
def test_values_that_the_contract_does_not_know_are_counted(field, written, meant, counted):
    odd = {"charge_point_id": "odd", field: written}
    decoded = decode_points(page({"charge_point_id": "a"}, odd, {"charge_point_id": "b"}, odd))
    assert [point.charge_point_id for point in decoded.points] == ["a", "odd", "b", "odd"]
    assert getattr(decoded.points[1], field) == meant
    assert decoded.unknown[counted] == 2
    assert not decoded.rejected
    with pytest.raises(BadInput, match=field):
        decode_point(json.dumps(odd).encode(), strict=True)
    assert getattr(decode_point(json.dumps(odd).encode()), field) == meant


@pytest.mark.parametrize(("field", "written", "counted"), [
    ("current", 16.5, "16.5"), ("current", "16 A", "16 A"), ("voltage", 230.5, "230.5"), ("power", "fast", "fast"),
    ("power", {}, "{}"), ("power", [22], "[22]"), ("power", 1e400, "inf"), ("plug_types", "CCS", "CCS"),
    ("plug_types", 3, "3"), ("plug_types", {"a": "CCS"}, '{"a": "CCS"}'), ("status", 3, "3"), ("status", ["FREE"], '["FREE"]'),
    ("charging_type", {"name": "AC"}, '{"name": "AC"}'), ("authentication_types", "card", "card"), ("city", ["Ulm"], '["Ulm"]'),
    ("city", True, "true"), ("city", {"de": "Ulm"}, '{"de": "Ulm"}'), ("reservable", "maybe", "maybe"), ("reservable", 5, "5"),
    ("latitude", "north", "north"), ("latitude", [48], "[48]"), ("longitude", "13,4", "13,4"),
    ("creation_date", "yesterday", "yesterday"), ("creation_date", "0000-00-00", "0000-00-00"),
    ("update_date", "0000-00-00 00:00:00", "0000-00-00 00:00:00"), ("update_date", False, "false"),
    ("update_date", "-0001-11-30T00:00:00+00:00", "-0001-11-30T00:00:00+00:00"), ("update_date", "12.10.2017", "12.10.2017"),
    ("update_date", {"date": "2017-10-15 16:44:45.000000", "timezone_type": 3, "timezone": "Europe/Berlin"},
     '{"date": "2017-10-15 16:44:45.000000", "…'),
    ("update_date", "0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00+02:00"),
    ("update_date", "9999-12-31T23:59:59-02:00", "9999-12-31T23:59:59-02:00"), ("availability", "always", "always"),
    ("availability", [1], "[1]"), ("charging_group", 5, "***"), ("owner", ["O"], "***"), ("serial_number", {"a": 1}, "***"),
])
def test_a_field_that_can_not_be_read_is_not_known_and_counted_and_the_record_lives(field, written, counted):
    whole = {"charge_point_id": "CP", "city": "Ulm", "status": "FREE", "power": 22.0}
    records = [{"charge_point_id": "first"}, {**whole, field: written}, {"charge_point_id": "last"}]
    decoded = decode_points(page(*records))
    bare = {name: value for name, value in whole.items() if name != field}
    assert decoded.points == [decode_point(json.dumps(record).encode()) for record in (records[0], bare, records[2])]
    assert decoded.unknown == {f"{field}={counted}": 1}
    assert not decoded.rejected
    with pytest.raises(BadInput, match=field):
        decode_point(json.dumps(records[1]).encode(), strict=True)


@pytest.mark.parametrize(("body", "counted"), [
    (b'"power":NaN', "power=nan"), (b'"power":-Infinity', "power=-inf"), (b'"city":"\xff"', "city=?"),
    (b'"city":"\\ud800"', "city=?"), (b'"city":NaN', "city=nan"), (b'"current":1e400', "current=1E+400")])
def test_what_no_json_may_hold_costs_a_field_and_not_the_page(body, counted):
    decoded = decode_points(b'[{"charge_point_id":"a"},{"charge_point_id":"b","evseid":"E",%b}]' % body)
    assert decoded.points == [ChargePoint(charge_point_id="a"), ChargePoint(charge_point_id="b", evseid="E")]
    assert (decoded.rejected, decoded.unknown) == ([], {counted: 1})


@pytest.mark.parametrize(("written", "meant", "unknown"), [
    ({"monday": "09:00", "tuesday": [["0900", "1200"]]}, OpeningHours(tuesday=[["0900", "1200"]]), {"monday=09:00": 1}),
    ({"monday": ["0900", "1200"], "open247": False}, OpeningHours(open247=False), {'monday=["0900", "1200"]': 1}),
    ({"monday": [["0900", "1200"], None]}, OpeningHours(), {'monday=[["0900", "1200"], null]': 1}),
    ({"monday": [[900, 1200], [1330, 0]]}, OpeningHours(monday=[["0900", "1200"], ["1330", "0000"]]), {}),
    ({"monday": {"0": ["0900", "1200"], "2": ["1300", "1400"]}},
     OpeningHours(monday=[["0900", "1200"], ["1300", "1400"]]), {}),
    ({"monday": {}, "sunday": []}, OpeningHours(monday=[], sunday=[]), {}),
    ({"exceptionalOpenings": "none"}, OpeningHours(), {"exceptionalOpenings=none": 1}),
    ({"label": [], "open247": "24/7"}, OpeningHours(), {"label=[]": 1, "open247=24/7": 1}),
])
def test_hours_that_can_not_be_read_are_not_known_and_never_closed(written, meant, unknown):
    decoded = decode_points(page({"charge_point_id": "CP", "availability": written}))
    assert [point.availability for point in decoded.points] == [meant]
    assert (decoded.rejected, decoded.unknown) == ([], unknown)


@pytest.mark.parametrize(("written", "meant", "unknown"), [
    ([{"id": 1, "name": "A"}, 5, {"id": "x", "name": "B"}], (ChargePointGroup(id=1, name="A"), ChargePointGroup(name="B")),
     {"charging_group=***": 1, "id=x": 1}),
    ({"1": {"id": 1}, "3": {"id": 3}}, (ChargePointGroup(id=1), ChargePointGroup(id=3)), {}),
])
def test_of_a_list_the_items_that_can_be_read_are_kept(written, meant, unknown):
    decoded = decode_points(page({"charge_point_id": "CP", "charging_group": written}))
    assert [point.charging_group for point in decoded.points] == [meant]
    assert (decoded.rejected, decoded.unknown) == ([], unknown)


@pytest.mark.parametrize(("field", "written", "said"), [
    ("latitude", 90.01, "latitude is 90.01"), ("latitude", -91, "latitude"), ("longitude", 180.5, "longitude is 180.5"),
    ("longitude", "nan", "longitude"),
])
def test_what_is_nowhere_on_earth_is_set_aside_with_its_reason(field, written, said):
    assert said in reason(**{field: written})


def test_a_rejected_record_is_named_by_the_first_id_that_it_has():
    lost = {"id": "i", "charge_point_id": "c", "latitude": 99}
    decoded = decode_points(page(lost, {"evseid": "DE*1"}, {"city": "Ulm"}, 5))
    assert [rejected.id for rejected in decoded.rejected] == ["i", "DE*1", None, None]
    assert "charge_point_id" in decoded.rejected[1].reason
    assert "object" in decoded.rejected[3].reason


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'"x"', b"[", b"[1", b"[{}]x", b"<html></html>", b"[" * 100_000,
                                  b"\xff\xfe", b'{"error":"x"}', b"[1" + b"9" * 5000, b"[nul]"])
def test_a_body_that_is_no_list_is_refused_in_words(body):
    with pytest.raises(BadInput, match="answer is not"):
        decode_points(body)


def test_a_byte_order_mark_does_no_harm():
    assert decode_points(b"\xef\xbb\xbf" + page({"charge_point_id": "a"})).points[0].charge_point_id == "a"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b"not JSON", b'{"charge_point_id":null}',
                                  b'{"charge_point_id":"a","longitude":181}'])
def test_a_single_point_that_is_none_is_refused(body):
    with pytest.raises(BadInput):
        decode_point(body)


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5) | st.integers(),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from([*FIELDS, "other"]), inner, max_size=4), max_leaves=12))
def test_whatever_json_comes_every_record_is_a_point_or_rejected(value):
    body = json.dumps(value).encode()
    try:
        decoded = decode_points(body)
    except BadInput:
        assert not isinstance(value, list)
        return
    assert len(decoded.points) + len(decoded.rejected) == len(value)
    for point in decoded.points:
        assert decode_point(encode_point(point), strict=True) == point


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was_found(enabled):
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        decode_points(page({"charge_point_id": "a"}))
        with pytest.raises(BadInput):
            decode_points(b"{")
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was else gc.disable)()


def test_a_large_page_with_one_odd_record():
    records = [{"charge_point_id": str(number), "latitude": 50.0} for number in range(5000)]
    records[3000]["latitude"] = 500.0
    records[4000]["status"] = "NEW"
    decoded = decode_points(page(*records))
    assert len(decoded.points) == 4999
    assert decoded.rejected[0].index == 3000
    assert decoded.points[3999] == msgspec.structs.replace(decoded.points[3998], charge_point_id="4000")
