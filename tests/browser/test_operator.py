"""The operator's pages in a browser: who gets in, what is there, what leaves, and what is left after signing out."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.api.upstream import Upstream, reply, serving
from tests.browser.conftest import PATIENCE_MS, Server, start_server, stop_server
from tests.browser.seen import Traffic, unnamed
from tests.operator.sums import usage_of
from wirelane_geo.api import WirelaneClient
from wirelane_geo.model import ChargePoint
from wirelane_geo.ui.text import Texts

PAGES = ("sessions", "members", "charge-points")
BERLIN = ZoneInfo("Europe/Berlin")
PERSONAL = (b"@example.com", b"DEMOTENANT-", b"SERIAL")

Visit = Callable[..., Page]

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application on a small demo network, which has members and sessions."""
    process, server = start_server(tmp_path_factory.mktemp("demo"), WIRELANE_GEO_DEMO_STATIONS="60")
    yield server
    stop_server(process)


@pytest.fixture(scope="module")
def account(demo: Server) -> dict[str, str]:
    """The demo account, as `wirelane-geo credentials` prints it."""
    return dict(json.loads((demo.data / "credentials.json").read_bytes()))


@pytest.fixture(scope="module")
def client(demo: Server, account: dict[str, str]) -> Iterator[WirelaneClient]:
    """What the pages show, asked for over HTTP."""
    with WirelaneClient(f"{demo.url}/apis/emc", f"{demo.url}/token", account["organization"], account["client_id"],
                        account["client_secret"], account["username"], account["password"]) as client:
        yield client


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """`visit(url, traffic=, **context)`: a page in a context of its own. An exception in a page's script fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def visited(url: str, *, traffic: Traffic | None = None, **options: object) -> Page:
        given: dict[str, object] = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce",
                                    "viewport": {"width": 1280, "height": 800}}
        context = chromium.new_context(**given | options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if traffic:
            page.on("websocket", traffic.follow)
        page.goto(url)
        return page

    yield visited
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def enter(visit: Visit, demo: Server, account: dict[str, str]) -> Visit:
    """`enter(path)`: a page of the demo, signed in."""
    def entered(path: str, **options: object) -> Page:
        page = visit(f"{demo.url}/{path}", **options)
        sign_in(page, account["username"], account["password"])
        expect(page.get_by_text("Signed in as demo")).to_be_visible()
        return page
    return entered


def opens(page: Page, name: str) -> None:
    """Go to another of the pages, in the same session."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_test_id("stMain").get_by_role("heading", level=1)).to_have_text(name)


def days_of(page: Page) -> tuple[date, date]:
    """The range of days that the sessions page shows."""
    text = re.sub(r"\s", "", page.get_by_test_id("stDateInput").inner_text())
    since, until = re.findall(r"\d{4}-\d\d-\d\d", text)
    return date.fromisoformat(since), date.fromisoformat(until)


@pytest.mark.parametrize("path", [*PAGES, "members?lang=en&member=1&station=x"])
def test_nobody_gets_in_without_signing_in(visit: Visit, demo: Server, path: str) -> None:
    traffic = Traffic()
    page = visit(f"{demo.url}/{path}", traffic=traffic)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    for name in ("Sessions", "Members", "Charge points"):
        page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text(f"{name} are for people with a Wirelane account")).to_be_visible()
    assert page.locator(".wl-table, .wl-tiles").count() == 0
    assert page.get_by_role("button", name="Sign out").count() == 0
    assert [secret for secret in PERSONAL for sent in traffic.sent if secret in sent] == []


def test_a_wrong_password_is_said_and_stays_nowhere(visit: Visit, demo: Server) -> None:
    page = visit(f"{demo.url}/sessions")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Give user name and password.")).to_be_visible()
    sign_in(page, "demo", "wrong-pass-4711")
    expect(page.get_by_text("User name or password is not right.")).to_be_visible()
    assert page.locator(".wl-table, .wl-tiles").count() == 0
    assert "4711" not in page.url + page.content()
    assert "4711" not in "".join(demo.printed)


def test_the_words_of_streamlit_are_german_where_ours_are(visit: Visit, demo: Server) -> None:
    page = visit(f"{demo.url}/sessions", locale="de-DE")
    page.get_by_label("Passwort", exact=True).fill("x")
    page.get_by_role("button", name="Passwort zeigen").click()
    page.get_by_role("button", name="Passwort verbergen").wait_for()
    expect(page.get_by_text("Enter sendet ab")).to_be_visible()
    assert page.locator("[aria-label='Collapse sidebar'], [aria-label='Hide password']").count() == 0


