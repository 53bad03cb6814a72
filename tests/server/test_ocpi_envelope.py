"""OCPI's envelope, and the tokens in its header."""

import base64

import msgspec
import pytest
from starlette.requests import Request

from wirelane_geo.server._ocpi_envelope import Refused, is_authorized, refusal, success, tokens_of, unauthorized

TOKEN = "a token of ours: ü"


def asking(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": pairs})


def test_a_token_is_read_in_base64_and_as_it_is() -> None:
    packed = base64.b64encode(TOKEN.encode()).decode()
    assert is_authorized(asking(authorization=f"Token {packed}"), TOKEN)
    assert is_authorized(asking(authorization=f"token  {packed} "), TOKEN)
    assert is_authorized(asking(authorization="Token a-plain-token"), "a-plain-token")


@pytest.mark.parametrize("header", ["", "Token", "Token ", "Bearer a-plain-token", "a-plain-token", "Token other",
                                    "Token YS1wbGFpbi10b2tlbg=", "Token !!!!"])
def test_anything_else_is_no_token(header: str) -> None:
    assert not is_authorized(asking(authorization=header), "a-plain-token")
    assert not is_authorized(asking(), "a-plain-token")
    assert b"a-plain-token" not in list(tokens_of(header))


def test_an_answer_has_data_code_and_time_and_names_the_request() -> None:
    answer = success(asking(x_request_id="r-1", x_correlation_id="c-1"), [1, 2], headers={"X-Total-Count": "2"})
    body = msgspec.json.decode(answer.body)
    assert (body["data"], body["status_code"], body["timestamp"][-1]) == ([1, 2], 1000, "Z")
    assert (answer.headers["x-request-id"], answer.headers["x-correlation-id"], answer.headers["x-total-count"]) == (
        "r-1", "c-1", "2")


def test_an_error_has_no_data_but_words() -> None:
    answer = refusal(asking(), Refused(404, 2003, "There is no location a/b."))
    body = msgspec.json.decode(answer.body)
    assert answer.status_code == 404
    assert "data" not in body
    assert (body["status_code"], body["status_message"]) == (2003, "There is no location a/b.")
    assert refusal(asking(), unauthorized()).headers["www-authenticate"] == "Token"
