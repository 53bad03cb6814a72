"""The parameters of the points list, against the contract."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.files import facts_of
from wirelane_geo.api import ORDERS, PointParameters
from wirelane_geo.api.query import MEMBERS, POINTS, SESSIONS
from wirelane_geo.api.query import written as write
from wirelane_geo.errors import BadInput
from wirelane_geo.model import PlugType, Status


def written(parameters):
    return write(parameters, POINTS)


@pytest.fixture(scope="module")
def contract() -> dict[str, dict]:
    operations = facts_of("2023")["operations"]
    [points] = [o for o in operations if o["method"] == "GET" and o["path"].endswith("{organizationId}/points")]
    return {parameter["name"]: parameter for parameter in points["parameters"] if parameter["in"] == "query"}


def test_the_contract_s_parameters_are_there_and_no_others(contract):
    assert set(PointParameters.__required_keys__ | PointParameters.__optional_keys__) == set(contract)


def test_the_contract_s_orders_are_there(contract):
    assert list(ORDERS) == contract["order_by"]["enum"]


def test_every_value_of_an_enum_can_be_asked_for(contract):
    for name, parameter in contract.items():
        for value in filter(None, parameter.get("enum", [])):
            assert written({name: value}) == {name: value}


def test_the_empty_text_is_a_value_where_the_contract_has_it_and_nowhere_else():
    checked = 0
    for operation in facts_of("2023")["operations"]:
        table = {"points": POINTS, "sessions": SESSIONS, "members": MEMBERS}.get(operation["path"].rpartition("/")[2])
        for parameter in operation["parameters"] if table and operation["method"] == "GET" else ():
            if "enum" in parameter and "array" in parameter:
                word, blank = parameter["enum"][0], "" in parameter["enum"]
                for asked in ([""], [word, ""]):
                    try:
                        sent = write({parameter["name"]: asked}, table)
                    except BadInput:
                        assert not blank, parameter["name"]
                    else:
                        assert blank, parameter["name"]
                        commas = parameter["array"] == "comma-separated" and len(asked) > 1
                        assert sent == {parameter["name"]: f"{word}," if commas else asked}
                checked += 1
    assert checked == 5
    assert write({"status": ["closed", ""]}, SESSIONS) == {"status": ["closed", ""]}, "named in the contract's text"


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(1e-6, 1e6), st.floats(0, 1e6))
def test_numbers_are_written_as_the_contract_wants_them_and_read_back_the_same(lat, lon, power, metres):
    decimal, whole = re.compile(r"[-+]?[0-9]*.?[0-9]+"), re.compile(r"[0-9]*")
    query = written({"lat": lat, "south_west_lon": lon, "max_power": power, "distance": metres})
    for name, value in (("lat", lat), ("south_west_lon", lon), ("max_power", power)):
        assert decimal.fullmatch(query[name])
        assert float(query[name]) == round(value, 15)
    assert whole.fullmatch(query["distance"])
    assert metres <= int(query["distance"]) <= metres + 1


@pytest.mark.parametrize(("name", "value", "text"), [
    ("plug_types", [PlugType.CCS, PlugType.TYPE_2], "CCS,TYPE_2"),
    ("plug_types", "CCS,TYPE_2", "CCS,TYPE_2"),
    ("status", {Status.FREE}, "FREE"),
    ("point_groups", [7, 8], "7,8"),
    ("evseid", ["DE*SGD*E1", "DE*SGD*E2"], "DE*SGD*E1,DE*SGD*E2"),
    ("reservable", True, "1"),
    ("reservable", "0", "0"),
    ("infrastructure_only", False, "0"),
    ("lat", -1e-7, "-0.0000001"),
    ("lat", "48.80", "48.8"),
    ("search", "Schwäbisch Gmünd", "Schwäbisch Gmünd"),
    ("page_size", 1_000_000, "1000000"),
    ("order_direction", "desc", "desc"),
    ("plug_types", ["CCS", ""], "CCS,"),
    ("charging_type", [""], [""]),
    ("auth_type", ["", "card"], ",card"),
])
def test_values_as_they_are_written(name, value, text):
    assert written({name: value}) == {name: text}


@pytest.mark.parametrize(("name", "value"), [("plug_types", None), ("plug_types", []), ("evseid", ""), ("search", "")])
def test_nothing_given_is_nothing_asked(name, value):
    assert written({name: value}) == {}


@pytest.mark.parametrize(("name", "value", "right"), [
    ("plug_types", ["CSS"], "CCS"), ("status", "free", "FREE"), ("charging_type", "AC,XC", "AC, DC"),
    ("auth_type", ["nfc_terminal"], "card, remote, direct"), ("order_by", "price", "evseid"),
    ("order_direction", "up", "asc, desc"), ("lat", 91, "-90 to 90"), ("lon", float("nan"), "-180 to 180"),
    ("north_east_lon", "east", "-180 to 180"), ("distance", -1, "metres"), ("max_power", 0, "greater than 0"),
    ("page", 0, "from 1"), ("page_size", 1_000_001, "1 to 1,000,000"), ("page_size", "many", "1 to 1,000,000"),
    ("reservable", "yes", "True or False"), ("point_groups", ["x"], "numbers"), ("evseid", ["a,b"], "without commas"),
    ("evseid", [""], "without commas"), ("distance", float("inf"), "metres"),
])
def test_what_can_not_be_asked_is_refused_with_what_would_be_right(name, value, right):
    with pytest.raises(BadInput, match=name) as refused:
        written({name: value})
    assert right in str(refused.value)


def test_an_unknown_parameter_is_refused():
    with pytest.raises(BadInput, match="min_power"):
        written({"min_power": 50})