def test_the_language_stays_on_all_pages_and_in_the_way_to_the_map(visit: Visit, demo: Server) -> None:
    page = visit(f"{demo.url}/sessions?lang=en")
    page.get_by_role("button", name="Deutsch").click()
    page.get_by_role("button", name="Anmelden").wait_for()
    page.reload()
    page.get_by_role("button", name="Anmelden").wait_for()
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name="Mitglieder", exact=True).click()
    page.get_by_role("main", name="Mitglieder").wait_for()
    sidebar.get_by_role("link", name="Karte", exact=True).click()
    page.get_by_placeholder("Ort, Adresse oder EVSE-ID suchen").wait_for()
    page.go_back()
    page.get_by_role("main", name="Mitglieder").wait_for()
    page.get_by_role("button", name="Anmelden").wait_for()


def test_everything_that_can_have_the_focus_has_a_name(visit: Visit, demo: Server, enter: Visit) -> None:
    page = visit(f"{demo.url}/members")
    page.get_by_role("main", name="Members").wait_for()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert unnamed(page) == []
    page = enter("sessions")
    for name, table in (("Sessions", ".wl-of-sessions"), ("Members", ".wl-of-members"), ("Charge points", ".wl-of-points")):
        opens(page, name)
        row = page.locator(f"{table} tbody button").first
        row.wait_for()
        assert unnamed(page) == []
        row.click()
        page.locator(".wl-more, .stForm").first.wait_for()
        assert unnamed(page) == []


