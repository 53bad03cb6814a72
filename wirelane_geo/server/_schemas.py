"""The schemas of the published document, made from the model."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import msgspec

from wirelane_geo import model
from wirelane_geo.model import ChargePoint, ChargingSession, EventLog, Member, PaymentMethod, Subscription
from wirelane_geo.server._bodies import ALSO_NUMBERS, MOST_PLUGS, READ_ONLY

NAMES = {"ChargePoint": "ChargingPoint", "ChargePointGroup": "ChargingPointGroup"}
"""Where the contract's name is another than the model's."""

_LARGEST = 2**31 - 1
_INTEGERS = {"minimum": 1 - 2**63, "maximum": 2**63 - 1}
_LIMITS: dict[str, dict[str, Any]] = {
    "charge_point_id": {"minLength": 1},
    "latitude": {"minimum": -90, "maximum": 90, "format": "float"},
    "longitude": {"minimum": -180, "maximum": 180, "format": "float"},
    "power": {"minimum": 0, "format": "double"},
    "distance": {"minimum": 0, "format": "float"},
    "current": {"minimum": 0, "maximum": _LARGEST},
    "voltage": {"minimum": 0, "maximum": _LARGEST},
    "plug_types": {"maxItems": MOST_PLUGS},
}
_FORMATS = {datetime: "date-time", float: "double", Decimal: "double"}
_EMAIL = {"format": "email"}
_TEXTS: dict[str, dict[str, dict[str, Any]]] = {
    "Account": {"email": _EMAIL, "invoice_email_address": _EMAIL, "phone_number": {"pattern": "[+]?[0-9 ]+"},
                "language": {"pattern": "^[a-z]{2}$"}},
    "ChargingSession": {"customer_email": _EMAIL},
    "Member": {"email": _EMAIL},
    "Plan": {"unlock_code": {"pattern": "^[a-zA-Z0-9-_*.,;!@$]+$"}},
    "PostalAddress": {"country": {"pattern": "^[A-Z]{2}$"}},
}
"""What the contract says of texts beyond their type."""

_REQUIRED = {
    "ChargingSession": ["customer_id", "owner", "emp", "session_id", "cpo_session_id", "charging_point_id"],
}
"""What the contract requires where the model is content with less."""

HTTP_ERROR: dict[str, Any] = {
    "type": "object",
    "properties": {"error_code": {"type": "string"}, "error_message": {"type": "string"}},
    "required": ["error_code", "error_message"],
}


def reference(name: str) -> dict[str, str]:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> dict[str, Any]:
    """All schemas by the contract's names; `ChargingPointRequest` is what a body may hold."""
    _, components = msgspec.json.schema_components(
        [ChargePoint, ChargingSession, EventLog, Member, PaymentMethod, Subscription],
        ref_template="#/components/schemas/{name}")
    named = {NAMES.get(name, name): _without_null(schema) for name, schema in components.items()}
    for name, required in _REQUIRED.items():
        named[name]["required"] = required
    for name, kind in _structs(components):
        _say_formats(named[NAMES.get(name, name)]["properties"], kind, _TEXTS.get(name, {}))
    point = named["ChargingPoint"]
    for name, limits in _LIMITS.items():
        point["properties"][name] |= limits
    named["ChargingPointGroup"]["properties"]["id"] |= _INTEGERS
    properties = {name: {**schema, "readOnly": True} if name in READ_ONLY else
                  {"type": ["string", "integer"], **_INTEGERS} if name in ALSO_NUMBERS else schema
                  for name, schema in point["properties"].items()}
    both = {"latitude": ["longitude"], "longitude": ["latitude"]}
    request = {**point, "title": "ChargingPointRequest", "properties": properties, "dependentRequired": both}
    return {**named, "ChargingPointRequest": request, "HttpError": HTTP_ERROR}


def _structs(names: Iterable[str]) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """The model's structs among some names of schemas."""
    for name in names:
        kind = getattr(model, name)
        if issubclass(kind, msgspec.Struct):
            yield name, kind


def _say_formats(properties: dict[str, Any], kind: type[msgspec.Struct], texts: dict[str, dict[str, Any]]) -> None:
    """Add the contract's formats and patterns to a schema's properties."""
    for name, hint in get_type_hints(kind).items():
        found = [_FORMATS[one] for one in (hint, *get_args(hint)) if one in _FORMATS]
        if name in properties and found:
            properties[name]["format"] = found[0]
    for name, said in texts.items():
        properties[name] |= said


def webhooks() -> dict[str, Any]:
    """What this service sends to callbacks."""
    return {"organization-event": {"post": {
        "summary": "Forwards an organization event to the defined callback.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": reference("EventLog")}}},
        "responses": {"200": {"description": "Received."}},
    }}}


def _without_null(schema: Any) -> Any:
    """What isn't known is left out of a body, never null; so there are no defaults to name either."""
    if isinstance(schema, list):
        return [_without_null(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema:
        [kept] = [part for part in schema["anyOf"] if part != {"type": "null"}]
        return _without_null(kept)
    cleaned = {key: _without_null(part) for key, part in schema.items() if key != "default"}
    if (target := cleaned.get("$ref")) is not None:
        name = target.rpartition("/")[2]
        return reference(NAMES.get(name, name))
    if cleaned.get("format") == "decimal":
        return {"type": "number"}
    return {"type": "string", **cleaned} if "enum" in cleaned else cleaned
