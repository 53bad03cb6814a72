"""Nobody takes over what somebody else has signed in to: over a real server, and the websockets that pages use."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import Server, start_server, stop_server
from tests.live.test_application import until
from tests.security.pages import opened
from tests.test_app import running
from tests.test_replicas import RUN
from wirelane_geo.ui.operator import account as of_pages
from wirelane_geo.ui.operator.routes import TICKET
from wirelane_geo.web import sign_ins
from wirelane_geo.web.sign_ins import COOKIE, HEADER, SignIns, digest, key_of

SECRETS = ("@example.com", "Signed in as")
pytestmark = pytest.mark.slow


@contextmanager
def started(data: Path, **settings: str) -> Iterator[Server]:
    process, server = start_server(data, WIRELANE_GEO_DEMO_STATIONS="40", **settings)
    try:
        yield server
    finally:
        stop_server(process)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("data")) as server:
        yield server


async def ticket(server: Server) -> str:
    """What a page is given when the demo account's password is typed."""
    own = json.loads((server.data / "credentials.json").read_bytes())
    async with opened(server.url) as page:
        await page.run()
        await page.run({"User name": own["username"], "Password": own["password"], "Sign in": True})
        assert page.ticket
        return page.ticket


def exchange(server: Server, ticket: str, **headers: str) -> httpx.Response:
    return httpx.post(f"{server.url}/operator/session", headers={TICKET: ticket, **headers})


async def sign_in(server: Server, **headers: str) -> str:
    """The cookie of a browser that has signed in, as a request says it."""
    answer = exchange(server, await ticket(server), **headers)
    assert answer.status_code == 200
    return answer.headers["Set-Cookie"].partition(";")[0]


def seconds(server: Server, cookie: str, **headers: str) -> float:
    return float(httpx.get(f"{server.url}/operator/session", headers={"Cookie": cookie, **headers}).json()["seconds"])


def shows_everything(said: str) -> bool:
    return all(secret in said for secret in SECRETS)


def shows_nothing(said: str) -> bool:
    return not any(secret in said for secret in SECRETS) and "are for people with a Wirelane account" in said


def test_the_id_of_a_session_opens_nothing_while_its_page_is_open_or_after(server: Server) -> None:
    async def attack(session: str, **how: str) -> None:
        async with opened(server.url, session=session, **how) as thief:
            assert shows_nothing(await thief.run())
            assert thief.session != session

    async def tried() -> None:
        cookie = await sign_in(server)
        async with opened(server.url, cookie=cookie) as page:
            assert shows_everything(await page.run())
            session = page.session
            await attack(session)
            await attack(session, cookie=f"{COOKIE}=guessed")
            assert shows_everything(await page.run()), "whose page it is notices nothing"
        await attack(session)
        await attack(session, cookie=f"{COOKIE}=guessed")
        async with opened(server.url, cookie=cookie, session=session) as back:
            assert "Signed in as" in await back.run()
            assert back.session == session, "its own browser finds the page as it was"

    asyncio.run(tried())


def test_a_page_believes_no_header_that_a_client_sends(server: Server) -> None:
    async def tried() -> None:
        cookie = await sign_in(server)
        key = digest(cookie.partition("=")[2])
        for name in (HEADER, HEADER.lower()):
            async with opened(server.url, **{name: key}) as thief:
                assert shows_nothing(await thief.run())
        async with opened(server.url, cookie=f"{COOKIE}={key}") as thief:
            assert shows_nothing(await thief.run()), "the digest is not the secret"

    asyncio.run(tried())


def test_signing_out_ends_every_page_of_the_browser(server: Server) -> None:
    async def tried() -> None:
        cookie = await sign_in(server)
        async with opened(server.url, cookie=cookie) as page, opened(server.url, "charge-points", cookie=cookie) as other:
            await page.run()
            await other.run()
            assert "You are signed out." in await page.run({"Sign out": True})
            assert seconds(server, cookie) == 0
            said = await other.run()
            assert shows_nothing(said)
            assert "Your sign-in is not valid any more" in said
            for session in (page.session, other.session):
                async with opened(server.url, cookie=cookie, session=session) as thief:
                    assert shows_nothing(await thief.run())

    asyncio.run(tried())


