"""Requests that are given up, tokens whose credentials are others by now, and who else hears of a visitor."""

import logging
import re
import socket
import sqlite3
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.live.test_application import until
from tests.server.serving import serving as service_serving
from tests.test_layers import ROOT
from wirelane_geo.live.webhook import Webhook
from wirelane_geo.server._bodies import LARGEST_BODY
from wirelane_geo.server._tokens import issue
from wirelane_geo.store.event_ids import EventIds
from wirelane_geo.store.shared_tables import TablesFile


@pytest.mark.parametrize("path", ["/token", "/apis/emc/organizations/id/{organization}/points"])
def test_a_body_that_is_cut_off_is_one_line_and_no_traceback(
        tmp_path: Path, caplog: pytest.LogCaptureFixture, path: str) -> None:
    caplog.set_level(logging.INFO)
    with service_serving(tmp_path) as service:
        address = urlsplit(service.url)
        path = path.format(organization=service.credentials.organization)
        head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {service.client.headers['Authorization']}\r\n"
                f"Content-Type: application/{'json' if 'points' in path else 'x-www-form-urlencoded'}\r\n"
                "Content-Length: 1000\r\n\r\n{")
        caplog.clear()
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            connection.sendall(head.encode())
        until(lambda: any("left before its body was there" in record.getMessage() for record in caplog.records))
        assert service.client.get(service.points).status_code == 200
    [said] = [record for record in caplog.records if record.name.startswith("wirelane_geo")]
    assert said.exc_info is None
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize(("method", "path", "kind", "wrong"), [
    ("POST", "/token", "x-www-form-urlencoded", 400),
    ("POST", "/apis/emc/organizations/id/{organization}/points", "json", 400),
    ("PUT", "/apis/emc/organizations/id/{organization}/points/id/x", "json", 400),
    ("POST", "/apis/2026/emc/organizations/id/{organization}/stations/id/1/remote_control/reset", "json", 404),
])
def test_too_large_a_body_is_told_from_a_wrong_one(tmp_path: Path, method: str, path: str, kind: str, wrong: int) -> None:
    with service_serving(tmp_path) as service:
        url = service.url + path.format(organization=service.credentials.organization)
        for size, status in ((LARGEST_BODY + 1, 413), (1_000, wrong)):
            for content in (b"{" * size, iter([b"{" * 1_000] * (size // 1_000 + 1))):  # its length said, and in pieces
                answer = service.client.request(method, url, content=content, headers={"Content-Type": f"application/{kind}"})
                assert (answer.status_code, answer.json()["error_code"] == "body_too_large") == (status, status == 413)


@pytest.mark.parametrize("name", ["client_id", "client_secret", "username", "password", "organization", "signing_key"])
def test_tokens_end_with_their_credentials(tmp_path: Path, name: str) -> None:
    with service_serving(tmp_path) as service:
        own = service.credentials

        def use(token: str) -> int:
            return service.nobody.get(service.points, headers={"Authorization": f"Bearer {token}"}).status_code

        assert use(issue(own, "account_admin")) == 200
        assert use(issue(replace(own, **{name: "another-" + "x" * 40}), "account_admin")) == 401


def test_of_a_webhooks_id_only_a_digest_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "events.sqlite"
    tables = TablesFile("webhook-events", file)
    kept = EventIds(tables)
    hook = Webhook("the-secret-of-the-test", lambda _: None, lambda: datetime(2026, 1, 1, tzinfo=UTC), remembered=kept)
    body = b'{"id": "somebodys-account-4711"}'
    assert [hook.take(body), hook.take(body)] == ["accepted", "duplicate"]
    tables.close()
    with sqlite3.connect(file) as connection:
        [[digest]] = connection.execute("SELECT digest FROM events")
    assert len(digest) == 16
    assert b"4711" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_streamlit_takes_no_large_files_and_gathers_nothing() -> None:
    options = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert options["server"]["maxUploadSize"] == 1
    assert options["browser"]["gatherUsageStats"] is False


def test_the_readme_says_who_else_hears_of_a_visitor() -> None:
    readme, security, report = ((ROOT / name).read_text(encoding="utf-8")
                                for name in ("README.md", "docs/security.md", "SECURITY.md"))
    for text in (readme, security):
        assert re.search(r"CARTO's.*WIRELANE_GEO_BASEMAP=embedded|WIRELANE_GEO_BASEMAP=carto.*CARTO's", text)
    assert "docs/security.md" in readme
    for heading in ("What is promised", "What must stand in front", "Who a visitor's browser talks to", "How it was tried"):
        assert f"## {heading}" in security
    assert "Report a vulnerability" in report


