"""docs/api.md: its examples run against the embedded service, its reference is current."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.serving import serving
from tests.test_contract import MEMBER, METHOD, POINT, SESSIONS, SUBSCRIPTION

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")


def test_the_reference_is_current(tmp_path):
    code = "import sys; sys.path.insert(0, 'tools'); import make_api_reference as m; sys.stdout.write(m.reference())"
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8"}).stdout
    assert TEXT.endswith(made), "run: python tools/make_api_reference.py"


def test_the_examples_run(tmp_path, monkeypatch, capsys):
    examples = re.findall(r"(?ms)^```python\n(.*?)^```$", TEXT.partition("## Reference")[0])
    assert len(examples) > 8
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    with serving(tmp_path) as service:
        service.store.upsert([POINT], "demo")
        service.store.accounts.put([(MEMBER, [METHOD], SUBSCRIPTION)], "demo")
        service.store.sessions.put(SESSIONS, "demo")
        names: dict[str, object] = {"__name__": "docs"}
        for number, example in enumerate(examples, 1):
            code = compile(example.replace("http://localhost:8501", service.url), f"docs/api.md, example {number}", "exec")
            try:
                exec(code, names)
            except Exception as error:
                pytest.fail(f"example {number} raised {error!r}:\n{example}")
    said = capsys.readouterr().out
    for line in ("1 of 1 complete", "FREE", "3 sessions, 55.5 kWh", "3 of 3", "closed", "9.90 EUR", "404 not_found",
                 "('points', '200'): 1", "point.update"):
        assert line in said
    assert MEMBER.email not in said
