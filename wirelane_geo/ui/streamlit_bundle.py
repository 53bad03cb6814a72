"""Streamlit's scripts as one: its page asks for sixty at once, and over a slow line sixty questions take seconds.

As with ours (`script_bundle`) each module becomes a function that is called when it is first needed. What an importer gets is
the value that an export has then; so what Streamlit makes late is made at once. `insides.JOINABLE` says of which Streamlit it is
known that no export changes otherwise; of any other one the page is served as it was shipped.

The one is a classic script, not a module: of those a browser keeps what it has compiled, and a page that is opened again has its
points some 0.7 s earlier on two cores.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from wirelane_geo.ui.insides import EARLY, MADE_LATE, RUNTIME

NAME = "joined.js"
_IMPORT = re.compile(r'import(?:\{([^{}]*)\}from)?"\./([\w.-]+\.js)";')
_EXPORT = re.compile(r"export\{([^{}]*)\};?\s*(?://# sourceMappingURL=\S*\s*)?$")
_LAZY = re.compile(r"import\(([`\"])\./([\w.-]+\.js)\1\)")
_NAMED = re.compile(r"\./static/js/([\w.-]+\.js)")
_TAG = re.compile(r'[ \t]*<link\s+rel="(?:modulepreload|preload)"[^>]*>\n?')
"""What is fetched ahead: all those scripts, and a font of 171 kB that can wait for the first points."""
_SCRIPT = re.compile(r'<script type="module"[^>]* src="\./static/js/[\w.-]+\.js">')
_ASK = "$streamlit"
"""What a module is asked for with; no name of Streamlit's begins like that (tests/ui/test_streamlit_bundle.py)."""
_META = f"{_ASK}_meta"
"""What tells a module where it is, as `import.meta` does, which a classic script hasn't got."""


@dataclass(frozen=True)
class ScriptBundle:
    """Scripts that travel as one: their names in the order of the page, and the text of all of them."""

    names: tuple[str, ...]
    text: str

    def page(self, html: str, directory: str) -> str:
        """Streamlit's page, which asks for the one script instead; `directory`: where that is, relative to the page."""
        address = f"{directory}/js/{NAME}"
        # It is named as fetched ahead, too: who needs it later looks for that, and would fetch it as a module otherwise.
        one = f'<link rel="preload" as="script" href="{address}"><script defer src="{address}">'
        return _SCRIPT.sub(one, _TAG.sub("", html))

    def script(self, text: str) -> str:
        """Another of Streamlit's scripts, which takes from the one what is in it."""
        names = frozenset(self.names)
        taken = _elsewhere(_taken(text, names), names)
        return f"const {_ASK}=globalThis.{_ASK};{taken}" if _ASK in taken else taken


def join(html: str, scripts: Path) -> ScriptBundle:
    """What Streamlit's page names, and `EARLY`, with all that they import; `scripts`: the directory with them."""
    first, *named = _NAMED.findall(html)
    wanted = [*named, *(path.name for stem in EARLY for path in sorted(scripts.glob(f"{stem}.*.js"))), first]
    texts: dict[str, str] = {}
    while wanted:
        name = wanted.pop()
        if name not in texts:
            texts[name] = (scripts / name).read_text(encoding="utf-8")
            wanted += [imported for _, imported in _IMPORT.findall(texts[name])]
    names = frozenset(texts)
    parts = [f'(function(){{"use strict";const {_META}={{url:document.currentScript.src}},made={{}},makers={{}},'
             f"{_ASK}=globalThis.{_ASK}=name=>made[name]??=makers[name]();",
             *(_maker(name, text, names).replace("import.meta", _META) for name, text in texts.items()),
             f'{_ASK}("{first}")}})();']
    return ScriptBundle(tuple(texts), "\n".join(parts))


def _maker(name: str, text: str, names: frozenset[str]) -> str:
    exported = _EXPORT.search(text)
    members = [] if exported is None else _pairs(exported[1])
    code = text if exported is None else text[:exported.start()]
    makers = "".join(f"{maker}();" for maker in late(code) if maker in dict(members))
    returned = ",".join(f"{outside}:{inside}" for inside, outside in members)
    return f'makers["{name}"]=()=>{{{_elsewhere(_taken(code, names), names)}\n{makers}return{{{returned}}}}};'


def late(text: str) -> list[str]:
    """The functions of a script that make values when they are first called; how often they are called makes no difference."""
    wrappers = [inside for names, imported in _IMPORT.findall(text) if imported.startswith(f"{RUNTIME}.")
                for outside, inside in _pairs(names) if outside == MADE_LATE]
    return [made for wrapper in wrappers for made in re.findall(rf"(?<![\w$.])([\w$]+)={re.escape(wrapper)}\(\(\(\)=>", text)]


def _pairs(names: str) -> list[tuple[str, str]]:
    """ "a as b,c" of an import or export as (a, b), (c, c)."""
    parts = [part.strip().partition(" as ") for part in names.split(",") if part.strip()]
    return [(first, second or first) for first, _, second in parts]


def _taken(text: str, names: frozenset[str]) -> str:
    """A script whose imports from `names` are declarations."""
    def taken(found: re.Match[str]) -> str:
        if found[2] not in names:
            return found[0]
        asked = f'{_ASK}("{found[2]}");'
        return f"const{{{found[1].replace(' as ', ':')}}}={asked}" if found[1] else asked

    return _IMPORT.sub(taken, text)


def _elsewhere(text: str, names: frozenset[str]) -> str:
    """A script that asks for a module of `names` later, and names it among what that needs."""
    text = _LAZY.sub(lambda found: f'Promise.resolve().then(()=>{_ASK}("{found[2]}"))' if found[2] in names else found[0], text)
    return re.sub(r'"\./([\w.-]+\.js)"', lambda found: f'"./{NAME}"' if found[1] in names else found[0], text)


