"""The document that the embedded service publishes of the API of 2026 says what the contract says."""

import json
import re
from typing import Any

import pytest

from tests.contract.files import ORGANIZATION, Field, contract
from tests.server.serving import Service

CONTRACT = contract("2026")
PARTS = {"AccountInfo", "AccountProfileData", "ChargingSessionInfo", "ChargingStationInfo", "ConnectorInfo",
         "RemoteControlActionBase"}
"""Schemas that others extend; the document has those as one each."""
NARROWER = {
    ("lat", "pattern"): "degrees that there are", ("lon", "pattern"): "degrees that there are",
    **{(name, rule): "days that there are, and +0200 is no date-time of RFC 3339"
       for name in ("date_picker_since", "date_picker_until") for rule in ("pattern", "format")},
    ("page", "minimum"): "pages are counted from 1",
    **{(name, rule): "numbers that are exact in JSON" for rule in ("minimum", "maximum")
       for name in ("stationId", "groupId", "tariffId", "priceModelId")},
    ("marketplace_ids", "pattern"): "a whole number says the same",
}
"""What the document says of a parameter otherwise than the contract, and why."""
RULES = ("pattern", "format", "enum", "minimum", "maximum", "maxLength", "default")


@pytest.fixture
def document(listing: Service) -> dict[str, Any]:
    return listing.client.get(f"{listing.url}/apis/2026/emc/openapi.json", headers={"Authorization": ""}).json()


@pytest.mark.slow
def test_the_operations_are_the_contracts(document: dict[str, Any]) -> None:
    ours = {(method.upper(), path): operation for path, methods in document["paths"].items()
            for method, operation in methods.items()}
    assert set(ours) == {(o.method, o.path) for o in CONTRACT.operations}
    for operation in CONTRACT.operations:
        published = ours[operation.method, operation.path]
        assert set(published["responses"]) == {"200", "default"}
        assert set(published["responses"]["200"].get("headers", {})) == set(operation.headers), operation.path
        assert published["security"] == [{"OAuth2Password": ["admin"]}]
        schema = published["responses"]["200"]["content"]["application/json"]["schema"]
        assert (schema["items"] if operation.listed else schema)["$ref"].rpartition("/")[2] == operation.answers
        body = published.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
        assert body.rpartition("/")[2] == (operation.body or "")
        check_parameters({p["name"]: p for p in published["parameters"]}, operation.parameters)


def check_parameters(ours: dict[str, Any], theirs: Any) -> None:
    assert set(ours) == {ORGANIZATION, *theirs}
    for name, said in theirs.items():
        published = ours[name]
        schema = published["schema"]
        if "array" in said:
            assert published["explode"] == (said["array"] == "repeated"), name
            schema = schema["items"]
        assert published["in"] == said["in"], name
        assert published["required"] == (said["in"] == "path" or said.get("required", False)), name
        assert schema["type"] == said.get("type", "string"), name
        for rule in RULES:
            if (name, rule) not in NARROWER:
                assert unordered(schema.get(rule)) == unordered(said.get(rule)), (name, rule)


def unordered(rule: Any) -> Any:
    return set(rule) if isinstance(rule, list) else rule


def test_the_schemas_are_the_contracts(document: dict[str, Any]) -> None:
    ours = document["components"]["schemas"]
    for name, fields in CONTRACT.schemas.items():
        if name not in PARTS:
            assert set(ours[name]["properties"]) == set(fields), name
            for field, facts in fields.items():
                check_field(ours[name]["properties"][field], facts, ours, (name, field))
    for reference in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)):
        assert reference in ours


def check_field(ours: dict[str, Any], theirs: Field, all_of_ours: dict[str, Any], place: tuple[str, str]) -> None:
    """The same type, in so many lists, with the same words and default."""
    for _ in range(theirs.lists):
        assert ours["type"] == "array", place
        ours = ours["items"]
    if theirs.type in CONTRACT.schemas:
        assert ours["$ref"] == f"#/components/schemas/{theirs.type}", place
        return
    found = {**all_of_ours[ours["$ref"].rpartition("/")[2]], **ours} if "$ref" in ours else ours
    assert found["type"] == theirs.type, place
    assert set(found.get("enum", ())) == set(theirs.enum), place
    assert found.get("default") == theirs.said.get("default"), place


def test_the_token_s_scopes_are_the_contracts(document: dict[str, Any]) -> None:
    flows = {name: next(iter(said["flows"].values())) for name, said in document["components"]["securitySchemes"].items()}
    assert set(flows["OAuth2Password"]["scopes"]) == {"admin"}
    assert flows["OAuth2Password"]["refreshUrl"] == flows["OAuth2Password"]["tokenUrl"] == "/token"
    assert set(flows["OAuth2ClientCredential"]["scopes"]) == {"account", "domains", "pois_search"}


def test_the_webhook_is_there(document: dict[str, Any]) -> None:
    hook = document["webhooks"]["organization-event"]["post"]
    assert hook["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/EventLog"}
