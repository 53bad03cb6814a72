"""An account of 2026, end to end: the map, a driver's prices, what changes, and the operator's page, on the embedded service."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Server, Visit, start_server, stop_server
from tests.server.serving import Service, serving
from wirelane_geo.api import WirelaneClient, encode
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargePointGroup,
    ChargingType,
    EventLog,
    PlugType,
    PointId,
    Status,
)
from wirelane_geo.operator.audit import AuditLog

VIEW = "?lat=52.52&lon=13.405&zoom=13"


def _point(station: int, place: int) -> ChargePoint:
    fast = station % 2 == 0
    return ChargePoint(
        id=PointId(f"{station:016x}{place:016x}"), charge_point_id=f"P{station}-{place}", charging_station_id=f"S.{station}",
        evseid=f"DE*TST*E{station}*{place}", cpo="Strom", plug_types=(PlugType.CCS if fast else PlugType.TYPE_2,),
        charging_type=ChargingType.DC if fast else ChargingType.AC, power=150.0 if fast else 22.0, status=Status.FREE,
        authentication_types=(AuthenticationType.card,), street="Teststraße", house_number=str(station), zip_code="10115",
        city="Berlin", country="DE", longitude=13.40 + station / 500, latitude=52.52 + station / 1000, timezone="Europe/Berlin",
        charging_group=(ChargePointGroup(id=43 if fast else 41),), update_date=datetime(2026, 6, 8, tzinfo=UTC))


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("upstream")) as service:
        service.store.upsert([_point(station, place) for station in range(6) for place in (1, 2)], "demo")
        yield service


@pytest.fixture(scope="module")
def account(upstream: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An application on that account, which looks for changes each half second."""
    process, server = start_server(tmp_path_factory.mktemp("account"), **settings(upstream, "/apis/2026/emc"))
    yield server
    stop_server(process)


def settings(upstream: Service, path: str) -> dict[str, str]:
    own = upstream.credentials
    return {"WIRELANE_ENVIRONMENT": "production", "WIRELANE_API_URL": f"{upstream.url}{path}",
            "WIRELANE_TOKEN_URL": f"{upstream.url}/token", "WIRELANE_ORGANIZATION": own.organization,
            "WIRELANE_CLIENT_ID": own.client_id, "WIRELANE_CLIENT_SECRET": own.client_secret, "WIRELANE_USERNAME": own.username,
            "WIRELANE_PASSWORD": own.password, "WIRELANE_GEO_REFRESH_SECONDS": "0.5",
            "WIRELANE_GEO_WEBHOOK_SECRET": "webhook-secret-of-tests"}


def test_the_map_pans_filters_and_opens_a_station_with_its_price(open_page: OpenPage, account: Server) -> None:
    page = open_page(VIEW, base=account.url)
    expect(page.locator(".wl-counts")).to_contain_text("12")
    far = open_page("?lat=48.1&lon=11.5&zoom=13", base=account.url)
    expect(far.locator(".wl-counts")).not_to_contain_text("12")
    filtered = open_page(f"{VIEW}&plug=CCS", base=account.url)
    expect(filtered.locator(".wl-counts")).to_contain_text("6")
    station = open_page(f"{VIEW}&station={_point(2, 1).id}", base=account.url, until=".wl-sheet")
    sheet = station.locator(".wl-sheet")
    expect(sheet).to_contain_text("Teststraße 2")
    expect(sheet).to_contain_text("0.79 EUR a kWh")
    expect(sheet).to_contain_text("0.35 EUR a session")
    expect(sheet).to_contain_text("from 2025-01-01")
    german = open_page(f"{VIEW}&station={_point(1, 1).id}&lang=de", base=account.url, until=".wl-sheet")
    expect(german.locator(".wl-sheet")).to_contain_text("0,54 EUR je kWh")
    expect(german.locator(".wl-sheet")).to_contain_text("0,02 EUR je Minute (nach 4 h)")


