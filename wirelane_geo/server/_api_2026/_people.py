"""The operations on members, what belongs to them, and sessions."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.model import MemberStatus, PaymentMethod, SessionStatus, dialect_2026
from wirelane_geo.model.dialect_2026 import AccountStatus, IdentificationType
from wirelane_geo.server._api_2026._operations import (
    described_list,
    flag,
    matching,
    missing,
    one,
    order,
    page_of,
    pages,
    several,
    text,
)
from wirelane_geo.server._api_2026._records import member_of, payment_method_of, session_of
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._operations import NAME, Operations, described, in_path, in_query, in_turn, json
from wirelane_geo.server._parameters import Parameter, values_of
from wirelane_geo.server._schemas import reference
from wirelane_geo.server._sessions import SESSION_PARAMETERS as BEFORE
from wirelane_geo.server._sessions import picked
from wirelane_geo.store import MemberQuery, SessionQuery, Store
from wirelane_geo.wire.records import MEMBERS, SESSIONS

_ALL = 1_000_000
_BEFORE = {parameter.name: parameter for parameter in BEFORE}


def _name(given: str) -> str:
    if not re.fullmatch(NAME[1:-1], given):
        raise ValueError("letters, digits, - and _")
    return given


def _short(given: str) -> str:
    if len(given) > 50:
        raise ValueError("at most 50 characters")
    return given


MEMBER_PARAMETERS = (
    *pages(), text("search", "Words, each the beginning of a word of an id, e-mail address, name, company, town or status."),
    *order(("created", "email", "status"), "created", "desc"),
    matching("member_group_ids", "In any of these groups, of which there are none here.", _name, NAME),
    several("member_status", "Members with one of these statuses.", list(MemberStatus)),
    flag("has_member_roles", "Whether they have roles, which none has here."),
    several("account_status", "Members whose account has one of these statuses.", list(AccountStatus)),
)
_ORDERS = ("sessionId", "emp", "ownerId", "chargingStationId", "pointScmId", "evseid", "status", "sessionBegin", "sessionEnd",
           "tariff", "price", "kwh", "chargingSessionType", "chargingType", "plugType", "country", "city", "zipCode",
           "creationDate", "updateDate")
_BESIDE = {"evseid": "evseid", "identification_type": "identification_type", "identification": "identification",
           "tariffId": "tariff", "priceModelId": "price_model"}
"""Parameters that the store doesn't know, and the field of a session that each is about."""
SESSION_PARAMETERS = (
    *pages(), text("search", "Words, each the beginning of a word of an id, customer, card, EVSE ID or address."),
    _BEFORE["charging_point_id"], Parameter("status", "Sessions with one of these statuses.", {"type": "string"}, str,
                                            listed=True, repeated=True),
    picked("date_picker_since", "Sessions that began at this time or later."),
    picked("date_picker_until", "Sessions that began at this time or before."),
    *order(_ORDERS, None, None, "asc", "desc", ""),
    several("organization_type", "Sessions in which the organization was any of these.", ("emp", "cpo", "owner")),
    Parameter("charge_point_id", "Sessions at charge points with one of these labels.", {"type": "string"}, str, listed=True,
              repeated=True),
    Parameter("evseid", "Sessions at charge points with one of these EVSE IDs.", {"type": "string"}, str, listed=True),
    Parameter("owner_id", "Sessions at points of one of these owners.", {"type": "string"}, str, listed=True),
    several("identification_type", "Sessions of drivers that made themselves known this way.", list(IdentificationType)),
    Parameter("identification", "Sessions of a driver known by this.", {"type": "string", "maxLength": 50}, _short),
    text("tariffId", "Sessions by this tariff."),
    text("priceModelId", "Sessions by this price."),
)


def add_people(store: Store, operations: Callable[[str], Operations]) -> None:
    """Add the operations on members and sessions."""
    members, sessions = MemberOperations2026(store), SessionOperations2026(store)
    account = [in_path("accountId", "Account of the member.", pattern=NAME)]
    one_member = "/members/aid/{accountId}"
    add = operations("Members").add
    add("GET", "/members", in_turn(members.list), "Get the members of an organization",
        described_list("A page of members.", "Member"), parameters=in_query(MEMBER_PARAMETERS))
    add("GET", one_member, members.get, "Get one member", described("The member.", reference("Member")), parameters=account)
    add("GET", f"{one_member}/payment_method", members.payment_method, "Get how a member pays",
        described("It.", reference("PaymentMethod")), parameters=account)
    add("GET", f"{one_member}/subscription", members.subscription, "Get what a member has booked",
        described("The subscription.", reference("Subscription")), parameters=account)
    add = operations("Sessions").add
    add("GET", "/sessions", in_turn(sessions.list), "Get the charging sessions of an organization",
        described_list("A page of sessions.", "ChargingSession"), parameters=in_query(SESSION_PARAMETERS))
    add("GET", "/sessions/id/{sessionId}", sessions.get, "Get one session",
        described("The session.", reference("ChargingSession")),
        parameters=[in_path("sessionId", "The session_id.", pattern=NAME)])


