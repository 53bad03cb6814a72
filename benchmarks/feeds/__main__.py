"""`python -m benchmarks.feeds --minutes 10`."""

import argparse

from benchmarks.feeds.run import play, told

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--minutes", type=float, default=10.0)
parser.add_argument("--points", type=int, default=500)
parser.add_argument("--a-second", type=float, default=10.0, help="changes of all operators together")
parser.add_argument("--no-browser", action="store_true", help="until every page is told, not until a wall is painted")
given = parser.parse_args()
result = play(given.minutes * 60, given.points, given.a_second, browser=not given.no_browser)
print(told(result))
raise SystemExit(1 if result.lost else 0)
