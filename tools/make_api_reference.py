"""Write the reference at the end of docs/api.md from the code: methods, parameters, results, models, words, errors.

    python tools/make_api_reference.py
"""

import collections.abc
import enum
import inspect
import re
import types
import typing
from pathlib import Path
from typing import Any

import msgspec

from wirelane_geo import api, errors, model
from wirelane_geo.api import query, query_2026
from wirelane_geo.model import dialect_2026

DOCUMENT = Path(__file__).parent.parent / "docs/api.md"
MARK = "## Reference\n"
PARAMETERS = {"points": (api.PointParameters, query.POINTS), "sessions": (api.SessionParameters, query.SESSIONS),
              "members": (api.MemberParameters, query.MEMBERS)}
PARAMETERS_2026 = {
    "stations": (query_2026.StationParameters, query_2026.STATIONS),
    "sessions": (query_2026.SessionParametersOfBoth, query_2026.SESSIONS),
    "members": (query_2026.MemberParametersOfBoth, query_2026.MEMBERS),
    "cases": (query_2026.CaseParameters, query_2026.CASES), "logs": (query_2026.LogParameters, query_2026.LOGS),
    "tariffs": (query_2026.TariffParameters, query_2026.TARIFFS),
    "tariffs of a group": (query_2026.GroupTariffParameters, query_2026.GROUP_TARIFFS)}
RESULTS = (api.Points, api.Records, api.Listing, api.RejectedRecord, api.Hosts, api.Retry, api.Tally, api.Exchange)
FUNCTIONS = (api.decode_event, api.decode_point, api.decode_points, api.encode, api.encode_page, api.encode_point)


def reference() -> str:
    """The whole section."""
    records = _records(model)
    terms = [one for one in (*_public(model), *_public(dialect_2026)) if issubclass(one, enum.Enum) and one is not model.Term]
    parts = [MARK, "Made from the code by `tools/make_api_reference.py`.\n"]
    parts += ["### WirelaneClient\n", _text(api.WirelaneClient)]
    parts += [f"`WirelaneClient{_signature(api.WirelaneClient.__init__)}`\n"]
    own = {name: member for part in reversed(api.WirelaneClient.__mro__[:3]) for name, member in vars(part).items()
           if not name.startswith("_") and name not in ("ask", "one", "whole")}
    parts += [_method(name, member) for name, member in own.items()]
    parts += ["### Parameters of the lists\n", *(_parameters(name, *both) for name, both in PARAMETERS.items())]
    parts += ["### Parameters of the lists of 2026\n", *(_parameters(name, *both) for name, both in PARAMETERS_2026.items())]
    parts += ["### Results, limits, counts\n", *map(_class, RESULTS)]
    parts += ["### Records on the wire\n", *(_method(function.__name__, function) for function in FUNCTIONS)]
    parts += ["### Models\n", _text(model), *map(_record, records)]
    parts += ["### Models of 2026\n", _text(dialect_2026), *map(_record, _records(dialect_2026))]
    parts += ["### Words\n", "| word of | values | |\n|---|---|---|\n" + "".join(map(_term, terms))]
    parts += ["### Errors\n", f"```\n{inspect.cleandoc(errors.__doc__ or '')}\n```\n"]
    return "\n".join(parts)


def document(text: str) -> str:
    """The document with its reference made anew."""
    return text.partition(MARK)[0] + reference()


def _records(module: types.ModuleType) -> list[type]:
    return [one for one in _public(module) if issubclass(one, msgspec.Struct)]


def _public(module: types.ModuleType) -> list[type]:
    found = [getattr(module, name) for name in module.__all__]
    return [one for one in found if isinstance(one, type)]


def _text(thing: Any) -> str:
    text = inspect.cleandoc(thing.__doc__ or "")
    if isinstance(thing, types.ModuleType):
        text = text.replace("\n", " ")
    return re.sub(r"(?m)^( {4,}.+\n?)+", lambda code: f"```python\n{inspect.cleandoc(code[0])}\n```\n", text) + "\n"


def _method(name: str, member: Any) -> str:
    if isinstance(member, property):
        return f"#### `{name}`\n\n{_text(member)}"
    function = inspect.unwrap(getattr(member, "__func__", member))
    return f"#### `{name}{_signature(function)}`\n\n{_text(function)}"


def _signature(function: Any) -> str:
    """As it is written, without what is the same everywhere."""
    text = re.sub(r"<(?:class|built-in function) '?([\w.]+)'?>", r"\1", str(inspect.signature(function)))
    text = re.sub(r"\((?:self|cls)(?:, )?", "(", text).replace(": *", ": ")
    return re.sub(r"(?:\b[a-z_]+\.)+(?=[A-Za-z_])|~", "", text)


def _parameters(name: str, typed: Any, table: query.Table) -> str:
    hints = typing.get_type_hints(typed)
    rows = "".join(f"| `{parameter}` | {_type(hint)} | {_written(parameter, table)} |\n"
                   for parameter, hint in hints.items())
    return f"#### {name}\n\n{_text(typed)}\n| parameter | type | |\n|---|---|---|\n{rows}"


def _written(parameter: str, table: query.Table) -> str:
    return f"the API's `{table.aliases[parameter]}`" if parameter in table.aliases else ""


def _class(cls: type) -> str:
    own = [(name, member) for name, member in vars(cls).items()
           if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)) and member.__doc__]
    lines = [f"- `{name}{'' if isinstance(member, property) else _signature(member)}`: {' '.join(_text(member).split())}\n"
             for name, member in own]
    return f"#### {cls.__name__}\n\n{_text(cls)}\n{''.join(lines)}"


def _record(cls: Any) -> str:
    hints = typing.get_type_hints(cls)
    personal: frozenset[str] = getattr(cls, "PERSONAL", frozenset())
    rows = ""
    for field in msgspec.structs.fields(cls):
        said = "" if field.default in (None, (), msgspec.NODEFAULT) else f"`{field.default}`"
        mark = "personal" if field.name in personal else ""
        rows += f"| `{field.name}` | {_type(hints[field.name])} | {'required' if field.required else said} | {mark} |\n"
    return f"#### {cls.__name__}\n\n{_text(cls)}\n| field | type | default | |\n|---|---|---|---|\n{rows}"


def _term(cls: Any) -> str:
    values = ", ".join(f"`{member.value}`" for member in cls)
    return f"| {cls.__name__} | {values} | {' '.join(_text(cls).split())} |\n"


def _type(hint: Any) -> str:
    """A type as a reader would say it; None is left out, since every field may be missing."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type(part) for part in arguments if part is not type(None)))
    if origin is None:
        of = getattr(hint, "__supertype__", hint)  # a PointId is a str to whoever reads this
        return getattr(of, "__name__", str(of))
    if origin is collections.abc.Iterable:
        return "several"
    inner = ", ".join(_type(part) for part in arguments if part is not Ellipsis)
    return f"{origin.__name__} of {inner}"


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
