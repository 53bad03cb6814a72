"""Everything that goes wrong here, for people to read and for callers to catch.

    WirelaneGeoError
    ├── BadInput                  what was given can't be used; says what, and what would be right
    │   ├── BadSetting            a setting
    │   ├── BadQuestion           a parameter or an id that no API of ours takes
    │   ├── NotOffered            an upstream's API has no operation or parameter for it
    │   ├── NoSuchFeed            no feed has this name
    │   ├── BadFile               a file that can't be read at all (a bad row in it is a rejected row, not an error)
    │   └── AlreadyThere          something with this name exists
    ├── TooManyAttempts           to sign in, with a name or from an address; says how long to wait
    ├── StoreError                the database can't be opened, read or written
    │   ├── StoreBusy             another program has locked it; trying again helps
    │   ├── NotLeading            what only the leader may write was not written: another process leads by now
    │   └── StoreTimeout          a question took longer than it may, or nobody waited for its answer any more
    └── ApiError                  a call to an upstream API failed; carries the request without its secrets
        ├── ApiUnreachable        no answer: refused, cut off, timed out
        │   └── ApiPaused         not even asked: the host failed again and again, and is left alone for a while
        ├── OtherDialect          the upstream speaks another dialect of the API than it is asked in; says what to set
        ├── ApiBadAnswer          an answer that isn't what the contract says
        └── ApiRefused            an HTTP error status, with the body's error_code and error_message
            ├── ApiBadRequest     400
            ├── ApiUnauthorized   401
            ├── ApiForbidden      403
            ├── ApiNotFound       404
            ├── ApiTooMany        429
            └── ApiServerFault    5xx
"""


class WirelaneGeoError(Exception):
    """Root of all errors that this package raises on purpose. Its text is a sentence for a person."""


class BadInput(WirelaneGeoError, ValueError):
    """Something that was given can't be used."""


class BadSetting(BadInput):
    """A setting can't be used."""


class BadQuestion(BadInput):
    """A parameter or an id can't be asked for: the API takes none like it."""


class NoSuchFeed(BadInput):
    """No feed has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no feed {name}. `wirelane-geo feed list` shows them.")


class NotOffered(BadInput):
    """The dialect of the API that an upstream speaks has no operation, or no parameter, for what is wanted."""


class BadFile(BadInput):
    """A file can't be read at all."""


class AlreadyThere(BadInput):
    """Something with this name exists already."""


class TooManyAttempts(WirelaneGeoError):
    """Too many attempts to sign in were wrong. `seconds`: until the next one is heard."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts to sign in were wrong. Try again in {seconds:,} seconds.")
        self.seconds = seconds


class StoreError(WirelaneGeoError):
    """The database can't be opened, read or written."""


class StoreBusy(StoreError):
    """Another program has locked the database, or all of its readers are taken: trying again helps."""


class NotLeading(StoreError):
    """Another process has taken over: nothing was written. `epoch`: that of the leader that wanted to."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"Another process has taken over from this one (leader {epoch}): nothing was written.")
        self.epoch = epoch


class StoreTimeout(StoreError):
    """A question took longer than `seconds`, which is as long as it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This takes longer than {seconds:g} s, which is too long for others. Ask for less: "
                         "longer words, or a smaller area.")
        self.seconds = seconds


class ApiError(WirelaneGeoError):
    """A call to an upstream API failed. `request` is "METHOD url" without credentials."""

    def __init__(self, message: str, *, request: str = "") -> None:
        super().__init__(message)
        self.request = request


class ApiUnreachable(ApiError):
    """No answer came: the connection was refused or cut, or the time was up."""


class ApiPaused(ApiUnreachable):
    """The call was not sent: its host failed several times in a row. `cause` is the last failure."""

    def __init__(self, message: str, *, request: str = "", cause: ApiError | None = None) -> None:
        super().__init__(message, request=request)
        self.cause = cause


class OtherDialect(ApiError):
    """The upstream speaks the dialect `spoken` of the API, and was asked in another one, `asked`."""

    def __init__(self, *, request: str, asked: str, spoken: str) -> None:
        super().__init__(f"The server speaks the Wirelane API of {spoken}, but is asked in that of {asked}. Set "
                         f"WIRELANE_API_DIALECT={spoken}.", request=request)
        self.asked = asked
        self.spoken = spoken


class ApiBadAnswer(ApiError):
    """The answer isn't what the contract says."""


class ApiRefused(ApiError):
    """The upstream answered with an HTTP error status."""

    def __init__(
        self,
        message: str,
        *,
        request: str = "",
        status: int,
        error_code: str | None = None,
        error_message: str | None = None,
    ) -> None:
        super().__init__(message, request=request)
        self.status = status
        self.error_code = error_code
        self.error_message = error_message


class ApiBadRequest(ApiRefused):
    """400: a parameter or the body is not right."""


class ApiUnauthorized(ApiRefused):
    """401: no token, or one that is expired or revoked, or wrong credentials."""


class ApiForbidden(ApiRefused):
    """403: the token doesn't reach this: its scope or its organization is another."""


class ApiNotFound(ApiRefused):
    """404: there is no such thing."""


class ApiTooMany(ApiRefused):
    """429: too many requests."""


class ApiServerFault(ApiRefused):
    """5xx: the upstream failed."""


def cause_of(error: WirelaneGeoError) -> str:
    """Why there is no answer, in a word: the HTTP status of an upstream, "unreachable", "store" or "bad answer"."""
    if isinstance(error, ApiPaused) and error.cause is not None:
        return cause_of(error.cause)
    if isinstance(error, ApiRefused):
        return str(error.status)
    kinds = ((ApiUnreachable, "unreachable"), (StoreError, "store"))
    return next((word for kind, word in kinds if isinstance(error, kind)), "bad answer")
