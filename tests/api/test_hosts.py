"""How an upstream host is treated: left alone when it fails, asked no more often than it may be; and what is counted."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.upstream import points, reply
from wirelane_geo.api import Hosts, Retry, Tally
from wirelane_geo.errors import ApiBadAnswer, ApiNotFound, ApiPaused, ApiServerFault, ApiTooMany, ApiUnreachable

ONCE = Retry(attempts=1)


class Clock:
    """Stands still until it is moved, or slept by."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


def fail(client, kind=ApiServerFault, times=1):
    for _ in range(times):
        with pytest.raises(kind):
            client.point("P1")


@pytest.mark.parametrize(("broken", "kind"), [
    (lambda: reply({"error_code": "emc_down"}, 503), ApiServerFault), (lambda: reply(status=500), ApiServerFault),
    (lambda: b"", ApiUnreachable), (lambda: b"SSH-2.0\r\n", ApiUnreachable),
])
def test_after_repeated_failures_calls_fail_at_once_with_the_last_cause(upstream, connect, clock, broken, kind):
    client = connect(hosts=Hosts(clock=clock), clock=clock, retry=ONCE)
    upstream.api = lambda asked: broken()
    fail(client, kind, 5)
    with pytest.raises(ApiPaused, match="failed 5 times in a row") as paused:
        client.point("P1")
    assert len(upstream.asked) == 5
    assert type(paused.value.cause) is kind
    assert str(paused.value.cause) in str(paused.value)
    assert "tried again in 10 s" in str(paused.value)
    assert paused.value.request == f"GET {upstream.url}/apis/emc/organizations/id/DEMO/points/id/P1"


def test_it_recovers_by_itself(upstream, connect, clock):
    hosts = Hosts(clock=clock)
    client = connect(hosts=hosts, clock=clock, retry=ONCE)
    upstream.api = lambda asked: reply(status=503)
    fail(client, times=5)
    assert hosts.states()[upstream.url] == "open"
    clock.now += 9.9
    fail(client, ApiPaused)
    clock.now += 0.2
    assert hosts.states()[upstream.url] == "half-open"
    upstream.api = lambda asked: reply(points("a")[0])
    assert client.point("P1").id == "a"
    assert hosts.states()[upstream.url] == "closed"
    upstream.api = lambda asked: reply(status=503)
    fail(client, times=4)
    assert hosts.states()[upstream.url] == "closed"


def test_a_probe_that_fails_lets_it_rest_for_longer_up_to_a_limit(upstream, connect, clock):
    client = connect(hosts=Hosts(clock=clock), clock=clock, retry=ONCE)
    upstream.api = lambda asked: reply(status=503)
    fail(client, times=5)
    for rest in (10, 20, 40, 60, 60):
        asked = len(upstream.asked)
        clock.now += rest - 0.1
        fail(client, ApiPaused)
        assert len(upstream.asked) == asked
        clock.now += 0.2
        fail(client)
        assert len(upstream.asked) == asked + 1


def test_half_open_lets_one_call_through_at_a_time(upstream, connect, clock):
    client = connect(hosts=Hosts(clock=clock), clock=clock, retry=ONCE)
    upstream.api = lambda asked: reply(status=503)
    fail(client, times=5)
    arrived, go_on = threading.Event(), threading.Event()

    def slow(asked):
        arrived.set()
        go_on.wait(5)
        return reply(points("a")[0])

    upstream.api = slow
    clock.now += 11
    with ThreadPoolExecutor(1) as pool:
        probe = pool.submit(client.point, "P1")
        assert arrived.wait(5)
        with pytest.raises(ApiPaused, match="being tried again right now"):
            client.point("P1")
        go_on.set()
        assert probe.result(5).id == "a"
    assert client.point("P1").id == "a"


@pytest.mark.parametrize(("answer", "kind"), [
    (lambda: reply(status=404), ApiNotFound), (lambda: reply(status=429), ApiTooMany),
    (lambda: reply(b"<html>", content_type="text/html"), ApiBadAnswer),
])
def test_a_host_that_answers_is_not_broken(upstream, connect, clock, answer, kind):
    client = connect(hosts=Hosts(clock=clock), clock=clock, retry=ONCE)
    upstream.api = lambda asked: answer()
    fail(client, kind, 20)
    assert len(upstream.asked) == 20


