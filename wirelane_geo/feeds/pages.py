"""How OCPI is asked, page by page."""

import base64
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.fetching import Answer
from wirelane_geo.importers import count_records


def authorization(feed: Feed) -> str:
    """OCPI's header: the token as it is before 2.2, in base64 from then on."""
    token = feed.token or ""
    return f"Token {token if feed.version.startswith('2.1') else base64.b64encode(token.encode()).decode()}"


def with_query(url: str, query: dict[str, str]) -> str:
    """An address with these values of its query, and others that it has."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **query})))


def following(url: str, answer: Answer) -> str | None:
    """The next page where only X-Total-Count says that there is one. Raises BadFile."""
    if answer.total is None:
        return None
    offset = int(dict(parse_qsl(urlsplit(url).query)).get("offset", 0))
    behind = offset + (count_records(answer.path) if answer.path else 0)  # which may be fewer than were asked for
    return with_query(url, {"offset": str(behind)}) if offset < behind < answer.total else None
