"""All of our JavaScript modules as one, so that a browser asks once: forty questions over a slow line take seconds.

Each module becomes a function that is called when it is first needed. That takes no parser, since they are written plainly
(tests/ui/test_script_bundle.py says where one isn't): imports stand at the beginning, each in a line of its own, of names from a
neighbour; what is exported is declared by a word after `export`.
"""

import re
from collections.abc import Mapping

_IMPORT = re.compile(r"^import \{([^}]*)\} from '\./([\w.]+)';$", re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|const|let|class) (\w+)", re.MULTILINE)
_HEAD = """const made = {}, makers = {};
/** A module by its file's name. */
export const module = name => made[name] ??= makers[name]();
"""


def bundle(modules: Mapping[str, str], *first: str) -> str:
    """The modules (text by file name) as one; `first` run at once. In it `module('map.js')` answers what map.js exports."""
    parts = [_HEAD, *(_maker(name, text) for name, text in modules.items()), *(f"module('{name}');\n" for name in first)]
    return "\n".join(parts)


def _maker(name: str, text: str) -> str:
    exported = [found[2] for found in _EXPORT.finditer(text)]
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(_taken, text))
    return f"makers['{name}'] = () => {{\n{body}\nreturn {{{', '.join(exported)}}};\n}};\n"


def _taken(found: re.Match[str]) -> str:
    """An import as a declaration: "a as b" is "a: b"."""
    names = ", ".join(re.sub(r"\s+as\s+", ": ", name.strip()) for name in found[1].split(",") if name.strip())
    return f"const {{{names}}} = module('{found[2]}');"
