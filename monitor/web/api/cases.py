"""Reading cases: what a search finds, page by page, and one case whole."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from monitor.domain.search import parse_search
from monitor.web.api import schemas
from monitor.web.api.caller import Asked, Number, Reader
from monitor.web.api.openapi import ETAG, failures
from monitor.web.api.paging import LONGEST_CURSOR, MOST, cursor, next_link, place
from monitor.web.api.problems import Trouble
from monitor.web.api.versions import matches, tag
from monitor.web.auth import monitor

router = APIRouter(tags=["Cases"])

_LINK = {"Link": {"description": "The next page, where there is one.", "schema": {"type": "string"}}}
_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The case is as it was.", "headers": ETAG}}


@router.get(
    "/cases",
    operation_id="listCases",
    summary="The cases that a search finds",
    responses={200: {"headers": _LINK}, **failures(Trouble.BAD_SEARCH, Trouble.BAD_CURSOR)},
)
def list_cases(
    request: Request,
    response: Response,
    agent: Reader,
    q: Asked = "",
    limit: Annotated[int, Query(ge=1, le=MOST, description="Cases of one page.")] = 50,
    after: Annotated[str | None, Query(max_length=LONGEST_CURSOR, description="The cursor of the page.")] = None,
) -> schemas.CasePage:
    """The most urgent first: by severity and risk, then by what is due first.

    Pages follow each other without a gap and nothing comes twice, while cases come and go. A case whose urgency
    changes meanwhile is where it now belongs, which may be before or behind the page.
    """
    found = monitor(request).desk.page(parse_search(q), agent=agent.name, after=place(after), limit=limit)
    behind = cursor(found.after)
    if behind is not None:
        response.headers["Link"] = next_link(request.url, behind)
    return schemas.CasePage(items=[schemas.CaseRow.model_validate(row) for row in found.rows], next=behind)


@router.get(
    "/cases/{case_id}",
    operation_id="getCase",
    summary="One case whole",
    response_model=schemas.CaseInFull,
    responses={200: {"headers": ETAG}, **_UNCHANGED, **failures(Trouble.NOT_FOUND)},
)
def get_case(
    request: Request,
    agent: Reader,
    case_id: Number,
    if_none_match: Annotated[str | None, Header(description="The ETag that you have.", max_length=1000)] = None,
) -> Response:
    """The thread with assessments and reviews, the log, the promises, the labels, and the customer's history."""
    full = schemas.CaseInFull.of(monitor(request).desk.case(case_id, agent.name))
    content = full.model_dump_json().encode()
    headers = {"ETag": tag(full.case.version, content)}
    if matches(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=JSONResponse.media_type)