CONTRAST = """element => {
    let opacity = 1, ground;
    for (let one = element; one; one = one.parentElement) {
        const {backgroundColor, opacity: part} = getComputedStyle(one);
        if (!ground && !/, 0\\)$|transparent/.test(backgroundColor)) ground = backgroundColor;
        opacity *= part;
    }
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number), below = numbers(ground);
    const [r, g, b, a = 1] = numbers(getComputedStyle(element).color);
    const seen = [r, g, b].map((part, i) => part * a * opacity + below[i] * (1 - a * opacity));
    const linear = part => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const [dark, bright] = [light(seen), light(below)].sort((one, other) => one - other);
    return (bright + 0.05) / (dark + 0.05);
}"""
"""The contrast of an element's text against what is behind it, as WCAG 2 has it."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_hints_beside_the_sign_in_can_be_read(visit: Visit, demo: Server, scheme: str) -> None:
    page = visit(f"{demo.url}/sessions", color_scheme=scheme)
    hints = page.get_by_test_id("stCaptionContainer").locator("p, code")
    expect(hints).to_have_count(3)
    page.wait_for_function("dark => (getComputedStyle(document.querySelector('.stApp')).colorScheme === 'dark') === dark",
                           arg=scheme == "dark")
    button = page.get_by_role("button", name="Sign in").locator("p")
    assert min(text.evaluate(CONTRAST) for text in [*hints.all(), button]) >= 4.5


def test_guessing_ends_in_a_wait_that_is_said(visit: Visit, demo: Server, account: dict[str, str]) -> None:
    form = {"grant_type": "password", "client_id": account["client_id"], "client_secret": account["client_secret"],
            "username": "eve"}
    while httpx.post(f"{demo.url}/token", data=form | {"password": "a guess"}).status_code == 401:
        pass
    page = visit(f"{demo.url}/sessions")
    sign_in(page, "eve", "another guess")
    expect(page.get_by_text(re.compile(r"Too many attempts to sign in were wrong\. Try again in \d+ seconds\."))).to_be_visible()
    sign_in(page, account["username"], account["password"])
    expect(page.get_by_text("Signed in as demo")).to_be_visible()


def test_one_visitor_signing_in_lets_no_other_in(enter: Visit, visit: Visit, demo: Server) -> None:
    first = enter("members")
    expect(first.locator(".wl-table")).to_be_visible()
    second = visit(f"{demo.url}/members")
    expect(second.get_by_role("button", name="Sign in")).to_be_visible()
    assert second.locator(".wl-table").count() == 0


def test_a_reload_and_another_page_of_the_same_browser_stay_signed_in(enter: Visit, demo: Server) -> None:
    page = enter("members")
    expect(page.locator(".wl-table")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Signed in as demo")).to_be_visible()
    expect(page.locator(".wl-table")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{demo.url}/sessions")
    expect(other.get_by_text("Signed in as demo")).to_be_visible()
    [cookie] = [one for one in page.context.cookies() if one["name"] == "wirelane_geo_sign_in"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)
    assert cookie["value"] not in page.evaluate("document.cookie + Object.values(localStorage) + Object.values(sessionStorage)")


def test_what_one_page_does_the_others_of_the_browser_know(visit: Visit, demo: Server, account: dict[str, str]) -> None:
    page = visit(f"{demo.url}/members")
    other = page.context.new_page()
    other.goto(f"{demo.url}/charge-points")
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    sign_in(page, account["username"], account["password"])
    expect(page.locator(".wl-table")).to_be_visible()
    expect(other.locator(".wl-table")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(other.get_by_text("Your sign-in is not valid any more")).to_be_visible()
    assert other.locator(".wl-table").count() == 0
    assert [one for one in page.context.cookies() if one["name"] == "wirelane_geo_sign_in"] == []


def test_a_page_that_nobody_touches_shows_nothing_any_more(visit: Visit, tmp_path: Path) -> None:
    process, server = start_server(tmp_path, WIRELANE_GEO_DEMO_STATIONS="40", WIRELANE_GEO_IDLE_MINUTES="0.1")
    try:
        own = json.loads((server.data / "credentials.json").read_bytes())
        page = visit(f"{server.url}/members")
        sign_in(page, own["username"], own["password"])
        expect(page.locator(".wl-table")).to_be_visible()
        expect(page.get_by_text("Your sign-in is not valid any more. Sign in again.")).to_be_visible()
        assert page.locator(".wl-table").count() == 0
        sign_in(page, own["username"], own["password"])
        expect(page.locator(".wl-table")).to_be_visible()
    finally:
        stop_server(process)


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
    assert page.locator(".wl-bars li").count() == 7
    assert page.locator(".wl-heat tbody td").count() == 7 * 24
    assert page.locator(".wl-of-sessions tbody tr").count() == 50
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


def test_a_change_is_shown_before_it_is_saved_and_on_the_map_at_once(
    enter: Visit, visit: Visit, demo: Server, client: WirelaneClient
) -> None:
    point = client.points(limit=1, order_by="evseid")[0]
    page = enter("charge-points")
    page.get_by_label("Search").first.fill(str(point.evseid))
    page.keyboard.press("Enter")
    page.locator(".wl-of-points").get_by_role("button", name=f"Edit {point.charge_point_id}", exact=True).click()
    page.get_by_label("Power, kW").fill("minus")
    page.get_by_label("Operator (CPO)").fill("Neustrom <b>")
    page.get_by_label("Operator (CPO)").press("Tab")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Power, kW: expected a number.")).to_be_visible()
    page.get_by_label("Power, kW").fill("77,5")
    page.get_by_label("Power, kW").press("Tab")
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator(".wl-changes tbody tr")).to_have_count(2)
    expect(page.locator(".wl-changes ins")).to_have_text(["Neustrom <b>", "77.5"])
    assert client.point(str(point.id)).power == point.power
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    saved = client.point(str(point.id))
    assert (saved.power, saved.cpo, saved.latitude, saved.owner) == (77.5, "Neustrom <b>", point.latitude, point.owner)
    link = str(page.get_by_role("link", name="See it on the map").get_attribute("href"))
    public = visit(f"{demo.url}/{link.removeprefix('./')}")
    expect(public.locator(".wl-points")).to_contain_text("77.5 kW")


def test_a_new_point_is_made_where_the_cross_is(enter: Visit, client: WirelaneClient) -> None:
    page = enter("charge-points")
    page.get_by_role("button", name="New charge point").click()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    page.get_by_label("Operator (CPO)").fill("Typed before")
    page.get_by_role("button", name="Take this place").click()
    expect(page.get_by_label("Latitude, degrees")).not_to_have_value("")
    expect(page.get_by_label("Operator (CPO)")).to_have_value("Typed before")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Label (charge_point_id): is needed.")).to_be_visible()
    page.get_by_label("Label (charge_point_id)").fill("BRAND-NEW-1")
    page.get_by_label("Label (charge_point_id)").press("Tab")
    lat, lon = (float(page.get_by_label(label).input_value()) for label in ("Latitude, degrees", "Longitude, degrees"))
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator(".wl-changes")).to_contain_text("BRAND-NEW-1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    made = client.point("BRAND-NEW-1", type="charge_point_id")
    assert (made.latitude, made.longitude, made.cpo) == (lat, lon, "Typed before")


def edits(page: Page, demo: Server, point: ChargePoint) -> Page:
    """The page, with the form of a point."""
    page.goto(f"{demo.url}/charge-points?point={point.id}")
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    return page


def test_the_second_of_two_editors_is_told_and_chooses_and_nothing_is_lost(
    enter: Visit, demo: Server, client: WirelaneClient
) -> None:
    point = client.points(limit=1, order_by="evseid", order_direction="desc")[0]
    page = edits(enter("charge-points"), demo, point)
    other = edits(page.context.new_page(), demo, point)
    other.get_by_label("Power, kW").fill("33")
    other.get_by_label("Street").fill("Their Street")
    page.get_by_label("Power, kW").fill("44")
    page.get_by_label("City").fill("My City")
    for each in (other, page):
        each.get_by_role("button", name="Review changes").click()
        expect(each.locator(".wl-changes tbody tr")).to_have_count(2)
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved: somebody else has changed this charge point meanwhile")).to_be_visible()
    assert (client.point(str(point.id)).power, client.point(str(point.id)).city) == (33, point.city)
    expect(page.get_by_text("Theirs: 33")).to_be_visible()
    expect(page.get_by_text("Yours: 44")).to_be_visible()
    expect(page.locator(".wl-others ins")).to_have_text(["Their Street"])
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Choose one of the two values.")).to_be_visible()
    page.get_by_text("Yours: 44").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    saved = client.point(str(point.id))
    assert (saved.power, saved.city, saved.street) == (44, "My City", "Their Street")


def test_what_is_wrong_stands_at_its_field_and_the_first_one_has_the_focus(
    enter: Visit, demo: Server, client: WirelaneClient
) -> None:
    points = client.points(limit=2, order_by="evseid")
    page = edits(enter("charge-points"), demo, points[0])
    for label, text in (("Power, kW", "much"), ("Opening hours", "Mo-Fr 25:00-30:00"), ("EVSE ID", "nonsense")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Nothing is saved yet: 3 fields need another look.")).to_be_visible()
    for name, label in (("power", "Power, kW"), ("opening_hours", "Opening hours"), ("evseid", "EVSE ID")):
        expect(page.locator(f".st-key-field-{name} .wl-wrong")).to_contain_text(label)
        expect(page.locator(f".st-key-field-{name} input")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f".st-key-field-{name} input")).to_have_attribute("aria-describedby", f"wl-wrong-{name}")
    expect(page.get_by_label("EVSE ID", exact=True)).to_be_focused()
    for label, text in (("Power, kW", "11"), ("Opening hours", "on request"), ("EVSE ID", str(points[1].evseid))):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("another charge point has this EVSE ID")).to_be_visible()
    expect(page.locator(".wl-wrong")).to_have_count(1)
    expect(page.locator(".st-key-field-power input")).not_to_have_attribute("aria-invalid", "true")


def test_what_was_typed_is_not_lost_unasked(enter: Visit, client: WirelaneClient) -> None:
    page = enter("charge-points")
    asked: list[str] = []
    answers = {"leave": False}

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept() if answers["leave"] else dialog.dismiss()

    page.on("dialog", answer)
    page.locator(".wl-of-points tbody button").first.click()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    page.go_back()
    expect(page.locator(".wl-of-points")).to_be_visible()
    assert asked == [], "nothing was typed"
    page.locator(".wl-of-points tbody button").first.click()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    address, point = page.url, client.point(page.url.rpartition("=")[2])
    power = page.get_by_label("Power, kW")
    power.fill("77")
    ways = (lambda: page.get_by_test_id("stSidebar").get_by_role("link", name="Members", exact=True).click(),
            lambda: page.get_by_role("button", name="Back to the list").click(),
            lambda: page.get_by_role("button", name="Sign out").click(),
            lambda: page.evaluate("history.back()"),
            lambda: page.evaluate("setTimeout(() => location.reload())"))
    for number, way in enumerate(ways, 1):
        way()
        page.wait_for_function("() => true")
        page.get_by_label("City").click()
        assert len(asked) == number, asked
        expect(power).to_have_value("77")
        assert page.url == address
    assert asked == ["confirm"] * 4 + ["beforeunload"]
    answers["leave"] = True
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".wl-of-points")).to_be_visible()
    assert len(asked) == 6
    assert client.point(str(point.id)).power == point.power


def test_back_and_forward_go_through_the_steps_of_editing(enter: Visit, client: WirelaneClient) -> None:
    page = enter("members")
    opens(page, "Charge points")
    page.locator(".wl-of-points tbody button").first.click()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    page.get_by_label("City").fill("Typed City")
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator(".wl-changes")).to_contain_text("Typed City")
    page.go_back()
    expect(page.get_by_label("City")).to_have_value("Typed City")
    page.once("dialog", lambda dialog: dialog.accept())
    page.go_back()
    expect(page.locator(".wl-of-points")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("stMain").get_by_role("heading", level=1)).to_have_text("Members")
    page.go_forward()
    expect(page.locator(".wl-of-points")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    expect(page.get_by_label("City")).not_to_have_value("Typed City")
    page.reload()
    expect(page.get_by_text("Under the cross:")).to_be_visible()


def test_signing_out_forgets_everything(enter: Visit) -> None:
    page = enter("sessions")
    opens(page, "Members")
    expect(page.locator(".wl-of-members")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert page.locator(".wl-table").count() == 0
    assert "@example.com" not in page.content()
    page.go_back()
    expect(page.get_by_text("Sessions are for people with a Wirelane account")).to_be_visible()
    assert page.locator(".wl-table, .wl-tiles").count() == 0
    for name in ("Sessions", "Charge points", "Members"):
        page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text(f"{name} are for people with a Wirelane account")).to_be_visible()


def test_nothing_secret_is_logged_or_sent_to_the_browser(
    visit: Visit, demo: Server, account: dict[str, str]
) -> None:
    traffic = Traffic()
    page = visit(f"{demo.url}/sessions", traffic=traffic)
    sign_in(page, account["username"], account["password"])
    expect(page.locator(".wl-of-sessions")).to_be_visible()
    opens(page, "Members")
    for name in ("password", "client_secret", "signing_key"):
        secret = account[name]
        assert secret not in "".join(demo.printed)
        assert secret not in page.url
        assert not any(secret.encode() in sent for sent in traffic.sent)
    assert not any(b"eyJ" in sent for sent in traffic.sent)  # how every JWT begins
    assert page.evaluate("[document.cookie, ...Object.values(localStorage)].join()").count("eyJ") == 0


def staging(data: Path, upstream: Upstream) -> dict[str, str]:
    return {"WIRELANE_ENVIRONMENT": "staging", "WIRELANE_API_DIALECT": "2023", "WIRELANE_API_URL": f"{upstream.url}/apis/emc",
            "WIRELANE_TOKEN_URL": f"{upstream.url}/token", "WIRELANE_ORGANIZATION": "ORG", "WIRELANE_CLIENT_ID": "c",
            "WIRELANE_CLIENT_SECRET": "s"}


def test_an_account_upstream_missing_scope_expired_sign_in_and_an_outage_are_said_plainly(
    visit: Visit, tmp_path: Path
) -> None:
    forbidden = reply({"error_code": "insufficient_scope", "error_message": "scope account only"}, 403)
    refused = reply({"error_code": "token_expired", "error_message": "expired"}, 401)
    with serving() as upstream:
        process, server = start_server(tmp_path, **staging(tmp_path, upstream))
        try:
            page = visit(f"{server.url}/members")
            upstream.api = lambda asked: forbidden
            sign_in(page, "ada", "her-pass-4711")
            expect(page.get_by_text("it needs the scope account_admin in the organization ORG")).to_be_visible()
            upstream.api = lambda asked: reply([], x_total_count=0, x_total_pages=0)
            sign_in(page, "ada", "her-pass-4711")
            expect(page.get_by_text("Signed in as ada")).to_be_visible()
            form = upstream.forms[-1].form
            assert (form["grant_type"], form["username"]) == (["password"], ["ada"])
            upstream.api = lambda asked: reply({"error_code": "x", "error_message": "on fire"}, 500)
            page.get_by_role("button", name="Ask anew").click()
            expect(page.get_by_text("The Wirelane API can't be asked now.")).to_be_visible()
            upstream.api, upstream.token = (lambda asked: refused), (lambda asked: reply({"error": "invalid_grant"}, 401))
            page.get_by_role("button", name="Ask anew").click()
            expect(page.get_by_text("Your sign-in is not valid any more. Sign in again.")).to_be_visible()
            expect(page.get_by_role("button", name="Sign in")).to_be_visible()
            assert "4711" not in "".join(server.printed)
        finally:
            stop_server(process)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800), (1920, 1080)])
def test_every_page_fits_the_window(
    visit: Visit, demo: Server, account: dict[str, str], width: int, height: int
) -> None:
    for path in PAGES:
        page = visit(f"{demo.url}/{path}", viewport={"width": width, "height": height})
        sign_in(page, account["username"], account["password"])
        expect(page.locator(".wl-table")).to_be_visible()
        assert page.evaluate("""() => [...document.querySelectorAll('html, [data-testid=stMain], .wl-wide')]
            .every(element => element.scrollWidth <= element.clientWidth)"""), path