def test_a_change_upstream_shows_by_itself_and_by_a_webhook(open_page: OpenPage, account: Server, upstream: Service) -> None:
    page = open_page(f"{VIEW}&station={_point(4, 1).id}", base=account.url, until=".wl-sheet")
    expect(page.locator(".wl-sheet")).to_contain_text("Free")
    upstream.store.set_statuses({_point(4, n).id or PointId(""): Status.FAULTED for n in (1, 2)}, at=datetime.now(UTC))
    expect(page.locator(".wl-sheet")).to_contain_text("Faulted")
    own = upstream.credentials
    with WirelaneClient(f"{upstream.url}/apis/2026/emc", f"{upstream.url}/token", own.organization, own.client_id,
                        own.client_secret, own.username, own.password, dialect="2026") as client:
        number = next(station.id for station in client.stations() if station.station_id == "S.4")
    # Dated so far back that asking for changes would not find it: only the webhook tells.
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    upstream.store.set_statuses({_point(4, n).id or PointId(""): Status.RESERVED for n in (1, 2)}, at=long_ago)
    event = EventLog(id="E-1", resource_type="charging_station", resource_id=str(number), action="updated")
    answer = httpx.post(f"{account.url}/webhooks/wirelane", content=encode(event),
                        headers={"X-Wirelane-Secret": "webhook-secret-of-tests", "Content-Type": "application/json"})
    assert answer.json() == {"result": "accepted"}
    expect(page.locator(".wl-sheet")).to_contain_text("Reserved")


def test_a_server_of_2023_gets_its_sentence_not_an_empty_map(visit: Visit, upstream: Service, tmp_path: Path) -> None:
    process, server = start_server(tmp_path, **settings(upstream, "/apis/emc"))
    try:
        for locale, said in (("en-GB", "Set WIRELANE_API_DIALECT=2023."), ("de-DE", "Bitte WIRELANE_API_DIALECT=2023 setzen.")):
            page = visit(f"{server.url}/?lat=52.52&lon=13.405&zoom=13&lang={locale[:2]}", locale=locale)
            expect(page.get_by_text(said)).to_be_visible()
    finally:
        stop_server(process)


def test_an_operator_looks_after_a_station_and_resets_it_once_sure(
    visit: Visit, account: Server, upstream: Service
) -> None:
    page = visit(f"{account.url}/charge-points", height=900)
    page.get_by_label("User name").fill(upstream.credentials.username)
    page.get_by_label("Password", exact=True).fill(upstream.credentials.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("no operation that writes charge points")).to_be_visible()
    assert page.get_by_role("button", name="New charge point").count() == 0
    page.get_by_role("button", name="Open station S.2").click()
    expect(page.get_by_role("heading", name="S.2")).to_be_visible()
    expect(page.get_by_text("P2-1")).to_be_visible()
    page.get_by_text("Connection", exact=True).click()
    expect(page.get_by_text("OCPP server")).to_be_visible()
    page.get_by_text("Maintenance", exact=True).click()
    expect(page.get_by_text("Planned until")).to_be_visible()
    page.get_by_text("Cases", exact=True).click()
    page.get_by_text("Messages", exact=True).click()
    expect(page.get_by_text("Kinds of messages")).to_be_visible()
    page.get_by_text("Remote control", exact=True).click()
    page.locator(".st-key-station-reset").get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Station S.2 (Teststraße 2, 10115 Berlin) will be started anew.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    page.locator(".st-key-station-reset").wait_for()
    assert AuditLog(account.data).last(9) == []
    page.locator(".st-key-station-unlock").get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Connector P2-1 of station S.2")).to_be_visible()
    page.get_by_role("button", name="Unlock now").click()
    expect(page.get_by_text("The platform has taken it")).to_be_visible()
    [entry] = AuditLog(account.data).last(9)
    assert (entry.who, entry.what, entry.station, entry.failed) == (upstream.credentials.username, "unlock P2-1", "S.2", False)
    expect(page.get_by_text("Unlocking P2-1")).to_be_visible()
    assert upstream.credentials.password not in json.dumps((account.data / "audit.jsonl").read_text())
