"""Imports only point down: the order of the layers is the architecture."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "wirelane_geo"

# From the bottom up; a unit imports only what is below its layer. The pairs are neighbours where one stands on the other.
LAYERS: list[set[str]] = [
    {"errors", "logs", "child", "numbers"},
    {"geo"},
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
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_imports_are_absolute() -> None:
    assert [f"{path}:{node.lineno}" for path in [*modules(), *PROGRAMS] for node in nodes(path)
            if isinstance(node, ast.ImportFrom) and node.level] == []


def test_imports_point_down() -> None:
    wrong = []
    for path in modules():
        here = unit(path)
        for name in imports(path):
            top, *rest = name.split(".")
            if top == "streamlit" and here not in STREAMLIT:
                wrong.append(f"{path} imports Streamlit")
            if top == "wirelane_geo" and rest and here != "__init__":
                there = rest[0]
                if there == here or there == "__version__":
                    continue
                if not (rank(there) < rank(here) or (here, there) in WITHIN_LAYER):
                    wrong.append(f"{path} imports {name}, which is not below it")
    assert wrong == []


def test_pages_know_no_server() -> None:
    assert [(path, name) for path in modules() if unit(path) == "ui" for name in imports(path)
            if name.startswith("wirelane_geo.server")] == []


def test_geo_stands_on_numpy_alone() -> None:
    allowed, own = {"numpy", "wirelane_geo"} | set(sys.stdlib_module_names), ("geo", "numbers")
    assert [(path, name) for path in modules() if unit(path) == "geo" for name in imports(path)
            if name.split(".")[0] not in allowed or (name.startswith("wirelane_geo.") and name.split(".")[1] not in own)] == []


def test_only_settings_read_the_environment() -> None:
    readers = []
    for path in [path for path in modules() if unit(path) not in ENVIRONMENT]:
        # Handing a setting on to a process of our own is not reading it.
        subscripts = [node for node in nodes(path) if isinstance(node, ast.Subscript)]
        written = {id(node.value) for node in subscripts if isinstance(node.ctx, ast.Store)}
        readers += [f"{path}:{node.lineno}" for node in nodes(path)
                    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
                    if node.attr in ("environ", "getenv") and id(node) not in written]
    assert readers == [], "only settings read the environment"


def test_names_say_something() -> None:
    empty = {"utils", "helpers", "common", "misc", "manager"}
    assert [path for path in modules() if empty & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}] == []


def test_private_modules_are_their_packages_own() -> None:
    wrong = []
    for path in [*modules(), *PROGRAMS]:
        here = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in imports(path):
            if name.startswith("wirelane_geo.") and (private := re.search(r"\._[a-z]\w*", name.removesuffix("__version__"))):
                package = name[: private.start()]
                if not here.startswith(f"{package}."):
                    wrong.append(f"{path} imports {name}, which is nobody's business outside of {package}")
    assert wrong == []


def test_what_nobody_outside_imports_is_private() -> None:
    lonely = []
    for package in FACES:
        outside = set().union(*(imports(path) for path in [*modules(), *PROGRAMS] if unit(path) != package))
        known = {".".join(name.split(".")[:3]) for name in outside}
        lonely += [path for path in sorted((PACKAGE / package).glob("[a-z]*.py"))
                   if f"wirelane_geo.{package}.{path.stem}" not in known]
    assert lonely == [], "these are private: begin their names with _"


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
