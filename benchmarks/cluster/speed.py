"""Tiles that one process gives in a second, and that two give; and what they, and who asks, take of the machine for it."""

import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.cluster.machines import ROLE, ROOT, Cluster, until
from benchmarks.cluster.programs import free_port
from benchmarks.cluster.traffic import TILES
from wirelane_geo.ui.assets import first_visit
from wirelane_geo.web.packed_files import BEST

CLIENTS, CONNECTIONS = 8, 4
"""Processes that ask, and connections of each: so many that no process waits for them while a machine has other work."""
ROUNDS = 3
"""So often one and two are measured, in turns: the middle one counts."""

ASKING = """
local tiles, asked, number = {%s}, {}, 0
local who = tonumber(io.open("/proc/self/stat"):read("*n"))
local function ask(path) return wrk.format("GET", path, {["Accept-Encoding"] = "gzip"}) end
init = function()
  for place, tile in ipairs(tiles) do asked[place] = ask("/map/tiles/" .. tile) end
end
request = function()
  number = number + 1
  if not %s then return asked[number %% #tiles + 1] end
  return ask(string.format("/map/tiles/%%s?kw=%%d.%%d0%%d-", tiles[number %% #tiles + 1], number %% 300, number / 300, who))
end
done = function(summary)
  io.write(string.format("RESULT %%d %%d\\n", summary.requests, summary.errors.status + summary.errors.connect
    + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""
"""What wrk asks for: one tile after the other; made anew: each with a filter that nobody has asked for before."""
KINDS = {"kept": "false", "made anew": "true"}
COUNTING = "import sys, time\nend, n = time.monotonic() + float(sys.argv[1]), 0\nwhile time.monotonic() < end: n += 1\nprint(n)"
"""What two processes can do that have nothing in common: how much quicker than one they are is what the machine is good for."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Speed:
    """tiles: a second; cores: how much of one each process took; client: and those who asked."""

    tiles: float
    cores: Sequence[float]
    client: float

    @property
    def cost_ms(self) -> float:
        """Milliseconds of a core that a tile takes."""
        return 1000 * sum(self.cores) / self.tiles


def speed(directory: Path, seconds: int, kind: str, urls: Sequence[str], processes: Sequence[int]) -> Speed:
    """How fast people get tiles of a kind from some processes, each over a connection of their own; those of one client begin a
    moment after the last one's."""
    script = directory / "tiles.lua"
    script.write_text(ASKING % (", ".join(f'"{zoom}/{x}/{y}"' for zoom, x, y in TILES), KINDS[kind]), encoding="utf-8")
    _apart(processes)
    began, before, own = time.monotonic(), [_cpu_s(one) for one in processes], _children_s()
    asking = []
    for number in range(CLIENTS):
        asking.append(subprocess.Popen(
            [shutil.which("wrk") or "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script),
             urls[number % len(urls)]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        time.sleep(0.05)
    answered = sum(map(_answered, asking))
    took = time.monotonic() - began
    return Speed(answered / seconds, [(_cpu_s(one) - spent) / took for one, spent in zip(processes, before, strict=True)],
                 (_children_s() - own) / took)


def _apart(processes: Sequence[int]) -> None:
    """Give each process a core of its own: where a machine has other work, its scheduler may put two of them on one."""
    cores = sorted(os.sched_getaffinity(0))
    for number, process in enumerate(processes):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), {cores[number % len(cores)]})


def _answered(asking: "subprocess.Popen[str]") -> int:
    text = asking.communicate()[0]
    said = [line.split() for line in text.splitlines() if line.startswith("RESULT")]
    if not said or int(said[0][2]):
        raise RuntimeError(f"wrk got no tiles, or not all of them:\n{text}")
    return int(said[0][1])


def _cpu_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _children_s() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


class Workers:
    """So many workers on one SQLite directory, started within `with`."""

    def __init__(self, directory: Path, count: int, stations: int) -> None:
        self._count, port = count, free_port()
        self._environment = {**os.environ, "WIRELANE_GEO_DATA": str(directory), "WIRELANE_GEO_SIMULATOR": "off",
                             "WIRELANE_GEO_REQUESTS_PER_ADDRESS": "1000000", "WIRELANE_GEO_DEMO_STATIONS": str(stations)}
        self._command = [sys.executable, "-c", "from wirelane_geo.cli import main; main()", "run", "--port", str(port),
                         "--workers", str(count)]
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> "Workers":
        self._process = subprocess.Popen(self._command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
        names = set[str]()

        def all_serve() -> bool:
            try:
                if found := ROLE.search(httpx.get(f"{self.url}/metrics", timeout=5).text):
                    names.add(found[1])
            except httpx.HTTPError:
                return False
            return len(names) == self._count

        until(all_serve, 300)
        return self

    @property
    def processes(self) -> list[int]:
        """Those that answer."""
        own = self._process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="utf-8").split()
        return [own] if self._count == 1 else list(map(int, children))

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)