class MemberOperations2026:
    """The four operations."""

    def __init__(self, store: Store) -> None:
        self._accounts = store.accounts

    def list(self, request: Request) -> Response:
        """A page of the members that the parameters ask for."""
        values = values_of(MEMBER_PARAMETERS, request.query_params)
        if values["member_group_ids"] or values["has_member_roles"]:
            return page_of([], values)
        bodies = self._accounts.query(MemberQuery(
            statuses=frozenset(map(MemberStatus, values["member_status"])), search=values["search"] or "", page_size=_ALL)).bodies
        states = values["account_status"]
        found = [member for member in (member_of(MEMBERS.decode(body)) for body in bodies)
                 if not states or (member.account is not None and member.account.status in states)]
        return page_of(_ordered(found, values), values)

    def get(self, request: Request) -> Response:
        """One member by the id of its account."""
        return one(member_of(MEMBERS.decode(_there(self._accounts.member(_account(request))))))

    def payment_method(self, request: Request) -> Response:
        """How a member pays first of all."""
        body = _there(self._accounts.payment_methods(_account(request)))
        if not (methods := msgspec.json.decode(body, type=list[PaymentMethod])):
            raise missing("payment method")
        return one(payment_method_of(methods[0]))

    def subscription(self, request: Request) -> Response:
        """What a member has booked."""
        return json(_there(self._accounts.subscription(_account(request))))


class SessionOperations2026:
    """The two operations."""

    def __init__(self, store: Store) -> None:
        self._sessions = store.sessions

    def list(self, request: Request) -> Response:
        """A page of the sessions that the parameters ask for."""
        values = values_of(SESSION_PARAMETERS, request.query_params)
        beside = {field: values[name] if isinstance(values[name], frozenset) else {values[name]}
                  for name, field in _BESIDE.items() if values[name]}
        if values["status"] and not values["status"] & set(SessionStatus):
            return page_of([], values)
        query = _query(request.query_params, request.path_params["organizationId"], everything=bool(beside))
        page = self._sessions.query(query)
        found = [SESSIONS.decode(body) for body in page.bodies]
        if not beside:
            return page_of([session_of(session) for session in found], values, page.total)
        kept = [session for session in found
                if all(str(getattr(session, field)) in wanted for field, wanted in beside.items())]
        return page_of([session_of(session) for session in kept], values)

    def get(self, request: Request) -> Response:
        """One session by its session_id."""
        session_id = request.path_params["sessionId"]
        if not re.fullmatch(NAME[1:-1], session_id):
            raise Refusal(400, "invalid_parameter", "sessionId: expected letters, digits, - and _.")
        return one(session_of(SESSIONS.decode(_there(self._sessions.get(session_id), "session"))))


def _query(given: QueryParams, organization: str, *, everything: bool) -> SessionQuery:
    values = values_of(SESSION_PARAMETERS, given)
    known = frozenset(SessionStatus(word) for word in values["status"] if word in SessionStatus.__members__)
    return SessionQuery(
        charging_point_id=values["charging_point_id"], charge_point_ids=values["charge_point_id"],
        statuses=known, owners=values["owner_id"], since=values["date_picker_since"], until=values["date_picker_until"],
        roles=values["organization_type"], organization=organization, search=values["search"] or "",
        order_by=values["order_by"], descending=values["order_direction"] == "desc",
        page=1 if everything else values["page"], page_size=_ALL if everything else values["page_size"])


def _account(request: Request) -> str:
    account = request.path_params["accountId"]
    if not re.fullmatch(NAME[1:-1], account):
        raise Refusal(400, "invalid_parameter", "accountId: expected letters, digits, - and _.")
    return str(account)


def _there(body: bytes | None, what: str = "member") -> bytes:
    if body is None:
        raise missing(what)
    return body


def _ordered(members: list[dialect_2026.Member], values: Mapping[str, Any]) -> list[dialect_2026.Member]:
    def place(member: dialect_2026.Member) -> Any:
        return member.account and member.account.created if values["order_by"] == "created" else getattr(
            member, values["order_by"])

    known = sorted((member for member in members if place(member) is not None), key=place,
                   reverse=values["order_direction"] == "desc")
    return known + [member for member in members if place(member) is None]
