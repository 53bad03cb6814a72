"""How a client is made, and closed while it waits."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.upstream import reply
from wirelane_geo.api import Retry, WirelaneClient
from wirelane_geo.errors import (
    ApiUnreachable,
    BadInput,
    BadSetting,
)
from wirelane_geo.settings import load


def test_closing_ends_calls_that_wait(upstream, connect):
    waiting = threading.Event()

    class Long(Retry):
        def wait(self, attempt, headers):
            waiting.set()
            return 600.0

    upstream.api = lambda asked: reply(status=503)
    client = connect(sleep=None, deadline=3600, retry=Long())
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.points)
        assert waiting.wait(5)
        client.close()
        assert isinstance(call.exception(5), ApiUnreachable)
    with pytest.raises(ApiUnreachable, match="closed"):
        client.point("P1")


def test_closing_ends_calls_that_are_being_answered(upstream, connect):
    reading = threading.Event()

    def rule(asked):
        reading.set()
        return upstream.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")

    upstream.api = rule
    client = connect()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.points)
        assert reading.wait(5)
        client.close()
        assert isinstance(call.exception(5), ApiUnreachable)


@pytest.mark.parametrize("wrong", [
    {"api_url": "api.wirelane.com"}, {"api_url": "ftp://host"}, {"api_url": "https://user:pw@host"}, {"token_url": ""},
    {"token_url": "https://host/token?secret=1"}, {"organization": "a/b"}, {"organization": ""}, {"username": "ada"},
    {"password": "pw"}, {"api_url": "http://"},
])
def test_a_client_that_could_not_work_is_not_made(wrong):
    right = {"api_url": "https://host/api", "token_url": "https://host/token", "organization": "DEMO", "client_id": "c",
             "client_secret": "s"}
    with pytest.raises(BadInput) as refused:
        WirelaneClient(**right | wrong)
    assert "pw" not in str(refused.value)


def test_a_client_from_the_settings(upstream):
    account = {
        "WIRELANE_ENVIRONMENT": "staging", "WIRELANE_API_DIALECT": "2023", "WIRELANE_API_URL": f"{upstream.url}/apis/emc/",
        "WIRELANE_TOKEN_URL": f"{upstream.url}/token", "WIRELANE_ORGANIZATION": "DEMO", "WIRELANE_CLIENT_ID": "c",
        "WIRELANE_CLIENT_SECRET": "s", "WIRELANE_USERNAME": "ada", "WIRELANE_PASSWORD": "pw",
    }
    with WirelaneClient.from_settings(load(account)) as client:
        assert client.points().complete
    assert upstream.forms[0].form["grant_type"] == ["password"]
    assert upstream.asked[0].path == "/apis/emc/organizations/id/DEMO/points"


def test_the_embedded_network_has_no_account(tmp_path):
    with pytest.raises(BadSetting, match="No Wirelane account"):
        WirelaneClient.from_settings(load({"WIRELANE_GEO_DATA": str(tmp_path)}))
