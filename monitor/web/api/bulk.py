"""Many cases at once, and the one that is to be looked at next."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Body, Path, Request, Response

from monitor.domain.deeds import Deed, DeedKind
from monitor.domain.search import parse_search
from monitor.services.review import WAITING_FOR_ANYBODY
from monitor.web.api import requests, schemas
from monitor.web.api.actions import worker
from monitor.web.api.caller import Worker
from monitor.web.api.openapi import ETAG, failures
from monitor.web.api.problems import Trouble
from monitor.web.api.versions import tag
from monitor.web.auth import monitor

router = APIRouter(tags=["Many cases"])

Wanted = Annotated[
    requests.AnyBulk,
    Body(
        openapi_examples={
            "cases": {
                "summary": "These cases",
                "value": {"deed": {"do": "assign", "to": "petar"}, "cases": [{"id": 17, "version": 3}, {"id": 21}]},
            },
            "search": {
                "summary": "All that a search finds",
                "value": {"deed": {"do": "tag", "add": ["outage"]}, "q": "cause:outage", "expected": 40},
            },
        }
    ),
]


@router.post(
    "/bulk",
    operation_id="bulk",
    summary="Do one thing to many cases",
    responses=failures(Trouble.NOT_FOUND, Trouble.CONFLICT, Trouble.NOT_POSSIBLE, Trouble.BAD_SEARCH),
)
def bulk(request: Request, agent: Worker, body: Wanted) -> schemas.Done:
    """Each case is decided by itself: what cannot be done to one is told, and hinders no other.

    By search it is done to all that is found, unless that is more than `expected`.
    """
    app = monitor(request)
    deed = _checked(request, body.deed.deed())
    if isinstance(body, requests.BulkOfSearch):
        return schemas.Done.model_validate(
            app.bulk.do_all(deed, parse_search(body.q), agent.name, expected=body.expected)
        )
    versions = {case.id: case.version for case in body.cases if case.version is not None}
    done = app.bulk.do(deed, [case.id for case in body.cases], agent.name, versions=versions)
    return schemas.Done.model_validate(done)


@router.post(
    "/bulk/{name}/undo",
    operation_id="undoBulk",
    summary="Take back what was done to many cases",
    responses=failures(Trouble.NOT_FOUND, Trouble.CONFLICT),
)
def undo(
    request: Request,
    agent: Worker,
    name: Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="The `bulk` that the deed answered.")],
) -> schemas.Done:
    """As far as nobody has built on it since. Taking this back under its own name does it again."""
    return schemas.Done.model_validate(monitor(request).bulk.undo(name, agent.name))


@router.post(
    "/next",
    operation_id="nextCase",
    summary="The most urgent case that nobody has",
    response_model=schemas.CaseRow,
    responses={
        200: {"description": "The case, with its ETag.", "headers": ETAG},
        204: {"description": "There is nothing left to do."},
        **failures(Trouble.CONFLICT, Trouble.BAD_SEARCH),
    },
)
def next_case(request: Request, response: Response, agent: Worker, body: requests.Next) -> schemas.CaseRow | Response:
    """It is kept for you for a while, so that nobody else is given it; what was kept for you before is let go."""
    app = monitor(request)
    search = WAITING_FOR_ANYBODY.and_also(parse_search(body.q or ""))
    case = app.review.next_for(agent.name, skip=body.skip, search=search)
    if case is None or case.id is None:
        return Response(status_code=204)
    response.headers["ETag"] = tag(case.version)
    return schemas.CaseRow.model_validate(app.desk.row(case.id, agent.name))


def _checked(request: Request, deed: Deed) -> Deed:
    """The deed, given to somebody who is there."""
    return deed if deed.kind is not DeedKind.ASSIGN else replace(deed, to=worker(monitor(request), deed.to or ""))
