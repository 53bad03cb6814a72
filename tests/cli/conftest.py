import os
from pathlib import Path

import pytest


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of an installation without settings."""
    for name in os.environ:
        if name.startswith(("WIRELANE_", "STREAMLIT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"
