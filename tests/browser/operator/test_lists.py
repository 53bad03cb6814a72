"""Sessions and members: what is there, and what leaves as a file."""

import csv
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit
from tests.browser.operator.pages import PAGES, sign_in
from tests.browser.seen import finds_nothing
from tests.operator.sums import usage_of
from wirelane_geo.api import WirelaneClient
from wirelane_geo.ui.text import Texts

BERLIN = ZoneInfo("Europe/Berlin")


def days_of(page: Page) -> tuple[date, date]:
    """The range of days that the sessions page shows."""
    text = re.sub(r"\s", "", page.get_by_test_id("stDateInput").inner_text())
    since, until = re.findall(r"\d{4}-\d\d-\d\d", text)
    return date.fromisoformat(since), date.fromisoformat(until)


def test_the_totals_are_those_of_all_sessions_of_the_filters(enter: Visit, client: WirelaneClient) -> None:
    page = enter("sessions")
    figures = page.locator(".wl-tiles .wl-figure")
    expect(figures.first).to_be_visible()
    since, until = days_of(page)
    start, end = datetime.combine(since, time(), BERLIN), datetime.combine(until + timedelta(days=1), time(), BERLIN)
    usage = usage_of(client.sessions(since=start, until=end - timedelta(seconds=1)), BERLIN)
    english = Texts("en")
    money = [english.money(amount, currency)
             for currency, amount in sorted(usage.revenue.items(), key=lambda one: -one[1])]
    assert usage.sessions > 50
    assert figures.all_inner_texts()[:2] == [english.number(usage.sessions), f"{english.number(float(usage.kwh))} kWh"]
    assert [text for text in figures.all_inner_texts() if "EUR" in text or "CHF" in text] == money
    expect(page.locator(".wl-bars li")).to_have_count(7)
    expect(page.locator(".wl-heat tbody td")).to_have_count(7 * 24)
    expect(page.locator(".wl-of-sessions tbody tr")).to_have_count(50)
    newest = max(s.session_begin for s in client.sessions(limit=50, order_by="sessionBegin", order_direction="desc")
                 if s.session_begin)
    expect(page.locator(".wl-of-sessions .wl-link").first).to_have_text(f"{newest.astimezone(BERLIN):%Y-%m-%d %H:%M}")


def test_a_filter_holds_for_totals_table_and_file(enter: Visit, client: WirelaneClient, tmp_path: Path) -> None:
    page = enter("sessions")
    expect(page.locator(".wl-of-sessions")).to_be_visible()
    label = next(iter(client.sessions(status="closed", order_by="sessionBegin", order_direction="desc"))).charge_point_id
    page.get_by_label("Charge point", exact=True).fill(str(label))
    page.keyboard.press("Enter")
    since, until = days_of(page)
    start, end = datetime.combine(since, time(), BERLIN), datetime.combine(until + timedelta(days=1), time(), BERLIN)
    wanted = list(client.sessions(charge_point_id=[str(label)], since=start, until=end - timedelta(seconds=1)))
    expect(page.locator(".wl-figure").first).to_have_text(str(len(wanted)))
    expect(page.locator(".wl-of-sessions tbody tr")).to_have_count(len(wanted))
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    download.value.save_as(tmp_path / "sessions.csv")
    with (tmp_path / "sessions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["session_id"] for row in rows} == {session.session_id for session in wanted}
    assert sum(Decimal(row["price"] or 0) for row in rows) == sum(s.price or 0 for s in wanted)
    assert download.value.url.startswith("blob:")  # no address of the server's
    assert page.url.endswith("/sessions")


def test_a_session_leads_to_its_station_on_the_map(enter: Visit) -> None:
    page = enter("sessions")
    page.locator(".wl-of-sessions .wl-link").first.click()
    street = page.locator(".wl-of-sessions tr.wl-on td").nth(1).inner_text().splitlines()[0]
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Station on the map").click()
    expect(opened.value.locator("#wl-details-title")).to_have_text(street)
    assert page.get_by_text("Signed in as demo").is_visible()


def test_the_table_is_sorted_and_paged_over_the_whole_list(enter: Visit, client: WirelaneClient) -> None:
    page = enter("sessions")
    page.get_by_role("button", name="Sort by Energy").or_(page.locator("#sort-kwh")).first.click()
    expect(page.locator("th[aria-sort=descending] #sort-kwh")).to_be_visible()
    since, until = days_of(page)
    start, end = datetime.combine(since, time(), BERLIN), datetime.combine(until + timedelta(days=1), time(), BERLIN)
    most = max(s.kwh or 0 for s in client.sessions(since=start, until=end - timedelta(seconds=1)))
    expect(page.locator(".wl-of-sessions tbody .wl-number").first).to_have_text(f"{Texts('en').number(most, 2)} kWh")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".wl-pager")).to_contain_text("51–100 of")


def test_members_are_found_and_one_is_shown_in_full(enter: Visit, client: WirelaneClient) -> None:
    page = enter("members")
    total = len(list(client.members()))
    expect(page.locator(".wl-pager")).to_contain_text(f"1–50 of {total}")
    member = next(m for m in client.members() if m.status == "active" and m.account and m.account.account_id
                  and len(client.payment_methods(m.account.account_id)) > 0)
    assert member.account is not None
    page.get_by_label("Search").fill(str(member.email))
    page.keyboard.press("Enter")
    expect(page.locator(".wl-of-members tbody tr")).to_have_count(1)
    page.locator(".wl-of-members .wl-link").click()
    details = page.locator(".wl-more")
    expect(details).to_contain_text(str(member.account.account_id))
    subscription = client.subscription(str(member.account.account_id))
    assert subscription.current_period is not None
    assert subscription.current_period.plan is not None
    expect(details).to_contain_text(str(subscription.current_period.plan.name))
    for method in client.payment_methods(str(member.account.account_id)):
        expect(details).to_contain_text(str(method.label))
    assert "@" not in page.url


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800), (1920, 1080)])
def test_every_page_fits_the_window(
    visit: Visit, demo: Server, account: dict[str, str], width: int, height: int
) -> None:
    for path in PAGES:
        page = visit(f"{demo.url}/{path}", width=width, height=height)
        sign_in(page, account["username"], account["password"])
        expect(page.locator(".wl-table")).to_be_visible()
        finds_nothing(page, """() => [...document.querySelectorAll('html, [data-testid=stMain], .wl-wide')]
            .filter(element => element.scrollWidth > element.clientWidth).map(element => element.className)""")
