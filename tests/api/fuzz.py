"""A hostile upstream against all of the client's operations, for as long as you like.

    python -m tests.api.fuzz --seconds 600 --seed 1

Each round makes a client, an upstream that does harm in a way drawn by chance, and a call. The call has to end within its
deadline, in a result or an ApiError that names the request, without a secret in it, and no secret may reach another host.
Prints rounds, requests, seconds, how calls ended, and each failure with the seed of its round.
"""

import argparse
import gzip
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.api.upstream import Request, Rule, Upstream, reply, serving
from wirelane_geo.api import Hosts, Retry, WirelaneClient
from wirelane_geo.errors import ApiError
from wirelane_geo.model import ChargePoint

DEADLINE = 0.3
GRACE = 4.0
"""Seconds that a busy machine may be late."""
SECRETS = ("s3cr3t-value", "pass-w0rd", "DEWLN-7777")
Answer = bytes | Iterator[bytes]

RECORDS = {"points": lambda n: {"id": f"p{n}", "charge_point_id": f"CP{n}", "latitude": 48.8, "longitude": 9.8},
           "sessions": lambda n: {"session_id": f"s{n}", "price": 1.70, "zip_code": 73525, "status": "closed"},
           "members": lambda n: {"id": f"m{n}", "status": "active", "account": {"account_id": f"A{n}"}}}

ASKS: dict[str, Callable[[WirelaneClient], Any]] = {
    "points": lambda client: client.points(page_size=3),
    "point": lambda client: client.point("P1"),
    "create_point": lambda client: client.create_point(ChargePoint(charge_point_id="CP")),
    "update_point": lambda client: client.update_point("P1", ChargePoint(charge_point_id="CP")),
    "members": lambda client: list(client.members(page_size=3, search="DEWLN-7777", limit=200)),
    "member": lambda client: client.member("DEWLN-7777"),
    "payment_methods": lambda client: client.payment_methods("DEWLN-7777"),
    "subscription": lambda client: client.subscription("DEWLN-7777"),
    "sessions": lambda client: list(client.sessions(
        page_size=3, since=datetime(2024, 5, 1, tzinfo=UTC), owner_id="DEWLN-7777", limit=200)),
    "session": lambda client: client.session("S1"),
}


@dataclass
class Outcome:
    """What a run came to."""

    rounds: int = 0
    requests: int = 0
    seconds: float = 0.0
    ended: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ends = ", ".join(f"{end} {times:,}" for end, times in self.ended.most_common())
        return (f"{self.rounds:,} calls, {self.requests:,} requests, {self.seconds:,.0f} s, {len(self.failures)} failures\n"
                f"ended in: {ends}" + "".join(f"\nFAILED {failure}" for failure in self.failures))


def sound(asked: Request, draw: Random) -> bytes:
    """What a well-behaved upstream would say, of a list of ten."""
    name = asked.path.rpartition("/")[2]
    if name == "payment_methods":
        return reply([{"id": "P", "status": "ACTIVE"}])
    if asked.method == "GET" and name in RECORDS:
        size, number = int(asked.query["page_size"]), int(asked.query["page"])
        records = [RECORDS[name](n) for n in range(10)][size * (number - 1): size * number]
        return reply(records, x_total_count=10)
    kind = next((name for name in RECORDS if f"/{name}" in asked.path), "points")
    return reply({} if name == "subscription" else RECORDS[kind](draw.randrange(10)))


def broken(whole: bytes, draw: Random) -> bytes:
    """An answer that was cut, changed, lengthened or turned round somewhere."""
    place = draw.randrange(len(whole) + 1)
    noise = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 9)))
    return draw.choice([whole[:place], whole[:place] + noise + whole[place:], whole[:place] + noise + whole[place + 5:],
                        whole[place:] + whole[:place], whole[:place] + b"\r\n\r\n" + whole[place:]])


def value(draw: Random, depth: int = 3) -> Any:
    """Any JSON."""
    names = ["id", "session_id", "charge_point_id", "status", "account", "price", "plan", "current_period", "access_token"]
    leaves: list[Any] = [None, True, "", "FREE", "\ud800", "x" * 50, -1, 10**30, 1.5, 1e308, "NaN", "2024-13-01T00:00:00Z"]
    if depth == 0 or draw.random() < 0.4:
        return draw.choice(leaves)
    if draw.random() < 0.5:
        return [value(draw, depth - 1) for _ in range(draw.randrange(5))]
    return {draw.choice(names): value(draw, depth - 1) for _ in range(draw.randrange(5))}


