"""The interface explained to people: every operation, every shape and every problem, from the description itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from monitor.errors import NotFound
from monitor.web.api.caller import Reader
from monitor.web.api.openapi import ROOT, document
from monitor.web.api.problems import Trouble
from monitor.web.templating import render

router = APIRouter(include_in_schema=False)

_REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a type; `shape` names the one that they lead to."""

    words: str
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a member of a shape."""

    name: str
    type: tuple[Part, ...]
    required: bool
    words: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation can answer. `troubles` are the kinds of problems that it may be."""

    status: str
    words: str
    type: tuple[Part, ...]
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for."""

    name: str
    method: str
    path: str
    tag: str
    summary: str
    words: str
    scope: str
    rank: str
    parameters: tuple[Field, ...]
    body: tuple[Part, ...]
    example_sent: str
    example_answered: str
    answers: tuple[Answer, ...]


@router.get("/openapi.json")
def description(request: Request, agent: Reader) -> JSONResponse:  # noqa: ARG001 - who may read
    """The description for programs."""
    return JSONResponse(document(request.app))


@router.get("/docs")
def docs(request: Request, agent: Reader) -> Response:
    """The description for people."""
    described = document(request.app)
    return render(
        request,
        "api_docs.html",
        agent=agent,
        root=ROOT,
        tags=[tag["name"] for tag in described["tags"]],
        operations=list(operations(described)),
        shapes={name: list(members(shape)) for name, shape in sorted(described["components"]["schemas"].items())},
        about={name: shape.get("description", "") for name, shape in described["components"]["schemas"].items()},
        values={name: shape.get("enum", []) for name, shape in described["components"]["schemas"].items()},
        troubles=list(Trouble),
    )


@router.get("/problems/{slug}")
def problem(request: Request, agent: Reader, slug: str) -> Response:
    """What to do about one kind of problem. Raises NotFound."""
    trouble = next((each for each in Trouble if each.slug == slug), None)
    if trouble is None:
        raise NotFound("There is no such kind of problem.")
    return render(request, "api_problem.html", agent=agent, trouble=trouble, root=ROOT)


def operations(described: dict[str, Any]) -> Iterator[Operation]:
    """Every operation, in the order of the description."""
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            yield _operation(method.upper(), path, said)


def _operation(method: str, path: str, said: dict[str, Any]) -> Operation:
    sent = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        name=said["operationId"],
        method=method,
        path=path,
        tag=said["tags"][0],
        summary=said["summary"],
        words=said.get("description", ""),
        scope=said["security"][0]["token"][0],
        rank=said["x-rank"],
        parameters=tuple(
            Field(each["name"], type_of(each["schema"]), each.get("required", False), _words(each), each["in"])
            for each in said.get("parameters", [])
        ),
        body=type_of(sent["schema"]) if sent else (),
        example_sent=_example(sent),
        example_answered=next((_example(each) for each in _good(said)), ""),
        answers=tuple(_answer(status, each) for status, each in sorted(said["responses"].items())),
    )


def _good(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for status, answer in said["responses"].items():
        if status.startswith("2"):
            yield from answer.get("content", {}).values()


def _answer(status: str, said: dict[str, Any]) -> Answer:
    for content in said.get("content", {}).values():
        return Answer(status, said["description"], type_of(content["schema"]), tuple(content.get("examples", {})))
    return Answer(status, said["description"], ())


def _example(content: dict[str, Any]) -> str:
    shown = content.get("example", next((each["value"] for each in content.get("examples", {}).values()), None))
    if shown is None:
        return ""
    return str(shown) if isinstance(shown, str) else json.dumps(shown, indent=2, ensure_ascii=False)


def members(shape: dict[str, Any]) -> Iterator[Field]:
    """The members of an object; nothing for what is none."""
    needed = shape.get("required", [])
    for name, said in shape.get("properties", {}).items():
        yield Field(name, type_of(said), name in needed, _words(said))


def _words(said: dict[str, Any]) -> str:
    return str(said.get("description", said.get("schema", {}).get("description", "")))


def type_of(schema: dict[str, Any]) -> tuple[Part, ...]:
    """A type in words, with the shapes that it names."""
    match schema:
        case {"$ref": str(ref)}:
            name = ref.removeprefix(_REF)
            return (Part(name, name),)
        case {"anyOf": list(several)} | {"oneOf": list(several)}:
            return _joined([type_of(each) for each in several], " or ")
        case {"type": "array"}:
            return (Part("list of "), *type_of(schema.get("items", {})))
        case {"additionalProperties": dict(values)}:
            return (Part("map to "), *type_of(values))
    return (Part(_plain(schema)),)


def _plain(schema: dict[str, Any]) -> str:
    only = [schema["const"]] if "const" in schema else schema.get("enum", [])
    if only:
        return ", ".join(json.dumps(value) for value in only)
    return "moment" if schema.get("format") == "date-time" else str(schema.get("type", "anything"))


def _joined(types: list[tuple[Part, ...]], between: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for each in types:
        parts += [*([Part(between)] if parts else []), *each]
    return tuple(parts)