def machine(seconds: int) -> float:
    """How many times as far two processes count as one, in the middle of some rounds."""
    return statistics.median(_counted(seconds, 2) / _counted(seconds, 1) for _ in range(ROUNDS))


def _counted(seconds: int, number: int) -> float:
    """How far so many processes count in a second, each on a core of its own."""
    counting = [subprocess.Popen([sys.executable, "-c", COUNTING, str(seconds)], stdout=subprocess.PIPE, text=True)
                for _ in range(number)]
    _apart([one.pid for one in counting])
    return sum(int(one.communicate()[0]) for one in counting) / seconds


def _settle(directories: Sequence[Path]) -> None:
    """Wait until processes have compressed what a first visit needs as well as can be, which they do in their first minutes."""
    files = len(first_visit())
    until(lambda: all(len(list((one / "packed").glob(f"*.{BEST}"))) >= files for one in directories), 600)


Speeds = dict[str, tuple[list[Speed], list[Speed]]]
"""Of each kind: of one process and of two, in each round."""


def of_workers(directory: Path, seconds: int, stations: int) -> Speeds:
    """Of one worker and of two, in turns."""
    with Workers(directory / "workers", 1, stations):
        _settle([directory / "workers"])

    def measure(number: int, kinds: Callable[[Sequence[str], Sequence[int]], None]) -> None:
        with Workers(directory / "workers", number, stations) as workers:
            kinds([workers.url], workers.processes)

    return _in_turns(directory, seconds, measure)


def of_replicas(directory: Path, seconds: int, cluster: Cluster) -> Speeds:
    """Of one replica and of two, in turns."""
    _settle([one.data for one in cluster.replicas])

    def measure(number: int, kinds: Callable[[Sequence[str], Sequence[int]], None]) -> None:
        some = cluster.replicas[:number]
        kinds([one.url for one in some], [one.process.pid for one in some if one.process])

    return _in_turns(directory, seconds, measure)


def _in_turns(directory: Path, seconds: int,
              measure: Callable[[int, Callable[[Sequence[str], Sequence[int]], None]], None]) -> Speeds:
    found: Speeds = {kind: ([], []) for kind in KINDS}
    for _ in range(ROUNDS):
        for number in (1, 2):
            def kinds(urls: Sequence[str], processes: Sequence[int], number: int = number) -> None:
                for kind in found:
                    speed(directory, 1, kind, urls, processes)
                for kind, rounds in found.items():
                    rounds[number - 1].append(speed(directory, seconds, kind, urls, processes))

            measure(number, kinds)
    return found


def compare(what: str, speeds: Speeds) -> None:
    """Print tiles a second of one and of two, the middle of the rounds, and what they took."""
    for kind, rounds in speeds.items():
        one, two = (sorted(those, key=lambda speed: speed.tiles)[len(those) // 2] for those in rounds)
        times = statistics.median(b.tiles / a.tiles for a, b in zip(*rounds, strict=True))
        print(f"{what}, tiles that are {kind}: 1 {one.tiles:,.0f}/s, 2 {two.tiles:,.0f}/s: {times:.2f} times", flush=True)
        for number, those in ((1, one), (2, two)):
            cores = " + ".join(f"{share:.2f}" for share in those.cores)
            print(f"    {number}: {those.cost_ms:.2f} ms of a core a tile; {cores} of a core, wrk {those.client:.2f}", flush=True)
