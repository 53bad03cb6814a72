"""Who pays for the demo network's sessions: members near their homes, guests of other providers, and passers-by."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import numpy as np

from wirelane_geo.demo._accounts import card_number, home
from wirelane_geo.model import (
    Account,
    AuthenticationType,
    ChargePoint,
    IdentificationType,
    Member,
    MemberStatus,
    SessionType,
)

MEMBERS, AD_HOC = 0.12, 0.08
"""Shares of the sessions that members pay for, where some live nearby, and that are paid at once."""
NEAR, CHOICE = 0.6, 12
"""Members live nearby within so many degrees of latitude; so many of them, the nearest ones, come to a station."""
GUESTS = 4_000
"""Different customers of other providers in each country."""
PROVIDERS = ("blz", "vla", "rwt", "nlc", "mvp", "ekx", "swz", "oqe")
"""Fictional e-mobility providers whose customers are guests here."""
_LANGUAGES = {"DE": ("de", "de", "de", "en"), "AT": ("de", "de", "de", "en"), "CH": ("de", "fr", "it", "en")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Payer:
    """What a session says about who pays; the names are the session's. `tariff` is the kind of payer in `tariffs`."""

    tariff: str
    emp: str
    customer_id: str
    language: str
    identification: str
    identification_type: IdentificationType
    charging_session_type: SessionType
    customer_email: str | None = None
    customer_membership_owner: str | None = None
    card_number: str | None = None
    card_short_reference: str | None = None


class Payers:
    """Chooses a payer for one session after another, in the order of their beginning; no member charges twice at a time."""

    def __init__(self, members: Iterable[Member], random: Random) -> None:
        self._random = random
        self._members: list[tuple[Payer, datetime]] = []
        homes = []
        for member in members:
            where, account = home(member), member.account
            if where and account and account.account_id and account.created and member.status is MemberStatus.active:
                homes.append(where)
                self._members.append((_member(account, account.account_id), account.created))
        self._homes = np.array(homes, np.float64).reshape(-1, 2)
        self._nearby: dict[str, list[int]] = {}
        self._busy = [0] * len(homes)
        self._guests: dict[str, list[Payer]] = {}

    def choose(self, point: ChargePoint, begin: datetime, end: datetime) -> Payer:
        """Who pays for a session."""
        draw = self._random.random()
        if draw < MEMBERS:
            return self._member_at(point, begin, end) or self._guest(point)
        return self._passer_by(point) if draw > 1 - AD_HOC else self._guest(point)

    def _member_at(self, point: ChargePoint, begin: datetime, end: datetime) -> Payer | None:
        station = point.charging_station_id or point.charge_point_id
        nearby = self._nearby.get(station)
        if nearby is None:
            nearby = self._nearby[station] = self._around(point)
        number = int(CHOICE * self._random.random())
        if number >= len(nearby):  # where few live, few come
            return None
        payer, joined = self._members[nearby[number]]
        if begin < joined or begin.timestamp() < self._busy[nearby[number]] + 600:
            return None
        self._busy[nearby[number]] = int(end.timestamp())
        return payer

    def _around(self, point: ChargePoint) -> list[int]:
        """The members who live nearest, the closest first."""
        if point.longitude is None or point.latitude is None:
            return []
        away = np.hypot((self._homes[:, 0] - point.longitude) * 0.65, self._homes[:, 1] - point.latitude)
        nearest = np.argsort(away, kind="stable")[:CHOICE]
        return [int(number) for number in nearest if away[number] < NEAR]

    def _guest(self, point: ChargePoint) -> Payer:
        """A customer of another provider, from the country of the point; some come again."""
        country = point.country or "DE"
        guests = self._guests.get(country)
        if guests is None:
            guests = self._guests[country] = [_guest(country, self._random) for _ in range(GUESTS)]
        return guests[int(GUESTS * self._random.random())]

    def _passer_by(self, point: ChargePoint) -> Payer:
        terminal = AuthenticationType.nfc_terminal in point.authentication_types
        identification = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        return Payer(
            tariff="DIRECT", emp=_own(point), customer_id=f"GUEST-{identification[:8]}",
            language=self._random.choice(_LANGUAGES.get(point.country or "DE", ("en",))), identification=identification,
            identification_type=(IdentificationType.contactless_payment if terminal and self._random.random() < 0.7
                                 else IdentificationType.direct_payment),
            charging_session_type=SessionType.direct_charging)


def _guest(country: str, random: Random) -> Payer:
    provider, number = random.choice(PROVIDERS), random.randrange(10**7)
    return Payer(
        tariff="ROAMING", emp=provider, customer_id=f"{provider.upper()}-{number:07}",
        language=random.choice(_LANGUAGES.get(country, ("en",))),
        identification=f"{country}-{provider.upper()}-C{number:08}",
        identification_type=IdentificationType.contract_id, charging_session_type=SessionType.charging)


def _own(point: ChargePoint) -> str:
    """The provider's code of a point's own operator: that of its owner, "DEMO-RQW" is "rqw"."""
    return (point.owner or "demo").rpartition("-")[2].lower()


def _member(account: Account, account_id: str) -> Payer:
    """Two of three show their card, the others start by app; always the same way."""
    random = Random(f"payer {account_id}")
    card = random.random() < 0.66
    return Payer(
        tariff="MEMBER", emp="demo", customer_id=account_id, customer_email=account.email,
        customer_membership_owner=account.tenant, language=account.language or "de",
        card_number=card_number(account_id) if card else None,
        card_short_reference=random.choice(("Car", "Card 1", "Company car", "Key ring")) if card else None,
        identification=card_number(account_id) if card else str(uuid.UUID(int=random.getrandbits(128), version=4)),
        identification_type=IdentificationType.customer_rfid if card else IdentificationType.access_token,
        charging_session_type=SessionType.comfort_charging)
