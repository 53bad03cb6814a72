"""Streamlit's scripts as one: they find each other, others find them, and of this version it is known that they bear it."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import streamlit

from tests.test_layers import ROOT
from wirelane_geo.ui import assets, insides
from wirelane_geo.ui.streamlit_bundle import NAME, ScriptBundle, join, late

STREAMLIT = f"Streamlit {streamlit.__version__}"
SCRIPTS = assets.STREAMLITS / "js"
CHECK = ROOT / "tests/js/reassigned.mjs"
with_node = pytest.mark.skipif(not shutil.which("node"), reason="JavaScript isn't tested: that needs Node")
with_acorn = pytest.mark.skipif(not shutil.which("node") or not (ROOT / "node_modules/acorn").exists(),
                                reason="JavaScript isn't tested: that needs Node and npm (tools/install-javascript.sh)")

PAGE = """<html><head><link rel="modulepreload" crossorigin href="./static/js/a.js">
<link
  rel="preload" href="./static/media/f.woff2" as="font">
<script type="module" crossorigin src="./static/js/index.x-1.js"></script>
<link rel="modulepreload" crossorigin href="./static/js/rolldown-runtime.x.js">
<link rel="stylesheet" crossorigin href="./static/css/index.css"></head></html>"""
SMALL = {
    "rolldown-runtime.x.js": "var o=(e,t)=>()=>(e&&(t=e(e=0)),t),"
                             "s=(e,t)=>()=>(t||(e((t={exports:{}}).exports,t),e=null),t.exports);export{o as n,s as t};",
    "a.js": 'import{n as e,t as r}from"./rolldown-runtime.x.js";ran("a");'
            "var c=r((e,t)=>{t.exports={deep:1}}),$,b=e((()=>{$=`late`}));export{b as n,$ as t,c};",
    "index.x-1.js": 'const m=["./lazy.js","./a.js"];import{n as e,t,c as n}from"./a.js";import"./b.js";e();'
                    "ran(`index ${t} ${n().deep} ${m}`);var p=import(`./lazy.js`),q=import(`./early.js`);export{p as default,q};",
    "b.js": 'import"./a.js";ran("b");export{};',
    "lazy.js": 'import{n as e,t}from"./a.js";import{default as p}from"./index.x-1.js";import{n as o}from"./own.js";ran("lazy");'
               "export{p as n,t,o};",
    "own.js": 'ran("own");var n=7;export{n};',
    "early.js": 'import{n}from"./own.js";ran(`early ${import.meta.url}`);export{n as default};',
}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ScriptBundle, Path]:
    """A page of a few scripts, joined; the others lie beside the one, as they are sent."""
    monkeypatch.setattr("wirelane_geo.ui.streamlit_bundle.EARLY", ("early",))
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "early.js").rename(tmp_path / "early.y.js")
    (tmp_path / "index.x-1.js").write_text(SMALL["index.x-1.js"].replace("./early.js", "./early.y.js"))
    joined = join(PAGE, tmp_path)
    sent = tmp_path / "sent"
    sent.mkdir()
    (sent / "package.json").write_text('{"type": "module"}')
    (sent / NAME).write_text(joined.text)
    (sent / "lazy.js").write_text(joined.script(SMALL["lazy.js"]))
    return joined, sent


def test_the_page_asks_for_one_script_instead(small: tuple[ScriptBundle, Path]) -> None:
    joined, _ = small
    assert set(joined.names) == set(SMALL) - {"lazy.js", "early.js"} | {"early.y.js"}
    html = joined.page(PAGE, "./static/0123")
    assert re.findall(r'(?:src|href)="([^"]+)"', html) == [f"./static/0123/js/{NAME}"] * 2 + ["./static/css/index.css"]
    assert 'type="module"' not in html, "of a classic script a browser keeps what it has compiled"


@pytest.mark.slow
@with_node
def test_scripts_find_each_other_and_others_find_them(small: tuple[ScriptBundle, Path]) -> None:
    _, sent = small
    program = ("globalThis.ran = what => console.log(what); globalThis.document = {currentScript: {src: 'here'}};"
               f"await import('{sent}/{NAME}'); const module = globalThis.$streamlit;"
               f"const lazy = await import('{sent}/lazy.js'), index = module('index.x-1.js');"
               "console.log(lazy.n === index.default, lazy.t, lazy.o, (await index.q).default, (await index.default).o);")
    run = subprocess.run(["node", "--input-type=module", "-e", program], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[:3] == ["a", "b", f"index late 1 ./lazy.js,./{NAME}"], "each once, in the order in which they are imported"
    assert sorted(lines[3:6]) == ["early here", "lazy", "own"]
    assert lines[6:] == ["true late 7 7 7"]


# --- Streamlit's own --------------------------------------------------------------------------------------------------


def test_this_streamlit_travels_as_one() -> None:
    assert streamlit.__version__ == insides.JOINABLE, (
        f"{STREAMLIT} is another one than {insides.JOINABLE}, so its page asks for some sixty scripts again: set JOINABLE in "
        "ui/insides.py to it, run this file's tests and those of the browser, and look at all pages.")
    assert assets.JOINED


@cache
def joined() -> ScriptBundle:
    return join(insides.PAGE.read_text(encoding="utf-8"), SCRIPTS)


@pytest.mark.slow
def test_all_that_the_page_names_is_in_it_and_nothing_is_asked_for_twice() -> None:
    html = insides.PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"\./static/js/([\w.-]+\.js)", html))
    assert len(named) > 20
    assert named <= set(joined().names)
    assert {stem for stem in insides.EARLY if not any(name.startswith(f"{stem}.") for name in joined().names)} == set(), (
        f"{STREAMLIT} has other scripts for style and components: correct EARLY in ui/insides.py.")
    assert not re.search(r"modulepreload|as=\"font|static/js", joined().page(html, "./static/0"))
    assert "import.meta" not in joined().text, f"{STREAMLIT} says `import.meta` in another way: correct ui/streamlit_bundle.py."
    for path in SCRIPTS.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert "$streamlit" not in text, f"{path.name} of {STREAMLIT} has a name of ours: choose another."
        sent = joined().text if path.name in joined().names else joined().script(text)
        left = set(re.findall(r"\./([\w.-]+\.js)[`\"]", sent)) & set(joined().names)
        assert left == set(), f"{path.name} of {STREAMLIT} names scripts in another way: correct ui/streamlit_bundle.py."


def test_what_is_made_late_is_made_with_what_we_know() -> None:
    [runtime] = SCRIPTS.glob(f"{insides.RUNTIME}.*.js")
    text = runtime.read_text(encoding="utf-8")
    told = re.search(rf"([\w$]+) as {insides.MADE_LATE}\b", text)
    assert told, f"{STREAMLIT}'s bundler exports other things: correct MADE_LATE in ui/insides.py."
    assert re.search(rf"\b{re.escape(told[1])}=\(\w+,\w+(,\w+)?\)=>\(\)=>[^=]*\w=\w\(\w=0\)", text), (
        f"{STREAMLIT}'s bundler makes late values another way: correct MADE_LATE in ui/insides.py.")


@pytest.mark.slow
@with_acorn
def test_no_export_changes_once_a_script_has_run() -> None:
    run = subprocess.run(["node", CHECK, *(str(SCRIPTS / name) for name in joined().names)], capture_output=True, text=True,
                         timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    changed = [json.loads(line) for line in run.stdout.splitlines()]
    by_us = [each for each in changed if each["within"] in late((SCRIPTS / each["script"]).read_text(encoding="utf-8"))]
    assert by_us, "there are some, and those are made at once"
    assert [each for each in changed if each not in by_us] == [], (
        f"{STREAMLIT} has scripts that can't travel as one, since who imports a value would not hear of its change: leave "
        "JOINABLE in ui/insides.py as it is, or see to it in ui/streamlit_bundle.py.")


@pytest.mark.slow
@with_acorn
def test_the_check_finds_what_changes(tmp_path: Path) -> None:
    script = tmp_path / "t.js"
    script.write_text("let a=1;var b=2,c,d=()=>{[e]=[1]},e;function f(b){b=3;a++}{let b;b=4}c=2;for(c of[1]);"
                      "var g=x((()=>{({p:c}=1)}));function h(){h=1}class k{static{let a;a=2}}export{a,b,c as z,e,f,h};")
    run = subprocess.run(["node", CHECK, script], capture_output=True, text=True, timeout=60, check=True)
    found = {(each["name"], each["within"]) for each in map(json.loads, run.stdout.splitlines())}
    assert found == {("a", "f"), ("e", "d"), ("c", "g")}