def test_a_part_of_a_page_runs_for_nobody_else(server: Server) -> None:
    """A fragment runs without the rest of its page."""
    async def tried() -> None:
        cookie = await sign_in(server)
        async with opened(server.url, "charge-points", cookie=cookie) as page:
            await page.run()
            await page.run({"New charge point": True})
            [fragment] = page.fragments
            httpx.post(f"{server.url}/operator/session", headers={"Cookie": cookie, TICKET: await ticket(server)})
            assert seconds(server, cookie) == 0
            assert shows_nothing(await page.run(fragment=fragment))

    asyncio.run(tried())


def test_who_does_nothing_is_signed_out(tmp_path: Path) -> None:
    async def tried(server: Server) -> None:
        cookie = await sign_in(server)
        async with opened(server.url, cookie=cookie) as page:
            assert "Signed in as" in await page.run()
            assert 0 < seconds(server, cookie) <= 3
            await asyncio.to_thread(until, lambda: seconds(server, cookie) == 0)  # asking is no use of it
            assert shows_nothing(await page.run())
            async with opened(server.url, cookie=cookie, session=page.session) as again:
                assert shows_nothing(await again.run())

    with started(tmp_path, WIRELANE_GEO_IDLE_MINUTES="0.05") as server:
        asyncio.run(tried(server))


def test_a_restart_signs_out(tmp_path: Path) -> None:
    async def refused(server: Server, cookie: str) -> None:
        async with opened(server.url, cookie=cookie) as page:
            assert shows_nothing(await page.run())

    with started(tmp_path) as server:
        cookie = asyncio.run(sign_in(server))
        assert seconds(server, cookie) > 0
    with started(tmp_path) as server:
        assert seconds(server, cookie) == 0
        asyncio.run(refused(server, cookie))


def test_each_sign_in_has_a_secret_of_its_own_and_ends_the_one_before(server: Server) -> None:
    async def tried() -> None:
        planted = f"{COOKIE}=planted"
        first = await sign_in(server, Cookie=planted)
        assert first != planted
        assert seconds(server, planted) == 0
        second = await sign_in(server, Cookie=first)
        assert (seconds(server, first), seconds(server, second) > 0) == (0, True)
        async with opened(server.url, cookie=first) as page:
            assert shows_nothing(await page.run())

    asyncio.run(tried())


def test_a_ticket_is_good_once_and_not_for_a_page_of_another_site(server: Server) -> None:
    given = asyncio.run(ticket(server))
    assert exchange(server, given, Origin="https://evil.example").status_code == 403
    assert exchange(server, given, Origin=server.url).status_code == 200
    again = exchange(server, given)
    assert (again.status_code, "Set-Cookie" in again.headers) == (403, False)
    assert exchange(server, "guessed").status_code == 403


def test_no_script_reads_the_cookie_and_by_tls_it_is_for_tls_alone(server: Server) -> None:
    plain = exchange(server, asyncio.run(ticket(server))).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(plain.split("; "))
    assert "Secure" not in plain
    by_tls = {"X-Forwarded-Proto": "https"}
    secure = exchange(server, asyncio.run(ticket(server)), **by_tls).headers["Set-Cookie"]
    assert secure.startswith(f"__Host-{COOKIE}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Secure"} <= set(secure.split("; "))
    cookie = secure.partition(";")[0]
    assert seconds(server, cookie, **by_tls) > 0
    assert seconds(server, cookie.removeprefix("__Host-"), **by_tls) == 0, "another host of the domain may have set that"

    async def seen() -> str:
        async with opened(server.url, cookie=cookie, **by_tls) as page:
            return await page.run()

    assert "Signed in as" in asyncio.run(seen())


