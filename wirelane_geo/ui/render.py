"""HTML from the templates beside this file. Whatever is put into one is escaped; only `palette.svg` is trusted markup."""

from functools import cache

import jinja2
from markupsafe import Markup

from wirelane_geo.model import Status
from wirelane_geo.ui import palette


def render(name: str, **values: object) -> str:
    """The template `name`.html filled with values; a name that a template asks for and nobody gave is an error."""
    return _templates().get_template(f"{name}.html").render(values)


def mark(status: Status, size: int = 18) -> Markup:
    """The mark of a status as inline SVG."""
    return Markup(palette.svg(status, size))  # noqa: S704 - made of our own table only


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
    environment.filters["term_text"] = lambda term, texts: texts.term(term)
    return environment
