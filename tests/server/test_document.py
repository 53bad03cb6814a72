"""The published document says what the contract says."""

import json
import re
from typing import Any

import pytest

from tests.contract.files import facts_of
from tests.server.serving import Service

NARROWER = {
    ("page", "minimum"): "pages are counted from 1",
    **dict.fromkeys(((f"{corner}{axis}", "pattern") for corner in ("", "sort_", "south_west_", "north_east_")
                     for axis in ("lat", "lon")), "the contract's has any number, and any sign for its dot"),
    ("max_power", "pattern"): "the contract's text says greater than 0, its pattern doesn't",
    ("status", "enum"): "the contract names the words in the schema of what is filtered",
    ("infrastructure_only", "enum"): "what the pattern says", ("reservable", "enum"): "what the pattern says",
    ("date_picker_since", "pattern"): "days that there are", ("date_picker_until", "pattern"): "days that there are",
    ("date_picker_since", "format"): "+0200 is no date-time of RFC 3339",
    ("date_picker_until", "format"): "+0200 is no date-time of RFC 3339",
}
"""What the document says of a parameter otherwise than the contract, and why."""
RULES = ("pattern", "format", "enum", "minimum", "maximum", "default")


@pytest.fixture
def theirs() -> dict[str, Any]:
    return facts_of("2023")


@pytest.fixture
def document(listing: Service) -> dict[str, Any]:
    return listing.client.get(f"{listing.url}/apis/emc/openapi.json", headers={"Authorization": ""}).json()


@pytest.mark.slow
def test_the_operations_are_the_contracts(theirs: dict[str, Any], document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": "/apis/emc"}]
    ours = {(method.upper(), path): operation for path, methods in document["paths"].items()
            for method, operation in methods.items()}
    assert set(ours) == {(o["method"], o["path"]) for o in theirs["operations"]}
    for operation in theirs["operations"]:
        published = ours[operation["method"], operation["path"]]
        assert set(published["responses"]) == {str(status) for status in operation["responses"]}
        counts = operation["responses"][200].get("headers", [])
        assert sorted(published["responses"]["200"].get("headers", [])) == sorted(counts)
        assert ("requestBody" in published) == ("body" in operation)
        assert published["security"] == [{"OAuth2Password": ["account_admin"]}]
        check_parameters({p["name"]: p for p in published["parameters"]}, operation["parameters"])


def check_parameters(ours: dict[str, Any], theirs: list[dict[str, Any]]) -> None:
    assert set(ours) == {p["name"] for p in theirs}
    for parameter in theirs:
        published = ours[parameter["name"]]
        schema = published["schema"]
        if "array" in parameter:
            assert published["explode"] == (parameter["array"] == "repeated")
            schema = schema["items"]
        assert (published["in"], published["required"]) == (parameter["in"], parameter.get("required", False))
        assert schema["type"] == parameter["type"]
        for rule in RULES:
            if (parameter["name"], rule) not in NARROWER:
                assert unordered(schema.get(rule)) == unordered(parameter.get(rule)), (parameter["name"], rule)


def unordered(rule: Any) -> Any:
    return set(rule) if isinstance(rule, list) else rule


def test_the_schemas_are_the_contracts(theirs: dict[str, Any], document: dict[str, Any]) -> None:
    ours = document["components"]["schemas"]
    for name, schema in theirs["schemas"].items():
        if "all_of" in schema:
            [base, own] = schema["all_of"]
            assert ours[name]["allOf"][0] == {"$ref": f"#/components/schemas/{base}"}, name
            check_schema(ours[name]["allOf"][1], own, ours, name)
        else:
            check_schema(ours[name], schema, ours, name)
    for reference in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)):
        assert reference in ours


STRICTER = {
    ("HttpError", "required"): "both are always said",
    **{("ChargingPoint", field, rule): "what can be" for field, rules in {
        "charge_point_id": ("minLength",), "latitude": ("minimum", "maximum"), "longitude": ("minimum", "maximum"),
        "power": ("minimum",), "distance": ("minimum",), "current": ("minimum", "maximum"), "voltage": ("minimum", "maximum"),
        "plug_types": ("maxItems",)}.items() for rule in rules},
    **{("ChargingPointGroup", "id", rule): "what can be kept" for rule in ("minimum", "maximum")},
}
"""What the document says beyond the contract, and why."""
TOLD = {"type", "title", "description", "properties", "required", "$ref", "items", "enum", "additionalProperties"}


def check_schema(ours: dict[str, Any], theirs: dict[str, Any], all_of_ours: dict[str, Any], name: str) -> None:
    """Exhaustively: the same fields, each with the same type, words and rules, and the same ones required."""
    assert set(ours["properties"]) == set(theirs["properties"]), name
    if (name, "required") not in STRICTER:
        assert ours.get("required", []) == theirs.get("required", []), name
    for field, facts in theirs["properties"].items():
        check_field(ours["properties"][field], facts, all_of_ours, (name, field))


def check_field(ours: dict[str, Any], theirs: Any, all_of_ours: dict[str, Any], place: tuple[str, str]) -> None:
    """One field, or what a list holds."""
    if isinstance(theirs, str):
        theirs = {"type": theirs} if theirs in ("string", "integer", "number", "boolean", "object") else {"$ref": theirs}
    if "array_of" in theirs:
        assert ours["type"] == "array", place
        check_field(ours["items"], theirs["array_of"], all_of_ours, place)
        theirs = {name: rule for name, rule in theirs.items() if name != "array_of"}
    elif "$ref" in theirs:
        assert ours["$ref"] == f"#/components/schemas/{theirs['$ref']}", place
    else:
        ours = {**ours, **all_of_ours[ours["$ref"].rpartition("/")[2]]} if "$ref" in ours else ours
        assert ours["type"] == theirs["type"], place
        assert set(ours.get("enum", ())) == set(theirs.get("enum", ())), place
    rules = {name: rule for name, rule in ours.items() if name not in TOLD and (*place, name) not in STRICTER}
    assert rules == {name: rule for name, rule in theirs.items() if name not in TOLD}, place


def test_what_the_contract_takes_from_nobody_is_marked(theirs: dict[str, Any], document: dict[str, Any]) -> None:
    flags = [(name, field) for name, schema in document["components"]["schemas"].items() if name != "ChargingPointRequest"
             for field, said in schema.get("properties", {}).items() if said.get("readOnly")]
    assert len(flags) == 35, "and the id of a postal address, which is that of the address"
    request = document["components"]["schemas"]["ChargingPointRequest"]["properties"]
    point = {field for name, field in flags if name == "ChargingPoint"}
    assert {field for field, said in request.items() if said.get("readOnly")} == point | {"distance"}, "which is worked out"


def test_the_webhook_is_there(theirs: dict[str, Any], document: dict[str, Any]) -> None:
    hook = document["webhooks"][theirs["webhook"]["name"]]["post"]
    assert hook["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/EventLog"}
    assert str(theirs["webhook"]["answer"]) in hook["responses"]
