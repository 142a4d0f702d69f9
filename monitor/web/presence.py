"""Heartbeats of people at cases: who reads one, who writes an answer, who has gone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from monitor.domain.access import Agent, Rank
from monitor.domain.presence import Doing
from monitor.web.auth import monitor, needs

router = APIRouter(prefix="/presence")

Worker = Annotated[Agent, Depends(needs(Rank.AGENT))]
CaseId = Annotated[int, Form(ge=1, le=2**62)]


@router.post("", status_code=204)
def beat(request: Request, agent: Worker, case: CaseId, doing: Annotated[Doing, Form()] = Doing.VIEWING) -> Response:
    """Say that one is at the case. What the others do is told by the stream of events."""
    monitor(request).workplace.beat(case, agent.name, doing)
    return Response(status_code=204)


@router.post("/leave", status_code=204)
def leave(request: Request, agent: Worker, case: Annotated[int | None, Form(ge=1, le=2**62)] = None) -> Response:
    """Say that one has gone from the case, or from all."""
    monitor(request).workplace.leave(agent.name, case)
    return Response(status_code=204)
