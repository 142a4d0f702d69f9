"""Careful reading of single values in an answer of X: each function gives the value, or None when it is not one.

What a server sends is never trusted to have the type that its documentation promises.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from monitor.sources import x_snowflake

Json = Mapping[str, object]

_SURROGATE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")
# X's own codes for "no language" (`und`, `zxx`, `qme` for media only ...), and the codes it still writes the old way.
_NO_LANGUAGE = re.compile(r"und|zxx|art|q[a-t][a-z]")
_OLD_LANGUAGES = {"in": "id", "iw": "he", "ji": "yi"}
_BIGGEST_COUNT = 2**63 - 1


def mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def first(item: Json, names: tuple[str, ...]) -> object:
    """The value of `item` under whichever of `names` it has."""
    return next((item[name] for name in names if item.get(name) is not None), None)


def items(document: Json) -> list[object]:
    """What is under `data`: a list, or a single thing."""
    data = document.get("data")
    if data is None:
        return []
    return data if isinstance(data, list) else [data]


def included(document: Json, names: tuple[str, ...]) -> list[Json]:
    values = first(mapping(document.get("includes")), names)
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []


def identifier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**19:
        return str(value)
    return value if isinstance(value, str) and x_snowflake.is_id(value) else None


def count(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _BIGGEST_COUNT:
        return value
    return None


def moment(value: object) -> datetime | None:
    """A timestamp with or without fractions of a second; UTC when it names no zone."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def language(value: object) -> str | None:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value) or _NO_LANGUAGE.fullmatch(value.lower()):
        return None
    return _OLD_LANGUAGES.get(value, value)


def readable(text: str) -> str:
    """`text` as every database can store it: PostgreSQL refuses NUL, and no driver takes half a surrogate pair."""
    return _SURROGATE.sub("\ufffd", text.replace("\x00", "\u2400"))
