"""Every error of the interface as a problem document: the program's, the framework's, and what nobody expected."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from monitor import log
from monitor.domain.search import SearchError
from monitor.errors import MonitorError
from monitor.web.api import schemas
from monitor.web.api.problems import Trouble, answer, pointers, trouble_of, trouble_of_status
from monitor.web.api.rates import TooManyRequests
from monitor.web.api.versions import Stale, tag
from monitor.web.auth import NotSignedIn, person

_log = log.get(__name__)


def register(api: FastAPI) -> None:
    """Answer every error of the interface here."""
    handlers: dict[type[Exception], Callable[..., Response]] = {
        NotSignedIn: _not_signed_in,
        MonitorError: _refused,
        RequestValidationError: _not_valid,
        HTTPException: _http,
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _not_signed_in(request: Request, error: Exception) -> Response:
    """A person who opens one of the pages about the interface logs in first and comes back."""
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
    headers = {"WWW-Authenticate": "Bearer"}
    return answer(Trouble.NOT_SIGNED_IN, request.url.path, str(error), headers)


def _refused(request: Request, error: MonitorError) -> Response:
    trouble = trouble_of(error)
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    if isinstance(error, Stale):
        headers["ETag"] = tag(error.case.version)
        more["current"] = schemas.Case.model_validate(error.case).model_dump(mode="json")
        if error.faster is not None:
            told = schemas.Event.model_validate(error.faster)
            more["faster"] = told.model_dump(mode="json", include={"kind", "actor", "at"})
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, SearchError):
        more |= {"place": error.place, "length": error.length}
    if trouble.value.status < 500:
        return answer(trouble, request.url.path, str(error), headers, **more)
    _log.error("the interface cannot work", kind=type(error).__name__, path=request.url.path)
    return answer(trouble, request.url.path)


def _not_valid(request: Request, error: RequestValidationError) -> Response:
    return answer(Trouble.NOT_VALID, request.url.path, errors=list(pointers(error.errors(), error.body)))


def _http(request: Request, error: HTTPException) -> Response:
    """An address that leads nowhere looks to strangers like one that they may not see."""
    if person(request) is None:
        return _not_signed_in(request, NotSignedIn())
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer(trouble_of_status(error.status_code), request.url.path, headers=headers)


def _methods(request: Request) -> set[str]:
    """What the address is used with, by all routes that share it: the framework names those of the first one only."""
    sharing = [route for route in request.app.state.routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in sharing for method in route.methods}


def _unexpected(request: Request, _error: Exception) -> Response:
    """The error goes on to the page, which writes it down."""
    return answer(Trouble.INTERNAL, request.url.path)
