"""The commands on a Wirelane account: an embedded service behind real HTTP stands for it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.command import geo
from tests.server.serving import Service
from wirelane_geo.api import WirelaneClient
from wirelane_geo.api.in_process import InProcess
from wirelane_geo.cli.exits import FAILED, MISUNDERSTOOD, NO_UPSTREAM, NOT_ALLOWED, NOT_THERE
from wirelane_geo.demo import demo_points
from wirelane_geo.server import embedded
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store


def checks(stdout: str) -> dict[str, str]:
    return {finding["check"]: finding["result"] for finding in json.loads(stdout)}


BOTH = pytest.mark.parametrize("dialect", ["2023", "2026"])


@BOTH
def test_points_stations_and_a_point_of_an_account(account: Service) -> None:
    ids = {p.id for p in account.store.records(account.store.columns().handle.tolist())}
    found = json.loads(geo("points", "--json").stdout)
    assert {point["id"] for point in found} == ids
    assert f" of {account.store.counts().points} points match" not in geo("stations").stdout
    stations = json.loads(geo("stations", "--json").stdout)
    assert sum(station["total"] for station in stations) == len(ids)
    assert json.loads(geo("point", found[0]["evseid"], "--json").stdout)["id"] == found[0]["id"]
    assert geo("point", "nope").exit_code == NOT_THERE
    assert geo("member", "no such").exit_code == MISUNDERSTOOD  # no id has a space


@pytest.mark.slow
@BOTH
def test_check_of_a_good_account(account: Service, dialect: str) -> None:
    done = geo("check")
    assert done.exit_code == 0, done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok"] * 9
    assert f"all {account.store.counts().points} charge points" in done.stdout
    assert f"speaks the API of {dialect}, as is set" in done.stdout
    assert ("40 stations" in done.stdout) == (dialect == "2026")
    assert checks(geo("check", "--json").stdout) == dict.fromkeys(
        ("settings", "token", "dialect", "organization", "one point", "sessions", "members", "records", "clock"), "ok")


@BOTH
def test_check_finds_the_other_dialect_out_and_says_what_to_set(
    account: Service, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"2023": "2026", "2026": "2023"}[dialect]
    monkeypatch.setenv("WIRELANE_API_DIALECT", other)
    done = geo("check")
    assert done.exit_code != 0
    [said] = [line for line in done.stdout.splitlines() if line.startswith("FAILED   dialect")]
    assert f"Set WIRELANE_API_DIALECT={dialect}." in said
    assert f"/points (2023): {'answered' if dialect == '2023' else 'refused with 404'}." in said
    assert f"/stations (2026): {'answered' if dialect == '2026' else 'refused with 404'}." in said
    shown = geo("points")
    assert shown.exit_code != 0
    assert f"Set WIRELANE_API_DIALECT={dialect}." in shown.stderr


@pytest.mark.parametrize(("variable", "value", "failing", "code"), [
    ("WIRELANE_CLIENT_SECRET", "not-the-secret", "token", NOT_ALLOWED),
    ("WIRELANE_PASSWORD", "not-the-password", "token", NOT_ALLOWED),
    ("WIRELANE_ORGANIZATION", "SOMEBODY-ELSE", "organization", NOT_ALLOWED),
    ("WIRELANE_API_URL", "http://127.0.0.1:9/apis/emc", "organization", NO_UPSTREAM),
    ("WIRELANE_TOKEN_URL", "http://127.0.0.1:9/token", "token", NO_UPSTREAM),
    ("WIRELANE_CLIENT_ID", "", "settings", FAILED),
])
def test_check_names_what_is_wrong(account: Service, monkeypatch: pytest.MonkeyPatch, variable: str, value: str,
                                   failing: str, code: int) -> None:
    monkeypatch.setenv(variable, value)
    done = geo("check", "--json")
    assert done.exit_code == code
    found = checks(done.stdout)
    assert found.pop(failing) == "failed"
    assert "failed" not in found.values()
    for secret in (account.credentials.client_secret, account.credentials.password, "not-the-secret", "not-the-password"):
        assert secret not in done.stdout + done.stderr


def test_check_says_what_an_application_without_a_user_may_not(account: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WIRELANE_USERNAME")
    monkeypatch.delenv("WIRELANE_PASSWORD")
    done = geo("check")
    assert done.exit_code == NOT_ALLOWED
    assert "client_credentials grant, scope account" in done.stdout
    assert "FAILED   organization" in done.stdout
    assert "scope" in done.stdout.splitlines()[2]


class _Yesterday(BaseHTTPRequestHandler):
    """An upstream whose clock is a year behind."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return "Mon, 01 Jan 2024 00:00:00 GMT"

    def do_POST(self) -> None:
        self._answer(b'{"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}')

    def do_GET(self) -> None:
        self._answer(b"[]")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_check_compares_the_clocks(account: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Yesterday)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        for name in ("API_URL", "TOKEN_URL"):
            monkeypatch.setenv(f"WIRELANE_{name}", f"http://127.0.0.1:{server.server_port}/x")
        done = geo("check")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert done.exit_code == FAILED
    assert "FAILED   clock" in done.stdout
    assert "ahead of that of 127.0.0.1" in done.stdout
    assert "warning  one point" in done.stdout


def test_check_of_the_embedded_network(data: Path) -> None:
    empty = geo("check")
    assert empty.exit_code == FAILED
    assert "There is no network" in empty.stdout
    data.mkdir()
    store = open_store(data / DATABASE)
    store.upsert(demo_points(20), "demo")
    points = store.counts().points
    store.close()
    done = geo("check", "--json")
    assert done.exit_code == 0
    assert set(checks(done.stdout).values()) == {"ok"}
    assert f"{points} points in 20 stations ({points} demo)" in done.stdout


def test_the_client_without_a_server_is_that_of_the_server(account: Service) -> None:
    """What the in-process transport answers is what comes over HTTP."""
    app = embedded(account.store, account.credentials)
    known = account.credentials
    with WirelaneClient("http://in.test/apis/emc", "http://in.test/token", known.organization, known.client_id,
                        known.client_secret, known.username, known.password, transport=InProcess(app)) as here, \
         WirelaneClient(f"{account.url}/apis/emc", f"{account.url}/token", known.organization, known.client_id,
                        known.client_secret, known.username, known.password) as there:
        assert list(here.points(page_size=7)) == list(there.points(page_size=7))
