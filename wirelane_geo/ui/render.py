"""HTML from the templates beside this file. Whatever is put into one is escaped.

The mark of a status is drawn once, in the style of the page (`marks_style`): a list repeats it fifty times at each pan.
"""

import re
from functools import cache
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from wirelane_geo.ui import palette


def render(name: str, **values: object) -> str:
    """The template `name`.html filled with values; a name that a template asks for and nobody gave is an error."""
    return re.sub(r"\n\s*", "\n", _templates().get_template(f"{name}.html").render(values))  # without the indentation


def mark(status: str, size: int = 18) -> Markup:
    """The mark of a status, or of palette.CLOSED_NOW, `size` CSS pixels wide; decorative: it is to be said in words beside it."""
    return Markup('<i class="wl-mark wl-{}" style="--px:{}px" aria-hidden="true"></i>').format(status, size)


def breakable(label: str) -> Markup:
    """A label, or a text with one in it, that a line may break where an EVSE ID has a "*", rather than within a number."""
    return Markup("*<wbr>").join(escape(part) for part in label.split("*"))


@cache
def marks_style() -> str:
    """CSS that draws the marks. Without a "<" in it: Streamlit drops a style that holds an element."""
    rules = []
    for status in (row.status for row in palette.DRAWN):
        drawing = palette.svg(status).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        rules.append(f"i.wl-{status} {{ background-image: url(\"data:image/svg+xml,{quote(drawing, safe='')}\"); }}")
    return "\n".join(rules)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("wirelane_geo.ui"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["mark"] = mark
    environment.filters["breakable"] = breakable
    environment.filters["term_text"] = lambda term, texts: texts.term(term)
    return environment
