"""Where several workers share the tests, one of them has all that drive a browser, and begins with them."""

import re
from pathlib import Path

import pytest

from tests.inner_pytest import judged


@pytest.mark.slow
def test_one_worker_has_all_browser_tests_and_begins_with_them(tmp_path: Path) -> None:
    for name in ("browser/test_a.py", "browser/test_b.py", "browser/test_c.py", "api/test_a.py", "api/test_b.py"):
        file = tmp_path / "tests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("import pytest\n\n\n@pytest.mark.parametrize('n', range(3))\ndef test_it(n): pass\n", encoding="utf-8")
    printed = judged(tmp_path, "-n", "2", "-v")
    ran = re.findall(r"^\[(gw\d)\] .* PASSED (\S+?)::", printed, re.MULTILINE)
    assert len(ran) == 15, printed
    workers: dict[str, set[str]] = {}
    for worker, file in ran:
        workers.setdefault("browser" if "browser" in file else file, set()).add(worker)
    assert all(len(those) == 1 for those in workers.values()), workers
    [browser] = workers["browser"]
    assert "browser" in next(file for worker, file in ran if worker == browser)
