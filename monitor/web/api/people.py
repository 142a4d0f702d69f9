"""Who asks, and who is in the team."""

from fastapi import APIRouter, Request

from monitor.web.api import schemas
from monitor.web.api.caller import Lead, Reader
from monitor.web.auth import monitor

router = APIRouter(tags=["People"])


@router.get("/me", operation_id="getMe", summary="Whoever asks")
def get_me(agent: Reader) -> schemas.Me:
    """The owner of the token, with no more rank than the token reaches."""
    return schemas.Me.model_validate(agent)


@router.get("/agents", operation_id="listAgents", summary="The team")
def list_agents(request: Request, agent: Lead) -> schemas.Agents:  # noqa: ARG001 - who may read
    """Everybody by name, those who have left too."""
    return schemas.Agents(items=[schemas.Agent.model_validate(each) for each in monitor(request).team.everybody()])
