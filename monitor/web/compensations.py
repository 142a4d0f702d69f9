"""Compensations on the page: asked for beside the reply, and decided by a lead where everything that waits stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from monitor.domain.access import Agent, Rank
from monitor.domain.compensation import BadAmount, Kind, money
from monitor.errors import Conflict, NotAllowed
from monitor.web.auth import local_path, monitor, needs
from monitor.web.cases import CaseId
from monitor.web.reply_words import AMOUNT_KINDS, STATES
from monitor.web.templating import is_fragment, render

router = APIRouter()

Worker = Annotated[Agent, Depends(needs(Rank.AGENT))]
Lead = Annotated[Agent, Depends(needs(Rank.LEAD))]
Number = Annotated[int, Path(ge=1, le=2**62)]
Reason = Annotated[str, Form(max_length=500)]
Version = Annotated[int | None, Form(ge=0, le=2**62)]
To = Annotated[str, Form(max_length=2000)]


@router.get("/cases/{case_id}/compensation")
def of_case(request: Request, agent: Worker, case_id: CaseId) -> Response:
    """What the case was given, and the form to give more."""
    if not is_fragment(request):
        return RedirectResponse(f"/cases/{case_id}/reply", 303)
    return _account(request, agent, case_id)


@router.post("/cases/{case_id}/compensation")
def ask(
    request: Request,
    agent: Worker,
    case_id: CaseId,
    kind: Annotated[Kind, Form()],
    amount: Annotated[str, Form(max_length=40)],
    reason: Reason = "",
    version: Version = None,
    to: To = "",
) -> Response:
    """Give something: at once within one's authority, else the case waits for a lead."""
    service = monitor(request).compensations
    try:
        sum_ = money(amount, service.authority.currency)
        service.ask(case_id, agent, kind, sum_, reason, version=version)
    except (BadAmount, NotAllowed, Conflict) as why:
        typed = {"kind": kind.value, "amount": amount, "reason": reason}
        return _account(request, agent, case_id, str(why), typed)
    if not is_fragment(request):
        return RedirectResponse(local_path(to or f"/cases/{case_id}/reply"), 303)
    return _account(request, agent, case_id)


@router.get("/compensations")
def waiting(request: Request, agent: Lead) -> Response:
    """Everything that waits for a decision."""
    return _waiting(request, agent)


@router.post("/compensations/{number}/decide")
def decide(
    request: Request, agent: Lead, number: Number, grant: Annotated[bool, Form()], note: Reason = "", to: To = ""
) -> Response:
    """Grant or refuse what was asked for."""
    service = monitor(request).compensations
    try:
        decided = service.decide(number, agent, grant=grant, note=note)
    except (NotAllowed, Conflict) as why:
        return _waiting(request, agent, str(why))
    if is_fragment(request) and not to.startswith("/compensations"):
        return _account(request, agent, decided.case_id)
    return RedirectResponse(local_path(to or "/compensations"), 303)


@router.post("/compensations/{number}/paid")
def paid(request: Request, agent: Worker, number: Number, to: To = "") -> Response:
    """Say that the customer has it."""
    done = monitor(request).compensations.pay(number, agent)
    if is_fragment(request):
        return _account(request, agent, done.case_id)
    return RedirectResponse(local_path(to or f"/cases/{done.case_id}/reply"), 303)


def _account(
    request: Request, agent: Agent, case_id: int, wrong: str = "", typed: dict[str, str] | None = None
) -> Response:
    app = monitor(request)
    name = "compensation.html" if is_fragment(request) else "compensation_page.html"
    context: dict[str, Any] = {"case_id": case_id, "wrong": wrong, "typed": typed or {}, "AMOUNT_KINDS": AMOUNT_KINDS}
    account = app.compensations.account(case_id, agent)
    status = 422 if wrong else 200
    return render(request, name, status_code=status, agent=agent, account=account, STATES=STATES, **context)


def _waiting(request: Request, agent: Agent, wrong: str = "") -> Response:
    found = monitor(request).compensations.listed()
    context: dict[str, Any] = {"found": found, "wrong": wrong, "AMOUNT_KINDS": AMOUNT_KINDS}
    return render(request, "compensations.html", status_code=409 if wrong else 200, agent=agent, **context)
