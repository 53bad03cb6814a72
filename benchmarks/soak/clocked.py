"""The application on a machine whose clock is wrong: `python -m benchmarks.soak.clocked SECONDS` is `python app.py` there."""

import runpy
import sys
from datetime import UTC, datetime, timedelta

from benchmarks.application import ROOT
from wirelane_geo.live.clock import SystemClock


def main() -> None:
    """Set the clock that the live core goes by, then run the application in this process."""
    wrong = timedelta(seconds=float(sys.argv.pop(1)))
    SystemClock.now = lambda self: datetime.now(UTC) + wrong  # type: ignore[method-assign]  # noqa: ARG005
    sys.argv[0] = str(ROOT / "app.py")
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
