"""The way in and out: logging in, the first administrator or an invited colleague with a code, logging out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from monitor.domain.access import BadName
from monitor.domain.password import WeakPassword
from monitor.services.access import Refused, TooManyTries
from monitor.services.team import NameTaken, WrongCode
from monitor.web.auth import anyone, cookie_name, give_session, local_path, monitor, origin, person, take_session
from monitor.web.templating import render

router = APIRouter(dependencies=[Depends(anyone)])

Text = Annotated[str, Form()]


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:
    if person(request) is not None:
        return RedirectResponse(local_path(next), 303)
    if not monitor(request).team.has_admin():
        return RedirectResponse("/setup", 303)
    return _login(request, next)


@router.post("/login")
def log_in(request: Request, name: Text = "", password: Text = "", next: Text = "/") -> Response:
    try:
        old = request.cookies.get(cookie_name(request))
        secret = monitor(request).access.log_in(name, password, origin(request), replacing=old)
    except TooManyTries as error:
        seconds = max(1, round((error.retry_at - monitor(request).clock.now()).total_seconds()))
        return _login(request, next, name=name, problem=str(error), wait=seconds, status=429)
    except Refused as error:
        return _login(request, next, name=name, problem=str(error), status=403)
    answer = RedirectResponse(local_path(next), 303)
    give_session(request, answer, secret)
    return answer


@router.post("/logout")
def log_out(request: Request) -> Response:
    """For everybody: whoever's session is over already can still click on it."""
    secret = request.cookies.get(cookie_name(request))
    if secret:
        monitor(request).access.log_out(secret, origin(request))
    answer = RedirectResponse("/login", 303)
    take_session(request, answer)
    return answer


@router.get("/setup")
def setup_page(request: Request) -> Response:
    return _setup(request)


@router.post("/setup")
def set_up(request: Request, code: Text = "", name: Text = "", password: Text = "", again: Text = "") -> Response:
    """Use a code: as the first administrator, or as somebody who was invited."""
    if password != again:
        return _setup(request, code=code, name=name, problem="The two passwords are not the same.")
    app = monitor(request)
    try:
        agent = app.team.use_code(code, password, origin(request), name=name)
    except (WrongCode, WeakPassword, BadName, NameTaken) as error:
        return _setup(request, code=code, name=name, problem=str(error))
    answer = RedirectResponse("/", 303)
    give_session(request, answer, app.access.start(agent, origin(request)))
    return answer


def _login(
    request: Request, target: str, *, name: str = "", problem: str = "", wait: int = 0, status: int = 200
) -> Response:
    return render(
        request,
        "login.html",
        status_code=status,
        headers={"Retry-After": str(wait)} if wait else None,
        next=local_path(target),
        typed=name[:80],
        problem=problem,
        wait=wait,
    )


def _setup(request: Request, *, code: str = "", name: str = "", problem: str = "") -> Response:
    return render(
        request,
        "setup.html",
        status_code=422 if problem else 200,
        first=not monitor(request).team.has_admin(),
        code=code[:80],
        typed=name[:80],
        problem=problem,
    )
