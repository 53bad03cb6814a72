"""What holds for all tests: patience, a quick profile, that nothing is skipped where CI=true, who runs what at once."""

import gc
import logging
import os
from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.postgres import Server, programs

settings.register_profile("unhurried", settings.default, deadline=None)  # a busy machine is no bug
settings.register_profile("quick", settings.get_profile("unhurried"), max_examples=5)
settings.load_profile("unhurried")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return judged((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return judged((yield))


def judged(report: Report) -> Report:
    """The report; with CI=true a failure where a test, or a whole file of tests, was skipped."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"With CI=true nothing may be skipped. {reason}"
    return report


NewUrl = Callable[[], str]
"""Gives the URL of a store in which nothing is: of a file that isn't there yet, or of an empty database."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL for all tests of this process; each makes databases of its own."""
    if programs() is None:
        pytest.skip("PostgreSQL isn't installed (Debian: apt install postgresql)")
    server = Server()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewUrl]:
    """A test that takes this is run over both kinds of store."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        with server.lending() as lend:
            yield lend
    else:
        numbers = count()
        yield lambda: f"sqlite:///{tmp_path}/points{next(numbers) or ''}.sqlite"


BROWSER = "tests/browser/"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `-n`: a file's tests share a worker, and all browser tests do, so that there is one Chromium at a time."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)

    config.option.loadscopereorder = False  # in the order below, not by how many tests there are
    return Scheduling(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks PostgreSQL is slow. The browser's tests take longest: where others run at the same time, they begin first."""
    for item in items:
        if asks_postgres(item):
            item.add_marker(pytest.mark.slow)
    if settings.get_current_profile_name() == "quick":
        few(items)
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the garbage collector needn't look at it during each test. Nor need
    pytest listen to Streamlit's sixty loggers one by one: they tell the root logger, as all others do."""
    gc.freeze()
    for name, logger in logging.root.manager.loggerDict.items():
        if name.startswith("streamlit") and isinstance(logger, logging.Logger):
            logger.propagate = True


def asks_postgres(item: pytest.Item) -> bool:
    """Whether it needs a database server: it takes one, or is the case of a test for both stores that does."""
    case = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    stores = [value for value in case if isinstance(value, str) and value.startswith("postgres")]
    return bool(stores) or "postgres" in getattr(item, "fixturenames", ())


def few(items: list[pytest.Item]) -> None:
    """No property asks for more examples than the profile has. Hypothesis keeps a test's own number in a private attribute."""
    for item in items:
        test = getattr(item, "obj", None)
        if own := getattr(test, "_hypothesis_internal_use_settings", None):
            most = min(own.max_examples, settings.default.max_examples)
            getattr(test, "__func__", test)._hypothesis_internal_use_settings = settings(own, max_examples=most)
