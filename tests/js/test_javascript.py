"""JavaScript's own tests, tests/js/*.test.js, as pytest counts them: `node --test` runs one file by itself, too."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted(path.name for path in HERE.glob("*.test.js"))


@pytest.mark.skipif(not shutil.which("node") or not (ROOT / "node_modules/@math.gl").exists(),
                    reason="JavaScript isn't tested: that needs Node and npm (tools/install-javascript.sh)")
@pytest.mark.parametrize("name", FILES)
def test_javascript(name: str) -> None:
    run = subprocess.run(["node", "--test", HERE / name], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_there_are_tests_of_what_computes() -> None:
    assert {"arrange.test.js", "clip.test.js", "camera.test.js", "marks.test.js", "ages.test.js"} <= set(FILES)
