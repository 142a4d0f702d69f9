"""Searches under a name, and how many cases each finds."""

from fastapi import APIRouter, Request, Response

from monitor.domain.access import Agent, Denied, Rank
from monitor.domain.search import parse_search
from monitor.errors import NotFound
from monitor.services.desk import ViewCount
from monitor.web.api import requests, schemas
from monitor.web.api.caller import AskedIfAny, Number, Reader, Worker
from monitor.web.api.openapi import failures
from monitor.web.api.problems import Trouble
from monitor.web.auth import monitor

router = APIRouter(tags=["Views"])


@router.get("/views", operation_id="listViews", summary="The views, with their counts")
def list_views(request: Request, agent: Reader) -> schemas.Views:
    """The built-in ones, then the team's, then your own. Use `q` in other requests."""
    return schemas.Views(items=[_shown(view) for view in monitor(request).desk.views(agent.name)])


@router.post(
    "/views",
    operation_id="createView",
    summary="Keep a search under a name",
    status_code=201,
    responses=failures(Trouble.NOT_POSSIBLE, Trouble.BAD_SEARCH),
)
def create_view(request: Request, agent: Worker, body: requests.NewView) -> schemas.View:
    """For yourself, or for the whole team."""
    app = monitor(request)
    kept = app.workplace.save_view(body.name, parse_search(body.q), owner=_owner(agent, team=body.team))
    return next(_shown(view) for view in app.desk.views(agent.name) if view.id == kept.id)


@router.delete(
    "/views/{view_id}",
    operation_id="deleteView",
    summary="Forget a view",
    status_code=204,
    responses=failures(Trouble.NOT_FOUND, Trouble.NOT_POSSIBLE),
)
def delete_view(request: Request, agent: Worker, view_id: Number) -> Response:
    """No case is touched."""
    workplace = monitor(request).workplace
    view = next((each for each in workplace.views(agent.name) if each.id == view_id), None)
    if view is None:
        raise NotFound(f"There is no view {view_id} of yours or of the team.")
    workplace.remove_view(view_id, owner=_owner(agent, team=view.owner is None))
    return Response(status_code=204)


@router.get(
    "/counts",
    operation_id="getCounts",
    summary="How many cases there are",
    responses=failures(Trouble.BAD_SEARCH),
)
def get_counts(request: Request, agent: Reader, q: AskedIfAny = None) -> schemas.Counts:
    """In every view; and with `q`, exactly how many that search finds."""
    desk = monitor(request).desk
    found = None if q is None else desk.count(parse_search(q), agent=agent.name)
    views = {view.key: schemas.Count(count=view.count, more=view.more) for view in desk.views(agent.name)}
    return schemas.Counts(views=views, found=found)


def _owner(agent: Agent, *, team: bool) -> str | None:
    if team and not agent.may(Rank.LEAD):
        raise Denied("Only leads change what the whole team sees.")
    return None if team else agent.name


def _shown(view: ViewCount) -> schemas.View:
    return schemas.View(
        key=view.key,
        id=view.id,
        name=view.name,
        q=view.search.text(),
        built_in=view.built_in,
        team=view.built_in or view.owner is None,
        count=view.count,
        more=view.more,
    )
