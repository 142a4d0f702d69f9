"""The page as one application: its routers, what guards them, and the server that listens.

To add pages: write a module with `router`, every route of which declares who may use it, and add it to `ROUTERS`.
"""

import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from monitor.config import Web
from monitor.errors import MonitorError
from monitor.web import (
    account,
    actions,
    api,
    audit,
    bulk,
    cases,
    compensations,
    faults,
    live,
    login,
    people,
    preferences,
    presence,
    queue,
    replies,
    views,
)
from monitor.web.auth import anyone, declared
from monitor.web.security import Guarded, Proxies, SameOrigin
from monitor.wiring import App

STATIC = Path(__file__).parent / "static"
LONGEST_BODY = 1_000_000
STOP_WITHIN_S = 3
"""How long open streams may go on after the server was told to end."""


class CannotListen(MonitorError):
    """The page cannot listen at this address."""


router = APIRouter(dependencies=[Depends(anyone)])


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """The process answers. It asks neither the database nor anything else."""
    return PlainTextResponse("ok")


ROUTERS: tuple[APIRouter, ...] = (
    router,
    login.router,
    account.router,
    people.router,
    audit.router,
    queue.router,
    cases.router,
    actions.router,
    bulk.router,
    views.router,
    presence.router,
    live.router,
    preferences.router,
    replies.router,
    compensations.router,
)


def create_app(app: App) -> FastAPI:
    """The page over one configured program. Raises `LookupError` when a route does not say who may use it."""
    page = FastAPI(title="Complaint monitor", docs_url=None, redoc_url=None, openapi_url=None)
    page.state.monitor = app
    for each in ROUTERS:
        for route in each.routes:
            if isinstance(route, APIRoute):
                declared(route)
        page.include_router(each)
    page.mount("/static", StaticFiles(directory=STATIC), name="static")
    faults.register(page)
    _guard(page, app.config.web)
    api.register(page, app)
    return page


def _guard(page: FastAPI, web: Web) -> None:
    """What every request passes, the last one first."""
    page.add_middleware(SameOrigin, public_url=web.public_url)
    page.add_middleware(RequestBodyLimitMiddleware, max_body_size=LONGEST_BODY)
    page.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts(web), www_redirect=False)
    page.add_middleware(Proxies, networks=web.proxies, user_header=web.proxy_user_header)
    page.add_middleware(Guarded)


def hosts(web: Web) -> list[str]:
    """The names that the page answers to."""
    public = urlsplit(web.public_url).hostname if web.public_url else None
    own = ["localhost", "127.0.0.1", "[::1]", web.host, f"[{web.host}]", public, *web.trusted_hosts]
    return [name for name in dict.fromkeys(own) if name]


def serve(app: App, *, host: str, port: int, ready: Callable[[int], None] = lambda _port: None) -> None:
    """Listen until SIGTERM or Ctrl-C. `ready` is told the port when the page can be opened.

    Raises `CannotListen` when the address is somebody else's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise CannotListen(f"The page cannot listen at {host}, port {port}: {error.strerror}.") from error
    config = uvicorn.Config(
        create_app(app),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `Proxies` does it, and remembers who it was
        timeout_graceful_shutdown=STOP_WITHIN_S,
        lifespan="off",
    )
    with listening:
        ready(listening.getsockname()[1])  # whoever connects now waits in the backlog until the server runs
        uvicorn.Server(config).run(sockets=[listening])
