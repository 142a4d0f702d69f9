"""Everything that a search finds, in one file: as a table for people, as JSON for programs."""

import json
from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from monitor.domain.access import Agent
from monitor.domain.search import parse_search
from monitor.services.exporting import Export, export_cases
from monitor.web.api import schemas, tables
from monitor.web.api.caller import Asked, Reader
from monitor.web.api.openapi import failures
from monitor.web.api.problems import Trouble
from monitor.web.auth import monitor, origin

router = APIRouter(prefix="/exports", tags=["Exports"])


class _Table(StreamingResponse):
    media_type = "text/csv"


class _Document(StreamingResponse):
    media_type = "application/json"


_FILE = {
    "Content-Disposition": {"description": "The name of the file.", "schema": {"type": "string"}, "required": True}
}
_TABLE = {
    "description": "The cases, a line each.",
    "headers": _FILE,
    "content": {
        "text/csv": {"schema": {"type": "string"}, "example": '"case","version","brand"\r\n"17","3","acme"\r\n'}
    },
}
_DOCUMENT = {
    "description": "The cases.",
    "headers": _FILE,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["count", "cases"],
                "properties": {
                    "count": {"type": "integer", "description": "How many cases were found."},
                    "cases": {"type": "array", "items": {"$ref": "#/components/schemas/Case"}},
                },
            }
        }
    },
}


@router.get(
    "/cases.csv",
    operation_id="exportCasesAsTable",
    summary="Cases as a table",
    response_class=_Table,
    responses={200: _TABLE, **failures(Trouble.BAD_SEARCH)},
)
def as_table(request: Request, agent: Reader, q: Asked = "") -> StreamingResponse:
    """For spreadsheets: UTF-8 with a byte-order mark, every cell quoted, and none of them a formula.

    Ids of a platform begin with its name, so that they stay text: `x:1899…`. The posts themselves are not in it:
    read them by their numbers.
    """
    export = _export(request, agent, q, "csv")
    return _Table(tables.lines(export.rows), headers=_named(request, "csv"))


@router.get(
    "/cases.json",
    operation_id="exportCasesAsJson",
    summary="Cases as JSON",
    response_class=_Document,
    responses={200: _DOCUMENT, **failures(Trouble.BAD_SEARCH)},
)
def as_json(request: Request, agent: Reader, q: Asked = "") -> StreamingResponse:
    """The same cases as the list finds, each once, in one document."""
    export = _export(request, agent, q, "json")
    return _Document(_document(export), headers=_named(request, "json"))


def _export(request: Request, agent: Agent, q: str, form: str) -> Export:
    app = monitor(request)
    return export_cases(app.database, app.clock, parse_search(q), agent, form=form, origin=origin(request))


def _document(export: Export) -> Iterator[str]:
    yield f'{{"count":{json.dumps(len(export.case_ids))},"cases":['
    for place, row in enumerate(export.rows):
        yield ("," if place else "") + schemas.Case.model_validate(row.case).model_dump_json()
    yield "]}"


def _named(request: Request, ending: str) -> dict[str, str]:
    day = monitor(request).clock.now().date().isoformat()
    return {"Content-Disposition": f'attachment; filename="cases-{day}.{ending}"'}
