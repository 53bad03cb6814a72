"""Nobody tries passwords at leisure, and nobody is locked out by those who do."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.serving import Service
from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import ApiUnauthorized, TooManyAttempts
from wirelane_geo.operator.sign_in import sign_in
from wirelane_geo.server import load_or_create
from wirelane_geo.server.attempts import ADDRESS, FEW, NAME, REMEMBERED, Attempts
from wirelane_geo.settings import Settings
from wirelane_geo.store import open_store


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def test_a_name_is_closed_after_so_many_wrong_attempts_and_open_again_later(attempts: Attempts, clock: Clock) -> None:
    for _ in range(NAME.most):
        attempts.begin("ada", "192.0.2.1")
    with pytest.raises(TooManyAttempts, match=r"Try again in 60 seconds\.") as raised:
        attempts.begin("ada", "192.0.2.1")
    attempts.begin("bob", "192.0.2.1")
    clock.now += raised.value.seconds
    attempts.begin("ada", "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempts.begin("ada", "192.0.2.1")


def test_a_fresh_pair_keeps_a_few_attempts_while_the_name_is_locked(attempts: Attempts, clock: Clock) -> None:
    for number in range(NAME.most):
        attempts.begin("ada", f"192.0.2.{number}")
    for _ in range(FEW.most):
        attempts.begin("ada", "198.51.100.1")
    with pytest.raises(TooManyAttempts):
        attempts.begin("ada", "198.51.100.1")
    attempts.begin("ada", "198.51.100.2").right()
    for _ in range(NAME.most):
        attempts.begin("ada", "198.51.100.2")


def test_wrong_names_do_not_lock_neighbours_behind_one_address(attempts: Attempts) -> None:
    for number in range(100):
        attempts.begin(f"wrong {number}", "192.0.2.1")
    attempts.begin("ada", "192.0.2.1").right()


def test_who_was_right_is_known_after_a_restart_and_to_every_process(tmp_path: Path, clock: Clock) -> None:
    first = Attempts(clock, tmp_path / "sign-ins.sqlite", b"key")
    first.begin("ada", "192.0.2.1").right()
    beside = Attempts(clock, tmp_path / "sign-ins.sqlite", b"key")
    for number in range(NAME.most):
        (first, beside)[number % 2].begin("ada", f"198.51.100.{number % 4}")
    with pytest.raises(TooManyAttempts):
        [beside.begin("ada", "198.51.100.1") for _ in range(FEW.most + 1)]
    first.close()
    again = Attempts(clock, tmp_path / "sign-ins.sqlite", b"key")
    for _ in range(NAME.most):
        again.begin("ada", "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        beside.begin("ada", "192.0.2.1")
    for one in (again, beside):
        one.close()
    assert (tmp_path / "sign-ins.sqlite").stat().st_mode & 0o777 == 0o600
    assert b"ada" not in (tmp_path / "sign-ins.sqlite").read_bytes()


def test_an_address_is_closed_whatever_names_it_tries(attempts: Attempts, clock: Clock) -> None:
    for number in range(ADDRESS.most):
        attempts.begin(f"name {number}", "192.0.2.1")
    with pytest.raises(TooManyAttempts) as raised:
        attempts.begin("another", "192.0.2.1")
    assert raised.value.seconds == ADDRESS.seconds
    attempts.begin("another", "192.0.2.2")
    clock.now += raised.value.seconds
    attempts.begin("another", "192.0.2.1")


def test_addresses_of_one_network_are_one_party(attempts: Attempts) -> None:
    for number in range(ADDRESS.most):
        attempts.begin(f"name {number}", f"2001:db8::{number:x}")
    with pytest.raises(TooManyAttempts):
        attempts.begin("another", "2001:db8::ffff")
    attempts.begin("another", "2001:db8:1::1")
    for number in range(ADDRESS.most):
        attempts.begin(f"name {number}", ("127.0.0.1", "::1", None)[number % 3])
    with pytest.raises(TooManyAttempts):
        attempts.begin("another", None)


def test_who_was_right_before_is_not_locked_out_by_others(attempts: Attempts) -> None:
    attempts.begin("ada", "192.0.2.1").right()
    for number in range(ADDRESS.most):
        attempts.begin(f"name {number}", "192.0.2.1")
    for number in range(NAME.most):
        attempts.begin("ada", f"198.51.100.{number}")
    for _ in range(3 * NAME.most):
        attempts.begin("ada", "192.0.2.1").right()
    for _ in range(NAME.most):
        attempts.begin("ada", "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempts.begin("ada", "192.0.2.1")


def test_what_says_nothing_does_not_count(attempts: Attempts) -> None:
    for _ in range(3 * ADDRESS.most):
        attempts.begin("ada", "192.0.2.1").void()
    for _ in range(NAME.most):
        attempts.begin("ada", "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempts.begin("ada", "192.0.2.1")


def test_attempts_at_once_are_counted_each(attempts: Attempts) -> None:
    together = threading.Barrier(4)

    def attempt(_: int) -> int:
        together.wait()
        try:
            attempts.begin("ada", "192.0.2.1")
        except TooManyAttempts:
            return 0
        return 1
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(40))) == NAME.most


@given(st.lists(st.sampled_from([0.5, 20.0, 60.0, 300.0]), max_size=60))
def test_no_more_are_heard_than_the_limit_says(pauses: list[float]) -> None:
    clock = Clock()
    attempts, heard, begun, waits = Attempts(clock), 0, clock.now, [1]
    for pause in pauses:
        clock.now += pause
        try:
            attempts.begin("ada", "192.0.2.1")
            heard += 1
        except TooManyAttempts as refused:
            waits.append(refused.seconds)
    assert min(waits) > 0
    assert max(waits) <= NAME.seconds
    assert heard <= NAME.most + (clock.now - begun) / NAME.seconds


@pytest.mark.slow
def test_memory_has_a_bound(attempts: Attempts) -> None:
    for number in range(REMEMBERED):
        attempts.begin("x" * 10_000 + str(number), f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}").right()
    assert attempts.remembered <= 2.1 * REMEMBERED


@pytest.mark.slow
def test_the_token_endpoint_says_how_long_to_wait(service: Service) -> None:
    def ask(**changes: str) -> httpx.Response:
        return service.nobody.post(f"{service.url}/token", data=service.form(**changes))
    guesses = [ask(username="eve", password=f"guess {n}") for n in range(NAME.most + 1)]
    assert [answer.status_code for answer in guesses] == [401] * NAME.most + [429]
    refused = guesses[-1]
    assert refused.json()["error_code"] == "too_many_attempts"
    assert 0 < int(refused.headers["Retry-After"]) <= NAME.seconds
    assert f"Try again in {refused.headers['Retry-After']} seconds." in refused.json()["error_message"]
    assert {ask().status_code for _ in range(2 * ADDRESS.most)} == {200}, "the fixture's client has been right before"
    assert ask(password="x").status_code == 401


def test_a_client_that_fetches_tokens_is_not_hindered(service: Service) -> None:
    own = service.credentials
    for _ in range(2 * NAME.most):
        with WirelaneClient(f"{service.url}/apis/emc", f"{service.url}/token", own.organization, own.client_id,
                            own.client_secret, own.username, own.password) as client:
            assert client.points().total == 0


@pytest.fixture
def here(tmp_path: Path, attempts: Attempts) -> Iterator[SimpleNamespace]:
    """What signing in needs of an installation."""
    store = open_store(tmp_path / "points.sqlite")
    yield SimpleNamespace(settings=Settings(data=tmp_path), store=store, lists=store, credentials=load_or_create(tmp_path),
                          attempts=attempts)
    store.close()


@pytest.mark.slow
def test_the_pages_hear_no_more_guesses_than_the_token_endpoint(here: SimpleNamespace, clock: Clock) -> None:
    own = here.credentials
    for _ in range(NAME.most):
        with pytest.raises(ApiUnauthorized):
            sign_in(here, own.username, "a guess", "192.0.2.1")
    with pytest.raises(TooManyAttempts) as raised:
        sign_in(here, own.username, own.password, "192.0.2.1")
    clock.now += raised.value.seconds
    sign_in(here, own.username, own.password, "192.0.2.1").close()
    for _ in range(NAME.most):
        sign_in(here, own.username, own.password, "192.0.2.1").close()
