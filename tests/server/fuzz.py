"""The embedded service under schemathesis: `python -m tests.server.fuzz --seconds N` runs the long form, in the dialect that
`--dialect` names.

Every operation of the published document, valid data and invalid data, all checks, and sequences of calls in which one
uses what another answered; over real HTTP, on a network with members and sessions. Any 5xx, and any answer that the document
doesn't have, is a failure.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from tests.server.network import network
from tests.server.serving import Service, serving
from wirelane_geo.demo import demo_members, demo_payment_methods, demo_sessions, demo_subscription
from wirelane_geo.model import ChargePoint
from wirelane_geo.server import API_PATHS
from wirelane_geo.store import PointQuery

PHASES = ("coverage", "fuzzing", "stateful")
"""All of schemathesis' but that of examples, of which the document has none."""
ROOT = Path(__file__).parents[2]
SEED = 20_251_009
CONFIG = """
headers = {{ Authorization = "{token}" }}
[checks.positive_data_acceptance]
expected-statuses = ["200", "400", "401", "403", "404"]  # a 400 is left to refused_for_a_reason
"""


@dataclass(frozen=True)
class Report:
    """How a run went: requests that were checked, seconds, failures in words, and all that schemathesis said."""

    requests: int
    seconds: float
    failures: list[str]
    output: str


def fuzz(directory: Path, *, dialect: str = "2023", seed: int = SEED, examples: int = 10, seconds: int | None = None) -> Report:
    """One run on a service of its own, with so many examples for each operation, or repeated for so many seconds."""
    with serving(directory) as service:
        written = populate(service)
        config, report = directory / "schemathesis.toml", directory / "report.json"
        config.write_text(CONFIG.format(token=service.client.headers["Authorization"]))
        budget = ["--max-time", str(seconds), "--continue-on-failure"] if seconds else []
        document = f"{service.url}{API_PATHS[dialect]}/openapi.json"
        run = subprocess.run(
            [Path(sys.executable).with_name("st"), "--config-file", config, "run", document,
             "--checks", "all", "--seed", str(seed), "--max-examples", str(examples), "--report", "json",
             "--report-json-path", report, *budget],
            cwd=ROOT, env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.server.fuzz_checks", "PYTHONPATH": str(ROOT),
                           "WIRELANE_FUZZED_ORGANIZATION": service.credentials.organization, "WIRELANE_FUZZED_POINT": written,
                            "WIRELANE_FUZZED_IDS": json.dumps(ids_2026(service))},
            capture_output=True, text=True, check=False)
        if not report.exists():
            return Report(0, 0.0, ["schemathesis did not run"], run.stdout + run.stderr)
        return read(report, run.stdout)


def populate(service: Service) -> str:
    """A small network, its members, and sessions at some of its points. Returns the id of a point."""
    service.store.upsert(network(60).points, "demo")
    points = [msgspec.json.decode(body, type=ChargePoint) for body in service.store.query(PointQuery(page_size=20)).bodies]
    members = list(demo_members(service.credentials.organization, 80))
    service.store.accounts.put([(member, demo_payment_methods(member), demo_subscription(member)) for member in members],
                               "demo")
    named = (msgspec.structs.replace(session, owner=session.owner or "O") for session in demo_sessions(points, members))
    service.store.sessions.put(islice(named, 1_000), "demo")
    return points[0].id or ""


def ids_2026(service: Service) -> dict[str, object]:
    """What is there to be asked for by number in the API of 2026."""
    root = f"{service.url}{API_PATHS['2026']}/organizations/id/{service.credentials.organization}"
    [station] = service.client.get(f"{root}/stations", params={"page_size": 1}).raise_for_status().json()
    return {"stationId": station["id"], "scmId": station["connectors"][0]["scm_id"], "tariffId": 10, "priceModelId": 100,
            "groupId": 41}


def read(path: Path, output: str) -> Report:
    """What schemathesis reports; operations that were not tested or never answered 2xx, and ways of testing that were not
    gone, are failures too."""
    report = msgspec.json.decode(path.read_bytes())
    failures = [f"{failure}" for failure in (*report["failures"], *report["errors"])]
    if report["operations"]["tested"] != report["operations"]["total"]:
        failures.append(f"not all operations were tested: {report['operations']}")
    failures += [f"not done: {phase}" for phase in PHASES if report["phases"][phase]["status"] != "success"]
    failures += [f"never accepted: {name}" for name, rates in report["valid_rates"].items()
                 if not any(rate["accepted"] for rate in rates.values())]
    failures += [f"never let in: {name}" for name in report["warnings"].get("missing_auth", ())]
    return Report(report["test_cases"]["generated"], report["running_time"], failures, output)


def main() -> int:
    """The long form, each time with another seed unless one is given."""
    parser = argparse.ArgumentParser(description="Fuzz the embedded service.")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--dialect", choices=API_PATHS, default="2023")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        report = fuzz(Path(directory), dialect=asked.dialect, seed=asked.seed, examples=200, seconds=asked.seconds)
    if report.failures:
        print(report.output)
    print(f"service of {asked.dialect}: {report.requests:,} requests, {report.seconds:.0f} seconds, "
          f"{len(report.failures)} failures (seed {asked.seed})")
    return bool(report.failures)


if __name__ == "__main__":
    sys.exit(main())
