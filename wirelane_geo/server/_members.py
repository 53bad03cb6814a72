"""The operations on members, and on what belongs to them.

The contract has no 404 for payment methods and subscription: who asks for those of somebody who is no member of the
organization is told 403.
"""

from collections.abc import Callable
from typing import Any, get_args

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.model import MemberStatus
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._operations import (
    NAME,
    Operations,
    described,
    described_page,
    in_path,
    in_query,
    in_turn,
    json,
    json_page,
)
from wirelane_geo.server._parameters import enum, listing, values_of
from wirelane_geo.server._schemas import reference
from wirelane_geo.store import MemberOrder, MemberQuery, Store

MEMBER_PARAMETERS = (
    *listing("Members", "an id, e-mail address, name, company, town or status", get_args(MemberOrder)),
    enum("member_status", "Members with one of these statuses.", MemberStatus, repeated=True, blank=False),
)


def add_members(api: FastAPI, store: Store, gate: Callable[..., Any]) -> None:
    """Give an application the operations on a store's members: list, read, payment methods, subscription."""
    members = MemberOperations(store)
    one = "/members/aid/{accountId}"
    account = [in_path("accountId", "Account of the member.", pattern=NAME)]
    several = Operations(api, gate, "Organizations Members")
    several.add("GET", "/members", in_turn(members.list), "Get members of an organization",
                described_page("A page of members.", "Member"), parameters=in_query(MEMBER_PARAMETERS))
    several.add("GET", one, members.get, "Get member by account ID", described("The member.", reference("Member")),
                parameters=account, but=(400,))
    Operations(api, gate, "Organizations Members Payments").add(
        "GET", f"{one}/payment_methods", members.payment_methods, "Get payment methods of the member",
        described("All of them.", {"type": "array", "items": reference("PaymentMethod")}), parameters=account,
        but=(400, 404))
    Operations(api, gate, "Organizations Members Subscriptions").add(
        "GET", f"{one}/subscription", members.subscription, "Get member subscription",
        described("The subscription; without any field where nothing is booked.", reference("Subscription")),
        parameters=account, but=(400, 404))


class MemberOperations:
    """The four operations."""

    def __init__(self, store: Store) -> None:
        self._accounts = store.accounts

    def list(self, request: Request) -> Response:
        """A page of the members that the parameters ask for, with X-Total-Count."""
        values = values_of(MEMBER_PARAMETERS, request.query_params)
        return json_page(self._accounts.query(MemberQuery(
            statuses=values["member_status"], search=values["search"], order_by=values["order_by"],
            descending=values["order_direction"] == "desc", page=values["page"], page_size=values["page_size"])))

    def get(self, request: Request) -> Response:
        """One member by the id of its account."""
        body = self._accounts.member(request.path_params["accountId"])
        if body is None:
            raise Refusal(404, "not_found", "There is no member with this account.")
        return json(body)

    def payment_methods(self, request: Request) -> Response:
        """How a member pays."""
        return _belonging(self._accounts.payment_methods(request.path_params["accountId"]))

    def subscription(self, request: Request) -> Response:
        """What a member has booked."""
        return _belonging(self._accounts.subscription(request.path_params["accountId"]))


def _belonging(body: bytes | None) -> Response:
    if body is None:
        raise Refusal(403, "not_a_member", "The organization has no member with this account.")
    return json(body)
