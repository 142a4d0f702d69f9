"""Every way in which a request can fail, as a problem document (RFC 9457), and what to do about it.

The `type` of a problem is stable: programs may rely on it. It is the address of a page that explains the remedy.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from fastapi.responses import JSONResponse

from monitor.domain.access import Denied
from monitor.domain.search import SearchError
from monitor.errors import (
    ConfigError,
    Conflict,
    LostLeadership,
    MonitorError,
    NotAllowed,
    NotFound,
    NotifyError,
    SourceError,
    StoreError,
)
from monitor.services.noting import MarkReused
from monitor.web.api.paging import BadCursor
from monitor.web.api.rates import TooManyRequests
from monitor.web.api.versions import Stale, VersionMissing
from monitor.web.auth import NotSignedIn
from monitor.web.present import N_

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/v1/problems"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. `remedy` is what whoever wrote the program should do."""

    status: int
    title: str
    remedy: str


class Trouble(Enum):
    """The kinds by the last part of their addresses."""

    BAD_REQUEST = Kind(
        400,
        N_("The request could not be understood"),
        N_("Send JSON in UTF-8, to a host name that the page answers to (web.trusted_hosts)."),
    )
    NOT_SIGNED_IN = Kind(
        401,
        N_("Nobody is signed in"),
        N_(
            "Send a token that is neither revoked nor expired: Authorization: Bearer cm_… "
            "Tokens are made on the page Account, or with complaint-monitor tokens create."
        ),
    )
    DENIED = Kind(
        403,
        N_("This is beyond the scope of the token or the rank of its owner"),
        N_(
            "A token reaches no further than its scopes and its owner: read to read, act to work on cases, admin for "
            "the rest. Use a token with the scope that the operation names, of somebody who has the rank."
        ),
    )
    CROSS_SITE = Kind(
        403,
        N_("The request did not come from a page of this program"),
        N_("Programs send a token with every request; only pages of this very site may use the browser's session."),
    )
    NOT_FOUND = Kind(
        404,
        N_("There is nothing by that name"),
        N_("Look at the number or the address. What was merged or erased keeps its number."),
    )
    METHOD_NOT_ALLOWED = Kind(
        405, N_("This address is not used that way"), N_("The header Allow says which methods there are.")
    )
    CONFLICT = Kind(
        409,
        N_("Somebody else was faster"),
        N_("Read what you want to change again, decide again, and repeat the request."),
    )
    NOT_POSSIBLE = Kind(
        409,
        N_("This makes no sense in the present state of the case"),
        N_("The detail says why, and what has to be done first; repeating the request changes nothing."),
    )
    STALE = Kind(
        412,
        N_("The case has changed since you read it"),
        N_(
            "The header ETag and the member current say how the case is now, and the member faster who changed it. "
            "Decide again, and send the new ETag as If-Match."
        ),
    )
    TOO_LARGE = Kind(413, N_("The request is too large"), N_("Send fewer cases at once; a body has at most 1 MB."))
    NOT_VALID = Kind(
        422,
        N_("Something in the request is not right"),
        N_("Each of the errors points at what is wrong (pointer, or parameter) and says why."),
    )
    BAD_SEARCH = Kind(
        422,
        N_("This is no search"),
        N_("The detail says what could be written instead; place and length mark the wrong part of q."),
    )
    BAD_CURSOR = Kind(
        422,
        N_("There is no such page"),
        N_("Take the cursor from the link to the next page, unchanged; or begin with the first page."),
    )
    KEY_REUSED = Kind(
        422,
        N_("This idempotency key was used for something else"),
        N_("Repeat a request unchanged under its key, and take a new key for every new request."),
    )
    VERSION_MISSING = Kind(
        428,
        N_("The request does not say which version of the case it is about"),
        N_("Send the ETag of the case as If-Match; or If-Match: * where whatever the version is right."),
    )
    TOO_MANY_REQUESTS = Kind(
        429,
        N_("There were too many requests"),
        N_("Wait for as many seconds as Retry-After says. The team sets the limit with web.api_per_minute."),
    )
    INTERNAL = Kind(
        500,
        N_("Something went wrong on our side"),
        N_("It was written down in the log. Nothing was changed. If it happens again, tell whoever runs the program."),
    )
    UNAVAILABLE = Kind(
        503,
        N_("The database does not answer now"),
        N_("Repeat the request in a moment; whoever runs the program finds the reason with complaint-monitor doctor."),
    )

    @property
    def slug(self) -> str:
        return self.name.lower().replace("_", "-")

    @property
    def uri(self) -> str:
        return f"{ROOT}/{self.slug}"


