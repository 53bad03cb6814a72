"""Tokens and credentials: who gets in, who doesn't, and how that is told."""

import base64
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import httpx
import jwt
import pytest

from tests.server.serving import Service
from wirelane_geo.errors import StoreError
from wirelane_geo.server import load_or_create
from wirelane_geo.server._tokens import issue

FORM = "application/x-www-form-urlencoded"


def ask(service: Service, **changes: str | None) -> httpx.Response:
    return service.nobody.post(f"{service.url}/token", data=service.form(**changes))


def use(service: Service, token: str, **headers: str) -> httpx.Response:
    return service.nobody.get(service.points, headers={"Authorization": f"Bearer {token}", **headers})


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["error_message"]
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    return answer.json()["error_code"]


def test_the_password_grant_opens_the_points(listing: Service) -> None:
    answer = ask(listing)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "account_admin")
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 3600
    assert use(listing, body["access_token"]).status_code == 200


def test_the_scope_account_opens_nothing_that_the_contract_secures_by_a_user(listing: Service) -> None:
    answer = ask(listing, grant_type="client_credentials", username=None, password=None, scope="account")
    assert (answer.status_code, answer.json()["scope"]) == (200, "account")
    refusal = use(listing, answer.json()["access_token"])
    assert refused(refusal, 403) == "insufficient_scope"
    assert "account_admin" in refusal.json()["error_message"]


@pytest.mark.parametrize(("changes", "status", "code"), [
    ({"client_id": "x"}, 401, "invalid_client"),
    ({"client_secret": "x"}, 401, "invalid_client"),
    ({"client_secret": ""}, 401, "invalid_client"),
    ({"client_secret": "ü\ud7ff"}, 401, "invalid_client"),
    ({"username": "x"}, 401, "invalid_grant"),
    ({"password": "x"}, 401, "invalid_grant"),
    ({"password": None}, 400, "invalid_request"),
    ({"client_secret": None}, 400, "invalid_request"),
    ({"grant_type": "client_credentials", "client_secret": "x"}, 401, "invalid_client"),
    ({"grant_type": None}, 400, "invalid_request"),
    ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
    ({"scope": "everything"}, 400, "invalid_scope"),
    ({"grant_type": "client_credentials", "scope": "account_admin"}, 400, "invalid_scope"),
])
def test_other_credentials_get_no_token(listing: Service, changes: dict, status: int, code: str) -> None:
    answer = ask(listing, **changes)
    assert refused(answer, status) == code
    assert answer.json()["error"] == code, "as OAuth names it"
    assert listing.credentials.client_secret not in answer.text


@pytest.mark.parametrize(("method", "body", "kind", "status"), [
    ("GET", b"", FORM, 405),
    ("POST", b"{}", "application/json", 400),
    ("POST", b"", FORM, 400),
    ("POST", b"grant_type=password&grant_type=password", FORM, 400),
    ("POST", b"\xff%ff=%&;", FORM, 400),
    ("POST", b"grant_type=" + b"x" * (64 * 1024 - 11), FORM, 400),
    ("POST", b"grant_type=" + b"x" * (64 * 1024 - 10), FORM, 413),
    ("POST", b"x" * 1_000_000, FORM, 413),
])
def test_the_token_endpoint_answers_anything(listing: Service, method: str, body: bytes, kind: str, status: int) -> None:
    answer = listing.nobody.request(method, f"{listing.url}/token", content=body, headers={"Content-Type": kind})
    refused(answer, status)


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic YTpi", "Bearer x", "Bearer a.b.c", "x" * 5000])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_token_nothing_is_told(listing: Service, authorization: str | None, method: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    refused(listing.nobody.request(method, listing.points, headers=headers), 401)
    refused(listing.nobody.request(method, listing.points.replace("DEMOTENANT", "OTHER"), headers=headers), 401)


def test_an_expired_token_is_told_apart(listing: Service) -> None:
    answer = use(listing, issue(listing.credentials, "account_admin", time.time() - 3601))
    assert refused(answer, 401) == "token_expired"
    assert use(listing, issue(listing.credentials, "account_admin", time.time() - 3500)).status_code == 200


def test_a_clock_that_is_some_seconds_ahead_does_no_harm(listing: Service) -> None:
    assert use(listing, issue(listing.credentials, "account_admin", time.time() + 20)).status_code == 200
    answer = use(listing, issue(listing.credentials, "account_admin", time.time() + 60))
    assert refused(answer, 401) == "invalid_token"
    assert "clock" in answer.json()["error_message"]
    behind = use(listing, issue(listing.credentials, "account_admin", time.time() - 3600 - 20))
    assert refused(behind, 401) == "token_expired", "the leeway lengthens no token's life"


def test_a_forged_token_is_refused(listing: Service) -> None:
    ours = issue(listing.credentials, "account_admin")
    header, claims, signature = ours.split(".")
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode().rstrip("=")
    swapped = issue(listing.credentials, "account").split(".")[2]
    of_another_key = issue(replace(listing.credentials, signing_key="k" * 64), "account_admin")
    forged = [of_another_key, f"{unsigned}.{claims}.", f"{unsigned}.{claims}.{signature}", f"{header}.{claims}.{swapped}",
              ours[:-4] + "AAAA"]
    assert [refused(use(listing, token), 401) for token in forged] == ["invalid_token"] * len(forged)


def test_a_token_without_its_claims_is_refused(listing: Service) -> None:
    for claims in ({}, {"exp": time.time() + 99}, {"exp": "soon"}):
        token = jwt.encode({"iss": "wirelane-geo", **claims}, listing.credentials.signing_key, "HS256")
        refused(use(listing, token), 401)


def test_another_organization_is_closed(listing: Service) -> None:
    answer = listing.client.get(listing.points.replace("DEMOTENANT", "OTHER"))
    assert refused(answer, 403) == "wrong_organization"
    malformed = listing.client.get(listing.points.replace("DEMOTENANT", "not%20a%20name"))
    assert refused(malformed, 403) == "wrong_organization", "some operations of the contract have no 400"


def test_credentials_stay_and_are_their_owners(tmp_path: Path) -> None:
    first = load_or_create(tmp_path / "data")
    assert load_or_create(tmp_path / "data") == first
    assert load_or_create(tmp_path / "other") != first
    [file] = (tmp_path / "data").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    file.chmod(0o644)
    load_or_create(tmp_path / "data")
    assert file.stat().st_mode & 0o777 == 0o600
    for secret in (first.client_secret, first.password, first.signing_key):
        assert secret not in repr(first)
        assert len(secret) >= 16
    assert set(first.shown()) == {"client_id", "client_secret", "username", "password", "organization"}


@pytest.mark.slow
def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    code = ("import sys; from pathlib import Path; from wirelane_geo.server import load_or_create; "
            "print(load_or_create(Path(sys.argv[1])).client_secret)")
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "data")], stdout=subprocess.PIPE, text=True)
               for _ in range(4)]
    assert len({process.communicate()[0] for process in running}) == 1
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["credentials.json"]


@pytest.mark.parametrize("content", [b"", b"{}", b"{", b"\xff", b'{"client_id": 1}'])
def test_a_broken_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "credentials.json").write_bytes(content)
    with pytest.raises(StoreError, match=r"credentials\.json"):
        load_or_create(tmp_path)
