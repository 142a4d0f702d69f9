"""The interface for programs, /api/v1: the review queue in JSON, with the same rights and through the same services."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from monitor.web.api import actions, bulk, cases, docs, exports, faults, people, reviews, views
from monitor.web.api.caller import counted
from monitor.web.api.openapi import ROOT, TITLE, failures
from monitor.web.api.outside import ProblemsOutside
from monitor.web.api.rates import Rates
from monitor.web.auth import declared

if TYPE_CHECKING:
    from monitor.wiring import App

VERSION = "1.0"

ROUTERS: tuple[APIRouter, ...] = (
    cases.router,
    actions.router,
    bulk.router,
    views.router,
    reviews.router,
    exports.router,
    people.router,
    docs.router,
)


def routes() -> list[APIRoute]:
    """Every route, its path as it is below the root of the interface."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def create_api(app: "App") -> FastAPI:
    """The interface over one configured program. Raises `LookupError` for a route that does not say who may use it."""
    api = FastAPI(
        title=TITLE,
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(counted)],
        responses=failures(),
    )
    api.state.monitor = app
    api.state.rates = Rates(app.config.web.api_per_minute, app.clock)
    for router in ROUTERS:
        api.include_router(router)
    api.state.routes = routes()
    for route in api.state.routes:
        declared(route)
    faults.register(api)
    return api


def register(page: FastAPI, app: "App") -> None:
    """Put the interface below the page, once everything that guards the page is there."""
    page.mount(ROOT, create_api(app), name="api")
    page.add_middleware(ProblemsOutside)
