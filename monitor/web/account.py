"""One's own account: the password, the language and zone, where one is logged in, and the tokens of one's programs."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from monitor.domain.access import Agent, Denied, Scope
from monitor.domain.password import WeakPassword
from monitor.services.access import Refused, TooManyTries
from monitor.services.team import NameTaken
from monitor.services.tokens import NoScope
from monitor.web.auth import give_session, monitor, origin, signed_in
from monitor.web.languages import LANGUAGES
from monitor.web.templating import render, zone

router = APIRouter(prefix="/account")

Me = Annotated[Agent, Depends(signed_in)]
Text = Annotated[str, Form()]
LONGEST_TOKEN_DAYS = 3650


@router.get("")
def account_page(request: Request, me: Me) -> Response:
    return _account(request, me)


@router.post("/password")
def change_password(request: Request, me: Me, old: Text = "", new: Text = "", again: Text = "") -> Response:
    if new != again:
        return _account(request, me, problem="The two passwords are not the same.", status=422)
    try:
        secret = monitor(request).access.change_password(me, old, new, origin(request))
    except TooManyTries as error:
        return _account(request, me, problem=str(error), status=429)
    except (Refused, WeakPassword) as error:
        return _account(request, me, problem=str(error), status=422)
    answer = _back()
    give_session(request, answer, secret)
    return answer


@router.post("/profile")
def save_profile(
    request: Request, me: Me, display_name: Text = "", email: Text = "", locale: Text = "", time_zone: Text = ""
) -> Response:
    if time_zone and zone(time_zone) is None:
        words = "This is not a time zone: write for example Europe/Riga."
        return _account(request, me, problem=words, status=422)
    try:
        monitor(request).team.save_profile(
            me,
            display_name=display_name.strip()[:80] or me.name,
            email=email.strip()[:254] or None,
            locale=locale if locale in LANGUAGES else None,
            zone=time_zone or None,
        )
    except NameTaken as error:
        return _account(request, me, problem=str(error), status=422)
    return _back()


@router.post("/sessions/{session_id}/revoke")
def revoke_session(request: Request, me: Me, session_id: int) -> Response:
    monitor(request).access.revoke(session_id, me, by=me.name, origin=origin(request))
    return _back()


@router.post("/tokens")
def create_token(
    request: Request,
    me: Me,
    name: Text = "",
    scope: Annotated[list[Scope] | None, Form()] = None,
    days: Annotated[int, Form(ge=0, le=LONGEST_TOKEN_DAYS)] = 90,
) -> Response:
    """Make a token and show it, this once. No days: it never expires."""
    scopes = frozenset(scope or ())
    lasts = timedelta(days=days) if days else None
    try:
        key, _ = monitor(request).tokens.create(me, name, scopes, lasts=lasts, by=me.name, origin=origin(request))
    except (NoScope, Denied) as error:
        return _account(request, me, problem=str(error), status=422)
    return _account(request, me, key=key)


@router.post("/tokens/{token_id}/revoke")
def revoke_token(request: Request, me: Me, token_id: int) -> Response:
    monitor(request).tokens.revoke(token_id, by=me, name=me.name, origin=origin(request))
    return _back()


def _back() -> Response:
    return RedirectResponse("/account", 303)


def _account(request: Request, me: Agent, *, problem: str = "", key: str = "", status: int = 200) -> Response:
    app = monitor(request)
    current = getattr(request.state, "session", None)
    return render(
        request,
        "account.html",
        status_code=status,
        place="account",
        person=me,
        sessions=app.access.sessions(me),
        current=current.id if current is not None else None,
        tokens=[token for token, _ in app.tokens.listed(me)],
        scopes=list(Scope),
        problem=problem,
        key=key,
    )
