"""X's published OpenAPI specification as a judge of single requests and answers.

X allows unknown properties everywhere; this judge does not, so that a name of the wrong vocabulary is noticed. The
specification is X's own document and stays outside the repository.
"""

import copy
import json
import lzma
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

_URI = "urn:x-api"
_DEFAULT = Path(__file__).parents[3] / "shared" / "x-openapi"
SPECIFICATIONS = {"old": "openapi-2.166.json.xz", "new": "openapi-2.167.json.xz"}


def specification(vocabulary: str) -> Path:
    """Where X's specification in this vocabulary is looked for: `X_OPENAPI_DIR`, or beside the repository."""
    return Path(os.environ.get("X_OPENAPI_DIR") or _DEFAULT) / SPECIFICATIONS[vocabulary]


class Contract:
    def __init__(self, path: Path) -> None:
        self._spec = json.loads(lzma.decompress(path.read_bytes()))
        closed = copy.deepcopy(self._spec)
        for name, schema in closed["components"]["schemas"].items():
            if not name.endswith("Problem"):
                _close(schema)
        resource = Resource(contents=closed, specification=DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._templates = {
            re.compile(re.sub(r"\{[^}]+\}", "([^/]+)", template)): template for template in self._spec["paths"]
        }

    @property
    def version(self) -> str:
        return self._spec["info"]["version"]

    def of_request(self, path: str, params: Mapping[str, str]) -> list[str]:
        """What is wrong with a GET request."""
        template = self._template(path)
        if template is None:
            return [f"there is no path {path}"]
        known = {(p["in"], p["name"]): p for p in map(self._resolved, self._operation(template)["parameters"])}
        values = {("query", name): value for name, value in params.items()}
        names = re.findall(r"\{([^}]+)\}", template)
        found = re.fullmatch(re.sub(r"\{[^}]+\}", "([^/]+)", template), path)
        assert found is not None
        values |= {("path", name): value for name, value in zip(names, found.groups(), strict=True)}
        wrong = [f"there is no parameter {name}" for where, name in values if (where, name) not in known]
        wrong += [
            f"{name} is missing"
            for (where, name), p in known.items()
            if p.get("required") and (where, name) not in values
        ]
        for key, value in values.items():
            if key in known:
                schema = self._resolved(known[key]["schema"])
                wrong += [f"{key[1]}: {error}" for error in self._errors(_typed(value, schema), schema)]
        return wrong

    def of_answer(self, path: str, status: int, content_type: str, document: Any) -> list[str]:
        """What is wrong with the answer to a GET request."""
        template = self._template(path)
        if template is None:
            return []
        responses = self._operation(template)["responses"]
        content = responses.get(str(status), responses["default"])["content"]
        if content_type not in content:
            return [f"{status} answers are not of type {content_type}"]
        wrong = self._errors(document, content[content_type]["schema"])
        for problem in self._problems(document, content_type):
            wrong += self._of_problem(problem)
        return wrong

    def _of_problem(self, problem: Mapping[str, Any]) -> Iterator[str]:
        """The schema that a problem's `type` picks: plain validation does not follow a discriminator."""
        mapping = self._spec["components"]["schemas"]["Problem"]["discriminator"]["mapping"]
        if problem.get("type") not in mapping:
            yield f"there is no problem {problem.get('type')}"
        else:
            yield from self._errors(problem, {"$ref": mapping[problem["type"]]})

    def _problems(self, document: Any, content_type: str) -> list[Mapping[str, Any]]:
        if content_type == "application/problem+json":
            return [document]
        return document.get("errors", []) if isinstance(document, dict) else []

    def _errors(self, value: Any, schema: Mapping[str, Any]) -> list[str]:
        absolute = json.loads(json.dumps(schema).replace('"#/', f'"{_URI}#/'))
        validator = OAS30Validator(absolute, registry=self._registry, format_checker=oas30_format_checker)
        return [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in validator.iter_errors(value)]

    def _template(self, path: str) -> str | None:
        # "/2/users/by/..." also looks like "/2/users/{id}/...": the more literal path wins.
        fitting = [template for pattern, template in self._templates.items() if pattern.fullmatch(path)]
        return min(fitting, key=lambda template: template.count("{"), default=None)

    def _operation(self, template: str) -> Mapping[str, Any]:
        return self._spec["paths"][template]["get"]

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            _, *steps = node["$ref"].split("/")
            node = self._spec
            for step in steps:
                node = node[step]
        return node


def _close(schema: Any) -> None:
    """Allow no other properties than those that are named, except where schemas are mixed together."""
    if isinstance(schema, dict):
        if "allOf" in schema:
            return
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for inner in schema.values():
            _close(inner)
    elif isinstance(schema, list):
        for inner in schema:
            _close(inner)


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    """A parameter as the type that its schema names; lists are separated by commas."""
    if schema.get("type") == "array":
        return value.split(",")
    return int(value) if schema.get("type") == "integer" and value.lstrip("-").isdigit() else value
