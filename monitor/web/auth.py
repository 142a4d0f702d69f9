"""Who asks: a person with a session, a proxy that vouches for one, or a program with a token; and what they may.

Every route declares one of `signed_in`, `needs(rank)` and `anyone`; a route that declares none is refused at start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute

from monitor.domain.access import Agent, Denied, Origin, Rank
from monitor.errors import MonitorError
from monitor.web.security import bearer_of

if TYPE_CHECKING:
    from monitor.wiring import App

_COOKIE = "complaint_monitor_session"


class NotSignedIn(MonitorError):
    """Log in first."""


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency: the person who asks, who must have this rank. Raises `NotSignedIn` and `Denied`."""

    rank: Rank

    def __call__(self, request: Request) -> Agent:
        agent = person(request)
        if agent is None:
            raise NotSignedIn
        if not agent.may(self.rank):
            monitor(request).access.denied(agent, f"{request.method} {request.url.path}", origin(request))
            raise Denied
        return agent


def needs(rank: Rank) -> Callable[..., Agent]:
    """`Depends(needs(Rank.LEAD))`: the person who asks, who must be at least that."""
    return Needs(rank)


def signed_in(request: Request) -> Agent:
    """`Depends(signed_in)`: the person who asks, whatever the rank."""
    return Needs(Rank.VIEWER)(request)


def anyone() -> None:
    """`Depends(anyone)` declares that a route is for everybody, logged in or not."""


def declared(route: APIRoute) -> Rank | None:
    """The rank that a route asks for; None for one that is for everybody. Raises `LookupError` when it says neither."""
    waiting, found = list(route.dependant.dependencies), []
    while waiting:
        one = waiting.pop()
        waiting += one.dependencies
        found.append(one.call)
    ranks = [call.rank for call in found if isinstance(call, Needs)]
    ranks += [Rank.VIEWER] if signed_in in found else []
    if ranks:
        return max(ranks, key=list(Rank).index)
    if anyone in found:
        return None
    raise LookupError(f"the route {route.path} does not say who may use it: give it needs(rank), signed_in or anyone")


def person(request: Request) -> Agent | None:
    """Whoever asks, looked up once a request; None for a stranger."""
    if not hasattr(request.state, "agent"):
        request.state.session = None
        request.state.agent = _person(request)
    return cast(Agent | None, request.state.agent)


def _person(request: Request) -> Agent | None:
    """A token counts alone, then the proxy's word, then the cookie."""
    app = monitor(request)
    token = bearer_of(request.headers)
    if token is not None:
        return app.tokens.agent_of(token)
    name = getattr(request.state, "proxy_user", None)
    if name is not None:
        return app.access.vouched(name)
    secret = request.cookies.get(cookie_name(request))
    found = app.access.session_of(secret) if secret else None
    if found is None:
        return None
    request.state.session, agent = found
    return agent


def monitor(request: Request) -> "App":
    """The program that the page belongs to."""
    return cast("App", request.app.state.monitor)


def origin(request: Request) -> Origin:
    """Where a request comes from, for the audit trail and the throttle."""
    address = request.client.host if request.client else ""
    return Origin(address, request.headers.get("User-Agent", ""))


def cookie_name(request: Request) -> str:
    """`__Host-` where the page is reached over HTTPS: such a cookie cannot be set by a neighbouring site."""
    return f"__Host-{_COOKIE}" if _secure(request) else _COOKIE


def _secure(request: Request) -> bool:
    public = monitor(request).config.web.public_url or ""
    return request.url.scheme == "https" or public.startswith("https://")


def give_session(request: Request, response: Response, secret: str) -> None:
    """Let the browser keep the session. `Lax`: a link in an alert opens the case without logging in again."""
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=int(monitor(request).config.web.session_absolute.total_seconds()),
        path="/",
        secure=_secure(request),
        httponly=True,
        samesite="lax",
    )


def take_session(request: Request, response: Response) -> None:
    """Let the browser forget the session and what it kept of our pages."""
    response.delete_cookie(cookie_name(request), path="/", secure=_secure(request), httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def local_path(target: str | None) -> str:
    """Where to go after logging in: a path of our own, or the start page for anything else.

    Browsers read `\\` as `/` and skip tabs and line ends, so both are refused before the first two characters decide.
    """
    wanted = target or "/"
    plain = all(" " < letter < "\x7f" and letter != "\\" for letter in wanted)
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/"