def test_a_cookie_that_is_no_good_is_taken_back(server: Server) -> None:
    answer = httpx.get(f"{server.url}/operator/session", headers={"Cookie": f"{COOKIE}=old"})
    assert answer.json() == {"seconds": 0}
    assert answer.headers["Set-Cookie"].startswith(f'{COOKIE}=""')
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_at_several_processes_a_sign_in_holds_at_all_and_ends_at_all(tmp_path: Path) -> None:
    async def tried(server: Server) -> None:
        cookie = await sign_in(server)
        for _ in range(6):
            async with opened(server.url, cookie=cookie) as page:
                assert "Signed in as" in await page.run()
        async with opened(server.url, cookie=cookie) as page, opened(server.url, cookie=cookie) as other:
            await page.run()
            await other.run()
            await page.run({"Sign out": True})
            assert shows_nothing(await other.run())
        for _ in range(6):
            assert seconds(server, cookie) == 0
            async with opened(server.url, cookie=cookie) as page:
                assert shows_nothing(await page.run())

    with running(tmp_path, *RUN, WIRELANE_GEO_DEMO_STATIONS="40") as (url, printed):
        asyncio.run(tried(Server(url, tmp_path, printed)))


# --- the store of sign-ins -------------------------------------------------------------------------------------------


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def opened_by(kept: SignIns[str], whose: str) -> str:
    """The digest of the secret of somebody who has just signed in."""
    secret = kept.begin(kept.offer(whose))
    assert secret is not None
    return digest(secret)


def test_use_keeps_a_sign_in_and_nothing_keeps_it_for_ever() -> None:
    time, ended = Time(), list[str]()
    kept = SignIns[str](100.0, ended.append, time)
    key = opened_by(kept, "ada")
    for _ in range(20):
        time.now += 99
        assert kept.find(key) == "ada"
    time.now += 60
    assert kept.left(key) == 40
    time.now += 40
    assert (kept.left(key), kept.find(key), ended) == (0, None, ["ada"])
    key, began = opened_by(kept, "bob"), time.now
    while time.now < began + sign_ins.LONGEST_S - 99:
        time.now += 99
        assert kept.find(key) == "bob"
    time.now += 99
    assert (kept.find(key), ended) == (None, ["ada", "bob"])


def test_a_ticket_that_nobody_takes_is_over_and_what_it_stood_for_is_ended() -> None:
    time, ended = Time(), list[str]()
    kept = SignIns[str](100.0, ended.append, time)
    ticket = kept.offer("ada")
    time.now += sign_ins.TICKET_S
    assert (kept.begin(ticket), ended) == (None, ["ada"])


def test_so_many_are_signed_in_and_who_was_away_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "MOST", 2)
    time, ended = Time(), list[str]()
    kept = SignIns[str](100.0, ended.append, time)
    keys = []
    for name in ("ada", "bob", "eve"):
        time.now += 1
        keys.append(opened_by(kept, name))
        if name == "bob":
            time.now += 1
            kept.find(keys[0])
    assert ([kept.find(key) for key in keys], ended) == (["ada", None, "eve"], ["bob"])


@pytest.mark.parametrize(("cookies", "found"), [
    ([f"{COOKIE}=a"], "a"), ([f"x=1; {COOKIE}=a; y=2"], "a"), ([f"{COOKIE}=a; {COOKIE}=b"], None),
    ([f"{COOKIE}=a", f"{COOKIE}=a"], None),
    ([f"{COOKIE}="], None), ([], None), ([f"not_{COOKIE}=a"], None), ([f"__Host-{COOKIE}=a"], None),
])
def test_a_cookie_is_one_cookie(cookies: list[str], found: str | None) -> None:
    headers = [(b"cookie", line.encode()) for line in cookies]
    key = key_of({"type": "http", "scheme": "http", "headers": headers})
    assert key == (None if found is None else digest(found))


def test_what_a_page_kept_of_one_person_is_not_shown_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = SignIns[str](100.0, lambda _: None)
    monkeypatch.setattr(of_pages, "sign_ins", lambda: kept)
    ada, bob = opened_by(kept, "ada"), opened_by(kept, "bob")
    session = {"lang": "de"}
    assert of_pages.signed_in(session, ada, "over") == "ada"  # type: ignore[comparison-overlap]
    session["members-shown"] = "secret"
    assert of_pages.signed_in(session, bob, "over") == "bob"  # type: ignore[comparison-overlap]
    assert "members-shown" not in session
    session["members-shown"] = "secret"
    assert of_pages.signed_in(session, None, "over") is None
    assert session == {"lang": "de", "operator-said": "over"}
