"""Who gets into the operator's pages, and what is left after signing out."""

import json
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.api.upstream import Upstream, reply, serving
from tests.browser.conftest import Server, Visit, start_server, stop_server
from tests.browser.operator.pages import PAGES, opens, sign_in
from tests.browser.seen import Traffic, all_have_names

PERSONAL = (b"@example.com", b"DEMOTENANT-", b"SERIAL")


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
    expect(page.get_by_label("User name")).to_have_value("demo")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    assert page.locator(".wl-table, .wl-tiles").count() == 0
    assert "4711" not in page.url + page.content()
    assert "4711" not in "".join(demo.printed)
    page.get_by_role("button", name="Deutsch").click()
    page.get_by_label("Passwort", exact=True).fill("wrong-pass-4711")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_have_text("Benutzername oder Passwort stimmt nicht. Bitte beides prüfen.")


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
    all_have_names(page)
    page = enter("sessions")
    for name, table in (("Sessions", ".wl-of-sessions"), ("Members", ".wl-of-members"), ("Charge points", ".wl-of-points")):
        opens(page, name)
        row = page.locator(f"{table} tbody button").first
        row.wait_for()
        all_have_names(page)
        row.click()
        page.locator(".wl-more, .stForm").first.wait_for()
        all_have_names(page)


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
    expect(other.locator(".wl-table")).to_have_count(0)
    assert [one for one in page.context.cookies() if one["name"] == "wirelane_geo_sign_in"] == []


def test_a_page_that_nobody_touches_shows_nothing_any_more(visit: Visit, tmp_path: Path) -> None:
    process, server = start_server(tmp_path, WIRELANE_GEO_DEMO_STATIONS="40", WIRELANE_GEO_IDLE_MINUTES="0.3")
    try:
        own = json.loads((server.data / "credentials.json").read_bytes())
        page = visit(f"{server.url}/members")
        sign_in(page, own["username"], own["password"])
        expect(page.locator(".wl-table")).to_be_visible()
        expect(page.get_by_text("Your sign-in is not valid any more. Sign in again.")).to_be_visible()
        expect(page.locator(".wl-table")).to_have_count(0)
        sign_in(page, own["username"], own["password"])
        expect(page.locator(".wl-table")).to_be_visible()
    finally:
        stop_server(process)


def test_signing_out_forgets_everything(enter: Visit) -> None:
    page = enter("sessions")
    opens(page, "Members")
    expect(page.locator(".wl-of-members")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.locator(".wl-table")).to_have_count(0)
    assert "@example.com" not in page.content()
    page.go_back()
    expect(page.get_by_text("Sessions are for people with a Wirelane account")).to_be_visible()
    expect(page.locator(".wl-table, .wl-tiles")).to_have_count(0)
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