def test_a_success_in_between_starts_the_count_anew(upstream, connect, clock):
    client = connect(hosts=Hosts(clock=clock), clock=clock, retry=ONCE)
    upstream.api = lambda asked: reply(points("a")[0]) if asked.nth % 5 == 0 else reply(status=503)
    for _ in range(4):
        fail(client, times=4)
        client.point("P1")


def test_who_had_no_time_blames_nobody(upstream, connect):
    client = connect(hosts=Hosts(rate=1e9), retry=ONCE, timeout=30)
    client.points()
    upstream.api = lambda asked: upstream.gone.wait(10) and b""
    for _ in range(8):
        with pytest.raises(ApiUnreachable, match=r"within the 0\.01 s"):
            client.point("P1", deadline=0.01)


def test_the_token_host_has_a_circuit_of_its_own(upstream, connect, clock):
    client = connect(hosts=(hosts := Hosts(clock=clock)), clock=clock, retry=ONCE)
    client._tokens._token_url = client._tokens._token_url.replace("127.0.0.1", "localhost")
    upstream.token = lambda asked: reply(status=500)
    fail(client, times=5)
    fail(client, ApiPaused)
    assert hosts.states() == {upstream.url.replace("127.0.0.1", "localhost"): "open"}


def test_clients_can_share_what_they_know(upstream, connect, clock):
    hosts = Hosts(clock=clock)
    fine, other = (connect(hosts=hosts, clock=clock, retry=ONCE) for _ in range(2))
    upstream.api = lambda asked: reply(status=503)
    fail(fine, times=5)
    fail(other, ApiPaused)
    fail(connect(hosts=Hosts(), retry=ONCE))


def test_no_more_is_asked_than_the_rate_allows(upstream, connect, clock):
    upstream.api = lambda asked: reply(points("a")[0])
    client = connect(hosts=Hosts(rate=10, burst=5, clock=clock), clock=clock, sleep=clock.sleep)
    start = clock.now
    for _ in range(104):  # and one for the token
        client.point("P1")
    assert clock.now - start == pytest.approx(10.0)
    assert len(upstream.asked) == 104


@pytest.mark.slow
def test_a_wall_of_screens_shares_one_rate(upstream, connect):
    upstream.api = lambda asked: reply(points("a")[0])
    waited = []
    hosts = Hosts(rate=10, burst=5, clock=lambda: 0.0)
    client = connect(hosts=hosts, sleep=waited.append)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.point("P1"), range(40)))
    assert sorted(waited) == pytest.approx([number / 10 for number in range(1, 37)])


def test_whose_turn_does_not_come_in_time_is_told_so(upstream, connect, clock):
    client = connect(hosts=Hosts(rate=0.1, burst=2, clock=clock), clock=clock, sleep=clock.sleep)
    client.points()
    with pytest.raises(ApiUnreachable, match="asked as often as it may be"):
        client.point("P1", deadline=5)
    assert len(upstream.asked) == 1
    clock.now += 10
    client.points(deadline=5)


def test_every_request_is_told_to_who_counts(upstream, connect, clock):
    told, tally = [], Tally()

    def observe(exchange):
        told.append(exchange)
        tally(exchange)

    client = connect(observe=observe, hosts=Hosts(clock=clock, failures=2), clock=clock)
    upstream.api = lambda asked: reply(status=503) if asked.nth == 1 else reply(points("a")[0])
    client.point("P1")
    upstream.api = lambda asked: reply(status=404)
    fail(client, ApiNotFound)
    upstream.api = lambda asked: b""
    fail(client, ApiUnreachable, 2)
    fail(client, ApiPaused)
    assert tally.requests() == {("token", "200"): 1, ("point", "503"): 1, ("point", "200"): 1, ("point", "404"): 1,
                                ("point", "ApiUnreachable"): 8, ("point", "ApiPaused"): 1}
    assert {exchange.host for exchange in told} == {upstream.url}
    assert set(tally.seconds()) == {"token", "point"}
    assert all(seconds > 0 for seconds in tally.seconds().values())
