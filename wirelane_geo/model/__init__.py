"""The vocabulary of the Wirelane API 2.0: every schema of the published contract, with its names, and the words for its
values. Prices are decimals with a currency, times are aware datetimes, and what is said about people is not printed."""

from wirelane_geo.model.accounts import Account, Address, KeyValue, Member, PaymentMethod, PostalAddress
from wirelane_geo.model.events import EventLog
from wirelane_geo.model.money import Money, total
from wirelane_geo.model.points import PRIVATE_FIELDS, ChargePoint, ChargePointGroup, OpeningHours
from wirelane_geo.model.privacy import REDACTED, Record, personal_fields
from wirelane_geo.model.sessions import ChargingSession
from wirelane_geo.model.subscriptions import (
    DisplayText,
    Plan,
    PlanServiceLevel,
    Subscription,
    SubscriptionPeriod,
    UpcomingSubscription,
    tax_share,
)
from wirelane_geo.model.terms import (
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

__all__ = [
    "PRIVATE_FIELDS", "REDACTED", "Account", "AccountStatus", "Address", "AuthenticationType", "BlockedReason",
    "ChargePoint", "ChargePointGroup", "ChargingSession", "ChargingState", "ChargingType", "Currency", "DisplayText",
    "EventLog", "IdentificationType", "IntervalType", "KeyValue", "Member", "MemberStatus", "Money", "OpeningHours",
    "PaymentMethod", "Plan", "PlanGroup", "PlanServiceLevel", "PlugType", "PostalAddress", "Record", "SessionStatus",
    "SessionType", "Status", "Subscription", "SubscriptionPeriod", "Term", "UpcomingSubscription", "personal_fields",
    "tax_share", "total",
]
