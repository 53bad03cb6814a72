"""EVSE IDs: two spellings of one are told to be the same, and whose it is."""

import re

SEPARATORS = "*-_ ."
"""What stands between the parts of an EVSE ID, or doesn't."""

_PLAIN = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", SEPARATORS)
_OPERATOR = re.compile(r"([A-Z]{2}[A-Z0-9]{3})E[A-Z0-9]+")
_DIN = re.compile(r"\+?[0-9]{1,3}\*[0-9]{3,6}\*[0-9*]{1,32}")
LONGEST = 45
"""Characters of an EVSE ID with all its separators, more than ISO 15118-2 (H.2) allows."""


def evse_key(evseid: str) -> str:
    """What all spellings of an EVSE ID have in common: no separators, capitals (of A to Z); "de*abc*E1" is "DEABCE1"."""
    return evseid.translate(_PLAIN)


def cpo_of(evseid: str) -> str | None:
    """Country and party of the operator that gave an EVSE ID, as "DEABC"; None where it isn't built as one."""
    match = _OPERATOR.fullmatch(evse_key(evseid))
    return match[1] if match else None


def is_evse_id(text: str) -> bool:
    """Whether a text is built as an EVSE ID: "DE*ABC*E1234*1" (ISO 15118), or "+49*123*456" (DIN SPEC 91286)."""
    return len(text) <= LONGEST and (cpo_of(text) is not None or _DIN.fullmatch(text) is not None)
