"""The operations that the API of 2026 has beyond that of 2023: stations, what an operator asks of one, tariffs."""

from datetime import datetime
from typing import Any, Unpack

import msgspec

from wirelane_geo.api._asker import Asker
from wirelane_geo.api._paging import page_of
from wirelane_geo.api._results import Records
from wirelane_geo.api.listing import Listing
from wirelane_geo.api.query_2026 import CaseParameters, GroupTariffParameters, LogParameters, StationParameters, TariffParameters
from wirelane_geo.model import PaymentMethod
from wirelane_geo.model.dialect_2026 import (
    ChargingStation,
    ChargingStationMaintenance,
    ChargingStationOcppLog,
    ConnectionChainItem,
    PriceModel,
    RemoteControlReset,
    RemoteControlResetRequest,
    RemoteControlUnlockConnector,
    ResetType,
    SalesforceCase,
    Tariff,
)


class StationOperations(Asker):
    """See WirelaneClient. A station is asked for by its number, a connector by its scm_id. Every method raises NotOffered where
    the upstream's dialect has no such operation, ApiNotFound where there is no such thing."""

    def stations(self, *, deadline: float | None = None, **parameters: Unpack[StationParameters]) -> Records[ChargingStation]:
        """The organization's stations; all pages, or the one given as `page`."""
        return self._whole_of_each("stations", parameters, deadline)

    def station(self, number: int, *, deadline: float | None = None) -> ChargingStation:
        """One station with its connectors."""
        station: ChargingStation = self.one("station", self._until(deadline), number)
        return station

    def connection(self, station: int, *, deadline: float | None = None) -> Records[ConnectionChainItem]:
        """The links of a station's connection, from the terminal to roaming."""
        answer = self.ask("connection", self._until(deadline), station)
        kind = self._dialect.operation("connection").kind
        assert kind is not None  # noqa: S101 - see the dialect's table
        page = page_of(answer, 1, 1, kind)
        self._count(page.unknown)
        return Records(page.records, page.size, page.rejected, page.unknown)

    def maintenance(self, station: int, *, page: int | None = None, page_size: int | None = None, limit: int | None = None,
                    deadline: float | None = None) -> Listing[ChargingStationMaintenance]:
        """The planned work on a station, read while it is iterated over."""
        return self._listing("maintenance", {"page": page, "page_size": page_size}, limit, deadline, station)

    def cases(self, station: int, *, limit: int | None = None, deadline: float | None = None,
              **parameters: Unpack[CaseParameters]) -> Listing[SalesforceCase]:
        """The cases about a station, read while they are iterated over."""
        return self._listing("cases", parameters, limit, deadline, station)

    def station_logs(self, station: int, since: datetime, until: datetime, *, limit: int | None = None,
                     deadline: float | None = None, **parameters: Unpack[LogParameters]) -> Listing[ChargingStationOcppLog]:
        """The OCPP messages of a station between two aware times, read while they are iterated over."""
        asked: dict[str, Any] = {"since": since, "until": until, **parameters}
        return self._listing("station_logs", asked, limit, deadline, station)

    def connector_logs(self, station: int, connector: str, since: datetime, until: datetime, *, limit: int | None = None,
                       deadline: float | None = None, **parameters: Unpack[LogParameters]) -> Listing[ChargingStationOcppLog]:
        """The OCPP messages of one connector; see `station_logs`."""
        asked: dict[str, Any] = {"since": since, "until": until, **parameters}
        return self._listing("connector_logs", asked, limit, deadline, station, connector)

    def reset_station(self, station: int, kind: ResetType = ResetType.Soft, *, deadline: float | None = None
                      ) -> RemoteControlReset:
        """Have a station start anew: Soft ends its sessions first, Hard cuts its power. Never repeated by itself."""
        body = msgspec.json.encode(RemoteControlResetRequest(type=kind))
        done: RemoteControlReset = self.one("reset_station", self._until(deadline), station, body=body)
        return done

    def unlock_connector(self, station: int, connector: str, *, deadline: float | None = None) -> RemoteControlUnlockConnector:
        """Have a connector let go of a cable. Never repeated by itself."""
        done: RemoteControlUnlockConnector = self.one("unlock_connector", self._until(deadline), station, connector)
        return done

    def tariffs(self, *, limit: int | None = None, deadline: float | None = None, **parameters: Unpack[TariffParameters]
                ) -> Listing[Tariff]:
        """The organization's tariffs, read while they are iterated over."""
        return self._listing("tariffs", parameters, limit, deadline)

    def tariff(self, number: int, *, deadline: float | None = None) -> Tariff:
        """One tariff with its prices."""
        tariff: Tariff = self.one("tariff", self._until(deadline), number)
        return tariff

    def price(self, tariff: int, number: int, *, deadline: float | None = None) -> PriceModel:
        """One price of a tariff."""
        price: PriceModel = self.one("price", self._until(deadline), tariff, number)
        return price

    def group_tariffs(self, group: int, *, limit: int | None = None, deadline: float | None = None,
                      **parameters: Unpack[GroupTariffParameters]) -> Listing[Tariff]:
        """The tariffs of a group of charge points, read while they are iterated over."""
        return self._listing("group_tariffs", parameters, limit, deadline, group)

    def payment_method(self, account_id: str, *, deadline: float | None = None) -> PaymentMethod:
        """How a member pays, by the id of its account."""
        method: PaymentMethod = self.one("payment_method", self._until(deadline), account_id)
        return method
