"""The schemas of the published document, made from the model."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import msgspec

from wirelane_geo import model
from wirelane_geo.model import Address, ChargePoint, ChargingSession, EventLog, Member, PaymentMethod, Subscription
from wirelane_geo.server._bodies import ALSO_NUMBERS, MOST_PLUGS, READ_ONLY

NAMES = {"ChargePoint": "ChargingPoint", "ChargePointGroup": "ChargingPointGroup"}
"""Where the contract's name is another than the model's."""

_LARGEST = 2**31 - 1
_INTEGERS = {"minimum": 1 - 2**63, "maximum": 2**63 - 1}
_LIMITS: dict[str, dict[str, Any]] = {
    "charge_point_id": {"minLength": 1},
    "latitude": {"minimum": -90, "maximum": 90, "format": "float"},
    "longitude": {"minimum": -180, "maximum": 180, "format": "float"},
    "power": {"minimum": 0},
    "distance": {"minimum": 0, "format": "float"},
    "current": {"minimum": 0, "maximum": _LARGEST},
    "voltage": {"minimum": 0, "maximum": _LARGEST},
    "plug_types": {"maxItems": MOST_PLUGS},
}
_FORMATS = {datetime: "date-time", float: "double", Decimal: "double"}
_EMAIL = {"format": "email"}
_SAID: dict[str, dict[str, dict[str, Any]]] = {
    "Account": {"email": _EMAIL, "invoice_email_address": _EMAIL, "phone_number": {"pattern": "[+]?[0-9 ]+"},
                "language": {"pattern": "^[a-z]{2}$"}, "salutation": {"default": "Unknown"}, "billable": {"default": True}},
    "Address": {"country": {"pattern": "^[A-Z]{2}$"}},
    "ChargingSession": {"customer_email": _EMAIL, "charging_session_type": {"deprecated": True}},
    "EventLog": {name: {"maxLength": length} for length, names in {
        10: ("action",), 20: ("actor_type",),
        50: ("tenant", "resource_id", "resource_type", "resource_owner", "correlation_id", "source", "actor_id", "event_name"),
    }.items() for name in names},
    "Member": {"email": _EMAIL},
    "Plan": {"default_tax_rate": {"default": 19.0}, "unlock_code": {"pattern": "^[a-zA-Z0-9-_*.,;!@$]+$", "maxLength": 20},
             "subscription_count": {"default": 0}},
    "SubscriptionPeriod": {"quantity": {"default": 1}},
}
"""What the contract says of fields beyond their type."""
_NO_FORMAT = {"SubscriptionPeriod": ("amount",)}
"""Numbers that the contract gives no format."""

_READ_ONLY: dict[str, Sequence[str]] = {
    "Account": ("account_id", "tenant", "avatar_url", "status", "terminationRequested", "terminationEffective",
                "terminationReason", "created", "updated", "anonymized", "blocked_reasons"),
    "Address": ("id",),
    "ChargePoint": ("id", "charging_point_id", "creation_date", "update_date", "charging_provider"),
    "EventLog": EventLog.__struct_fields__,
    "PaymentMethod": ("id",),
    "Plan": ("id",),
    "Subscription": ("account_id",),
}
"""Fields that the contract takes from nobody."""

_REQUIRED = {
    "Address": ["street", "house_number", "zip_code", "city", "country"],
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
        [Address, ChargePoint, ChargingSession, EventLog, Member, PaymentMethod, Subscription],
        ref_template="#/components/schemas/{name}")
    named = {NAMES.get(name, name): _without_null(schema) for name, schema in components.items()}
    for name, required in _REQUIRED.items():
        named[name]["required"] = required
    for name, kind in _structs(components):
        _say_more(named[NAMES.get(name, name)]["properties"], name, kind)
    point = named["ChargingPoint"]
    for name, limits in _LIMITS.items():
        point["properties"][name] |= limits
    named["ChargingPointGroup"]["properties"]["id"] |= _INTEGERS
    named["PostalAddress"] = _beyond("PostalAddress", named["PostalAddress"], "Address", named["Address"])
    return {**named, "ChargingPointRequest": _request(point), "HttpError": HTTP_ERROR}


def published_schemas(records: Sequence[type[msgspec.Struct]]) -> dict[str, Any]:
    """The schemas of some records and of what is in them, by the contract's names, with the formats of their fields."""
    _, components = msgspec.json.schema_components(records, ref_template="#/components/schemas/{name}")
    named = {NAMES.get(name, name): _without_null(schema) for name, schema in components.items()}
    kinds = list(records)
    for kind in kinds:
        _formats(named[NAMES.get(kind.__name__, kind.__name__)]["properties"], kind)
        inner = (part for hint in get_type_hints(kind).values() for part in _parts(hint))
        kinds += [part for part in dict.fromkeys(inner) if part not in kinds]
    return named


def _parts(hint: Any) -> Iterator[type[msgspec.Struct]]:
    """The structs in a type."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for argument in get_args(hint):
        yield from _parts(argument)


def _formats(properties: dict[str, Any], kind: type[msgspec.Struct]) -> None:
    for field, hint in get_type_hints(kind).items():
        found = [_FORMATS[one] for one in (hint, *get_args(hint)) if one in _FORMATS]
        if field in properties and found:
            properties[field]["format"] = found[0]


def _request(point: dict[str, Any]) -> dict[str, Any]:
    """What a body may hold: numbers for some texts, a whole position, and nothing that the service gives itself."""
    properties = {name: {**schema, "readOnly": True} if name in READ_ONLY else
                  {"type": ["string", "integer"], **_INTEGERS} if name in ALSO_NUMBERS else schema
                  for name, schema in point["properties"].items()}
    both = {"latitude": ["longitude"], "longitude": ["latitude"]}
    return {**point, "title": "ChargingPointRequest", "properties": properties, "dependentRequired": both}


def _beyond(name: str, schema: dict[str, Any], base: str, known: dict[str, Any]) -> dict[str, Any]:
    """A schema as another one and what it has beyond that."""
    own = {field: said for field, said in schema["properties"].items() if field not in known["properties"]}
    return {"title": name, "description": schema["description"],
            "allOf": [reference(base), {"type": "object", "properties": own}]}


def _structs(names: Iterable[str]) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """The model's structs among some names of schemas."""
    for name in names:
        kind = getattr(model, name)
        if issubclass(kind, msgspec.Struct):
            yield name, kind


def _say_more(properties: dict[str, Any], name: str, kind: type[msgspec.Struct]) -> None:
    """Add to a schema's properties what the contract says beyond types."""
    for field, hint in get_type_hints(kind).items():
        found = [_FORMATS[one] for one in (hint, *get_args(hint)) if one in _FORMATS]
        if field in properties and found and field not in _NO_FORMAT.get(name, ()):
            properties[field]["format"] = found[0]
    for field, said in _SAID.get(name, {}).items():
        properties[field] |= said
    for field in _READ_ONLY.get(name, ()):
        properties[field]["readOnly"] = True


def webhooks() -> dict[str, Any]:
    """What this service sends to callbacks."""
    return {"organization-event": {"post": {
        "summary": "Forwards an organization event to the defined callback.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": reference("EventLog")}}},
        "responses": {"200": {"description": "Received."}},
    }}}


def _without_null(schema: Any) -> Any:
    """What isn't known is left out of a body, never null; the model's defaults are not the contract's."""
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
