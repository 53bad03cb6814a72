"""Our modules as one: what each exports is there, whatever it imports, and nothing runs before it is needed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from wirelane_geo.ui.assets import ELSEWHERE, STATIC
from wirelane_geo.ui.script_bundle import bundle

MODULES = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js") if path.name not in ELSEWHERE}
with_node = pytest.mark.skipif(not shutil.which("node"), reason="JavaScript isn't tested: that needs Node")


def answer(directory: Path, scripts: str, expression: str) -> str:
    """What an expression of `module` is, as Node prints it."""
    (directory / "scripts.mjs").write_text(scripts)
    program = f"import {{module}} from '{directory}/scripts.mjs'; console.log(JSON.stringify({expression}))"
    run = subprocess.run(["node", "--input-type=module", "-e", program], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.slow
@with_node
def test_modules_find_each_other_and_run_when_they_are_needed(tmp_path: Path) -> None:
    made = bundle({
        "a.js": "// Uses b.\nimport {one, two as second} from './b.js';\nimport {Three} from './c.js';\n\n"
                "export const sum = one + second() + new Three().value;\nexport async function later() {}\n",
        "b.js": "globalThis.ran = [...globalThis.ran ?? [], 'b'];\nexport let one = 1;\nexport function two() { return 2; }\n",
        "c.js": "globalThis.ran = [...globalThis.ran ?? [], 'c'];\nexport class Three { value = 3; }\n"
                "export function* none() {}\n",
    }, "c.js")
    expression = ("[globalThis.ran, module('a.js').sum, Object.keys(module('a.js')), globalThis.ran, "
                  "module('a.js') === module('a.js')]")
    assert answer(tmp_path, made, expression) == '[["c"],6,["sum","later"],["c","b"],true]'


@pytest.mark.slow
@with_node
def test_ours_work_as_one(tmp_path: Path) -> None:
    scripts = bundle(MODULES, "tile_grid.js")
    assert answer(tmp_path, scripts, "module('tile_columns.js').joined([], [0, 0, 1, 1])") == (
        '{"stations":{"length":0,"columns":{}},"clusters":{"length":0,"columns":{}}}')
    assert answer(tmp_path, scripts, "Object.keys(module('marks.js')).length > 5") == "true"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_ours_are_written_as_the_bundle_reads_them(name: str) -> None:
    code = re.sub(r"/\*.*?\*/|^//.*$", "", MODULES[name], flags=re.DOTALL | re.MULTILINE)
    imports, exports = re.findall(r"^import\b.*$", code, re.MULTILINE), re.findall(r"^export\b.*$", code, re.MULTILINE)
    assert all(re.fullmatch(r"import \{[^}]*\} from '\./[\w.]+';", line) for line in imports), imports
    assert all(re.match(r"export (async )?(function\*?|const|let|class) \w+", line) for line in exports), exports
    assert not re.search(r"^export const \{|^export default|^export \*", code, re.MULTILINE)
    assert {found for line in imports for found in re.findall(r"'\./([\w.]+)'", line)} <= MODULES.keys()
    assert re.search(r"^\s*await\b", re.sub(r"(?s)\{.*\}", "", code), re.MULTILINE) is None, "nothing is waited for at its top"
