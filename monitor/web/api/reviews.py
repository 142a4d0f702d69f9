"""Posts and what people say of them: reading one, which to ask about, and keeping a verdict."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from monitor.services.labelling import label_post, to_ask_about
from monitor.services.posts import post_in_full
from monitor.web.api import requests, schemas
from monitor.web.api.caller import Number, Reader, Worker
from monitor.web.api.openapi import failures
from monitor.web.api.problems import Trouble
from monitor.web.auth import monitor

router = APIRouter(tags=["Posts and reviews"])


@router.get(
    "/posts/{post_id}",
    operation_id="getPost",
    summary="One post",
    responses=failures(Trouble.NOT_FOUND),
)
def get_post(request: Request, agent: Reader, post_id: Number) -> schemas.PostInFull:  # noqa: ARG001 - who may read
    """With its author, the model's verdict, and the reviews of people. The words of an erased post are gone."""
    return schemas.PostInFull.of(post_in_full(monitor(request).database, post_id))


@router.get("/needs-label", operation_id="listDoubts", summary="The posts to ask a person about")
def list_doubts(
    request: Request,
    agent: Reader,  # noqa: ARG001 - who may read
    brand: Annotated[str | None, Query(max_length=80, description="Of one brand alone.")] = None,
    since: Annotated[requests.MomentIfAny, Query(description="Published since then.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> schemas.Doubts:
    """Where the model is least sure and nobody has said anything yet, the languages taking turns."""
    found = to_ask_about(monitor(request).database, brand=brand, since=since, limit=limit)
    return schemas.Doubts(
        items=[
            schemas.Doubt(
                post=schemas.Post.model_validate(doubt.post),
                assessment=schemas.Assessment.model_validate(doubt.verdict),
                margin=doubt.margin,
            )
            for doubt in found
        ]
    )


@router.post(
    "/posts/{post_id}/reviews",
    operation_id="reviewPost",
    summary="Say what a post is",
    responses=failures(Trouble.NOT_FOUND, Trouble.CONFLICT, Trouble.NOT_POSSIBLE),
)
def review_post(request: Request, agent: Worker, post_id: Number, body: requests.Labels) -> schemas.Reviewed:
    """Kept to train on, in the place of what you said of it before. No case is opened or closed by it."""
    app, said = monitor(request), body.labels()
    labelled = label_post(app.database, app.clock, post_id, agent.name, said)
    case = None if labelled.case is None else schemas.Case.model_validate(labelled.case)
    return schemas.Reviewed(post_id=post_id, agent=agent.name, labels=said.as_dict(), case=case)
