"""A driver charges: when, where, how much, and at what price."""

from datetime import datetime, timedelta
from decimal import Decimal

from wirelane_geo.model._money import Money, money
from wirelane_geo.model._privacy import Record
from wirelane_geo.model._terms import ChargingState, ChargingType, Currency, IdentificationType, SessionStatus, SessionType


class ChargingSession(Record, kw_only=True, frozen=True, omit_defaults=True):
    """One charging session, as the contract's `ChargingSession` has it.

    Of what the contract requires (`customer_id`, `owner`, `emp`, `session_id`, `cpo_session_id`, `charging_point_id`)
    only `session_id` is required here: a session that lacks another one still counts in a sum.

    - Times are aware datetimes. `process_*` spans from the driver's wish to the last word about it, `transaction_*` what
      the charge point reports, `session_*` what is billed.
    - `transaction_duration`, `session_duration`: whole minutes, rounded down (the contract's sample has 68 for
      16:44:40 to 17:52:59). `duration` is exact where both ends are known.
    - `kwh`: energy in kWh. `has_signed_value`: the meter signed it, as the German law of measures wants.
    - `meter_start`, `meter_stop`: the contract names no unit, and its sample is a Unix time; the embedded network writes
      Wh. Don't compute with those of an upstream.
    - `price` is in the major unit of `currency`; `tax_rate` is a share (0.19 in the sample). Whether the price includes
      the tax the contract doesn't say; the embedded network's do.
    - `charging_point_id` is the `id` of the charge point, `charge_point_id` its label, as there.
    - `plug_type` is a text in the contract; the words are those of `PlugType`.
    """

    PERSONAL = frozenset({
        "customer_id", "customer_email", "customer_membership_owner", "card_number", "card_short_reference",
        "identification", "owner"})

    session_id: str
    cpo_session_id: str | None = None
    customer_id: str | None = None
    customer_email: str | None = None
    customer_membership_owner: str | None = None
    card_number: str | None = None
    card_short_reference: str | None = None
    language: str | None = None
    charging_station_id: str | None = None
    charging_point_id: str | None = None
    charge_point_id: str | None = None
    evseid: str | None = None
    owner: str | None = None
    emp: str | None = None
    cpo: str | None = None
    charging_provider: str | None = None
    plug_type: str | None = None
    charging_type: ChargingType | None = None
    country: str | None = None
    city: str | None = None
    zip_code: str | None = None
    street: str | None = None
    house_number: str | None = None
    tariff: str | None = None
    tariff_text: str | None = None
    price_model: str | None = None
    price_model_text: str | None = None
    identification: str | None = None
    identification_type: IdentificationType | None = None
    cpo_created: bool | None = None
    process_begin: datetime | None = None
    process_end: datetime | None = None
    transaction_begin: datetime | None = None
    transaction_end: datetime | None = None
    session_begin: datetime | None = None
    session_end: datetime | None = None
    transaction_duration: int | None = None
    session_duration: int | None = None
    kwh: float | None = None
    has_signed_value: bool | None = None
    price: Decimal | None = None
    tax_rate: Decimal | None = None
    currency: Currency | None = None
    charging_session_type: SessionType | None = None
    status: SessionStatus | None = None
    charging_state: ChargingState | None = None
    creation_date: datetime | None = None
    update_date: datetime | None = None
    meter_start: int | None = None
    meter_stop: int | None = None
    error_code: str | None = None
    error_message: str | None = None

    @property
    def money(self) -> Money | None:
        """The price with its currency; None where either is not known."""
        return money(self.price, self.currency)

    @property
    def duration(self) -> timedelta | None:
        """From begin to end, or else what the minutes say; None for a session that goes on."""
        if self.session_begin is not None and self.session_end is not None:
            return self.session_end - self.session_begin
        return None if self.session_duration is None else timedelta(minutes=self.session_duration)
