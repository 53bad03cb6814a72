"""The published document says what the contract says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.server.serving import Service

CONTRACT = Path(__file__).parents[3] / "shared/contract/wirelane-2.0.yaml"
pytestmark = pytest.mark.skipif(not CONTRACT.exists(), reason=f"the contract isn't at {CONTRACT}")


@pytest.fixture
def theirs() -> dict[str, Any]:
    return yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))


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
        assert schema["type"] == parameter["type"]
        assert "default" not in parameter or schema["default"] == parameter["default"]
        if "enum" in parameter:
            assert set(schema["enum"]) == set(parameter["enum"])


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
        wanted = schema if isinstance(schema, str) else schema.get("type", "array" if "array_of" in schema else None)
        if wanted in ("string", "integer", "number", "boolean", "array") and "$ref" not in ours[name]:
            assert ours[name]["type"] == wanted, name


def test_the_webhook_is_there(theirs: dict[str, Any], document: dict[str, Any]) -> None:
    hook = document["webhooks"][theirs["webhook"]["name"]]["post"]
    assert hook["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/EventLog"}
    assert str(theirs["webhook"]["answer"]) in hook["responses"]
