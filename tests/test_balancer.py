"""HAProxy with our configuration, before small servers of the test's own."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from benchmarks.cluster.machines import until
from benchmarks.cluster.programs import HAProxy, Missing, haproxy_program

pytestmark = pytest.mark.slow


class Replica(ThreadingHTTPServer):
    """Has files of one version; answers everything else, a POST with 503."""

    def __init__(self, version: str) -> None:
        asked = self.asked = Counter[str]()
        self.forwarded: set[str | None] = set()
        forwarded = self.forwarded

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked[self.path] += 1
                if self.path != "/healthz":
                    forwarded.add(self.headers["X-Forwarded-For"])
                self.answer(404 if self.path.startswith("/assets/") and version not in self.path else 200)

            def do_POST(self) -> None:
                asked[self.path] += 1
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(503)

            def answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


@contextmanager
def balanced(*versions: str) -> Iterator[tuple[httpx.Client, list[Replica]]]:
    try:
        haproxy_program()
    except Missing as error:
        pytest.skip(str(error))
    replicas = [Replica(version) for version in versions]
    balancer = HAProxy([f"127.0.0.1:{replica.server_port}" for replica in replicas])
    try:
        until(lambda: all(replica.asked["/healthz"] for replica in replicas))
        with httpx.Client(base_url=balancer.url, timeout=30) as web:
            yield web, replicas
    finally:
        balancer.stop()
        for replica in replicas:
            replica.stop()


def test_a_page_gets_the_files_of_its_version_while_one_replica_has_them() -> None:
    with balanced("new", "old", "new") as (web, _):
        assert {web.get("/assets/old/scripts.js").status_code for _ in range(12)} == {200}
        assert {web.get("/assets/new/scripts.js").status_code for _ in range(12)} == {200}


def test_what_is_asked_goes_round_and_nobody_says_whose_request_it_is_but_the_balancer() -> None:
    with balanced("a", "a", "a") as (web, replicas):
        for _ in range(9):
            web.get("/map/tiles/4/8/5", headers={"X-Forwarded-For": "203.0.113.9"})
        assert [replica.asked["/map/tiles/4/8/5"] for replica in replicas] == [3, 3, 3]
        assert all(replica.forwarded == {"127.0.0.1"} for replica in replicas)


def test_what_changes_something_is_asked_once() -> None:
    with balanced("a", "a", "a") as (web, replicas):
        assert web.post("/webhooks/wirelane", content=b"{}").status_code == 503
        assert sum(replica.asked["/webhooks/wirelane"] for replica in replicas) == 1


def test_one_that_has_ended_costs_no_answer() -> None:
    with balanced("a", "a", "a") as (web, replicas):
        replicas[0].stop()
        assert {web.get("/map/counts").status_code for _ in range(20)} == {200}
