"""A country of OCPI: importing it, importing it again with nothing changed, and asking a live feed that has nothing new.

    python benchmarks/country.py [--evses 196320] [--file FILE]

Each import is a process of its own, the feed is asked twice by one; memory is the most that it had, with the child process that
reads. "Read" is a second import that reads all of the file and finds nothing changed (`--replace`). The file is one of our own
making, of the size and shape of the Netherlands' (134 MB), where none is given.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.application import ROOT
from benchmarks.points import Table, text

EVSES = 196_320
_IMPORT = "from wirelane_geo.cli import main; main(['import', {file!r}])"
_IMPORT_WHOLE = _IMPORT.replace("'import'", "'import', '--replace'")
_PULL = """
import sys
import time
from pathlib import Path
from benchmarks.feeds.serving import serving
from starlette.responses import FileResponse
from starlette.routing import Route
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.store import open_store
from wirelane_geo.store.private_file import make_directory
here = Path({data!r})
make_directory(here / "feeds")
store = open_store(here / "points.sqlite")
with serving([Route("/locations", lambda request: FileResponse({file!r}))]) as url:
    feed = Feed(name="country", kind="ocpi", url=url + "/locations")
    puller = Puller(store, feed, here / "feeds", [feed.origin])
    for _ in range(2):
        begin, used = time.perf_counter(), time.process_time()
        state = puller.pull(static=True, live=True)
        assert state.problem is None, state.problem
        print(time.perf_counter() - begin, time.process_time() - used, flush=True)
store.close()
"""


def write(path: Path, evses: int = EVSES) -> None:
    """A country's locations."""
    rng, written = random.Random(7), 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"status_code":1000,"timestamp":"2026-03-01T12:00:00Z","data":[')
        number = 0
        while written < evses:
            count = min(evses - written, rng.choice((1, 2, 2, 2, 4, 6)))
            file.write("," * bool(number) + json.dumps(_location(rng, number, written, count), separators=(",", ":")))
            written, number = written + count, number + 1
        file.write("]}")


def _location(rng: random.Random, number: int, first: int, count: int) -> dict[str, object]:
    operator = rng.randrange(60)
    party = f"{chr(65 + operator // 26)}{chr(65 + operator % 26)}X"
    at = f"2026-0{rng.randrange(1, 4)}-{rng.randrange(10, 28)}T{rng.randrange(10, 24)}:{rng.randrange(10, 60)}:00Z"
    quick = rng.random() < 0.1
    connector = {"id": "1", "standard": "IEC_62196_T2_COMBO" if quick else "IEC_62196_T2",
                 "format": "CABLE" if quick else "SOCKET", "power_type": "DC" if quick else "AC_3_PHASE",
                 "max_voltage": 920 if quick else 230,
                 "max_amperage": 500 if quick else rng.choice((16, 32)), "max_electric_power": 300_000 if quick else 11_000,
                 "tariff_ids": [f"T{operator}-1"], "last_updated": at}
    evses = [{"uid": f"{number}-{place}", "evse_id": f"NL*{party}*E{first + place:07}", "last_updated": at,
              "status": rng.choice(("AVAILABLE", "CHARGING", "AVAILABLE", "UNKNOWN")), "physical_reference": f"{place + 1}",
              "capabilities": ["RFID_READER", "REMOTE_START_STOP_CAPABLE", "RESERVABLE"], "connectors": [connector],
              "parking_restrictions": ["EV_ONLY"], "status_schedule": [], "floor_level": None} for place in range(count)]
    return {"id": f"LOC{number:06}", "country_code": "NL", "party_id": party, "publish": True, "name": f"Laadpaal {number}",
            "address": f"Stationsstraat {number % 300 + 1}",
            "city": f"Plaats {number % 2000}", "postal_code": f"{1000 + number % 9000} AB",
            "country": "NLD", "coordinates": {"latitude": f"{50.8 + 2.5 * rng.random():.6f}",
                                              "longitude": f"{4.0 + 3.0 * rng.random():.6f}"},
            "operator": {"name": f"Operator {operator} B.V.", "website": "https://example.org"}, "time_zone": "Europe/Amsterdam",
            "opening_times": {"twentyfourseven": True}, "charging_when_closed": True, "evses": evses, "last_updated": at}


def measure(code: str, data: Path) -> tuple[float, float, float, str]:
    """Seconds, seconds of a processor, and the most memory (MB) of a process that runs this; and what it says."""
    begin, most, ended = time.perf_counter(), 0, threading.Event()
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "WIRELANE_GEO_DATA": str(data)}) as process:
        def watch() -> None:
            nonlocal most
            while not ended.wait(0.05):
                most = max(most, _resident(process.pid))
        watching = threading.Thread(target=watch)
        watching.start()
        told = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        ended.set()
        watching.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("it failed")
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime, most / 1e6, told


def _resident(process: int) -> int:
    """Bytes in memory of a process and its children."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        inner = [int(one) for task in Path(f"/proc/{process}/task").iterdir() for one in (task / "children").read_text().split()]
    except (OSError, IndexError):  # it has ended
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(map(_resident, inner))


def main(evses: int = EVSES, given: Path | None = None) -> Table:
    """Rows: what, seconds, processor seconds, memory, aim; the first of them the header."""
    rows: Table = [["what", "s", "CPU s", "MB", "aim"]]
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        file = given or here / "country.json"
        if given is None:
            write(file, evses)
        for what, code, aim in (("import", _IMPORT, "15 s, 400 MB"), ("the same file again", _IMPORT, "5 s"),
                                ("the same file again, read", _IMPORT_WHOLE, "")):
            seconds, used, memory, _ = measure(code.format(file=str(file)), here / "file")
            rows.append([what, f"{seconds:.1f}", f"{used:.1f}", f"{memory:.0f}", aim])
        *_, memory, told = measure(_PULL.format(file=str(file), data=str(here / "feed")), here / "feed")
        for what, aim, said in zip(("a live feed, for the first time", "a live feed, nothing new"), ("", "5 s"),
                                   told.splitlines(), strict=True):
            rows.append([what, *(f"{float(one):.1f}" for one in said.split()), f"{memory:.0f}", aim])
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evses", type=int, default=EVSES)
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    print(text(main(options.evses, options.file)))
