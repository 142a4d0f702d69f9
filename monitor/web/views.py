"""Kept searches: one's own, and for leads the team's."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from monitor.domain.access import Agent, Denied, Rank
from monitor.domain.search import SearchError, parse_search
from monitor.errors import NotAllowed, NotFound
from monitor.web.auth import monitor, needs
from monitor.web.refusals import refusal
from monitor.web.templating import render, wording

router = APIRouter(prefix="/views")

Worker = Annotated[Agent, Depends(needs(Rank.AGENT))]


@router.post("")
def keep(
    request: Request,
    agent: Worker,
    name: Annotated[str, Form(max_length=200)] = "",
    q: Annotated[str, Form(max_length=1000)] = "",
    team: Annotated[bool, Form()] = False,
) -> Response:
    """Keep a search under a name, and show it."""
    try:
        search = parse_search(q)
        view = monitor(request).workplace.save_view(name, search, owner=_owner(agent, team))
    except (NotAllowed, SearchError) as reason:
        words = refusal(str(reason), wording(request, agent))
        return render(request, "refused_page.html", status_code=422, agent=agent, words=words, back="/queue")
    return RedirectResponse(f"/queue?view=view-{view.id}", 303)


@router.post("/{view_id}/remove")
def remove(request: Request, agent: Worker, view_id: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
    """Forget a kept search; the cases are not touched."""
    workplace = monitor(request).workplace
    view = next((each for each in workplace.views(agent.name) if each.id == view_id), None)
    if view is None:
        raise NotFound("There is no such view.")
    workplace.remove_view(view_id, owner=_owner(agent, view.owner is None))
    return RedirectResponse("/queue", 303)


def _owner(agent: Agent, team: bool) -> str | None:
    """Whose a view is: what the whole team sees is changed by leads."""
    if team and not agent.may(Rank.LEAD):
        raise Denied("Only leads change what the whole team sees.")
    return None if team else agent.name
