"""OCPI's sender over HTTP: who may ask, what comes, page by page, and what has changed."""

import base64
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.publish.conftest import TOKEN, PublicationService
from tests.publish.networks import point
from wirelane_geo.model import ChargingType, Conditions, OfferedPoint, PlugType, Price, Status

PACKED = base64.b64encode(TOKEN.encode()).decode()
LOCATIONS, TARIFFS = "/ocpi/2.2.1/locations", "/ocpi/2.2.1/tariffs"


def ask(published: PublicationService, path: str, status: int = 200, token: str | None = PACKED,
        **headers: str) -> httpx.Response:
    given = {"authorization": f"Token {token}"} if token else {}
    return published.get(path, status, **given, **headers)


def names(answer: httpx.Response) -> list[str]:
    return [location["id"] for location in answer.json()["data"]]


def set_status(published: PublicationService, number: int, status: Status) -> None:
    id = published.store.get("evseid", f"DE*ABC*E{number}").id  # type: ignore[union-attr]
    published.store.set_statuses({id: status}, at=published.clock.now())


@pytest.mark.parametrize("path", ["/ocpi/versions", "/ocpi/2.2.1", LOCATIONS, TARIFFS, f"{LOCATIONS}/S1", f"{LOCATIONS}/S1/E/1"])
@pytest.mark.parametrize("token", [None, "wrong", base64.b64encode(b"wrong").decode(), "", TOKEN[:-1]])
def test_without_the_token_nothing_is_told(published: PublicationService, path: str, token: str | None) -> None:
    published.put(point(2))
    body = ask(published, path, 401, token).json()
    assert body["status_code"] == 2000
    assert "data" not in body


@pytest.mark.parametrize("token", [PACKED, TOKEN])
def test_a_reader_finds_the_locations_from_the_versions(published: PublicationService, token: str) -> None:
    published.put(point(2))
    [version] = ask(published, "/ocpi/versions", token=token).json()["data"]
    details = ask(published, version["url"], token=token).json()["data"]
    [url] = [one["url"] for one in details["endpoints"] if (one["identifier"], one["role"]) == ("locations", "SENDER")]
    assert (version["version"], details["version"]) == ("2.2.1", "2.2.1")
    answer = ask(published, url, token=token, x_request_id="r-7")
    assert (names(answer), answer.json()["status_code"], answer.headers["x-request-id"]) == (["S1"], 1000, "r-7")


def test_a_location_has_its_evses_with_their_connectors(published: PublicationService) -> None:
    published.put(point(2), point(3, plug_types=(PlugType.TYPE_2, PlugType.SCHUKO), charging_type=ChargingType.AC, power=22.0,
                                  voltage=400, current=32, status=Status.FAULTED, reservable=False))
    [location] = ask(published, LOCATIONS).json()["data"]
    assert {name: location[name] for name in ("country_code", "party_id", "id", "publish", "address", "city", "country",
                                              "postal_code", "time_zone", "operator", "suboperator", "energy_mix")} == {
        "country_code": "DE", "party_id": "ABC", "id": "S1", "publish": True, "address": "Invalidenstraße 1 a", "city": "Berlin",
        "country": "DEU", "postal_code": "10115", "time_zone": "Europe/Berlin", "operator": {"name": "Ampera"},
        "suboperator": {"name": "Ampera Go"}, "energy_mix": {"is_green_energy": True}}
    first, second = location["evses"]
    assert (first["evse_id"], first["status"], second["status"]) == ("DE*ABC*E2", "AVAILABLE", "OUTOFORDER")
    assert first["capabilities"] == ["RESERVABLE", "RFID_READER", "REMOTE_START_STOP_CAPABLE"]
    assert second["connectors"][0] | {"last_updated": "", "tariff_ids": []} == {
        "id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE", "max_voltage": 400,
        "max_amperage": 32, "max_electric_power": 22_000, "last_updated": "", "tariff_ids": []}
    assert "SECRET" not in str(location)
    hours = location["opening_times"]
    assert not hours["twentyfourseven"]
    weekend = [(one["weekday"], one["period_begin"], one["period_end"]) for one in hours["regular_hours"] if one["weekday"] > 4]
    assert weekend == [(5, "20:00", "23:59"), (6, "00:00", "02:00"), (6, "00:00", "23:59")], "an end is behind its begin"


