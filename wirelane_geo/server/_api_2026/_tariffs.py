"""The operations on tariffs and prices: those of the demo network; other networks have none."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.demo.price_list import demo_tariffs, tariffs_of_group
from wirelane_geo.model.dialect_2026 import RoamingPlatform, Tariff, TariffType
from wirelane_geo.server._api_2026._operations import (
    described_list,
    matching,
    missing,
    number_in_path,
    number_of,
    one,
    order,
    page_of,
    pages,
    several,
)
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._operations import Operations, Schema, described, in_query, in_turn, link
from wirelane_geo.server._parameters import Parameter, choice, values_of
from wirelane_geo.server._schemas import reference
from wirelane_geo.store import Store

_LANGUAGE = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?"
_FOR: Mapping[str, Callable[[Tariff], bool | None]] = {
    "customer": lambda tariff: tariff.for_customer, "member": lambda tariff: tariff.for_member,
    "marketplace": lambda tariff: tariff.for_marketplace, "unregistered": lambda tariff: tariff.for_unregistered_customers,
    **{kind: lambda tariff, kind=kind: tariff.tariff_type == TariffType(kind)  # type: ignore[misc]
       for kind in ("cpo_roaming", "contactless_payment", "direct_charging_cpo")}}
_STATES = {"active": True, "inactive": False}



def _whole(text: str) -> str:
    if not re.fullmatch("-?[0-9]+", text):
        raise ValueError("a whole number")
    return text


_STATUS = several("status", "Tariffs that can be used, or can't.", list(_STATES))
TARIFF_PARAMETERS = (
    several("types", "Tariffs for any of these.", ["customer", "member", "marketplace", "cpo_roaming", "unregistered",
                                                   "contactless_payment", "direct_charging_cpo"]),
    matching("marketplace_ids", "In any of these marketplaces, of which there are none here.", _whole, "", "integer"),
    Parameter("roaming_provider", "Over this platform.", {"type": "string", "enum": list(RoamingPlatform)},
              choice(RoamingPlatform)),
    *pages(), *order(("priority", "name", "active_from_date", "active_until_date"), "priority", "desc"), _STATUS,
)
GROUP_PARAMETERS = (
    *pages(), _STATUS, *order(("name", "priority", "active_from_date", "active_until_date", "tariff_type"), "priority", "desc"),
)


def add_tariffs(store: Store, operations: Callable[[str], Operations]) -> None:
    """Add the operations on tariffs."""
    tariffs = TariffOperations(store)
    language: Schema = {"name": "Accept-Language", "in": "header", "required": False,
                        "description": "Language of names and texts; all of them where none is asked for.",
                        "schema": {"type": "string", "pattern": _LANGUAGE}}
    add = operations("Tariffs").add
    number = number_in_path("tariffId", "Number of the tariff.")
    add("GET", "/tariffs", in_turn(tariffs.list), "Get the tariffs of an organization",
        described_list("A page of tariffs.", "Tariff"), parameters=[*in_query(TARIFF_PARAMETERS), language])
    add("GET", "/tariffs/id/{tariffId}", tariffs.get, "Get one tariff", described("The tariff.", reference("Tariff")),
        parameters=[number], links={"price": link(tariffs.price, tariffId="$response.body#/id",
                                                  priceModelId="$response.body#/prices/0/id")})
    add("GET", "/tariffs/id/{tariffId}/prices/id/{priceModelId}", tariffs.price, "Get one price of a tariff",
        described("The price.", reference("PriceModel")),
        parameters=[number, number_in_path("priceModelId", "Number of the price.")])
    add("GET", "/point_groups/id/{groupId}/tariffs", in_turn(tariffs.of_group), "Get the tariffs of a group of charge points",
        described_list("A page of tariffs.", "Tariff"),
        parameters=[number_in_path("groupId", "Number of the group."), *in_query(GROUP_PARAMETERS)])


class TariffOperations:
    """The four operations."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self, request: Request) -> Response:
        """A page of the tariffs that the parameters ask for."""
        values = values_of(TARIFF_PARAMETERS, request.query_params)
        found = [tariff for tariff in self._all()
                 if (not values["types"] or any(_FOR[kind](tariff) for kind in values["types"]))
                 and not values["marketplace_ids"]
                 and values["roaming_provider"] in (None, tariff.roaming_platform)]
        return page_of(_spoken(_chosen(found, values), request), values)

    def of_group(self, request: Request) -> Response:
        """A page of the tariffs that hold in a group."""
        values = values_of(GROUP_PARAMETERS, request.query_params)
        group = number_of(request, "groupId")
        if not (found := tariffs_of_group(group) if self._store.holds("demo") else []):
            raise missing("group of charge points with tariffs")
        return page_of(_chosen(found, values), values)

    def get(self, request: Request) -> Response:
        """One tariff by its number."""
        return one(self._tariff(request))

    def price(self, request: Request) -> Response:
        """One price of a tariff."""
        tariff, number = self._tariff(request), number_of(request, "priceModelId")
        price = next((price for price in tariff.prices if price.id == str(number)), None)
        if price is None:
            raise missing("price")
        return one(price)

    def _all(self) -> Sequence[Tariff]:
        return demo_tariffs() if self._store.holds("demo") else ()

    def _tariff(self, request: Request) -> Tariff:
        number = number_of(request, "tariffId")
        tariff = next((tariff for tariff in self._all() if tariff.id == number), None)
        if tariff is None:
            raise missing("tariff")
        return tariff


def _chosen(tariffs: Sequence[Tariff], values: Mapping[str, Any]) -> list[Tariff]:
    """Those of the states that are asked for, in the order that is asked for."""
    states = {_STATES[state] for state in values["status"]}
    kept = [tariff for tariff in tariffs if not states or tariff.active in states]

    def place(tariff: Tariff) -> Any:
        value = getattr(tariff, values["order_by"])
        return value[0].text or "" if isinstance(value, tuple) else value

    known = sorted((tariff for tariff in kept if getattr(tariff, values["order_by"]) is not None), key=place,
                   reverse=values["order_direction"] == "desc")
    return known + [tariff for tariff in kept if getattr(tariff, values["order_by"]) is None]


def _spoken(tariffs: list[Tariff], request: Request) -> list[Tariff]:
    """With texts of the language that is asked for, where they have it."""
    given = request.headers.get("accept-language", "*")
    if given != "*" and not re.match(_LANGUAGE, given):
        raise Refusal(400, "invalid_parameter", "Accept-Language: expected a language such as de or de-AT.")
    wanted = given[:2].lower()
    said = [tuple(text for text in tariff.name if text.language == wanted) or tariff.name for tariff in tariffs]
    return [msgspec.structs.replace(tariff, name=name) for tariff, name in zip(tariffs, said, strict=True)]