def harm(asked: Request, draw: Random, upstream: Upstream, elsewhere: str) -> Answer:
    """One of the ways in which an upstream can go wrong."""
    whole = sound(asked, draw) if asked.path != "/token" else reply({"access_token": "tok-1", "expires_in": 3600})
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    huge = gzip.compress(b"[" + b" " * 3_000_000 + b"]")
    echo = f"{asked.headers} {asked.body.decode(errors='replace')} {asked.target}"
    return draw.choice([
        lambda: b"",
        lambda: broken(whole, draw),
        lambda: broken(whole, draw),
        lambda: bytes(draw.randrange(256) for _ in range(draw.randrange(400))),
        lambda: reply(value(draw)),
        lambda: reply([value(draw) for _ in range(3)], x_total_count=draw.choice([3, 10**8, -1, "x"])),
        lambda: reply(json.dumps(value(draw)).encode("utf-16")),
        lambda: upstream.drip(head + b"Content-Length: 99999999\r\n\r\n["),
        lambda: upstream.drip(head + b"X-Slow: ", b"x"),
        lambda: reply(huge, content_encoding="gzip"),
        lambda: reply(whole, content_type=draw.choice(["text/html", "image/png", "application/json; charset=x"])),
        lambda: reply(status=draw.choice([301, 302, 303, 307, 308]), location=f"{elsewhere}/{asked.token}"),
        lambda: reply({"error_code": echo, "error_message": echo}, draw.choice([400, 401, 403, 404, 409, 422, 500, 599])),
        lambda: reply(status=draw.choice([429, 502, 503, 504]), retry_after=draw.choice(["0", "9999", "soon", "-1"])),
        lambda: reply(status=draw.choice([100, 101, 201, 204, 206, 226, 299, 304])),
        lambda: reply({"access_token": draw.choice(["a", "a.b.c", "\n", 7]), "expires_in": draw.choice([0, -9, 1e99, "x"])},
                      date=draw.choice([None, "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "now"])),
        lambda: reply([RECORDS["sessions"](draw.randrange(10**9)) for _ in range(3)], x_total_pages=10**8),
    ])()


def rules(draw: Random, upstream: Upstream, elsewhere: str) -> Iterator[Rule]:
    """How the API and the token endpoint answer: soundly, harmfully, or one after the other."""
    for often in (draw.choice([0.2, 0.6, 1.0]), draw.choice([0.0, 0.0, 0.3, 1.0])):
        def rule(asked: Request, often: float = often) -> Answer:
            if draw.random() < often:
                return harm(asked, draw, upstream, elsewhere)
            if asked.path == "/token":
                return reply({"access_token": f"tok-{asked.nth}", "expires_in": 3600})
            return sound(asked, draw)
        yield rule


def attempt(seed: int, upstream: Upstream, elsewhere: Upstream, outcome: Outcome) -> None:
    """One round."""
    draw = Random(seed)
    name = draw.choice(list(ASKS))
    upstream.api, upstream.token = rules(draw, upstream, elsewhere.url)
    upstream.asked.clear()
    upstream.forms.clear()
    wait = threading.Event().wait
    client = WirelaneClient(
        f"{upstream.url}/apis/emc", f"{upstream.url}/token", "DEMO", "client-1", "s3cr3t-value", "ada", "pass-w0rd",
        timeout=0.2, deadline=DEADLINE, max_bytes=1_000_000,
        retry=Retry(attempts=3, base=0.001, longest_asked=0.01), sleep=lambda seconds: wait(min(seconds, 0.01)),
        hosts=Hosts(rate=1e6))
    began, pages = time.monotonic(), 1
    said = ""
    with client:
        try:
            ASKS[name](client)
            end = "a result"
        except ApiError as error:
            end = type(error).__name__
            said = f"{error} {error!r} {vars(error)}"
            if not error.request:
                outcome.failures.append(f"seed {seed}: {name} failed without naming the request: {error}")
        except Exception as error:
            end = "a fault of the client"
            outcome.failures.append(f"seed {seed}: {name} raised {error!r}")
    took = time.monotonic() - began
    if name in ("sessions", "members"):
        pages = max(1, len(upstream.asked))
    if took > DEADLINE * pages + GRACE:
        outcome.failures.append(f"seed {seed}: {name} took {took:.1f} s")
    if any(secret in said for secret in SECRETS):
        outcome.failures.append(f"seed {seed}: {name} said a secret: {said[:300]}")
    if elsewhere.asked or elsewhere.forms:
        outcome.failures.append(f"seed {seed}: {name} was led to another host")
        elsewhere.asked.clear()
        elsewhere.forms.clear()
    outcome.rounds += 1
    outcome.requests += len(upstream.asked) + len(upstream.forms)
    outcome.ended[end] += 1


def run(seed: int, *, seconds: float | None = None, rounds: int | None = None) -> Outcome:
    """Rounds from a seed on, for some seconds or so many of them."""
    outcome, began = Outcome(), time.monotonic()
    with ExitStack() as stack:
        upstream, elsewhere = (stack.enter_context(serving()) for _ in range(2))
        while (rounds is None or outcome.rounds < rounds) and (seconds is None or time.monotonic() - began < seconds):
            attempt(seed + outcome.rounds, upstream, elsewhere, outcome)
    outcome.seconds = time.monotonic() - began
    return outcome


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0, help="how long (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first round (default 1)")
    parser.add_argument("--rounds", type=int, help="no more rounds than this")
    given = parser.parse_args()
    outcome = run(given.seed, seconds=given.seconds, rounds=given.rounds)
    print(outcome)
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
