"""JavaScript's own tests, tests/js/*.test.js, as one test for pytest: `node --test` runs one file by itself, too."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted(path.name for path in HERE.glob("*.test.js"))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("node") or not (ROOT / "node_modules/@math.gl").exists(),
                    reason="JavaScript isn't tested: that needs Node and npm (tools/install-javascript.sh)")
def test_javascript() -> None:
    run = subprocess.run(["node", "--test", *(HERE / name for name in FILES)], cwd=ROOT, capture_output=True, text=True,
                         timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_there_are_tests_of_what_computes() -> None:
    assert {"arrange.test.js", "clip.test.js", "camera.test.js", "marks.test.js", "ages.test.js"} <= set(FILES)


def test_packages_are_named_exactly_and_without_addresses() -> None:
    """A lock file that names a registry's host works only where that can be reached."""
    package, lock = (json.loads((ROOT / name).read_text()) for name in ("package.json", "package-lock.json"))
    assert package["private"]
    assert all(version[0].isdigit() for version in package["devDependencies"].values())
    assert lock["packages"][""]["devDependencies"] == package["devDependencies"]
    assert not any("resolved" in entry for entry in lock["packages"].values())
    assert all("integrity" in entry for path, entry in lock["packages"].items() if path)
