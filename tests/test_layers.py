"""Imports only point down: the order of the layers is the architecture."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "wirelane_geo"

# From the bottom up; a unit imports only what is below its layer. The pairs are neighbours where one stands on the other.
LAYERS: list[set[str]] = [
    {"geo", "errors", "in_process", "logs", "serving"},
    {"settings", "model"},
    {"filters", "hours", "gazetteer", "permalink", "stations", "usage"},
    {"api", "importers", "editing"},
    {"store"},
    {"demo", "replay", "cache"},
    {"live"},
    {"sources"},
    {"nearest"},
    {"service"},
    {"watch"},
    {"server"},
    {"embedded_client"},
    {"start"},
    {"signing_in"},
    {"ui"},
    {"cli"},
]
WITHIN_LAYER = {("permalink", "filters")}
STREAMLIT = {"ui"}
ENVIRONMENT = {"settings"}


def rank(name: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: absolute imports only"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    here = unit(path)
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "streamlit":
            assert here in STREAMLIT, f"{path} imports Streamlit"
        if top == "wirelane_geo" and rest and here != "__init__":
            there = rest[0]
            if there == here or there == "__version__":
                continue
            assert rank(there) < rank(here) or (here, there) in WITHIN_LAYER, f"{path} imports {name}, which is not below it"


@pytest.mark.parametrize("path", [p for p in modules() if unit(p) == "ui"], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_pages_know_no_server(path: Path) -> None:
    assert not {name for name in imports(path) if name.startswith("wirelane_geo.server")}


@pytest.mark.parametrize("path", [p for p in modules() if unit(p) == "geo"], ids=lambda p: p.name)
def test_geo_stands_on_numpy_and_shapely_alone(path: Path) -> None:
    allowed = {"numpy", "shapely", "wirelane_geo"} | set(sys.stdlib_module_names)
    assert {name.split(".")[0] for name in imports(path)} <= allowed
    assert {name.split(".")[1] for name in imports(path) if name.startswith("wirelane_geo.")} <= {"geo"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_settings_read_the_environment(path: Path) -> None:
    if unit(path) in ENVIRONMENT:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # Handing a setting on to a process of our own is not reading it.
    subscripts = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    written = {id(node.value) for node in subscripts if isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            read = node.attr in ("environ", "getenv") and id(node) not in written
            assert not read, f"{path}:{node.lineno} reads the environment"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_names_say_something(path: Path) -> None:
    assert not {"utils", "helpers", "common", "misc", "manager"} & {part.removesuffix(".py") for part in path.parts}