# The first line that fits decides; what is not named is a mistake in what was asked for.
_OF_ERRORS: tuple[tuple[type[MonitorError], Trouble], ...] = (
    (NotSignedIn, Trouble.NOT_SIGNED_IN),
    (Denied, Trouble.DENIED),
    (NotFound, Trouble.NOT_FOUND),
    (Stale, Trouble.STALE),
    (VersionMissing, Trouble.VERSION_MISSING),
    (Conflict, Trouble.CONFLICT),
    (NotAllowed, Trouble.NOT_POSSIBLE),
    (SearchError, Trouble.BAD_SEARCH),
    (BadCursor, Trouble.BAD_CURSOR),
    (MarkReused, Trouble.KEY_REUSED),
    (TooManyRequests, Trouble.TOO_MANY_REQUESTS),
    (StoreError, Trouble.UNAVAILABLE),
    (LostLeadership, Trouble.UNAVAILABLE),
    (SourceError, Trouble.UNAVAILABLE),
    (NotifyError, Trouble.UNAVAILABLE),
    (ConfigError, Trouble.INTERNAL),
    (MonitorError, Trouble.NOT_VALID),
)

_OF_STATUSES = {
    400: Trouble.BAD_REQUEST,
    401: Trouble.NOT_SIGNED_IN,
    403: Trouble.CROSS_SITE,
    404: Trouble.NOT_FOUND,
    405: Trouble.METHOD_NOT_ALLOWED,
    413: Trouble.TOO_LARGE,
    429: Trouble.TOO_MANY_REQUESTS,
    503: Trouble.UNAVAILABLE,
}


def trouble_of(error: MonitorError) -> Trouble:
    """What kind of problem an error of the program is."""
    return next(trouble for kind, trouble in _OF_ERRORS if isinstance(error, kind))


def trouble_of_status(status: int) -> Trouble:
    """What kind of problem a bare status is: one that was given before any route of ours was asked."""
    return _OF_STATUSES.get(status, Trouble.INTERNAL if status >= 500 else Trouble.BAD_REQUEST)


def body(trouble: Trouble, instance: str, detail: str = "", **more: Any) -> dict[str, Any]:
    """The problem document. `more` are the members that this kind of problem has besides."""
    kind = trouble.value
    said = {"type": trouble.uri, "title": kind.title, "status": kind.status, "detail": detail or f"{kind.title}."}
    return {**said, "instance": instance, **more}


def answer(
    trouble: Trouble, instance: str, detail: str = "", headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The problem document as an answer."""
    said = body(trouble, instance, detail, **more)
    return JSONResponse(said, trouble.value.status, dict(headers or {}), media_type=MEDIA_TYPE)


def pointers(errors: Sequence[Any], sent: object = None) -> Iterator[dict[str, str]]:
    """What is wrong with a request, place by place in what was `sent`.

    A place in the body is a JSON pointer (RFC 6901), anything else the name of a parameter.
    """
    for error in errors:
        where, *path = error["loc"] or ("body",)
        detail = error["msg"].removeprefix("Value error, ")
        if error["type"] == "json_invalid":  # its path is a number of letters, not a place in the document
            yield {"pointer": "", "detail": detail}
        elif where == "body":
            yield {"pointer": _pointer(path, sent, missing=error["type"] == "missing"), "detail": detail}
        else:
            yield {"parameter": str(path[0]) if path else where, "in": where, "detail": detail}


def _pointer(path: Sequence[str | int], sent: Any, *, missing: bool) -> str:
    """The path without the names of the alternatives that were tried, which are no places in what was sent."""
    found = ""
    for at, part in enumerate(path):
        inside = part in sent if isinstance(sent, dict) else isinstance(sent, list) and isinstance(part, int)
        if inside:
            sent = sent[part]
        if inside or (missing and at == len(path) - 1):
            found += "/" + re.sub("[~/]", lambda sign: {"~": "~0", "/": "~1"}[sign[0]], str(part))
    return found
