"""`make cluster`: serves the map from a cluster on this machine until Ctrl-C."""

import signal
import sys
import threading

from benchmarks.cluster.machines import STANDBY, Cluster
from benchmarks.cluster.programs import Missing


def main() -> None:
    """Start it, and have the standby take over where the primary ends: on one machine this process can tell."""
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    try:
        with Cluster(say=lambda text: print(f"  {text} ...", file=sys.stderr, flush=True)) as cluster:
            print(f"\n  Wirelane Geo is at {cluster.url}\n  The database is {cluster.database}\n", file=sys.stderr, flush=True)
            primary, standby = cluster.servers
            promoted = False
            while not ending.wait(0.5):
                if not promoted and not primary.runs:
                    print(f"  The primary has ended: the {STANDBY} takes over.", file=sys.stderr, flush=True)
                    standby.promote()
                    promoted = True
    except Missing as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
