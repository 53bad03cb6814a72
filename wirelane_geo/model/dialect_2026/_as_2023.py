"""What was said in the words of 2026, as the records that all else here works with."""

from wirelane_geo.model._accounts import Member, PaymentMethod
from wirelane_geo.model._points import ChargePoint
from wirelane_geo.model._sessions import ChargingSession
from wirelane_geo.model.dialect_2026 import _people
from wirelane_geo.model.dialect_2026._terms import Accessibility, ConnectorStatus


class ConnectorPoint(ChargePoint, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """A connector of a station. `station`: the number by which the station is asked for; `said`: its status in the upstream's
    own word; `accessibility`: who may drive up to the station."""

    station: int | None = None
    said: ConnectorStatus | None = None
    accessibility: Accessibility | None = None


class SessionOf2026(ChargingSession, kw_only=True, frozen=True, omit_defaults=True):
    """A session, and the record that it was made of."""

    PERSONAL = ChargingSession.PERSONAL | {"original"}

    original: _people.ChargingSession


class MemberOf2026(Member, kw_only=True, frozen=True, omit_defaults=True):
    """A member, and the record that it was made of."""

    PERSONAL = Member.PERSONAL | {"original"}

    original: _people.Member


class PaymentMethodOf2026(PaymentMethod, kw_only=True, frozen=True, omit_defaults=True):
    """A payment method, and the record that it was made of."""

    PERSONAL = PaymentMethod.PERSONAL | {"original"}

    original: _people.PaymentMethod