def test_parts_of_a_location_can_be_asked_for(published: PublicationService) -> None:
    published.put(point(2), point(3))
    [location] = ask(published, LOCATIONS).json()["data"]
    assert ask(published, f"{LOCATIONS}/S1").json()["data"] == location
    evse = location["evses"][1]
    assert ask(published, f"{LOCATIONS}/S1/{evse['uid']}").json()["data"] == evse
    assert ask(published, f"{LOCATIONS}/S1/{evse['uid']}/1").json()["data"] == evse["connectors"][0]
    for missing in ("S2", "S1/other", f"S1/{evse['uid']}/9", "station:1", "station:99999999999999999"):
        assert ask(published, f"{LOCATIONS}/{missing}", 404).json()["status_code"] == 2003


@pytest.mark.parametrize("label", [None, "a/b", "x" * 37, "Straße"])
def test_every_location_can_be_asked_for_by_its_id(published: PublicationService, label: str | None) -> None:
    published.put(point(2, charging_station_id=label), point(9, charging_station_id="1", owner="A", cpo="A"),
                  point(10, charging_station_id="1", owner="B", cpo="B"))
    for location in ask(published, LOCATIONS).json()["data"]:
        assert len(location["id"]) <= 36
        assert ask(published, f"{LOCATIONS}/{location['id']}").json()["data"] == location
        for evse in location["evses"]:
            assert ask(published, f"{LOCATIONS}/{location['id']}/{evse['uid']}").json()["data"] == evse


def test_pages_hang_together_and_miss_nothing(published: PublicationService) -> None:
    published.put(*(point(number) for number in range(21)))
    seen: list[str] = []
    at: str | None = f"{LOCATIONS}?limit=4&kw=100-"
    while at:
        answer = ask(published, at)
        assert (answer.headers["x-total-count"], answer.headers["x-limit"]) == ("11", "1000")
        seen += names(answer)
        at = answer.links.get("next", {}).get("url")
    assert seen == [f"S{number}" for number in range(11)], "in the order in which they came"
    assert names(ask(published, f"{LOCATIONS}?offset=9&limit=100000")) == ["S9", "S10"]
    beyond = ask(published, f"{LOCATIONS}?offset=99999999")
    assert (names(beyond), beyond.headers["x-total-count"], "link" in beyond.headers) == ([], "11", False)


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=x", "offset=-1", "offset=1e3", "date_from=yesterday",
                                   "date_to=2026-13-01", "date_from=0001-01-01T00:00:00%2B14:00", "plugg=CCS", "kw=x"])
def test_what_cannot_be_read_is_refused_in_words(published: PublicationService, query: str) -> None:
    body = ask(published, f"{LOCATIONS}?{query}", 400).json()
    assert body["status_code"] == 2001
    assert query.partition("=")[0].rstrip("g") in body["status_message"]


def test_dates_select_what_was_updated_then(published: PublicationService) -> None:
    day = datetime(2025, 1, 10, tzinfo=UTC)
    published.put(*(point(2 * number, update_date=day + timedelta(days=number)) for number in range(5)))

    def between(**dates: str) -> list[str]:
        return names(ask(published, f"{LOCATIONS}?{'&'.join(f'{name}={value}' for name, value in dates.items())}"))

    assert between(date_from="2025-01-12T00:00:00Z") == ["S2", "S3", "S4"]
    assert between(date_to="2025-01-12T00:00:00Z") == ["S0", "S1"]
    assert between(date_from="2025-01-11T00:00:00", date_to="2025-01-13T00:00:00.000Z") == ["S1", "S2"]
    assert between(date_from="2025-01-14T01:00:00%2B01:00") == ["S4"]


def test_what_has_come_since_is_told_whatever_its_own_date(published: PublicationService) -> None:
    """A file of last year that was imported a minute ago is new to whoever has asked before."""
    old = datetime(2024, 1, 1, tzinfo=UTC)
    published.put(point(2, update_date=old))
    ask(published, LOCATIONS)
    asked_at = published.clock.go_on(60)
    published.put(point(4, update_date=old))
    answer = ask(published, f"{LOCATIONS}?date_from={asked_at:%Y-%m-%dT%H:%M:%SZ}")
    assert names(answer) == ["S2"]
    later = published.clock.go_on(60)
    assert names(ask(published, f"{LOCATIONS}?date_from={later:%Y-%m-%dT%H:%M:%SZ}")) == []
    set_status(published, 2, Status.IN_USE)
    published.clock.go_on(1)
    assert names(ask(published, f"{LOCATIONS}?date_from={later:%Y-%m-%dT%H:%M:%SZ}")) == ["S1"]


