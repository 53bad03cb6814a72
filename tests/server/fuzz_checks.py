"""What the fuzz checks beyond schemathesis' own: why a request was refused that the published schema allows.

A schema can't say that parameters go together, or what is taken already, and the contract's only status for it is 400.
Whatever else is refused with 400 is a mistake, of the schema or of the service.
"""

import json
import os
import re
from itertools import count
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, GenerationMode, HookContext, Response

ORGANIZATION = os.environ.get("WIRELANE_FUZZED_ORGANIZATION", "")
"""The only one that the token is for."""
WRITTEN = os.environ.get("WIRELANE_FUZZED_POINT", "")
"""The id of a point that is there to be overwritten."""

IDS = json.loads(os.environ.get("WIRELANE_FUZZED_IDS", "{}"))
"""Path parameters of the API of 2026 that name something."""

BEYOND_A_SCHEMA = re.compile("|".join((
    "go together",
    "lies north of north_east_lat",
    "needs lat and lon",
    "needs sort_lat and sort_lon, or lat and lon",
    "there is a charge point with",
    "a text has no NUL",
    "^(stationId|groupId|tariffId|priceModelId): expected a whole number",  # a label taken for an id from another answer
    r"^availability\.exceptionalOpenings\..*(too many digits|nested too deeply)",  # an object with anything in it
)), re.DOTALL)

_fresh = count(1)


@schemathesis.hook
def filter_query(ctx: HookContext, query: dict[str, Any] | None) -> bool:
    """Leave out objects: in a query their members are parameters of other names, and what is asked is right without them."""
    return not any(isinstance(value, dict) for value in (query or {}).values())


@schemathesis.hook
def before_call(ctx: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Have the right organization asked, and bodies that fit the schema written. Drawn ids are taken already, or name nothing,
    nearly every time: then nothing but the refusal would be tried. Every other one goes out as it was drawn."""
    drawn = (case.path_parameters or {}).get("organizationId")
    if isinstance(drawn, str) and re.fullmatch("[a-zA-Z0-9-_]+", drawn):  # one that can't be is to be refused as it is
        case.path_parameters |= {"organizationId": ORGANIZATION}
    if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE and next(_fresh) % 2:
        case.path_parameters |= {name: value for name, value in IDS.items() if name in (case.path_parameters or {})}
    if case.method not in ("POST", "PUT") or not isinstance(case.body, dict) or case.meta is None:
        return
    number = next(_fresh)
    if case.meta.generation.mode is not GenerationMode.POSITIVE or number % 2:
        return
    for name in ("charge_point_id", "evseid"):
        if isinstance(case.body.get(name), str):
            case.body[name] += f"-{number}"
    if case.method == "PUT":
        case.path_parameters |= {"pointTypeId": "id", "pointId": WRITTEN}


@schemathesis.check
def refused_for_a_reason(ctx: CheckContext, response: Response, case: Case) -> None:
    """What fits the schema is accepted, or refused for something that no schema can say."""
    if response.status_code != 400 or case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    message = response.json()["error_message"]
    assert BEYOND_A_SCHEMA.search(message), f"Schema-valid request refused: {message}"
