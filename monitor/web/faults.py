"""What people see when something does not work: a page, a fragment or a problem document, never a traceback.

`register()` is the web's catch-all: whatever no route expected is logged without its words and answered with 500.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from monitor import log
from monitor.domain.access import Denied
from monitor.errors import Conflict, MonitorError, NotAllowed, NotFound, StoreError
from monitor.web.auth import NotSignedIn, person
from monitor.web.present import N_
from monitor.web.security import bearer_of, protect
from monitor.web.templating import is_fragment, render

_log = log.get(__name__)

# The first line that fits decides.
_STATUSES: tuple[tuple[type[MonitorError], int], ...] = (
    (Denied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (NotAllowed, 409),
    (StoreError, 503),
)

_WORDS: Mapping[int, str] = {
    400: N_("The request could not be understood."),
    403: N_("You may not do this."),
    404: N_("There is nothing here."),
    405: N_("This page cannot be used that way."),
    409: N_("This has changed in the meantime."),
    413: N_("That was too much at once."),
    422: N_("Something in the form is not right."),
    429: N_("That was too often; wait a little."),
    500: N_("Something went wrong on our side. It was written down."),
    503: N_("The database does not answer now. Try again in a moment."),
}


def register(page: FastAPI) -> None:
    """Answer every error of the page here."""
    handlers: dict[type[Exception], Callable[..., Response]] = {
        NotSignedIn: _not_signed_in,
        MonitorError: _refused,
        RequestValidationError: _not_valid,
        HTTPException: _http,
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        page.add_exception_handler(kind, handler)


def _not_signed_in(request: Request, _error: Exception) -> Response:
    """A person is sent to the login page, and comes back afterwards; a program and a fragment are told."""
    if for_programs(request):
        return _problem(request, 401, "Log in first, or send a token.", {"WWW-Authenticate": "Bearer"})
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = "/login" if request.method not in ("GET", "HEAD") or asked == "/" else f"/login?next={quote(asked)}"
    if is_fragment(request):
        return Response(status_code=401)  # what was typed stays on the page, which says that one was signed out
    return RedirectResponse(target, 303)


def _refused(request: Request, error: MonitorError) -> Response:
    status = next((code for kind, code in _STATUSES if isinstance(error, kind)), 422)
    if status >= 500:
        _log.error("the page cannot work", kind=type(error).__name__, path=request.url.path)
    return answer(request, status, "" if status == 503 else str(error))


def _not_valid(request: Request, error: RequestValidationError) -> Response:
    """Names the fields, and not what was typed into them."""
    fields = ", ".join(dict.fromkeys(".".join(str(part) for part in each["loc"][1:]) for each in error.errors()))
    return answer(request, 422, fields[:200])


def _http(request: Request, error: HTTPException) -> Response:
    """A path that leads nowhere looks to strangers like one that they may not see."""
    if error.status_code == 404 and person(request) is None:
        return _not_signed_in(request, error)
    return answer(request, error.status_code, headers=error.headers)


def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("the page failed", kind=type(error).__name__, path=request.url.path, exc_info=error)
    response = answer(request, 500)
    protect(response.headers)  # this answer is given outside of what guards the others
    return response


def answer(request: Request, status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """The error in the form that the asker can use."""
    if for_programs(request):
        return _problem(request, status, detail, headers)
    return render(
        request,
        "_fault.html" if is_fragment(request) else "error.html",
        status_code=status,
        headers=dict(headers or {}),
        status=status,
        words=_WORDS.get(status, _WORDS[500 if status >= 500 else 400]),
        detail=detail,
        place="",
    )


def for_programs(request: Request) -> bool:
    """Whether a program asks: with a token, below /api, or for JSON and not for a page."""
    accepted = request.headers.get("Accept", "")
    wants_json = "json" in accepted and "text/html" not in accepted
    return request.url.path.startswith("/api/") or bearer_of(request.headers) is not None or wants_json


def _problem(request: Request, status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """A problem document (RFC 9457)."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "instance": request.url.path}
    if detail:
        body["detail"] = detail
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")
