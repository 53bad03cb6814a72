"""Street, house number, postcode and city out of one line of text, where they can be told."""

import html
import re
from dataclasses import dataclass
from functools import lru_cache

_TITLES = (r"(?:nationale|d[ée]partementale?|route|rn|rd|n|d|a|km|zone|lot|b[âa]timent|bat|porte|hall|niveau|phase|mai|juin"
           r"|janvier|f[ée]vrier|mars|avril|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre)")
"""Words that a following number belongs to, rather than being a house's."""
_NUMBER = r"\d{1,4}(?:\s?(?:bis|ter|quater)\b|\s?[a-zA-Z]\b)?(?:\s?[-/]\s?\d{1,4}[a-zA-Z]?)?"
_LEADING = re.compile(rf"({_NUMBER})[\s,]+((?:\1\s)?\D.*)", re.I)
_TRAILING = re.compile(rf"(.*?[^\W\d].*?)[\s,]+(?:д\.\s*|дом\s+|no\.?\s*|nr\.?\s*)?({_NUMBER})", re.I)
_POSTCODE = re.compile(r"(?<!\d)(\d{5})[\s,]+([^\W\d][^,\d(]*)")
_SMALL = {"de", "du", "des", "la", "le", "les", "l", "d", "en", "et", "sur", "sous", "aux", "au", "à", "lès", "lez"}


@dataclass(frozen=True)
class Address:
    """The parts that could be told apart; None where not."""

    street: str | None = None
    house_number: str | None = None
    zip_code: str | None = None
    city: str | None = None


@lru_cache(maxsize=100_000)
def clean(text: str | None) -> str | None:
    """Without HTML entities, double spaces and stray commas at either end; None where nothing is left."""
    if not text:
        return None
    return re.sub(r"\s+", " ", html.unescape(text)).strip(" ,;") or None


@lru_cache(maxsize=10_000)
def street_and_number(text: str | None) -> tuple[str | None, str | None]:
    """"12 bis Rue Haute", "Rue Haute, 12" and "Hauptstraße 12" to street and house number.

    A number that belongs to the name stays there: "Route nationale 30", "A15", "Rue du 8 Mai 1945".
    """
    line = clean(text)
    if line is None:
        return None, None
    if (match := _LEADING.fullmatch(line)) and not re.match(r"(?:km|ème|eme|er|e)\b", match[2], re.I):
        return clean(match[2].removeprefix(f"{match[1]} ")), match[1]
    if (match := _TRAILING.fullmatch(line)) and not re.search(rf"\b{_TITLES}$|\d$", match[1].rstrip(" ,"), re.I):
        return clean(match[1]), match[2]
    return line, None


def french(text: str | None) -> Address:
    """A French address in one line: "Parc, 12 Rue Haute, 68720 ILLFURTH (68) Grand Est FRANCE". A postcode is five digits
    before a name."""
    line = clean(text)
    if line is None:
        return Address()
    match = _POSTCODE.search(line)
    before = line[: match.start()] if match else re.sub(r",?\s*france$", "", line, flags=re.I)
    parts = [part for part in map(clean, before.split(",")) if part]
    numbered = [part for part in parts if _LEADING.fullmatch(part)]
    lone = [part for part in parts if re.fullmatch(_NUMBER, part, re.I)]
    if lone and len(parts) > 1:  # "Route de Royan, 114, Saint-Yrieix", "1, Rue du Pont"
        street: str | None = next((part for part in parts if part not in lone), None)
        number: str | None = lone[0]
    else:
        street, number = street_and_number(numbered[0] if numbered else before)
    return Address(street, number, match[1] if match else None, city_name(match[2]) if match else None)


@lru_cache(maxsize=10_000)
def city_name(text: str | None) -> str | None:
    """A city's name out of what stands behind a postcode: without "Cedex", district and country, capitals undone."""
    name = clean(re.sub(r"(?:^|\s)(?:cedex|france)\b.*|\s-\s.*", "", text or "", flags=re.I))
    name = clean(re.sub(r"\b\d+\s*(?:er|e|eme|ème)?(?:\s+arrondissement)?$", "", name or "", flags=re.I))
    if name is None or not name.isupper():
        return name
    words = re.split(r"([\s'’-])", name.lower())
    return "".join(word if i and word in _SMALL else word[:1].upper() + word[1:] for i, word in enumerate(words))
