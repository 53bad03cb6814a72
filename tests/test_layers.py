"""Imports only point down: the order of the layers is the architecture."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "wirelane_geo"

# From the bottom up; a unit imports only what is below its layer. The pairs are neighbours where one stands on the other.
LAYERS: list[set[str]] = [
    {"geo", "errors", "logs", "child"},
    {"settings", "model"},
    {"filters", "permalink", "places", "wire"},
    {"api", "importers", "store"},
    {"cache", "demo", "feeds", "live", "web"},
    {"sources"},
    {"map", "publish"},
    {"server"},
    {"installation"},
    {"operator"},
    {"ui"},
    {"cli"},
]
WITHIN_LAYER = {("permalink", "filters")}
STREAMLIT = {"ui"}
ENVIRONMENT = {"settings"}
PROGRAMS = [ROOT / "app.py", *(path for folder in ("pages", "benchmarks", "tools") for path in (ROOT / folder).rglob("*.py"))]
FACES = ("api", "cache", "demo", "geo", "importers", "live", "map", "model", "operator", "places", "publish", "server", "sources",
         "store", "web", "wire")
"""Packages that show a face: what isn't their business alone can be imported by name. `ui` and `cli` are made of parts."""


def rank(name: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    """The package or loose module of Wirelane Geo that a file belongs to, "" for a program beside it."""
    return "" if PACKAGE not in path.parents else path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All of a module's syntax tree, read once for all tests."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in nodes(path):
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
def test_geo_stands_on_numpy_alone(path: Path) -> None:
    allowed = {"numpy", "wirelane_geo"} | set(sys.stdlib_module_names)
    assert {name.split(".")[0] for name in imports(path)} <= allowed
    assert {name.split(".")[1] for name in imports(path) if name.startswith("wirelane_geo.")} <= {"geo"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_settings_read_the_environment(path: Path) -> None:
    if unit(path) in ENVIRONMENT:
        return
    # Handing a setting on to a process of our own is not reading it.
    subscripts = [node for node in nodes(path) if isinstance(node, ast.Subscript)]
    written = {id(node.value) for node in subscripts if isinstance(node.ctx, ast.Store)}
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            read = node.attr in ("environ", "getenv") and id(node) not in written
            assert not read, f"{path}:{node.lineno} reads the environment"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_names_say_something(path: Path) -> None:
    assert not {"utils", "helpers", "common", "misc", "manager"} & {part.removesuffix(".py") for part in path.parts}


@pytest.mark.parametrize("path", [*modules(), *PROGRAMS], ids=lambda p: str(p.relative_to(ROOT)))
def test_private_modules_are_their_packages_own(path: Path) -> None:
    here = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for name in imports(path):
        if name.startswith("wirelane_geo.") and (private := re.search(r"\._[a-z]\w*", name.removesuffix("__version__"))):
            package = name[: private.start()]
            assert here.startswith(f"{package}."), f"{path} imports {name}, which is nobody's business outside of {package}"


@pytest.mark.parametrize("package", FACES)
def test_what_nobody_outside_imports_is_private(package: str) -> None:
    outside = set().union(*(imports(path) for path in [*modules(), *PROGRAMS] if unit(path) != package))
    for path in sorted((PACKAGE / package).glob("[a-z]*.py")):
        name = f"wirelane_geo.{package}.{path.stem}"
        assert any(used == name or used.startswith(f"{name}.") for used in outside), f"{path} is private: begin its name with _"


def test_the_inside_of_a_library_is_reached_into_in_one_place() -> None:
    """Names with an underscore that nobody here has made are somebody else's."""
    ours, used = {path.stem for path in modules()}, dict[str, set[str]]()
    for path in modules():
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                ours.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                ours.add(node.id)
            elif isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
                if isinstance(node.ctx, ast.Store):
                    ours.add(node.attr)
                used.setdefault(node.attr, set()).add(str(path.relative_to(PACKAGE)))
    elsewhere = {name: places - {"ui/insides.py"} for name, places in used.items() if name not in ours}
    assert {name: places for name, places in elsewhere.items() if places} == {}
