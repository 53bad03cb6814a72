"""What the command's exit code says, for scripts."""

from wirelane_geo.errors import (
    ApiBadAnswer,
    ApiForbidden,
    ApiNotFound,
    ApiServerFault,
    ApiTooMany,
    ApiUnauthorized,
    ApiUnreachable,
    BadQuestion,
    NoSuchFeed,
    WirelaneGeoError,
)

DONE, FAILED, MISUNDERSTOOD, NOT_THERE, NOT_ALLOWED, NO_UPSTREAM, INCOMPLETE = range(7)
INTERRUPTED, NOT_READ = 130, 141

MEANINGS = {
    DONE: "all is done",
    FAILED: "something failed; the last line on stderr says what",
    MISUNDERSTOOD: "the command was not understood",
    NOT_THERE: "there is nothing by that id",
    NOT_ALLOWED: "the upstream refuses the account, or what it asks for",
    NO_UPSTREAM: "the upstream can't be reached, or fails",
    INCOMPLETE: "what was printed is not all of it, or not up to date; stderr says why",
    INTERRUPTED: "ended by Ctrl-C",
    NOT_READ: "who read the output closed it before its end, as `head` does",
}
"""Each exit code and what it means: the documentation is made from it."""

_OF = ((BadQuestion, MISUNDERSTOOD), (NoSuchFeed, NOT_THERE), (ApiNotFound, NOT_THERE), (ApiUnauthorized, NOT_ALLOWED),
       (ApiForbidden, NOT_ALLOWED), (ApiUnreachable, NO_UPSTREAM), (ApiServerFault, NO_UPSTREAM),
       (ApiTooMany, NO_UPSTREAM), (ApiBadAnswer, NO_UPSTREAM))


def code_of(error: WirelaneGeoError) -> int:
    """The exit code for an error."""
    return next((code for kind, code in _OF if isinstance(error, kind)), FAILED)
