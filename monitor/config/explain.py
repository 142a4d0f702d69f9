"""From a failed validation to sentences a person can act on: which key, where it stands, what it holds, what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.config.secrets import mask
from monitor.config.values import Section, suggestion

Path = tuple[str | int, ...]

_LONGEST_VALUE = 60
_REMEDIES = {
    "missing": "it is required: add it",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "model_type": "this is a block of keys: write them indented below it",
    "mapping_type": "this is a block of keys: write them indented below it",
    "dict_type": "this is a block of keys: write them indented below it",
    "tuple_type": "this is a list: write it in [brackets], or one item a line after a dash",
    "date_from_datetime_parsing": "write a date, as in 2026-12-24",
    "date_parsing": "write a date, as in 2026-12-24",
    "greater_than": "it must be more than nothing",
}


class Places:
    """Where each key was set: a line of the file, or the name of an environment variable."""

    def __init__(self, file: str, lines: Mapping[Path, int], variables: Mapping[Path, str]) -> None:
        self._file, self._lines, self._variables = file, lines, variables

    def of(self, path: Path) -> str:
        """The place of `path`, or of the closest block around it, or of what was set inside it."""
        for length in range(len(path), -1, -1):
            if name := self._variables.get(path[:length]):
                return name
            if line := self._lines.get(path[:length]):
                return f"{self._file}:{line}"
        inside = [name for set_path, name in self._variables.items() if set_path[: len(path)] == path]
        return inside[0] if path and inside else self._file


def dotted(path: Sequence[str | int]) -> str:
    """`("brands", 0, "name")` -> `brands[0].name`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def explain(error: ValidationError, model: type[Section], places: Places, typed: Any) -> tuple[str, list[str]]:
    """The path of the first problem, and one sentence for every problem. `typed` is the data as it was read."""
    sentences: dict[str, str] = {}
    for details in error.errors():
        path = _path(details, typed)
        key = str(details.get("ctx", {}).get("path") or dotted(path))
        where = places.of(path if "path" not in details.get("ctx", {}) else parse_dotted(key))
        sentences.setdefault(key, f"{where}: {key + ': ' if key else ''}{_words(details, path, model)}")
    return next(iter(sentences)), list(sentences.values())


def _path(details: ErrorDetails, typed: Any) -> Path:
    """The error's location without what pydantic adds to it (names of union members, `[key]`)."""
    path: list[str | int] = []
    for part in details["loc"]:
        if _holds(typed, part):
            typed = typed[part]
        elif details["type"] != "missing" or part != details["loc"][-1]:
            continue
        path.append(part)
    return tuple(path)


def _holds(typed: Any, part: str | int) -> bool:
    if isinstance(typed, list):
        return isinstance(part, int) and part < len(typed)
    return isinstance(typed, Mapping) and part in typed


def _words(details: ErrorDetails, path: Path, model: type[Section]) -> str:
    kind, value = details["type"], details["input"]
    match kind:
        case "extra_forbidden":
            return f"there is no such key: {suggestion(str(path[-1]), _keys_at(model, path[:-1]))}"
        case "reference":
            return details["msg"]
        case "missing":
            return _REMEDIES[kind]
        case "value_error":
            remedy = str(details["ctx"]["error"])
        case "literal_error" | "enum":
            remedy = _expected(details["ctx"]["expected"])
        case _:
            remedy = _REMEDIES.get(kind, _lower(details["msg"]))
    return f"it is empty: {remedy}, or remove the line" if value is None else f"{_shown(value)}: {remedy}"


def _expected(expected: str) -> str:
    """pydantic's list of choices as one would type them in the file."""
    return "use " + expected.replace("True", "true").replace("False", "false").replace("'", "")


def _shown(value: object) -> str:
    text = mask(
        str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    )
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _keys_at(model: type[Section], path: Sequence[str | int]) -> list[str]:
    """The keys that may stand in the block at `path`, by the JSON schema of the whole configuration."""
    schema = model.json_schema()
    block: Any = schema
    for part in path:
        options = [block, *block.get("anyOf", [])]
        block = next(filter(None, (_step(option, part, schema) for option in options)), {})
    return list(_resolve(block, schema).get("properties", {}))


def _step(block: Mapping[str, Any], part: str | int, schema: Mapping[str, Any]) -> Any:
    block = _resolve(block, schema)
    if isinstance(part, int):
        return block.get("items")
    return block.get("properties", {}).get(part) or block.get("additionalProperties")


def _resolve(block: Any, schema: Mapping[str, Any]) -> dict[str, Any]:
    reference = block.get("$ref") if isinstance(block, Mapping) else None
    return schema["$defs"][reference.rsplit("/", 1)[1]] if reference else dict(block or {})


def parse_dotted(path: str) -> Path:
    """`brands[0].name` -> `("brands", 0, "name")`."""
    parts = path.replace("[", ".").replace("]", "").split(".")
    return tuple(int(part) if part.isdigit() else part for part in parts)
