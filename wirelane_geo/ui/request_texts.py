"""The words for who asks by HTTP, where there is no session that knows them."""

from starlette.requests import Request

from wirelane_geo.ui.page_setup import COOKIE
from wirelane_geo.ui.text import LANGUAGES, Texts, choose


def texts_of(request: Request, asked: str | None) -> Texts:
    """The words in the language of a request; asked: what its link says."""
    return Texts(choose(language(asked, request.cookies.get(COOKIE), request.headers.get("accept-language", "")), None))


def language(asked: str | None, remembered: str | None, accepted: str) -> str | None:
    """The link's language, else the one that was chosen on a page before, else the first of those that a browser accepts
    (its header Accept-Language) which we speak; None where that is none."""
    if asked or remembered in LANGUAGES:
        return asked or remembered
    wanted: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        name, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        wanted.append((-weight, name.strip().lower().partition("-")[0]))
    return next((name for weight, name in sorted(wanted, key=lambda one: one[0]) if weight < 0 and name in LANGUAGES), None)
