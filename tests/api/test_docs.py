"""The Python examples of README and docs/api.md run against the embedded service; the reference is current."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.test_contract import MEMBER, METHOD, POINT, SESSIONS, SUBSCRIPTION
from tests.server.serving import serving
from wirelane_geo.demo import demo_points

ROOT = Path(__file__).parents[2]
README, TEXT = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/api.md"))


@pytest.mark.slow
def test_the_reference_is_current(tmp_path):
    code = "import sys; sys.path.insert(0, 'tools'); import make_api_reference as m; sys.stdout.write(m.reference())"
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8"}).stdout
    assert TEXT.endswith(made), "run: python tools/make_api_reference.py"


def examples_of(page: str) -> list[str]:
    return re.findall(r"(?ms)^```python\n(.*?)^```$", page.partition("## Reference")[0])


def run(examples: list[str], url: str) -> None:
    """Run examples one after the other, with the service at a free port and the command of this interpreter."""
    names: dict[str, object] = {"__name__": "docs"}
    for number, example in enumerate(examples, 1):
        code = example.replace("http://localhost:8501", url).replace(".venv/bin/", f"{Path(sys.executable).parent}/")
        try:
            exec(compile(code, f"example {number}", "exec"), names)
        except Exception as error:
            pytest.fail(f"example {number} raised {error!r}:\n{example}")


@pytest.mark.slow
def test_the_readmes_example_lists_points(tmp_path, monkeypatch, capsys):
    [example] = examples_of(README)
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path))
    with serving(tmp_path) as service:
        service.store.upsert(demo_points(1_500), "demo")
        run([example], service.url)
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(re.match(r"DE\*[A-Z]{3}\*E\d+\*\d+ \d+\.0 \w", line) for line in lines)


@pytest.mark.slow
def test_the_examples_run(tmp_path, monkeypatch, capsys):
    examples = examples_of(TEXT)
    assert len(examples) > 8
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path))
    with serving(tmp_path) as service:
        service.store.upsert([POINT], "demo")
        service.store.accounts.put([(MEMBER, [METHOD], SUBSCRIPTION)], "demo")
        service.store.sessions.put(SESSIONS, "demo")
        run(examples, service.url)
    said = capsys.readouterr().out
    for line in ("1 of 1 complete", "FREE", "3 sessions, 55.5 kWh", "3 of 3", "closed", "9.90 EUR", "404 not_found",
                 "('points', '200'): 1", "point.update"):
        assert line in said
    assert MEMBER.email not in said
