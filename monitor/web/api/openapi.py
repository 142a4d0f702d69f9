"""The description of the interface (OpenAPI 3.1), made from the routes: what each takes and gives, and how it fails."""

from collections import defaultdict
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from monitor.domain.access import Rank, Scope, allows, reach
from monitor.web.api import schemas
from monitor.web.api.examples import CASE, EXAMPLES
from monitor.web.api.problems import MEDIA_TYPE, Trouble, body
from monitor.web.auth import declared

ROOT = "/api/v1"
TITLE = "Complaint monitor"
DESCRIPTION = """\
The review queue for programs: what the page can do, with the same rights, in JSON.

Send a token with every request: `Authorization: Bearer cm_…`. Pages of this very site may use the browser's session.
Every error is a problem document (RFC 9457) whose `type` leads to a page with the remedy.
"""

ETAG = {
    "ETag": {
        "description": "The version of the case: what `If-Match` takes.",
        "required": True,
        "schema": {"type": "string", "examples": ['"4"']},
    }
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the case that was seen, or `*` where any version will do.",
    "schema": {"type": "string", "minLength": 1, "examples": ['"3"', "*"]},
}
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of the program. Scopes: `read` to read, `act` to work on cases, `admin` for the rest.",
}
_SESSION = {
    "type": "apiKey",
    "in": "cookie",
    "name": "complaint_monitor_session",
    "description": "The session of somebody who is logged in, for pages of this very site.",
}
_TAGS = ("Cases", "Actions", "Many cases", "Views", "Posts and reviews", "Exports", "People")
_ALWAYS = (
    Trouble.BAD_REQUEST,
    Trouble.NOT_SIGNED_IN,
    Trouble.DENIED,
    Trouble.CROSS_SITE,
    Trouble.TOO_LARGE,
    Trouble.NOT_VALID,
    Trouble.TOO_MANY_REQUESTS,
    Trouble.INTERNAL,
    Trouble.UNAVAILABLE,
)
_BY_SLUG = {trouble.slug: trouble for trouble in Trouble}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    412: ETAG,
    429: {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}},
}
_MEMBERS: dict[Trouble, dict[str, Any]] = {
    Trouble.NOT_VALID: {"errors": [{"pointer": "/to", "detail": "String should have at least 1 character"}]},
    Trouble.BAD_SEARCH: {"place": 0, "length": 3},
    Trouble.STALE: {
        "current": CASE,
        "faster": {"kind": "resolved", "actor": "petar", "at": "2026-03-02T09:40:00Z"},
    },
}
"""What the examples of these kinds have besides."""


class Wrong(BaseModel):
    """One thing that is wrong: at `pointer` in the body (RFC 6901), or in a `parameter`."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    where: str | None = Field(None, alias="in", description="query, path, header or cookie.")


class Faster(BaseModel):
    """What somebody else did to the case."""

    kind: str
    actor: str | None
    at: str


class Problem(BaseModel):
    """Why a request failed. Which members there are besides the first five depends on the `type`."""

    type: str = Field(description="Stable; the address of a page with the remedy.")
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Wrong] | None = Field(None, description="Of not-valid.")
    place: int | None = Field(None, description="Of bad-search: where in q the wrong part begins.")
    length: int | None = Field(None, description="Of bad-search: how long it is.")
    current: schemas.Case | None = Field(None, description="Of stale: the case as it is now.")
    faster: Faster | None = Field(None, description="Of stale: the newest thing that somebody else did.")


def failures(*more: Trouble) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation can answer, by status: those of every operation, and `more`."""
    by_status: defaultdict[int, list[Trouble]] = defaultdict(list)
    for trouble in (*_ALWAYS, *more):
        by_status[trouble.value.status].append(trouble)
    return {status: _failure(status, troubles) for status, troubles in sorted(by_status.items())}


def _failure(status: int, troubles: list[Trouble]) -> dict[str, Any]:
    shown = {each.slug: _shown(each) for each in troubles}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": shown}}
    said = {"description": "; or: ".join(f"{each.value.title}." for each in troubles), "content": content}
    return said | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


def _shown(trouble: Trouble) -> dict[str, Any]:
    return {"summary": trouble.value.title, "value": body(trouble, f"{ROOT}/…", **_MEMBERS.get(trouble, {}))}


def scope_for(rank: Rank) -> Scope:
    """The least scope with which a token can stand in for that rank."""
    return next(scope for scope in Scope if _reaches(scope, rank))


def _reaches(scope: Scope, rank: Rank) -> bool:
    found = reach(Rank.ADMIN, frozenset((scope,)))
    return found is not None and allows(found, rank)


def document(api: FastAPI) -> dict[str, Any]:
    """The description of all operations, made once."""
    if api.openapi_schema is None:
        api.openapi_schema = _document(api)
    return api.openapi_schema


def _document(api: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=TITLE,
        version=api.version,
        description=DESCRIPTION,
        routes=api.routes,
        servers=[{"url": ROOT}],
        tags=[{"name": name} for name in _TAGS],
    )
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components = made["components"]
    components["schemas"] |= {**problem.pop("$defs"), "Problem": problem} | components["schemas"]
    components["securitySchemes"] = {"token": _TOKEN, "session": _SESSION}
    for route in api.state.routes:
        if not route.include_in_schema:
            continue
        for method in route.methods:
            _complete(made["paths"][route.path][method.lower()], declared(route) or Rank.VIEWER)
    return made


def _complete(operation: dict[str, Any], rank: Rank) -> None:
    """Add who may use it, and what a good answer looks like."""
    operation["security"] = [{"token": [scope_for(rank).value]}, {"session": []}]
    operation["x-rank"] = rank.value
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
            if media == MEDIA_TYPE:  # anew: the framework leaves out members that are null
                content["examples"] = {slug: _shown(_BY_SLUG[slug]) for slug in content["examples"]}
            elif status.startswith("2") and name in EXAMPLES:
                content["example"] = EXAMPLES[name]
