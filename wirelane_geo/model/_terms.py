"""The words of the contract. Names, values and their order are the published contract's.

A number that stands for a value (`Status.FREE` is 0) is its position in the contract's enum; a set of plugs or
authentications is a bitmask over those positions.

A value that the contract doesn't know has no member here. Whoever reads the wire leaves such a field at its default
(None; UNKNOWN for the status of a charge point and for a plug), drops it from a list, and counts it: nothing is guessed
and nothing is refused for a new word.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A value of one of the contract's enums; knows its position there."""

    number: int
    """Position in the contract's enum, from 0."""

    def __new__(cls, value: str) -> Self:
        """Members are numbered as they are defined."""
        term = str.__new__(cls, value)
        term._value_ = value
        term.number = len(cls.__members__)
        return term

    @property
    def bit(self) -> int:
        """The bit that stands for this value in a mask."""
        return 1 << self.number

    @classmethod
    def mask(cls, terms: Iterable[Self]) -> int:
        """The bitmask of some values."""
        mask = 0
        for term in terms:
            mask |= term.bit
        return mask

    @classmethod
    def of_mask(cls, mask: int) -> tuple[Self, ...]:
        """The values in a bitmask, in the contract's order."""
        return tuple(term for term in cls if mask & term.bit)


class Status(Term):
    """State of a charge point. UNKNOWN is neither free nor faulted: nobody has said."""

    FREE = "FREE"
    IN_USE = "IN_USE"
    UNAVAILABLE = "UNAVAILABLE"
    UNKNOWN = "UNKNOWN"
    FAULTED = "FAULTED"
    RESERVED = "RESERVED"
    CLOSED = "CLOSED"


class PlugType(Term):
    """Socket or attached cable (`_ATCH`) of a charge point."""

    TYPE_1 = "TYPE_1"
    TYPE_1_ATCH = "TYPE_1_ATCH"
    TYPE_2 = "TYPE_2"
    TYPE_2_ATCH = "TYPE_2_ATCH"
    TYPE_3 = "TYPE_3"
    TYPE_3_ATCH = "TYPE_3_ATCH"
    CHADEMO = "CHADEMO"
    CCS = "CCS"
    SCHUKO = "SCHUKO"
    UNKNOWN = "UNKNOWN"


class ChargingType(Term):
    """Kind of current."""

    AC = "AC"
    DC = "DC"


class AuthenticationType(Term):
    """How a driver proves who pays."""

    card = "card"
    remote = "remote"
    nfc_terminal = "nfc_terminal"
    direct = "direct"


class AccountStatus(Term):
    """State of an account, and of a payment method."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    BLOCKED = "BLOCKED"


class BlockedReason(Term):
    """Why an account is blocked."""

    NO_ACTIVE_SUBSCRIPTION = "NO_ACTIVE_SUBSCRIPTION"
    UNPAID_INVOICE = "UNPAID_INVOICE"


class MemberStatus(Term):
    """State of a membership: invited, in, thrown out by the organization, or ended."""

    pending = "pending"
    active = "active"
    revoked = "revoked"
    terminated = "terminated"


class Currency(Term):
    """ISO 4217; each of them has two decimals."""

    EUR = "EUR"
    CHF = "CHF"
    SEK = "SEK"
    ILS = "ILS"


class IntervalType(Term):
    """Unit in which the period of a plan is counted."""

    SECONDS = "SECONDS"
    MINUTES = "MINUTES"
    DAYS = "DAYS"
    WEEKS = "WEEKS"
    MONTHS = "MONTHS"


class PlanGroup(Term):
    """Who may book a plan: anybody, or who has its unlock code."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"


class IdentificationType(Term):
    """How the driver of a session made known who pays."""

    access_token = "access_token"  # noqa: S105 - a word of the contract
    none_access_token = "none_access_token"  # noqa: S105
    auth_token = "auth_token"  # noqa: S105
    contract_id = "contract_id"
    customer_id = "customer_id"
    rfid = "rfid"
    contactless_payment = "contactless_payment"
    direct_payment = "direct_payment"
    customer_rfid = "customer_rfid"
    admin_remotestart = "admin_remotestart"


class SessionType(Term):
    """Kind of a charging session: paid at once without an account, with an account, or not said which."""

    direct_charging = "direct_charging"
    comfort_charging = "comfort_charging"
    charging = "charging"


class SessionStatus(Term):
    """Where a charging session is in its life. `stopped` no longer charges, `closed` is also billed."""

    initial = "initial"
    authorization_pending = "authorization_pending"
    start_accepted = "start_accepted"
    start_pending = "start_pending"
    started = "started"
    stop_accepted = "stop_accepted"
    stop_pending = "stop_pending"
    stopped = "stopped"
    closed = "closed"
    canceled = "canceled"
    error = "error"
    error_consecutive_start = "error_consecutive_start"

    @property
    def open(self) -> bool:
        """Whether the session still occupies its point, or is about to."""
        return self.number <= SessionStatus.stop_pending.number


class ChargingState(Term):
    """What flows in a session that has started."""

    charging = "charging"
    charge_suspended = "charge_suspended"
    ending_charge = "ending_charge"
    end_charge = "end_charge"
