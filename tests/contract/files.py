"""The facts of the published API, one file a dialect: operations, parameters, schemas."""

from pathlib import Path

API_2023 = Path(__file__).parent / "wirelane-2.0.yaml"
"""The Wirelane API 2.0 as published in November 2023."""
