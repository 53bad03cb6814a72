"""What a wall's page says by itself, while its scripts are on their way and there is no session yet."""

from functools import cache
from pathlib import Path

from starlette.requests import Request

from wirelane_geo.ui.insides import read_style
from wirelane_geo.ui.palette import Theme
from wirelane_geo.ui.request_texts import texts_of
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.wall.choice import read
from wirelane_geo.ui.wall.colours import COLOURS

STYLE = Path(__file__).with_name("first.css")


def first_style(request: Request) -> str:
    """CSS that has the screen say that it loads, in the theme and the language of the wall that is asked for."""
    said = request.query_params
    asked = read({key: said.getlist(key) for key in ("theme", "lang") if key in said})
    return _style(asked.theme, texts_of(request, asked.state.lang).lang)


@cache
def _style(theme: Theme, lang: str) -> str:
    colours = COLOURS[theme]
    words = Texts(lang)("wall.loading")
    return (f":root {{ --loading: \"{words}\"; --ground: {colours['ground']}; --muted: {colours['muted']}; }}\n"
            f"{read_style(STYLE)}")
