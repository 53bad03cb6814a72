"""The published document says what the contract says."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.contract.files import API_2023
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
    return yaml.safe_load(API_2023.read_text(encoding="utf-8"))


@pytest.fixture
def document(listing: Service) -> dict[str, Any]:
    return listing.client.get(f"{listing.url}/apis/emc/openapi.json", headers={"Authorization": ""}).json()


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
        if "properties" in schema and name != "Address":  # of which there is only the postal one
            assert set(ours[name]["properties"]) == set(schema["properties"]), name
            assert name in ("HttpError",) or ours[name].get("required", []) == schema.get("required", []), name
            check_types(ours[name]["properties"], schema["properties"])
    postal = set(theirs["schemas"]["Address"]["properties"]) | {"name", "description"}
    assert set(ours["PostalAddress"]["properties"]) == postal
    for reference in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)):
        assert reference in ours


def check_types(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for name, schema in theirs.items():
        check_rules(ours[name], schema, name)
        wanted = schema if isinstance(schema, str) else schema.get("type", "array" if "array_of" in schema else None)
        if wanted in ("string", "integer", "number", "boolean", "array") and "$ref" not in ours[name]:
            assert ours[name]["type"] == wanted, name


def check_rules(ours: dict[str, Any], theirs: Any, name: str) -> None:
    if isinstance(theirs, dict) and "array_of" in theirs:
        ours, theirs = ours["items"], theirs["array_of"]
    if isinstance(theirs, dict) and "$ref" not in ours and name not in ("latitude", "longitude", "distance", "amount"):
        for rule in ("pattern", "format"):
            assert ours.get(rule) == theirs.get(rule), (name, rule)


@pytest.fixture
def enums(document: dict[str, Any]) -> dict[str, set[str]]:
    return {name: set(schema["enum"]) for name, schema in document["components"]["schemas"].items() if "enum" in schema}


def test_the_words_of_the_schemas_are_the_contracts(
    theirs: dict[str, Any], document: dict[str, Any], enums: dict[str, set[str]]
) -> None:
    checked = 0
    for schema_name, schema in theirs["schemas"].items():
        for name, wanted in schema.get("properties", {}).items():
            ours = document["components"]["schemas"].get(schema_name, {}).get("properties", {}).get(name, {})
            if isinstance(wanted, dict) and isinstance(wanted.get("array_of"), dict):
                wanted, ours = wanted["array_of"], ours["items"]
            if isinstance(wanted, dict) and "enum" in wanted:
                assert enums[ours["$ref"].rpartition("/")[2]] == set(wanted["enum"]), (schema_name, name)
                checked += 1
    assert checked > 10


def test_the_webhook_is_there(theirs: dict[str, Any], document: dict[str, Any]) -> None:
    hook = document["webhooks"][theirs["webhook"]["name"]]["post"]
    assert hook["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/EventLog"}
    assert str(theirs["webhook"]["answer"]) in hook["responses"]
