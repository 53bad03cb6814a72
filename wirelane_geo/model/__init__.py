"""The vocabulary of the Wirelane API 2.0: every schema of the published contract, with its names, and the words for its
values. Prices are decimals with a currency, times are aware datetimes, and what is said about people is not printed."""

from wirelane_geo.model._accounts import Account, Address, KeyValue, Member, PaymentMethod, PostalAddress
from wirelane_geo.model._conditions import Conditions, OfferedPoint, Per, Price, point_under, with_conditions
from wirelane_geo.model._events import EventLog
from wirelane_geo.model._money import Money, total
from wirelane_geo.model._points import PRIVATE_FIELDS, ChargePoint, ChargePointGroup, OpeningHours
from wirelane_geo.model._privacy import REDACTED, Record, personal_fields
from wirelane_geo.model._reports import PlaceReport, StatusReport
from wirelane_geo.model._sessions import ChargingSession
from wirelane_geo.model._subscriptions import (
    DisplayText,
    Plan,
    PlanServiceLevel,
    Subscription,
    SubscriptionPeriod,
    UpcomingSubscription,
    tax_share,
)
from wirelane_geo.model._terms import (
    AccountStatus,
    AuthenticationType,
    BlockedReason,
    ChargingState,
    ChargingType,
    Currency,
    IdentificationType,
    IntervalType,
    MemberStatus,
    PlanGroup,
    PlugType,
    SessionStatus,
    SessionType,
    Status,
    Term,
)
from wirelane_geo.model.identity import Handle, Handles, PointId, Seq

__all__ = [
    "PRIVATE_FIELDS", "REDACTED", "Account", "AccountStatus", "Address", "AuthenticationType", "BlockedReason",
    "ChargePoint", "ChargePointGroup", "ChargingSession", "ChargingState", "ChargingType", "Conditions", "Currency",
    "DisplayText",
    "EventLog", "Handle", "Handles", "IdentificationType", "IntervalType", "KeyValue", "Member", "MemberStatus", "Money",
    "OfferedPoint", "OpeningHours", "PaymentMethod", "Per", "PlaceReport", "Plan", "PlanGroup", "PlanServiceLevel", "PlugType",
    "PointId", "PostalAddress", "Price", "Record",
    "Seq", "SessionStatus", "SessionType", "Status", "StatusReport", "Subscription", "SubscriptionPeriod", "Term",
    "UpcomingSubscription", "personal_fields", "point_under", "tax_share", "total", "with_conditions",
]
