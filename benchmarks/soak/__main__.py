"""`make soak MINUTES=n`: runs it, says how it goes, and ends with 1 where a change was lost."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.application import ROOT
from benchmarks.soak.report import report
from benchmarks.soak.run import Soak

DATA = ROOT.parent / "shared/data"


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--speed", type=float, default=60, help="of the replay, times real time")
    parser.add_argument("--refresh", type=float, default=5, help="seconds between two questions to the upstream")
    parser.add_argument("--data", type=Path, default=DATA, help="directory with irve-static-*.xz and irve-sessions-*.xz")
    parser.add_argument("--results", type=Path, help="file that the figures are written to as well (Markdown)")
    options = parser.parse_args()
    began = datetime.now(UTC)
    soak = Soak(options.data, options.minutes, options.speed, options.refresh)
    try:
        soak.run()
    except KeyboardInterrupt:
        print("ended early", file=sys.stderr)
    text = report(soak, began)
    print(text)
    if options.results:
        options.results.write_text(text, encoding="utf-8")
    return 0 if soak.complete and not soak.tally.lost else 1


if __name__ == "__main__":
    sys.exit(main())
