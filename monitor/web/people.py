"""The team, for administrators: who is in it, what each may do, who is invited, and who is shut out."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from monitor.domain.access import Agent, BadName, Denied, Rank
from monitor.services.team import LastAdmin, NameTaken
from monitor.web.auth import monitor, needs, origin, person
from monitor.web.present import N_
from monitor.web.templating import render, wording

router = APIRouter(prefix="/people")

Admin = Annotated[Agent, Depends(needs(Rank.ADMIN))]
Text = Annotated[str, Form()]

RANKS: Mapping[Rank, str] = {
    Rank.VIEWER: N_("viewer"),
    Rank.AGENT: N_("agent"),
    Rank.LEAD: N_("lead"),
    Rank.ADMIN: N_("administrator"),
}
MEANINGS: Mapping[Rank, str] = {
    Rank.VIEWER: N_("Reads cases and reports."),
    Rank.AGENT: N_("Works on cases too."),
    Rank.LEAD: N_("Grants what is above an agent's authority, and changes what the whole team shares, too."),
    Rank.ADMIN: N_("Says who is in the team and reads the audit trail, too."),
}


@router.get("")
def people_page(request: Request, admin: Admin) -> Response:  # noqa: ARG001 - it is asked for so that only admins pass
    return _people(request)


@router.post("")
def add_person(
    request: Request,
    admin: Admin,
    name: Text = "",
    display_name: Text = "",
    email: Text = "",
    rank: Annotated[Rank, Form()] = Rank.AGENT,
) -> Response:
    """Add somebody and show the code with which that person chooses a password, this once."""
    team, where = monitor(request).team, origin(request)
    try:
        added = team.add(
            name, by=admin.name, rank=rank, display_name=display_name[:80], email=email[:254], origin=where
        )
    except (BadName, NameTaken) as error:
        return _people(request, problem=str(error))
    return _people(request, invited=added.name, code=team.invite(added.name, by=admin.name, origin=where))


@router.post("/{name}/rank")
def change_rank(request: Request, admin: Admin, name: str, rank: Annotated[Rank, Form()]) -> Response:
    try:
        monitor(request).team.set_rank(name, rank, by=admin.name, origin=origin(request))
    except LastAdmin as error:
        return _people(request, problem=str(error))
    return _back()


@router.post("/{name}/disable")
def disable(request: Request, admin: Admin, name: str) -> Response:
    try:
        monitor(request).team.disable(name, by=admin.name, origin=origin(request))
    except LastAdmin as error:
        return _people(request, problem=str(error))
    return _back()


@router.post("/{name}/enable")
def enable(request: Request, admin: Admin, name: str) -> Response:
    monitor(request).team.enable(name, by=admin.name, origin=origin(request))
    return _back()


@router.post("/{name}/invite")
def invite(request: Request, admin: Admin, name: str) -> Response:
    """A new code for a person who has none, or has forgotten the password."""
    try:
        code = monitor(request).team.invite(name, by=admin.name, origin=origin(request))
    except Denied as error:
        return _people(request, problem=str(error))
    return _people(request, invited=name, code=code)


@router.post("/{name}/sessions/revoke")
def revoke_sessions(request: Request, admin: Admin, name: str) -> Response:
    """Log somebody out everywhere."""
    app = monitor(request)
    app.access.revoke_all(app.team.person(name), by=admin.name, origin=origin(request))
    return _back()


@router.post("/tokens/{token_id}/revoke")
def revoke_token(request: Request, admin: Admin, token_id: int) -> Response:
    monitor(request).tokens.revoke(token_id, by=admin, name=admin.name, origin=origin(request))
    return _back()


def _back() -> Response:
    return RedirectResponse("/people", 303)


def _people(request: Request, *, problem: str = "", invited: str = "", code: str = "") -> Response:
    app, say = monitor(request), wording(request, person(request)).catalog.gettext
    return render(
        request,
        "people.html",
        status_code=422 if problem else 200,
        place="people",
        people=app.team.everybody(),
        able=app.team.able_to_log_in(),
        ranks=list(Rank),
        rank_words={rank: say(words) for rank, words in RANKS.items()},
        rank_meanings={rank: say(words) for rank, words in MEANINGS.items()},
        tokens=app.tokens.listed(),
        problem=problem,
        invited=invited,
        code=code,
    )