def test_a_page_travels_packed_for_who_takes_it_so(published: PublicationService) -> None:
    published.put(*(point(number) for number in range(40)))
    packed, plain = (ask(published, LOCATIONS, accept_encoding=coding) for coding in ("gzip", "identity"))
    assert packed.json()["data"] == plain.json()["data"]
    assert int(packed.headers["content-length"]) * 3 < int(plain.headers["content-length"])


def priced(number: int, *prices: Price, **conditions: object) -> OfferedPoint:
    return point(number, update_date=datetime(2025, 3, 1, tzinfo=UTC),
                 conditions=Conditions(prices=prices, **conditions))  # type: ignore[arg-type]


ENERGY = Price(per="kWh", amount=0.59, currency="EUR", adhoc=True, tax=True)


def test_connectors_name_the_tariffs_that_can_be_read(published: PublicationService) -> None:
    published.put(priced(2, ENERGY, Price(per="minute", amount=0.05, currency="EUR", adhoc=True, tax=True)), priced(3, ENERGY),
                  priced(4, ENERGY), priced(5, free=True), priced(6), priced(7, Price(per="kWh", amount=0.3, currency="EUR",
                                                                                       limited=True)))
    details = ask(published, "/ocpi/2.2.1").json()["data"]
    [url] = [one["url"] for one in details["endpoints"] if (one["identifier"], one["role"]) == ("tariffs", "SENDER")]
    answer = ask(published, url)
    tariffs = {one["id"]: one for one in answer.json()["data"]}
    assert (len(tariffs), answer.headers["x-total-count"]) == (3, "3")
    found = {evse["evse_id"]: [connector.get("tariff_ids") for connector in evse["connectors"]]
             for location in ask(published, LOCATIONS).json()["data"] for evse in location["evses"]}
    assert found["DE*ABC*E3"] == found["DE*ABC*E4"]
    assert found["DE*ABC*E6"] == found["DE*ABC*E7"] == [None], "no price is known, or not when it holds"
    [[both], [one], [free]] = (found[f"DE*ABC*E{number}"][0] for number in (2, 3, 5))
    assert tariffs[one] | {"id": "", "last_updated": ""} == {
        "country_code": "DE", "party_id": "ABC", "id": "", "currency": "EUR", "type": "AD_HOC_PAYMENT", "tax_included": "YES",
        "elements": [{"price_components": [{"type": "ENERGY", "price": 0.59, "step_size": 1}]}], "last_updated": ""}
    assert [(part["type"], part["price"]) for part in tariffs[both]["elements"][0]["price_components"]] == [
        ("ENERGY", 0.59), ("TIME", 3.0)], "time is told by the hour"
    assert tariffs[free]["elements"] == [{"price_components": [{"type": "ENERGY", "price": 0.0, "step_size": 1}]}]
    assert all(len(id) <= 36 for id in tariffs)


def test_tariffs_come_in_pages_for_any_filter_and_as_they_change(published: PublicationService) -> None:
    published.put(*(priced(number, Price(per="kWh", amount=number / 10, currency="EUR")) for number in range(1, 6)))
    first = ask(published, f"{TARIFFS}?limit=3")
    rest = ask(published, first.links["next"]["url"])
    ids = [one["id"] for answer in (first, rest) for one in answer.json()["data"]]
    assert len(set(ids)) == 5
    assert "next" not in rest.links
    assert ask(published, f"{TARIFFS}?bbox=0,0,1,1").json()["data"] == []
    assert ask(published, f"{TARIFFS}?limit=x", 400).json()["status_code"] == 2001
    before = f"{published.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    published.put(priced(1, Price(per="kWh", amount=0.77, currency="EUR")))
    [new] = ask(published, f"{TARIFFS}?date_from={before}").json()["data"]
    assert new["elements"][0]["price_components"][0]["price"] == 0.77
    assert len(ask(published, TARIFFS).json()["data"]) == 5
    assert new["id"] not in [one["id"] for one in ask(published, f"{TARIFFS}?date_to={before}").json()["data"]]
